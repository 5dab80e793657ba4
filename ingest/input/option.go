package input

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/source"
)

// Option is one configurable property of an input.
type Option struct {
	Name    string // "address", "max_connections"
	Type    Type
	Default string   // as text; "" for none
	Choices []string // of a Choice, the default among them
	Min     int64    // of an Int
	Max     int64    // of an Int; 0 means no limit
	Unit    string   // of an Int: "connections", "bytes"
	Help    string   // a sentence for people
	Example string   // what a value looks like: "0.0.0.0:5514"
	Secret  bool     // never shown, logged or exported
	Must    bool     // must not be empty, as nothing may that has a default, except text and paths

	// Check reports what is wrong with a value of the right type; nil if
	// nothing more can be.
	Check func(value string) error
}

// Type is the type of an option's text.
type Type uint8

// The types.
const (
	Text     Type = iota
	Address       // where to listen: "host:port", ":port" for all addresses, port 0 for a free one
	Int           // decimal
	Duration      // Go's notation: "30s", "5m"; not negative
	Bool          // "true", "false"
	Choice        // one of Option.Choices
	Path          // of a file
)

// Flag returns the option's part of a command-line flag.
func (o *Option) Flag() string { return strings.ReplaceAll(o.Name, "_", "-") }

// Title returns the option's name for people: "Max connections".
func (o *Option) Title() string {
	words := strings.ReplaceAll(o.Name, "_", " ")
	return strings.ToUpper(words[:1]) + words[1:]
}

// Validate reports what is wrong with a value.
func (o *Option) Validate(v string) error {
	text := o.Type == Text || o.Type == Path
	switch {
	case v == "" && !o.Must && (text || o.Default == ""):
		return nil
	case v == "" && o.Type != Address:
		return errors.New("must not be empty")
	}
	switch o.Type {
	case Address:
		if err := CheckAddress(v); err != nil {
			return err
		}
	case Int:
		n, err := strconv.ParseInt(v, 10, 64)
		switch {
		case err != nil:
			return fmt.Errorf("%q: expected a number", v)
		case n < o.Min:
			return fmt.Errorf("%d: expected at least %d", n, o.Min)
		case o.Max > 0 && n > o.Max:
			return fmt.Errorf("%d: expected at most %d", n, o.Max)
		}
	case Duration:
		if d, err := time.ParseDuration(v); err != nil || d < 0 {
			return fmt.Errorf("%q: expected a time such as 30s or 5m", v)
		}
	case Bool:
		if v != "true" && v != "false" {
			return fmt.Errorf("%q: expected true or false", v)
		}
	case Choice:
		if !slices.Contains(o.Choices, v) {
			return fmt.Errorf("%q: expected one of %s", v, strings.Join(o.Choices, ", "))
		}
	}
	if o.Check != nil {
		return o.Check(v)
	}
	return nil
}

// CheckAddress reports an address that can never be listened on.
func CheckAddress(v string) error {
	_, port, err := net.SplitHostPort(v)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return fmt.Errorf("%q: expected host:port with a port from 0 to 65535, for example 0.0.0.0:5514", v)
	}
	return nil
}

// Values are options as they are written, by name. An option that is absent
// has its default.
type Values map[string]string

// Int returns an option that Check has accepted as a number.
func (v Values) Int(name string) int {
	n, _ := strconv.Atoi(v[name])
	return n
}

// Duration returns an option that Check has accepted as a duration.
func (v Values) Duration(name string) time.Duration {
	d, _ := time.ParseDuration(v[name])
	return d
}

// Bool returns an option that Check has accepted as true or false.
func (v Values) Bool(name string) bool { return v[name] == "true" }

// equal treats nil as empty.
func (v Values) equal(o Values) bool { return maps.Equal(v, o) }

// Option returns the option of that name, nil when there is none.
func (k *Kind) Option(name string) *Option {
	for i := range k.Options {
		if k.Options[i].Name == name {
			return &k.Options[i]
		}
	}
	return nil
}

// Check reports the first invalid option.
func (k *Kind) Check(v Values) error {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		o := k.Option(name)
		if o == nil {
			return fmt.Errorf("option %q: %s has no such option; it has %s", name, k.Name, strings.Join(k.optionNames(), ", "))
		}
	}
	full := k.Complete(v)
	for i := range k.Options {
		o := &k.Options[i]
		if err := o.Validate(full[o.Name]); err != nil {
			return fmt.Errorf("option %s: %w", o.Name, err)
		}
	}
	return nil
}

// Complete returns all options, with the defaults of those that are absent.
func (k *Kind) Complete(v Values) Values {
	full := make(Values, len(k.Options))
	for i := range k.Options {
		full[k.Options[i].Name] = k.Options[i].Default
	}
	maps.Copy(full, v)
	return full
}

func (k *Kind) optionNames() []string {
	names := make([]string, len(k.Options))
	for i := range k.Options {
		names[i] = k.Options[i].Name
	}
	return names
}

// Kinds is a list of kinds.
type Kinds []Kind

// Find returns the kind of that name, nil when there is none.
func (ks Kinds) Find(name string) *Kind {
	for i := range ks {
		if ks[i].Name == name {
			return &ks[i]
		}
	}
	return nil
}

// Names returns the names of all kinds.
func (ks Kinds) Names() []string {
	names := make([]string, len(ks))
	for i := range ks {
		names[i] = ks[i].Name
	}
	return names
}

// Check reports the first invalid setting: one with an unknown kind, a wrong
// option, or an id that it cannot have: another's, or another kind's name, which
// short names and flags mean.
func (ks Kinds) Check(settings []Setting) error {
	seen := map[string]bool{}
	for i, s := range settings {
		k := ks.Find(s.Kind)
		if k == nil {
			return fmt.Errorf("input %d: kind %q: expected one of %s", i+1, s.Kind, strings.Join(ks.Names(), ", "))
		}
		id := s.id()
		if id == source.Imports || id == source.Others {
			return fmt.Errorf("input %d: the id %q stands for something else already; choose another", i+1, id)
		}
		if seen[id] {
			return fmt.Errorf("input %d: the id %q is taken by another input; give each its own", i+1, id)
		}
		seen[id] = true
		if other := ks.Find(id); other != nil && other != k {
			return fmt.Errorf("input %d: the id %q is the name of another kind; give it one of its own", i+1, id)
		}
		if err := k.Check(s.Options); err != nil {
			return fmt.Errorf("input %q: %w", id, err)
		}
	}
	return nil
}

// id returns what the setting is known by.
func (s Setting) id() string {
	if s.ID == "" {
		return s.Kind
	}
	return s.ID
}

// Named returns the settings with every id filled in.
func Named(settings []Setting) []Setting {
	out := slices.Clone(settings)
	for i := range out {
		out[i].ID = out[i].id()
	}
	return out
}
