package ui

import (
	"context"

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

// Pinner is implemented by backends that can keep events beyond their
// retention: the Events page then offers it.
type Pinner interface {
	// Pin keeps the events, or lets them go when their time is over.
	Pin(ctx context.Context, ids []event.ID, on bool) error
	// Pinned returns the events that are kept, the last pinned first.
	Pinned(ctx context.Context) ([]event.ID, error)
}
