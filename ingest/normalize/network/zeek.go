package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// zeek is the logs of Zeek as JSON
// (https://docs.zeek.org/en/master/script-reference/log-files.html). Only its
// members show which log a document belongs to.
var zeek = []read.JSONProduct{
	{Name: "zeek", Has: []string{"id.orig_h", "ts"}, Not: []string{"note"}, Vendor: "Zeek", Product: "Zeek", Type: "ids", Module: "zeek", Dataset: "zeek.log", Table: zeekTable, Finish: zeekEvent},
	{Name: "zeek_dhcp", Has: []string{"msg_types", "ts"}, Vendor: "Zeek", Product: "Zeek", Type: "ids", Module: "zeek", Dataset: "zeek.dhcp", Table: `
*  network.protocol:=dhcp network.transport:=udp source.port:=68 destination.port:=67
ts  @time1
client_addr  source.ip client.ip
server_addr  destination.ip server.ip
assigned_addr,requested_addr  zeek.dhcp.address:address
mac  source.mac client.mac
host_name,client_fqdn  source.domain
duration  event.duration
`, Finish: func(k *read.Keyed) { read.Classify(k.Event, read.CategoryNetwork, "protocol", "dhcp", "") }},
	{Name: "zeek_x509", Has: []string{"certificate.serial", "ts"}, Vendor: "Zeek", Product: "Zeek", Type: "ids", Module: "zeek", Dataset: "zeek.x509", Table: `
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
`, Finish: func(k *read.Keyed) {
		read.SetDN(k.Event, "file.x509.subject", k.Get("certificate.subject"))
		read.SetDN(k.Event, "file.x509.issuer", k.Get("certificate.issuer"))
		read.Classify(k.Event, read.CategoryFile, read.TypeInfo, "x509", "")
	}},
	{Name: "zeek_known", Has: []string{"host", "ts"}, Not: []string{"id.orig_h"}, Vendor: "Zeek", Product: "Zeek", Type: "ids", Module: "zeek", Dataset: "zeek.known", Table: `
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
`, Finish: func(k *read.Keyed) {
		read.SetDN(k.Event, "tls.server.x509.subject", k.Get("subject"))
		read.SetDN(k.Event, "tls.server.x509.issuer", k.Get("issuer_subject"))
		read.Classify(k.Event, read.CategoryHost, read.TypeInfo, "", "")
	}},
	{Name: "zeek_note", Has: []string{"note", "ts"}, Vendor: "Zeek", Product: "Zeek", Type: "ids", Module: "zeek", Dataset: "zeek.notice", Table: zeekTable + `
note  rule.name
msg  event.reason
src  source.ip
dst  destination.ip
`, Finish: func(k *read.Keyed) {
		k.Event.Set(event.EventKind, "alert")
		read.Classify(k.Event, "intrusion_detection", read.TypeInfo, "threat-detected", "")
	}},
	{Name: "zeek_stats", Has: []string{"peer", "ts"}, Not: []string{"id.orig_h"}, Vendor: "Zeek", Product: "Zeek", Type: "ids", Module: "zeek", Dataset: "zeek.stats", Table: "ts  @time1",
		Finish: func(k *read.Keyed) { read.Classify(k.Event, read.CategoryNetwork, read.TypeInfo, "stats", "") }},
	{Name: "zeek_trace", Has: []string{"src", "dst", "proto", "ts"}, Not: []string{"note"}, Vendor: "Zeek", Product: "Zeek", Type: "ids", Module: "zeek", Dataset: "zeek.traceroute", Table: `
ts  @time1
src  source.ip
dst  destination.ip
proto  network.transport
`, Finish: func(k *read.Keyed) {
		read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionInfo, "traceroute", "")
	}},
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
curve  tls.curve
resumed  tls.resumed
established  tls.established
cert.server_subject  tls.server.subject
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

func zeekEvent(k *read.Keyed) {
	ev := k.Event
	log := zeekLog(k)
	read.From(ev, "zeek", "zeek."+log)
	protocol, transport := log, ""
	switch log {
	case "connection":
		protocol = k.Get("service")
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, zeekOutcome(k.Get("conn_state")))
	case "dns":
		transport = "udp"
		zeekDNS(k)
		read.Classify(ev, read.CategoryNetwork, "protocol", "dns-query", "")
	case "ssl":
		protocol, transport = "", "tcp"
		if k.Get("version") != "" {
			read.SetTLSVersion(ev, k.Get("version"))
		}
		read.SetNamed(ev, "client.address", ev.Get(event.SourceIP))
		read.SetNamed(ev, "server.address", ev.Get(event.DestinationIP))
		read.SetDN(ev, "tls.server.x509.subject", k.Get("subject"))
		read.SetDN(ev, "tls.server.x509.issuer", k.Get("issuer"))
		ev.Delete(event.URLDomain)
		read.SetNamed(ev, "tls.cipher", k.Get("cipher"))
		read.SetNamed(ev, "tls.server.subject", k.Get("subject"))
		read.SetNamed(ev, "tls.client.server_name", k.Get("server_name"))
		read.Classify(ev, read.CategoryNetwork, "protocol", "tls", "")
	case "kerberos":
		transport = "tcp"
		if client, domain, ok := strings.Cut(k.Get("client"), "/"); ok {
			ev.Set(event.UserName, client)
			ev.Set(event.UserDomain, domain)
		}
		read.SetNamed(ev, "client.address", ev.Get(event.SourceIP))
		read.SetNamed(ev, "server.address", ev.Get(event.DestinationIP))
		read.SetDN(ev, "tls.server.x509.subject", k.Get("cert.server_subject"))
		read.SetDN(ev, "tls.client.x509.subject", k.Get("cert.client_subject"))
		read.Classify(ev, read.CategoryAuthentication+event.Separator+read.CategoryNetwork, read.TypeInfo, k.Get("request_type"), outcomeOfBool(k.Get("success")))
	case "ssh":
		transport = "tcp"
		switch k.Get("auth_success") {
		case "true":
			read.Classify(ev, read.CategoryAuthentication+event.Separator+read.CategoryNetwork, read.TypeStart, read.ActionLogonSuccess, read.Success)
		case "false":
			read.Classify(ev, read.CategoryAuthentication+event.Separator+read.CategoryNetwork, read.TypeStart, read.ActionLogonFailed, read.Failure)
		default:
			read.Classify(ev, read.CategoryNetwork, "protocol", "ssh", "")
		}
	case "ntlm":
		transport = "tcp"
		read.Classify(ev, read.CategoryAuthentication+event.Separator+read.CategoryNetwork, read.TypeInfo, "", outcomeOfBool(k.Get("success")))
	case "radius":
		transport = "udp"
		read.Classify(ev, read.CategoryAuthentication+event.Separator+read.CategoryNetwork, read.TypeInfo, "", read.OutcomeOf(k.Get("result")))
	case "smb":
		transport = "tcp"
		if path, name := k.Get("path"), k.Get("name"); name != "" && path != "" {
			read.SetPath(ev, path+`\`+name)
		}
		read.SetNamed(ev, "file.size", k.Get("size"))
		for _, t := range [...][2]string{{"times.modified", "file.mtime"}, {"times.created", "file.created"}, {"times.accessed", "file.accessed"}, {"times.changed", "file.ctime"}} {
			if ns, ok := read.ParseTime(k.Get(t[0]), k.Location); ok {
				ev.SetExtra(t[1], event.FormatTime(ns))
			}
		}
		read.Classify(ev, read.CategoryFile+event.Separator+read.CategoryNetwork, "access", k.Get("action"), "")
	case "intel":
		protocol = ""
		ev.Set(event.EventKind, "enrichment")
		if ip, v6 := read.ParseIP(k.Get("seen.indicator")); ip != "" {
			read.SetNamed(ev, "threat.indicator.ip", ip)
			kind := "ipv4-addr"
			if v6 {
				kind = "ipv6-addr"
			}
			read.SetNamed(ev, "threat.indicator.type", kind)
		} else if k.Get("seen.indicator_type") == "Intel::DOMAIN" {
			read.SetNamed(ev, "threat.indicator.type", "domain-name")
		}
		read.Classify(ev, "threat", "indicator", "intel-match", "")
	case "http":
		transport = "tcp"
		k.WebAccess()
	case "smtp":
		transport = "tcp"
		read.SetNamed(ev, "email.subject", k.Get("subject"))
		read.Classify(ev, read.CategoryNetwork, "protocol", "smtp", "")
	case "weird":
		protocol = ""
		ev.Set(event.EventReason, k.Get("name"))
		read.Classify(ev, read.CategoryNetwork, read.TypeInfo, "weird", "")
	default:
		if transport = "tcp"; log == "snmp" || log == "syslog" {
			transport = "udp"
		}
		read.Classify(ev, read.CategoryNetwork, "protocol", log, "")
	}
	if protocol != "" && !ev.Has(event.NetworkProtocol) {
		ev.Set(event.NetworkProtocol, protocol)
	}
	if transport != "" && !ev.Has(event.NetworkTransport) {
		read.SetTransport(ev, transport)
	}
}

// zeekOutcome returns whether a connection came about, by Zeek's conn_state; ""
// if that does not say.
func zeekOutcome(state string) string {
	switch state {
	case "S0", "REJ", "RSTOS0", "RSTRH", "SH", "SHR":
		return read.Failure
	case "SF", "S1", "S2", "S3":
		return read.Success
	}
	return ""
}

func outcomeOfBool(s string) string {
	switch s {
	case "true", "T":
		return read.Success
	case "false", "F":
		return read.Failure
	}
	return ""
}

// zeekLog returns which log a document with a connection belongs to.
func zeekLog(k *read.Keyed) string {
	for _, c := range [...]struct{ name, log string }{
		{"conn_state", "connection"}, {"history", "connection"}, {"trans_id", "dns"}, {"rcode_name", "dns"}, {"cipher_alg", "ssh"}, {"auth_attempts", "ssh"}, {"request_type", "kerberos"},
		{"fc_request", "dnp3"}, {"iin", "dnp3"},
		{"seen.indicator", "intel"}, {"curve", "ssl"}, {"established", "ssl"}, {"named_pipe", "dce_rpc"}, {"endpoint", "dce_rpc"}, {"domainname", "ntlm"}, {"server_nb_computer_name", "ntlm"}, {"times.modified", "smb"},
		{"share_type", "smb"}, {"native_file_system", "smb"}, {"community", "snmp"}, {"facility", "syslog"}, {"bound.host", "socks"}, {"request.host", "socks"}, {"tunnel_client", "radius"}, {"framed_addr", "radius"}, {"method", "http"},
		{"status_code", "http"}, {"mailfrom", "smtp"}, {"helo", "smtp"}, {"tunnel_type", "tunnel"}, {"cookie", "rdp"}, {"security_protocol", "rdp"}, {"client_major_version", "rfb"},
		{"func", "modbus"}, {"mysql", "mysql"}, {"cmd", "mysql"}, {"nick", "irc"}, {"call_id", "sip"}, {"passive", "ftp"}, {"notice", "weird"},
	} {
		if k.Has(c.name) {
			return c.log
		}
	}
	if k.Has("query") {
		return "dns"
	}
	if k.Has("client") && k.Has("server") && k.Has("version") {
		return "ssh"
	}
	if k.Has("name") && k.Has("peer") {
		return "weird"
	}
	if k.Has("mac") || k.Has("username") {
		return "radius"
	}
	return "connection"
}

func zeekDNS(k *read.Keyed) {
	ev := k.Event
	var flags []byte
	for _, f := range [...]string{"AA", "TC", "RD", "RA"} {
		if k.Get(f) == "true" {
			if len(flags) > 0 {
				flags = append(flags, event.Separator...)
			}
			flags = append(flags, f...)
		}
	}
	read.SetNamed(ev, "dns.header_flags", string(flags))
	if k.Has("answers") {
		read.SetNamed(ev, "dns.type", "answer")
		for a := range event.Values(k.Get("answers")) {
			if ip, _ := read.ParseIP(a); ip != "" {
				k.AddTo(read.DNSResolvedIP, ip)
			}
		}
	} else {
		read.SetNamed(ev, "dns.type", "query")
	}
}
