package read

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// A Pack is a parser written as a small text that can be shared: what a device
// is, the kinds of sentences it writes, and sample lines that the pack must be
// able to read.
//
//	parser acme_door
//	vendor Acme
//	product Door controller
//	program doord
//	template network info door-opened success | Door {acme_door.door} opened by {user.name}
//	sample Door 7 opened by anna
//
// A template is "category type action outcome | text" with the holes of
// templates (Template), "-" for nothing. vendor, product and type are
// observer.*. program (any number of them) restricts the pack to messages
// whose header names one. Lines that begin with # are comments.
//
// event.module is the pack's name and event.dataset NAME.log; with "module M"
// they are M and M.NAME. With "otherwise ACTION" the pack reads every message
// of its programs: one that matches no template is a host event with that
// action and what its sentence says. The programs of operating systems are
// built in as such packs (BuiltIn).
type Pack struct {
	Name                  string   // lower-case letters, digits and _
	Vendor, Product, Type string   // observer.*
	Programs              []string // of its messages; none for any
	Samples               []string // lines that its templates match

	module    string // event.module instead of Name
	otherwise string // event.action of what no template matches; "" leaves it to others
	templates []Template
}

// Packs are tried, in order, on what no other format understood.
type Packs []*Pack

// Limits of a pack: people read it.
const (
	maxPackText      = 256 << 10
	maxPackTemplates = 200
)

// ReadPack reads a pack and checks it against its own samples. Errors name the
// line.
func ReadPack(text string) (*Pack, error) {
	if len(text) > maxPackText {
		return nil, fmt.Errorf("the pack is longer than %d KiB", maxPackText>>10)
	}
	p := &Pack{}
	n := 0
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimRight(line, "\r\n")
		if trimmed := strings.TrimSpace(line); trimmed == "" || trimmed[0] == '#' {
			continue
		}
		word, rest, _ := strings.Cut(line, " ")
		rest = strings.TrimSpace(rest)
		if rest == "" {
			return nil, fmt.Errorf("line %d: %q needs a value", n, word)
		}
		if err := p.add(word, rest); err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
	}
	switch {
	case p.Name == "":
		return nil, fmt.Errorf(`a pack begins with a line "parser NAME"`)
	case p.otherwise != "" && len(p.Programs) == 0:
		return nil, fmt.Errorf(`"otherwise" needs a line "program NAME": it takes every message of that program`)
	case len(p.templates) == 0:
		return nil, fmt.Errorf(`the pack has no line "template category type action outcome | text"`)
	}
	for _, s := range p.Samples {
		if !slices.ContainsFunc(p.templates, func(t Template) bool { return t.run(&templateMatch{}, s) }) {
			return nil, fmt.Errorf("no template matches the sample %q", s)
		}
	}
	return p, nil
}

func (p *Pack) add(word, rest string) error {
	switch word {
	case "parser":
		if !isPackName(rest) {
			return fmt.Errorf("the name %q may only have lower-case letters, digits and _, up to 40", rest)
		}
		p.Name = rest
	case "vendor":
		p.Vendor = rest
	case "product":
		p.Product = rest
	case "type":
		p.Type = rest
	case "module":
		if !isPackName(rest) {
			return fmt.Errorf("the module %q may only have lower-case letters, digits and _, up to 40", rest)
		}
		p.module = rest
	case "otherwise":
		if strings.ContainsAny(rest, " \t") {
			return fmt.Errorf("an action is one word, not %q", rest)
		}
		p.otherwise = rest
	case "program":
		p.Programs = append(p.Programs, strings.Fields(rest)...)
	case "sample":
		p.Samples = append(p.Samples, rest)
	case "template":
		if len(p.templates) == maxPackTemplates {
			return fmt.Errorf("more than %d templates", maxPackTemplates)
		}
		t, err := readPackTemplate(rest)
		if err != nil {
			return err
		}
		p.templates = append(p.templates, t)
	default:
		return fmt.Errorf("%q is none of parser, vendor, product, type, module, program, template, otherwise, sample", word)
	}
	return nil
}

func isPackName(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' {
			return false
		}
	}
	return s != "" && len(s) <= 40
}

func readPackTemplate(line string) (Template, error) {
	t, err := readTemplate(line)
	if err != nil {
		return t, err
	}
	if o := t.Kind.Outcome; o != "" && o != Success && o != Failure {
		return t, fmt.Errorf("the outcome is success, failure or -, not %q", o)
	}
	for _, f := range t.forms {
		for _, s := range f.steps {
			for b := s.hole; b != nil; b = b.next {
				if name := b.label(); ownFields[name] || strings.HasPrefix(name, "log.") || strings.HasPrefix(name, "event.ingested") {
					return t, fmt.Errorf("%s is Porchlight's own: it cannot be read from a message", name)
				}
			}
		}
	}
	return t, nil
}

// ownFields are those that no message may set.
var ownFields = map[string]bool{"event.original": true, "event.kind": true, "tags": true, "@timestamp": true, "_id": true, "message": true}

// BuiltIn makes the parser of a pack that is part of the program. Its
// templates are read with the first message: mistakes panic then.
func BuiltIn(text string) Parser {
	head := &Pack{}
	for line := range strings.Lines(text) {
		if word, rest, _ := strings.Cut(line, " "); word == "parser" || word == "program" {
			if err := head.add(word, strings.TrimSpace(rest)); err != nil {
				panic(err)
			}
		}
	}
	load := sync.OnceValue(func() *Pack {
		p, err := ReadPack(text)
		if err != nil {
			panic(fmt.Sprintf("pack %s: %v", head.Name, err))
		}
		return p
	})
	return Parser{Name: head.Name, Apps: head.Programs, Parse: func(m *Message, ev *event.Event) bool { return load().read(m, ev) }}
}

// Apply reads a message with the first pack that matches.
func (ps Packs) Apply(m *Message, ev *event.Event) bool {
	for _, p := range ps {
		if (len(p.Programs) == 0 || slices.Contains(p.Programs, m.App)) && p.read(m, ev) {
			return true
		}
	}
	return false
}

// read sets what a message says and reports whether the pack understood it.
func (p *Pack) read(m *Message, ev *event.Event) bool {
	k := Keyed{Event: ev, Location: m.Location}
	if p.otherwise != "" {
		if !p.readService(m.Text, &k) {
			return false
		}
	} else if !matchFirst(p.templates, m.Text, &k) {
		return false
	}
	if p.Vendor != "" || p.Product != "" {
		Observe(ev, p.Vendor, p.Product, p.Type)
	}
	if p.module != "" {
		From(ev, p.module, p.module+"."+p.Name)
	} else {
		From(ev, p.Name, p.Name+".log")
	}
	return true
}
