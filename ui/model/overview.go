package model

import (
	"context"
	"fmt"
	"slices"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/query"
)

// Histogrammer counts events over time.
type Histogrammer interface {
	Histogram(ctx context.Context, q query.Query, width time.Duration) ([]query.Bin, query.Result, error)
}

// AlertLister lists alerts, the newest activity first.
type AlertLister interface {
	Alerts(ctx context.Context, f alert.Filter) ([]alert.Alert, error)
}

// Searches behind the numbers of the overview.
const (
	FailedLogons = "event.category:authentication and event.outcome:failure"
)

// Class is one layer of the volume chart: events by the severity their sender
// gave them.
type Class struct {
	Name  string
	Query string
}

// Classes are the layers of the volume chart, the lowest first. The first takes
// the rest: information, debugging, and messages without a severity; it is
// counted by subtraction.
var Classes = []Class{
	{"Info and other", "not log.syslog.severity.code<=5"},
	{"Notice", "log.syslog.severity.code:5"},
	{"Warning", "log.syslog.severity.code:4"},
	{"Error and worse", "log.syslog.severity.code<=3"},
}

// Scale is a span of time and the width of its bars.
type Scale struct {
	Span, Width time.Duration
	Words       string        // "last 6 hours"
	Tick        time.Duration // between labels below the bars
}

// scales are those of the volume chart. The shortest that shows all events of
// the longest is used: on the first day a chart of hours would be empty.
var scales = []Scale{
	{15 * time.Minute, 15 * time.Second, "last 15 minutes", 3 * time.Minute},
	{time.Hour, time.Minute, "last hour", 10 * time.Minute},
	{6 * time.Hour, 5 * time.Minute, "last 6 hours", time.Hour},
}

// counter keeps a histogram up to date cheaply: after the first count over its
// whole span it asks only for the newest bars, and from time to time for all,
// to catch what arrived late.
type counter struct {
	text  string
	expr  query.Expr
	span  time.Duration
	width time.Duration

	whole time.Time     // when all was counted
	bins  map[int64]int // by start, Unix nanoseconds
}

const recount = 10 * time.Minute

// load returns the counts of the bars up to now, oldest first, and the start of
// the first. The last bar is still filling.
func (c *counter) load(ctx context.Context, src Histogrammer, now time.Time) (counts []float64, start int64, err error) {
	if c.expr == nil && c.text != "" {
		q, err := query.Parse(c.text, now)
		if err != nil {
			return nil, 0, fmt.Errorf("parse %q: %w", c.text, err)
		}
		c.expr = q.Expr
	}
	n := int64(c.span / c.width)
	w := int64(c.width)
	last := now.UnixNano() / w * w
	start = last - (n-1)*w
	since := start
	whole := c.bins == nil || now.Sub(c.whole) >= recount || now.Before(c.whole)
	if !whole {
		since = max(start, last-2*w)
	}
	bins, _, err := src.Histogram(ctx, query.Query{Expr: c.expr, Since: since, Until: last + w}, c.width)
	if err != nil {
		return nil, 0, err
	}
	if whole {
		c.whole, c.bins = now, make(map[int64]int, n)
	}
	for at := since; at <= last; at += w {
		delete(c.bins, at)
	}
	for _, b := range bins {
		c.bins[b.Start] = b.Count
	}
	counts = make([]float64, n)
	for i := range counts {
		counts[i] = float64(c.bins[start+int64(i)*w])
	}
	for at := range c.bins {
		if at < start {
			delete(c.bins, at)
		}
	}
	return counts, start, nil
}

// Volume is the number of events over time by class.
type Volume struct {
	Scale
	Start  int64       // of the first bar, Unix nanoseconds
	Counts [][]float64 // by class, then bar
	Hour   float64     // events per second over the last hour
}

// Bar returns the time that bar i covers, Unix nanoseconds, Until exclusive.
func (v Volume) Bar(i int) (since, until int64) {
	since = v.Start + int64(i)*int64(v.Width)
	return since, since + int64(v.Width)
}

// Total counts all events shown.
func (v Volume) Total() (n float64) {
	for _, counts := range v.Counts {
		for _, c := range counts {
			n += c
		}
	}
	return n
}

// since counts the events of the most recent period of that length.
func (v Volume) since(d time.Duration) (n float64) {
	bars := int(d / v.Width)
	for _, counts := range v.Counts {
		for _, c := range counts[max(0, len(counts)-bars):] {
			n += c
		}
	}
	return n
}

// Failed is the number of failed logons.
type Failed struct {
	Day    int       // in the last 24 hours
	Before int       // in the 24 hours before
	Hourly []float64 // of the last 24 hours, oldest first
}

// Trend compares the two days in a few words; worse means clearly more than the
// day before.
func (f Failed) Trend() (words string, worse bool) {
	switch {
	case f.Before == 0 && f.Day == 0:
		return "none in two days", false
	case f.Before == 0:
		return "none the day before", f.Day >= 20
	case f.Day == f.Before:
		return "as many as the day before", false
	}
	change := (float64(f.Day) - float64(f.Before)) / float64(f.Before) * 100
	if change < 0 {
		return fmt.Sprintf("▼ %.0f %% vs. the day before", -change), false
	}
	if change > 999 {
		return fmt.Sprintf("▲ %s× the day before", Short(float64(f.Day)/float64(f.Before))), f.Day >= 20
	}
	return fmt.Sprintf("▲ %.0f %% vs. the day before", change), change >= 50 && f.Day >= 20
}

// AlertSummary is what the overview says about the alerts.
type AlertSummary struct {
	Open      int
	WorstOpen int           // the highest Level.Rank among the open ones, 0 if there are none
	ByLevel   [5]int        // open and acknowledged ones by Level.Rank
	New       int           // opened in the last 24 hours
	Hourly    []float64     // opened per hour in the last 24 hours, oldest first
	Latest    []alert.Alert // not closed, newest activity first
}

// Active counts the alerts that are not closed.
func (s AlertSummary) Active() (n int) {
	for _, c := range s.ByLevel {
		n += c
	}
	return n
}

// Worst returns the highest level with alerts that are not closed, -1 if there
// are none.
func (s AlertSummary) Worst() int {
	for rank := len(s.ByLevel) - 1; rank >= 0; rank-- {
		if s.ByLevel[rank] > 0 {
			return rank
		}
	}
	return -1
}

// latestAlerts is how many alerts the overview lists.
const latestAlerts = 7

// maxClosed bounds how many closed alerts are looked through for new ones:
// there may be years of them.
const maxClosed = 500

// SummarizeAlerts loads and counts the alerts.
func SummarizeAlerts(ctx context.Context, src AlertLister, now time.Time) (AlertSummary, error) {
	all, err := src.Alerts(ctx, alert.Filter{Statuses: []alert.Status{alert.Open, alert.Acknowledged}})
	if err != nil {
		return AlertSummary{}, fmt.Errorf("read the alerts: %w", err)
	}
	closed, err := src.Alerts(ctx, alert.Filter{Statuses: []alert.Status{alert.Closed}, Limit: maxClosed})
	if err != nil {
		return AlertSummary{}, fmt.Errorf("read the closed alerts: %w", err)
	}
	s := AlertSummary{Hourly: make([]float64, 24)}
	for _, a := range slices.Concat(all, closed) {
		if age := now.Sub(a.CreatedAt); age >= 0 && age < 24*time.Hour {
			s.New++
			s.Hourly[23-int(age/time.Hour)]++
		}
		if a.Status == alert.Closed {
			continue
		}
		if a.Status == alert.Open {
			s.Open++
			s.WorstOpen = max(s.WorstOpen, a.Level.Rank())
		}
		s.ByLevel[a.Level.Rank()]++
		if len(s.Latest) < latestAlerts {
			s.Latest = append(s.Latest, a)
		}
	}
	return s, nil
}

// Overview loads the numbers of the overview that come from the store. The
// methods may run concurrently, but each only once at a time.
type Overview struct {
	src    Histogrammer
	now    func() time.Time
	scales [][]counter // by scale: all events, then each class but the first
	failed counter
}

// NewOverview returns an overview over a store.
func NewOverview(src Histogrammer, now func() time.Time) *Overview {
	o := &Overview{src: src, now: now, failed: counter{text: FailedLogons, span: 48 * time.Hour, width: time.Hour}}
	for _, s := range scales {
		counters := []counter{{span: s.Span, width: s.Width}}
		for _, c := range Classes[1:] {
			counters = append(counters, counter{text: c.Query, span: s.Span, width: s.Width})
		}
		o.scales = append(o.scales, counters)
	}
	return o
}

// Volume counts the events of the last hours, on a suitable scale.
func (o *Overview) Volume(ctx context.Context) (Volume, error) {
	longest := len(scales) - 1
	v, err := o.volume(ctx, longest)
	if err != nil {
		return Volume{}, err
	}
	hour := v.since(time.Hour) / time.Hour.Seconds()
	for i := range longest {
		if v.since(scales[i].Span) == v.Total() {
			if v, err = o.volume(ctx, i); err != nil {
				return Volume{}, err
			}
			break
		}
	}
	v.Hour = hour
	return v, nil
}

func (o *Overview) volume(ctx context.Context, scale int) (Volume, error) {
	now, counters := o.now(), o.scales[scale]
	rest, start, err := counters[0].load(ctx, o.src, now)
	if err != nil {
		return Volume{}, fmt.Errorf("count events: %w", err)
	}
	v := Volume{Scale: scales[scale], Start: start, Counts: [][]float64{rest}}
	for i := range counters[1:] {
		counts, _, err := counters[1+i].load(ctx, o.src, now)
		if err != nil {
			return Volume{}, fmt.Errorf("count events of class %q: %w", Classes[1+i].Name, err)
		}
		for k, n := range counts { // events stored between the queries
			rest[k] = max(0, rest[k]-n)
		}
		v.Counts = append(v.Counts, counts)
	}
	return v, nil
}

// Failed counts the failed logons of the last two days.
func (o *Overview) Failed(ctx context.Context) (Failed, error) {
	hourly, _, err := o.failed.load(ctx, o.src, o.now())
	if err != nil {
		return Failed{}, fmt.Errorf("count failed logons: %w", err)
	}
	half := len(hourly) / 2
	f := Failed{Hourly: hourly[half:]}
	for i, n := range hourly {
		if i < half {
			f.Before += int(n)
		} else {
			f.Day += int(n)
		}
	}
	return f, nil
}

// Number is one of the figures at the top of the overview.
type Number struct {
	Value, Remark string
	Bad           bool // the remark needs attention
}

// SourcesNumber says how many senders are reporting.
func SourcesNumber(p Pulse) Number {
	heard, all := p.Reporting()
	n := Number{Value: fmt.Sprintf("%d / %d", heard, all)}
	switch silent := all - heard; {
	case all == 0:
		n.Value, n.Remark = "0", "none have sent yet"
	case silent == 0:
		n.Remark = "all heard from in 15 min"
	default:
		n.Remark, n.Bad = fmt.Sprintf("%d silent for 15 min or more", silent), true
	}
	return n
}

// LossNumber says how many messages were lost, and where.
func LossNumber(p Pulse) Number {
	t := p.Status.Totals
	n := Number{Value: Count(t.Dropped + t.KernelDropped)}
	switch {
	case t.Dropped+t.KernelDropped == 0:
		n.Remark = "nothing lost"
	case t.Dropped == 0:
		n.Remark, n.Bad = "by the operating system", true
	case t.KernelDropped == 0:
		n.Remark, n.Bad = "queue was full", true
	default:
		n.Remark, n.Bad = fmt.Sprintf("%s by the operating system", Count(t.KernelDropped)), true
	}
	return n
}

// AlertsNumber says how many alerts are open.
func AlertsNumber(s AlertSummary) Number {
	n := Number{Value: Count(s.Open), Remark: "none new in 24 h"}
	if s.New > 0 {
		n.Remark = Count(s.New) + " new in 24 h"
	}
	return n
}
