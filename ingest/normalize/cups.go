package normalize

import "porchlight/ingest/event"

// cups reads the print service CUPS: jobs, and its access log through syslog.
var cups = parser{
	name: cupsMessages.name,
	apps: cupsMessages.apps,
	parse: func(m *message, ev *event.Event) bool {
		understood := cupsMessages.parse(m, ev)
		if ev.Has(event.HTTPRequestMethod) {
			k := keyed{ev: ev}
			k.webAccess()
		}
		return understood
	},
}

var cupsMessages = daemon("cups", []string{"cupsd", "cups"}, `
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
