package server

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// serilog is what .NET programs write in Serilog's compact format
// (https://github.com/serilog/serilog-formatting-compact): properties have
// whatever names the program chose.
var serilog = []read.JSONProduct{{
	Name: "serilog", Has: []string{"@t", "@mt"}, Module: "serilog", Dataset: "serilog.log", Table: serilogTable, Finish: serilogKind,
}, {
	Name: "serilog_rendered", Has: []string{"@t", "@m"}, Module: "serilog", Dataset: "serilog.log", Table: serilogTable, Finish: serilogKind,
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

func serilogKind(k *read.Keyed) {
	k.BindLoose()
	text := k.First("@m", "@mt")
	switch {
	case k.Event.Has(event.HTTPResponseStatusCode):
		k.WebAccess()
	case !read.ProseLogin(k.Event, text):
		read.Classify(k.Event, read.CategoryHost, read.TypeInfo, "", "")
	}
}
