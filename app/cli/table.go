package cli

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// aligned prints rows in columns. The widths are those of the first keep
// rows, so that a long list is not held back.
type aligned struct {
	w      io.Writer
	keep   int
	header []string
	right  []bool // numbers

	rows   [][]string
	widths []int
}

// maxWidth keeps one long value from pushing all other columns away.
const maxWidth = 48

func (a *aligned) add(row []string) error {
	if a.widths != nil {
		return a.print(row)
	}
	if a.rows = append(a.rows, row); len(a.rows) < a.keep {
		return nil
	}
	return a.flush()
}

// flush prints what is held back; later rows are printed at once.
func (a *aligned) flush() error {
	if a.widths != nil {
		return nil
	}
	a.widths = make([]int, len(a.header))
	lines := append([][]string{a.header}, a.rows...)
	for _, row := range lines {
		for i, cell := range row {
			a.widths[i] = max(a.widths[i], min(utf8.RuneCountInString(cell), maxWidth))
		}
	}
	a.rows = nil
	for _, row := range lines {
		if err := a.print(row); err != nil {
			return err
		}
	}
	return nil
}

func (a *aligned) print(row []string) error {
	var b strings.Builder
	for i, cell := range row {
		if i > 0 {
			b.WriteString("  ")
		}
		pad := strings.Repeat(" ", max(0, a.widths[i]-utf8.RuneCountInString(cell)))
		if a.right[i] {
			b.WriteString(pad + cell)
		} else {
			b.WriteString(cell + pad)
		}
	}
	_, err := fmt.Fprintln(a.w, strings.TrimRight(b.String(), " "))
	return err
}
