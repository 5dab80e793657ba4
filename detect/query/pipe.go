package query

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Limits of a table, so that one search cannot take all memory.
const (
	MaxAggs    = 16
	MaxKeys    = 8
	MaxColumns = 64 // of `fields`
)

// defaultRows is how many rows head, top and rare keep by default.
const defaultRows = 10

// command is a word after a pipe. read parses what follows the word and says
// what could have followed where it stopped, for errors.
type command struct {
	name string
	read func(p *parser, start int) (follow string, err error)
}

// commands returns the commands in the order in which they are offered.
func commands() []command {
	return []command{
		{"stats", (*parser).stats},
		{"top", func(p *parser, start int) (string, error) { return p.top(start, true) }},
		{"rare", func(p *parser, start int) (string, error) { return p.top(start, false) }},
		{"timechart", (*parser).timechart},
		{"sort", (*parser).sort},
		{"head", (*parser).head},
		{"fields", (*parser).columns},
		{"table", (*parser).columns},
	}
}

func commandNames() []string {
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	return names
}

func isCommand(word string) bool {
	return slices.ContainsFunc(commands(), func(c command) bool { return equalFold(word, c.name) })
}

// equalFold reports whether s is the word of the language in any case.
func equalFold(s, word string) bool { return len(s) == len(word) && equalASCII(s, word) }

// firstWord returns the letters s begins with after white space.
func firstWord(s string) string {
	s = s[skipSpace(s, 0):]
	for i, r := range s {
		if !unicode.IsLetter(r) {
			return s[:i]
		}
	}
	return s
}

// atPipe reports whether a pipe follows; || is the operator or.
func (p *parser) atPipe() bool { return p.has("|") && !p.has("||") }

// pipes reads `| command ...` up to the end of the text.
func (p *parser) pipes() error {
	follow := "'|'"
	for p.space(); !p.end(); p.space() {
		switch {
		case p.has("||"):
			return p.fail(p.pos, "'||' means 'or' and belongs in the search before the first '|'")
		case !p.accept("|"):
			return p.fail(p.pos, "expected %s", follow)
		}
		p.space()
		start := p.pos
		word := firstWord(p.text[p.pos:])
		i := slices.IndexFunc(commands(), func(c command) bool { return equalFold(word, c.name) })
		switch known := list(commandNames(), "or"); {
		case i < 0 && word == "":
			return p.fail(start, "expected a command after '|': %s; to search for a '|', quote it", known)
		case i < 0:
			return p.fail(start, "there is no command '%s': expected %s", word, known)
		}
		p.pos += len(word)
		if r, _ := utf8.DecodeRuneInString(p.text[p.pos:]); !p.end() && isNameChar(r) && r != '-' {
			p.pos = start
			return p.fail(start, "there is no command '%s': expected %s", p.run(), list(commandNames(), "or"))
		}
		p.space()
		var err error
		if follow, err = commands()[i].read(p, start); err != nil {
			return err
		}
	}
	return nil
}

// list writes names as `a, b or c`.
func list(names []string, joint string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + joint + " " + names[last]
}

// wantEvents complains about a command that comes too late to change what a
// table is made of.
func (p *parser) wantEvents(start int, name string) error {
	switch {
	case p.q.Stats != nil:
		return p.fail(start, "'%s' makes a table of events, and there already is one here", name)
	case p.q.Columns != nil:
		return p.fail(start, "'%s' makes a table of its own: remove the 'fields' before it", name)
	case p.q.Limit != 0:
		return p.fail(start, "'%s' counts all events: put the 'head' after it", name)
	}
	return nil
}

// comma consumes a comma and the white space around it.
func (p *parser) comma() bool {
	p.space()
	if !p.accept(",") {
		return false
	}
	p.space()
	return true
}

// keyword consumes a word of the language and the white space around it.
func (p *parser) keyword(word string) bool {
	p.space()
	name, _, end := readName(p.text, p.pos)
	if !equalFold(name, word) || end-p.pos != len(word) {
		return false
	}
	p.pos = end
	p.space()
	return true
}

// columnName reads the bare or quoted name of a column.
func (p *parser) columnName() (string, error) {
	if p.has(`"`) {
		return p.quotedText()
	}
	name, _, end := readName(p.text, p.pos)
	p.pos = end
	return name, nil
}

// pipeField reads the name of a field. Unlike in a search, a short name of
// several fields is one field here: the first of them that is present.
func (p *parser) pipeField(where string) (Field, error) {
	name, plain, end := readName(p.text, p.pos)
	if name == "" {
		return Field{}, p.fail(p.pos, "expected the name of a field %s", where)
	}
	p.pos = end
	if a, ok := findAlias(name); ok && !plain {
		return a.field(), nil
	}
	return NewField(name), nil
}

// top reads `10 user.name`: the most, or least, frequent values.
func (p *parser) top(start int, most bool) (string, error) {
	name := "rare"
	if most {
		name = "top"
	}
	if err := p.wantEvents(start, name); err != nil {
		return "", err
	}
	rows, err := p.rows(name)
	if err != nil {
		return "", err
	}
	s := &Stats{Aggs: []Agg{{Func: Count, Name: Count.String()}}}
	if err := p.by(s); err != nil {
		return "", err
	}
	s.Sort, s.Head = []Order{{Column: len(s.By), Desc: most}}, rows
	p.q.Stats = s
	return "',', 'as' or '|'", nil
}

// timechart reads `1h by host`: counts per step of time.
func (p *parser) timechart(start int) (string, error) {
	if err := p.wantEvents(start, "timechart"); err != nil {
		return "", err
	}
	k, err := p.bin()
	if err != nil {
		return "", err
	}
	p.q.Stats = &Stats{Aggs: []Agg{{Func: Count, Name: Count.String()}}, By: []Key{k}}
	if !p.keyword("by") {
		return "'by' or '|'", nil
	}
	return "',', 'as' or '|'", p.by(p.q.Stats)
}

// rows reads a number of rows; defaultRows when there is none.
func (p *parser) rows(after string) (int, error) {
	start := p.pos
	n := digits(p.text[start:])
	if n == 0 {
		return defaultRows, nil
	}
	p.pos += n
	rows, err := strconv.Atoi(p.text[start:p.pos])
	if err != nil || n > 9 || rows == 0 || !isWordEnd(p.text, p.pos) {
		return 0, p.fail(start, "expected a number from 1 to 999999999 after '%s'", after)
	}
	p.space()
	return rows, nil
}

// head reads `20`, of a table or else of the events.
func (p *parser) head(int) (string, error) {
	follow := "'|'"
	if digits(p.text[p.pos:]) == 0 {
		follow = "a number of rows or '|'"
	}
	rows, err := p.rows("head")
	if err != nil {
		return "", err
	}
	limit := &p.q.Limit
	if p.q.Stats != nil {
		limit = &p.q.Stats.Head
	}
	if *limit == 0 || rows < *limit {
		*limit = rows
	}
	return follow, nil
}

// sort reads `-count, +source.ip`.
func (p *parser) sort(start int) (string, error) {
	s := p.q.Stats
	switch {
	case s == nil:
		return "", p.fail(start, "events are always shown newest first: 'sort' needs a 'stats' before it")
	case len(s.Sort) > 0:
		return "", p.fail(start, "the table is already sorted; one 'sort' takes several columns: sort -count, user.name")
	case s.Head > 0:
		return "", p.fail(start, "put the 'sort' before the 'head', which keeps the first rows")
	}
	for {
		o := Order{Desc: p.accept("-")}
		if !o.Desc {
			p.accept("+")
		}
		p.space()
		at := p.pos
		var err error
		if o.Column, err = p.column(s); err != nil {
			return "", err
		}
		if slices.ContainsFunc(s.Sort, func(before Order) bool { return before.Column == o.Column }) {
			return "", p.fail(at, "the table is already sorted by this column")
		}
		s.Sort = append(s.Sort, o)
		if !p.comma() {
			return "',' or '|'", nil
		}
	}
}

// column reads the name of one of the table's columns: as it is shown, or as
// it is computed.
func (p *parser) column(s *Stats) (int, error) {
	start := p.pos
	exist := "the columns are " + list(s.columnTexts(), "and")
	name, err := p.columnName()
	if err != nil {
		return 0, err
	}
	if name == "" {
		return 0, p.fail(start, "expected a column to sort by; %s", exist)
	}
	quoted := p.text[start] == '"'
	if !quoted && p.text[min(p.pos, len(p.text)-1)] == '(' && p.pos < len(p.text) {
		p.pos = start
		if equalFold(name, "bin") {
			k, err := p.plainKey()
			if err != nil {
				return 0, err
			}
			name = k.Name
		} else {
			a, err := p.plainAgg()
			if err != nil {
				return 0, err
			}
			name = a.Name
		}
	}
	if i := slices.Index(s.columnNames(), name); i >= 0 {
		return i, nil
	}
	if !quoted {
		for i, k := range s.By {
			if k.plainName() == name {
				return i, nil
			}
		}
		for i, a := range s.Aggs {
			if a.plainName() == name {
				return len(s.By) + i, nil
			}
		}
	}
	return 0, p.fail(start, "the table has no column '%s'; %s", name, exist)
}

// columns reads `source.ip, user.name`: what to show of each event.
func (p *parser) columns(start int) (string, error) {
	switch {
	case p.q.Stats != nil:
		return "", p.fail(start, "'fields' chooses what to show of events, and this is already a table; its columns are those of 'stats'")
	case p.q.Columns != nil:
		return "", p.fail(start, "the fields are already chosen: list them all in one place")
	}
	var columns []Field
	for {
		at := p.pos
		f, err := p.pipeField("to show")
		switch {
		case err != nil:
			return "", err
		case len(columns) == MaxColumns:
			return "", p.fail(at, "more than %d fields", MaxColumns)
		case slices.ContainsFunc(columns, func(g Field) bool { return g.Name == f.Name }):
			return "", p.fail(at, "'%s' is listed twice", f.Name)
		}
		columns = append(columns, f)
		if !p.comma() {
			p.q.Columns = columns
			return "',' or '|'", nil
		}
	}
}
