package read

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"porchlight/ingest/event"
)

// Propose makes a pack from lines of a device that nothing understands: lines
// that are alike except for some values become a template, the values its
// holes, named by their form and the words before them. It is a proposal: the
// admin names what it could not. lines are messages without syslog headers.
func Propose(name string, lines []string) (pack string, fits int) {
	var groups []*lineGroup
	for _, l := range lines[:min(len(lines), maxProposed)] {
		l = strings.TrimSpace(l)
		if l == "" || len(l) > 2048 || strings.Contains(l, "[[") || strings.ContainsAny(l, "\r\n") {
			continue
		}
		atoms := atomize(l)
		if len(atoms) > 2*maxHoles+64 {
			continue
		}
		i := slices.IndexFunc(groups, func(g *lineGroup) bool { return g.takes(atoms) })
		if i < 0 {
			if len(groups) == maxPackTemplates {
				continue
			}
			groups = append(groups, &lineGroup{atoms: atoms})
			i = len(groups) - 1
		} else {
			groups[i].merge(atoms)
		}
		groups[i].lines = append(groups[i].lines, l)
	}
	slices.SortStableFunc(groups, func(a, b *lineGroup) int { return len(b.lines) - len(a.lines) })
	var b strings.Builder
	fmt.Fprintf(&b, "# A parser for Porchlight, proposed from %d lines. Name what is named %s.value…,\n# say what happened (category type action outcome), and save it.\nparser %s\n", len(lines), name, name)
	for _, g := range groups {
		text := g.template(name)
		line := g.kind() + " | " + text
		t, err := readPackTemplate(line)
		if err != nil {
			continue
		}
		good := slices.DeleteFunc(slices.Clone(g.lines), func(s string) bool { return !t.run(&templateMatch{}, s) })
		if len(good) == 0 {
			continue
		}
		fits += len(good)
		fmt.Fprintf(&b, "\n# %d of the lines\ntemplate %s\n", len(good), line)
		for _, s := range good[:min(2, len(good))] {
			fmt.Fprintf(&b, "sample %s\n", s)
		}
	}
	if fits == 0 {
		return "", 0
	}
	return b.String(), fits
}

// maxProposed bounds how many lines are examined.
const maxProposed = 2000

// atom is a piece of a line: a value, or what is between two.
type atom struct {
	text string
	form atomForm
}

type atomForm uint8

const (
	formText    atomForm = iota // a word
	formBetween                 // spaces and punctuation
	formVaries                  // a word that differs from line to line
	formIP
	formPort
	formMAC
	formNumber
	formHex
	formEmail
	formURL
	formPath
	formClock
)

// atomize splits a line into words and what is between them.
func atomize(line string) []atom {
	var out []atom
	for i := 0; i < len(line); {
		j := i
		for j < len(line) && !isWordByte(line[j]) {
			j++
		}
		if j > i {
			out = append(out, atom{line[i:j], formBetween})
			i = j
			continue
		}
		for j < len(line) && isWordByte(line[j]) {
			j++
		}
		word := line[i:j]
		// A full stop and a key's separator are not part of the word.
		for len(word) > 1 && strings.IndexByte(".:,;", word[len(word)-1]) >= 0 {
			word = word[:len(word)-1]
		}
		out = append(out, wordAtoms(word)...)
		i += len(word)
		if rest := line[i:j]; rest != "" {
			out = append(out, atom{rest, formBetween})
			i = j
		}
	}
	// What is between words is one piece.
	joined := out[:0]
	for _, a := range out {
		if n := len(joined); n > 0 && a.form == formBetween && joined[n-1].form == formBetween {
			joined[n-1].text += a.text
		} else {
			joined = append(joined, a)
		}
	}
	return joined
}

func isWordByte(c byte) bool {
	return IsLetter(c) || '0' <= c && c <= '9' || c >= 0x80 || strings.IndexByte(`._-@:/\+%$~&?#`, c) >= 0
}

// wordAtoms classifies a word by its form; address and port are two atoms.
func wordAtoms(word string) []atom {
	if ip, _ := ParseIP(word); ip != "" {
		return []atom{{word, formIP}}
	}
	for _, separator := range [...]string{":", "/"} {
		if host, port, ok := CutLast(word, separator); ok && IsPort(port) {
			if ip, _ := ParseIP(host); ip != "" {
				return []atom{{host, formIP}, {separator, formBetween}, {port, formPort}}
			}
		}
	}
	form := formText
	switch _, _, mac := ParseMACs(word, 1); {
	case mac && len(word) == 17:
		form = formMAC
	case IsNumber(word):
		form = formNumber
	case strings.Contains(word, "://"):
		form = formURL
	case strings.Count(word, "@") == 1 && strings.Contains(word, "."):
		form = formEmail
	case len(word) > 2 && (word[0] == '/' || word[1] == ':' && word[2] == '\\'):
		form = formPath
	case isClock(word):
		form = formClock
	case len(word) >= 6 && IsHexWord(word):
		form = formHex
	}
	if form == formText { // key:value
		if key, value, ok := strings.Cut(word, ":"); ok && value != "" && isLetterWord(key) {
			return append([]atom{{key, formText}, {":", formBetween}}, wordAtoms(value)...)
		}
	}
	return []atom{{word, form}}
}

// isClock recognizes 10:00:00, 2026-03-01 and the two joined.
func isClock(s string) bool {
	digits, marks := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			digits++
		case c == ':' || c == '-' || c == '.' || c == 'T' || c == 'Z' || c == '+' || c == '/':
			marks++
		default:
			return false
		}
	}
	return digits >= 4 && marks >= 2
}

// lineGroup is a group of similar lines.
type lineGroup struct {
	atoms []atom
	lines []string
}

// takes reports whether a line belongs to the group: the same pieces, with at
// most a third of the words different, and not the first.
func (g *lineGroup) takes(atoms []atom) bool {
	if len(atoms) != len(g.atoms) {
		return false
	}
	words, different := 0, 0
	for i, a := range g.atoms {
		b := atoms[i]
		switch {
		case a.form == formBetween || b.form == formBetween:
			if a != b {
				return false
			}
		case a.form == formText || a.form == formVaries:
			words++
			if a.form == formVaries || a.text != b.text {
				different++
				if words == 1 && a.form == formText {
					return false
				}
			}
		case a.form != b.form:
			return false
		}
	}
	return 3*different <= words
}

func (g *lineGroup) merge(atoms []atom) {
	for i := range g.atoms {
		if a := &g.atoms[i]; a.form == formText && a.text != atoms[i].text {
			a.form = formVaries
		}
	}
}

// template returns the group as a template's text.
func (g *lineGroup) template(name string) string {
	var b strings.Builder
	w := holes{pack: name, used: map[string]bool{}}
	for _, a := range g.atoms {
		switch {
		case a.form == formBetween:
			b.WriteString(strings.ReplaceAll(a.text, "{", "{{"))
			continue
		case a.form != formText:
			b.WriteString(w.hole(a.form))
			w.before, w.earlier = "", ""
			continue
		case len(g.lines) > 1 && isUserWord(Lower(w.before), Lower(w.earlier)) && isUserName(a.text):
			b.WriteString(w.target("user.name", w.own(w.before)))
		default:
			b.WriteString(strings.ReplaceAll(a.text, "{", "{{"))
		}
		w.earlier, w.before = w.before, a.text
	}
	return b.String()
}

// holes names the holes of a template.
type holes struct {
	pack            string
	used            map[string]bool // names in use
	unnamed         int
	side            string // of the last address: source or destination
	before, earlier string // the words before it
}

// hole returns the hole for a value of a form.
func (w *holes) hole(form atomForm) string {
	own := w.own(w.before)
	switch form {
	case formVaries:
		return w.target(fieldBehind(Lower(w.before), Lower(w.earlier)), own)
	case formIP:
		switch proseSide(Lower(w.before), Lower(w.earlier), "") {
		case "to", "dst", "destination", "dest", "server", "target", "against":
			w.side = "destination"
		default:
			if w.side = "source"; w.used["source.ip"] {
				w.side = "destination"
			}
		}
		return w.target(w.side+".ip", own)
	case formPort:
		return w.target(w.side+".port", w.own("port"))
	case formMAC:
		return w.target("source.mac", "destination.mac")
	case formEmail:
		return w.target("user.email:text", own)
	case formURL:
		return w.target("url.original", own)
	case formPath:
		return w.target("file.path", own)
	case formNumber:
		switch Lower(w.before) {
		case "port":
			return w.target(cmp.Or(w.side, "source")+".port", own)
		case "pid":
			return w.target("process.pid", own)
		}
	case formClock:
		return "{}"
	}
	return w.target(own)
}

// fieldBehind returns the field of a word that follows others; "" for none.
func fieldBehind(before, earlier string) string {
	switch {
	case isUserWord(before, earlier) || before == "by":
		return "user.name"
	case before == "interface" || before == "iface" || before == "intf":
		return "observer.ingress.interface.name"
	case before == "rule" || before == "policy":
		return "rule.name"
	case before == "reason" || before == "because":
		return "event.reason"
	}
	return ""
}

// target returns a hole with the first free name.
func (w *holes) target(names ...string) string {
	for _, n := range names {
		if n != "" && !w.used[n] {
			w.used[n] = true
			return "{" + n + "}"
		}
	}
	w.unnamed++
	return "{" + w.pack + ".value" + strconv.Itoa(w.unnamed) + "}"
}

// own returns the pack's own name for what follows a word.
func (w *holes) own(word string) string {
	if word = plainWord(word); word == "" {
		return ""
	}
	return w.pack + "." + word
}

// kind guesses what the lines say happened: category type action outcome.
func (g *lineGroup) kind() string {
	line := g.lines[0]
	var ev event.Event
	if ProseLogin(&ev, line) {
		return fmt.Sprintf("%s %s %s %s", ev.Get(event.EventCategory), ev.Get(event.EventType), ev.Get(event.EventAction), cmp.Or(ev.Get(event.EventOutcome), "-"))
	}
	addresses := 0
	var words []string
	for _, a := range g.atoms {
		if a.form == formIP {
			addresses++
		}
		if w := plainWord(a.text); a.form == formText && w != "" && len(words) < 3 {
			words = append(words, w)
		}
	}
	action := cmp.Or(strings.ReplaceAll(strings.Join(words, "-"), "_", "-"), "message")
	for _, a := range g.atoms {
		if a.form != formText {
			continue
		}
		switch verdict := VerdictOf(Lower(a.text)); {
		case verdict == Denied && addresses > 0:
			return "network connection+denied connection-denied failure"
		case verdict == Allowed && addresses > 1:
			return "network connection+allowed connection-allowed success"
		}
	}
	category, typ := "host", "info"
	if addresses > 1 {
		category, typ = "network", "connection+info"
	}
	return fmt.Sprintf("%s %s %s %s", category, typ, action, cmp.Or(ProseOutcome(line), "-"))
}
