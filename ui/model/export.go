package model

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"porchlight/detect/query"
)

// Exporter writes what a search finds to a file; the file extension is the
// format: .csv, .jsonl or .db.
type Exporter interface {
	Export(ctx context.Context, q query.Query, path string) (events int, err error)
}

// ExportFormats are the file extensions on offer.
var ExportFormats = []struct{ Ext, Name string }{{".csv", "CSV"}, {".jsonl", "JSON lines"}, {".db", "SQLite"}}

// ExportName suggests a file name for a search.
func ExportName(text, ext string, at time.Time) string {
	var b strings.Builder
	for _, r := range strings.ToLower(text) {
		switch {
		case b.Len() >= 40:
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	name := strings.Trim(b.String(), "-")
	if name == "" {
		name = "events"
	}
	return name + "-" + at.Format("2006-01-02-1504") + ext
}

// ExportView is what to show of an export.
type ExportView struct {
	Path     string // "" before the first
	Running  bool
	Progress query.Progress
	Events   int
	Rows     bool  // they are the rows of a table
	Err      error // with Events: the file exists but is incomplete
}

// Text says in a line how the export is doing or how it ended.
func (v ExportView) Text(loc *time.Location) string {
	switch {
	case v.Path == "":
		return ""
	case v.Running:
		text := "Exporting to " + filepath.Base(v.Path)
		if p := ProgressText(v.Progress, loc); p != "" {
			text += " · " + p
		}
		return text
	case errors.Is(v.Err, context.Canceled):
		return "The export was cancelled; no file was written"
	case v.Err != nil && v.Events > 0:
		return "Exported " + v.count() + " to " + v.Path + ", but " + v.Err.Error()
	case v.Err != nil:
		return "Not exported: " + v.Err.Error()
	}
	return "Exported " + v.count() + " to " + v.Path
}

func (v ExportView) count() string {
	if v.Rows {
		return Plural(v.Events, "row", "rows")
	}
	return Plural(v.Events, "event", "events")
}

// Export runs one export at a time. Methods may be called from any goroutine
// and never block; changed is called from any goroutine.
type Export struct {
	now     func() time.Time
	spawn   func(func())
	changed func()

	mu     sync.Mutex
	view   ExportView
	cancel context.CancelFunc
}

// NewExport returns an export at rest; spawn is as for NewEvents.
func NewExport(now func() time.Time, spawn func(func()), changed func()) *Export {
	return &Export{now: now, spawn: spawn, changed: changed}
}

// View returns what to show.
func (e *Export) View() ExportView {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.view
}

// ExportFunc writes an export and returns how many events or rows it wrote.
type ExportFunc func(ctx context.Context, progress func(query.Progress)) (int, error)

// Start begins an export unless one is running, and reports whether it did.
func (e *Export) Start(ctx context.Context, path string, write ExportFunc) bool {
	return e.start(ctx, ExportView{Path: path, Running: true}, write)
}

// StartRows is Start for the rows of a table.
func (e *Export) StartRows(ctx context.Context, path string, write ExportFunc) bool {
	return e.start(ctx, ExportView{Path: path, Running: true, Rows: true}, write)
}

func (e *Export) start(ctx context.Context, begun ExportView, write ExportFunc) bool {
	e.mu.Lock()
	if e.view.Running {
		e.mu.Unlock()
		return false
	}
	ctx, cancel := context.WithCancel(ctx)
	e.view, e.cancel = begun, cancel
	e.mu.Unlock()
	e.changed()
	e.spawn(func() {
		defer cancel()
		var last time.Time
		n, err := write(ctx, func(p query.Progress) {
			if now := e.now(); now.Sub(last) >= tailGap {
				last = now
				e.set(func(v *ExportView) { v.Progress = p })
			}
		})
		e.set(func(v *ExportView) { v.Running, v.Events, v.Err = false, n, err })
	})
	return true
}

func (e *Export) set(change func(*ExportView)) {
	e.mu.Lock()
	change(&e.view)
	e.mu.Unlock()
	e.changed()
}

// Cancel ends the export under way.
func (e *Export) Cancel() {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.view.Running {
		e.cancel()
	}
}

// Dismiss forgets how the last export ended.
func (e *Export) Dismiss() {
	e.mu.Lock()
	if !e.view.Running {
		e.view = ExportView{}
	}
	e.mu.Unlock()
	e.changed()
}
