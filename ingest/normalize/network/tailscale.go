package network

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// tailscale is the configuration audit and the network flow logs of
// Tailscale (https://tailscale.com/kb/1203/audit-logging,
// https://tailscale.com/kb/1219/network-flow-logs).
var tailscale = []read.JSONProduct{{
	Name: "tailscale_audit", Has: []string{"eventGroupID", "origin", "action"}, Vendor: "Tailscale", Product: "Tailscale", Module: "tailscale", Dataset: "tailscale.audit", Table: `
eventTime  @time1
eventGroupID  event.id
actor.id  user.id
actor.loginName  user.email:email
actor.displayName  user.full_name
origin  event.provider
error,actionDetails  event.reason
`, Finish: func(k *read.Keyed) {
		outcome := read.Success
		if k.Get("error") != "" {
			outcome = read.Failure
		}
		switch typ := k.Get("target.type"); typ {
		case "USER":
			k.Put(k.Get("target.id"), read.TargetUserID)
			k.Put(k.Get("target.name"), read.TargetUser)
		case "NODE":
			read.SetNamed(k.Event, "host.name", k.Get("target.name"))
			read.SetNamed(k.Event, "host.id", k.Get("target.id"))
		}
		action := read.Lower(k.Get("action"))
		switch {
		case action == "login":
			k.LoggedOn(outcome)
		case action == "logout":
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, outcome)
		case k.Get("target.type") == "USER":
			read.Classify(k.Event, read.CategoryIAM, read.TypeUser+event.Separator+read.TypeOfVerb(action), "user-"+action, outcome)
		default:
			what := read.Lower(cmp.Or(k.Get("target.property"), k.Get("target.type")))
			read.Classify(k.Event, read.CategoryConfiguration, read.TypeOfVerb(action), strings.Trim(what+"-"+action, "-"), outcome)
		}
	},
}, {
	Name: "tailscale_flow", Has: []string{"nodeId", "logged", "start", "end"}, Vendor: "Tailscale", Product: "Tailscale", Module: "tailscale", Dataset: "tailscale.network", Table: `
logged  @time1
start  event.start
end  event.end
nodeId  host.id
`, Finish: func(k *read.Keyed) {
		ev, seen := k.Event, false
		// One document counts all of a node's connections in a few seconds;
		// the fields are the first connection's, the others remain in the
		// document.
		for _, name := range [...]string{"virtualTraffic", "subnetTraffic", "exitTraffic", "physicalTraffic"} {
			k.Objects(name, func(o *event.Event) {
				if seen {
					return
				}
				seen = true
				read.SetTransport(ev, read.Lookup(o, "proto"))
				if ip, port := read.ProseIP(read.Lookup(o, "src")); ip != "" {
					read.SetSource(ev, ip)
					read.SetPort(ev, event.SourcePort, port)
				}
				if ip, port := read.ProseIP(read.Lookup(o, "dst")); ip != "" {
					read.SetDestination(ev, ip)
					read.SetPort(ev, event.DestinationPort, port)
				}
				read.SetNumber(ev, event.SourceBytes, read.Lookup(o, "txBytes"))
				read.SetNumber(ev, event.DestinationBytes, read.Lookup(o, "rxBytes"))
				read.SetNamed(ev, "source.packets", read.Numeric(read.Lookup(o, "txPkts")))
				read.SetNamed(ev, "destination.packets", read.Numeric(read.Lookup(o, "rxPkts")))
				read.SetNamed(ev, "tailscale.traffic", strings.TrimSuffix(name, "Traffic"))
			})
		}
		k.SpanDuration()
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	},
}}
