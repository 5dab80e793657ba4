package firewall

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// WatchGuard reads the syslog of WatchGuard Firebox (Fireware Log Catalog):
// after host and serial number come the time in UTC, the process and a
// numbered message; those about traffic have positional values and pairs:
//
//	FW1 (2026-03-01T10:00:00) firewall: msg_id="3000-0148" Deny 1-Trusted 0-External 52 tcp 20 64 10.0.1.2 198.51.100.5 52124 443 offset 8 S 83 win 32 (Outgoing-00)
//	(2026-03-01T10:00:00) http-proxy[1]: msg_id="1AFF-0024" Allow 1-Trusted 0-External tcp 10.0.1.2 198.51.100.5 52124 80 msg="ProxyAllow: ..." op="GET" dstname="..." (HTTP-proxy-00)
var WatchGuard = read.Parser{
	Name:      "watchguard",
	First:     "^{",
	Recognize: func(msg string) bool { return watchGuardID(msg) >= 0 },
	Parse:     parseWatchGuard,
}

// watchGuardID returns where msg_id=" begins; -1 if it is not a Firebox
// message.
func watchGuardID(msg string) int {
	i := strings.Index(msg, `msg_id="`)
	if i < 0 || i > 96 {
		return -1
	}
	id := msg[i+len(`msg_id="`):]
	if len(id) < 11 || id[4] != '-' || id[9] != '"' {
		return -1
	}
	return i
}

func parseWatchGuard(m *read.Message, ev *event.Event) bool {
	at := watchGuardID(m.Text)
	if at < 0 {
		return false
	}
	head, text := m.Text[:at], m.Text[at+len(`msg_id="`):]
	ev.Set(event.EventCode, text[:9])
	text = strings.TrimLeft(text[10:], " ")
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "watchguard."}
	if serial, rest, ok := strings.Cut(head, "("); ok {
		read.SetNamed(ev, "observer.serial_number", strings.TrimSpace(serial))
		stamp, rest, _ := strings.Cut(rest, ")")
		read.SetTime(ev, stamp, time.UTC)
		head = rest
	}
	if app := strings.TrimSuffix(strings.TrimSpace(head), ":"); app != "" && !ev.Has(event.LogSyslogAppname) {
		app, pid, _ := strings.Cut(app, "[")
		pid = strings.TrimSuffix(pid, "]")
		ev.Set(event.LogSyslogAppname, app)
		ev.Set(event.ProcessName, app)
		ev.Set(event.LogSyslogProcID, pid)
		read.SetNumber(ev, event.ProcessPID, pid)
	}
	read.Observe(ev, "WatchGuard", "Firebox", "firewall")
	read.From(ev, "watchguard", "watchguard.firebox")
	if rule, ok := trailingRule(text); ok {
		ev.Set(event.RuleName, rule)
	}
	if watchGuardTraffic(&k, text) {
		return true
	}
	// [eth0 (External)] and [eth0] precede messages about an interface.
	if inside, _, ok := strings.Cut(strings.TrimPrefix(text, "["), "]"); ok && text[0] == '[' && len(inside) < 64 {
		name, alias, _ := strings.Cut(inside, " (")
		if read.IsHostName(name) {
			read.SetNamed(ev, "observer.ingress.interface.name", name)
			read.SetNamed(ev, "observer.ingress.interface.alias", strings.TrimSuffix(alias, ")"))
		}
	}
	addWatchGuardPairs(&k, text)
	if !watchGuardMessages.Match("*", text, &k) {
		k.Prose(text)
	}
	if !ev.Has(event.EventCategory) && !read.ProseLogin(ev, text) {
		category := read.CategoryHost
		if ev.Has(event.SourceIP) || ev.Has(event.DestinationIP) {
			category = read.CategoryNetwork
		}
		read.Classify(ev, category, read.TypeInfo, "", read.ProseOutcome(text))
	}
	return true
}

// addWatchGuardPairs stores the pairs of messages that have any.
func addWatchGuardPairs(k *read.Keyed, text string) {
	if strings.Contains(text, `="`) {
		k.AddPairs(text, watchGuardKeys)
	}
}

// trailingRule returns the policy's name, which comes last in parentheses.
func trailingRule(text string) (string, bool) {
	text = strings.TrimRight(text, " \r\n")
	if !strings.HasSuffix(text, ")") {
		return "", false
	}
	i := strings.LastIndexByte(text, '(')
	if i <= 0 || text[i-1] != ' ' {
		return "", false
	}
	return text[i+1 : len(text)-1], true
}

// watchGuardTraffic reads the lines of the packet filter and of proxies.
func watchGuardTraffic(k *read.Keyed, text string) bool {
	var f [12]string
	n := 0
	rest := text
	for n < len(f) && rest != "" {
		f[n], rest = read.CutWord(strings.TrimLeft(rest, " "))
		n++
	}
	if n < 8 || f[0] != "Allow" && f[0] != "Deny" {
		return false
	}
	// disposition, in, out, [length,] protocol, [header, ttl,] source, destination, ports
	i := 3
	if read.IsNumber(f[i]) {
		read.SetNumber(k.Event, event.NetworkBytes, f[i])
		i++
	}
	proto := f[i]
	i++
	for i < n && read.IsNumber(f[i]) {
		i++
	}
	if i+1 >= n {
		return false
	}
	src, _ := read.ParseIP(f[i])
	dst, _ := read.ParseIP(f[i+1])
	if src == "" || dst == "" {
		return false
	}
	ev := k.Event
	ev.Set(event.ObserverIngressInterface, f[1])
	ev.Set(event.ObserverEgressInterface, f[2])
	read.SetTransport(ev, proto)
	read.SetSource(ev, src)
	read.SetDestination(ev, dst)
	if i+3 < n && read.IsPort(f[i+2]) && read.IsPort(f[i+3]) {
		if strings.HasPrefix(proto, "icmp") {
			ev.SetExtra(read.FieldICMPType, f[i+2])
			ev.SetExtra(read.FieldICMPCode, f[i+3])
		} else {
			read.SetPort(ev, event.SourcePort, f[i+2])
			read.SetPort(ev, event.DestinationPort, f[i+3])
		}
	}
	addWatchGuardPairs(k, text)
	if f[0] == "Deny" {
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	} else {
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	}
	return true
}

var watchGuardKeys = read.NewBindings(`
msg  event.reason
op  http.request.method
dstname  url.domain destination.domain
arg  url.path
src_user  user.name:account source.user.name:account
src_ip_nat  source.nat.ip
dst_ip_nat  destination.nat.ip
src_port_nat  source.nat.port
dst_port_nat  destination.nat.port
sent_bytes  source.bytes
rcvd_bytes  destination.bytes
duration  event.duration
virus  threat.name
signature_name  rule.name
signature_id  rule.id
md5  file.hash.md5
task_uuid  @none
rule_name  watchguard.rule
sender  email.from.address
recipients  email.to.address:list
query_type  dns.question.type
question  dns.question.name
tls_version  tls.version
sni  tls.client.server_name
cn  tls.server.x509.subject.common_name
app_name  network.application
content_type  http.response.mime_type
geo_src  source.geo.name
geo_dst  destination.geo.name
log_type,severity,proc_id,rc,reputation  @none
`)

// watchGuardMessages are those whose words alone do not say enough.
var watchGuardMessages = read.NewTemplates(`
* authentication start logon-success success | Authentication of {} user [{user.name:account}] from {source.ip} was accepted
* authentication start logon-failed failure | Authentication of {} user [{user.name:account}] from {source.ip} was rejected{}
* authentication start logon-success success | Mobile VPN with SSL user {user.name:account} logged in. Virtual IP address is {destination.ip}. Real IP address is {source.ip}.
* authentication end logoff success | Mobile VPN with SSL user {user.name:account} logged off. Virtual IP address is {destination.ip}.
* authentication start logon-success success | {} user {user.name:account} from {source.ip} logged in
* authentication end logoff success | {} user {user.name:account} from {source.ip} logged out
* authentication start logon-failed failure | {} {}ser {user.name:account} from {source.ip} log in attempt was rejected[[.]][[ - {event.reason}]]
* network info - success | Resolved domain {dns.question.name} to {dns.resolved_ip}
* network info - - | Initiating GARP for {observer.ingress.interface.name}
* network info - - | Cluster interface {observer.ingress.interface.alias} is {event.reason}.
* network info - failure | {} attack against {destination.ip} from {source.ip} detected. {}
* network info - failure | {} message from {destination.ip}:{} Reason={event.reason}
`)
