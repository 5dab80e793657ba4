package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CiscoASA reads the messages of Cisco ASA, PIX, FWSM and of Firepower Threat
// Defense (Cisco Secure Firewall ASA Series Syslog Messages):
//
//	%ASA-6-302013: Built outbound TCP connection 5 for outside:192.0.2.1/80 ...
//	%FTD-1-430003: SrcIP: 10.0.1.20, DstIP: 192.0.2.1, ...
//
// Messages that are not in the table keep their number and severity.
var CiscoASA = read.Parser{
	Name:  "cisco_asa",
	First: "^{",
	Recognize: func(msg string) bool {
		return msg[0] == '%' && asaHead(msg).id != "" || srcIP.In(msg) && strings.Contains(msg, "DstIP: ") || isFTDAudit(msg)
	},
	Parse: parseASA,
}

var srcIP = read.NewClue("SrcIP: ")

// ciscoHead is the content of a head such as %ASA-6-302013:
type ciscoHead struct{ product, severity, id, text string }

func asaHead(msg string) (h ciscoHead) {
	if len(msg) < 12 || msg[0] != '%' {
		return h
	}
	head, text, ok := strings.Cut(msg[1:], " ")
	if !ok || len(head) > 40 {
		return h
	}
	head = strings.TrimSuffix(head, ":") // one firmware omits the colon
	product, rest, _ := strings.Cut(head, "-")
	switch product {
	case "ASA", "FTD", "PIX", "FWSM", "NGIPS":
	default:
		return h
	}
	before, id, ok := read.CutLast(rest, "-")
	if !ok || !read.IsNumber(id) || len(id) != 6 {
		return h
	}
	severity := before[strings.LastIndexByte(before, '-')+1:] // after a class: %FTD-session-5-106100
	if len(severity) != 1 || severity[0] < '0' || severity[0] > '9' {
		return h
	}
	return ciscoHead{product, severity, id, text}
}

func parseASA(m *read.Message, ev *event.Event) bool {
	h := asaHead(m.Text)
	k := read.Keyed{Event: ev, Location: m.Location}
	if h.id == "" {
		return parseFTDBare(&k, m.Text)
	}
	product := "asa"
	if h.product == "FTD" || h.product == "NGIPS" {
		product = "ftd"
	}
	ev.Set(event.EventCode, h.id)
	ev.Set(event.EventSeverity, h.severity)
	ev.Set(event.LogLevel, read.SyslogLevels[h.severity[0]-'0'])
	read.Observe(ev, "Cisco", product, "firewall")
	read.From(ev, "cisco", "cisco."+product)
	if h.id[:4] == "4300" {
		parseFTD(&k, h)
		return true
	}
	if !asaTemplates().Match(h.id, h.text, &k) {
		asaGuess(&k, h.id, h.text)
	}
	return true
}

// asaGuess reads what can be known about messages of unknown wording: the
// class of their number, and what their words say.
func asaGuess(k *read.Keyed, id, text string) {
	ev := k.Event
	if list := asaTemplates()[id]; len(list) > 0 && list[0].Kind.Action != "" {
		kd := list[0].Kind
		asaVPN.Match(text, k)
		k.Prose(text)
		kd.Set(ev)
		return
	}
	asaVPN.Match(text, k)
	k.Prose(text)
	word, _ := read.CutWord(text)
	switch {
	case ev.Has(event.EventCategory) || read.ProseLogin(ev, text):
	case word == "Deny" || word == "Denied" || word == "Dropped" || word == "Dropping":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.Contains(text, "requested to drop") || strings.Contains(text, " denied ") || strings.Contains(text, " discarded"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case word == "Built" && strings.Contains(text, " translation "):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "translation-created", read.Success)
	case word == "Teardown" && strings.Contains(text, " translation "):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "translation-removed", read.Success)
	case word == "Built":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionStart, read.ActionConnectionStarted, read.Success)
	case word == "Teardown":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, read.Success)
	default:
		kd, ok := asaClasses[id[:3]]
		if !ok {
			kd = asaClasses["*"]
		}
		if kd.Outcome == "" {
			kd.Outcome = read.ProseOutcome(text)
		}
		kd.Set(ev)
	}
}

// asaClasses are the message classes, by the first three digits of their
// numbers (Cisco Secure Firewall ASA Series Syslog Messages, "Messages and
// Instance IDs by Class").
var asaClasses = read.NewKinds(`
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

var asaVPN = read.MustTemplate("- - - - | Group {group.name:bracketed} User {user.name:account source.user.name:account} IP {source.ip:bracketed} {}")
