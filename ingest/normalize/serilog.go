package normalize

import "porchlight/ingest/event"

// serilog is what .NET programs write in Serilog's compact format
// (https://github.com/serilog/serilog-formatting-compact): the properties have
// whatever names the program gave them.
var serilog = []jsonProduct{{
	name: "serilog", has: []string{"@t", "@mt"}, module: "serilog", dataset: "serilog.log", table: serilogTable, finish: serilogKind,
}, {
	name: "serilog_rendered", has: []string{"@t", "@m"}, module: "serilog", dataset: "serilog.log", table: serilogTable, finish: serilogKind,
}}

const serilogTable = `
@t  @time1
@l  log.level:lower
@i  event.code
@x  error.stack_trace
SourceContext  log.logger
RequestPath  url.original
RequestMethod  http.request.method
StatusCode  http.response.status_code
`

func serilogKind(k *keyed) {
	k.bindLoose()
	text := k.first("@m", "@mt")
	switch {
	case k.ev.Has(event.HTTPResponseStatusCode):
		k.webAccess()
	case !proseLogin(k.ev, text):
		classify(k.ev, catHost, typeInfo, "", "")
	}
}
