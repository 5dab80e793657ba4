package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// trueNAS is the audit log of TrueNAS, which writes it to syslog as JSON below
// TNAUDIT (https://www.truenas.com/docs/scale/scaletutorials/systemsettings/auditingscale/).
var trueNAS = []jsonProduct{{
	name: "truenas", has: []string{"TNAUDIT.svc", "TNAUDIT.event"}, vendor: "iXsystems", product: "TrueNAS", kind: "nas", module: "truenas", dataset: "truenas.audit", table: `
TNAUDIT.aid  event.id
TNAUDIT.addr  source.ip
TNAUDIT.user  user.name
TNAUDIT.svc  service.name
TNAUDIT.time  @time1
`, finish: func(k *keyed) {
		ev := k.ev
		outcome := success
		if k.get("TNAUDIT.success") == "false" {
			outcome = failure
		}
		data := objectScratch.get()
		defer objectScratch.put(data)
		data.Reset()
		if text := k.get("TNAUDIT.event_data"); strings.HasPrefix(text, "{") && event.FlattenJSON(text, data) == nil {
			ev.Set(event.EventReason, lookup(data, "error"))
			path := lookup(data, "file.path")
			if path == "" {
				path = lookup(data, "file.name")
			}
			if path != "" {
				setPath(ev, path)
			}
			setNamed(ev, "truenas.method", lookup(data, "method"))
		}
		switch action := k.get("TNAUDIT.event"); action {
		case "AUTHENTICATION":
			if outcome == failure {
				classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
			} else {
				classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
			}
		case "CONNECT":
			classify(ev, catSession, typeStart, "session-opened", outcome)
		case "DISCONNECT", "LOGOUT":
			classify(ev, catSession, typeEnd, "session-closed", outcome)
		case "CREATE":
			classify(ev, catFile, typeCreated, "file-created", outcome)
		case "UNLINK":
			classify(ev, catFile, typeDeleted, "file-deleted", outcome)
		case "RENAME", "WRITE", "OFFLOAD_WRITE", "SET_ACL", "SET_ATTR", "SET_QUOTA":
			classify(ev, catFile, typeChange, "file-changed", outcome)
		case "READ", "OFFLOAD_READ", "CLOSE", "FSCTL":
			classify(ev, catFile, "access", "file-accessed", outcome)
		default: // METHOD_CALL
			k.cloudAction(cmp.Or(lookup(data, "method"), action), outcome)
		}
	},
}}
