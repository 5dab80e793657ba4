package normalize

// cups reads the print service CUPS: jobs, and its access log through syslog.
var cups = daemon("cups", []string{"cupsd", "cups"}, `
* web access request failure | REQUEST {source.ip} {} {user.name} "{http.request.method} {url.path} {}" 401 {http.response.bytes} {}
* web access request - | REQUEST {source.ip} {} {user.name} "{http.request.method} {url.path} {}" {http.response.status_code} {http.response.bytes} {}
* host info print-job-queued success | [Job {event.id}] Queued on "{printer.name}" by "{user.name}".
* host info print-job-finished success | [Job {event.id}] Job completed.
* host info print-job-failed failure | [Job {event.id}] {event.reason}
* host info printer-stopped failure | Printer "{printer.name}" stopped[[{}]]
`)
