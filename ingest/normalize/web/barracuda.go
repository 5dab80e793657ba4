package web

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// BarracudaWAF reads the logs of Barracuda's web application firewall, which
// have a time in their own format after the priority:
//
//	2026-03-01 10:00:00.404 +0100  waf1 NF ALER TCP 203.0.113.7 57296 192.0.2.4 80 DENY RULE MGMT/LAN/WAN interface traffic:deny
var BarracudaWAF = read.Parser{
	Name:  "barracuda_waf",
	Bare:  true,
	First: "0-9<",
	Recognize: func(msg string) bool {
		if i := strings.IndexByte(msg[:min(len(msg), 8)], '>'); i > 0 {
			msg = msg[i+1:]
		}
		if len(msg) < 50 || msg[4] != '-' || msg[10] != ' ' || msg[23] != ' ' || msg[24] != '+' && msg[24] != '-' {
			return false
		}
		f := strings.Fields(msg[29:min(len(msg), 100)])
		return len(f) > 2 && (f[1] == "NF" || f[1] == "WF" || f[1] == "TR" || f[1] == "SYS" || f[1] == "AUDIT")
	},
	Parse: parseBarracudaWAF,
}

func parseBarracudaWAF(m *read.Message, ev *event.Event) bool {
	s := m.Text
	if i := strings.IndexByte(s[:min(len(s), 8)], '>'); i > 0 {
		s = s[i+1:]
	}
	if len(s) < 30 {
		return false
	}
	f := strings.Fields(s[29:])
	if len(f) < 3 {
		return false
	}
	read.SetTime(ev, s[:29], time.UTC)
	k := read.Keyed{Event: ev, Location: m.Location}
	read.Observe(ev, "Barracuda", "Web Application Firewall", "waf")
	read.From(ev, "barracuda", "barracuda.waf")
	ev.Set(event.HostName, f[0])
	ip := func(i int) string {
		if i < len(f) {
			a, _ := read.ParseIP(f[i])
			return a
		}
		return ""
	}
	switch {
	case f[1] == "NF" && len(f) > 9 && ip(4) != "" && ip(6) != "":
		read.SetTransport(ev, f[3])
		read.SetSource(ev, f[4])
		read.SetPort(ev, event.SourcePort, f[5])
		read.SetDestination(ev, f[6])
		read.SetPort(ev, event.DestinationPort, f[7])
		ev.Set(event.RuleName, f[9])
		for _, p := range [...][2]string{{"client.ip", f[4]}, {"client.port", f[5]}, {"server.ip", f[6]}, {"server.port", f[7]}} {
			read.SetNamed(ev, p[0], p[1])
		}
		k.Action = f[8]
		read.ConcludeAction(ev, k.Action, "")
	case f[1] == "WF" && len(f) > 7 && ip(4) != "":
		read.SetSource(ev, f[4])
		read.SetPort(ev, event.SourcePort, f[5])
		read.SetNamed(ev, "client.ip", f[4])
		read.SetNamed(ev, "client.port", f[5])
		ev.Set(event.RuleName, f[6])
		k.WebVerdict("deny")
	case f[1] == "AUDIT":
		k.Prose(strings.Join(f[2:], " "))
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, "")
	default:
		k.Prose(strings.Join(f[2:], " "))
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	}
	return true
}
