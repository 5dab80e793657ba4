package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// unifi reads the syslog of UniFi access points, switches and gateways, and of
// other access points whose hostapd writes the same. Their gateways log
// packets as netfilter does (netfilter.go); UniFi OS sends CEF
// (cefproducts.go).
var unifi = parser{
	name:  "unifi",
	apps:  []string{"hostapd", "stahtd", "mcad", "syswrapper", "switch", "libubnt", "wevent", "dpi-flow-stats", "ubios-udapi-server", "unifi-core", "coroner", "earlyoom", "stamgr", "logread"},
	first: "^{",
	recognize: func(msg string) bool {
		return strings.Contains(msg[:min(len(msg), 48)], ": STA ") && strings.Contains(msg, " IEEE 802.1")
	},
	parse: parseUnifi,
}

// unwrapUnifi reads who a UniFi device says it is: "US8P60,18e8294876c3,v4.0.66"
// as its host name, or "18e8294876c3,U6-Pro-6.5.28" in the place of the
// program, which then begins the message.
func (m *message) unwrapUnifi(ev *event.Event) {
	if host := ev.Get(event.LogSyslogHostname); len(host) > 14 && strings.IndexByte(host, ',') > 0 {
		model, rest, _ := strings.Cut(host, ",")
		mac, version, ok := strings.Cut(rest, ",")
		if ok && len(mac) == 12 && unifiDevice(ev, model, mac, strings.TrimPrefix(version, "v")) {
			ev.Set(event.HostName, host[:len(model)+13]) // an upgrade makes no new host
		}
	}
	if len(m.app) > 14 && m.app[12] == ',' {
		model, version, _ := cutLast(m.app[13:], "-")
		if !unifiDevice(ev, model, m.app[:12], strings.TrimSuffix(version, ":")) {
			return
		}
		head, text, ok := strings.Cut(m.text, ": ")
		if !ok || len(head) > 48 {
			return
		}
		name, pid, _ := strings.Cut(strings.TrimSuffix(head, "]"), "[")
		m.app, m.text = appName(name), text
		ev.Set(event.ProcessName, m.app)
		ev.Set(event.ProcessPID, numeric(pid))
	}
}

func unifiDevice(ev *event.Event, model, mac, version string) bool {
	address, _, ok := macs(mac, 1)
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

// unifiType tells from the name of a model what it is: US8P60 and USW are
// switches, UDM and the like gateways, all others access points.
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

func parseUnifi(m *message, ev *event.Event) bool {
	if m.text == "" {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	if i := strings.Index(m.text, "stahtd_dump_event(): {"); i >= 0 {
		return k.stahtd(m.text[i+len("stahtd_dump_event(): "):])
	}
	from(ev, "unifi", "unifi.log")
	if m.app == "hostapd" || m.app == "" {
		from(ev, "hostapd", "hostapd.log")
	}
	if unifiTemplates.match("*", m.text, &k) {
		return true
	}
	k.prose(m.text)
	if !proseLogin(ev, m.text) {
		classify(ev, catHost, typeInfo, "device-message", proseOutcome(m.text))
	}
	return true
}

// stahtd reads what the station tracker saw of a client that came:
// {"message_type":"STA_ASSOC_TRACKER","mac":"...","event_type":"failure",...}.
func (k *keyed) stahtd(text string) bool {
	o := objectScratch.get()
	defer objectScratch.put(o)
	o.Reset()
	if event.FlattenJSON(text, o) != nil {
		return false
	}
	ev := k.ev
	from(ev, "unifi", "unifi.log")
	setMAC(ev, event.SourceMAC, lookup(o, "mac"))
	if ip, _ := parseIP(lookup(o, "ip")); ip != "" {
		setSource(ev, ip)
	}
	setNamed(ev, "observer.ingress.interface.name", lookup(o, "vap"))
	outcome, action := success, "client-connected"
	switch lookup(o, "event_type") {
	case "failure", "soft failure", "fail", "sta_roam_fail":
		outcome = failure
	case "sta_leave", "disassoc":
		action = "client-disconnected"
	case "sta_roam":
		action = "client-roamed"
	}
	for _, name := range [...]string{"assoc_status", "auth_failures", "wpa_auth_failures", "avg_rssi", "dns_timeouts", "ip_assign_type", "event_type"} {
		setNamed(ev, "unifi."+name, lookup(o, name))
	}
	classify(ev, catSession, typeStart, action, outcome)
	return true
}

var unifiTemplates = newTemplates(`
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
