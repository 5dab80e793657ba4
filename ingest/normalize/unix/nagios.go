package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Nagios reads the log of Nagios and its descendants (Icinga, Naemon; Nagios
// Core documentation, "Log File"):
//
//	[1772359200] SERVICE ALERT: web1;HTTP;CRITICAL;HARD;3;Connection refused
//	[1772359200] HOST ALERT: web1;DOWN;SOFT;1;CRITICAL - Host Unreachable (192.0.2.10)
//
// It reports machines in trouble, not attacks: these are not security alerts.
var Nagios = read.Parser{
	Name:  "nagios",
	Bare:  true,
	First: "[HSCIPE",
	Recognize: func(msg string) bool {
		_, kind, fields := nagiosParts(msg)
		return nagiosKinds[kind] > 0 && strings.Count(fields, ";") >= nagiosKinds[kind]-1
	},
	Parse: parseNagios,
}

// nagiosKinds are the kinds of lines with fields, and the minimum number of
// fields.
var nagiosKinds = map[string]int{
	"HOST ALERT": 5, "SERVICE ALERT": 6, "CURRENT HOST STATE": 5, "CURRENT SERVICE STATE": 6, "INITIAL HOST STATE": 5, "INITIAL SERVICE STATE": 6,
	"HOST NOTIFICATION": 5, "SERVICE NOTIFICATION": 6, "HOST FLAPPING ALERT": 3, "SERVICE FLAPPING ALERT": 4, "HOST DOWNTIME ALERT": 3, "SERVICE DOWNTIME ALERT": 4,
	"PASSIVE HOST CHECK": 3, "PASSIVE SERVICE CHECK": 4, "HOST EVENT HANDLER": 5, "SERVICE EVENT HANDLER": 6, "EXTERNAL COMMAND": 2,
}

func nagiosParts(msg string) (stamp, kind, fields string) {
	if strings.HasPrefix(msg, "[") {
		var ok bool
		if stamp, msg, ok = strings.Cut(msg[1:], "] "); !ok || len(stamp) != 10 || !read.IsNumber(stamp) {
			return "", "", ""
		}
	}
	kind, fields, _ = strings.Cut(msg[:min(len(msg), 4096)], ": ")
	return stamp, kind, fields
}

func parseNagios(m *read.Message, ev *event.Event) bool {
	stamp, kind, fields := nagiosParts(m.Text)
	f := strings.SplitN(fields, ";", nagiosKinds[kind]) // the output may have more
	if nagiosKinds[kind] == 0 || len(f) < nagiosKinds[kind] {
		return false
	}
	if stamp != "" {
		read.SetTime(ev, stamp, m.Location)
	}
	read.From(ev, "nagios", "nagios.log")
	if kind == "EXTERNAL COMMAND" {
		read.SetNamed(ev, "nagios.command", f[0])
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.Success)
		return true
	}
	if strings.HasSuffix(kind, "NOTIFICATION") {
		ev.Set(event.UserTargetName, f[0])
		f = f[1:]
	}
	read.SetNamed(ev, "nagios.host", f[0])
	service := strings.Contains(kind, "SERVICE")
	f = f[1:]
	if service {
		ev.Set(event.ServiceName, f[0])
		f = f[1:]
	}
	state := f[0]
	read.SetNamed(ev, "nagios.state", state)
	if output := f[len(f)-1]; len(f) > 1 {
		ev.Set(event.EventReason, output)
	}
	outcome := ""
	switch state {
	case "OK", "UP", "0":
		outcome = read.Success
	case "CRITICAL", "DOWN", "UNREACHABLE", "WARNING", "1", "2":
		outcome = read.Failure
	}
	action := strings.ReplaceAll(read.Lower(kind), " ", "-")
	read.Classify(ev, read.CategoryHost, read.TypeInfo, action, outcome)
	return true
}
