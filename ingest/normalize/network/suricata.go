package network

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// suricata is the EVE JSON of Suricata
// (https://docs.suricata.io/en/latest/output/eve/eve-json-format.html).
var suricata = []read.JSONProduct{
	{
		Name: "suricata", Has: []string{"flow_id", "event_type", "timestamp"}, Vendor: "OISF", Product: "Suricata", Type: "ids", Module: "suricata", Dataset: "suricata.eve", Table: suricataTable, Finish: suricataEvent,
	},
	{
		Name: "suricata_stats", Has: []string{"stats.uptime", "event_type", "timestamp"}, Vendor: "OISF", Product: "Suricata", Type: "ids", Module: "suricata", Dataset: "suricata.eve",
		Table: suricataTable, Finish: func(k *read.Keyed) { read.Classify(k.Event, read.CategoryNetwork, read.TypeInfo, "stats", "") },
	},
}

const suricataTable = `
timestamp  @time1
src_ip  source.ip
src_port  source.port
dest_ip  destination.ip
dest_port  destination.port
proto  network.transport
app_proto  network.protocol
in_iface  observer.ingress.interface.name
vlan  network.vlan.id
ether.src_mac  source.mac
ether.dest_mac  destination.mac
community_id  network.community_id
alert.signature_id  rule.id
alert.signature  rule.name
alert.category  rule.category
alert.severity  event.severity
alert.action  @action
http.hostname  url.domain destination.domain
http.url  url.original
http.http_method  http.request.method
http.http_user_agent  user_agent.original
http.http_refer  http.request.referrer
http.status  http.response.status_code
http.length  http.response.body.bytes
http.http_content_type  http.response.mime_type
flow.bytes_toserver  source.bytes
flow.bytes_toclient  destination.bytes
flow.pkts_toserver  source.packets
flow.pkts_toclient  destination.packets
flow.start  event.start
flow.end  event.end
flow.age  event.duration
dns.rrname,dns.query.rrname  dns.question.name:fqdn
dns.rrtype,dns.query.rrtype  dns.question.type
dns.id  dns.id
dns.rcode  dns.response_code
tls.sni  tls.client.server_name:fqdn destination.domain:fqdn
tls.version  tls.version:tlsversion
tls.subject  tls.server.subject
tls.issuerdn  tls.server.issuer
tls.serial  tls.server.x509.serial_number:dnhex
tls.fingerprint  tls.server.hash.sha1:dnhex
tls.notbefore  tls.server.not_before:utc tls.server.x509.not_before:utc
tls.notafter  tls.server.not_after:utc tls.server.x509.not_after:utc
tls.session_resumed  tls.resumed
tls.ja3.hash  tls.client.ja3
tls.ja3s.hash  tls.server.ja3s
fileinfo.filename  file.path
fileinfo.size  file.size
fileinfo.md5  file.hash.md5
fileinfo.sha1  file.hash.sha1
fileinfo.sha256  file.hash.sha256
ssh.client.software_version  ssh.client.software
ssh.server.software_version  ssh.server.software
smtp.mail_from,email.from  email.from.address
smtp.rcpt_to,email.to  email.to.address
dhcp.hostname  host.name
`

func suricataEvent(k *read.Keyed) {
	ev := k.Event
	read.SetDN(ev, "tls.server.x509.subject", k.Get("tls.subject"))
	read.SetDN(ev, "tls.server.x509.issuer", k.Get("tls.issuerdn"))
	typ := k.Get("event_type")
	switch typ {
	case "alert":
		ev.Set(event.EventKind, "alert")
		if k.Action == "blocked" {
			read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeDenied, "threat-blocked", read.Failure)
		} else {
			read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeAllowed, "threat-detected", "")
		}
		ev.Set(event.EventReason, ev.Get(event.RuleName))
	case "flow", "netflow":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
	case "drop":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case "anomaly":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, read.CategoryNetwork, read.TypeInfo, typ, "")
	default:
		read.Classify(ev, read.CategoryNetwork, "protocol", typ, "")
	}
	switch typ {
	case "dns", "http", "tls", "ssh", "smtp", "ftp", "smb", "dhcp", "tftp", "snmp", "krb5", "ikev2", "rdp", "sip", "nfs":
		if !ev.Has(event.NetworkProtocol) {
			ev.Set(event.NetworkProtocol, typ)
		}
	case "fileinfo":
		if ev.Get(event.FilePath) != "" {
			ev.Delete(event.FileName)
			ev.Set(event.FileName, ev.Get(event.FilePath)[strings.LastIndexByte(ev.Get(event.FilePath), '/')+1:])
		}
	}
	if typ == "dns" && k.Get("dns.type") == "answer" {
		read.SetNamed(ev, "dns.answers.name", k.Get("dns.rrname"))
		read.SetNamed(ev, "dns.answers.type", k.Get("dns.rrtype"))
		read.SetNamed(ev, "dns.answers.data", k.Get("dns.rdata"))
		read.SetNamed(ev, "dns.answers.ttl", k.Get("dns.ttl"))
	}
	k.Objects("dns.answers", func(o *event.Event) {
		k.AddTo(read.DNSAnswerData, read.Lookup(o, "rdata"))
		k.AddTo(read.DNSAnswerType, read.Lookup(o, "rrtype"))
		if ip, _ := read.ParseIP(read.Lookup(o, "rdata")); ip != "" {
			k.AddTo(read.DNSResolvedIP, ip)
		}
	})
	if ns, ok := read.ParseTime(k.Get("event.start"), k.Location); ok && !k.Has(read.FieldDuration) {
		if end, ok := read.ParseTime(k.Get("event.end"), k.Location); ok && end >= ns {
			ev.SetExtra(read.FieldDuration, strconv.FormatInt(end-ns, 10))
		}
	}
}
