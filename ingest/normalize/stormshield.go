package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// stormshield reads the logs of Stormshield Network Security, WELF with keys
// of its own:
//
//	id=firewall time="2026-03-01 10:00:00" fw="sn1" tz=+0100 startime="2026-03-01 09:59:58" ipproto=tcp src=10.1.1.5 ... logtype="connection"
var stormshield = parser{
	name:  "stormshield",
	first: "i",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "id=firewall ") && strings.Contains(msg, " fw=") && (strings.Contains(msg, "logtype=") || strings.Contains(msg, "startime="))
	},
	parse: parseStormshield,
}

func parseStormshield(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc, prefix: "stormshield."}
	k.addPairs(m.text, stormshieldKeys)
	if zone := k.get("tz"); zone != "" {
		// The start is when it happened; time is when it was written.
		for _, name := range [...]string{"startime", "time"} {
			if at := k.get(name); at != "" && setTime(ev, at+zone, m.loc) {
				break
			}
		}
	}
	observe(ev, "Stormshield", "SNS", "firewall")
	from(ev, "stormshield", "stormshield.log")
	switch typ := k.get("logtype"); {
	case typ == "auth" && k.get("error") == "0":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case typ == "auth":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case typ == "server":
		classify(ev, catConfiguration, typeChange, "command-executed", success)
	case ev.Has(event.SourceIP) && k.action != "":
		concludeAction(ev, k.action, "")
	default:
		classify(ev, catHost, typeInfo, "", "")
	}
	return true
}

var stormshieldKeys = bindings(`
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
