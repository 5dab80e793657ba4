package app

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"porchlight/detect/alert"
)

// growthEvery is how often an alert that goes on growing is written. A scan
// that goes on for an hour matches thousands of times a second; its alert
// changes once a second.
const growthEvery = time.Second

// recorder decides when findings are written into alerts: the first of a
// story at once, its growth at intervals. A kill loses at most the growth of
// one interval, and never an event.
type recorder struct {
	mu      sync.Mutex
	written map[string]time.Time     // key -> when its alert was last written
	growth  map[string]alert.Finding // key -> what came since
}

func newRecorder() *recorder {
	return &recorder{written: map[string]time.Time{}, growth: map[string]alert.Finding{}}
}

// due takes new findings and returns those to write now: first ones in their
// order, then the growth whose interval is over.
func (r *recorder) due(findings []alert.Finding, now time.Time) []alert.Finding {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []alert.Finding
	for _, f := range findings {
		key := f.Key()
		if pending, ok := r.growth[key]; ok {
			r.growth[key] = pending.Merge(f)
		} else if r.resting(key, now) {
			r.growth[key] = f
		} else {
			out = append(out, f)
			r.written[key] = now
		}
	}
	for _, key := range slices.Sorted(maps.Keys(r.growth)) {
		if !r.resting(key, now) {
			out = append(out, r.growth[key])
			delete(r.growth, key)
			r.written[key] = now
		}
	}
	maps.DeleteFunc(r.written, func(key string, _ time.Time) bool { return !r.resting(key, now) })
	return out
}

// resting tells whether the alert was written less than an interval ago. A
// clock that was set back ends the rest.
func (r *recorder) resting(key string, now time.Time) bool {
	last, ok := r.written[key]
	return ok && !now.Before(last) && now.Sub(last) < growthEvery
}

// giveBack takes findings that could not be written, for the next time.
func (r *recorder) giveBack(findings []alert.Finding) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, f := range findings {
		key := f.Key()
		if newer, ok := r.growth[key]; ok {
			f = f.Merge(newer)
		}
		r.growth[key] = f
	}
}

// rest returns all growth that was not written yet, at the end.
func (r *recorder) rest() []alert.Finding {
	r.mu.Lock()
	defer r.mu.Unlock()
	var out []alert.Finding
	for _, key := range slices.Sorted(maps.Keys(r.growth)) {
		out = append(out, r.growth[key])
	}
	clear(r.growth)
	return out
}

// record merges findings into alerts and tells whoever wants to know. What
// cannot be written is kept for the next time.
func (a *App) record(ctx context.Context, findings []alert.Finding) {
	if len(findings) == 0 {
		return
	}
	changes, err := a.store.Record(ctx, findings, a.now())
	if err != nil {
		a.recorder.giveBack(findings)
		if !a.recordFailing.Swap(true) {
			a.log.Error("alerts cannot be saved, trying again until it works", "first", findings[0].Why, "error", err)
		}
		return
	}
	a.recordFailing.Store(false)
	if a.cfg.Notify != nil {
		a.cfg.Notify(changes)
	}
	a.changed()
}
