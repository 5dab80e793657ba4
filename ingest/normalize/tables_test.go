package normalize

import (
	"testing"
	"time"

	"porchlight/ingest/event"
)

// TestTables reads every table of templates and columns that is made when it
// is first needed: a mistake in one is a panic.
func TestTables(t *testing.T) {
	asaTemplates()
	dpkgTemplates()
	iseKeys()
	kernelTemplates()
	macOSTemplates()
	netScalerKeys()
	santaKeys()
	trellixKeys()
	zeekColumns()
	for i := range parsers { // those of daemons are read with their first message
		if parsers[i].recognize == nil {
			var ev event.Event
			load(&ev, parsers[i].apps[0]+"\tx")
			parsers[i].parse(&message{app: parsers[i].apps[0], text: "x", loc: time.UTC}, &ev)
		}
	}
}

func TestProducts(t *testing.T) {
	for _, list := range jsonProducts {
		for _, p := range list {
			p.keys()
		}
	}
	panColumns()
	googleParameters()
}
