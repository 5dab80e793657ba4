package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"sync"

	"porchlight/app"
	"porchlight/app/instance"
	"porchlight/ingest/file"
)

// importer runs the imports that other commands hand to a running app, whose
// folder only it may write to.
type importer struct {
	app *app.App
	ctx context.Context // of the app
	log *slog.Logger
	wg  sync.WaitGroup

	one sync.Mutex // held by the import at work: two at once could both read what neither has noted yet
}

// start begins an import in the background; what comes of it is logged.
func (i *importer) start(r instance.Request) {
	i.wg.Go(func() {
		i.one.Lock()
		defer i.one.Unlock()
		sum, err := i.app.Import(i.ctx, r.Import, nil, app.ImportOptions{Format: file.Format(r.Format), Vendor: r.Vendor})
		for _, s := range sum.Skipped {
			i.log.Warn("import skipped a file", "file", s)
		}
		if err != nil {
			i.log.Error("import ended early", "messages", sum.Lines, "error", err)
			return
		}
		i.log.Info("imported", "messages", sum.Lines, "files", sum.Files, "known_lines", sum.Known)
	})
}

// answerImports lets other commands over the same folder find a headless app.
// The returned function ends it.
func answerImports(ctx context.Context, g *globals, a *app.App) (end func()) {
	imports := &importer{app: a, ctx: ctx, log: slog.Default()}
	inst, err := instance.Acquire(g.dir, func(r instance.Request) error {
		if len(r.Import) == 0 {
			return errors.New("this Porchlight runs without a window")
		}
		imports.start(r)
		return nil
	})
	if err != nil {
		slog.Warn("imports cannot be handed to this process", "error", err)
		return func() {}
	}
	return func() {
		if err := inst.Close(); err != nil {
			slog.Warn("end the socket for other commands", "error", err)
		}
		imports.wg.Wait()
	}
}

// handOver asks the running app, which holds the data folder, to import.
func (c *importCmd) handOver(g *globals, held error) error {
	if slices.Contains(c.Paths, "-") {
		return fmt.Errorf("%w; stdin cannot be handed to it: put it into a file", held)
	}
	r := instance.Request{Format: c.Format, Vendor: c.Vendor}
	for _, p := range c.Paths {
		info, err := os.Stat(p)
		if err != nil {
			return fmt.Errorf("import: %w", err)
		}
		if !info.Mode().IsRegular() && !info.IsDir() {
			return fmt.Errorf("%w; %s is no file or folder and cannot be handed to it", held, p)
		}
		abs, err := filepath.Abs(p)
		if err != nil {
			return err
		}
		r.Import = append(r.Import, abs)
	}
	if err := instance.Send(g.dir, r); errors.Is(err, instance.ErrNotRunning) {
		return held
	} else if err != nil {
		return err
	}
	fmt.Fprintln(g.stdout, "handed to the running Porchlight, which imports now; porchlight status shows how far it is")
	return nil
}
