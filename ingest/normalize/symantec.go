package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// symantec reads what Symantec Endpoint Protection Manager sends: sentences
// and "Name: value" separated by commas
// (https://knowledge.broadcom.com/external/article/171741).
//
//	SymantecServer: Virus found,IP Address: 192.0.2.44,Computer name: PC7,Risk name: EICAR Test String,...
var symantec = parser{
	name:  "symantec",
	apps:  []string{"SymantecServer"},
	first: "S",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "SymantecServer: ") || strings.HasPrefix(msg, "SymantecServer ")
	},
	parse: parseSymantec,
}

func parseSymantec(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(m.text, "SymantecServer"), ":"), " ")
	observe(ev, "Symantec", "Endpoint Protection", "antivirus")
	from(ev, "symantec_endpoint", "symantec_endpoint.log")
	first := ""
	n := 0
	for part := range strings.SplitSeq(text, ",") {
		if n++; n > 128 {
			break
		}
		name, value, ok := strings.Cut(part, ": ")
		var b *binding
		if ok {
			b = symantecKeys[fieldName("", strings.TrimSpace(name), keyLower)]
		}
		switch value = strings.Trim(strings.TrimSpace(value), `"`); {
		case ok && b != nil:
			k.bind(b, value)
		case n == 1:
			first = strings.TrimSpace(part)
		case setTransport(ev, part):
		case part == "Inbound" || part == "Outbound":
			setDirection(ev, lower(part))
		case part == "Blocked" || part == "Allowed" || part == "Quarantined" || part == "Cleaned":
			k.action = part
		case n == 2 && isWord(part) && !ev.Has(event.HostName):
			ev.Set(event.HostName, part)
		}
	}
	s := lower(text)
	risk := ev.Has(event.RuleName)
	switch {
	case strings.Contains(s, "administrator log on failed"):
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case strings.Contains(s, "administrator log on succeeded"):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case strings.Contains(s, "administrator logout"):
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case strings.HasPrefix(first, "Virus found"), strings.HasPrefix(first, "Security risk found"), strings.HasPrefix(first, "Potential risk found"), strings.HasPrefix(first, "SONAR"):
		ev.Set(event.EventKind, "alert")
		outcome := success
		if a := lower(k.action); strings.Contains(a, "left alone") || strings.Contains(a, "fail") {
			outcome = failure // the virus is still there
		}
		classify(ev, "malware", typeInfo, "malware-found", outcome)
	case ev.Has(event.SourceIP) && (strings.Contains(s, "attack") || strings.Contains(s, "sid: ")):
		ev.Set(event.EventKind, "alert")
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "attack-found", "")
	case k.action == "Blocked" && ev.Has(event.SourceIP):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.Contains(s, "scan id") || strings.HasPrefix(first, "Scan"):
		classify(ev, catHost, typeInfo, "scan", proseOutcome(first))
	case risk:
		classify(ev, "malware", typeInfo, "malware-found", "")
	default:
		classify(ev, catHost, typeInfo, "endpoint-message", proseOutcome(text))
	}
	if first != "" && !ev.Has(event.EventReason) {
		ev.Set(event.EventReason, first)
	}
	// The computer on which it runs is "local"; inbound, the other side began.
	if ev.Get(event.NetworkDirection) == "inbound" {
		for _, f := range [...][2]event.Field{{event.SourceIP, event.DestinationIP}, {event.SourcePort, event.DestinationPort}} {
			a, b := ev.Get(f[0]), ev.Get(f[1])
			ev.Delete(f[0])
			ev.Delete(f[1])
			ev.Set(f[0], b)
			ev.Set(f[1], a)
		}
	}
	return true
}

var symantecKeys = bindings(`
ip\_address,local\_host\_ip,local\_host  source.ip
remote\_host\_ip  destination.ip
local\_port  source.port
remote\_port  destination.port
computer\_name,computer  host.name:host
user\_name,user  user.name:user
admin  user.name:user
domain\_name  user.domain
risk\_name  rule.name
cids\_signature\_string  rule.name
cids\_signature\_id  rule.id
file\_path  file.path
application\_hash  file.hash.sha256:lower
actual\_action  @action
event\_description  event.reason
event\_time,begin  @time1
application,application\_name  process.name:image
occurrences  event.count:number
site,server\_name,location,domain  @none
`)
