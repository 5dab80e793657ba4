package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// tailscale is the configuration audit and the network flow logs of
// Tailscale (https://tailscale.com/kb/1203/audit-logging,
// https://tailscale.com/kb/1219/network-flow-logs).
var tailscale = []jsonProduct{{
	name: "tailscale_audit", has: []string{"eventGroupID", "origin", "action"}, vendor: "Tailscale", product: "Tailscale", module: "tailscale", dataset: "tailscale.audit", table: `
eventTime  @time1
eventGroupID  event.id
actor.id  user.id
actor.loginName  user.email:email
actor.displayName  user.full_name
origin  event.provider
error,actionDetails  event.reason
`, finish: func(k *keyed) {
		outcome := success
		if k.get("error") != "" {
			outcome = failure
		}
		switch typ := k.get("target.type"); typ {
		case "USER":
			k.put(k.get("target.id"), targetUserID)
			k.put(k.get("target.name"), targetUser)
		case "NODE":
			setNamed(k.ev, "host.name", k.get("target.name"))
			setNamed(k.ev, "host.id", k.get("target.id"))
		}
		action := lower(k.get("action"))
		switch {
		case action == "login":
			k.loggedOn(outcome)
		case action == "logout":
			classify(k.ev, catAuthentication, typeEnd, actionLogoff, outcome)
		case k.get("target.type") == "USER":
			classify(k.ev, catIAM, typeUser+event.Separator+typeOfVerb(action), "user-"+action, outcome)
		default:
			what := lower(cmp.Or(k.get("target.property"), k.get("target.type")))
			classify(k.ev, catConfiguration, typeOfVerb(action), strings.Trim(what+"-"+action, "-"), outcome)
		}
	},
}, {
	name: "tailscale_flow", has: []string{"nodeId", "logged", "start", "end"}, vendor: "Tailscale", product: "Tailscale", module: "tailscale", dataset: "tailscale.network", table: `
logged  @time1
start  event.start
end  event.end
nodeId  host.id
`, finish: func(k *keyed) {
		ev, seen := k.ev, false
		// One document counts all that a node had in a few seconds; its fields
		// are of the first connection, the others stay in the document.
		for _, name := range [...]string{"virtualTraffic", "subnetTraffic", "exitTraffic", "physicalTraffic"} {
			k.objects(name, func(o *event.Event) {
				if seen {
					return
				}
				seen = true
				setTransport(ev, lookup(o, "proto"))
				if ip, port := proseIP(lookup(o, "src")); ip != "" {
					setSource(ev, ip)
					setPort(ev, event.SourcePort, port)
				}
				if ip, port := proseIP(lookup(o, "dst")); ip != "" {
					setDestination(ev, ip)
					setPort(ev, event.DestinationPort, port)
				}
				setNumber(ev, event.SourceBytes, lookup(o, "txBytes"))
				setNumber(ev, event.DestinationBytes, lookup(o, "rxBytes"))
				setNamed(ev, "source.packets", numeric(lookup(o, "txPkts")))
				setNamed(ev, "destination.packets", numeric(lookup(o, "rxPkts")))
				setNamed(ev, "tailscale.traffic", strings.TrimSuffix(name, "Traffic"))
			})
		}
		k.spanDuration()
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	},
}}
