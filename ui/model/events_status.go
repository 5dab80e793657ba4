package model

import (
	"fmt"
	"strings"
	"time"

	"porchlight/detect/query"
)

// Fraction returns how much of a search is done, 0 to 1; -1 while unknown.
func Fraction(p query.Progress) float64 {
	if p.Total <= 0 {
		return -1
	}
	return min(1, max(0, float64(p.Done)/float64(p.Total)))
}

// ProgressText says how far a search has got: "searched back to Nov 20 14:05 ·
// 43 %"; "" while unknown.
func ProgressText(p query.Progress, loc *time.Location) string {
	var parts []string
	if p.Back != 0 {
		parts = append(parts, "searched back to "+time.Unix(0, p.Back).In(loc).Format("Jan 2 15:04"))
	}
	if f := Fraction(p); f >= 0 {
		parts = append(parts, fmt.Sprintf("%d %%", int(f*100)))
	}
	return strings.Join(parts, " · ")
}

// Busy reports whether there is progress to show and something to cancel.
func (v EventsView) Busy() bool { return v.Slow || v.Loading }

// Status says in one line what is shown, or how far the search has got.
func (v EventsView) Status(loc *time.Location) string {
	n := len(v.Events)
	counted := func(n int) string { return Plural(n, "event", "events") }
	with := func(text, more string) string {
		if more == "" {
			return text
		}
		return text + " · " + more
	}
	switch {
	case v.Loading:
		return with("Loading older events", ProgressText(v.Progress, loc))
	case v.Slow && v.Phase == Finding && v.Found == 0:
		return with("Searching", ProgressText(v.Progress, loc))
	case v.Slow && v.Phase == Finding:
		return with("Searching · "+counted(v.Found)+" so far", ProgressText(v.Progress, loc))
	case v.Slow && v.Phase == Counting:
		return with(counted(n)+" · counting for the chart", ProgressText(v.Progress, loc))
	case !v.Done:
		return ""
	}
	text := counted(n)
	if v.Table != nil {
		text = v.Table.Status()
	} else if total := v.Chart.Total(); v.Chart.Whole && total > n {
		text = Count(n) + " of " + counted(total)
	}
	if v.Full {
		text += " · the list is full: choose a time in the chart to see older ones"
	} else if v.Span.Live && v.More {
		text = "Newest " + text
	}
	if v.Stopped {
		return text + " · cancelled, more may exist"
	}
	if v.Took < time.Second {
		return fmt.Sprintf("%s · %d ms", text, v.Took.Milliseconds())
	}
	return fmt.Sprintf("%s · %.1f s", text, v.Took.Seconds())
}

// PartialNotice sums up in a line what could not be searched; "" if everything
// could.
func (v EventsView) PartialNotice() string {
	switch n := len(v.Partial); n {
	case 0:
		return ""
	case 1:
		return "Not everything could be searched: " + v.Partial[0]
	default:
		return fmt.Sprintf("Not everything could be searched: %s (and %d more)", v.Partial[0], n-1)
	}
}
