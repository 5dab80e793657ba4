package notify

import (
	"cmp"
	"slices"
	"time"

	"porchlight/detect/alert"
)

const (
	span          = time.Minute // the window of PerMinute
	extraCritical = 3           // critical notes above the cap within span
	maxQueue      = 64          // notes waiting for the sinks, one per alert
)

// policy decides what is shown when. It is pure: no clock, no goroutine, no
// lock of its own; Notifier guards it.
//
// A note is shown at once while fewer than perMinute were shown within the last
// span. Any excess is held, counted per alert, and summed up in one digest as
// soon as the oldest note of the span has aged out; the digest counts as a note
// itself. Critical notes may exceed a full cap, extraCritical times within a
// span, counted separately.
type policy struct {
	level     alert.Level
	perMinute int

	queue  []Note      // not yet looked at, one per alert
	held   digest      // waits for the digest
	due    time.Time   // when the digest may be shown; zero while held is empty or new
	shown  []time.Time // of the notes within the last span, oldest first
	extras []time.Time // of the critical notes beyond the cap, in the same order

	paused bool
	until  time.Time // end of the pause; zero: until resume
	after  bool      // the digest to come is about a pause
}

// add takes one change; more of the same is not news.
func (p *policy) add(c *alert.Change) {
	if c.Kind != alert.Opened && c.Kind != alert.Escalated || c.Alert.Level.Rank() < p.level.Rank() {
		return
	}
	n := noteOf(&c.Alert)
	n.opened = c.Kind == alert.Opened
	p.enqueue(n)
}

func (p *policy) enqueue(n Note) {
	if i := slices.IndexFunc(p.queue, func(q Note) bool { return q.AlertID == n.AlertID }); i >= 0 {
		n.opened = n.opened || p.queue[i].opened
		p.queue[i] = n // the newer state of the same alert
		return
	}
	n.opened = p.held.remove(n.AlertID) || n.opened // raised while it waited: looked at again
	p.queue = append(p.queue, n)
	if len(p.queue) > maxQueue { // drop the least urgent, and of those the newest
		i := len(p.queue) - 1
		for j := i - 1; j >= 0; j-- {
			if p.queue[j].Level.Rank() < p.queue[i].Level.Rank() {
				i = j
			}
		}
		p.held.add(p.queue[i])
		p.queue = slices.Delete(p.queue, i, i+1)
	}
}

// next returns what to show now, and when to ask again; the zero time means
// when something happens.
func (p *policy) next(now time.Time) (notes []Note, again time.Time) {
	if p.paused && !p.until.IsZero() && !now.Before(p.until) {
		p.resume()
	}
	if p.paused {
		for _, n := range p.queue {
			p.held.add(n)
		}
		p.queue = p.queue[:0]
		return nil, p.until
	}

	p.shown, p.extras = recent(p.shown, now), recent(p.extras, now)
	if p.held.size() > 0 && !p.due.IsZero() && !now.Before(p.due) && len(p.shown) < p.perMinute {
		p.shown = append(p.shown, now)
		notes = append(notes, p.held.take(p.after))
		p.after = false
	}
	slices.SortStableFunc(p.queue, func(a, b Note) int { return cmp.Compare(b.Level.Rank(), a.Level.Rank()) })
	for _, n := range p.queue {
		switch {
		case len(p.shown) < p.perMinute:
			p.shown = append(p.shown, now)
		case n.Level == alert.Critical && len(p.extras) < extraCritical:
			p.extras = append(p.extras, now)
		default:
			p.held.add(n)
			continue
		}
		notes = append(notes, n)
	}
	clear(p.queue) // release the strings
	p.queue = p.queue[:0]
	if p.held.size() == 0 {
		p.due = time.Time{}
		return notes, time.Time{}
	}
	if !p.due.After(now) || p.due.After(now.Add(span)) {
		p.due = now
		if over := len(p.shown) - p.perMinute; over >= 0 {
			p.due = p.shown[over].Add(span) // when a slot becomes free
		}
	}
	return notes, p.due
}

// recent drops times at least a span old, and those in the future, left behind
// when the clock is set back.
func recent(ts []time.Time, now time.Time) []time.Time {
	return slices.DeleteFunc(ts, func(t time.Time) bool { return now.Sub(t) >= span || t.After(now) })
}

func (p *policy) pause(until time.Time) { p.paused, p.until = true, until }

// resume ends a pause; its digest is due at once, whatever was shown before.
func (p *policy) resume() {
	if !p.paused {
		return
	}
	p.paused, p.until = false, time.Time{}
	for _, n := range p.queue { // came during the pause, not looked at yet
		p.held.add(n)
	}
	p.queue = p.queue[:0]
	if p.held.size() > 0 {
		p.after = true
		p.due = time.Unix(0, 0) // overdue
		p.shown = p.shown[:0]
	}
}

// flush returns everything not shown as one note.
func (p *policy) flush() (n Note, some bool) {
	for _, q := range p.queue {
		p.held.add(q)
	}
	p.queue = nil
	if p.held.size() == 0 {
		return Note{}, false
	}
	return p.held.take(p.after || p.paused), true
}
