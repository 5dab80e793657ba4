package unix

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CUPS reads the print service CUPS: jobs, and its access log through syslog.
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

var cupsMessages = read.Daemon("cups", []string{"cupsd", "cups"}, `
* web access request - | REQUEST {source.ip} {} {user.name} "{http.request.method} {url.path} {}" {http.response.status_code} {http.response.bytes} {}
* host info print-job-queued success | [Job {event.id}] Queued on "{printer.name}" by "{user.name}".
* host info print-job-finished success | [Job {event.id}] Job completed.
* host info print-job-failed failure | [Job {event.id}] Stopping job because {event.reason}
* host info print-job-failed failure | [Job {event.id}] Aborting job because {event.reason}
* host info print-job-failed failure | [Job {event.id}] Unable to {event.reason}
* host info print-job-canceled - | [Job {event.id}] Canceled by "{user.name}".
* host info print-job-message - | [Job {event.id}] {event.reason}
* host info printer-stopped failure | Printer "{printer.name}" stopped[[{}]]
`)
