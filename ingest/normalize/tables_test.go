package normalize

import (
	"testing"
	"time"

	"porchlight/ingest/event"
)

// TestTables reads the tables of templates of daemons, which are made with
// their first message: a mistake in one is a panic. Those of JSON products
// are read by TestProductDocuments.
func TestTables(t *testing.T) {
	for i := range parsers {
		if parsers[i].recognize == nil {
			var ev event.Event
			load(&ev, parsers[i].apps[0]+"\tx")
			parsers[i].parse(&message{app: parsers[i].apps[0], text: "x", loc: time.UTC}, &ev)
		}
	}
}
