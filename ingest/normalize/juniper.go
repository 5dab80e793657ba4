package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// juniper reads Junos: structured security logs in RFC 5424's structured data,
// which the header has taken apart, and the unstructured RT_FLOW sentences
// (Junos OS System Log Explorer):
//
//	RT_FLOW: RT_FLOW_SESSION_CREATE: session created 10.1.1.5/51234->198.51.100.7/443 0x0 junos-https 203.0.113.2/40001->198.51.100.7/443 0x0 rule N/A N/A 6 policy trust untrust 1234 ...
var juniper = parser{
	name:       "juniper",
	structured: true,
	apps:       []string{"RT_FLOW", "RT_IDP", "RT_UTM", "RT_IDS", "RT_AAMW", "RT_SECINTEL", "mgd", "sshd-junos"},
	first:      "RU",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "RT_FLOW") || strings.HasPrefix(msg, "RT_IDP") || strings.HasPrefix(msg, "RT_UTM") || strings.HasPrefix(msg, "UI_")
	},
	parse: parseJuniper,
}

const junosData = "log.syslog.structured_data.junos@"

func parseJuniper(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc, prefix: "juniper."}
	tag := ev.Get(event.LogSyslogMsgID)
	text := m.text
	if word, rest, ok := strings.Cut(text, ": "); ok && isUpper(word) && strings.Contains(word, "_") {
		tag, text = word, rest
		if word, rest, ok := strings.Cut(text, ": "); ok && isUpper(word) && strings.Contains(word, "_") {
			tag, text = word, rest
		}
	}
	if !strings.Contains(tag, "_") {
		return false
	}
	// What the header's structured data says.
	var found [64]struct {
		b     *binding
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
		k.bind(found[i].b, found[i].value)
	}
	if strings.Contains(text, `="`) && !structured {
		k.addPairs(text, junosKeys)
		structured = true
	}
	ev.Set(event.EventCode, tag)
	if !structured && !junosTemplates.match(tag, text, &k) && !junosTemplates.match("*", text, &k) {
		k.prose(text)
	}
	observe(ev, "Juniper", "SRX", "firewall")
	from(ev, "juniper_srx", "juniper_srx.log")
	switch {
	case strings.HasSuffix(tag, "SESSION_DENY"), strings.HasSuffix(tag, "SESSION_DENY_LS"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.Contains(tag, "SESSION_CREATE"):
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
	case strings.Contains(tag, "SESSION_CLOSE"):
		classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	case strings.HasPrefix(tag, "IDP_"), strings.HasPrefix(tag, "AAMW_"), strings.HasPrefix(tag, "RT_SCREEN"), strings.HasPrefix(tag, "AV_VIRUS"), strings.HasPrefix(tag, "SECINTEL_"):
		ev.Set(event.EventKind, "alert")
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeInfo, "threat-detected", "")
	case strings.HasPrefix(tag, "WEBFILTER_URL_BLOCKED"):
		classify(ev, "web"+event.Separator+catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.HasPrefix(tag, "WEBFILTER_"):
		classify(ev, "web"+event.Separator+catNetwork, connAllowed, actionConnectionAllowed, success)
	case tag == "UI_LOGIN_EVENT":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case tag == "UI_LOGOUT_EVENT":
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case strings.HasPrefix(tag, "UI_CMDLINE_READ_LINE"):
		classify(ev, catConfiguration, "access", "command-executed", success)
	case strings.HasPrefix(tag, "UI_COMMIT"):
		classify(ev, catConfiguration, typeChange, actionConfigChanged, success)
	case !ev.Has(event.EventCategory):
		classify(ev, catHost, typeInfo, "", "")
	}
	return true
}

var junosKeys = bindings(`
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

var junosTemplates = newTemplates(`
RT_FLOW_SESSION_CREATE network connection - - | session created {source.ip}/{source.port}->{destination.ip}/{destination.port} {} {juniper.service} {source.nat.ip}/{source.nat.port}->{destination.nat.ip}/{destination.nat.port} {} {} {} {} {} {network.transport} {rule.name} {observer.ingress.zone} {observer.egress.zone} {session.id} {}
RT_FLOW_SESSION_CREATE network connection - - | session created {source.ip}/{source.port}->{destination.ip}/{destination.port} {juniper.service} {source.nat.ip}/{source.nat.port}->{destination.nat.ip}/{destination.nat.port} {} {} {network.transport} {rule.name} {observer.ingress.zone} {observer.egress.zone} {session.id} {}
RT_FLOW_SESSION_CLOSE network connection - - | session closed {event.reason}: {source.ip}/{source.port}->{destination.ip}/{destination.port} {}
RT_FLOW_SESSION_DENY network connection - - | session denied {source.ip}/{source.port}->{destination.ip}/{destination.port} {} {juniper.service} {network.transport}({}) {rule.name} {observer.ingress.zone} {observer.egress.zone} {}
RT_FLOW_SESSION_DENY network connection - - | session denied {source.ip}/{source.port}->{destination.ip}/{destination.port} {juniper.service} {network.transport}({}) {rule.name} {observer.ingress.zone} {observer.egress.zone} {}
UI_LOGIN_EVENT authentication start - - | User '{user.name}' login, class '{}' [{}], ssh-connection '{source.ip} {} {}', {}
UI_CMDLINE_READ_LINE configuration access - - | User '{user.name}', command '{process.command_line}'
`)
