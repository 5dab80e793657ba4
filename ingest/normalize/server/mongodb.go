package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// mongoDB is the structured log of MongoDB 4.4 and later
// (https://www.mongodb.com/docs/manual/reference/log-messages/).
var mongoDB = []read.JSONProduct{{
	Name: "mongodb", Has: []string{"t.$date", "ctx", "msg"}, Module: "mongodb", Dataset: "mongodb.log", Table: `
t.$date  @time1
id  event.code
s  log.level
c  log.logger
attr.remote,attr.client  source.address
attr.user,attr.principalName  user.name
attr.error  error.message
msg  event.reason
`, Finish: func(k *read.Keyed) {
		remote := k.First("attr.remote", "attr.client")
		if ip, port := read.ProseIP(remote); ip != "" {
			read.SetSource(k.Event, ip)
			read.SetPort(k.Event, event.SourcePort, port)
		}
		s := read.Lower(k.Get("msg"))
		switch {
		case strings.Contains(s, "authentication failed"):
			read.Classify(k.Event, read.CategoryAuthentication+event.Separator+read.CategoryDatabase, read.TypeStart, read.ActionLogonFailed, read.Failure)
		case strings.Contains(s, "authentication succeeded") || strings.Contains(s, "successfully authenticated"):
			read.Classify(k.Event, read.CategoryAuthentication+event.Separator+read.CategoryDatabase, read.TypeStart, read.ActionLogonSuccess, read.Success)
		case strings.Contains(s, "connection accepted"):
			read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionStart, read.ActionConnectionStarted, read.Success)
		case strings.Contains(s, "connection ended"):
			read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, read.Success)
		default:
			read.Classify(k.Event, read.CategoryDatabase, read.TypeInfo, "server-message", "")
		}
	},
}}
