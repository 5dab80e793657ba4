package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Huawei reads the logs of Huawei's switches, routers and firewalls:
//
//	%%01SHELL/4/LOGINFAILED(s)[12]:Failed to login. (Ip=192.0.2.44, UserName=admin, Times=1, AccessType=SSH)
//	%%01SECLOG/6/SESSION_TEARDOWN(l):IPVer=4,Protocol=tcp,SourceIP=192.0.2.44,...
//
// Comware (HPE, H3C) writes the same with %%10.
var Huawei = read.Parser{
	Name:      "huawei",
	First:     "%",
	Recognize: func(msg string) bool { return strings.HasPrefix(msg, "%%") && len(msg) > 12 && read.IsNumber(msg[2:4]) },
	Parse:     parseHuawei,
}

func parseHuawei(m *read.Message, ev *event.Event) bool {
	s := m.Text
	if len(s) < 12 || !strings.HasPrefix(s, "%%") {
		return false
	}
	head, text, ok := strings.Cut(s[4:], ":")
	module, rest, ok1 := strings.Cut(head, "/")
	level, name, ok2 := strings.Cut(rest, "/")
	if !ok || !ok1 || !ok2 || len(level) != 1 {
		return false
	}
	if i := strings.IndexAny(name, "(["); i > 0 {
		name = name[:i]
	}
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "huawei."}
	ev.Set(event.EventCode, name)
	ev.Set(event.EventSeverity, read.Numeric(level))
	read.SetNamed(ev, "log.logger", module)
	vendor := "Huawei"
	if s[2:4] == "10" {
		vendor = "H3C"
	}
	read.Observe(ev, vendor, "", "network")
	read.From(ev, read.Lower(vendor), read.Lower(vendor)+".log")
	text = strings.TrimLeft(text, " ")
	pairs := text
	if i := strings.IndexByte(pairs, '('); i >= 0 && strings.IndexByte(pairs[i:], '=') > 0 {
		pairs = strings.TrimRight(pairs[i+1:], ").")
	}
	separators := ",;"
	if strings.HasPrefix(pairs, "-") { // Comware: -Line=vty0-User=admin; text
		separators = "-;"
	}
	for part := range strings.FieldsFuncSeq(pairs, func(c rune) bool { return strings.ContainsRune(separators, c) }) {
		key, value, ok := strings.Cut(part, "=")
		if key = strings.TrimSpace(key); !ok || len(key) > 40 {
			continue
		}
		b, own := huaweiKeys[key]
		if !own {
			b = read.Alias(key)
		}
		k.Add(key, strings.TrimSpace(strings.Trim(value, `". `)), b)
	}
	k.Finish()
	k.Prose(text)
	switch {
	case strings.HasPrefix(name, "SESSION_TEARDOWN") || name == "NAT_SESSION_END":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, read.Success)
	case strings.HasPrefix(name, "SESSION_"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionStart, read.ActionConnectionStarted, read.Success)
	case strings.Contains(name, "DENY") || strings.Contains(name, "DROP"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case strings.Contains(name, "POLICYPERMIT"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	case strings.Contains(name, "LOGINFAIL") || strings.Contains(name, "LOGIN_FAIL") || strings.Contains(name, "AUTHFAIL"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.Contains(name, "LOGOUT") || strings.Contains(name, "LOGOFF"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case strings.Contains(name, "LOGIN"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case strings.Contains(name, "CMDRECORD") || name == "SHELL_CMD":
		read.Classify(ev, read.CategoryConfiguration, read.TypeInfo, "command-executed", "")
	case module == "IFNET" || strings.Contains(name, "LINK_STATE") || strings.Contains(name, "IF_STATE"):
		read.Classify(ev, read.CategoryHost, read.TypeChange, "interface-state-changed", "")
	case ev.Has(event.EventCategory):
	case !read.ProseLogin(ev, text):
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(text))
	}
	if first, _ := read.CutWord(text); strings.IndexByte(first, '=') < 0 {
		ev.Set(event.EventReason, text)
	}
	return true
}

var huaweiKeys = read.NewBindings(`
SourceIP,SrcIp,SrcIP,Ip,UserIP,IPAddr,IPAddress  source.ip
DestinationIP,DstIp,DstIP  destination.ip
SourcePort,SrcPort  source.port
DestinationPort,DstPort  destination.port
SourceNatIP  source.nat.ip
SourceNatPort  source.nat.port
DestinationNatIP  destination.nat.ip
DestinationNatPort  destination.nat.port
SendPkts  source.packets
SendBytes  source.bytes
RcvPkts  destination.packets
RcvBytes  destination.bytes
Protocol  network.transport
SourceZone,SrcZone  observer.ingress.zone
DestinationZone,DstZone  observer.egress.zone
PolicyName,Policy  rule.name
CloseReason  event.reason
UserName,User  user.name:user
AccessType,LoginType  network.application:text
Command  process.command_line:text
BeginTime  event.start:time
EndTime  event.end:time
Application  network.application:text
Mac,MAC,SourceMac  source.mac
Interface,InterfaceName  observer.ingress.interface.name
SyslogId,IPVer,Times  @none
`)
