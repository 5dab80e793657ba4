package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Fortinet reads the key=value logs of FortiGate, FortiMail, FortiWeb,
// FortiManager and their kin (FortiOS Log Message Reference):
//
//	date=2026-03-01 time=10:00:00 devname="fw1" devid="FG100" logid="0000000013" type="traffic" subtype="forward" eventtime=1772359200000000000 tz="+0100" srcip=10.1.1.5 ...
//	date=2026-03-01,time=10:00:00.825,device_id=FE100,log_id=0300003065,type=spam,...
//
// The date and time are the device's local ones, with a zone since FortiOS
// 6.2. Without a zone the event's time is eventtime, which is UTC in seconds
// or nanoseconds.
var Fortinet = read.Parser{
	Name:  "fortinet",
	First: "^{",
	Recognize: func(msg string) bool {
		head := msg[:min(len(msg), 256)]
		return strings.Contains(head, "date=") && strings.Contains(head, "time=") && (strings.Contains(head, "logid=") || strings.Contains(head, "log_id=")) &&
			strings.Contains(head, "type=")
	},
	Parse: parseFortinet,
}

func parseFortinet(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "fortinet."}
	text := m.Text
	k.AddPairs(text, fortinetKeys)
	if !k.Has("logid") && !k.Has("log_id") {
		return false
	}
	fortinetAddresses(&k)
	if k.Zone != "" && k.Date != "" && k.Hour != "" {
		k.PreferDate()
	}
	k.Finish()
	product, kind, dataset := "Fortigate", "firewall", "fortinet.fortigate"
	device := k.First("devid", "device_id")
	switch {
	case strings.HasPrefix(device, "FE"):
		product, kind, dataset = "FortiMail", "email-gateway", "fortinet.fortimail"
		fortiMail(&k)
	case strings.HasPrefix(device, "FV"):
		product, kind, dataset = "FortiWeb", "waf", "fortinet.fortiweb"
		fortiWeb(&k)
	case strings.HasPrefix(device, "FMG"), strings.HasPrefix(device, "FAZ"):
		product, kind, dataset = "FortiManager", "management", "fortinet.fortimanager"
	}
	read.Observe(ev, "Fortinet", product, kind)
	read.From(ev, "fortinet", dataset)
	fortinetKind(&k)
	if service := k.Get("service"); service != "" && read.IsWord(service) && !ev.Has(event.NetworkProtocol) {
		ev.Set(event.NetworkProtocol, read.Lower(service))
	}
	return true
}

// fortinetAddresses sets what depends on the kind of log: VPN events name the
// local and the remote end, login events the origin in ui="https(192.0.2.1)", or
// userfrom="GUI(192.0.2.1)" on a FortiManager.
func fortinetAddresses(k *read.Keyed) {
	ev := k.Event
	if local, remote := k.Get("locip"), k.Get("remip"); remote != "" {
		if local != "" && !ev.Has(event.SourceIP) {
			read.SetSource(ev, local)
			read.SetDestination(ev, remote)
		} else if !ev.Has(event.SourceIP) {
			read.SetSource(ev, remote)
		}
	}
	if _, from, ok := strings.Cut(k.First("ui", "userfrom"), "("); ok && !ev.Has(event.SourceIP) {
		read.SetSource(ev, strings.TrimSuffix(from, ")"))
	}
	if url := k.Get("url"); url != "" {
		read.SetURL(ev, url)
		if host := k.Get("hostname"); host != "" && !strings.Contains(url, "://") {
			ev.Set(event.URLDomain, host)
		}
	}
	if k.Get("vd") != "" && k.Has("user") && k.Get("profile") != "" && k.Get("type") == "event" {
		read.SetNamed(ev, "user.roles", k.Get("profile"))
	}
}

// fortinetKind classifies by type, subtype and action.
func fortinetKind(k *read.Keyed) {
	ev := k.Event
	typ, subtype, action := k.Get("type"), k.Get("subtype"), read.Lower(k.Action)
	status := read.Lower(k.Outcome)
	login := action == "login" || strings.HasPrefix(action, "auth") || subtype == "user" && strings.Contains(action, "auth")
	switch {
	case typ == "traffic":
		switch action {
		case "deny", "blocked", "block", "ip-conn", "dropped":
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
		case "close", "timeout", "client-rst", "server-rst":
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
		default:
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
		}
	case typ == "utm" || typ == "attack" || typ == "virus":
		fortinetThreat(k, subtype, action)
	case login && (status == "failed" || status == "failure" || strings.Contains(read.Lower(k.Get("logdesc")), "fail")):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case login && (status == "success" || strings.Contains(read.Lower(k.Get("logdesc")), "success")):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case action == "logout":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case action == "ssl-login-fail":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.HasPrefix(action, "tunnel-up"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionSessionOpened, read.Success)
	case strings.HasPrefix(action, "tunnel-down"):
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionSessionClosed, "")
	case k.Has("cfgpath") || k.Has("cfgobj") || action == "edit" || action == "add" || action == "delete":
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.Success)
	case typ == "event" && action == "" && read.ProseLogin(ev, k.Get("msg")): // FortiManager
	case typ == "event" && subtype == "system":
		read.Classify(ev, read.CategoryHost, read.TypeInfo, action, read.OutcomeOf(status))
	case !ev.Has(event.EventCategory):
		read.Classify(ev, read.CategoryHost, read.TypeInfo, action, read.OutcomeOf(status))
	}
}

// fortinetThreat classifies what a security profile found.
func fortinetThreat(k *read.Keyed, subtype, action string) {
	ev := k.Event
	if k.Get("type") == "attack" && strings.HasPrefix(subtype, "waf_") { // FortiWeb
		ev.Set(event.EventKind, "alert")
		switch action {
		case "alert_deny", "deny_no_log", "period_block", "redirect", "send_http_response":
			action = "denied"
		}
		k.Attack(action)
		return
	}
	denied := read.VerdictOf(action) == read.Denied || strings.HasPrefix(action, "block") || action == "dropped" || action == "reset" || action == "clear_session"
	category := read.CategoryNetwork
	switch subtype {
	case "virus", "ips", "anomaly", "waf":
		ev.Set(event.EventKind, "alert")
		category = "intrusion_detection" + event.Separator + read.CategoryNetwork
		if subtype == "virus" {
			category = "malware" + event.Separator + read.CategoryNetwork
		}
		if denied {
			read.Classify(ev, category, read.TypeDenied, "threat-blocked", read.Failure)
		} else {
			read.Classify(ev, category, read.TypeAllowed, "threat-detected", "")
		}
		return
	case "webfilter":
		category = "web" + event.Separator + read.CategoryNetwork
	}
	if denied {
		read.Classify(ev, category, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	} else {
		read.Classify(ev, category, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	}
}

// fortiWeb sets what is particular to web requests, in which "none" stands for
// nothing.
func fortiWeb(k *read.Keyed) {
	ev := k.Event
	if url := k.Get("http_url"); url != "" {
		read.SetURL(ev, url)
	}
	if host := k.Get("http_host"); host != "none" {
		ev.Set(event.URLDomain, host)
		read.SetNamed(ev, "destination.domain", host)
	}
	if method := k.Get("http_method"); method != "none" {
		ev.Set(event.HTTPRequestMethod, strings.ToUpper(method))
	}
	protocol, tls, _ := strings.Cut(k.Get("service"), "/") // https/tls1.2
	ev.Set(event.NetworkProtocol, protocol)
	if tls != "" {
		read.SetTLSVersion(ev, tls)
	}
}

// fortiMail sets what is particular to mail.
func fortiMail(k *read.Keyed) {
	ev := k.Event
	read.Classify(ev, "email", read.TypeInfo, read.Lower(k.Get("disposition")), "")
	read.SetNamed(ev, "email.direction", k.Get("direction"))
	read.SetNamed(ev, "email.x_mailer", k.Get("mailer"))
	read.SetNamed(ev, "server.domain", k.Get("domain"))
	if name := k.Get("client_name"); name != "" {
		read.SetNamed(ev, "source.user.name", name)
		ev.Set(event.SourceUserName, name)
	}
	ev.Delete(event.NetworkDirection)
	ev.Delete(event.UserDomain)
}

var fortinetKeys = read.NewBindings(`
devname  observer.name
devid,device_id  observer.serial_number
logid,log_id  event.code
msg_id  event.id
http_host,http_method  @none
http_url  @none
http_agent  user_agent.original
eventtime  @time2 event.start
level,pri  log.level:lower
vd  fortinet.vdom
srcip,client_ip  source.ip
locip,remip  @none
srcport,locport  source.port
dstip,dst_ip  destination.ip
dstport,remport  destination.port
srcmac  source.mac
dstmac  destination.mac
srcname  source.domain
srcintf  observer.ingress.interface.name
dstintf,out_intf  observer.egress.interface.name
srcuuid,dstuuid  @none
poluuid  rule.uuid
policyid,polid  rule.id
policyname  rule.name
proto  network.transport
service  @none
direction,dir  network.direction
transip  source.nat.ip
transport  source.nat.port
tranip  destination.nat.ip
tranport  destination.nat.port
app  network.application:text
appid,appcat  @none
message_id  email.message_id
duration  event.duration
sentbyte  source.bytes
rcvdbyte  destination.bytes
sentpkt  source.packets
rcvdpkt  destination.packets
user,unauthuser,xauthuser  user.name source.user.name
group,xauthgroup  source.user.group.name group.name
action  @action
status  @outcome
hostname  url.domain destination.domain
url  @none
agent  user_agent.original
httpmethod  http.request.method
referralurl  http.request.referrer
qname  dns.question.name
qtype  dns.question.type
qclass  dns.question.class
xid  dns.id
ipaddr  dns.resolved_ip:iplist
filename,file  file.name
filesize  file.size
filetype  file.extension
filehash,analyticscksum  file.hash.sha256
attack,attackname,virus  rule.name:text threat.name
attackid,virusid,sigid  fortinet.threat_id
dtype,vulncat  vulnerability.category
severity,crlevel  fortinet.severity
msg  message:none
reason,logdesc  event.reason
eventtype,eventid,event_type  @none
profile  rule.ruleset
tlsver  tls.version:tlsversion
sslversion  tls.version:tlsversion
scertcname  tls.server.x509.subject.common_name
scertissuer  tls.server.issuer tls.server.x509.issuer.common_name
certhash  tls.server.hash.sha1
sender,from  email.from.address
recipient,to  email.to.address:list
subject  email.subject
ui  @none
tunnelip  fortinet.tunnel_ip
policytype,subtype,type  @none
tz  @zone
`)
