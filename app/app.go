// Package app puts Porchlight together: it owns the store, the inputs, the
// detection engine and every goroutine, and offers what the window and the
// command line do as methods.
package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"porchlight/app/instance"
	"porchlight/app/notify"
	"porchlight/app/settings"
	"porchlight/app/store"
	"porchlight/assets"
	"porchlight/detect"
	"porchlight/detect/alert"
	"porchlight/detect/sigma"
	"porchlight/ingest"
	"porchlight/ingest/enrich"
	"porchlight/ingest/event"
	"porchlight/ingest/input"
)

// App is one running Porchlight.
type App struct {
	cfg        Config
	store      *store.Store
	rules      *detect.Rules
	engine     *detect.Engine // used by the pipeline's goroutine only
	ledger     *ledger
	identities *enrich.Identities
	enricher   *enrich.Enricher // used by housekeeping only, after New

	parserMu    sync.Mutex
	parserStamp string // which parsers are loaded
	pipeline    *ingest.Pipeline
	inputs      *ingest.Inputs
	now         func() time.Time
	log         *slog.Logger

	notifier    *notify.Notifier      // nil: nobody is notified
	importQueue chan instance.Request // imports that other processes ask for

	// recordMu orders the writing of alerts, and with it the calls of the
	// subscribers, between the pipeline and the clock.
	recordMu    sync.Mutex
	subscribers []func([]alert.Change)
	recorder    recorder
	recordErr   error    // why the last attempt to save alerts failed; nil when it worked
	judged      event.ID // the newest event the rules have seen
	judgedSaved event.ID

	setting   sync.Mutex    // one SetSettings at a time: what it stores is what runs in the end; taken before mu
	retainNow chan struct{} // the settings changed: look at retention; capacity 1

	mu           sync.Mutex
	importsEnded bool              // ImportLater takes no more
	stored       settings.Settings // what the admin has set in the app
	settings     settings.Settings // what holds: the command's, over stored, over the defaults
	watchers     map[int]func()
	nextID       int
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
	a := &App{cfg: cfg, now: cfg.Now, log: cfg.Log, watchers: map[int]func(){}, retainNow: make(chan struct{}, 1), importQueue: make(chan instance.Request, importsWaiting)}
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
	var err error
	if a.stored, err = storedSettings(ctx, a.store); err != nil {
		// Settings are not worth a refusal to collect.
		a.log.Error("stored settings cannot be used, taking the defaults", "error", err)
	}
	a.settings = a.effective()
	err = a.settings.Validate()
	if err == nil {
		err = ingest.Kinds.Check(a.cfg.Settings.Inputs)
	}
	if err != nil {
		return fmt.Errorf("configuration: %w", err)
	}
	if a.cfg.Notify != nil {
		a.notifier = a.newNotifier(*a.cfg.Notify)
		a.Subscribe(a.notifier.Notify)
	}
	a.rules = detect.NewRules(detect.Config{})
	a.loadRules()
	// The list of detectors, in the order in which they judge a batch.
	a.engine = detect.New(
		a.rules,
	)
	totals, sources, err := a.store.Sources(ctx)
	if err != nil {
		return err
	}
	a.ledger = &ledger{ingest.NewLedger(totals, sources), totals.KernelDropped}
	pipeline := a.cfg.Pipeline
	if err := pipeline.Validate(); err != nil {
		return err
	}
	stored, err := a.store.Identities(ctx, "", identitiesKept)
	if err != nil {
		return err
	}
	a.identities = enrich.NewIdentities(stored)
	a.pipeline = ingest.NewPipeline(pipeline, a.ledger.Ledger, a.log, a.handle)
	a.pipeline.EverySecond(a.tick)
	a.loadParsers()
	a.loadDatabases()
	a.inputs = ingest.NewInputs(ingest.InputsConfig{Pipeline: a.pipeline, Log: a.log, Now: a.now, Position: a.position})
	if errs := a.inputs.Set(a.wanted()); len(errs) > 0 && !a.cfg.WarnOnly {
		return errors.Join(errors.Join(errs...), a.inputs.Close())
	}
	return nil
}

// wanted returns the inputs to run under the current settings.
func (a *App) wanted() []input.Setting {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.cfg.Offline || a.cfg.AskFirst && !a.cfg.Settings.NamesInputs() && !a.settings.Configured {
		return nil
	}
	return a.settings.Inputs
}

// position returns the last stored position of a key.
func (a *App) position(ctx context.Context, key string) (string, error) {
	found, err := a.store.Positions(ctx, key)
	return found[key], err
}

// RuleSources returns where rules come from: the built-in ones and the
// admin's folders and zip files. The errors are of those that cannot be read.
func RuleSources(packs []string) ([]detect.Source, []error) {
	var errs []error
	sources := []detect.Source{{Name: "built-in", FS: assets.Rules}}
	for _, path := range packs {
		pack, err := sigma.OpenPack(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		sources = append(sources, detect.Source{Name: path, FS: pack})
	}
	return sources, errs
}

// loadRules loads all rules. One that cannot be loaded is logged and leaves
// the others alone.
func (a *App) loadRules() {
	s := a.Settings()
	sources, errs := RuleSources(s.Rules)
	for _, err := range errs {
		a.log.Error("rules not loaded", "error", err)
	}
	disabled := map[string]bool{}
	for _, id := range s.DisabledRules {
		disabled[id] = true
	}
	for _, r := range a.rules.Load(disabled, sources...).Rules {
		if r.State != sigma.Loaded {
			a.log.Warn("rule not loaded", "rule", r.ID, "path", r.Path, "state", r.State, "reason", r.Reason)
		}
	}
}

// Run collects, stores and detects until ctx is cancelled; then it handles
// what has been received and closes the store. Cancelled means nil.
func (a *App) Run(ctx context.Context) error {
	// The pipeline outlives the inputs, so that what they took is handled.
	work, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	var g errgroup.Group
	g.Go(func() error {
		defer a.pipeline.Drain()
		var sources errgroup.Group
		sources.Go(func() error { return a.inputs.Run(ctx) })
		sources.Go(func() error { return a.importQueued(ctx) })
		return sources.Wait()
	})
	g.Go(func() error {
		defer stop()
		// The queue holds what arrives meanwhile.
		if err := a.warm(work); err != nil {
			a.log.Error("correlations start without history", "error", err)
		}
		return a.pipeline.Run(work)
	})
	g.Go(func() error { return a.housekeeping(work) })
	g.Go(func() error { return a.giveUp(ctx, work, stop) })
	telling, told := context.WithCancel(context.WithoutCancel(ctx))
	defer told()
	var notifier errgroup.Group
	if a.notifier != nil {
		notifier.Go(func() error { return a.notifier.Run(telling) })
	}
	err := g.Wait()
	last := context.WithoutCancel(ctx)
	err = errors.Join(err, a.recordRest(last), a.saveSources(last), a.saveIdentities(last), a.store.SavePositions(last))
	told() // the last alerts are with the notifier
	return errors.Join(err, notifier.Wait(), a.store.Close())
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
func (a *App) Close() error { return errors.Join(a.inputs.Close(), a.store.Close()) }

// handle is the way of every batch: stored first, then judged, then told.
func (a *App) handle(ctx context.Context, b ingest.Batch) error {
	batch := b.Events
	if err := a.store.Append(ctx, batch, b.Positions...); err != nil {
		return err
	}
	a.identities.Learn(batch)
	a.judge(ctx, batch)
	a.changed()
	return nil
}

// housekeeping does what time alone asks for: writing the growth of alerts,
// saving the counters, dropping old days.
func (a *App) housekeeping(ctx context.Context) error {
	second := time.NewTicker(time.Second)
	defer second.Stop()
	var retained, looked time.Time
	failing := false
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-a.retainNow:
			retained = time.Time{}
		case <-second.C:
		}
		err := errors.Join(a.recordTick(ctx), a.saveSources(ctx), a.saveIdentities(ctx), a.store.SavePositions(ctx))
		if err != nil && !failing && ctx.Err() == nil {
			a.log.Error("counters and alerts cannot be saved, trying again until it works", "error", err)
		}
		failing = err != nil
		if now := a.now(); now.Sub(looked) >= folderPause {
			looked = now
			a.watchFolders()
		}
		if now := a.now(); now.Sub(retained) > time.Hour {
			retained = now
			a.retain(ctx)
		}
	}
}

func (a *App) retain(ctx context.Context) {
	s := a.Settings()
	dropped, err := a.store.Retain(ctx, time.Duration(s.RetentionDays)*24*time.Hour, int64(s.RetentionGB)*1e9)
	if err != nil && ctx.Err() == nil {
		a.log.Error("old days not dropped", "error", err)
	}
	if err := a.store.DropIdentities(ctx, a.now().Add(-time.Duration(s.RetentionDays)*24*time.Hour)); err != nil && ctx.Err() == nil {
		a.log.Error("old identities not dropped", "error", err)
	}
	for _, day := range dropped {
		a.log.Info("dropped an old day", "day", day)
	}
}
