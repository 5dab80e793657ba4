package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Symantec reads what Symantec Endpoint Protection Manager sends: sentences
// and "Name: value" separated by commas
// (https://knowledge.broadcom.com/external/article/171741).
//
//	SymantecServer: Virus found,IP Address: 192.0.2.44,Computer name: PC7,Risk name: EICAR Test String,...
var Symantec = read.Parser{
	Name:  "symantec",
	Apps:  []string{"SymantecServer"},
	First: "S",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "SymantecServer: ") || strings.HasPrefix(msg, "SymantecServer ")
	},
	Parse: parseSymantec,
}

func parseSymantec(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	text := strings.TrimLeft(strings.TrimPrefix(strings.TrimPrefix(m.Text, "SymantecServer"), ":"), " ")
	read.Observe(ev, "Symantec", "Endpoint Protection", "endpoint")
	read.From(ev, "symantec_endpoint", "symantec_endpoint.log")
	first := ""
	n := 0
	for part := range strings.SplitSeq(text, ",") {
		if n++; n > 128 {
			break
		}
		name, value, ok := strings.Cut(part, ": ")
		var b *read.Binding
		if ok {
			b = symantecKeys[read.FieldName("", strings.TrimSpace(name), read.NameLower)]
		}
		switch value = strings.Trim(strings.TrimSpace(value), `"`); {
		case ok && b != nil:
			k.Bind(b, value)
		case n == 1:
			first = strings.TrimSpace(part)
		case read.SetTransport(ev, part):
		case part == "Inbound" || part == "Outbound":
			read.SetDirection(ev, read.Lower(part))
		case part == "Blocked" || part == "Allowed" || part == "Quarantined" || part == "Cleaned":
			k.Action = part
		case n == 2 && read.IsWord(part) && !ev.Has(event.HostName):
			ev.Set(event.HostName, part)
		}
	}
	s := read.Lower(text)
	risk := ev.Has(event.RuleName)
	switch {
	case strings.Contains(s, "administrator log on failed"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.Contains(s, "administrator log on succeeded"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case strings.Contains(s, "administrator logout"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case strings.HasPrefix(first, "Virus found"), strings.HasPrefix(first, "Security risk found"), strings.HasPrefix(first, "Potential risk found"), strings.HasPrefix(first, "SONAR"):
		ev.Set(event.EventKind, "alert")
		outcome := read.Success
		if a := read.Lower(k.Action); strings.Contains(a, "left alone") || strings.Contains(a, "fail") {
			outcome = read.Failure // the virus is still there
		}
		read.Classify(ev, "malware", read.TypeInfo, "malware-found", outcome)
	case ev.Has(event.SourceIP) && (strings.Contains(s, "attack") || strings.Contains(s, "sid: ")):
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "attack-found", "")
	case k.Action == "Blocked" && ev.Has(event.SourceIP):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.Contains(s, "scan id") || strings.HasPrefix(first, "Scan"):
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "scan", read.ProseOutcome(first))
	case risk:
		read.Classify(ev, "malware", read.TypeInfo, "malware-found", "")
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "endpoint-message", read.ProseOutcome(text))
	}
	if first != "" && !ev.Has(event.EventReason) {
		ev.Set(event.EventReason, first)
	}
	// "Local" is the computer it runs on; inbound means the other side
	// initiated it.
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

var symantecKeys = read.NewBindings(`
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
