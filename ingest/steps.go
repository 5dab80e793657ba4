package ingest

import "porchlight/ingest/event"

// step completes the events of a batch with what only several of them together
// say.
type step struct {
	// complete changes the events in place. It makes none and drops none.
	complete func(events []event.Event)

	// waiting returns how many events at the end need what has not arrived yet:
	// they go with the next batch, once.
	waiting func(events []event.Event) int
}

// steps is every step, in the order in which they are taken.
var steps = []step{
	{complete: joinAudit, waiting: openAudit},
}
