package normalize

import (
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// TestTables reads the daemons' template tables, which are built with their
// first message: a mistake in one is a panic. Those of JSON products are read
// by TestProductDocuments.
func TestTables(t *testing.T) {
	for i := range parsers {
		if parsers[i].Recognize == nil {
			var ev event.Event
			load(&ev, parsers[i].Apps[0]+"\tx")
			parsers[i].Parse(&read.Message{App: parsers[i].Apps[0], Text: "x", Location: time.UTC}, &ev)
		}
	}
}
