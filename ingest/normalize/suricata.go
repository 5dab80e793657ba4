package normalize

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
)

// suricata is the EVE JSON of Suricata
// (https://docs.suricata.io/en/latest/output/eve/eve-json-format.html).
var suricata = []jsonProduct{
	{
		name: "suricata", has: []string{"flow_id", "event_type", "timestamp"}, vendor: "OISF", product: "Suricata", kind: "ids", module: "suricata", dataset: "suricata.eve", table: suricataTable, finish: suricataEvent,
	},
	{
		name: "suricata_stats", has: []string{"stats.uptime", "event_type", "timestamp"}, vendor: "OISF", product: "Suricata", kind: "ids", module: "suricata", dataset: "suricata.eve",
		table: suricataTable, finish: func(k *keyed) { classify(k.ev, catNetwork, typeInfo, "stats", "") },
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

func suricataEvent(k *keyed) {
	ev := k.ev
	setDN(ev, "tls.server.x509.subject", k.get("tls.subject"))
	setDN(ev, "tls.server.x509.issuer", k.get("tls.issuerdn"))
	typ := k.get("event_type")
	switch typ {
	case "alert":
		ev.Set(event.EventKind, "alert")
		if k.action == "blocked" {
			classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeDenied, "threat-blocked", failure)
		} else {
			classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeAllowed, "threat-detected", "")
		}
		ev.Set(event.EventReason, ev.Get(event.RuleName))
	case "flow", "netflow":
		classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	case "drop":
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
	case "anomaly":
		ev.Set(event.EventKind, "alert")
		classify(ev, catNetwork, typeInfo, typ, "")
	default:
		classify(ev, catNetwork, "protocol", typ, "")
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
	if typ == "dns" && k.get("dns.type") == "answer" {
		setNamed(ev, "dns.answers.name", k.get("dns.rrname"))
		setNamed(ev, "dns.answers.type", k.get("dns.rrtype"))
		setNamed(ev, "dns.answers.data", k.get("dns.rdata"))
		setNamed(ev, "dns.answers.ttl", k.get("dns.ttl"))
	}
	k.objects("dns.answers", func(o *event.Event) {
		k.addTo(dnsAnswerData, lookup(o, "rdata"))
		k.addTo(dnsAnswerType, lookup(o, "rrtype"))
		if ip, _ := parseIP(lookup(o, "rdata")); ip != "" {
			k.addTo(dnsResolved, ip)
		}
	})
	if ns, ok := parseTime(k.get("event.start"), k.loc); ok && !k.has(fieldDuration) {
		if end, ok := parseTime(k.get("event.end"), k.loc); ok && end >= ns {
			ev.SetExtra(fieldDuration, strconv.FormatInt(end-ns, 10))
		}
	}
}
