package read

import (
	"strings"

	"porchlight/ingest/event"
)

// Kind is what a message says happened: the values of event.category,
// event.type, event.action and event.outcome, "" for nothing.
type Kind struct{ Category, Type, Action, Outcome string }

// Set stores the kind. Without a category it sets only action and outcome.
func (what Kind) Set(ev *event.Event) {
	if what.Category == "" {
		ev.Set(event.EventAction, what.Action)
		ev.Set(event.EventOutcome, what.Outcome)
		return
	}
	Classify(ev, what.Category, what.Type, what.Action, what.Outcome)
}

// kindOf reads a kind as written in tables: category, type, action and
// outcome, "-" for nothing, several values joined by +.
func kindOf(words []string) Kind {
	word := func(i int) string {
		if words[i] == "-" {
			return ""
		}
		return strings.ReplaceAll(words[i], "+", event.Separator)
	}
	return Kind{word(0), word(1), word(2), word(3)}
}

// NewKinds reads a table of what a product's message ids stand for, one per
// line:
//
//	id[,id...]  category type action outcome
//
// where "-" stands for nothing and + joins several values.
func NewKinds(table string) map[string]Kind {
	kinds := map[string]Kind{}
	for line := range strings.SplitSeq(table, "\n") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) != 5 {
			panic("line of kinds: " + line)
		}
		for id := range strings.SplitSeq(words[0], ",") {
			kinds[id] = kindOf(words[1:])
		}
	}
	return kinds
}

// Classify sets the kind of event. outcome may be empty: not every event
// succeeds or fails.
func Classify(ev *event.Event, category, typ, action, outcome string) {
	ev.Set(event.EventCategory, category)
	ev.Set(event.EventType, typ)
	ev.Set(event.EventAction, action)
	ev.Set(event.EventOutcome, outcome)
}
