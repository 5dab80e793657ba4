package ui

import (
	"context"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/pack"
	"porchlight/ingest/place"
)

// Backend is everything the window asks of the program, all of it required.
// It is made of what each page asks for, which stands beside the page; a page
// gets no more than that.
type Backend interface {
	welcomeBackend
	overviewBackend
	eventsBackend
	alertsBackend
	sourcesBackend
	settingsBackend
	demoPlayer

	// OnChange calls fn on any goroutine whenever events or alerts were
	// stored; fn must not block.
	OnChange(fn func()) (cancel func())
}

// Locator knows where devices reach this computer.
type Locator interface {
	// LocalAddresses lists this computer's addresses that other devices can
	// reach, without loopback and link-local ones.
	LocalAddresses() []string
}

// Notifier shows alerts outside the window.
type Notifier interface {
	// PauseNotifications holds them back, or shows them again.
	PauseNotifications(on bool)
	// TestNotification shows one to try it.
	TestNotification(ctx context.Context) error
}

// Explainer knows how events were read.
type Explainer interface {
	// Explain returns the original message, where in it fields stand, and
	// sentences for people. body is "" for events that were not read from a
	// line.
	Explain(ev *event.Event) (body string, places []place.Place, lines []string)
}

// Identifier knows who had an address.
type Identifier interface {
	// WhoWas returns who had an address at a time: host name, network card
	// (its maker in From), users, the latest first.
	WhoWas(ctx context.Context, address string, at time.Time) ([]event.Identity, error)
}

// Pinner keeps events beyond their retention.
type Pinner interface {
	// Pin keeps the events, or lets them go when their time is over.
	Pin(ctx context.Context, ids []event.ID, on bool) error
	// Pinned returns the events that are kept, the last pinned first.
	Pinned(ctx context.Context) ([]event.ID, error)
}

// Describer keeps what the admin says about a source.
type Describer interface {
	// DescribeSource gives a source a name, "" for none of its own, and says
	// whether its times are to be left as they are.
	DescribeSource(ctx context.Context, address, label string, trustClock bool) error
}

// ParserMaker makes parsers for devices that nothing understands.
type ParserMaker interface {
	// ProposeParser makes a parser from what a source sent that nothing
	// understands, and returns the messages it was made from; text is ""
	// when there is nothing to propose.
	ProposeParser(ctx context.Context, address, name string) (text string, messages []string, err error)
	// TryParser checks a parser and counts the messages it reads.
	TryParser(text string, messages []string) (fits int, err error)
	// SaveParser keeps a parser for all messages from now on.
	SaveParser(ctx context.Context, text string) error
}

// ParserKeeper keeps the parsers that were made.
type ParserKeeper interface {
	ParserMaker
	// Parsers returns the parsers that are kept, by name.
	Parsers(ctx context.Context) ([]pack.File, error)
	// RemoveParser deletes one.
	RemoveParser(ctx context.Context, name string) error
}
