package read

import (
	"errors"
	"fmt"
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// A Template describes one kind of message by example, with holes for values:
//
//		Deny {network.transport} src {source.zone}:{source.ip}/{source.port}[[ by rule "{rule.name}"]]
//
//	  - {target} is a hole whose value is bound to the target as in bindings: an
//	    ECS field or a custom name, optionally with a reading after a colon, or
//	    several targets separated by spaces.
//	  - {} is a hole whose value is discarded.
//	  - [[...]] is optional. Options do not nest.
//	  - A space stands for one or more spaces.
//	  - Everything else is literal; {{ is a brace.
//
// A hole matches as little as the rest of the template allows, at least one
// byte; what cannot be the target's value (a word for source.port) does not
// match. The last hole takes the rest of the message.
type Template struct {
	Kind  Kind   // what its messages say happened
	head  string // what every message begins with
	forms []form // with and without the options, those with more first
	words []string
}

// form is a template with some of its options.
type form struct {
	steps   []step
	options uint8 // bit i: with option i, whose word must be in the message
}

// step is a literal, or a hole if text is empty.
type step struct {
	text string
	hole *Binding
	skip bool // a discarded hole
}

// maxHoles bounds the holes of a template, maxTries the work of matching one.
const (
	maxHoles = 32
	maxTries = 128

	// maxTemplateText bounds what is compared with templates: sentences are
	// not longer.
	maxTemplateText = 8 << 10
)

var errTooManyHoles = errors.New("more than 32 holes")

// MustTemplate is readTemplate for built-in templates: it panics on mistakes.
func MustTemplate(line string) Template {
	t, err := readTemplate(line)
	if err != nil {
		panic(fmt.Sprintf("template %q: %v", line, err))
	}
	return t
}

// readTemplate reads "category type action outcome | text", where "-" stands
// for nothing.
func readTemplate(line string) (Template, error) {
	head, text, ok := strings.Cut(line, " | ")
	words := strings.Fields(head)
	if !ok || len(words) != 4 {
		return Template{}, fmt.Errorf("a template is: category type action outcome | text, with - for nothing")
	}
	return newTemplate(kindOf(words), strings.TrimLeft(text, " "))
}

func newTemplate(k Kind, text string) (Template, error) {
	t := Template{Kind: k}
	t.head = text
	if i := strings.IndexAny(text, "{["); i >= 0 {
		t.head = text[:i]
	}
	forms := []form{{}}
	for rest := text; rest != ""; {
		before, option, after := rest, "", ""
		has := false
		if i := strings.Index(rest, "[["); i >= 0 {
			end := strings.Index(rest[i:], "]]")
			if end < 0 {
				return t, errors.New("[[ without ]]")
			}
			before, option, after, has = rest[:i], rest[i+2:i+end], rest[i+end+2:], true
		}
		steps, err := templateSteps(before)
		if err != nil {
			return t, err
		}
		for i := range forms {
			forms[i].steps = append(forms[i].steps, steps...)
		}
		if has {
			steps, err := templateSteps(option)
			if err != nil {
				return t, err
			}
			n := len(forms)
			if n > 32 {
				return t, errors.New("more than 6 options")
			}
			grown := make([]form, 0, 2*n)
			for _, f := range forms {
				with := append(append([]step(nil), f.steps...), steps...)
				grown = append(grown, form{with, f.options | 1<<len(t.words)}, form{append([]step(nil), f.steps...), f.options})
			}
			forms = grown
			t.words = append(t.words, longestWord(steps))
		}
		rest = after
	}
	for _, f := range forms {
		f.steps = joinLiterals(f.steps)
		holes := 0
		for i, s := range f.steps {
			if s.text == "" {
				holes++
				if i > 0 && f.steps[i-1].text == "" {
					return t, errors.New("two holes without a text between")
				}
			}
		}
		if holes > maxHoles {
			return t, errTooManyHoles
		}
		t.forms = append(t.forms, f)
	}
	return t, nil
}

// longestWord returns the longest text without a space in steps, "" if there
// is none.
func longestWord(steps []step) string {
	longest := ""
	for _, s := range steps {
		for w := range strings.FieldsSeq(s.text) {
			if len(w) > len(longest) {
				longest = w
			}
		}
	}
	return longest
}

func templateSteps(text string) ([]step, error) {
	var steps []step
	for text != "" {
		i := strings.IndexByte(text, '{')
		switch {
		case i < 0:
			return append(steps, step{text: text}), nil
		case strings.HasPrefix(text[i:], "{{"):
			steps = append(steps, step{text: text[:i+1]})
			text = text[i+2:]
			continue
		case i > 0:
			steps = append(steps, step{text: text[:i]})
		}
		end := strings.IndexByte(text[i:], '}')
		if end < 0 {
			return nil, errors.New("{ without }")
		}
		targets := strings.Fields(text[i+1 : i+end])
		if len(targets) == 0 {
			steps = append(steps, step{skip: true})
		} else {
			b, err := readBinding(targets)
			if err != nil {
				return nil, err
			}
			steps = append(steps, step{hole: b})
		}
		text = text[i+end+1:]
	}
	return steps, nil
}

func joinLiterals(steps []step) []step {
	var out []step
	for _, s := range steps {
		if n := len(out); n > 0 && s.text != "" && out[n-1].text != "" {
			out[n-1].text += s.text
		} else {
			out = append(out, s)
		}
	}
	return out
}

// Match reports whether the message matches and, if so, sets what it says.
func (t *Template) Match(text string, k *Keyed) bool {
	var m templateMatch
	return t.match(&m, text, k)
}

func (t *Template) match(m *templateMatch, text string, k *Keyed) bool {
	if len(text) > maxTemplateText || !t.run(m, text) {
		return false
	}
	for i := range m.n {
		k.Bind(m.found[i].hole, m.found[i].value)
	}
	t.Kind.Set(k.Event)
	return true
}

// run tries the forms whose options' words are in the message.
func (t *Template) run(m *templateMatch, text string) bool {
	if t.head != "" && literalLen(text, t.head) < 0 {
		return false
	}
	if !m.looked {
		m.looked, m.single = true, !strings.Contains(text, "  ")
	}
	var missing uint8
	for i, w := range t.words {
		if w != "" && !strings.Contains(text, w) {
			missing |= 1 << i
		}
	}
	for i := range t.forms {
		if f := &t.forms[i]; f.options&missing == 0 {
			m.n, m.tries, m.dead = 0, 0, false
			if m.run(f.steps, text) {
				return true
			}
		}
	}
	return false
}

// templateMatch is what the templates tried on one text share: it is large, and
// clearing it for each of them would cost more than most of them do.
type templateMatch struct {
	found [maxHoles]struct {
		hole  *Binding
		value string
	}
	n      int
	tries  int
	looked bool // single is known
	single bool // no two spaces in a row: literals are found as they are
	dead   bool // a literal is nowhere in the rest: no other choice can help
}

// run matches text with the remaining steps.
func (m *templateMatch) run(steps []step, text string) bool {
	for i, s := range steps {
		if s.text != "" {
			n := literalLen(text, s.text)
			if n < 0 {
				return false
			}
			text = text[n:]
			continue
		}
		if i == len(steps)-1 {
			text = strings.TrimRight(text, " \r\n")
			if text == "" || !fits(s.hole, text) {
				return false
			}
			m.keep(s, text)
			return true
		}
		next := steps[i+1].text
		head := next
		if !m.single {
			head = next[:literalHead(next)]
		}
		for from := 1; ; {
			if m.tries++; m.tries > maxTries || from > len(text) {
				return false
			}
			at := strings.Index(text[from:], head)
			if at < 0 {
				m.dead = from == 1
				return false
			}
			at += from
			if s.skip || fits(s.hole, text[:at]) {
				n := m.n
				m.keep(s, text[:at])
				if m.run(steps[i+1:], text[at:]) {
					return true
				}
				if m.dead {
					return false
				}
				m.n = n
			}
			from = at + 1
		}
	}
	return strings.TrimRight(text, " \r\n") == ""
}

func (m *templateMatch) keep(s step, value string) {
	if !s.skip {
		m.found[m.n].hole, m.found[m.n].value = s.hole, value
		m.n++
	}
}

// literalHead returns how much of a literal can be searched for: up to its
// first space that stands for several.
func literalHead(s string) int {
	if i := strings.IndexByte(s, ' '); i >= 0 {
		return i + 1
	}
	return len(s)
}

// literalLen returns how much of text the literal covers, -1 when text does
// not begin with it.
func literalLen(text, literal string) int {
	if strings.HasPrefix(text, literal) {
		n := len(literal)
		if literal[n-1] == ' ' {
			for n < len(text) && text[n] == ' ' {
				n++
			}
		}
		return n
	}
	n := 0
	for i := range len(literal) {
		if n >= len(text) || text[n] != literal[i] {
			return -1
		}
		n++
		if literal[i] == ' ' {
			for n < len(text) && text[n] == ' ' {
				n++
			}
		}
	}
	return n
}

// fits reports whether a text can be the value of a hole.
func fits(b *Binding, text string) bool {
	if b == nil {
		return true
	}
	switch b.as {
	case asPort:
		return IsPort(text)
	case asNumber:
		return IsNumber(text)
	case asMAC:
		_, _, ok := ParseMACs(text, 1)
		return len(text) <= 17 && ok
	case asAddress:
		text = bareAddress(text)
		if ip, _ := ParseIP(text); ip != "" {
			return true
		}
		return b.alt != event.None && IsHostName(text)
	case asInterface:
		return len(text) < 32 && strings.IndexByte(text, ' ') < 0 && !strings.HasSuffix(text, ":")
	case asAnyIP:
		ip, _ := ProseIP(text)
		return ip != ""
	case asTransport:
		return IsWord(text)
	case asClock:
		_, ok := clockDuration(text)
		return ok
	}
	return true
}

// bareAddress removes from an address what belongs to the surrounding text:
// IPv6's brackets before a port, the full stop of a sentence.
func bareAddress(s string) string {
	if len(s) > 2 && s[0] == '[' && s[len(s)-1] == ']' {
		return s[1 : len(s)-1]
	}
	if n := len(s) - 1; n > 0 && s[n] == '.' && LooksLikeIP(s[:n]) {
		return s[:n]
	}
	return s
}

// Templates are those of one format, by message id, or all under "" if
// messages have none.
type Templates map[string][]Template

// NewTemplates reads a table of templates, one per line:
//
//	id[,id...]  category type action outcome | template
//
// where "-" stands for nothing, type may join several with +, and ids are
// "*" for formats without ids. Lines that begin with # are comments.
func NewTemplates(table string) Templates {
	ts := Templates{}
	for line := range strings.SplitSeq(table, "\n") {
		ids, line, _ := strings.Cut(strings.TrimLeft(line, " \t"), " ")
		if ids == "" || ids[0] == '#' {
			continue
		}
		t := MustTemplate(line)
		for id := range strings.SplitSeq(ids, ",") {
			ts[id] = append(ts[id], t)
		}
	}
	return ts
}

// Match tries the templates of an id in order.
func (ts Templates) Match(id, text string, k *Keyed) bool {
	return matchFirst(ts[id], text, k)
}

// matchFirst sets what the first matching template says.
func matchFirst(templates []Template, text string, k *Keyed) bool {
	if len(templates) == 0 {
		return false
	}
	var m templateMatch
	for i := range templates {
		if templates[i].match(&m, text, k) {
			return true
		}
	}
	return false
}

// LazyTemplates is NewTemplates for rarely needed tables: they are read on
// first use.
func LazyTemplates(table string) func() Templates {
	return sync.OnceValue(func() Templates { return NewTemplates(table) })
}
