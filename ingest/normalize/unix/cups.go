package unix

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CUPS reads the logs of the print service CUPS: jobs, and its access log
// through syslog.
var CUPS = read.Parser{
	Name: cupsMessages.Name,
	Apps: cupsMessages.Apps,
	Parse: func(m *read.Message, ev *event.Event) bool {
		understood := cupsMessages.Parse(m, ev)
		if ev.Has(event.HTTPRequestMethod) {
			k := read.Keyed{Event: ev}
			k.WebAccess()
		}
		return understood
	},
}

var cupsMessages = service("cups")
