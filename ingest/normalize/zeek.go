package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// zeek is the logs of Zeek as JSON
// (https://docs.zeek.org/en/master/script-reference/log-files.html). Which
// log a document belongs to shows in its members only.
var zeek = []jsonProduct{
	{name: "zeek", has: []string{"id.orig_h", "ts"}, vendor: "Zeek", product: "Zeek", kind: "ids", module: "zeek", dataset: "zeek.log", table: zeekTable, finish: zeekEvent},
	{name: "zeek_dhcp", has: []string{"msg_types", "ts"}, vendor: "Zeek", product: "Zeek", kind: "ids", module: "zeek", dataset: "zeek.dhcp", table: `
*  network.protocol:=dhcp network.transport:=udp source.port:=68 destination.port:=67
ts  @time1
client_addr  source.ip client.ip
server_addr  destination.ip server.ip
assigned_addr,requested_addr  zeek.dhcp.address:address
mac  source.mac client.mac
host_name,client_fqdn  source.domain
duration  event.duration
`, finish: func(k *keyed) { classify(k.ev, catNetwork, "protocol", "dhcp", "") }},
	{name: "zeek_x509", has: []string{"certificate.serial", "ts"}, vendor: "Zeek", product: "Zeek", kind: "ids", module: "zeek", dataset: "zeek.x509", table: `
ts  @time1
certificate.serial  file.x509.serial_number
certificate.version  file.x509.version_number
certificate.not_valid_before  file.x509.not_before:time
certificate.not_valid_after  file.x509.not_after:time
certificate.key_alg  file.x509.public_key_algorithm
certificate.sig_alg  file.x509.signature_algorithm
certificate.key_length  file.x509.public_key_size
certificate.exponent  file.x509.public_key_exponent
san.dns  file.x509.alternative_names
`, finish: func(k *keyed) {
		setDN(k.ev, "file.x509.subject", k.get("certificate.subject"))
		setDN(k.ev, "file.x509.issuer", k.get("certificate.issuer"))
		classify(k.ev, catFile, typeInfo, "x509", "")
	}},
	{name: "zeek_known", has: []string{"host", "ts"}, vendor: "Zeek", product: "Zeek", kind: "ids", module: "zeek", dataset: "zeek.known", table: `
ts  @time1
host  host.ip server.ip
port_num  server.port
port_proto  network.transport
software_type  zeek.software_type
name  package.name
unparsed_version  package.version
subject  tls.server.subject
issuer_subject  tls.server.issuer
serial  tls.server.x509.serial_number
`, finish: func(k *keyed) {
		setDN(k.ev, "tls.server.x509.subject", k.get("subject"))
		setDN(k.ev, "tls.server.x509.issuer", k.get("issuer_subject"))
		classify(k.ev, catHost, typeInfo, "", "")
	}},
	{name: "zeek_note", has: []string{"note", "ts"}, vendor: "Zeek", product: "Zeek", kind: "ids", module: "zeek", dataset: "zeek.notice", table: zeekTable + `
note  rule.name
msg  event.reason
src  source.ip
dst  destination.ip
`, finish: func(k *keyed) {
		k.ev.Set(event.EventKind, "alert")
		classify(k.ev, "intrusion_detection", typeInfo, "threat-detected", "")
	}},
	{name: "zeek_stats", has: []string{"peer", "ts"}, not: []string{"id.orig_h"}, vendor: "Zeek", product: "Zeek", kind: "ids", module: "zeek", dataset: "zeek.stats", table: "ts  @time1",
		finish: func(k *keyed) { classify(k.ev, catNetwork, typeInfo, "stats", "") }},
	{name: "zeek_trace", has: []string{"src", "dst", "proto", "ts"}, not: []string{"note"}, vendor: "Zeek", product: "Zeek", kind: "ids", module: "zeek", dataset: "zeek.traceroute", table: `
ts  @time1
src  source.ip
dst  destination.ip
proto  network.transport
`, finish: func(k *keyed) { classify(k.ev, catNetwork, connInfo, "traceroute", "") }},
}

const zeekTable = `
ts  @time1
uid  zeek.session_id
id.orig_h  source.ip
id.orig_p  source.port
id.resp_h  destination.ip
id.resp_p  destination.port
proto  network.transport
orig_ip_bytes  source.bytes
resp_ip_bytes  destination.bytes
orig_pkts  source.packets
resp_pkts  destination.packets
duration,rtt  event.duration
trans_id  dns.id
query  dns.question.name
qtype_name  dns.question.type
qclass_name  dns.question.class:zeekclass
rcode_name  dns.response_code
answers  dns.answers.data
TTLs  dns.answers.ttl:numbers
host,server_name  url.domain
uri  url.original
method  http.request.method
status_code  http.response.status_code
user_agent  user_agent.original
referrer  http.request.referrer
request_body_len  http.request.body.bytes
response_body_len  http.response.body.bytes
cipher  tls.cipher
curve  tls.curve
resumed  tls.resumed
established  tls.established
subject,cert.server_subject  tls.server.subject
issuer  tls.server.issuer
ja3  tls.client.ja3
ja3s  tls.server.ja3s
username  user.name:text
user  user.name:text
domainname  user.domain
facility  log.syslog.facility.name
severity  log.syslog.severity.name
mailfrom,from  email.from.address
rcptto,to  email.to.address
seen.indicator  threat.indicator.value
mime_type  file.mime_type
filename  file.name
md5  file.hash.md5
sha1  file.hash.sha1
sha256  file.hash.sha256
vlan  network.vlan.id
community_id  network.community_id
`

func zeekEvent(k *keyed) {
	ev := k.ev
	log := zeekLog(k)
	from(ev, "zeek", "zeek."+log)
	protocol, transport := log, ""
	switch log {
	case "connection":
		protocol = k.get("service")
		classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
	case "dns":
		transport = "udp"
		zeekDNS(k)
		classify(ev, catNetwork, "protocol", "dns-query", "")
	case "ssl":
		protocol, transport = "", "tcp"
		if k.get("version") != "" {
			setTLSVersion(ev, k.get("version"))
		}
		setNamed(ev, "client.address", ev.Get(event.SourceIP))
		setNamed(ev, "server.address", ev.Get(event.DestinationIP))
		setDN(ev, "tls.server.x509.subject", k.get("subject"))
		setDN(ev, "tls.server.x509.issuer", k.get("issuer"))
		ev.Delete(event.URLDomain)
		setNamed(ev, "tls.client.server_name", k.get("server_name"))
		classify(ev, catNetwork, "protocol", "tls", "")
	case "kerberos":
		transport = "tcp"
		if client, domain, ok := strings.Cut(k.get("client"), "/"); ok {
			ev.Set(event.UserName, client)
			ev.Set(event.UserDomain, domain)
		}
		setNamed(ev, "client.address", ev.Get(event.SourceIP))
		setNamed(ev, "server.address", ev.Get(event.DestinationIP))
		setDN(ev, "tls.server.x509.subject", k.get("cert.server_subject"))
		setDN(ev, "tls.client.x509.subject", k.get("cert.client_subject"))
		outcome := success
		if k.get("success") == "false" {
			outcome = failure
		}
		classify(ev, catAuthentication+event.Separator+catNetwork, typeInfo, k.get("request_type"), outcome)
	case "ssh":
		transport = "tcp"
		switch k.get("auth_success") {
		case "true":
			classify(ev, catAuthentication+event.Separator+catNetwork, typeStart, actionLogonSuccess, success)
		case "false":
			classify(ev, catAuthentication+event.Separator+catNetwork, typeStart, actionLogonFailed, failure)
		default:
			classify(ev, catNetwork, "protocol", "ssh", "")
		}
	case "ntlm":
		transport = "tcp"
		classify(ev, catAuthentication+event.Separator+catNetwork, typeInfo, "", outcomeOfBool(k.get("success")))
	case "radius":
		transport = "udp"
		classify(ev, catAuthentication+event.Separator+catNetwork, typeInfo, "", outcomeOf(k.get("result")))
	case "smb":
		transport = "tcp"
		if path, name := k.get("path"), k.get("name"); name != "" && path != "" {
			ev.Set(event.FilePath, path+`\`+name)
			ev.Set(event.FileName, name)
		}
		setNamed(ev, "file.size", k.get("size"))
		for _, t := range [...][2]string{{"times.modified", "file.mtime"}, {"times.created", "file.created"}, {"times.accessed", "file.accessed"}, {"times.changed", "file.ctime"}} {
			if ns, ok := parseTime(k.get(t[0]), k.loc); ok {
				ev.SetExtra(t[1], event.FormatTime(ns))
			}
		}
		classify(ev, catFile+event.Separator+catNetwork, "access", k.get("action"), "")
	case "intel":
		protocol = ""
		ev.Set(event.EventKind, "enrichment")
		if ip, v6 := parseIP(k.get("seen.indicator")); ip != "" {
			setNamed(ev, "threat.indicator.ip", ip)
			kind := "ipv4-addr"
			if v6 {
				kind = "ipv6-addr"
			}
			setNamed(ev, "threat.indicator.type", kind)
		}
		classify(ev, "threat", "indicator", "intel-match", "")
	case "http":
		transport = "tcp"
		k.webAccess()
	case "weird":
		protocol = ""
		classify(ev, catNetwork, typeInfo, "weird", "")
	default:
		if transport = "tcp"; log == "snmp" || log == "syslog" {
			transport = "udp"
		}
		classify(ev, catNetwork, "protocol", log, "")
	}
	if protocol != "" && !ev.Has(event.NetworkProtocol) {
		ev.Set(event.NetworkProtocol, protocol)
	}
	if transport != "" && !ev.Has(event.NetworkTransport) {
		setTransport(ev, transport)
	}
}

func outcomeOfBool(s string) string {
	switch s {
	case "true", "T":
		return success
	case "false", "F":
		return failure
	}
	return ""
}

// zeekLog tells which log a document with a connection belongs to.
func zeekLog(k *keyed) string {
	for _, c := range [...]struct{ name, log string }{
		{"conn_state", "connection"}, {"history", "connection"}, {"trans_id", "dns"}, {"rcode_name", "dns"}, {"cipher_alg", "ssh"}, {"auth_attempts", "ssh"}, {"request_type", "kerberos"},
		{"fc_request", "dnp3"}, {"iin", "dnp3"},
		{"seen.indicator", "intel"}, {"curve", "ssl"}, {"established", "ssl"}, {"named_pipe", "dce_rpc"}, {"endpoint", "dce_rpc"}, {"domainname", "ntlm"}, {"server_nb_computer_name", "ntlm"}, {"times.modified", "smb"},
		{"share_type", "smb"}, {"native_file_system", "smb"}, {"community", "snmp"}, {"facility", "syslog"}, {"bound.host", "socks"}, {"request.host", "socks"}, {"tunnel_client", "radius"}, {"framed_addr", "radius"}, {"method", "http"},
		{"status_code", "http"}, {"mailfrom", "smtp"}, {"helo", "smtp"}, {"tunnel_type", "tunnel"}, {"cookie", "rdp"}, {"security_protocol", "rdp"}, {"client_major_version", "rfb"},
		{"func", "modbus"}, {"mysql", "mysql"}, {"cmd", "mysql"}, {"nick", "irc"}, {"call_id", "sip"}, {"passive", "ftp"}, {"notice", "weird"},
	} {
		if k.has(c.name) {
			return c.log
		}
	}
	if k.has("query") {
		return "dns"
	}
	if k.has("client") && k.has("server") && k.has("version") {
		return "ssh"
	}
	if k.has("name") && k.has("peer") {
		return "weird"
	}
	if k.has("mac") || k.has("username") {
		return "radius"
	}
	return "connection"
}

func zeekDNS(k *keyed) {
	ev := k.ev
	var flags []byte
	for _, f := range [...]string{"AA", "TC", "RD", "RA"} {
		if k.get(f) == "true" {
			if len(flags) > 0 {
				flags = append(flags, event.Separator...)
			}
			flags = append(flags, f...)
		}
	}
	setNamed(ev, "dns.header_flags", string(flags))
	if k.has("answers") {
		setNamed(ev, "dns.type", "answer")
		for a := range event.Values(k.get("answers")) {
			if ip, _ := parseIP(a); ip != "" {
				k.addTo(dnsResolved, ip)
			}
		}
	} else {
		setNamed(ev, "dns.type", "query")
	}
}
