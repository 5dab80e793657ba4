package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// UniFi reads the syslog of UniFi access points, switches and gateways, and of
// other access points that use hostapd. UniFi gateways log packets as
// netfilter does; UniFi OS sends CEF (UniFiOS).
var UniFi = read.Parser{
	Name:  "unifi",
	Apps:  []string{"hostapd", "stahtd", "mcad", "syswrapper", "switch", "libubnt", "wevent", "dpi-flow-stats", "ubios-udapi-server", "unifi-core", "coroner", "earlyoom", "stamgr", "logread"},
	First: "^{",
	Recognize: func(msg string) bool {
		return strings.Contains(msg[:min(len(msg), 48)], ": STA ") && strings.Contains(msg, " IEEE 802.1")
	},
	Parse: parseUnifi,
}

// UniFiDevice reads how a UniFi device identifies itself:
// "US8P60,18e8294876c3,v4.0.66" as its host name, or
// "18e8294876c3,U6-Pro-6.5.28" in place of the program, which then begins the
// message.
func UniFiDevice(m *read.Message, ev *event.Event) {
	if host := ev.Get(event.LogSyslogHostname); len(host) > 14 && strings.IndexByte(host, ',') > 0 {
		model, rest, _ := strings.Cut(host, ",")
		mac, version, ok := strings.Cut(rest, ",")
		if ok && len(mac) == 12 && unifiDevice(ev, model, mac, strings.TrimPrefix(version, "v")) {
			ev.Set(event.HostName, host[:len(model)+13]) // an upgrade does not make a new host
		}
	}
	if len(m.App) > 14 && m.App[12] == ',' {
		model, version, _ := read.CutLast(m.App[13:], "-")
		if !unifiDevice(ev, model, m.App[:12], strings.TrimSuffix(version, ":")) {
			return
		}
		head, text, ok := strings.Cut(m.Text, ": ")
		if !ok || len(head) > 48 {
			return
		}
		name, pid, _ := strings.Cut(strings.TrimSuffix(head, "]"), "[")
		m.App, m.Text = read.AppName(name), text
		ev.Set(event.ProcessName, m.App)
		ev.Set(event.ProcessPID, read.Numeric(pid))
	}
}

func unifiDevice(ev *event.Event, model, mac, version string) bool {
	address, _, ok := read.ParseMACs(mac, 1)
	if !ok {
		return false
	}
	ev.Set(event.ObserverVendor, "Ubiquiti")
	ev.Set(event.ObserverProduct, model)
	ev.Set(event.ObserverType, unifiType(model))
	ev.Set(event.ObserverVersion, version)
	ev.SetName("observer.mac", address)
	return true
}

// unifiType returns what a model is, by its name: US8P60 and USW are switches,
// UDM and the like gateways, all others access points.
func unifiType(model string) string {
	for _, p := range [...]string{"UDM", "UXG", "USG", "UCG", "UDR", "UX"} {
		if strings.HasPrefix(model, p) {
			return "gateway"
		}
	}
	if strings.HasPrefix(model, "US") {
		return "switch"
	}
	return "access-point"
}

func parseUnifi(m *read.Message, ev *event.Event) bool {
	if m.Text == "" {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	if i := strings.Index(m.Text, "stahtd_dump_event(): {"); i >= 0 {
		return stahtd(&k, m.Text[i+len("stahtd_dump_event(): "):])
	}
	read.From(ev, "unifi", "unifi.log")
	if m.App == "hostapd" || m.App == "" {
		read.From(ev, "hostapd", "hostapd.log")
	}
	if unifiTemplates.Match("*", m.Text, &k) {
		return true
	}
	k.Prose(m.Text)
	if !read.ProseLogin(ev, m.Text) {
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(m.Text))
	}
	return true
}

// stahtd reads what the station tracker saw of a client that connected:
// {"message_type":"STA_ASSOC_TRACKER","mac":"...","event_type":"failure",...}.
func stahtd(k *read.Keyed, text string) bool {
	o := read.Scratch.Get()
	defer read.Scratch.Put(o)
	o.Reset()
	if event.FlattenJSON(text, o) != nil {
		return false
	}
	ev := k.Event
	read.From(ev, "unifi", "unifi.log")
	read.SetMAC(ev, event.SourceMAC, read.Lookup(o, "mac"))
	if ip, _ := read.ParseIP(read.Lookup(o, "ip")); ip != "" {
		read.SetSource(ev, ip)
	}
	read.SetNamed(ev, "observer.ingress.interface.name", read.Lookup(o, "vap"))
	outcome, action := read.Success, "client-connected"
	switch read.Lookup(o, "event_type") {
	case "failure", "soft failure", "fail", "sta_roam_fail":
		outcome = read.Failure
	case "sta_leave", "disassoc":
		action = "client-disconnected"
	case "sta_roam":
		action = "client-roamed"
	}
	for _, name := range [...]string{"assoc_status", "auth_failures", "wpa_auth_failures", "avg_rssi", "dns_timeouts", "ip_assign_type", "event_type"} {
		read.SetNamed(ev, "unifi."+name, read.Lookup(o, name))
	}
	read.Classify(ev, read.CategorySession, read.TypeStart, action, outcome)
	return true
}

var unifiTemplates = read.NewTemplates(`
* session start client-connected success | {observer.ingress.interface.name}: STA {source.mac} IEEE 802.11: associated[[{}]]
* session info client-authenticated success | {observer.ingress.interface.name}: STA {source.mac} IEEE 802.11: authenticated[[{}]]
* session end client-disconnected success | {observer.ingress.interface.name}: STA {source.mac} IEEE 802.11: disassociated[[{}]]
* session end client-disconnected success | {observer.ingress.interface.name}: STA {source.mac} IEEE 802.11: deauthenticated[[{}]]
* session end client-disconnected success | {observer.ingress.interface.name}: STA {source.mac} IEEE 802.11: sta_stats[[{}]]
* authentication start logon-success success | {observer.ingress.interface.name}: STA {source.mac} WPA: pairwise key handshake completed[[{}]]
* authentication start logon-failed failure | {observer.ingress.interface.name}: STA {source.mac} IEEE 802.1X: authentication failed[[{}]]
* authentication start logon-failed failure | {observer.ingress.interface.name}: STA {source.mac} WPA: {event.reason} timeout
* authentication start logon-failed failure | {observer.ingress.interface.name}: AP-STA-POSSIBLE-PSK-MISMATCH {source.mac}
* session start client-connected success | {observer.ingress.interface.name}: AP-STA-CONNECTED {source.mac}[[ {}]]
* session end client-disconnected success | {observer.ingress.interface.name}: AP-STA-DISCONNECTED {source.mac}[[ {}]]
* session info accounting-started - | {observer.ingress.interface.name}: STA {source.mac} RADIUS: starting accounting session {event.id}
* session info accounting-stopped - | {observer.ingress.interface.name}: STA {source.mac} RADIUS: stopped accounting session {event.id}
* session info client-message - | {observer.ingress.interface.name}: STA {source.mac} {event.reason}
`)
