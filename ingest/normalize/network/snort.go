package network

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Snort reads the one-line ("fast") alerts of Snort and Suricata, with their
// own time or after a syslog header:
//
//	05/30-19:09:10.917356  [**] [1:527:8] BAD-TRAFFIC [**] [Classification: x] [Priority: 2] {UDP} 192.0.2.1:68 -> 198.51.100.1:67
//	[1:1000017:0] UDP Connection [Classification: Misc activity] [Priority: 3] {UDP} 192.0.2.1:55776 -> 198.51.100.2:32414
var Snort = read.Parser{
	Name:      "snort",
	Bare:      true,
	First:     "^{",
	Recognize: func(msg string) bool { return snortStart(msg) >= 0 },
	Parse:     parseSnort,
}

// snortStart returns where [gid:sid:rev] begins, -1 if it is not an alert.
func snortStart(msg string) int {
	for from := 0; from < 64 && from < len(msg); {
		i := strings.IndexByte(msg[from:], '[')
		if i < 0 || from+i > 64 {
			return -1
		}
		i += from
		ids, _, ok := strings.Cut(msg[i+1:min(len(msg), i+40)], "]")
		gid, ids, ok2 := strings.Cut(ids, ":")
		sid, rev, ok3 := strings.Cut(ids, ":")
		if ok && ok2 && ok3 && read.IsNumber(gid) && read.IsNumber(sid) && read.IsNumber(rev) && strings.IndexByte(msg[i:], '{') >= 0 {
			return i
		}
		from = i + 1
	}
	return -1
}

func parseSnort(m *read.Message, ev *event.Event) bool {
	at := snortStart(m.Text)
	if at < 0 {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	if !snortTemplates.Match("*", strings.ReplaceAll(m.Text[at:], "[**] ", ""), &k) {
		return false
	}
	if at > 20 && m.Text[2] == '/' {
		snortTime(ev, m.Text[:at], m.Location)
	}
	ev.Set(event.EventKind, "alert")
	read.Observe(ev, "Snort", "Snort", "ids")
	read.From(ev, "snort", "snort.log")
	return true
}

// snortTime reads 05/30-19:09:10.917356 or 05/30/2026-19:09:10.9; without a
// year it is the last such day before receipt.
func snortTime(ev *event.Event, s string, loc *time.Location) {
	s, _ = read.CutWord(s)
	if t, err := time.ParseInLocation("01/02/2006-15:04:05", s, loc); err == nil {
		ev.Time = t.UnixNano()
		return
	}
	if t, err := time.ParseInLocation("01/02/06-15:04:05", s, loc); err == nil {
		ev.Time = t.UnixNano()
		return
	}
	t, err := time.ParseInLocation("01/02-15:04:05", s, loc)
	if err != nil {
		return
	}
	now := time.Unix(0, ev.Received).In(loc)
	t = t.AddDate(now.Year(), 0, 0)
	if t.After(now.AddDate(0, 0, 2)) {
		t = t.AddDate(-1, 0, 0)
	}
	ev.Time = t.UnixNano()
}

var snortTemplates = read.NewTemplates(`
* intrusion_detection+network info threat-detected - | [{snort.gid}:{rule.id}:{rule.version}] {rule.name} [Classification: {rule.category}] [Priority: {event.severity}][[:]] {{{network.transport}} {source.ip}:{source.port} -> {destination.ip}:{destination.port}
* intrusion_detection+network info threat-detected - | [{snort.gid}:{rule.id}:{rule.version}] {rule.name} [Classification: {rule.category}] [Priority: {event.severity}][[:]] {{{network.transport}} {source.ip} -> {destination.ip}
* intrusion_detection+network info threat-detected - | [{snort.gid}:{rule.id}:{rule.version}] {rule.name} [Priority: {event.severity}][[:]] {{{network.transport}} {source.ip}:{source.port} -> {destination.ip}:{destination.port}
* intrusion_detection+network info threat-detected - | [{snort.gid}:{rule.id}:{rule.version}] {rule.name} [Priority: {event.severity}][[:]] {{{network.transport}} {source.ip} -> {destination.ip}
`)

// snortJSON is Snort 3's alert_json.
var snortJSON = []read.JSONProduct{
	{
		Name: "snort_json", Has: []string{"gid", "sid", "msg"}, Vendor: "Snort", Product: "Snort", Type: "ids", Module: "snort", Dataset: "snort.log", Table: `
seconds  @time1
timestamp  @time2
sid  rule.id
gid  snort.gid
rev  rule.version
msg  rule.name
class  rule.category
priority  event.severity
action  @action
src_addr  source.ip
src_port  source.port
dst_addr  destination.ip
dst_port  destination.port
eth_src  source.mac
eth_dst  destination.mac
proto  network.transport
service  network.protocol
iface  observer.ingress.interface.name
pkt_len  network.bytes
pkt_num  network.packets
icmp_type  icmp.type
icmp_code  icmp.code
vlan  network.vlan.id
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "alert")
			typ, action := read.TypeInfo, "threat-detected"
			if read.VerdictOf(k.Action) == read.Denied || k.Action == "would_drop" {
				typ, action = read.TypeDenied, "threat-blocked"
			}
			read.Classify(k.Event, "intrusion_detection"+event.Separator+read.CategoryNetwork, typ, action, "")
			if k.Event.Get(event.NetworkProtocol) == "unknown" {
				k.Event.Delete(event.NetworkProtocol)
			}
		},
	},
}
