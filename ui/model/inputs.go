package model

import (
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"porchlight/app/settings"
	"porchlight/ingest/input"
)

// InputForm is one input as it is typed. Its fields derive from the options of
// its kind.
type InputForm struct {
	Setting input.Setting // as it was set; of an input that there is not yet, its id and kind
	New     bool          // there is none yet: it counts once it is on
	On      bool
	Values  []string // of the kind's options, in their order
}

// Equal reports whether two forms of one input say the same.
func (f InputForm) Equal(o InputForm) bool {
	return f.Setting.ID == o.Setting.ID && f.On == o.On && slices.Equal(f.Values, o.Values)
}

// InputField is the key of an input's option among the fields of a Form.
func InputField(id, option string) string { return "input:" + id + ":" + option }

// inputForms returns the forms of all inputs, and of an input that is off for
// each kind of which there is none. Before the first start is done nothing
// listens, whatever the settings.
func inputForms(s settings.Settings, kinds input.Kinds) []InputForm {
	var forms []InputForm
	for _, in := range s.Inputs {
		f := InputForm{Setting: in, On: in.On && s.Configured}
		if k := kinds.Find(in.Kind); k != nil {
			f.Values = valuesOf(k, in.Options)
		}
		forms = append(forms, f)
	}
	for i := range kinds {
		k := &kinds[i]
		if slices.ContainsFunc(s.Inputs, func(in input.Setting) bool { return in.Kind == k.Name }) {
			continue
		}
		id := k.Name
		for n := 2; slices.ContainsFunc(s.Inputs, func(in input.Setting) bool { return in.ID == id }); n++ {
			id = fmt.Sprintf("%s-%d", k.Name, n)
		}
		forms = append(forms, InputForm{Setting: input.Setting{ID: id, Kind: k.Name}, New: true, Values: valuesOf(k, nil)})
	}
	return forms
}

func valuesOf(k *input.Kind, v input.Values) []string {
	full := k.Complete(v)
	out := make([]string, len(k.Options))
	for i := range k.Options {
		out[i] = full[k.Options[i].Name]
	}
	return out
}

// parseInputs returns the inputs of the forms and adds to wrong, for each
// field of one that is on and cannot be used, what to type instead.
func parseInputs(forms []InputForm, kinds input.Kinds, wrong map[string]string) []input.Setting {
	inputs := []input.Setting{}
	for _, f := range forms {
		if f.New && !f.On {
			continue
		}
		in := f.Setting
		in.On = f.On
		if k := kinds.Find(in.Kind); k != nil {
			in.Options = f.options(k, wrong)
		}
		inputs = append(inputs, in)
	}
	return inputs
}

// options returns what differs from the defaults, and what was written down
// before as it is: files may say more than can be typed here. What is wrong of
// an input that is off does not matter, and is not kept.
func (f InputForm) options(k *input.Kind, wrong map[string]string) input.Values {
	var values input.Values
	for i := range k.Options {
		o := &k.Options[i]
		before, written := f.Setting.Options[o.Name]
		same := written && f.Values[i] == before
		v, err := strings.TrimSpace(f.Values[i]), error(nil)
		if o.Type == input.Address && !same {
			v, err = ParseListen(v)
		}
		if err == nil {
			err = o.Validate(v)
		}
		if err != nil {
			if f.On {
				wrong[InputField(f.Setting.ID, o.Name)] = sentence(err)
			}
			continue
		}
		if v == o.Default && !same {
			continue
		}
		if values == nil {
			values = input.Values{}
		}
		values[o.Name] = v
	}
	return values
}

// ParseListen reads a listen address as people type it: "5514", ":5514",
// "192.168.1.10:5514", "[::1]:5514". The result has the form of the last
// three.
func ParseListen(text string) (string, error) {
	text = strings.TrimSpace(text)
	host, port := "", text
	if i := strings.LastIndexByte(text, ':'); i >= 0 {
		host, port = text[:i], text[i+1:]
	}
	n, err := strconv.Atoi(port)
	if err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("type a port from 1 to 65535, such as %d, or an address and a port, such as 192.168.1.10:%d", settings.DefaultPort, settings.DefaultPort)
	}
	if host != "" {
		bare := strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
		addr, err := netip.ParseAddr(bare)
		if err != nil {
			return "", fmt.Errorf("%q is not an address of this computer: leave it out to listen on all, :%d", host, n)
		}
		return netip.AddrPortFrom(addr, uint16(n)).String(), nil
	}
	return ":" + strconv.Itoa(n), nil
}

// InputState returns the state of one input in a pulse and the words for it.
func InputState(p Pulse, id string) (State, string) {
	i := slices.IndexFunc(p.Status.Inputs, func(in input.State) bool { return in.ID == id })
	if i < 0 {
		return Off, "Switched off"
	}
	in := p.Status.Inputs[i]
	switch in.Phase {
	case input.Off:
		return Off, "Switched off"
	case input.Opening:
		return Waiting, "Opening …"
	case input.Trouble:
		return NotListening, sentence(errors.New(in.Problem.Advice()))
	}
	text := "Listening on " + in.Address
	if a, err := netip.ParseAddrPort(in.Address); err == nil && a.Addr().IsUnspecified() {
		text = fmt.Sprintf("Listening on all addresses, port %d", a.Port())
	}
	if in.Phase == input.Receiving {
		text += " · " + Rate(in.Rate)
	}
	if lost := in.Dropped + in.KernelDropped + in.Refused; lost > 0 {
		text += " · " + Count(int(lost)) + " lost"
	}
	return Receiving, text
}
