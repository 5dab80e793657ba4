package app

import (
	"bufio"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"porchlight/app/store"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// ExportFormat is how exported events are written.
type ExportFormat string

// The formats of exports.
const (
	ExportCSV    ExportFormat = "csv"    // one line of names, then one per event; several values as a JSON array
	ExportJSON   ExportFormat = "json"   // one flat object a line
	ExportSQLite ExportFormat = "sqlite" // a table events: see store.EventFile
)

// ExportFormatOf returns the format that a file's name stands for, "" when it
// stands for none.
func ExportFormatOf(path string) ExportFormat {
	switch strings.ToLower(filepath.Ext(path)) {
	case ".csv":
		return ExportCSV
	case ".json", ".jsonl", ".ndjson":
		return ExportJSON
	case ".db", ".sqlite", ".sqlite3":
		return ExportSQLite
	}
	return ""
}

// ExportOptions tell how to export; the zero value goes by the file's name
// and replaces nothing.
type ExportOptions struct {
	Format    ExportFormat     // "" goes by the file's name
	Overwrite bool             // replace a file that is there
	Progress  func(events int) // called now and then, if set
}

// PartialError says what an export lacks. What could be read is in the file.
type PartialError struct{ Sentences []string }

func (e *PartialError) Error() string {
	return "the export lacks what could not be read: " + strings.Join(e.Sentences, "; ")
}

// Searcher is what an export reads from: an App or a Store.
type Searcher interface {
	Search(ctx context.Context, q query.Query, yield func(*event.Event) bool) (query.Result, error)
}

// Export writes the events of a search into a file, replacing one that is
// there, and returns how many. The format goes by the name: .csv, .json or
// .jsonl, .db or .sqlite. q.Columns chooses the fields; nil takes all.
//
// A *PartialError means that the file is complete but for what it says; after
// any other error there is no file.
func (a *App) Export(ctx context.Context, q query.Query, path string) (events int, err error) {
	return ExportFile(ctx, a.store, q, path, ExportOptions{Overwrite: true})
}

// ExportFile is Export from any Searcher. The file gets its name when it is
// complete; until then it is called path.part.
func ExportFile(ctx context.Context, src Searcher, q query.Query, path string, o ExportOptions) (events int, err error) {
	if o.Format == "" {
		if o.Format = ExportFormatOf(path); o.Format == "" {
			return 0, fmt.Errorf("export to %s: cannot infer the format from the name; end it in .csv, .json or .db", path)
		}
	}
	if err := replaceable(path, o.Overwrite); err != nil {
		return 0, err
	}
	part := path + ".part"
	flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
	file, err := os.OpenFile(part, flags, 0o600)
	if errors.Is(err, fs.ErrExist) && o.Overwrite { // left by a kill
		if err = os.Remove(part); err == nil {
			file, err = os.OpenFile(part, flags, 0o600)
		}
	}
	if errors.Is(err, fs.ErrExist) {
		return 0, fmt.Errorf("export to %s: %s is there: another export writes it, or one was killed; delete it, or use --force", path, part)
	}
	if err != nil {
		return 0, fmt.Errorf("export: %w; choose a place that can be written to", err)
	}
	defer func() {
		if partial := (*PartialError)(nil); err != nil && !errors.As(err, &partial) {
			if e := os.Remove(part); !errors.Is(e, fs.ErrNotExist) {
				err = errors.Join(err, e)
			}
		}
	}()
	var partial error
	if o.Format == ExportSQLite {
		if err := file.Close(); err != nil {
			return 0, err
		}
		events, partial, err = exportSQLite(ctx, src, q, part, o.Progress)
	} else {
		if events, partial, err = exportText(ctx, src, q, file, o); err == nil {
			err = file.Sync()
		}
		err = errors.Join(err, file.Close())
	}
	if err == nil {
		err = replaceable(path, o.Overwrite) // somebody may have been faster
	}
	if err == nil {
		err = os.Rename(part, path)
	}
	if err != nil {
		return 0, fmt.Errorf("export to %s: %w", path, err)
	}
	return events, partial
}

// replaceable tells whether an export may take that name.
func replaceable(path string, overwrite bool) error {
	switch fi, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("export: %w", err)
	case !fi.Mode().IsRegular():
		return fmt.Errorf("export to %s: it is no file; name one inside a folder, or - for stdout", path)
	case !overwrite:
		return fmt.Errorf("export to %s: it exists; choose another name, or replace it with --force", path)
	}
	return nil
}

// ExportStream is ExportFile to a stream, in CSV or JSON.
func ExportStream(ctx context.Context, src Searcher, q query.Query, w io.Writer, o ExportOptions) (events int, err error) {
	if o.Format == ExportSQLite {
		return 0, errors.New("export: a SQLite file cannot be streamed; name a file")
	}
	events, partial, err := exportText(ctx, src, q, w, o)
	if err != nil {
		return events, fmt.Errorf("export: %w", err)
	}
	return events, partial
}

// each passes the events of a search on until one fails. The second error
// says what is missing.
func each(ctx context.Context, src Searcher, q query.Query, progress func(int), f func(*event.Event) error) (events int, partial, err error) {
	const step = 1000
	var failed error
	res, err := src.Search(ctx, q, func(ev *event.Event) bool {
		if failed = f(ev); failed != nil {
			return false
		}
		if events++; progress != nil && events%step == 0 {
			progress(events)
		}
		return true
	})
	if err = errors.Join(failed, err); err == nil {
		err = ctx.Err() // a cancelled search may have had its last event
	}
	if len(res.Partial) > 0 {
		partial = &PartialError{res.Partial}
	}
	return events, partial, err
}

func exportSQLite(ctx context.Context, src Searcher, q query.Query, path string, progress func(int)) (int, error, error) {
	file, err := store.CreateEventFile(path, q.Columns)
	if err != nil {
		return 0, nil, err
	}
	q.Columns = nil // the file asks for more than was chosen: its key and times
	n, partial, err := each(ctx, src, q, progress, file.Add)
	if err == nil {
		err = file.Finish()
	}
	if err != nil {
		return 0, nil, errors.Join(err, file.Discard())
	}
	return n, partial, nil
}

func exportText(ctx context.Context, src Searcher, q query.Query, w io.Writer, o ExportOptions) (n int, partial, err error) {
	out := bufio.NewWriterSize(w, 64<<10)
	if o.Format == ExportJSON {
		n, partial, err = exportJSON(ctx, src, q, out, o.Progress)
	} else {
		n, partial, err = exportCSV(ctx, src, q, out, o.Progress)
	}
	if err == nil {
		err = out.Flush()
	}
	return n, partial, err
}

func exportJSON(ctx context.Context, src Searcher, q query.Query, w io.Writer, progress func(int)) (int, error, error) {
	var line []byte
	return each(ctx, src, q, progress, func(ev *event.Event) error {
		if q.Columns == nil {
			line = ev.AppendJSON(line[:0])
		} else {
			line = append(line[:0], '{')
			for _, col := range q.Columns {
				if v, kind, ok := cell(ev, col); ok {
					if len(line) > 1 {
						line = append(line, ',')
					}
					line = event.AppendPairJSON(line, col.Name, kind, v)
				}
			}
			line = append(line, '}')
		}
		line = append(line, '\n')
		_, err := w.Write(line)
		return err
	})
}

// cell returns a field's text and kind, and whether it is present.
func cell(ev *event.Event, col query.Field) (string, event.Kind, bool) {
	for _, r := range col.Refs {
		if v, ok := ev.Lookup(r); ok {
			return v, r.Field.Kind(), true
		}
	}
	return "", event.Keyword, false
}

// exportCSV searches twice when it has to find out the columns: the first
// line names them, and the events need not fit into memory.
func exportCSV(ctx context.Context, src Searcher, q query.Query, w io.Writer, progress func(int)) (int, error, error) {
	columns, last := q.Columns, event.ID(0)
	if columns == nil {
		var err error
		if columns, last, err = occurring(ctx, src, q); err != nil {
			return 0, nil, err
		}
	}
	cw := csv.NewWriter(w)
	row := make([]string, len(columns))
	for i, col := range columns {
		row[i] = CSVName(col.Name)
	}
	if err := cw.Write(row); err != nil {
		return 0, nil, err
	}
	skipped := 0
	n, partial, err := each(ctx, src, q, progress, func(ev *event.Event) error {
		if last != 0 && ev.ID > last { // it came in between: the first line may lack its fields
			skipped++
			return nil
		}
		for i, col := range columns {
			v, kind, _ := cell(ev, col)
			row[i] = CSVCell(kind.Plain(v))
		}
		return cw.Write(row)
	})
	cw.Flush()
	return n - skipped, partial, errors.Join(err, cw.Error())
}

// occurring returns the fields the events of a search have, and the highest
// of their numbers.
func occurring(ctx context.Context, src Searcher, q query.Query) ([]query.Field, event.ID, error) {
	var slots [event.NumFields]bool
	extras := map[string]bool{}
	last := event.ID(0)
	_, _, err := each(ctx, src, q, nil, func(ev *event.Event) error {
		for r := range ev.Each() {
			if r.Field != event.None {
				slots[r.Field] = true
			} else if !extras[r.Name] {
				extras[strings.Clone(r.Name)] = true
			}
		}
		last = max(last, ev.ID)
		return nil
	})
	names := []string{event.DocumentID.String(), event.Timestamp.String(), event.EventIngested.String()}
	for f := event.None + 1; f < event.NumFields; f++ {
		if slots[f] {
			names = append(names, f.String())
		}
	}
	var columns []query.Field
	for _, name := range append(names, slices.Sorted(maps.Keys(extras))...) {
		columns = append(columns, query.NewField(name))
	}
	return columns, last, err
}

// CSVCell makes a value safe to open in a spreadsheet, where a cell that
// begins like a formula is one.
func CSVCell(v string) string {
	v = OneLine(v)
	// The wide forms count too in some.
	if r, _ := utf8.DecodeRuneInString(v); strings.ContainsRune("=+-@＝＋－＠", r) && v != "" {
		return "'" + v
	}
	return v
}

// CSVName is CSVCell for the name of a column: the names of known fields,
// such as @timestamp, stand as they are.
func CSVName(name string) string {
	if event.Resolve(name).Field != event.None {
		return name
	}
	return CSVCell(name)
}

// OneLine makes text from a log safe for a terminal: control characters,
// which could move the cursor or change colours, and those that turn the
// direction of writing become spaces.
func OneLine(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, s)
}
