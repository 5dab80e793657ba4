// Package ui is the desktop window: one file per page. Pages hold no logic;
// ui/model does.
package ui

import (
	"context"
	"sync"
	"time"

	"fyne.io/fyne/v2"

	"porchlight/ui/model"
)

// page is one page of the window, made by its constructor new<Name>Page(*env,
// <name>Backend) page. All methods run on the UI goroutine.
type page interface {
	// content is asked for once, when the page is first shown.
	content() fyne.CanvasObject

	// shown is called when the page becomes visible at that route, and when it
	// already is and the route changes.
	shown(model.Route)

	// hidden is called when the page is no longer visible: work for it stops.
	hidden()
}

// What a page may offer to the keyboard, and what it may want to hear about
// while it is visible.
type (
	searcher  interface{ focusSearch() }       // Ctrl+K, /
	refresher interface{ refresh() }           // F5
	escaper   interface{ escape() bool }       // Esc: closes something of its own, or returns false
	pulser    interface{ pulsed(model.Pulse) } // the state of the collection, once a second
	watcher   interface {
		alerted(model.AlertSummary, error)
	} // the alerts changed
)

// What each page offers: a method that is renamed must not go missing unseen.
var (
	_ searcher  = (*eventsPage)(nil)
	_ refresher = (*eventsPage)(nil)
	_ escaper   = (*eventsPage)(nil)
	_ refresher = (*alertsPage)(nil)
	_ escaper   = (*alertsPage)(nil)
	_ refresher = (*overviewPage)(nil)
	_ pulser    = (*overviewPage)(nil)
	_ watcher   = (*overviewPage)(nil)
	_ escaper   = (*sourcesPage)(nil)
	_ pulser    = (*sourcesPage)(nil)
	_ refresher = (*settingsPage)(nil)
	_ pulser    = (*settingsPage)(nil)
	_ pulser    = (*welcomePage)(nil)
)

// env is what a page gets from the window.
type env struct {
	ctx  context.Context // ends with the window
	work sync.WaitGroup  // all goroutines of the window and its pages
	win  fyne.Window
	user string // who acknowledges and closes
	now  func() time.Time

	navigate func(model.Route)               // go there, adding a step to the history
	replace  func(model.Route)               // keep the current history entry up to date
	copy     func(text string)               // to the clipboard
	do       func(func())                    // runs on the UI goroutine; from any goroutine
	onChange func(fn func()) (cancel func()) // something changed in the store; fn on any goroutine, must not block

	pulse    func() model.Pulse // the newest state of the collection
	playDemo func()             // starts the demo unless it is playing
	restyle  func(theme string) // shows another theme: "system", "dark", "light"
	quit     func()             // ends the program
}
