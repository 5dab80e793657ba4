package app

import "strings"

// joiner puts lines of a file together that are one message: stack traces,
// and JSON or XML that is spread over lines. What turns out to be none is
// given back line by line.
type joiner struct {
	lines []string
	size  int
	kind  joinKind

	depth  int  // of JSON: how many brackets are open
	quoted bool // of JSON: the line ends inside of a string

	tag   string // of XML: what ends it
	trace bool   // of text: a traceback, whose last line is not indented
}

type joinKind uint8

const (
	joinText joinKind = iota
	joinJSON
	joinXML
)

// maxJoined bounds how many lines are put together.
const maxJoined = 2_000

// add takes the next line and returns the messages that are complete with it.
func (j *joiner) add(line string) []string {
	if len(j.lines) == 0 {
		return j.begin(line, nil)
	}
	if j.size+len(line)+1 > maxLine || len(j.lines) >= maxJoined {
		return j.begin(line, j.giveUp())
	}
	switch j.kind {
	case joinJSON:
		j.push(line)
		if j.scan(line); j.depth <= 0 && !j.quoted {
			return j.flush()
		}
		return nil
	case joinXML:
		j.push(line)
		if strings.Contains(line, j.tag) {
			return j.flush()
		}
		return nil
	}
	if j.continues(line) {
		j.push(line)
		return nil
	}
	return j.begin(line, j.flush())
}

// begin starts a message with a line; done are those before it.
func (j *joiner) begin(line string, done []string) []string {
	j.kind, j.depth, j.quoted, j.trace = joinText, 0, false, false
	trimmed := strings.TrimLeft(line, " \t")
	switch {
	case trimmed == "[" || trimmed == "]" || trimmed == "],": // around a list of messages
		return append(done, line)
	case strings.HasPrefix(trimmed, "{"):
		j.kind = joinJSON
		if j.scan(trimmed); j.depth <= 0 {
			return append(done, line) // whole, or no JSON
		}
	case strings.HasPrefix(trimmed, "<") && len(trimmed) > 2 && isNameStart(trimmed[1]):
		name := trimmed[1:]
		if end := strings.IndexAny(name, " \t>/"); end >= 0 {
			name = name[:end]
		}
		j.tag = "</" + name + ">"
		if len(name) > 64 || strings.Contains(trimmed, j.tag) || strings.HasSuffix(trimmed, "/>") {
			return append(done, line)
		}
		j.kind = joinXML
	}
	j.lines, j.size = nil, 0
	j.push(line)
	return done
}

func isNameStart(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' || c == '_' }

func (j *joiner) push(line string) {
	j.lines = append(j.lines, line)
	j.size += len(line) + 1
}

// continues tells whether a line goes on with the text before it.
func (j *joiner) continues(line string) bool {
	first := j.lines[0]
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
		// The error itself, behind the indented lines of where.
		last := indented(j.lines[len(j.lines)-1])
		if last {
			j.trace = false
		}
		return last && strings.Contains(line, "Error") || last && strings.Contains(line, "Exception")
	}
	return false
}

// isException recognizes the line that names what was thrown, which stands
// between a log line and the indented lines of where.
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
	j.quoted = false // strings do not go on behind the end of a line
}

// flush returns what is there as one message.
func (j *joiner) flush() []string {
	if len(j.lines) == 0 {
		return nil
	}
	one := strings.Join(j.lines, "\n")
	if j.kind == joinJSON {
		one = strings.TrimSuffix(one, ",") // of a list
	}
	j.lines, j.size = nil, 0
	return []string{one}
}

// giveUp returns what is there: as it came, line by line, when it was to be
// JSON or XML and has no end.
func (j *joiner) giveUp() []string {
	if j.kind == joinText {
		return j.flush()
	}
	lines := j.lines
	j.lines, j.size = nil, 0
	return lines
}

// end returns what is left at the end of the file.
func (j *joiner) end() []string { return j.giveUp() }
