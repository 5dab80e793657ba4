package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// mongoDB is the structured log of MongoDB 4.4 and later
// (https://www.mongodb.com/docs/manual/reference/log-messages/).
var mongoDB = []jsonProduct{{
	name: "mongodb", has: []string{"t.$date", "ctx", "msg"}, module: "mongodb", dataset: "mongodb.log", table: `
t.$date  @time1
id  event.code
s  log.level
c  log.logger
attr.remote,attr.client  source.address
attr.user,attr.principalName  user.name
attr.error  error.message
msg  event.reason
`, finish: func(k *keyed) {
		remote := k.first("attr.remote", "attr.client")
		if ip, port := proseIP(remote); ip != "" {
			setSource(k.ev, ip)
			setPort(k.ev, event.SourcePort, port)
		}
		s := lower(k.get("msg"))
		switch {
		case strings.Contains(s, "authentication failed"):
			classify(k.ev, catAuthentication+event.Separator+catDatabase, typeStart, actionLogonFailed, failure)
		case strings.Contains(s, "authentication succeeded") || strings.Contains(s, "successfully authenticated"):
			classify(k.ev, catAuthentication+event.Separator+catDatabase, typeStart, actionLogonSuccess, success)
		case strings.Contains(s, "connection accepted"):
			classify(k.ev, catNetwork, connStart, actionConnectionStarted, success)
		case strings.Contains(s, "connection ended"):
			classify(k.ev, catNetwork, connEnd, actionConnectionClosed, success)
		default:
			classify(k.ev, catDatabase, typeInfo, "server-message", "")
		}
	},
}}
