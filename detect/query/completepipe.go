package query

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// pipes finds the command the cursor is in; the position is at the first
// pipe.
func (c *completer) pipes() {
	for !c.done {
		bar := c.pos
		end := bar + 1
		for quoted := false; end < len(c.text) && (quoted || c.text[end] != '|'); end++ {
			switch {
			case c.text[end] == '\\' && end+1 < len(c.text):
				end++
			case c.text[end] == '"':
				quoted = !quoted
			}
		}
		end = min(end, len(c.text))
		if c.cursor <= end {
			c.command(bar, end)
			c.done = true
			return
		}
		if c.pos = end; c.pos >= len(c.text) {
			return
		}
	}
}

// command answers for the command between two pipes.
func (c *completer) command(bar, end int) {
	start := skipSpace(c.text[:end], bar+1)
	word := firstWord(c.text[start:end])
	after := start + len(word)
	switch {
	case c.cursor < start:
		c.choices(ExpectCommand, c.cursor, c.cursor, commandNames())
		return
	case c.cursor <= after:
		c.choices(ExpectCommand, start, after, commandNames())
		return
	}
	pieces := pieces(c.text[:end], after)
	at := slices.IndexFunc(pieces, func(p piece) bool { return p.end >= c.cursor })
	here := piece{start: c.cursor, end: c.cursor} // the piece the cursor is in
	before := pieces
	if at >= 0 {
		before = pieces[:at]
		// At the end of a comma or a parenthesis something new begins.
		switch p := pieces[at]; {
		case p.mark && p.end == c.cursor:
			before = pieces[:at+1]
			if at+1 < len(pieces) && pieces[at+1].start == c.cursor && !pieces[at+1].mark {
				here = pieces[at+1]
			}
		case !p.mark && p.start <= c.cursor:
			here = p
		}
	}
	if here.start < len(c.text) && here.start < here.end && c.text[here.start] == '"' {
		return // a name somebody makes up, or writes as it is
	}
	c.argument(strings.ToLower(word), before, here, bar)
}

// argument answers within the arguments of a command: before are the pieces
// up to the cursor's.
func (c *completer) argument(command string, before []piece, here piece, bar int) {
	last, by, open := "", false, ""
	for i, p := range before {
		s := c.text[p.start:p.end]
		switch {
		case s == "(" && i > 0:
			open = last
		case s == ")":
			open = ""
		case open == "" && equalFold(s, "by") && i > 0 && !before[i-1].isMark(c.text, ","):
			by = true
		}
		last = s
	}
	fresh := last == "" || last == "," || last == "(" || by && equalFold(last, "by")
	switch command {
	case "stats":
		switch {
		case open != "" && (equalFold(open, "bin") || last != "("):
		case open != "":
			c.found(ExpectField, here.start, here.end)
		case !fresh:
		case by:
			c.found(ExpectField, here.start, here.end)
		default:
			c.choices(ExpectFunction, here.start, here.end, aggNames[:])
		}
	case "timechart":
		if fresh && by && open == "" {
			c.found(ExpectField, here.start, here.end)
		}
	case "top", "rare":
		if fresh || len(before) == 1 && digits(last) == len(last) {
			c.found(ExpectField, here.start, here.end)
		}
	case "fields", "table":
		if fresh {
			c.found(ExpectField, here.start, here.end)
		}
	case "sort":
		if open == "" && (fresh || last == "-" || last == "+") {
			c.column(here, bar)
		}
	}
}

// column offers the columns of the table made by the commands before.
func (c *completer) column(here piece, bar int) {
	if s := c.text[here.start:here.end]; s != "" && (s[0] == '-' || s[0] == '+') && c.cursor > here.start {
		here.start++
	}
	if strings.HasPrefix(c.text[here.end:], "(") { // the rest of dcount(user.name)
		if i := strings.IndexAny(c.text[here.end:], ")|"); i > 0 && c.text[here.end+i] == ')' {
			here.end += i + 1
		}
	}
	q, err := Parse(c.text[:bar], time.Unix(0, 0))
	if err != nil || q.Stats == nil {
		return
	}
	c.choices(ExpectColumn, here.start, here.end, q.Stats.columnTexts())
}

// piece is a word, a quoted text or a mark ( ) , of a command's arguments.
type piece struct {
	start, end int
	mark       bool
}

func (p piece) isMark(text, mark string) bool { return p.mark && text[p.start:p.end] == mark }

// pieces splits s[from:].
func pieces(s string, from int) []piece {
	var out []piece
	for i := skipSpace(s, from); i < len(s); i = skipSpace(s, i) {
		p := piece{start: i}
		switch s[i] {
		case '(', ')', ',':
			i++
			p.mark = true
		case '"':
			for i++; i < len(s) && s[i] != '"'; i++ {
				if s[i] == '\\' {
					i++
				}
			}
			i = min(i+1, len(s))
		default:
			for i < len(s) && s[i] != ',' && !isWordEnd(s, i) {
				_, size := utf8.DecodeRuneInString(s[i:])
				if s[i] == '\\' && i+1 < len(s) {
					_, next := utf8.DecodeRuneInString(s[i+1:])
					size += next
				}
				i += size
			}
			if i == p.start { // a pipe in quotes that are not closed
				i++
			}
		}
		p.end = i
		out = append(out, p)
	}
	return out
}
