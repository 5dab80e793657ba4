package ui

import (
	"context"
	"time"

	"porchlight/ingest/event"
	"porchlight/ui/model"
)

// Backend is everything the window asks of the program. Each page takes only
// the part it needs.
type Backend interface {
	model.StatusReader
	model.EventSource
	model.AlertSource
	model.AlertActions
	model.SettingsStore
	model.FieldSource
	model.StateStore

	// OnChange calls fn on any goroutine whenever events or alerts were
	// stored; fn must not block.
	OnChange(fn func()) (cancel func())

	// Demo plays an office and an attack through the real listener and
	// returns when it is over.
	Demo(ctx context.Context) error
}

// Pauser is implemented by backends whose notifications can be paused: the
// tray menu then offers it.
type Pauser interface {
	PauseNotifications(on bool)
}

// Tester is implemented by backends that can show a notification to try it:
// the settings then offer it.
type Tester interface {
	TestNotification(ctx context.Context) error
}

// Exporter is implemented by backends that can write the result of a search
// to a file: the Events page then offers it.
type Exporter = model.Exporter

// Explainer is implemented by backends that can say how an event was read: the
// detail of an event then shows it.
type Explainer interface {
	// Explain returns the original message, where in it fields stand, and
	// sentences for people. body is "" for events that were not read from a
	// line.
	Explain(ev *event.Event) (body string, places []event.Place, lines []string)
}

// Identifier is implemented by backends that know who had an address: the
// detail of an event then shows it.
type Identifier interface {
	// WhoWas returns who had an address at a time: host name, network card
	// (its maker in From), users, the latest first.
	WhoWas(ctx context.Context, address string, at time.Time) ([]event.Identity, error)
}

// Pinner is implemented by backends that can keep events beyond their
// retention: the Events page then offers it.
type Pinner interface {
	// Pin keeps the events, or lets them go when their time is over.
	Pin(ctx context.Context, ids []event.ID, on bool) error
	// Pinned returns the events that are kept, the last pinned first.
	Pinned(ctx context.Context) ([]event.ID, error)
}
