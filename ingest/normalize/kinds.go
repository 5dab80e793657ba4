package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// kind is what a message says happened: the values of event.category,
// event.type, event.action and event.outcome, "" for nothing.
type kind struct{ category, typ, action, outcome string }

// set stores the kind. Without a category what the event has stays, but for
// action and outcome.
func (what kind) set(ev *event.Event) {
	if what.category == "" {
		ev.Set(event.EventAction, what.action)
		ev.Set(event.EventOutcome, what.outcome)
		return
	}
	classify(ev, what.category, what.typ, what.action, what.outcome)
}

// kindOf reads a kind in the words of tables: category, type, action and
// outcome, "-" for nothing, several values with + between.
func kindOf(words []string) kind {
	word := func(i int) string {
		if words[i] == "-" {
			return ""
		}
		return strings.ReplaceAll(words[i], "+", event.Separator)
	}
	return kind{word(0), word(1), word(2), word(3)}
}

// newKinds reads a table of what the ids of a product's messages stand for,
// one a line:
//
//	id[,id...]  category type action outcome
//
// with the words of kindOf.
func newKinds(table string) map[string]kind {
	kinds := map[string]kind{}
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
