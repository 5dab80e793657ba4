// Package app puts Porchlight together: it owns the store, the inputs, the
// detection engine and every goroutine, and offers what the window and the
// command line do as methods.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"porchlight/app/store"
	"porchlight/assets"
	"porchlight/detect"
	"porchlight/detect/sigma"
	"porchlight/ingest"
	"porchlight/ingest/event"
)

// App is one running Porchlight.
type App struct {
	cfg      Config
	store    *store.Store
	engine   *detect.Engine
	ledger   *ledger
	pipeline *ingest.Pipeline
	inputs   *ingest.Inputs
	recorder *recorder
	now      func() time.Time
	log      *slog.Logger

	recordFailing atomic.Bool // the last attempt to save alerts failed

	mu       sync.Mutex
	settings Settings
	watchers map[int]func()
	nextID   int
}

// ledger is the pipeline's ledger and what was counted before this run.
type ledger struct {
	*ingest.Ledger
	kernelBefore uint64 // kernel drops of earlier runs
}

// New opens the data folder, loads the rules and binds the listeners, so that
// a message sent after New waits in the socket until Run reads it. The caller
// must call Run, or Close when it does not get that far.
func New(ctx context.Context, cfg Config) (*App, error) {
	a := &App{cfg: cfg, now: cfg.Now, log: cfg.Log, recorder: newRecorder(), watchers: map[int]func(){}}
	if a.now == nil {
		a.now = time.Now
	}
	if a.log == nil {
		a.log = slog.Default()
	}
	var err error
	if a.store, err = store.Open(store.Config{Dir: cfg.Dir, Now: a.now, Log: a.log}); err != nil {
		return nil, err
	}
	if err = a.open(ctx); err != nil {
		return nil, errors.Join(err, a.store.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	stored, err := storedSettings(ctx, a.store)
	if err != nil {
		// Settings are not worth a refusal to collect.
		a.log.Error("stored settings are unreadable, using the defaults", "error", err)
	}
	a.settings = a.cfg.Settings.Over(stored).Over(DefaultSettings())
	if err := a.settings.Validate(); err != nil {
		return err
	}
	a.engine = detect.New(detect.Config{})
	if err := a.loadRules(); err != nil {
		return err
	}
	totals, sources, err := a.store.Sources(ctx)
	if err != nil {
		return err
	}
	a.ledger = &ledger{ingest.NewLedger(totals, sources), totals.KernelDropped}
	pipeline := a.cfg.Pipeline
	if err := pipeline.Validate(); err != nil {
		return err
	}
	a.pipeline = ingest.NewPipeline(pipeline, a.ledger.Ledger, a.log, a.handle)
	a.inputs = ingest.NewInputs(a.pipeline, a.log)
	if errs := a.inputs.Set(ctx, a.listeners()); len(errs) > 0 && !a.cfg.WarnOnly {
		err := errors.Join(errs...)
		release, cancel := context.WithCancel(ctx)
		cancel() // binds nothing, frees what was bound
		return errors.Join(err, a.inputs.Run(release))
	}
	return nil
}

// listeners returns the addresses to listen on under the current settings.
func (a *App) listeners() ingest.Config {
	c := a.cfg.Pipeline
	a.mu.Lock()
	defer a.mu.Unlock()
	named := a.cfg.Settings.SyslogUDP != "" || a.cfg.Settings.SyslogTCP != "" // by flag or file: switched on
	if a.cfg.Offline || a.cfg.AskFirst && !named && !a.settings.Configured {
		return c
	}
	c.SyslogUDP, c.SyslogTCP = listen(a.settings.SyslogUDP), listen(a.settings.SyslogTCP)
	return c
}

// RuleSources returns where rules come from: the built-in ones and the
// admin's folders.
func RuleSources(folders []string) ([]detect.Source, error) {
	sources := []detect.Source{{Name: "built-in", FS: assets.Rules}}
	for _, dir := range folders {
		if _, err := os.Stat(dir); err != nil {
			return nil, fmt.Errorf("rules folder: %w; correct it in the settings", err)
		}
		sources = append(sources, detect.Source{Name: dir, FS: os.DirFS(dir)})
	}
	return sources, nil
}

// loadRules loads all rules. One that cannot be loaded is logged and leaves
// the others alone.
func (a *App) loadRules() error {
	sources, err := RuleSources(a.settings.Rules)
	if err != nil {
		return err
	}
	for _, r := range a.engine.Load(sources...).Rules {
		if r.State != sigma.Loaded {
			a.log.Warn("rule not loaded", "rule", r.ID, "path", r.Path, "state", r.State, "reason", r.Reason)
		}
	}
	return nil
}

// Run collects, stores and detects until ctx is cancelled; then it handles
// what has been received and closes the store. Cancelled means nil.
func (a *App) Run(ctx context.Context) error {
	if err := a.warm(ctx); err != nil {
		a.log.Error("correlations start without history", "error", err)
	}
	// The pipeline outlives the inputs, so that what they took is handled.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var g errgroup.Group
	g.Go(func() error {
		defer a.pipeline.Drain()
		return a.inputs.Run(ctx)
	})
	g.Go(func() error {
		defer stop()
		return a.pipeline.Run(work)
	})
	g.Go(func() error { return a.housekeeping(work) })
	g.Go(func() error { return a.giveUp(ctx, work, stop) })
	err := g.Wait()
	a.record(context.WithoutCancel(ctx), a.recorder.rest())
	return errors.Join(err, a.saveSources(context.WithoutCancel(ctx)), a.store.Close())
}

// shutdownPatience bounds how long Run waits for a store that cannot take the
// last events (a full disk).
const shutdownPatience = 10 * time.Second

// giveUp ends the work that is still going on a while after ctx was
// cancelled.
func (a *App) giveUp(ctx, work context.Context, stop func()) error {
	select {
	case <-work.Done():
		return nil
	case <-ctx.Done():
	}
	select {
	case <-work.Done():
	case <-time.After(shutdownPatience):
		stop()
	}
	return nil
}

// Close releases what New has opened, if Run is never called.
func (a *App) Close() error { return a.store.Close() }

// handle is the way of every batch: stored first, then judged, then told.
func (a *App) handle(ctx context.Context, batch []event.Event) error {
	if err := a.store.Append(ctx, batch); err != nil {
		return err
	}
	a.record(ctx, a.recorder.due(a.engine.Process(batch), a.now()))
	a.changed()
	return nil
}

// warm feeds the correlations with the events of their longest window, so
// that an attack under way during a restart is still seen.
func (a *App) warm(ctx context.Context) error {
	since := a.now().Add(-a.engine.Window())
	batch := make([]event.Event, 0, 1024)
	err := a.store.EachSince(ctx, since, func(ev *event.Event) bool {
		batch = append(batch, ev.Clone())
		if len(batch) == cap(batch) {
			a.engine.Warm(batch)
			batch = batch[:0]
		}
		return true
	})
	a.engine.Warm(batch)
	return err
}

// housekeeping does what time alone asks for: saving the counters, dropping
// old days, expiring correlation windows.
func (a *App) housekeeping(ctx context.Context) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	var retained time.Time
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-second.C:
		}
		a.record(ctx, a.recorder.due(nil, a.now()))
		if err := a.saveSources(ctx); err != nil && ctx.Err() == nil {
			a.log.Error("counters not saved", "error", err)
		}
		if now := a.now(); now.Sub(retained) > time.Hour {
			retained = now
			a.retain(ctx)
		}
	}
}

func (a *App) retain(ctx context.Context) {
	s := a.currentSettings()
	dropped, err := a.store.Retain(ctx, time.Duration(s.RetentionDays)*24*time.Hour, int64(s.RetentionGB)*1e9)
	if err != nil {
		a.log.Error("old days not dropped", "error", err)
	}
	for _, day := range dropped {
		a.log.Info("dropped an old day", "day", day)
	}
}
