package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Omada reads what TP-Link's Omada controllers send. The device or client
// concerned is in brackets with its kind; the time and the controller's name
// before it may contain spaces:
//
//	[client:pc7:AA-BB-CC-DD-EE-FF] is connected to [ap:EAP245:11-22-33-44-55-66] with SSID "office" on channel 36.
//	Master Admin admin logged in to the controller from 10.1.1.5.
var Omada = read.Parser{
	Name:      "omada",
	First:     "^{",
	Recognize: func(msg string) bool { return omadaStart(msg) >= 0 },
	Parse:     parseOmada,
}

// omadaStart returns where the sentence begins, -1 if it is not Omada's.
func omadaStart(msg string) int {
	head := msg[:min(len(msg), 160)]
	for i := strings.IndexByte(head, '['); i >= 0; {
		for _, word := range [...]string{"client:", "ap:", "switch:", "gateway:", "osw:", "osg:", "user:", "operator:"} {
			if strings.HasPrefix(head[i+1:], word) {
				return i
			}
		}
		next := strings.IndexByte(head[i+1:], '[')
		if next < 0 {
			break
		}
		i += 1 + next
	}
	if strings.IndexByte(head, 'M') >= 0 {
		for _, word := range [...]string{"Master Admin ", "Main Administrator "} {
			if i := strings.Index(head, word); i >= 0 && strings.Contains(msg, "controller") {
				return i
			}
		}
	}
	return -1
}

func parseOmada(m *read.Message, ev *event.Event) bool {
	start := omadaStart(m.Text)
	if start < 0 {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.From(ev, "omada", "omada.log")
	text := m.Text[start:]
	omadaTime(ev, strings.TrimSpace(m.Text[:start]), m)
	for rest, n := text, 0; n < 8; n++ {
		_, after, ok := strings.Cut(rest, "[")
		if !ok {
			break
		}
		part, after, ok := strings.Cut(after, "]")
		if !ok {
			break
		}
		omadaPart(&k, part)
		rest = after
	}
	read.Observe(ev, "TP-Link", "Omada", "network") // the host is the observer if no part names it
	if _, ssid, ok := strings.Cut(text, "SSID "); ok {
		name, _ := read.Quoted(ssid)
		read.SetNamed(ev, "network.name", name)
	}
	for _, word := range [...]string{" with IP address ", " IP address ", " (IP: ", " IP: ", " from "} {
		if _, after, ok := strings.Cut(text, word); ok {
			first, _ := read.CutWord(after)
			if ip, _ := read.ParseIP(strings.Trim(first, ".,;()\"")); ip != "" && !ev.Has(event.SourceIP) {
				read.SetSource(ev, ip)
			}
		}
	}
	if omadaTemplates.Match("*", text, &k) {
		return true
	}
	s := read.Lower(text)
	switch {
	case read.ProseLogin(ev, text):
	case strings.Contains(s, "went offline") || strings.Contains(s, "disconnected") || strings.Contains(s, "is offline"):
		read.Classify(ev, read.CategorySession, read.TypeEnd, "client-disconnected", read.Success)
	case strings.Contains(s, "went online") || strings.Contains(s, " connected ") || strings.Contains(s, "is online"):
		read.Classify(ev, read.CategorySession, read.TypeStart, "client-connected", read.Success)
	case strings.Contains(s, "roam"):
		read.Classify(ev, read.CategorySession, read.TypeChange, "client-roamed", read.Success)
	case strings.Contains(s, "detected") && (strings.Contains(s, "attack") || strings.Contains(s, "dropped")):
		read.Classify(ev, "intrusion_detection", read.TypeInfo, "attack-detected", "")
	case strings.Contains(s, "blocked"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(s))
	}
	return true
}

// omadaTime reads the time that may precede the controller's name.
func omadaTime(ev *event.Event, head string, m *read.Message) {
	if len(head) >= 19 && head[4] == '-' && head[7] == '-' {
		read.SetTime(ev, head[:19], m.Location)
		if name := strings.Trim(head[19:], " :-"); name != "" {
			ev.Set(event.ObserverName, name)
		}
	}
}

// omadaPart reads kind:name:address or kind:address.
func omadaPart(k *read.Keyed, part string) {
	ev := k.Event
	kind, value, ok := strings.Cut(part, ":")
	if !ok {
		return
	}
	name, mac := value, ""
	if len(value) >= 17 {
		if _, _, ok := read.ParseMACs(value[len(value)-17:], 1); ok {
			name, mac = strings.TrimRight(value[:len(value)-17], ":"), value[len(value)-17:]
		}
	}
	switch kind {
	case "client":
		read.SetMAC(ev, event.SourceMAC, mac)
		if ip, _ := read.ParseIP(name); ip != "" {
			read.SetSource(ev, ip)
		} else {
			read.SetNamed(ev, "source.domain", name)
		}
	case "ap", "switch", "gateway", "osw", "osg", "eap":
		if !ev.Has(event.ObserverName) {
			ev.Set(event.ObserverName, name)
		}
		if a, _, ok := read.ParseMACs(mac, 1); ok {
			read.SetNamed(ev, "observer.mac", a)
		}
	case "user", "operator", "admin":
		ev.Set(event.UserName, name)
	}
}

var omadaTemplates = read.NewTemplates(`
* authentication start logon-success success | Master Admin {user.name} logged in to the controller from {source.ip}[[.]]
* authentication start logon-failed failure | Master Admin {user.name} failed to log in to the controller from {source.ip}[[ {}]]
* authentication end logoff success | Master Admin {user.name} logged out {}
* authentication start logon-success success | Main Administrator {user.name} logged in to the controller from {source.ip}[[.]]
* authentication start logon-failed failure | Main Administrator {user.name} failed to log in to the controller from {source.ip}[[ {}]]
* session start client-connected success | [{}] is connected to [{}
* session end client-disconnected success | [{}] is disconnected from [{}
* session change client-roamed success | [{}] is roaming from [{}
* authentication start logon-failed failure | [{}] failed to connect{}
* host change port-up success | [{}]: [Port{observer.ingress.interface.name}] is up{}
* host change device-disconnected failure | [{}] was disconnected[[.]]
* host change device-connected success | [{}] was connected[[.]]
`)
