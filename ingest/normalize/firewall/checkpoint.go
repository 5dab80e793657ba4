package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CheckPoint reads the Log Exporter's syslog format of Check Point firewalls:
// [key:"value"; key:"value"] where RFC 5424 has structured data, though it is
// none:
//
//	[action:"Accept"; ifdir:"outbound"; ifname:"eth0"; origin:"192.0.2.100"; dst:"198.51.100.7"; ...]
var CheckPoint = read.Parser{
	Name:  "checkpoint",
	First: "^{",
	Recognize: func(msg string) bool {
		head := msg[:min(len(msg), 1024)]
		return checkPointStart(head) >= 0 && strings.Contains(head, `:"`) && strings.Contains(head, "; ") && (strings.Contains(head, `loguid:"`) || strings.Contains(head, `origin:"`))
	},
	Parse: parseCheckPoint,
}

// checkPointStart returns where the bracket opens: at the start, or after the
// header that RFC 5424 does not allow before it.
func checkPointStart(msg string) int {
	if msg[0] == '[' {
		return 0
	}
	if i := dashBracket.Index(msg[:min(len(msg), 200)]); i > 0 {
		return i + 3
	}
	return -1
}

var dashBracket = read.NewClue(" - [")

func parseCheckPoint(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "checkpoint."}
	start := checkPointStart(m.Text)
	if start < 0 {
		return false
	}
	s := m.Text[start+1:]
	var ifname, direction string
	for s != "" {
		s = strings.TrimLeft(s, "; ]\r\n")
		key, rest, ok := strings.Cut(s, ":")
		if !ok || len(key) > 64 {
			break
		}
		rest = strings.TrimLeft(rest, ":")
		value, after, ok := read.CutQuoted(rest)
		if !ok {
			break
		}
		s = after
		if strings.IndexByte(value, '\\') >= 0 {
			value = checkPointUnescaped.Replace(value)
		}
		switch key {
		case "ifname":
			ifname = value
		case "ifdir":
			direction = value
		}
		k.Add(read.FieldName("checkpoint.", key, read.NameAsIs), value, checkPointKeys[key])
	}
	if k.Empty() {
		return false
	}
	if direction == "outbound" {
		ev.Set(event.ObserverEgressInterface, ifname)
	} else {
		ev.Set(event.ObserverIngressInterface, ifname)
	}
	read.Observe(ev, "Check Point", "Firewall", "firewall")
	if product := k.Get("checkpoint.product"); product != "" {
		ev.Set(event.ObserverProduct, product)
	}
	read.From(ev, "checkpoint", "checkpoint.firewall")
	checkPointKind(&k)
	return true
}

func checkPointKind(k *read.Keyed) {
	ev := k.Event
	action := k.Action
	switch read.Lower(action) {
	case "log in", "login":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case "failed log in", "failed login":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case "log out", "logout":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case "prevent", "detect":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
	default:
		read.ConcludeAction(ev, action, "")
	}
	if !ev.Has(event.EventCategory) {
		if k.Has("checkpoint.operation") || k.Has("checkpoint.administrator") {
			read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, "")
		} else {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
		}
	}
}

var checkPointUnescaped = strings.NewReplacer(`\"`, `"`, `\]`, `]`, `\\`, `\`)

var checkPointKeys = read.NewBindings(`
action  @action
time  @time1
origin  observer.name
sequencenum  event.sequence
severity  event.severity
src  source.ip
s_port  source.port
dst  destination.ip
service  destination.port
service_id  network.application:lower
proto  network.transport
xlatesrc  source.nat.ip
xlatesport  source.nat.port:nonzero
xlatedst  destination.nat.ip
xlatedport  destination.nat.port:nonzero
inzone  observer.ingress.zone
outzone  observer.egress.zone
rule_uid  rule.uuid
rule_name  rule.name
rule  rule.id
user,src_user_name  user.name:text
administrator  user.name:text
dst_user_name  destination.user.name
src_machine_name  source.domain
dst_machine_name  destination.domain
resource  url.original
method  http.request.method
user_agent  user_agent.original
app_rule_name  checkpoint.app_rule
appi_name  checkpoint.application
bytes  network.bytes
received_bytes,server_inbound_bytes  destination.bytes
sent_bytes,client_outbound_bytes  source.bytes
server_inbound_packets  destination.packets
client_outbound_packets  source.packets
elapsed  event.duration
duration  event.duration
protection_name,attack  threat.name
malware_action  checkpoint.malware_action
file_name  file.name
file_md5  file.hash.md5
file_sha1  file.hash.sha1
file_sha256  file.hash.sha256
file_size  file.size
from  email.from.address
to  email.to.address
email_subject  email.subject
mac_source_address  source.mac
mac_destination_address  destination.mac
icmp_type  icmp.type
icmp_code  icmp.code
reason,description,sys_message,message_info  event.reason
client_ip  source.ip
`)
