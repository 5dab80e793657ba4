package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// ZeekTSV reads lines of Zeek's own log files: tab-separated values whose
// names are only in the file's header. It reads what can be identified without
// the header: every connection log begins with time, uid and the connection's
// two addresses and ports, and the protocols' logs differ in what follows
// (https://docs.zeek.org/en/master/log-formats.html). Of other logs that begin
// this way, only these six columns are read.
var ZeekTSV = read.Parser{
	Name:      "zeek_tsv",
	Bare:      true,
	First:     "0-9",
	Recognize: isZeekTSV,
	Parse:     parseZeekTSV,
}

// isZeekTSV recognizes "1772359200.123456\tCx0ME82VbEyPVsGPQ\t".
func isZeekTSV(msg string) bool {
	if len(msg) < 40 || msg[10] != '.' || msg[17] != '\t' || msg[18] != 'C' && msg[18] != 'F' || !read.IsNumber(msg[:10]) {
		return false
	}
	end := strings.IndexByte(msg[18:], '\t')
	return end >= 12 && end <= 22
}

func parseZeekTSV(m *read.Message, ev *event.Event) bool {
	f := strings.SplitN(m.Text, "\t", 64)
	if len(f) < 8 {
		return false
	}
	for i := range f {
		if f[i] == "-" || f[i] == "(empty)" {
			f[i] = ""
		}
	}
	if ip, _ := read.ParseIP(f[2]); ip == "" {
		return false
	}
	read.SetTime(ev, f[0], m.Location)
	read.From(ev, "zeek", "zeek.log")
	read.Observe(ev, "Zeek", "Zeek", "ids")
	ev.SetName("zeek.session_id", f[1])
	read.SetSource(ev, f[2])
	read.SetPort(ev, event.SourcePort, f[3])
	read.SetDestination(ev, f[4])
	read.SetPort(ev, event.DestinationPort, f[5])
	k := read.Keyed{Event: ev, Location: m.Location}
	names := ""
	switch {
	case isTransport(f[6]) && len(f) >= 20 && isZeekState(f[11]):
		names = zeekConnColumns
	case isTransport(f[6]) && len(f) >= 22:
		names = zeekDNSColumns
	case read.IsNumber(f[6]) && isHTTPMethod(f[7]):
		names = zeekHTTPColumns
	case strings.HasPrefix(f[6], "TLSv") || strings.HasPrefix(f[6], "SSLv"):
		names = zeekSSLColumns
	}
	i := 6
	for name := range strings.FieldsSeq(names) {
		if i >= len(f) {
			break
		}
		if b := zeekColumns()[name]; b != nil && f[i] != "" {
			k.Bind(b, f[i])
		} else if f[i] != "" {
			read.SetNamed(ev, read.FieldName("zeek.", name, read.NameAsIs), f[i])
		}
		i++
	}
	switch names {
	case zeekConnColumns:
		ev.Set(event.EventDataset, "zeek.connection")
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, zeekOutcome(f[11]))
	case zeekDNSColumns:
		ev.Set(event.EventDataset, "zeek.dns")
		ev.Set(event.NetworkProtocol, "dns")
		read.Classify(ev, read.CategoryNetwork, "protocol"+event.Separator+read.TypeInfo, "dns-query", "")
	case zeekHTTPColumns:
		ev.Set(event.EventDataset, "zeek.http")
		ev.Set(event.NetworkProtocol, "http")
		k.WebAccess()
	case zeekSSLColumns:
		ev.Set(event.EventDataset, "zeek.ssl")
		ev.Set(event.NetworkProtocol, "tls")
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, "tls-handshake", "")
	default:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	}
	return true
}

func isTransport(s string) bool { return s == "tcp" || s == "udp" || s == "icmp" }

func isZeekState(s string) bool {
	switch s {
	case "S0", "S1", "SF", "REJ", "S2", "S3", "RSTO", "RSTR", "RSTOS0", "RSTRH", "SH", "SHR", "OTH":
		return true
	}
	return false
}

func isHTTPMethod(s string) bool {
	switch s {
	case "GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE", "PROPFIND":
		return true
	}
	return false
}

// The columns after the sixth.
const (
	zeekConnColumns = "proto service duration orig_bytes resp_bytes conn_state local_orig local_resp missed_bytes history orig_pkts orig_ip_bytes resp_pkts resp_ip_bytes tunnel_parents"
	zeekDNSColumns  = "proto trans_id rtt query qclass qclass_name qtype qtype_name rcode rcode_name AA TC RD RA Z answers TTLs rejected"
	zeekHTTPColumns = "trans_depth method host uri referrer version user_agent origin request_body_len response_body_len status_code status_msg"
	zeekSSLColumns  = "version cipher curve server_name resumed last_alert next_protocol established"
)

// zeekColumns is what the columns mean in ECS.
var zeekColumns = read.LazyBindings(`
proto  network.transport
service  network.protocol
orig_bytes  source.bytes
resp_bytes  destination.bytes
orig_pkts  source.packets
resp_pkts  destination.packets
trans_id  dns.id
query  dns.question.name
qclass_name  dns.question.class
qtype_name  dns.question.type
rcode_name  dns.response_code
method  http.request.method
host  url.domain
uri  url.original
referrer  http.request.referrer
user_agent  user_agent.original
status_code  http.response.status_code
cipher  tls.cipher
server_name  tls.client.server_name
`)
