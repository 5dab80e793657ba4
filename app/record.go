package app

import (
	"context"
	"errors"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

// recorder decides when findings are written into alerts: the first of a story
// at once, its growth with the next tick. A scan that lasts an hour matches
// thousands of times a second; its alert changes once a second. The zero value
// is ready to use; it is not safe for concurrent use.
type recorder struct {
	recent map[string]bool // keys written since the last tick
	growth []alert.Finding // further findings for them, oldest first
	at     map[string]int  // key -> place in growth
	failed []alert.Finding // could not be written: go first, in order
}

// due takes new findings and returns those to write now.
func (r *recorder) due(findings []alert.Finding) []alert.Finding {
	out := r.failed
	r.failed = nil
	for _, f := range findings {
		key := f.Key()
		if i, growing := r.at[key]; growing {
			r.growth[i] = r.growth[i].Merge(f)
			continue
		}
		if r.recent[key] {
			r.grow(key, f)
			continue
		}
		if r.recent == nil {
			r.recent = map[string]bool{}
		}
		r.recent[key] = true
		out = append(out, f)
	}
	return out
}

func (r *recorder) grow(key string, f alert.Finding) {
	if r.at == nil {
		r.at = map[string]int{}
	}
	r.at[key] = len(r.growth)
	r.growth = append(r.growth, f)
}

// tick returns everything not written yet. Stories that have grown since the
// last tick are expected to go on.
func (r *recorder) tick() []alert.Finding {
	out := append(r.failed, r.growth...)
	clear(r.recent)
	for key := range r.at {
		r.recent[key] = true
	}
	clear(r.at)
	r.failed, r.growth = nil, nil
	return out
}

// giveBack takes back findings that could not be written, for the next attempt.
func (r *recorder) giveBack(findings []alert.Finding) { r.failed = append(findings, r.failed...) }

// judge runs the rules over stored events and writes what they find.
func (a *App) judge(ctx context.Context, batch []event.Event) {
	findings := a.engine.Process(batch)
	a.recordMu.Lock()
	defer a.recordMu.Unlock()
	a.record(ctx, a.recorder.due(findings))
	for i := range batch {
		a.judged = max(a.judged, batch[i].ID)
	}
}

// tick tells the detectors the time and writes what they find. The pipeline
// calls it, between batches: the engine has one goroutine and needs no lock,
// and no detector takes a full disk, or events still to be stored, for the
// silence of a device.
func (a *App) tick(ctx context.Context) {
	findings := a.engine.Tick(a.now())
	a.recordMu.Lock()
	defer a.recordMu.Unlock()
	a.record(ctx, a.recorder.due(findings))
}

// recordTick writes the growth of alerts and then how far events have been
// judged, so that a start after a kill judges the rest. That may repeat an
// alert's last second; events are in an alert only once.
func (a *App) recordTick(ctx context.Context) error {
	a.recordMu.Lock()
	defer a.recordMu.Unlock()
	a.record(ctx, a.recorder.tick())
	if a.judged == a.judgedSaved || a.recordErr != nil {
		return a.recordErr
	}
	if err := a.store.SetCursor(ctx, judgedCursor, a.judged.String()); err != nil {
		return err
	}
	a.judgedSaved = a.judged
	return nil
}

// judgedCursor names the id of the newest event that the rules have seen and
// whose findings are written.
const judgedCursor = "judged"

// record merges findings into alerts and tells the subscribers. What cannot be
// written is kept for the next attempt. The caller holds recordMu.
func (a *App) record(ctx context.Context, findings []alert.Finding) {
	if len(findings) == 0 {
		return
	}
	changes, err := a.store.Record(ctx, findings, a.now())
	if err != nil {
		a.recorder.giveBack(findings)
		if a.recordErr == nil {
			a.log.Error("alerts cannot be saved, trying again until it works", "first", findings[0].Why, "error", err)
		}
		a.recordErr = err
		return
	}
	a.recordErr = nil
	a.tell(changes)
}

// recordRest writes what is left at the end, or logs what is lost.
func (a *App) recordRest(ctx context.Context) error {
	err := a.recordTick(ctx)
	for _, f := range a.recorder.failed {
		a.log.Error("alert not saved", "rule", f.Rule.ID, "title", f.Rule.Title, "why", f.Why)
	}
	return err
}

// warm feeds the correlations with the events of their longest window, so that
// an attack under way during a restart is still detected, and judges the events
// that were stored but not judged before a kill.
func (a *App) warm(ctx context.Context) error {
	text, known, err := a.store.Cursor(ctx, judgedCursor)
	if err != nil {
		return err
	}
	judged, err := event.ParseID(text)
	var unsaved error
	if err != nil || !known {
		judged = a.store.LastID() // assume all judged: old attacks must not raise alerts again
		unsaved = a.store.SetCursor(ctx, judgedCursor, judged.String())
	}
	a.recordMu.Lock()
	a.judged, a.judgedSaved = judged, judged
	a.recordMu.Unlock()
	var batch []event.Event
	flush := func(old bool) {
		if old {
			a.engine.Warm(batch)
		} else {
			a.judge(ctx, batch)
		}
		batch = batch[:0]
	}
	since := a.now().Add(-a.engine.Window())
	err = a.store.EachSince(ctx, since, func(ev *event.Event) bool {
		const size = 1024
		if n := len(batch); n > 0 && (n == size || (batch[0].ID <= judged) != (ev.ID <= judged)) {
			flush(batch[0].ID <= judged)
		}
		if ev.ID > judged { // so it was not counted either
			a.ledger.Recover(ev)
		}
		batch = append(batch, *ev)
		return true
	})
	if len(batch) > 0 {
		flush(batch[0].ID <= judged)
	}
	return errors.Join(err, unsaved)
}
