// Package detect judges stored events: an Engine runs a list of detectors, of
// which Rules, the Sigma rules, is one, and hands out their findings.
package detect

import (
	"slices"
	"time"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

// Detector looks for one kind of trouble: in events, in what is missing among
// them, or in the time that passes. Its Engine calls one method at a time, so
// what only they use needs no lock.
type Detector interface {
	// Process judges events in the order in which they were stored. The events
	// are reused after the call: clone the strings of what is kept. The
	// returned slice may be reused by the next call.
	Process(batch []event.Event) []alert.Finding

	// Tick is called about once a second, whether or not events arrive, and
	// returns what the detector finds because time passes. All events stored
	// before now have been processed. A story is found once, not at each tick.
	Tick(now time.Time) []alert.Finding

	// Window is how far back in event time the detector looks. After a
	// restart Process gets at least that much history again, and what it finds
	// there is dropped. 0 means that it wants no history.
	Window() time.Duration
}

// Engine runs detectors, one after the other. It belongs to one goroutine.
type Engine struct {
	detectors []Detector
	found     findings
}

// New returns an engine that runs the detectors in the order given.
func New(detectors ...Detector) *Engine { return &Engine{detectors: detectors} }

// Process returns what the detectors find in stored events, those findings of
// one rule and group merged. The events may be reused after the call.
func (e *Engine) Process(batch []event.Event) []alert.Finding {
	for _, d := range e.detectors {
		e.found.add(d.Process(batch))
	}
	return e.found.take()
}

// Tick returns what the detectors find because time passes, merged as by
// Process. Call it about once a second, between batches.
func (e *Engine) Tick(now time.Time) []alert.Finding {
	for _, d := range e.detectors {
		e.found.add(d.Tick(now))
	}
	return e.found.take()
}

// Window is how much history, in event time, to feed to Warm after a restart.
func (e *Engine) Window() time.Duration {
	var longest time.Duration
	for _, d := range e.detectors {
		longest = max(longest, d.Window())
	}
	return longest
}

// Warm feeds stored events, oldest first, to the detectors that look back, so
// that they know what came before a restart. It reports nothing.
func (e *Engine) Warm(batch []event.Event) {
	for _, d := range e.detectors {
		if d.Window() > 0 {
			d.Process(batch)
		}
	}
}

// findings collects findings, merging those of one rule and group.
type findings struct {
	list []alert.Finding
	at   map[string]int // by key
}

func (c *findings) add(list []alert.Finding) {
	for _, f := range list {
		key := f.Key()
		i, known := c.at[key]
		if known {
			c.list[i] = c.list[i].Merge(f)
			continue
		}
		if c.at == nil {
			c.at = map[string]int{}
		}
		c.at[key] = len(c.list)
		c.list = append(c.list, f)
	}
}

// take hands the findings over and empties the collection.
func (c *findings) take() []alert.Finding {
	list := c.list
	c.list = nil
	clear(c.at)
	for i := range list {
		slices.Sort(list[i].Events) // ids grow in the order of storing
	}
	return list
}
