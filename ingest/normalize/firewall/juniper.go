package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Juniper reads Junos: structured security logs in RFC 5424's structured data,
// already parsed with the header, and the unstructured RT_FLOW sentences
// (Junos OS System Log Explorer):
//
//	RT_FLOW: RT_FLOW_SESSION_CREATE: session created 10.1.1.5/51234->198.51.100.7/443 0x0 junos-https 203.0.113.2/40001->198.51.100.7/443 0x0 rule N/A N/A 6 policy trust untrust 1234 ...
var Juniper = read.Parser{
	Name:       "juniper",
	Structured: true,
	Apps:       []string{"RT_FLOW", "RT_IDP", "RT_UTM", "RT_IDS", "RT_AAMW", "RT_SECINTEL", "mgd", "sshd-junos"},
	First:      "RU",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "RT_FLOW") || strings.HasPrefix(msg, "RT_IDP") || strings.HasPrefix(msg, "RT_UTM") || strings.HasPrefix(msg, "UI_")
	},
	Parse: parseJuniper,
}

const junosData = "log.syslog.structured_data.junos@"

func parseJuniper(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "juniper."}
	tag := ev.Get(event.LogSyslogMsgID)
	text := m.Text
	if word, rest, ok := strings.Cut(text, ": "); ok && read.IsMnemonic(word) && strings.Contains(word, "_") {
		tag, text = word, rest
		if word, rest, ok := strings.Cut(text, ": "); ok && read.IsMnemonic(word) && strings.Contains(word, "_") {
			tag, text = word, rest
		}
	}
	if !strings.Contains(tag, "_") {
		return false
	}
	// The header's structured data.
	var found [64]struct {
		b     *read.Binding
		value string
	}
	n := 0
	structured := false
	for _, p := range ev.Extras() {
		if !strings.HasPrefix(p.Name, junosData) {
			continue
		}
		structured = true
		name := p.Name[strings.LastIndexByte(p.Name, '.')+1:]
		if b := junosKeys[name]; b != nil && n < len(found) {
			found[n].b, found[n].value = b, p.Value
			n++
		}
	}
	for i := range n {
		k.Bind(found[i].b, found[i].value)
	}
	if strings.Contains(text, `="`) && !structured {
		k.AddPairs(text, junosKeys)
		structured = true
	}
	ev.Set(event.EventCode, tag)
	if !structured && !junosTemplates.Match(tag, text, &k) && !junosTemplates.Match("*", text, &k) {
		k.Prose(text)
	}
	read.Observe(ev, "Juniper", "SRX", "firewall")
	read.From(ev, "juniper_srx", "juniper_srx.log")
	switch {
	case strings.HasSuffix(tag, "SESSION_DENY"), strings.HasSuffix(tag, "SESSION_DENY_LS"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.Contains(tag, "SESSION_CREATE"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	case strings.Contains(tag, "SESSION_CLOSE"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	case strings.HasPrefix(tag, "IDP_"), strings.HasPrefix(tag, "AAMW_"), strings.HasPrefix(tag, "RT_SCREEN"), strings.HasPrefix(tag, "AV_VIRUS"), strings.HasPrefix(tag, "SECINTEL_"):
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
	case strings.HasPrefix(tag, "WEBFILTER_URL_BLOCKED"):
		read.Classify(ev, "web"+event.Separator+read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.HasPrefix(tag, "WEBFILTER_"):
		read.Classify(ev, "web"+event.Separator+read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	case tag == "UI_LOGIN_EVENT":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case tag == "UI_LOGOUT_EVENT":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case strings.HasPrefix(tag, "UI_CMDLINE_READ_LINE"):
		read.Classify(ev, read.CategoryConfiguration, "access", "command-executed", read.Success)
	case strings.HasPrefix(tag, "UI_COMMIT"):
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.Success)
	case !ev.Has(event.EventCategory):
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	}
	return true
}

var junosKeys = read.NewBindings(`
source-address  source.ip
source-port  source.port
destination-address  destination.ip
destination-port  destination.port
nat-source-address  source.nat.ip
nat-source-port  source.nat.port
nat-destination-address  destination.nat.ip
nat-destination-port  destination.nat.port
protocol-id,protocol  network.transport
service-name  juniper.service
application  network.application:unknown
nested-application  juniper.nested_application:unknown
policy-name  rule.name
rule-name  rule.id
source-zone-name,source-zone  observer.ingress.zone
destination-zone-name,destination-zone  observer.egress.zone
packet-incoming-interface,source-interface-name,interface-name  observer.ingress.interface.name
destination-interface-name  observer.egress.interface.name
bytes-from-client  source.bytes
bytes-from-server  destination.bytes
packets-from-client  source.packets
packets-from-server  destination.packets
elapsed-time  event.duration
username  user.name:unknown
reason  event.reason
session-id-32  session.id
attack-name  rule.name
threat-severity  juniper.threat_severity
action  @action
url  url.original
obj  url.path
filename,file-name  file.name
icmp-type  icmp.type
hostname  destination.domain
message  event.reason
`)

var junosTemplates = read.NewTemplates(`
RT_FLOW_SESSION_CREATE network connection - - | session created {source.ip}/{source.port}->{destination.ip}/{destination.port} {} {juniper.service} {source.nat.ip}/{source.nat.port}->{destination.nat.ip}/{destination.nat.port} {} {} {} {} {} {network.transport} {rule.name} {observer.ingress.zone} {observer.egress.zone} {session.id} {}
RT_FLOW_SESSION_CREATE network connection - - | session created {source.ip}/{source.port}->{destination.ip}/{destination.port} {juniper.service} {source.nat.ip}/{source.nat.port}->{destination.nat.ip}/{destination.nat.port} {} {} {network.transport} {rule.name} {observer.ingress.zone} {observer.egress.zone} {session.id} {}
RT_FLOW_SESSION_CLOSE network connection - - | session closed {event.reason}: {source.ip}/{source.port}->{destination.ip}/{destination.port} {}
RT_FLOW_SESSION_DENY network connection - - | session denied {source.ip}/{source.port}->{destination.ip}/{destination.port} {} {juniper.service} {network.transport}({}) {rule.name} {observer.ingress.zone} {observer.egress.zone} {}
RT_FLOW_SESSION_DENY network connection - - | session denied {source.ip}/{source.port}->{destination.ip}/{destination.port} {juniper.service} {network.transport}({}) {rule.name} {observer.ingress.zone} {observer.egress.zone} {}
UI_LOGIN_EVENT authentication start - - | User '{user.name}' login, class '{}' [{}], ssh-connection '{source.ip} {} {}', {}
UI_CMDLINE_READ_LINE configuration access - - | User '{user.name}', command '{process.command_line}'
`)
