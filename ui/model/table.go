package model

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"porchlight/detect/query"
)

// Table is what a search with stats found, sorted as the user wants it. It is
// immutable: Sort returns another.
type Table struct {
	query.Table
	Stats  *query.Stats
	Sorted int // the column it is sorted by; -1 for the original order
	Desc   bool
}

// NewTable returns a table in its original order.
func NewTable(t query.Table, s *query.Stats) *Table {
	out := &Table{Table: t, Stats: s, Sorted: -1}
	if len(s.Sort) > 0 {
		out.Sorted, out.Desc = s.Sort[0].Column, s.Sort[0].Desc
	}
	return out
}

// Sort returns the table sorted by a column: numbers greatest first, the rest
// ascending; reversed if it is already sorted by that column.
func (t *Table) Sort(column int) *Table {
	if column < 0 || column >= len(t.Columns) {
		return t
	}
	desc := t.Columns[column].Kind == query.NumberColumn
	if t.Sorted == column {
		desc = !t.Desc
	}
	return t.sorted(column, desc)
}

// SortedLike returns the table sorted like another one, if it has the same
// columns.
func (t *Table) SortedLike(before *Table) *Table {
	if before == nil || before.Sorted < 0 || before.Sorted == t.Sorted && before.Desc == t.Desc {
		return t
	}
	same := slices.EqualFunc(t.Columns, before.Columns, func(a, b query.Column) bool { return a.Name == b.Name })
	if !same {
		return t
	}
	return t.sorted(before.Sorted, before.Desc)
}

func (t *Table) sorted(column int, desc bool) *Table {
	out := *t
	out.Sorted, out.Desc = column, desc
	out.Rows = slices.Clone(t.Rows)
	kind := t.Columns[column].Kind
	slices.SortStableFunc(out.Rows, func(x, y []query.Cell) int {
		a, b := x[column], y[column]
		switch { // missing values come last in either direction
		case a.Null && b.Null:
			return 0
		case a.Null:
			return 1
		case b.Null:
			return -1
		}
		c := compareCells(kind, a, b)
		if desc {
			c = -c
		}
		return c
	})
	return &out
}

func compareCells(kind query.ColumnKind, a, b query.Cell) int {
	switch kind {
	case query.NumberColumn:
		return cmp.Compare(a.Number, b.Number)
	case query.TimeColumn:
		return cmp.Compare(a.Time, b.Time)
	}
	if x, err := netip.ParseAddr(a.Text); err == nil {
		if y, err := netip.ParseAddr(b.Text); err == nil {
			return x.Compare(y)
		}
	}
	if x, err := strconv.ParseFloat(a.Text, 64); err == nil {
		if y, err := strconv.ParseFloat(b.Text, 64); err == nil {
			return cmp.Or(cmp.Compare(x, y), strings.Compare(a.Text, b.Text))
		}
	}
	return cmp.Or(strings.Compare(strings.ToLower(a.Text), strings.ToLower(b.Text)), strings.Compare(a.Text, b.Text))
}

// Missing stands for the value of a group whose events lack the field.
const Missing = "–"

// Text prints a cell for people.
func (t *Table) Text(row, column int, loc *time.Location) string {
	c := t.Rows[row][column]
	switch {
	case c.Null:
		return Missing
	case t.Columns[column].Kind == query.TimeColumn:
		return t.timeText(c.Time, column, loc)
	case t.Columns[column].Kind == query.NumberColumn:
		return numberText(c)
	case c.Text == "":
		return `""`
	}
	return c.Text
}

func (t *Table) timeText(ns int64, column int, loc *time.Location) string {
	at := time.Unix(0, ns).In(loc)
	switch bin := t.bin(column); {
	case bin >= 24*time.Hour:
		return at.Format("2006-01-02")
	case bin >= time.Minute && bin%time.Minute == 0:
		return at.Format("2006-01-02 15:04")
	}
	return at.Format("2006-01-02 15:04:05")
}

// bin returns the step of a column of times; 0 if it is not one of the keys.
func (t *Table) bin(column int) time.Duration {
	if column < len(t.Stats.By) {
		return t.Stats.By[column].Bin
	}
	return 0
}

func numberText(c query.Cell) string {
	if c.Number == math.Trunc(c.Number) && math.Abs(c.Number) < 1e15 {
		return Count(int64(c.Number))
	}
	return c.Text
}

// Status says what the table holds.
func (t *Table) Status() string {
	if len(t.Stats.By) == 0 {
		return "One row for everything"
	}
	text := Plural(len(t.Rows), "row", "rows")
	if t.Groups > len(t.Rows) {
		text = Count(len(t.Rows)) + " of " + Plural(t.Groups, "row", "rows")
	}
	if t.Cut {
		text += " · more distinct values than can be kept: those found last are not counted"
	}
	if t.Estimated {
		text += " · distinct counts are close estimates"
	}
	return text
}

// Narrow returns the search for the events behind a row: the search without its
// pipes and with a term for each key, and the row's time if that is a key.
func (t *Table) Narrow(text string, span Span, row int) (string, Span) {
	search, _ := SplitPipes(text)
	for i := range t.Stats.By {
		c, field := t.Rows[row][i], t.Columns[i].Field.Name
		switch {
		case t.bin(i) > 0:
			if !c.Null {
				span = Span{Since: c.Time, Until: c.Time + int64(t.bin(i))}
			}
		case c.Null:
			search = WithoutField(search, field)
		default:
			search = WithTerm(search, field, c.Text, false)
		}
	}
	return search, span
}

// Bar is one row of a table as a bar.
type Bar struct {
	Label string
	Text  string // the number
	Value float64
}

// measure returns the first column of numbers; -1 if there is none.
func (t *Table) measure() int {
	for i := len(t.Stats.By); i < len(t.Columns); i++ {
		if t.Columns[i].Kind == query.NumberColumn {
			return i
		}
	}
	return -1
}

// MeasureName returns the name of the column that the charts show.
func (t *Table) MeasureName() string {
	if m := t.measure(); m >= 0 {
		return t.Columns[m].Name
	}
	return ""
}

// Bars returns the first rows as bars of their first number; nil if that makes
// no sense: no keys, or no number.
func (t *Table) Bars(most int, loc *time.Location) []Bar {
	m := t.measure()
	if m < 0 || len(t.Stats.By) == 0 || t.OverTime() {
		return nil
	}
	var bars []Bar
	for i, row := range t.Rows[:min(most, len(t.Rows))] {
		var keys []string
		for k := range t.Stats.By {
			keys = append(keys, t.Text(i, k, loc))
		}
		bars = append(bars, Bar{Label: strings.Join(keys, " · "), Text: t.Text(i, m, loc), Value: max(0, row[m].Number)})
	}
	return bars
}

// OverTime reports whether the table's first key is a time bin.
func (t *Table) OverTime() bool { return len(t.Stats.By) > 0 && t.Stats.By[0].Bin > 0 }

// TimeScale is the factor of the columns of a TimeChart, which makes even
// averages whole numbers.
const TimeScale = 1000

// TimeChart returns the table's first number over time, summed over the other
// keys and multiplied by TimeScale. ok is false if it has none, or if its sums
// are meaningless.
func (t *Table) TimeChart() (c Chart, ok bool) {
	m := t.measure()
	if m < 0 || !t.OverTime() || len(t.Rows) == 0 {
		return Chart{}, false
	}
	if f := t.Stats.Aggs[m-len(t.Stats.By)].Func; len(t.Stats.By) > 1 && f != query.Count && f != query.Sum {
		return Chart{}, false
	}
	sums := map[int64]float64{}
	for _, row := range t.Rows {
		if !row[0].Null && !row[m].Null {
			sums[row[0].Time] += row[m].Number
		}
	}
	for start, n := range sums {
		c.Bins = append(c.Bins, query.Bin{Start: start, Count: int(math.Round(min(max(n, 0), 1e15) * TimeScale))})
	}
	if len(c.Bins) == 0 {
		return Chart{}, false
	}
	slices.SortFunc(c.Bins, func(a, b query.Bin) int { return cmp.Compare(a.Start, b.Start) })
	c.Width = t.Stats.By[0].Bin
	c.Since, c.Until = c.Bins[0].Start, c.Bins[len(c.Bins)-1].Start+int64(c.Width)
	if slots := (c.Until - c.Since) / int64(c.Width); slots > 4000 { // a year of seconds cannot be drawn
		return Chart{}, false
	}
	return c, true
}

// TSV prints the table for the clipboard: spreadsheets split it into cells.
func (t *Table) TSV() string {
	var b strings.Builder
	clean := strings.NewReplacer("\t", " ", "\n", " ", "\r", " ")
	for _, line := range t.records() {
		for i, cell := range line {
			if i > 0 {
				b.WriteByte('\t')
			}
			b.WriteString(clean.Replace(cell))
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// records returns the header and the rows with machine-readable values.
func (t *Table) records() [][]string {
	header := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		header[i] = c.Name
	}
	out := [][]string{header}
	for _, row := range t.Rows {
		line := make([]string, len(row))
		for i, c := range row {
			switch {
			case c.Null:
			case t.Columns[i].Kind == query.TimeColumn:
				line[i] = time.Unix(0, c.Time).UTC().Format(time.RFC3339Nano)
			default:
				line[i] = c.Text
			}
		}
		out = append(out, line)
	}
	return out
}

// Write writes the table as "csv" or "jsonl".
func (t *Table) Write(w io.Writer, format string) error {
	records := t.records()
	switch format {
	case "csv":
		return csv.NewWriter(w).WriteAll(records)
	case "jsonl":
		for i, row := range t.Rows {
			if err := writeObject(w, t.Columns, row, records[i+1]); err != nil {
				return err
			}
		}
		return nil
	}
	return fmt.Errorf("a table can be written as csv or jsonl, not as %q", format)
}

// writeObject writes one row as a JSON object with the columns in order.
func writeObject(w io.Writer, columns []query.Column, row []query.Cell, texts []string) error {
	var b strings.Builder
	b.WriteByte('{')
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		name, _ := json.Marshal(c.Name)
		b.Write(name)
		b.WriteByte(':')
		var value any = texts[i]
		switch {
		case row[i].Null:
			value = nil
		case c.Kind == query.NumberColumn:
			value = row[i].Number
		}
		text, err := json.Marshal(value)
		if err != nil {
			return err
		}
		b.Write(text)
	}
	b.WriteString("}\n")
	_, err := io.WriteString(w, b.String())
	return err
}
