package file

import (
	"encoding/json"
	"strings"
)

// joiner joins lines of a file that are one message: stack traces, and JSON or
// XML spread over several lines. What turns out to be neither is returned line
// by line.
type joiner struct {
	lines []Message
	size  int
	kind  joinKind

	depth  int  // of JSON: how many brackets are open
	quoted bool // of JSON: the line ends inside a string

	tag   string // of XML: what ends it
	trace bool   // of text: a traceback, whose last line is not indented
}

type joinKind uint8

const (
	joinText joinKind = iota
	joinJSON
	joinXML
)

// maxJoined bounds how many lines are joined.
const maxJoined = 2_000

// add takes the next line and appends the messages that it completes.
func (j *joiner) add(done []Message, m Message) []Message {
	line := m.Body
	if len(j.lines) == 0 {
		return j.begin(done, m)
	}
	if j.size+len(line)+1 > MaxLine || len(j.lines) >= maxJoined {
		return j.begin(j.giveUp(done), m)
	}
	switch j.kind {
	case joinJSON:
		j.push(m)
		if j.scan(line); j.depth > 0 {
			return done
		}
		if !j.isJSON() {
			return j.giveUp(done)
		}
		return j.flush(done)
	case joinXML:
		if j.beginsAgain(line) {
			return j.begin(j.giveUp(done), m)
		}
		j.push(m)
		if strings.Contains(line, j.tag) {
			return j.flush(done)
		}
		return done
	}
	if j.continues(line) {
		j.push(m)
		return done
	}
	return j.begin(j.flush(done), m)
}

// begin starts a message with a line; done are the messages before it.
func (j *joiner) begin(done []Message, m Message) []Message {
	line := m.Body
	j.kind, j.depth, j.quoted, j.trace = joinText, 0, false, false
	trimmed := strings.TrimLeft(line, " \t")
	switch {
	case trimmed == "[" || trimmed == "]" || trimmed == "],": // around a list of messages
		return append(done, m)
	case strings.HasPrefix(trimmed, "{"):
		j.kind = joinJSON
		if j.scan(trimmed); j.depth <= 0 {
			return append(done, m) // whole, or no JSON
		}
	case strings.HasPrefix(trimmed, "<") && len(trimmed) > 2 && isNameStart(trimmed[1]):
		name := trimmed[1:]
		if end := strings.IndexAny(name, " \t>/"); end >= 0 {
			name = name[:end]
		}
		j.tag = "</" + name + ">"
		if len(name) > 64 || strings.Contains(trimmed, j.tag) || strings.HasSuffix(trimmed, "/>") {
			return append(done, m)
		}
		j.kind = joinXML
	}
	j.lines, j.size = j.lines[:0], 0
	j.push(m)
	return done
}

func isNameStart(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }

func (j *joiner) push(m Message) {
	j.lines = append(j.lines, m)
	j.size += len(m.Body) + 1
}

// continues reports whether a line continues the text before it.
func (j *joiner) continues(line string) bool {
	first := j.lines[0].Body
	indented := func(s string) bool {
		return strings.HasPrefix(s, "\t") || strings.HasPrefix(s, "  ")
	}
	switch {
	case line == "Traceback (most recent call last):" || strings.HasPrefix(line, "Caused by: ") || strings.HasPrefix(line, "Suppressed: "):
		j.trace = strings.HasPrefix(line, "Traceback")
		return true
	case isException(line) && !isException(first):
		return true
	case indented(first): // a file that indents everything
		return false
	case indented(line):
		return true
	case j.trace || first == "Traceback (most recent call last):":
		// The error itself, after the indented lines that say where.
		last := indented(j.lines[len(j.lines)-1].Body)
		if last {
			j.trace = false
		}
		return last && strings.Contains(line, "Error") || last && strings.Contains(line, "Exception")
	}
	return false
}

// isException recognizes the line that names what was thrown, which is between
// a log line and the indented lines that say where.
func isException(line string) bool {
	name, _, _ := strings.Cut(line, ":")
	if len(name) > 120 || !strings.HasSuffix(name, "Exception") && !strings.HasSuffix(name, "Error") && !strings.HasSuffix(name, "Throwable") || !strings.Contains(name, ".") {
		return false
	}
	for i := range len(name) {
		if c := name[i]; !isNameStart(c) && (c < '0' || c > '9') && c != '.' && c != '$' {
			return false
		}
	}
	return true
}

// scan counts the brackets of a line of JSON.
func (j *joiner) scan(line string) {
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case j.quoted && c == '\\':
			i++
		case c == '"':
			j.quoted = !j.quoted
		case j.quoted:
		case c == '{' || c == '[':
			j.depth++
		case c == '}' || c == ']':
			j.depth--
		}
	}
	j.quoted = false // strings do not continue past the end of a line
}

// isJSON reports whether the lines are a document, though maybe a sloppy one,
// and not the rest of one that was broken off with others behind it.
func (j *joiner) isJSON() bool {
	inside := true // lines that can only be the inside or the end of a document
	for _, m := range j.lines[1:] {
		inside = inside && (m.Body == "" || strings.IndexByte(" \t\"}]", m.Body[0]) >= 0)
	}
	return inside || json.Valid([]byte(strings.TrimSuffix(joined(j.lines).Body, ",")))
}

// beginsAgain reports whether a line of XML begins what the first one began:
// that has no end then.
func (j *joiner) beginsAgain(line string) bool {
	rest, same := strings.CutPrefix(line, indent(j.lines[0].Body)+"<"+j.tag[len("</"):len(j.tag)-1])
	return same && (rest == "" || strings.IndexByte(" \t>/", rest[0]) >= 0)
}

func indent(line string) string { return line[:len(line)-len(strings.TrimLeft(line, " \t"))] }

// flush appends the pending lines as one message.
func (j *joiner) flush(done []Message) []Message {
	if len(j.lines) == 0 {
		return done
	}
	one := joined(j.lines)
	if j.kind == joinJSON {
		one.Body = strings.TrimSuffix(one.Body, ",") // of a list
	}
	j.lines, j.size = j.lines[:0], 0
	return append(done, one)
}

// joined joins lines; the message ends where its last line does.
func joined(lines []Message) Message {
	last := lines[len(lines)-1]
	if len(lines) == 1 {
		return last
	}
	bodies := make([]string, len(lines))
	for i, l := range lines {
		bodies[i] = l.Body
	}
	last.Body = strings.Join(bodies, "\n")
	return last
}

// giveUp appends the pending lines: as they came, one by one, if they began as
// JSON or XML that never ended.
func (j *joiner) giveUp(done []Message) []Message {
	if j.kind == joinText {
		return j.flush(done)
	}
	done = append(done, j.lines...)
	j.lines, j.size = j.lines[:0], 0
	return done
}

// end appends what is left at the end of the file.
func (j *joiner) end(done []Message) []Message { return j.giveUp(done) }
