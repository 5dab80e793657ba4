package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"porchlight/ingest"
	"porchlight/ingest/event"
)

// ImportFormat says what a line of an imported file is.
type ImportFormat string

// The formats. In all of them a line is stored whatever it holds.
const (
	// ImportAuto recognizes each line by itself. A JSON object with nothing
	// but the string member raw is only a wrapping: raw is the message.
	ImportAuto ImportFormat = "auto"
	// ImportLines takes each line as the message, wrapped or not.
	ImportLines ImportFormat = "lines"
	// ImportJSONL expects JSON objects. The string member raw is the message
	// if there is one, else the object itself is; a line that is no object is
	// taken as it stands and counted.
	ImportJSONL ImportFormat = "jsonl"
)

// ImportOptions say how files are read.
type ImportOptions struct {
	Format   ImportFormat               // "" means ImportAuto
	Vendor   string                     // observer.vendor where the lines do not tell
	Progress func(path string, b int64) // called now and then with the bytes read of a file so far; may be nil
}

// ImportSummary says what an import did.
type ImportSummary struct {
	Files   int      // files read
	Lines   int      // messages taken
	Known   int      // lines that an earlier import had taken already
	NotJSON int      // lines taken as they stand though ImportJSONL expected objects
	Skipped []string // what cannot be read as logs, with the reason
}

// maxLine bounds a message from a file, as for the network.
const maxLine = 64 << 10

// importStdin is the path that stands for stdin.
const importStdin = "-"

// Import reads log files, plain or compressed (.gz, .zst), Windows event logs
// (.evtx), and folders of them through the same pipeline as the network: the oldest file of all paths
// first, then what can only be read once, stdin ("-") and named pipes. What an
// earlier import has read of a file is not read again, also when the file was
// renamed or compressed since; a file that has grown continues where it ended.
// A path that does not exist is an error before anything is read; what exists
// and cannot be read is skipped. Run must go on until Import has returned.
//
// When ctx is cancelled, what was read so far is stored and remembered; the
// error then wraps that of ctx.
func (a *App) Import(ctx context.Context, paths []string, stdin io.Reader, opt ImportOptions) (ImportSummary, error) {
	var sum ImportSummary
	switch opt.Format {
	case "":
		opt.Format = ImportAuto
	case ImportAuto, ImportLines, ImportJSONL:
	default:
		return sum, fmt.Errorf("import: unknown format %q", opt.Format)
	}
	files, streams, skipped, err := findFiles(ctx, paths)
	if err != nil {
		return sum, fmt.Errorf("import: %w", err)
	}
	sum.Skipped = skipped
	for _, path := range files {
		if err := skipUnreadable(path, a.importFile(ctx, path, opt, &sum), &sum); err != nil {
			return sum, err
		}
	}
	for _, path := range streams {
		if err := skipUnreadable(path, a.importStream(ctx, path, stdin, opt, &sum), &sum); err != nil {
			return sum, err
		}
	}
	return sum, nil
}

// skipUnreadable notes a file that holds no log and passes other errors on.
func skipUnreadable(path string, err error, sum *ImportSummary) error {
	var bad *notLogError
	if errors.As(err, &bad) {
		sum.Skipped = append(sum.Skipped, fmt.Sprintf("%s: %s", path, bad.reason))
		return nil
	}
	return err
}

// importStream imports what cannot be read twice, so that there is no telling
// what of it is known.
func (a *App) importStream(ctx context.Context, path string, stdin io.Reader, opt ImportOptions, sum *ImportSummary) error {
	r := stdin
	if path != importStdin {
		pipe := openPipe(ctx, path)
		defer pipe.Close()
		r = pipe
	}
	text, err := readText(ctx, r, func() {}, true)
	if err != nil {
		return err
	}
	defer text.close()
	sum.Files++
	return a.importLines(ctx, path, text, nil, nil, opt, sum)
}

// importFile imports the part of a file that no earlier import has taken.
func (a *App) importFile(ctx context.Context, path string, opt ImportOptions, sum *ImportSummary) error {
	text, err := openText(ctx, path)
	if err != nil {
		return err
	}
	defer func() { text.close() }()
	first, _, err := text.next()
	switch {
	case errors.Is(err, io.EOF):
		return nil // empty
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil:
		return &notLogError{err.Error()}
	}
	sum.Files++
	cursors, err := a.importCursors(ctx, first)
	if err != nil {
		return err
	}
	known, err := cursors.known(ctx, path)
	if err != nil {
		return err
	}
	// From the start again, to behind what is known.
	text.close()
	if text, err = openText(ctx, path); err != nil {
		text = &textReader{close: func() {}}
		return err
	}
	if text.skip(known.Bytes); text.bytes != known.Bytes || known.SHA256 != "" && text.sum() != known.SHA256 {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &notLogError{"it changed while it was read; import it again"}
	}
	text.count = known.Lines
	sum.Known += known.Lines
	if err := cursors.seen(ctx, known, absolute(path)); err != nil {
		return err
	}
	var rows *sheet
	if opt.Format == ImportAuto {
		rows = newSheet(path, first)
	}
	return a.importLines(ctx, path, text, rows, cursors, opt, sum)
}

// checkpoint is how many lines are read between two savings of the cursor: a
// kill in between makes a repeated import store at most so many twice.
const checkpoint = 16_384

// importLines pushes the lines that are left and saves how far it came to
// cursors, which is nil where that makes no sense. rows is nil for a file that
// is no table.
func (a *App) importLines(ctx context.Context, path string, text *textReader, rows *sheet, cursors *importCursors, opt ImportOptions, sum *ImportSummary) error {
	start, droppedBefore, shown := text.bytes, a.importsDropped(), path
	if path != importStdin {
		shown = absolute(path)
	}
	// What was read is stored also when ctx is cancelled; only a store that
	// cannot take it does not hold up the end for long.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer context.AfterFunc(ctx, func() {
		select {
		case <-work.Done():
		case <-time.After(shutdownPatience / 2):
			stop()
		}
	})()
	save := func() error {
		if opt.Progress != nil {
			opt.Progress(path, text.bytes)
		}
		if err := a.pipeline.Flush(work); err != nil {
			return err
		}
		if a.importsDropped() != droppedBefore {
			return fmt.Errorf("import %s: not all lines could be stored; run the same import again to continue", path)
		}
		if cursors == nil || text.bytes == start {
			return nil
		}
		return cursors.set(work, importCursor{shown, text.count, text.bytes, text.sum()})
	}
	var join interface {
		add(line string) []string // the messages that are complete with it
		end() []string
	} = &joiner{}
	if rows != nil {
		join = rows
	}
	push := func(line string, truncated bool) {
		body, ok := opt.Format.message(line)
		if !ok {
			sum.NotJSON++
		}
		a.pipeline.PushContext(work, event.Raw{Input: ingest.ImportInput, Path: shown, Vendor: opt.Vendor, Received: a.now().UnixNano(), Body: body, Truncated: truncated})
		sum.Lines++
	}
	// What is put together so far has been read: it goes before the position
	// is saved.
	pushAll := func(messages []string) {
		for _, m := range messages {
			push(m, false)
		}
	}
	for read := 0; ; {
		if ctx.Err() != nil {
			pushAll(join.end())
			return errors.Join(ctx.Err(), save())
		}
		if cursors == nil && text.r.Buffered() == 0 {
			pushAll(join.end()) // of a stream, which may pause here for long
		}
		line, truncated, err := text.next()
		if err != nil {
			pushAll(join.end())
		}
		switch {
		case errors.Is(err, io.EOF):
			if text.damage != nil {
				for _, d := range *text.damage {
					sum.Skipped = append(sum.Skipped, path+": "+d)
				}
			}
			return save()
		case err != nil && ctx.Err() != nil:
			return errors.Join(ctx.Err(), save())
		case err != nil:
			sum.Skipped = append(sum.Skipped, fmt.Sprintf("%s: the rest after line %d: %v", path, text.count, err))
			return save()
		case line == "" && (rows == nil || !rows.open), rows != nil && text.count == 1:
			continue // the names of the columns are in every message
		}
		switch {
		case opt.Format == ImportJSONL || text.damage != nil:
			push(line, truncated) // one line, one message
		case truncated:
			pushAll(join.end())
			push(line, true)
		default:
			pushAll(join.add(line))
		}
		if read++; read >= checkpoint && (rows == nil || !rows.open) {
			read = 0
			pushAll(join.end())
			if err := save(); err != nil {
				return errors.Join(ctx.Err(), err)
			}
		}
	}
}

// importsDropped counts the imported messages that were lost, which happens
// only when the pipeline ends before the import or the import gives up.
func (a *App) importsDropped() uint64 {
	_, sources := a.ledger.Snapshot()
	for _, s := range sources {
		if s.Address == ingest.ImportInput {
			return s.Dropped
		}
	}
	return 0
}

// message returns the message in a line; ok is false when the line is not
// what the format expects.
func (f ImportFormat) message(line string) (message string, ok bool) {
	object := strings.HasPrefix(strings.TrimLeft(line, " \t"), "{")
	if f == ImportLines || f == ImportAuto && !(object && strings.Contains(line, `"raw"`)) {
		return line, true
	}
	var members map[string]json.RawMessage
	if !object || json.Unmarshal([]byte(line), &members) != nil {
		return line, f == ImportAuto
	}
	if f == ImportAuto && len(members) > 1 || !utf8.ValidString(line) { // unwrapping would lose something
		return line, true
	}
	var raw *string
	if json.Unmarshal(members["raw"], &raw) != nil || raw == nil || *raw == "" {
		return line, true
	}
	return *raw, true
}

func absolute(path string) string {
	if abs, err := filepath.Abs(path); err == nil {
		return abs
	}
	return path
}
