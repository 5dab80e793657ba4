package ui

import (
	"context"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/pack"
	"porchlight/ingest/place"
)

// Backend is everything the window needs from the program, all of it required.
// It is made up of what each page needs, declared beside the page; a page gets
// no more than that.
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

// Locator knows where devices can reach this computer.
type Locator interface {
	// LocalAddresses lists this computer's addresses that other devices can
	// reach, without loopback and link-local ones.
	LocalAddresses() []string
}

// Notifier shows alerts outside the window.
type Notifier interface {
	// PauseNotifications holds notifications back, or shows them again.
	PauseNotifications(on bool)
	// TestNotification shows one as a test.
	TestNotification(ctx context.Context) error
}

// Explainer knows how events were read.
type Explainer interface {
	// Explain returns the original message, where its fields are in it, and
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
	// Pin keeps the events, or lets retention drop them again.
	Pin(ctx context.Context, ids []event.ID, on bool) error
	// Pinned returns the events that are kept, the last pinned first.
	Pinned(ctx context.Context) ([]event.ID, error)
}

// Describer stores what the admin says about a source.
type Describer interface {
	// DescribeSource gives a source a name, "" for none of its own, and sets
	// whether its times are left as they are.
	DescribeSource(ctx context.Context, address, label string, trustClock bool) error
}

// ParserMaker makes parsers for devices that nothing understands.
type ParserMaker interface {
	// ProposeParser makes a parser from the messages of a source that nothing
	// understands, and returns those it was made from; text is "" when there is
	// nothing to propose.
	ProposeParser(ctx context.Context, address, name string) (text string, messages []string, err error)
	// TryParser checks a parser and counts the messages it reads.
	TryParser(text string, messages []string) (fits int, err error)
	// SaveParser stores a parser for all messages from now on.
	SaveParser(ctx context.Context, text string) error
}

// ParserKeeper manages the saved parsers.
type ParserKeeper interface {
	ParserMaker
	// Parsers returns the saved parsers, by name.
	Parsers(ctx context.Context) ([]pack.File, error)
	// RemoveParser deletes one.
	RemoveParser(ctx context.Context, name string) error
}
