package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"porchlight/app"
	"porchlight/app/instance"
	"porchlight/app/store"
	"porchlight/detect/alert"
	"porchlight/ingest/file"
)

type importCmd struct {
	Format string `help:"auto: each line is recognized on its own; a JSON object whose only member is the string raw is unwrapped. lines: the same, without unwrapping. jsonl: each line is a JSON object; its string member raw is the message, or the object itself if it has none; a line that is not a JSON object is stored as is." enum:"auto,lines,jsonl" default:"auto"`
	Vendor string `help:"The vendor of lines that do not name one (observer.vendor)." placeholder:"NAME"`
	Paths  []path `arg:"" help:"Files, folders, pipes, or - for stdin." name:"path"`
}

func (c *importCmd) Run(ctx context.Context, g *globals) error {
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	cfg.Offline = true
	a, err := app.New(ctx, cfg)
	if errors.Is(err, store.ErrInUse) {
		return c.handOver(g, err)
	}
	if err != nil {
		return err
	}
	opened := 0
	a.Subscribe(func(changes []alert.Change) {
		for _, ch := range changes {
			if ch.Kind == alert.Opened {
				opened++
			}
		}
	})
	// The app runs until the import is done, even when interrupted: what was
	// read must be stored.
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()

	paths := make([]string, len(c.Paths))
	for i, p := range c.Paths {
		paths[i] = p.abs
	}
	began := time.Now()
	sum, err := a.Import(ctx, paths, g.stdin, app.ImportOptions{Format: file.Format(c.Format), Vendor: c.Vendor, Progress: g.importProgress()})
	stop()
	if ctx.Err() != nil && errors.Is(err, context.Canceled) {
		err = errors.New("interrupted; run the same import again to continue")
	}
	err = errors.Join(err, <-ended)
	if onTerminal(g.stderr) {
		fmt.Fprint(g.stderr, "\r\x1b[K")
	}
	for _, s := range sum.Skipped {
		fmt.Fprintln(g.stderr, "skipped", s)
	}
	took := time.Since(began)
	if sum.NotJSON > 0 {
		fmt.Fprintf(g.stderr, "%d lines are not JSON objects and were stored as is\n", sum.NotJSON)
	}
	fmt.Fprintf(g.stdout, "imported %d messages from %d files in %.1f s", sum.Lines, sum.Files, took.Seconds())
	if sum.Known > 0 {
		fmt.Fprintf(g.stdout, ", %d lines were imported before", sum.Known)
	}
	fmt.Fprintf(g.stdout, ", %d new alerts\n", opened)
	if err == nil && len(sum.Skipped)+sum.NotJSON > 0 {
		return errProblems
	}
	return err
}

// handOver asks the running app, which holds the data folder, to import.
func (c *importCmd) handOver(g *globals, held error) error {
	r := instance.Request{Format: c.Format, Vendor: c.Vendor}
	for _, p := range c.Paths {
		if p.abs == "-" {
			return fmt.Errorf("%w; stdin cannot be handed to it: save it to a file first", held)
		}
		info, err := os.Stat(p.abs)
		if err != nil {
			return fmt.Errorf("import: %w", err)
		}
		if !info.Mode().IsRegular() && !info.IsDir() {
			return fmt.Errorf("%w; %s is not a file or folder and cannot be handed to it", held, p)
		}
		r.Import = append(r.Import, p.abs)
	}
	if err := instance.Send(g.dir, r); errors.Is(err, instance.ErrNotRunning) {
		return held
	} else if err != nil {
		return err
	}
	fmt.Fprintln(g.stdout, "handed to the running Porchlight, which imports it now; porchlight status shows how far it is")
	return nil
}

// importProgress shows on a terminal how far the import has got.
func (g *globals) importProgress() func(string, int64) {
	if !onTerminal(g.stderr) {
		return nil
	}
	return func(path string, bytes int64) {
		fmt.Fprintf(g.stderr, "\r\x1b[K%s: %.1f MB", path, float64(bytes)/1e6)
	}
}
