package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// SophosXG reads the logs of Sophos Firewall (SFOS, XG and XGS series), in the
// old and in the central reporting format (SFOS syslog guide):
//
//	device="SFW" date=2026-03-01 time=10:00:00 timezone="CET" device_name="XG125" log_id=010101600001 log_type="Firewall" ...
//	device_name="SFW" timestamp="2026-03-01T10:00:00+0100" device_model="XGS87" log_id="010101600001" ...
var SophosXG = read.Parser{
	Name:  "sophos_xg",
	First: "d",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "device") && strings.Contains(msg, " log_component=") && strings.Contains(msg, " log_id=")
	},
	Parse: parseSophosXG,
}

func parseSophosXG(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "sophos."}
	k.AddPairs(m.Text, sophosXGKeys)
	// The time zone is often an ambiguous abbreviation. A known one makes date
	// and time exact; some events also have a "timestamp" of what they are
	// about.
	if read.Zone(k.Zone) == nil {
		k.Zone = ""
	} else if k.Date != "" && k.Hour != "" {
		k.PreferDate()
	}
	k.Finish()
	read.Observe(ev, "Sophos", "XG", "firewall")
	read.From(ev, "sophos", "sophos.xg")
	get := func(name string) string { v, _ := ev.LookupName(name); return v }
	id := get("log_id")
	if len(id) > 5 {
		ev.Set(event.EventCode, id[len(id)-5:])
	}
	component, subtype := get("log_component"), get("log_subtype")
	if protocol := sophosMail[read.Lower(component)]; protocol != "" {
		ev.Set(event.NetworkProtocol, protocol)
	}
	if url := ev.Get(event.URLOriginal); get("log_type") == "Content Filtering" && component == "HTTP" {
		scheme, _, _ := strings.Cut(url, "://")
		if scheme == "http" || scheme == "https" {
			ev.Set(event.NetworkProtocol, scheme)
		}
	}
	switch verdict := read.VerdictOf(subtype); {
	case get("log_type") == "Event" && subtype == "Authentication":
		sophosAuth(ev, read.OutcomeOf(k.Outcome))
	case get("log_type") == "Event" && subtype == "Admin":
		if strings.Contains(get("message"), "logged in") || strings.Contains(get("message"), "login") || component == "CLI" {
			sophosAuth(ev, read.OutcomeOf(k.Outcome))
		} else {
			read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.OutcomeOf(k.Outcome))
		}
	case get("log_type") == "IDP" || get("log_type") == "ATP":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeDenied, "threat-blocked", read.Failure)
		if verdict != read.Denied {
			read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeAllowed, "threat-detected", read.Success)
		}
	case subtype == "Virus":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "malware"+event.Separator+read.CategoryNetwork, read.TypeDenied, "malware-detected", read.Failure)
	case ev.Has(event.SourceIP) && verdict == read.Denied:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case ev.Has(event.SourceIP) && verdict == read.Allowed:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	case !ev.Has(event.EventCategory):
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", read.OutcomeOf(k.Outcome))
	}
	return true
}

var sophosMail = map[string]string{
	"smtp": "smtp", "smtps": "smtps", "pop3": "pop3", "pop": "pop3", "pops": "pop3s", "pop3s": "pop3s", "imap": "imap", "imap4": "imap", "imaps": "imaps", "ftp": "ftp",
}

func sophosAuth(ev *event.Event, outcome string) {
	if outcome == read.Failure {
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	} else {
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, outcome)
	}
}

var sophosXGKeys = read.NewBindings(`
timezone  @zone
device  @none
device_name  @none
device_id,device_serial_id  observer.serial_number
log_id  @none
log_type,log_component,log_subtype  @none
status  @outcome
priority,severity  event.severity:level
duration  event.duration
responsetime  event.duration:us
fw_rule_id  rule.id
fw_rule_name  rule.name
user_name,name,user  user.name source.user.name
usergroupname,user_gp  group.name source.user.group.name
src_ip,sourceip,source  source.ip
dst_ip,destinationip,destination  destination.ip
in_interface  observer.ingress.interface.name
out_interface  observer.egress.interface.name
src_zone,srczone  observer.ingress.zone
dst_zone,dstzone  observer.egress.zone
tran_src_ip,src_trans_ip  source.nat.ip
tran_dst_ip,dst_trans_ip  destination.nat.ip
tran_src_port,src_trans_port  source.nat.port
tran_dst_port,dst_trans_port  destination.nat.port
sent_bytes,bytes_sent,bytesrcv  source.bytes
recv_bytes,bytes_received,bytessent  destination.bytes
sent_pkts,packets_sent  source.packets
recv_pkts,packets_received  destination.packets
icmp_type  icmp.type:number
icmp_code  icmp.code:number
application,app_name,application_name  network.application
from_email_address,sender  email.from.address source.user.email
to_email_address,recipient  email.to.address destination.user.email
email_subject,subject  email.subject
mailid  email.message_id
src_domainname  source.domain
dst_domainname,domain,dstdomain,server  destination.domain
host  @none
domainname,website  url.domain destination.domain
FTP_url,file_path  file.path
filename,file_name,download_file_name  file.name
file_size,filesize,mailsize  file.size
filetype,contenttype,content_type,download_file_type  file.mime_type
sha1sum  file.hash.sha1
virus,threatname  threat.name rule.name
signature_id  rule.id
signature_msg  rule.name
classification  rule.category
httpresponsecode,http_status,status_code,httpstatus  http.response.status_code
http_user_agent,user_agent,useragent  user_agent.original
method  http.request.method
ws_protocol  http.version
localip  destination.ip
remote_ip  source.ip
client_physical_address  source.mac
client_host_name  source.domain
ipaddress  client.ip
http_category,category  rule.category
eventtype,eventid  @none
reason,quarantine_reason  event.reason
message  event.reason
ap  observer.name
action  @none
`)

// SophosUTM reads the logs of Sophos UTM (Astaro), key="value" after a header
// with its own time format:
//
//	id="2001" severity="info" sys="SecureNet" sub="packetfilter" name="Packet dropped" action="drop" fwrule="60001" initf="eth6" srcip="203.0.113.2" ...
var SophosUTM = read.Parser{
	Name:  "sophos_utm",
	First: "i",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, `id="`) && strings.Contains(msg[:min(len(msg), 80)], ` sys="`)
	},
	Parse: parseSophosUTM,
}

func parseSophosUTM(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "sophos."}
	k.AddPairs(m.Text, sophosUTMKeys)
	read.Observe(ev, "Sophos", "UTM", "firewall")
	read.From(ev, "sophos", "sophos.utm")
	name := read.Lower(k.Get("name"))
	switch sub := k.Get("sub"); {
	case sub == "packetfilter":
		if read.VerdictOf(k.Action) == read.Denied || strings.Contains(name, "dropped") {
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
		} else {
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
		}
	case sub == "http":
		ev.Set(event.NetworkProtocol, "http")
		k.WebAccess()
		if k.Action != "" {
			k.WebVerdict(k.Action)
		}
	case sub == "ips":
		ev.Set(event.EventKind, "alert")
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeInfo, "threat-detected", "")
	case sub == "auth" || k.Get("sys") == "System" && strings.Contains(name, "auth"):
		outcome := read.Success
		if strings.Contains(name, "fail") {
			outcome = read.Failure
		}
		sophosAuth(ev, outcome)
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	}
	return true
}

var sophosUTMKeys = read.NewBindings(`
id,sys,sub,line,function,cached,error  @none
severity  event.severity:level
name  event.reason
action  @action
fwrule  rule.id
initf  observer.ingress.interface.name
outitf  observer.egress.interface.name
srcip  source.ip
dstip  destination.ip
srcport  source.port
dstport  destination.port
srcmac  source.mac
dstmac  destination.mac
proto  network.transport
length  network.bytes
app,application  network.application:text
app-id  @none
user  user.name
group  group.name
url  url.original
method  http.request.method
statuscode  http.response.status_code
referer  http.request.referrer
ua  user_agent.original
request  http.request.id
size  http.request.bytes
file,filename  file.name
device  device.id
categoryname  rule.category
virus  threat.name
ad_domain  user.domain
`)
