package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Aruba reads the syslog of Aruba's (HPE's) network devices: access points and
// mobility controllers, whose messages have a number and a level in angle
// brackets, switches with ArubaOS-Switch (ProCurve), which begin with a
// five-digit number and the subsystem, and AOS-CX:
//
//	<522008> <NOTI> |authmgr|  User Authentication Successful: username=anna MAC=... IP=10.1.1.5 ...
//	00419 auth: Invalid user name/password on SSH session User 'anna' is trying to login from 10.1.1.5
//	Event|4608|LOG_INFO|AMM|-|Authentication succeeded for user admin in group administrators
var Aruba = read.Parser{
	Name:      "aruba",
	First:     "0-9<E",
	Recognize: func(msg string) bool { return arubaHead(msg).id != "" },
	Parse:     parseAruba,
}

type arubaMessage struct{ id, level, part, text string }

func arubaHead(msg string) (h arubaMessage) {
	if rest, ok := strings.CutPrefix(msg, "Event|"); ok {
		f := strings.SplitN(rest, "|", 5)
		if len(f) == 5 && read.IsNumber(f[0]) && strings.HasPrefix(f[1], "LOG_") {
			return arubaMessage{f[0], read.Lower(f[1][4:]), "", f[4]}
		}
		return h
	}
	if len(msg) > 12 && msg[0] == '<' && msg[7] == '>' && read.IsNumber(msg[1:7]) && strings.HasPrefix(msg[8:], " <") {
		level, rest, ok := strings.Cut(msg[10:], ">")
		if !ok || len(level) != 4 {
			return h
		}
		h = arubaMessage{msg[1:7], read.Lower(level), "", strings.TrimLeft(rest, " ")}
		for n := 0; n < 3; n++ { // AP:name, <ip...>, |part|
			switch {
			case strings.HasPrefix(h.text, "|"):
				if part, rest, ok := strings.Cut(h.text[1:], "|"); ok {
					h.part, h.text = strings.TrimSpace(part), strings.TrimLeft(rest, " ")
				}
			case strings.HasPrefix(h.text, "<"):
				if _, rest, ok := strings.Cut(h.text, ">"); ok {
					h.text = strings.TrimLeft(rest, " ")
				}
			case strings.HasPrefix(h.text, "AP:"):
				if _, rest, ok := strings.Cut(h.text, " "); ok {
					h.text = strings.TrimLeft(rest, " ")
				}
			}
		}
		return h
	}
	if len(msg) > 12 && msg[5] == ' ' && read.IsNumber(msg[:5]) {
		part, _, ok := strings.Cut(msg[6:min(len(msg), 40)], ": ")
		if ok && part != "" && len(part) < 16 && read.IsWord(strings.ReplaceAll(part, "-", "")) {
			return arubaMessage{msg[:5], "", part, msg[6+len(part)+2:]}
		}
	}
	return h
}

func parseAruba(m *read.Message, ev *event.Event) bool {
	h := arubaHead(m.Text)
	if h.id == "" {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "aruba."}
	read.Observe(ev, "Aruba", "", "network")
	read.From(ev, "aruba", "aruba.log")
	ev.Set(event.EventCode, h.id)
	ev.Set(event.LogLevel, arubaLevel(h.level))
	read.SetNamed(ev, "log.logger", h.part)
	if strings.Count(h.text, "=") > 1 {
		read.CEFExtensions(arubaNames.Replace(h.text), func(key, value string) {
			if b := arubaKeys[key]; b != nil {
				k.Bind(b, strings.TrimRight(value, " ,"))
			}
		})
	}
	if arubaTemplates.Match("*", h.text, &k) {
		return true
	}
	k.Prose(h.text)
	s := read.Lower(h.text)
	switch {
	case strings.Contains(s, "invalid user name/password") || strings.Contains(s, "auth failure") || strings.Contains(s, "radius reject"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.Contains(s, "auth success"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case strings.Contains(s, "manager mode") && h.part == "mgr", strings.Contains(s, "operator mode") && h.part == "mgr":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case read.ProseLogin(ev, h.text):
	case strings.Contains(s, "deauth") || strings.Contains(s, "disassoc"):
		read.Classify(ev, read.CategorySession, read.TypeEnd, "client-disconnected", read.Success)
	case strings.Contains(s, "assoc success") || strings.Contains(s, "assoc request"):
		read.Classify(ev, read.CategorySession, read.TypeStart, "client-connected", read.Success)
	case strings.Contains(s, "config"):
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.ProseOutcome(s))
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(s))
	}
	return true
}

func arubaLevel(s string) string {
	switch s {
	case "emrg":
		return "emergency"
	case "alrt":
		return "alert"
	case "crit":
		return "critical"
	case "errs", "err":
		return "error"
	case "warn":
		return "warning"
	case "noti":
		return "notice"
	case "dbug":
		return "debug"
	}
	return s
}

// arubaNames turns keys that contain spaces into words.
var arubaNames = strings.NewReplacer(", ", " ", "AAA profile=", "aaa_profile=", "auth method=", "auth_method=", "auth server=", "auth_server=", "cluster node=", "cluster_node=")

var arubaKeys = read.NewBindings(`
username,user,name  user.name:user
MAC,mac  source.mac
IP,ip  source.ip
role  user.roles
VLAN,vlan  network.vlan.id
AP  observer.name
SSID,ssid  network.name
server,auth_server  destination.domain
`)

var arubaTemplates = read.NewTemplates(`
* authentication start logon-success success | User Authentication Successful: {}
* authentication start logon-failed failure | User Authentication failed{}
* authentication start logon-failed failure | Authentication result=Authentication failed{}
* authentication start logon-success success | Authentication result=Authentication Successful{}
* authentication start logon-failed failure | RADIUS reject for station {user.name} {source.mac} from server {destination.domain}[[.]]
* authentication start logon-success success | Auth success: {source.mac}: AP {destination.ip}-{}
* session start client-connected success | Assoc success @ {}: {source.mac}: AP {destination.ip}-{}
* session end client-disconnected success | Deauth {}: {source.mac}: {}
* authentication start logon-success success | SME {network.protocol} from {source.ip} - {} Mode
* authentication start logon-failed failure | Invalid user name/password on {network.protocol} session User '{user.name}' is trying to login from {source.ip}
* authentication start logon-failed failure | Invalid user name/password on {network.protocol} session[[.]]
* authentication start logon-success success | User '{user.name}' logged in from {source.ip} to {network.protocol} session
* authentication end logoff success | User '{user.name}' logged out of {network.protocol} session from {source.ip}
* host change port-up success | port {observer.ingress.interface.name} is now on-line
* host change port-down - | port {observer.ingress.interface.name} is now off-line
* network connection+denied connection-denied failure | port {observer.ingress.interface.name} {}unauthorized {}
* authentication start logon-success success | Authentication succeeded for user {user.name} in group {user.roles}
* authentication start logon-failed failure | Authentication failed for user {user.name}[[ {}]]
* authentication start logon-success success | User {user.name} logged in from {source.ip} through {network.protocol} session[[{}]]
* authentication end logoff success | User {user.name} logged out of {network.protocol} session from {source.ip}[[ {}]]
`)
