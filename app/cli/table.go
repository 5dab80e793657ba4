package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"porchlight/app"
)

// table prints rows of text in columns, two spaces apart. Characters that would
// move a terminal's cursor are taken out of the cells.
type table struct {
	w       io.Writer
	columns []column
	header  [][]string // lines above the rows
	keep    int        // how many rows are held back to determine the widths; 0 is all
	widest  int        // of a column, in characters, so that one long value does not push all others away; 0 is columnWidth

	rows   [][]string // held back
	widths []int      // nil while rows are held back
}

// column is how one column of a table is printed.
type column struct {
	width int  // at least, in characters
	right bool // numbers
}

// columnWidth is the widest a column gets by default.
const columnWidth = 48

// add takes the next row, which has a cell for each column.
func (t *table) add(row ...string) error {
	for i := range row {
		row[i] = app.OneLine(row[i])
	}
	if t.widths != nil {
		return t.print(row)
	}
	if t.rows = append(t.rows, row); t.keep == 0 || len(t.rows) < t.keep {
		return nil
	}
	return t.flush()
}

// flush prints what is held back; later rows are printed at once.
func (t *table) flush() error {
	if t.widths != nil {
		return nil
	}
	widest := t.widest
	if widest == 0 {
		widest = columnWidth
	}
	lines := append(t.header, t.rows...)
	t.widths = make([]int, len(t.columns))
	for i, c := range t.columns {
		t.widths[i] = c.width
		for _, line := range lines {
			t.widths[i] = max(t.widths[i], min(utf8.RuneCountInString(line[i]), widest))
		}
	}
	t.rows = nil
	for _, line := range lines {
		if err := t.print(line); err != nil {
			return err
		}
	}
	return nil
}

func (t *table) print(row []string) error {
	var b strings.Builder
	for i, cell := range row {
		if i > 0 {
			b.WriteString("  ")
		}
		pad := strings.Repeat(" ", max(0, t.widths[i]-utf8.RuneCountInString(cell)))
		if t.columns[i].right {
			b.WriteString(pad + cell)
		} else {
			b.WriteString(cell + pad)
		}
	}
	_, err := fmt.Fprintln(t.w, strings.TrimRight(b.String(), " "))
	return err
}
