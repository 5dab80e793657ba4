package app

import (
	"context"
	"errors"

	"porchlight/app/instance"
	"porchlight/ingest/file"
)

// importsWaiting is how many imports may wait for their turn.
const importsWaiting = 256

// ImportLater takes an import that another process asks for, since only this
// one may write into the data folder. It is done in the background while Run
// runs, after those that were asked for before: two at once could both read
// what neither has noted yet. What comes of it is logged.
func (a *App) ImportLater(r instance.Request) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.importsEnded {
		return errors.New("it ends just now; import again when it has")
	}
	select {
	case a.importQueue <- r:
		return nil
	default:
		return errors.New("too many imports are waiting already; try again later")
	}
}

// importQueued does the imports that were asked for until ctx is cancelled.
func (a *App) importQueued(ctx context.Context) error {
	defer a.endImports()
	for {
		select {
		case <-ctx.Done():
			return nil
		case r := <-a.importQueue:
			a.importNow(ctx, r)
		}
	}
}

// endImports refuses further imports and logs those that were not begun.
func (a *App) endImports() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.importsEnded = true
	for len(a.importQueue) > 0 {
		a.log.Error("import not begun", "paths", (<-a.importQueue).Import)
	}
}

func (a *App) importNow(ctx context.Context, r instance.Request) {
	sum, err := a.Import(ctx, r.Import, nil, ImportOptions{Format: file.Format(r.Format), Vendor: r.Vendor})
	for _, s := range sum.Skipped {
		a.log.Warn("import skipped a file", "file", s)
	}
	if err != nil {
		a.log.Error("import ended early", "messages", sum.Lines, "error", err)
		return
	}
	a.log.Info("imported", "messages", sum.Lines, "files", sum.Files, "known_lines", sum.Known)
}
