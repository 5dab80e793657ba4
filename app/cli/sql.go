package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"

	"porchlight/app"
	"porchlight/app/store/sqlview"
)

type sqlCmd struct {
	Format    string `help:"table, json (one object a line) or csv." enum:"table,json,csv" default:"table"`
	Statement string `arg:"" help:"A SELECT over the tables events, alerts, sources and identities; e.g. select \"source.ip\", count(*) from events where query = 'event.action:logon-failed last 7d' group by 1 order by 2 desc"`
}

func (c *sqlCmd) Run(ctx context.Context, g *globals) error {
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	out := bufio.NewWriter(g.stdout)
	p := newRowPrinter(out, c.Format)
	res, err := sqlview.View{Store: st}.Query(ctx, c.Statement, p.header, p.row)
	if err := errors.Join(p.finish(), out.Flush()); err != nil {
		return err
	}
	if errors.Is(err, sqlview.ErrStatement) {
		return usageError{err}
	}
	if err != nil {
		return err
	}
	return g.reportPartial(res.Partial)
}

// reportPartial says on stderr what an answer is missing.
func (g *globals) reportPartial(sentences []string) error {
	for _, p := range sentences {
		fmt.Fprintln(g.stderr, "partial:", p)
	}
	if len(sentences) > 0 {
		return errProblems
	}
	return nil
}

// rowPrinter prints rows of int64, float64, string, []byte and nil.
type rowPrinter struct {
	header func(columns []string) error
	row    func(values []any) error
	finish func() error
}

func newRowPrinter(w io.Writer, format string) rowPrinter {
	switch format {
	case "json":
		return jsonRows(w)
	case "csv":
		return csvRows(w)
	}
	return tableRows(w)
}

// jsonRows prints an object a line. Of columns with the same name, readers see
// only the last; avoiding that is up to the statement.
func jsonRows(w io.Writer) rowPrinter {
	var names [][]byte
	return rowPrinter{
		header: func(columns []string) error {
			for _, name := range columns {
				names = append(names, appendJSON(nil, name))
			}
			return nil
		},
		row: func(values []any) error {
			line := []byte("{")
			for i, v := range values {
				if i > 0 {
					line = append(line, ',')
				}
				line = append(append(line, names[i]...), ':')
				if b, ok := v.([]byte); ok {
					v = string(b)
				}
				line = appendJSON(line, v)
			}
			_, err := w.Write(append(line, "}\n"...))
			return err
		},
		finish: func() error { return nil },
	}
}

// appendJSON appends a value without the escapes for web pages; infinities,
// which JSON cannot express, become null.
func appendJSON(dst []byte, v any) []byte {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if enc.Encode(v) != nil {
		return append(dst, "null"...)
	}
	return append(dst, bytes.TrimSuffix(b.Bytes(), []byte("\n"))...)
}

func csvRows(w io.Writer) rowPrinter {
	cw := csv.NewWriter(w)
	return rowPrinter{
		header: func(columns []string) error {
			row := make([]string, len(columns))
			for i, name := range columns {
				row[i] = app.CSVName(name)
			}
			return cw.Write(row)
		},
		row: func(values []any) error {
			row := make([]string, len(values))
			for i, v := range values {
				row[i] = cellText(v)
				switch v.(type) {
				case string, []byte: // a number cannot be a formula
					row[i] = app.CSVCell(row[i])
				}
			}
			return cw.Write(row)
		},
		finish: func() error { cw.Flush(); return cw.Error() },
	}
}

// tableRowsAligned is how many rows are held back to determine the widths of
// the columns; later ones are printed as they come.
const tableRowsAligned = 1000

// maxCell bounds the width of a cell in a table, in characters.
const maxCell = 120

func tableRows(w io.Writer) rowPrinter {
	t := table{w: w, keep: tableRowsAligned, widest: maxCell}
	return rowPrinter{
		header: func(columns []string) error {
			t.columns = make([]column, len(columns))
			names, rule := make([]string, len(columns)), make([]string, len(columns))
			for i, name := range columns {
				names[i] = shorten(app.OneLine(name))
				rule[i] = strings.Repeat("-", utf8.RuneCountInString(names[i]))
			}
			t.header = [][]string{names, rule}
			return nil
		},
		row: func(values []any) error {
			cells := make([]string, len(values))
			for i, v := range values {
				cells[i] = shorten(cellText(v))
			}
			return t.add(cells...)
		},
		finish: t.flush,
	}
}

func shorten(s string) string {
	if utf8.RuneCountInString(s) <= maxCell {
		return s
	}
	return string([]rune(s)[:maxCell-1]) + "…"
}

// cellText writes a value out; NULL is empty.
func cellText(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	case []byte:
		return string(v)
	}
	return fmt.Sprint(v)
}
