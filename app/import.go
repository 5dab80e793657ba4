package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/file"
	"porchlight/ingest/source"
)

// ImportOptions say how files are read.
type ImportOptions struct {
	Format   file.Format                // "" means file.Auto
	Vendor   string                     // observer.vendor where the lines do not tell
	Progress func(path string, b int64) // called now and then with the bytes read of a file so far; may be nil
}

// ImportSummary says what an import did.
type ImportSummary struct {
	Files   int      // files read
	Lines   int      // messages taken
	Known   int      // lines that an earlier import had taken already
	NotJSON int      // lines taken as they stand though file.JSONL expects objects
	Skipped []string // what cannot be read as logs, with the reason
}

// Import reads log files, plain or compressed (.gz, .zst), Windows event logs
// (.evtx), and folders of them through the same pipeline as the network: the
// oldest file of all paths first, then what can only be read once, stdin ("-")
// and named pipes. What an earlier import has stored of a file, also one that
// was killed, is not read again, also when the file was renamed or compressed
// since; a file that has grown continues where it ended, with a line that was
// not finished then taken again as a whole. A path that does not exist is an
// error before anything is read; what exists and cannot be read is skipped. Run
// must go on until Import has returned.
//
// When ctx is cancelled, what was read so far is stored and remembered; the
// error then wraps that of ctx.
func (a *App) Import(ctx context.Context, paths []string, stdin io.Reader, opt ImportOptions) (ImportSummary, error) {
	var sum ImportSummary
	if opt.Format == "" {
		opt.Format = file.Auto
	}
	if err := opt.Format.Validate(); err != nil {
		return sum, fmt.Errorf("import: %w", err)
	}
	files, streams, skipped, err := file.Find(ctx, paths)
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
	var bad *file.NotLogError
	if errors.As(err, &bad) {
		sum.Skipped = append(sum.Skipped, fmt.Sprintf("%s: %s", path, bad.Reason))
		return nil
	}
	return err
}

// importStream imports what cannot be read twice, so that there is no telling
// what of it is known.
func (a *App) importStream(ctx context.Context, path string, stdin io.Reader, opt ImportOptions, sum *ImportSummary) error {
	in, shown := stdin, path
	if path != file.Stdin {
		pipe := file.OpenPipe(ctx, path)
		defer pipe.Close()
		in, shown = pipe, file.Absolute(path)
	}
	r, err := file.OpenStream(ctx, in, opt.Format)
	if err != nil {
		return err
	}
	defer r.Close()
	sum.Files++
	_, err = a.importMessages(ctx, path, r, event.Origin{Path: shown}, opt, sum)
	return err
}

// importFile imports the part of a file that no earlier import has stored.
func (a *App) importFile(ctx context.Context, path string, opt ImportOptions, sum *ImportSummary) error {
	first, err := file.FirstLine(ctx, path)
	if errors.Is(err, io.EOF) {
		return nil // empty
	} else if err != nil {
		return err
	}
	sum.Files++
	cursors, err := a.importCursors(ctx, first)
	if err != nil {
		return err
	}
	known, err := file.Known(ctx, path, cursors.all)
	if err != nil {
		return err
	}
	r, err := file.Open(ctx, path, known, opt.Format)
	if err != nil {
		return err
	}
	defer r.Close()
	sum.Known += known.Lines
	shown := file.Absolute(path)
	if err := cursors.seen(ctx, known, shown); err != nil {
		return err
	}
	key := cursors.positionKey(shown)
	stored, err := a.importMessages(ctx, path, r, event.Origin{Path: shown, Key: key}, opt, sum)
	// Also of what was interrupted, though by now ctx may be cancelled: what is
	// stored is known to the next import, under whatever name.
	if cursor, ok := file.ParsePosition(shown, stored); ok {
		if err == nil {
			cursor = r.Cursor() // with empty lines at the end
		}
		saving := context.WithoutCancel(ctx)
		if serr := cursors.set(saving, cursor); serr != nil {
			return errors.Join(err, serr)
		}
		a.store.ForgetPosition(key)
	}
	return err
}

// progressEvery is how many messages are read between two calls of Progress.
const progressEvery = 16_384

// importMessages pushes what a reader has and waits until it is stored. It
// returns the position up to which it is, "" if nothing was.
func (a *App) importMessages(ctx context.Context, path string, r *file.Reader, origin event.Origin, opt ImportOptions, sum *ImportSummary) (stored string, err error) {
	door, err := a.pipeline.Open()
	if err != nil {
		return "", err
	}
	defer door.Close()
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
	receipt := newReceipt()
	origin.Input, origin.Kind, origin.Vendor, origin.Settled = source.Imports, source.Imports, opt.Vendor, receipt.settle
	last, pushed := "", 0
	for ctx.Err() == nil && !receipt.lost() {
		m, err := r.Next()
		if errors.Is(err, io.EOF) || err != nil && ctx.Err() != nil {
			break
		} else if err != nil {
			sum.Skipped = append(sum.Skipped, fmt.Sprintf("%s: %v", path, err))
			break
		}
		door.Push(work, event.Raw{Origin: &origin, Received: a.now().UnixNano(), Body: m.Body, Truncated: m.Truncated, Position: m.Position})
		last = m.Position
		sum.Lines++
		if pushed++; pushed%progressEvery == 0 && opt.Progress != nil {
			opt.Progress(path, r.Bytes())
		}
	}
	sum.NotJSON += r.NotJSON()
	for _, d := range r.Damage() {
		sum.Skipped = append(sum.Skipped, path+": "+d)
	}
	if opt.Progress != nil {
		opt.Progress(path, r.Bytes())
	}
	stored, all := receipt.wait(work, last)
	switch {
	case ctx.Err() != nil:
		return stored, ctx.Err()
	case !all:
		return stored, fmt.Errorf("import %s: not all lines could be stored; run the same import again to continue", path)
	}
	return stored, nil
}

// receipt is what the pipeline says of the messages of one import.
type receipt struct {
	mu      sync.Mutex
	stored  string // the last position stored
	dropped bool   // a message was lost
	changed chan struct{}
}

func newReceipt() *receipt { return &receipt{changed: make(chan struct{}, 1)} }

// settle is event.Origin.Settled.
func (r *receipt) settle(position string, stored bool) {
	r.mu.Lock()
	if !stored {
		r.dropped = true
	} else {
		r.stored = position
	}
	r.mu.Unlock()
	select {
	case r.changed <- struct{}{}:
	default:
	}
}

func (r *receipt) lost() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dropped
}

// wait returns the last position stored, and whether it is the last one pushed.
func (r *receipt) wait(ctx context.Context, last string) (stored string, all bool) {
	for {
		r.mu.Lock()
		stored, all = r.stored, !r.dropped && r.stored == last
		done := all || r.dropped
		r.mu.Unlock()
		if done {
			return stored, all
		}
		select {
		case <-r.changed:
		case <-ctx.Done():
			return stored, false
		}
	}
}
