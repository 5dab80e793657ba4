package cli

import (
	"cmp"
	"encoding/csv"
	"io"
	"strings"
	"time"

	"porchlight/app"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// csvColumns are the fields of csv output unless the search names others.
var csvColumns = []string{"@timestamp", "_id", "log.source.address", "host.name", "process.name", "event.action", "event.outcome",
	"user.name", "source.ip", "source.port", "destination.ip", "destination.port", "message"}

// eventPrinter returns how to print one event and how to end the output.
// Without columns each format shows its default ones.
func eventPrinter(w io.Writer, format string, columns []query.Field) (print func(*event.Event) error, finish func() error) {
	done := func() error { return nil }
	switch {
	case format == "json" && columns == nil:
		var line []byte
		return func(ev *event.Event) error {
			line = append(ev.AppendJSON(line[:0]), '\n')
			_, err := w.Write(line)
			return err
		}, done
	case format == "json":
		var line []byte
		return func(ev *event.Event) error {
			line = append(appendColumns(line[:0], ev, columns), '\n')
			_, err := w.Write(line)
			return err
		}, done
	case format == "csv":
		if columns == nil {
			for _, name := range csvColumns {
				columns = append(columns, query.NewField(name))
			}
		}
		cw := csv.NewWriter(w)
		row := fieldNames(columns)
		err := cw.Write(row)
		return func(ev *event.Event) error {
			if err != nil {
				return err
			}
			for i, f := range columns {
				v, _ := f.Lookup(ev)
				row[i] = app.CSVCell(v)
			}
			return cw.Write(row)
		}, func() error { cw.Flush(); return cw.Error() }
	case columns != nil:
		t := table{w: w, keep: tableLimit, header: [][]string{fieldNames(columns)}}
		for _, f := range columns {
			t.columns = append(t.columns, column{right: f.Refs[0].Field.Kind() == event.Long})
		}
		return func(ev *event.Event) error {
			row := make([]string, len(columns))
			for i, f := range columns {
				row[i] = columnCell(ev, f)
			}
			return t.add(row...)
		}, t.flush
	}
	t := table{w: w, keep: tableLimit, columns: []column{{}, {width: 15}, {width: 15}, {width: 18}, {width: 12}, {width: 15}, {}}}
	return func(ev *event.Event) error {
		return t.add(localTime(ev.Time),
			cmp.Or(ev.Get(event.HostName), ev.Get(event.LogSourceAddress)),
			cmp.Or(ev.Get(event.ProcessName), ev.Get(event.EventModule)),
			ev.Get(event.EventAction), ev.Get(event.UserName), ev.Get(event.SourceIP), ev.Get(event.Message))
	}, t.flush
}

func fieldNames(columns []query.Field) []string {
	names := make([]string, len(columns))
	for i, f := range columns {
		names[i] = f.Name
	}
	return names
}

// localTime shows Unix nanoseconds in the computer's zone.
func localTime(ns int64) string { return time.Unix(0, ns).Format(time.DateTime) }

// columnCell shows a field in a table: times local, several values side by side.
func columnCell(ev *event.Event, f query.Field) string {
	switch f.Refs[0].Field {
	case event.Timestamp:
		return localTime(ev.Time)
	case event.EventIngested:
		return localTime(ev.Received)
	}
	v, ok := f.Lookup(ev)
	if !ok {
		return "-"
	}
	return strings.ReplaceAll(v, event.Separator, ", ")
}

// appendColumns appends an object of those fields that the event has.
func appendColumns(dst []byte, ev *event.Event, columns []query.Field) []byte {
	dst = append(dst, '{')
	first := true
	for _, f := range columns {
		v, ok := f.Lookup(ev)
		if !ok {
			continue
		}
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = append(event.AppendJSONValue(dst, event.Text, f.Name), ':')
		dst = event.AppendJSONValue(dst, f.Refs[0].Field.Kind(), v)
	}
	return append(dst, '}')
}
