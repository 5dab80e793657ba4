package query

import (
	"slices"
	"strconv"
	"strings"
)

// Pipes returns what the query asks for beside its tree and bounds, in the
// search language: `| fields a, b | head 20` or the Stats. Together with String
// it gives a text that Parse reads back to an equal query except for Since,
// Until and AfterID. It is empty for a plain search.
func (q *Query) Pipes() string {
	var parts []string
	if q.Columns != nil {
		var names []string
		for _, f := range q.Columns {
			names = append(names, f.pipeText())
		}
		parts = append(parts, "| fields "+strings.Join(names, ", "))
	}
	if q.Limit > 0 {
		parts = append(parts, "| head "+strconv.Itoa(q.Limit))
	}
	if q.Stats != nil {
		parts = append(parts, q.Stats.String())
	}
	return strings.Join(parts, " ")
}

// String returns the pipes in the search language, spelled out: what `top`
// made is written with stats, sort and head.
func (s *Stats) String() string {
	var b strings.Builder
	b.WriteString("| stats ")
	for i, a := range s.Aggs {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(a.text())
		b.WriteString(asText(a.Name, a.plainName()))
	}
	for i, k := range s.By {
		b.WriteString([]string{" by ", ", "}[min(i, 1)])
		b.WriteString(k.text())
		b.WriteString(asText(k.Name, k.plainName()))
	}
	texts := s.columnTexts()
	for i, o := range s.Sort {
		b.WriteString([]string{" | sort ", ", "}[min(i, 1)])
		if o.Desc {
			b.WriteByte('-')
		}
		b.WriteString(texts[o.Column])
	}
	if s.Head > 0 {
		b.WriteString(" | head " + strconv.Itoa(s.Head))
	}
	return b.String()
}

// columnTexts returns the columns' names as `sort` takes them.
func (s *Stats) columnTexts() []string {
	var texts []string
	add := func(name, plain, text string) {
		if name != plain {
			text = columnText(name)
		}
		texts = append(texts, text)
	}
	for _, k := range s.By {
		add(k.Name, k.plainName(), k.text())
	}
	for _, a := range s.Aggs {
		add(a.Name, a.plainName(), a.text())
	}
	return texts
}

func (a Agg) text() string {
	if a.Field.Refs != nil {
		return a.Func.String() + "(" + a.Field.pipeText() + ")"
	}
	return a.Func.String()
}

func (k Key) text() string {
	if k.Bin != 0 {
		return k.plainName()
	}
	return k.Field.pipeText()
}

// pipeText returns the field's name as it must be written after a pipe, where
// a short name stands for one field even if it is several in a search.
func (f Field) pipeText() string {
	a, ok := findAlias(f.Name)
	if ok && !slices.Equal(a.field().Refs, f.Refs) {
		return `\` + f.Name
	}
	return nameText(f.Name)
}

func asText(name, plain string) string {
	if name == plain {
		return ""
	}
	return " as " + columnText(name)
}

// columnText writes the name of a column: bare where it can be.
func columnText(name string) string {
	for i, r := range name {
		if i == 0 && !isNameStart(r) || !isNameChar(r) {
			return quote(name)
		}
	}
	return name
}
