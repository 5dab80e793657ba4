package ingest

import "porchlight/ingest/event"

// step completes the events of a batch with what only several of them together
// reveal.
type step struct {
	// complete modifies the events in place. It adds none and drops none.
	complete func(events []event.Event)

	// waiting returns how many events at the end need something that has not
	// arrived yet: they are moved to the next batch, once.
	waiting func(events []event.Event) int
}

// steps lists every step, in order of execution.
var steps = []step{
	{complete: joinAudit, waiting: openAudit},
}
