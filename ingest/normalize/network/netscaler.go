package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// NetScaler reads the syslog of Citrix NetScaler (ADC, Gateway), whose
// messages begin with their own time and name feature and message:
//
//	03/01/2026:10:00:00 GMT ns1 0-PPE-0 : default SSLVPN LOGIN 123 0 : Context anna@10.1.1.5 - SessionId: 1 - User anna - Client_ip 10.1.1.5 - Nat_ip "Mapped Ip" - Vserver 10.1.1.1:443 - ...
var NetScaler = read.Parser{
	Name:  "netscaler",
	Bare:  true,
	First: "0-9 ",
	Recognize: func(msg string) bool {
		return netScalerTime(msg) > 0 && strings.Contains(msg[:min(len(msg), 96)], "-PPE-")
	},
	Parse: parseNetScaler,
}

// netScalerTime returns the length of a leading "03/01/2026:10:00:00 GMT".
func netScalerTime(msg string) int {
	msg = strings.TrimLeft(msg, " ")
	if len(msg) < 40 || msg[2] != '/' || msg[5] != '/' || msg[10] != ':' || msg[13] != ':' || msg[16] != ':' {
		return 0
	}
	if strings.HasPrefix(msg[19:], " GMT") {
		return 23
	}
	return 19
}

func parseNetScaler(m *read.Message, ev *event.Event) bool {
	text := strings.TrimLeft(m.Text, " ")
	n := netScalerTime(text)
	_, rest, ok := strings.Cut(text, " : ")
	if n == 0 || !ok {
		return false
	}
	read.SetTime(ev, text[3:5]+"/"+netScalerMonth(text[:2])+"/"+text[6:19]+" +0000", m.Location)
	host, _ := read.CutWord(strings.TrimLeft(text[n:], " "))
	if !strings.Contains(host, "-PPE-") {
		ev.Set(event.ObserverName, host)
	}
	ev.Set(event.ObserverVendor, "Citrix")
	ev.Set(event.ObserverProduct, "NetScaler")
	ev.Set(event.ObserverType, "load-balancer")
	read.From(ev, "netscaler", "netscaler.log")
	head, text, _ := strings.Cut(rest, " : ")
	f := strings.Fields(head)
	if len(f) > 2 { // partition, feature, message, numbers
		read.SetNamed(ev, "netscaler.feature", f[1])
		ev.Set(event.EventCode, f[2])
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	for part := range strings.SplitSeq(text, " - ") {
		key, value, ok := strings.Cut(strings.TrimSpace(part), " ")
		if !ok {
			continue
		}
		if b := netScalerKeys()[strings.TrimSuffix(key, ":")]; b != nil {
			k.Bind(b, strings.Trim(value, `": `))
		}
	}
	switch code := ev.Get(event.EventCode); {
	case code == "LOGIN":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case code == "LOGOUT" || code == "ICAEND_CONNSTAT" || code == "TCPCONN_TIMEDOUT":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case strings.Contains(code, "LOGIN_FAILED") || strings.Contains(code, "AUTH_FAIL") || code == "EXTRACTED_GROUPS_FAILED":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.HasPrefix(code, "APPFW"):
		read.Classify(ev, "intrusion_detection"+event.Separator+"web", read.TypeInfo, read.Lower(code), read.ProseOutcome(text))
	case code == "CMD_EXECUTED":
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, "command-executed", read.ProseOutcome(text))
	case code == "CONN_DELINK" || code == "CONN_TERMINATE" || code == "OTHERCONN_DELINK" || code == "NAT_OTHERCONN_DELINK" || code == "TCPCONNSTAT" || code == "UDPFLOWSTAT":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, read.Success)
	case strings.HasPrefix(code, "SSL_HANDSHAKE"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "tls-handshake", read.ProseOutcome(code))
	default:
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "system-message", read.ProseOutcome(text))
		}
	}
	return true
}

func netScalerMonth(s string) string {
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	n := int(s[0]-'0')*10 + int(s[1]-'0')
	if n < 1 || n > 12 {
		return "???"
	}
	return months[n*3-3 : n*3]
}

var netScalerKeys = read.LazyBindings(`
User,Username  user.name:user
Client_ip,ClientIP,Remote_ip,Client  source.ip:anyip
Source  source.ip:anyip
ClientPort  source.port
Vserver,VserverServiceIP,Destination,Vserver_ip  destination.ip:anyip
VserverServicePort  destination.port
Total_bytes_send,Bytes_sent  source.bytes
Total_bytes_recv,Bytes_received  destination.bytes
Command  process.command_line
Reason,Failure_reason  event.reason
Browser_type  user_agent.original
`)
