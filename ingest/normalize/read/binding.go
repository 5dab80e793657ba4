package read

import (
	"fmt"
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// Binding is the ECS meaning of a vendor's key or column, or of a hole in a
// template. A value can have several: they are chained by next.
type Binding struct {
	as       reading
	field    event.Field
	alt      event.Field // of addresses: the field for a host name
	name     string      // a field without a slot, instead of field
	rank     uint8       // of times: which key to believe, higher wins
	side     *userFields // of accounts: where the parts of a name go
	constant string      // the value of asConstant
	next     *Binding
}

// NewBindings reads a table of bindings, one per line:
//
//	key[,key...]  field[:reading] [field[:reading]...]
//
// Keys are literal, except that "\_" stands for a space. Fields are ECS names
// or the vendor's own; without a reading, the field's name determines how a
// value is read (see readingOf). Besides fields there are
//
//	@time[0-9]  the event's own time; of several the one with the highest digit that can be read
//	@date @hour @zone  parts of a time
//	field:=text  that text, whatever the value
//	@none  nothing: the key means something else here than elsewhere
//	@action @outcome  what was done and how it ended, in the sender's words (ConcludeAction)
//
// Lines that begin with # are comments. It panics on mistakes, since tables
// are part of the program.
func NewBindings(table string) map[string]*Binding {
	m, err := readBindings(table)
	if err != nil {
		panic(err)
	}
	return m
}

// LazyBindings is NewBindings for rarely needed tables: they are read on first
// use.
func LazyBindings(table string) func() map[string]*Binding {
	return sync.OnceValue(func() map[string]*Binding { return NewBindings(table) })
}

func readBindings(table string) (map[string]*Binding, error) {
	m := map[string]*Binding{}
	n := 0
	for line := range strings.SplitSeq(table, "\n") {
		n++
		words := strings.Fields(line)
		if len(words) == 0 || words[0][0] == '#' {
			continue
		}
		if len(words) < 2 {
			return nil, fmt.Errorf("line %d: %q has no field", n, words[0])
		}
		b, err := readBinding(words[1:])
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		for key := range strings.SplitSeq(words[0], ",") {
			key = strings.ReplaceAll(key, `\_`, " ")
			if m[key] != nil {
				return nil, fmt.Errorf("line %d: %q is a duplicate", n, key)
			}
			m[key] = b
		}
	}
	return m, nil
}

func readBinding(targets []string) (*Binding, error) {
	var first *Binding
	for i := len(targets) - 1; i >= 0; i-- {
		b, err := oneBinding(targets[i])
		if err != nil {
			return nil, err
		}
		b.next, first = first, b
	}
	return first, nil
}

func oneBinding(target string) (*Binding, error) {
	name, how, explicit := strings.Cut(target, ":")
	b := &Binding{}
	switch {
	case name == "@none":
		b.as = asNothing
	case name == "@action":
		b.as = asAction
	case name == "@outcome":
		b.as = asOutcome
	case name == "@date":
		b.as = asDate
	case name == "@hour":
		b.as = asHour
	case name == "@zone":
		b.as = asZone
	case strings.HasPrefix(name, "@time"):
		b.as, b.rank = asTime, rankStamp
		if digit := name[len("@time"):]; len(digit) == 1 && '0' <= digit[0] && digit[0] <= '9' {
			b.rank = digit[0] - '0'
		} else if digit != "" {
			return nil, fmt.Errorf("unknown target %q", name)
		}
	case strings.HasPrefix(name, "@"):
		return nil, fmt.Errorf("unknown target %q", name)
	default:
		b.setName(name)
		b.as = readingOf(name)
	}
	if explicit && strings.HasPrefix(how, "=") {
		b.as, b.constant = asConstant, strings.ReplaceAll(how[1:], `\_`, " ")
		explicit = false
	}
	if explicit {
		as, ok := readings[how]
		if !ok {
			return nil, fmt.Errorf("unknown reading %q of %q", how, name)
		}
		b.as = as
	}
	b.complete(name)
	return b, nil
}

func (b *Binding) setName(name string) {
	if r := event.Resolve(name); r.Field != event.None && r.Field < event.NumFields {
		b.field = r.Field
	} else {
		b.name = name
	}
}

// complete finds the fields that a reading sets besides the named one.
func (b *Binding) complete(name string) {
	if b.as == asAddress || b.as == asBracketed {
		switch b.field {
		case event.SourceIP:
			b.alt = event.SourceDomain
		case event.DestinationIP:
			b.alt = event.DestinationDomain
		}
	}
	switch b.as {
	case asAccount, asEmail, asUser, asBracketed, asGroup:
		b.side = userSide(name)
	}
}

// label is the name of the bound field.
func (b *Binding) label() string {
	if b.name != "" {
		return b.name
	}
	return b.field.String()
}

// userFields are the fields of one user: source.user.name and the like.
type userFields struct{ name, domain, email fieldRef }

// fieldRef refers to a field by its slot or, without one, by name.
type fieldRef struct {
	field event.Field
	name  string
}

func (r fieldRef) set(ev *event.Event, v string) {
	switch {
	case v == "":
	case r.name != "":
		ev.SetExtra(r.name, v)
	default:
		ev.Set(r.field, v)
	}
}

func refOf(name string) fieldRef {
	if r := event.Resolve(name); r.Field != event.None && r.Field < event.NumFields {
		return fieldRef{field: r.Field}
	}
	return fieldRef{name: name}
}

func userSide(name string) *userFields {
	prefix := name[:strings.LastIndexByte(name, '.')+1]
	return &userFields{refOf(prefix + "name"), refOf(prefix + "domain"), refOf(prefix + "email")}
}

// NewBinding makes a binding for Keyed.Put and Keyed.AddTo of one or several
// targets, as they stand behind the keys in a table (NewBindings).
func NewBinding(text string) *Binding {
	b, err := readBinding(strings.Fields(text))
	if err != nil {
		panic(err)
	}
	return b
}
