package read

import (
	"fmt"
	"slices"
	"strings"

	"porchlight/ingest/event"
)

// A Pack is a parser as a small text that can be shared: what a device is, the
// kinds of sentences it writes, and lines of it that the pack must be able to
// read.
//
//	parser acme_door
//	vendor Acme
//	product Door controller
//	program doord
//	template network info door-opened success | Door {acme_door.door} opened by {user.name}
//	sample Door 7 opened by anna
//
// A template is "category type action outcome | text" with the holes of
// templates (template.go), "-" for nothing. vendor, product and type are
// observer.*. program (any number of them) restricts the pack to messages
// whose header names one. Lines that begin with # are comments.
type Pack struct {
	Name                  string
	Vendor, Product, Type string
	Programs              []string
	Samples               []string

	templates []Template
}

// Packs are asked, in their order, about what no other format understood.
type Packs []*Pack

// Bounds of a pack: it is read by people.
const (
	maxPackText      = 256 << 10
	maxPackTemplates = 200
)

// ReadPack reads a pack and tries it on its own samples. Errors name the line.
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
	case len(p.templates) == 0:
		return nil, fmt.Errorf(`the pack has no line "template category type action outcome | text"`)
	}
	for _, s := range p.Samples {
		if !slices.ContainsFunc(p.templates, func(t Template) bool { return t.run(&templateMatch{}, s) }) {
			return nil, fmt.Errorf("no template fits the sample %q", s)
		}
	}
	return p, nil
}

func (p *Pack) add(word, rest string) error {
	switch word {
	case "parser":
		if !isPackName(rest) {
			return fmt.Errorf("the name %q may have small letters, digits and _ only, up to 40", rest)
		}
		p.Name = rest
	case "vendor":
		p.Vendor = rest
	case "product":
		p.Product = rest
	case "type":
		p.Type = rest
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
		return fmt.Errorf("%q is none of parser, vendor, product, type, program, template, sample", word)
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
				if name := b.target(); ownFields[name] || strings.HasPrefix(name, "log.") || strings.HasPrefix(name, "event.ingested") {
					return t, fmt.Errorf("%s is Porchlight's own: it cannot be read from a message", name)
				}
			}
		}
	}
	return t, nil
}

// ownFields are those that no message may set.
var ownFields = map[string]bool{"event.original": true, "event.kind": true, "tags": true, "@timestamp": true, "_id": true, "message": true}

// target is the name of the field that a binding sets.
func (b *Binding) target() string {
	if b.name != "" {
		return b.name
	}
	return b.field.String()
}

// Apply reads a message with the first template of the first pack that fits.
func (ps Packs) Apply(m *Message, ev *event.Event) bool {
	for _, p := range ps {
		if len(p.Programs) > 0 && !slices.Contains(p.Programs, m.App) {
			continue
		}
		k := Keyed{Event: ev, Location: m.Location}
		for i := range p.templates {
			if !p.templates[i].Match(m.Text, &k) {
				continue
			}
			if p.Vendor != "" || p.Product != "" {
				Observe(ev, p.Vendor, p.Product, p.Type)
			}
			From(ev, p.Name, p.Name+".log")
			return true
		}
	}
	return false
}
