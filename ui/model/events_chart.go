package model

import (
	"context"
	"slices"
	"strings"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Span is the time a search covers. The zero value is all time.
type Span struct {
	Live         bool          // the newest events, and what arrives
	Last         time.Duration // the most recent period of this length
	Since, Until int64         // Unix nanoseconds, Until exclusive; 0 means no bound
}

// The spans on offer.
var (
	Live    = Span{Live: true}
	AllTime = Span{}
	Spans   = []Span{Live, {Last: 15 * time.Minute}, {Last: time.Hour}, {Last: 24 * time.Hour}, {Last: 7 * 24 * time.Hour}, AllTime}
)

// allTime in a Route's Last stands for all time; a Route without any time is
// live.
const allTime = time.Duration(-1)

// EventsRoute returns the route to a search on the Events page.
func EventsRoute(text string, s Span) Route {
	r := Route{Page: PageEvents, Query: text, Last: s.Last, Since: s.Since, Until: s.Until}
	if s == AllTime {
		r.Last = allTime
	}
	return r
}

// Span returns the span a route to the Events page asks for.
func (r Route) Span() Span {
	switch {
	case r.Last == allTime:
		return AllTime
	case r.Last != 0:
		return Span{Last: r.Last}
	case r.Since != 0 || r.Until != 0:
		return Span{Since: r.Since, Until: r.Until}
	}
	return Live
}

// Bound applies the span's bounds to a query. A time in the search text wins,
// unless a part of it was chosen in the chart.
func (s Span) Bound(q query.Query, now time.Time) query.Query {
	if q.Since != 0 || q.Until != 0 {
		q.Since = max(q.Since, s.Since)
		if s.Until != 0 && (q.Until == 0 || s.Until < q.Until) {
			q.Until = s.Until
		}
		return q
	}
	q.Since, q.Until = s.Since, s.Until
	if s.Last > 0 {
		q.Since = now.Add(-s.Last).UnixNano()
	}
	return q
}

// Label names the span, in the given time zone if it is a fixed one.
func (s Span) Label(loc *time.Location) string {
	switch {
	case s.Live:
		return "Live"
	case s.Last == 15*time.Minute:
		return "Last 15 min"
	case s.Last == time.Hour:
		return "Last hour"
	case s.Last == 24*time.Hour:
		return "Last 24 h"
	case s.Last == 7*24*time.Hour:
		return "Last 7 days"
	case s.Last > 0:
		return "Last " + s.Last.String()
	case s.Since != 0 && s.Until != 0:
		since, until := ShortTime(s.Since, loc), ShortTime(s.Until, loc)
		if day := since[:len("01-02 ")]; strings.HasPrefix(until, day) {
			until = until[len(day):]
		}
		return since + " – " + until
	case s.Since != 0:
		return "Since " + ShortTime(s.Since, loc)
	case s.Until != 0:
		return "Until " + ShortTime(s.Until, loc)
	}
	return "All time"
}

// Chart is a histogram over event time.
type Chart struct {
	Since, Until int64 // what it covers, Unix nanoseconds, multiples of Width
	Width        time.Duration
	Bins         []query.Bin // non-empty, ascending
	Whole        bool        // it covers everything the search does: Total counts every match
}

// Total returns how many events the bars represent.
func (c Chart) Total() int {
	n := 0
	for _, b := range c.Bins {
		n += b.Count
	}
	return n
}

// widths are the bar widths that fit a clock and a calendar.
var widths = []time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	24 * time.Hour, 7 * 24 * time.Hour, 30 * 24 * time.Hour,
}

const maxBars = 120

// barWidth returns the smallest width with which a span needs at most
// maxBars bars.
func barWidth(span time.Duration) time.Duration {
	for _, w := range widths {
		if span <= maxBars*w {
			return w
		}
	}
	return widths[len(widths)-1]
}

// newChart returns an empty chart whose bounds are whole bars around since
// and until.
func newChart(since, until int64) Chart {
	w := barWidth(time.Duration(until - since))
	return Chart{Since: floor(since, w), Until: floor(until-1, w) + int64(w), Width: w}
}

// liveSpans are the windows of a live chart.
var liveSpans = []time.Duration{15 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// chart counts a search's events. A live one covers the time of its rows, at
// most a day.
func (m *Events) chart(ctx context.Context, q query.Query, span Span, rows []*event.Event, now time.Time) (_ Chart, partial []string, _ error) {
	end := now.UnixNano()
	since, until, whole := q.Since, q.Until, true
	switch {
	case span.Live && since == 0 && until == 0:
		oldest := end
		for _, ev := range rows {
			oldest = min(oldest, ev.Time)
		}
		window := liveSpans[len(liveSpans)-1]
		for _, w := range slices.Backward(liveSpans) {
			if end-oldest <= int64(w) {
				window = w
			}
		}
		since, until, whole = end-int64(window), end, false
		q.Since = floor(since, barWidth(window))
	case since == 0: // find where the events begin
		bins, res, err := m.src.Histogram(ctx, q, time.Hour)
		if err != nil {
			return Chart{}, nil, err
		}
		if len(bins) == 0 {
			return newChart(end-int64(time.Hour), end), res.Partial, nil
		}
		partial = res.Partial
		since = bins[0].Start
		if until == 0 {
			until = bins[len(bins)-1].Start + int64(time.Hour)
		}
		since = max(since, until-int64(maxBars*widths[len(widths)-1]))
	}
	if until == 0 {
		until = max(end, since+1)
	}
	c := newChart(since, until)
	bins, res, err := m.src.Histogram(ctx, q, c.Width)
	if err != nil {
		return Chart{}, partial, err
	}
	c.Bins, c.Whole = bins, whole
	return c, joinSentences(partial, res.Partial), nil
}

// at returns the chart advanced to end now; bars that fall out of it are
// dropped. A chart of a fixed time stays as it is.
func (c Chart) at(now time.Time) Chart {
	if c.Width == 0 || c.Whole {
		return c
	}
	until := floor(now.UnixNano(), c.Width) + int64(c.Width)
	if until <= c.Until {
		return c
	}
	c.Since, c.Until = c.Since+until-c.Until, until
	i := 0
	for i < len(c.Bins) && c.Bins[i].Start < c.Since {
		i++
	}
	c.Bins = c.Bins[i:]
	return c
}

// with returns the chart with more events counted.
func (c Chart) with(events []*event.Event) Chart {
	if c.Width == 0 {
		return c
	}
	c.Bins = slices.Clone(c.Bins)
	for _, ev := range events {
		start := floor(ev.Time, c.Width)
		if start < c.Since || start >= c.Until {
			continue
		}
		i, found := slices.BinarySearchFunc(c.Bins, start, func(b query.Bin, s int64) int {
			switch {
			case b.Start < s:
				return -1
			case b.Start > s:
				return 1
			}
			return 0
		})
		if !found {
			c.Bins = slices.Insert(c.Bins, i, query.Bin{Start: start})
		}
		c.Bins[i].Count++
	}
	return c
}

// floor rounds down to a multiple of width, even before 1970.
func floor(ns int64, width time.Duration) int64 {
	w := int64(width)
	r := ns % w
	if r < 0 {
		r += w
	}
	return ns - r
}
