package server

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// trueNAS is the audit log of TrueNAS, which writes it to syslog as JSON below
// TNAUDIT (https://www.truenas.com/docs/scale/scaletutorials/systemsettings/auditingscale/).
var trueNAS = []read.JSONProduct{{
	Name: "truenas", Has: []string{"TNAUDIT.svc", "TNAUDIT.event"}, Vendor: "iXsystems", Product: "TrueNAS", Type: "nas", Module: "truenas", Dataset: "truenas.audit", Table: `
TNAUDIT.aid  event.id
TNAUDIT.addr  source.ip
TNAUDIT.user  user.name
TNAUDIT.svc  service.name
TNAUDIT.time  @time1
`, Finish: func(k *read.Keyed) {
		ev := k.Event
		outcome := read.Success
		if k.Get("TNAUDIT.success") == "false" {
			outcome = read.Failure
		}
		data := read.Scratch.Get()
		defer read.Scratch.Put(data)
		data.Reset()
		if text := k.Get("TNAUDIT.event_data"); strings.HasPrefix(text, "{") && event.FlattenJSON(text, data) == nil {
			ev.Set(event.EventReason, read.Lookup(data, "error"))
			path := read.Lookup(data, "file.path")
			if path == "" {
				path = read.Lookup(data, "file.name")
			}
			if path != "" {
				read.SetPath(ev, path)
			}
			read.SetNamed(ev, "truenas.method", read.Lookup(data, "method"))
		}
		switch action := k.Get("TNAUDIT.event"); action {
		case "AUTHENTICATION":
			if outcome == read.Failure {
				read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
			} else {
				read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
			}
		case "CONNECT":
			read.Classify(ev, read.CategorySession, read.TypeStart, "session-opened", outcome)
		case "DISCONNECT", "LOGOUT":
			read.Classify(ev, read.CategorySession, read.TypeEnd, "session-closed", outcome)
		case "CREATE":
			read.Classify(ev, read.CategoryFile, read.TypeCreated, "file-created", outcome)
		case "UNLINK":
			read.Classify(ev, read.CategoryFile, read.TypeDeleted, "file-deleted", outcome)
		case "RENAME", "WRITE", "OFFLOAD_WRITE", "SET_ACL", "SET_ATTR", "SET_QUOTA":
			read.Classify(ev, read.CategoryFile, read.TypeChange, "file-changed", outcome)
		case "READ", "OFFLOAD_READ", "CLOSE", "FSCTL":
			read.Classify(ev, read.CategoryFile, "access", "file-accessed", outcome)
		default: // METHOD_CALL
			k.CloudAction(cmp.Or(read.Lookup(data, "method"), action), outcome)
		}
	},
}}
