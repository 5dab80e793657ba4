package model

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"porchlight/app/status"
	"porchlight/ingest/input"
)

// StatusReader tells how the collection is doing.
type StatusReader interface {
	Status(ctx context.Context) (status.Status, error)
}

// SilentAfter is how long a source may be quiet before it counts as silent.
const SilentAfter = 15 * time.Minute

// Pulse is the state of the collection at one moment, with what follows from
// comparing it to the moments before.
type Pulse struct {
	At     time.Time
	Status status.Status

	PerSecond  float64            // messages received, mean over the last seconds
	History    []float64          // messages per second at each observation, oldest first
	Dropped    []float64          // messages lost between observations, oldest first
	Reported   []float64          // senders heard of at each observation, oldest first
	SourceRate map[string]float64 // per second over the last minute, by address
}

// Meter turns a row of observations into pulses. Its zero value is ready.
type Meter struct {
	seen     []sample
	history  []float64
	dropped  []float64
	reported []float64
}

type sample struct {
	at       time.Time
	received uint64
	lost     uint64
	sources  map[string]uint64
}

const (
	shortWindow = 5 * time.Second // of the rate of all
	longWindow  = time.Minute     // of the rate of one source
	historySize = 120             // observations kept for sparklines
)

// Observe takes a status in. Observations must come in the order of time.
func (m *Meter) Observe(at time.Time, s status.Status) Pulse {
	now := sample{at: at, received: s.Totals.Received, lost: s.Totals.Dropped + s.Totals.KernelDropped, sources: make(map[string]uint64, len(s.Sources))}
	for _, src := range s.Sources {
		now.sources[src.Address] = src.Received
	}
	lost := 0.0
	if n := len(m.seen); n > 0 {
		lost = float64(since(now.lost, m.seen[n-1].lost))
	}
	m.seen = append(m.seen, now)
	for len(m.seen) > 2 && at.Sub(m.seen[1].at) >= longWindow {
		m.seen = m.seen[1:]
	}
	short := m.seen[0]
	for _, old := range m.seen[1:] {
		if at.Sub(old.at) < shortWindow {
			break
		}
		short = old
	}
	p := Pulse{At: at, Status: s, SourceRate: make(map[string]float64, len(s.Sources))}
	p.PerSecond = perSecond(since(now.received, short.received), at.Sub(short.at))
	for addr, n := range now.sources {
		old, known := m.seen[0].sources[addr]
		if !known && len(m.seen) == 1 {
			old = n
		}
		p.SourceRate[addr] = perSecond(since(n, old), at.Sub(m.seen[0].at))
	}
	m.history, m.dropped = keep(m.history, p.PerSecond), keep(m.dropped, lost)
	heard, _ := p.Reporting()
	m.reported = keep(m.reported, float64(heard))
	p.History, p.Dropped, p.Reported = padded(m.history), padded(m.dropped), padded(m.reported)
	return p
}

func perSecond(n uint64, d time.Duration) float64 {
	if d <= 0 {
		return 0
	}
	return float64(n) / d.Seconds()
}

// since is how far a counter came; a restarted engine counts from zero again.
func since(now, before uint64) uint64 {
	if now < before {
		return now
	}
	return now - before
}

func keep(values []float64, v float64) []float64 {
	values = append(values, v)
	if len(values) > historySize {
		values = values[len(values)-historySize:]
	}
	return values
}

// padded returns a copy of full length: before the first observation there
// was nothing, and a line that grows from one corner would say otherwise.
func padded(values []float64) []float64 {
	out := make([]float64, historySize)
	copy(out[historySize-len(values):], values)
	return out
}

// State says in one word how the collection stands.
type State int

// The states of the collection.
const (
	Unknown      State = iota // not asked yet
	Off                       // nothing is to be received
	NotListening              // something is to be received and nothing can
	Waiting                   // listening, and nothing has ever arrived
	Receiving
)

// State returns the state and the sentence for it.
func (p Pulse) State() (State, string) {
	if p.At.IsZero() {
		return Unknown, ""
	}
	var up int
	var why string
	for _, in := range p.Status.Inputs {
		switch {
		case in.Phase.Open(), in.Phase == input.Opening:
			up++
		case in.Phase == input.Trouble:
			why = cmp.Or(why, in.Problem.Reason)
		}
	}
	switch {
	case up == 0 && why != "":
		return NotListening, "Not listening: " + why
	case up == 0:
		return Off, "Not listening: switched off"
	case p.Status.Totals.Received == 0 && len(p.Status.Sources) == 0:
		return Waiting, "Waiting for the first message"
	}
	return Receiving, "Receiving · " + strings.TrimSuffix(Rate(p.PerSecond), "/s") + eventsUnit(p.PerSecond)
}

func eventsUnit(perSecond float64) string {
	if perSecond > 0 && perSecond < 0.95 {
		return ""
	}
	return " events/s"
}

// Problem returns a sentence when an input is down while others work, or
// when messages are being lost; "" when all is well.
func (p Pulse) Problem() string {
	state, _ := p.State()
	for _, in := range p.Status.Inputs {
		if in.Phase == input.Trouble && state != NotListening {
			return fmt.Sprintf("%s is not listening on %s: %s", in.Title, in.Address, in.Problem.Reason)
		}
	}
	if n := len(p.Dropped); n > 0 && p.Dropped[n-1] > 0 {
		return fmt.Sprintf("Messages are being lost: %s in the last second. The sources send faster than this computer can store.", Plural(int(p.Dropped[n-1]), "message", "messages"))
	}
	return ""
}

// Reporting counts the senders heard of within SilentAfter, and all of them.
// Files that were imported are not senders.
func (p Pulse) Reporting() (heard, all int) {
	for _, s := range p.Status.Sources {
		if !s.IsSender() {
			continue
		}
		all++
		if p.At.Sub(time.Unix(0, s.LastSeen)) < SilentAfter {
			heard++
		}
	}
	return heard, all
}
