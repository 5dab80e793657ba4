// Package model holds what the pages show as plain Go: it decides, computes
// and formats, and asks for what it needs through small interfaces. It knows
// nothing of widgets.
package model

import (
	"time"

	"porchlight/ingest/event"
)

// Page names a page of the window.
type Page string

// The pages.
const (
	PageWelcome  Page = "welcome"
	PageOverview Page = "overview"
	PageEvents   Page = "events"
	PageAlerts   Page = "alerts"
	PageSources  Page = "sources"
	PageSettings Page = "settings"
)

// Route is a place in the window: a page and what it shows. Routes are
// comparable; going to the current one does nothing. The zero value of
// everything but Page means the page's own default.
type Route struct {
	Page Page

	// Events: the search, and the time it covers: the most recent period, or
	// from Since to Until (event time, Unix nanoseconds, Until exclusive).
	Query        string
	Last         time.Duration
	Since, Until int64
	EventID      event.ID // the event whose detail is open

	// Alerts: the list's filter ("open", "acknowledged", "closed", "all") and
	// the alert that is open.
	Filter  string
	AlertID string
}

// History is where the user has been. The zero value is empty.
type History struct {
	past, future []Route
	now          Route
}

// maxHistory bounds how far back one can go.
const maxHistory = 100

// Now returns the current route.
func (h *History) Now() Route { return h.now }

// Go moves to a route and forgets what was ahead. It reports whether anything
// changed.
func (h *History) Go(r Route) bool {
	if r == h.now {
		return false
	}
	if h.now != (Route{}) {
		h.past = append(h.past, h.now)
		if len(h.past) > maxHistory {
			h.past = h.past[1:]
		}
	}
	h.now, h.future = r, nil
	return true
}

// Replace changes the current route without a step in the history: a page uses
// it to keep its own details (the search typed so far) up to date.
func (h *History) Replace(r Route) { h.now = r }

// Back moves one step back, if there is one.
func (h *History) Back() bool { return move(&h.past, &h.future, &h.now) }

// Forward undoes a step back, if there was one.
func (h *History) Forward() bool { return move(&h.future, &h.past, &h.now) }

// CanBack and CanForward report whether a step is possible.
func (h *History) CanBack() bool    { return len(h.past) > 0 }
func (h *History) CanForward() bool { return len(h.future) > 0 }

func move(from, to *[]Route, now *Route) bool {
	n := len(*from)
	if n == 0 {
		return false
	}
	*to = append(*to, *now)
	*now, *from = (*from)[n-1], (*from)[:n-1]
	return true
}
