package cli

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
	"strings"

	"porchlight/app"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// printTable prints the answer to stats. With bars, the first column of counts
// gets one beside each number.
func printTable(w io.Writer, format string, t query.Table, stats *query.Stats, bars bool) error {
	switch format {
	case "json":
		return printTableJSON(w, t)
	case "csv":
		return printTableCSV(w, t)
	}
	out := table{w: w}
	var names []string
	bar, most := -1, 0.0
	for i, c := range t.Columns {
		names = append(names, app.OneLine(c.Name))
		out.columns = append(out.columns, column{right: c.Kind == query.NumberColumn || c.Field.Field.Kind() == event.Long})
		if agg := i - len(stats.By); bars && bar < 0 && agg >= 0 && len(t.Rows) > 1 && stats.Aggs[agg].Func == query.Count {
			bar = i
			names, out.columns = append(names, ""), append(out.columns, column{})
		}
	}
	out.header = [][]string{names}
	for _, row := range t.Rows {
		if bar >= 0 {
			most = max(most, row[bar].Number)
		}
	}
	for _, row := range t.Rows {
		var cells []string
		for i, c := range row {
			switch {
			case c.Null:
				cells = append(cells, "-")
			case t.Columns[i].Kind == query.TimeColumn:
				cells = append(cells, localTime(c.Time))
			default:
				cells = append(cells, c.Text)
			}
			if i == bar {
				cells = append(cells, barOf(c.Number, most))
			}
		}
		if err := out.add(cells...); err != nil {
			return err
		}
	}
	return out.flush()
}

// barWidth is the length of the longest bar in characters.
const barWidth = 20

// barOf draws n as a share of most, in eighths of a character; nonzero values
// always show.
func barOf(n, most float64) string {
	if n <= 0 || most <= 0 {
		return ""
	}
	eighths := max(1, int(n/most*barWidth*8+0.5))
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return s
}

func printTableJSON(w io.Writer, t query.Table) error {
	var line []byte
	for _, row := range t.Rows {
		line = append(line[:0], '{')
		for i, c := range row {
			if i > 0 {
				line = append(line, ',')
			}
			column := t.Columns[i]
			line = append(event.AppendJSONValue(line, event.Text, column.Name), ':')
			switch {
			case c.Null:
				line = append(line, "null"...)
			case column.Kind == query.TimeColumn:
				line = event.AppendJSONValue(line, event.Keyword, event.FormatTime(c.Time))
			case column.Kind == query.NumberColumn:
				line = append(line, exactNumber(c)...)
			default:
				line = event.AppendJSONValue(line, column.Field.Field.Kind(), c.Text)
			}
		}
		line = append(line, '}', '\n')
		if _, err := w.Write(line); err != nil {
			return err
		}
	}
	return nil
}

// exactNumber writes all digits, for programs: the text of a whole number can
// have more of them than a float64, while that of a fraction is rounded.
func exactNumber(c query.Cell) string {
	if !strings.Contains(c.Text, ".") && c.Number == math.Trunc(c.Number) {
		return c.Text
	}
	return strconv.FormatFloat(c.Number, 'f', -1, 64)
}

func printTableCSV(w io.Writer, t query.Table) error {
	cw := csv.NewWriter(w)
	row := make([]string, len(t.Columns))
	for i, c := range t.Columns {
		row[i] = app.CSVCell(c.Name)
	}
	if err := cw.Write(row); err != nil {
		return err
	}
	for _, cells := range t.Rows {
		for i, c := range cells {
			switch {
			case c.Null:
				row[i] = ""
			case t.Columns[i].Kind == query.TimeColumn:
				row[i] = event.FormatTime(c.Time)
			case t.Columns[i].Kind == query.NumberColumn:
				row[i] = exactNumber(c)
			default:
				row[i] = app.CSVCell(c.Text)
			}
		}
		if err := cw.Write(row); err != nil {
			return err
		}
	}
	cw.Flush()
	return cw.Error()
}
