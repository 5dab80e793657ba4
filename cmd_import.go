package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"golang.org/x/term"

	"porchlight/app"
	"porchlight/detect/alert"
)

type importCmd struct {
	Format string   `help:"How to read the lines: auto recognizes each by itself; lines and jsonl say so." enum:"auto,lines,jsonl" default:"auto"`
	Vendor string   `help:"The vendor the lines come from, for lines that do not tell (observer.vendor)." placeholder:"NAME"`
	Paths  []string `arg:"" help:"Files, folders, or - for stdin." name:"path"`
}

func (c *importCmd) Run(ctx context.Context, g *globals) error {
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	opened := 0
	cfg.Offline = true
	cfg.Notify = func(changes []alert.Change) {
		for _, ch := range changes {
			if ch.Kind == alert.Opened {
				opened++
			}
		}
	}
	a, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	// The app runs until the import is through.
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()

	began := time.Now()
	sum, err := a.Import(ctx, c.Paths, g.stdin, app.ImportOptions{Vendor: c.Vendor, Progress: g.importProgress()})
	stop()
	err = errors.Join(err, <-ended)
	if g.onTerminal() {
		fmt.Fprint(g.stderr, "\r\x1b[K")
	}
	for _, s := range sum.Skipped {
		fmt.Fprintln(g.stderr, "skipped", s)
	}
	took := time.Since(began)
	fmt.Fprintf(g.stdout, "imported %d messages from %d files in %.1f s", sum.Lines, sum.Files, took.Seconds())
	if sum.Known > 0 {
		fmt.Fprintf(g.stdout, ", %d lines were imported before", sum.Known)
	}
	fmt.Fprintf(g.stdout, ", %d new alerts\n", opened)
	if err == nil && ctx.Err() != nil {
		err = errors.New("interrupted; run the same import again to continue")
	}
	if err == nil && len(sum.Skipped) > 0 {
		return errProblems
	}
	return err
}

// importProgress shows on a terminal how far the import is.
func (g *globals) importProgress() func(string, int64) {
	if !g.onTerminal() {
		return nil
	}
	return func(path string, bytes int64) {
		fmt.Fprintf(g.stderr, "\r\x1b[K%s: %.1f MB", path, float64(bytes)/1e6)
	}
}

// onTerminal tells whether progress and colours make sense on stderr.
func (g *globals) onTerminal() bool {
	f, ok := g.stderr.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
