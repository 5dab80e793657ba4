package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// twingate is the audit logs of Twingate, bare or as it writes them to S3
// (https://www.twingate.com/docs/audit-logs-schema).
var twingate = []jsonProduct{
	{name: "twingate", has: []string{"actor.type", "targets", "action", "time", "version"}, vendor: "Twingate", product: "Twingate", module: "twingate", dataset: "twingate.audit", table: twingateTable, finish: twingateEvent},
	{name: "twingate", has: []string{"event.actor.type", "event.targets", "event_type"}, vendor: "Twingate", product: "Twingate", module: "twingate", dataset: "twingate.audit", table: twingateTable, finish: twingateEvent},
}

const twingateTable = `
time,event.time  @time1
actor.id,event.actor.id  user.id
actor.info.email,event.actor.info.email  user.email:email
actor.info.name,event.actor.info.name  user.full_name
`

func twingateEvent(k *keyed) {
	action, what := cmp.Or(k.get("action"), k.get("event.action")), ""
	party := func(o *event.Event) {
		typ := lookup(o, "type")
		what = cmp.Or(what, typ)
		switch typ {
		case "user":
			k.put(lookup(o, "id"), targetUserID)
			k.put(cmp.Or(lookup(o, "email"), lookup(o, "name")), targetUser)
		case "group":
			k.put(lookup(o, "id"), targetGroupID)
			k.put(lookup(o, "name"), targetGroup)
		}
	}
	k.objects("targets", party)
	k.objects("event.targets", party)
	typ := typeOfVerb(action)
	action = strings.Trim(lower(what)+"-"+action, "-")
	switch what {
	case "user":
		classify(k.ev, catIAM, typeUser+event.Separator+typ, action, success)
	case "group":
		classify(k.ev, catIAM, typeGroup+event.Separator+typ, action, success)
	default:
		classify(k.ev, catConfiguration, typ, action, success)
	}
}
