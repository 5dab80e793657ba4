package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// ciscoASA reads the messages of Cisco ASA, PIX, FWSM and of Firepower Threat
// Defense (Cisco Secure Firewall ASA Series Syslog Messages):
//
//	%ASA-6-302013: Built outbound TCP connection 5 for outside:192.0.2.1/80 ...
//	%FTD-1-430003: SrcIP: 10.0.1.20, DstIP: 192.0.2.1, ...
//
// Messages that are not in the table keep their number and severity.
var ciscoASA = parser{
	name:  "cisco_asa",
	first: "^{",
	recognize: func(msg string) bool {
		return msg[0] == '%' && asaHead(msg).id != "" || srcIP.in(msg) && strings.Contains(msg, "DstIP: ") || isFTDAudit(msg)
	},
	parse: parseASA,
}

var srcIP = clueOf("SrcIP: ")

// ciscoHead is what %ASA-6-302013: says.
type ciscoHead struct{ product, severity, id, text string }

func asaHead(msg string) (h ciscoHead) {
	if len(msg) < 12 || msg[0] != '%' {
		return h
	}
	head, text, ok := strings.Cut(msg[1:], " ")
	if !ok || len(head) > 40 {
		return h
	}
	head = strings.TrimSuffix(head, ":") // one firmware leaves the colon out
	product, rest, _ := strings.Cut(head, "-")
	switch product {
	case "ASA", "FTD", "PIX", "FWSM", "NGIPS":
	default:
		return h
	}
	before, id, ok := cutLast(rest, "-")
	if !ok || !isNumber(id) || len(id) != 6 {
		return h
	}
	severity := before[strings.LastIndexByte(before, '-')+1:] // after a class: %FTD-session-5-106100
	if len(severity) != 1 || severity[0] < '0' || severity[0] > '9' {
		return h
	}
	return ciscoHead{product, severity, id, text}
}

func parseASA(m *message, ev *event.Event) bool {
	h := asaHead(m.text)
	k := keyed{ev: ev, loc: m.loc}
	if h.id == "" {
		return parseFTDBare(&k, m.text)
	}
	product := "asa"
	if h.product == "FTD" || h.product == "NGIPS" {
		product = "ftd"
	}
	ev.Set(event.EventCode, h.id)
	ev.Set(event.EventSeverity, h.severity)
	ev.Set(event.LogLevel, syslogLevels[h.severity[0]-'0'])
	observe(ev, "Cisco", product, "firewall")
	from(ev, "cisco", "cisco."+product)
	if h.id[:4] == "4300" {
		parseFTD(&k, h)
		return true
	}
	if !asaTemplates().match(h.id, h.text, &k) {
		asaGuess(&k, h.id, h.text)
	}
	return true
}

// asaGuess reads what messages of unknown wording have in common: what their
// number stands for, and what their words say.
func asaGuess(k *keyed, id, text string) {
	ev := k.ev
	if list := asaTemplates()[id]; len(list) > 0 && list[0].kind.action != "" {
		kd := list[0].kind
		asaVPN.match(text, k)
		k.prose(text)
		kd.set(ev)
		return
	}
	asaVPN.match(text, k)
	k.prose(text)
	word, _ := cutWord(text)
	switch {
	case ev.Has(event.EventCategory) || proseLogin(ev, text):
	case word == "Deny" || word == "Denied" || word == "Dropped" || word == "Dropping":
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case strings.Contains(text, "requested to drop") || strings.Contains(text, " denied ") || strings.Contains(text, " discarded"):
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case word == "Built" && strings.Contains(text, " translation "):
		classify(ev, catNetwork, connInfo, "translation-created", success)
	case word == "Teardown" && strings.Contains(text, " translation "):
		classify(ev, catNetwork, connInfo, "translation-removed", success)
	case word == "Built":
		classify(ev, catNetwork, connStart, actionConnectionStarted, success)
	case word == "Teardown":
		classify(ev, catNetwork, connEnd, actionConnectionClosed, success)
	default:
		kd, ok := asaClasses[id[:3]]
		if !ok {
			kd = asaClasses["*"]
		}
		if kd.outcome == "" {
			kd.outcome = proseOutcome(text)
		}
		kd.set(ev)
	}
}

// asaClasses are the classes of messages, by the first three digits of their
// numbers (Cisco Secure Firewall ASA Series Syslog Messages, "Messages and
// Instance IDs by Class").
var asaClasses = newKinds(`
101,102  host error failover-event -
103,105,709,720  host info failover-event -
104  host change failover-event -
109,113,605,611  authentication info authentication-message -
111,112  configuration change config-changed -
208,308  configuration info config-message -
199,214  host info system-event -
201  network connection+denied connection-limit-reached failure
211  host error memory-exhausted failure
400  intrusion_detection info attack-detected -
401  intrusion_detection+network info shun-changed -
733  intrusion_detection info threat-detected -
502  iam change account-changed -
606  session info session-message -
710  network info access-requested -
305  network connection+info translation-failed failure
444  host info license-message -
505  host change module-state-changed -
603  session info tunnel-message -
*  network info firewall-message -
`)

var asaVPN = mustTemplate("- - - - | Group {group.name:bracketed} User {user.name:account source.user.name:account} IP {source.ip:bracketed} {}")
