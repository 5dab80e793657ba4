package network

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// twingate is the audit logs of Twingate, bare or as it writes them to S3
// (https://www.twingate.com/docs/audit-logs-schema).
var twingate = []read.JSONProduct{
	{Name: "twingate", Has: []string{"actor.type", "targets", "action", "time", "version"}, Vendor: "Twingate", Product: "Twingate", Module: "twingate", Dataset: "twingate.audit", Table: twingateTable, Finish: twingateEvent},
	{Name: "twingate", Has: []string{"event.actor.type", "event.targets", "event_type"}, Vendor: "Twingate", Product: "Twingate", Module: "twingate", Dataset: "twingate.audit", Table: twingateTable, Finish: twingateEvent},
}

const twingateTable = `
time,event.time  @time1
actor.id,event.actor.id  user.id
actor.info.email,event.actor.info.email  user.email:email
actor.info.name,event.actor.info.name  user.full_name
`

func twingateEvent(k *read.Keyed) {
	action, what := cmp.Or(k.Get("action"), k.Get("event.action")), ""
	party := func(o *event.Event) {
		typ := read.Lookup(o, "type")
		what = cmp.Or(what, typ)
		switch typ {
		case "user":
			k.Put(read.Lookup(o, "id"), read.TargetUserID)
			k.Put(cmp.Or(read.Lookup(o, "email"), read.Lookup(o, "name")), read.TargetUser)
		case "group":
			k.Put(read.Lookup(o, "id"), read.TargetGroupID)
			k.Put(read.Lookup(o, "name"), read.TargetGroup)
		}
	}
	k.Objects("targets", party)
	k.Objects("event.targets", party)
	typ := read.TypeOfVerb(action)
	action = strings.Trim(read.Lower(what)+"-"+action, "-")
	switch what {
	case "user":
		read.Classify(k.Event, read.CategoryIAM, read.TypeUser+event.Separator+typ, action, read.Success)
	case "group":
		read.Classify(k.Event, read.CategoryIAM, read.TypeGroup+event.Separator+typ, action, read.Success)
	default:
		read.Classify(k.Event, read.CategoryConfiguration, typ, action, read.Success)
	}
}
