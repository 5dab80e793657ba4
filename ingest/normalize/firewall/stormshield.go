package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Stormshield reads the logs of Stormshield Network Security, WELF with its
// own keys:
//
//	id=firewall time="2026-03-01 10:00:00" fw="sn1" tz=+0100 startime="2026-03-01 09:59:58" ipproto=tcp src=10.1.1.5 ... logtype="connection"
var Stormshield = read.Parser{
	Name:  "stormshield",
	First: "i",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "id=firewall ") && strings.Contains(msg, " fw=") && (strings.Contains(msg, "logtype=") || strings.Contains(msg, "startime="))
	},
	Parse: parseStormshield,
}

func parseStormshield(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "stormshield."}
	k.AddPairs(m.Text, stormshieldKeys)
	if zone := k.Get("tz"); zone != "" {
		// The start is when it happened; time is when it was written.
		for _, name := range [...]string{"startime", "time"} {
			if at := k.Get(name); at != "" && read.SetTime(ev, at+zone, m.Location) {
				break
			}
		}
	}
	read.Observe(ev, "Stormshield", "SNS", "firewall")
	read.From(ev, "stormshield", "stormshield.log")
	switch typ := k.Get("logtype"); {
	case typ == "auth" && k.Get("error") == "0":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case typ == "auth":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case typ == "server":
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, "command-executed", read.Success)
	case ev.Has(event.SourceIP) && k.Action != "":
		read.ConcludeAction(ev, k.Action, "")
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	}
	return true
}

var stormshieldKeys = read.NewBindings(`
id,time,startime,tz,error,sessionid  @none
fw  observer.name
user  user.name
address  source.ip
domain  user.domain
src  source.ip
srcport  source.port
srcname  source.domain
srcmac  source.mac
dst  destination.ip
dstport  destination.port
dstname  destination.domain
dstmac  destination.mac
modsrc  source.nat.ip:nat
modsrcport  source.nat.port:natport
origdst  destination.nat.ip:nat
origdstport  destination.nat.port:natport
ipproto  network.transport
proto  network.protocol
srcif  observer.ingress.interface.id
srcifname  observer.ingress.interface.alias
dstif  observer.egress.interface.id
dstifname  observer.egress.interface.alias
ruleid  rule.id
rulename  rule.name
policy  rule.ruleset
sent  source.bytes
rcvd  destination.bytes
duration  event.duration
action  @action
msg  event.reason
alarmid  rule.id
pri  event.severity
service  service.name
arg  url.path
op  http.request.method
result  http.response.status_code
`)
