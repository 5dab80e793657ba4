package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// fortinet reads the key=value logs of FortiGate, FortiMail, FortiWeb,
// FortiManager and their kin (FortiOS Log Message Reference):
//
//	date=2026-03-01 time=10:00:00 devname="fw1" devid="FG100" logid="0000000013" type="traffic" subtype="forward" eventtime=1772359200000000000 tz="+0100" srcip=10.1.1.5 ...
//	date=2026-03-01,time=10:00:00.825,device_id=FE100,log_id=0300003065,type=spam,...
//
// The date and time are the device's own, as its pages show them, with a zone
// since FortiOS 6.2. Without one eventtime, which is UTC in seconds or
// nanoseconds, is the event's time.
var fortinet = parser{
	name:  "fortinet",
	first: "^{",
	recognize: func(msg string) bool {
		head := msg[:min(len(msg), 256)]
		return strings.Contains(head, "date=") && strings.Contains(head, "time=") && (strings.Contains(head, "logid=") || strings.Contains(head, "log_id=")) &&
			strings.Contains(head, "type=")
	},
	parse: parseFortinet,
}

func parseFortinet(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc, prefix: "fortinet."}
	text := m.text
	k.addPairs(text, fortinetKeys)
	if !k.has("logid") && !k.has("log_id") {
		return false
	}
	fortinetAddresses(&k)
	if k.zone != "" && k.date != "" && k.hour != "" {
		k.preferDate()
	}
	k.finish()
	product, kind, dataset := "Fortigate", "firewall", "fortinet.fortigate"
	device := k.first("devid", "device_id")
	switch {
	case strings.HasPrefix(device, "FE"):
		product, kind, dataset = "FortiMail", "mail-gateway", "fortinet.fortimail"
		fortiMail(&k)
	case strings.HasPrefix(device, "FV"):
		product, kind, dataset = "FortiWeb", "waf", "fortinet.fortiweb"
	case strings.HasPrefix(device, "FMG"), strings.HasPrefix(device, "FAZ"):
		product, kind, dataset = "FortiManager", "management", "fortinet.fortimanager"
	}
	observe(ev, "Fortinet", product, kind)
	from(ev, "fortinet", dataset)
	fortinetKind(&k)
	if service := k.get("service"); service != "" && isWord(service) {
		ev.Set(event.NetworkProtocol, lower(service))
	}
	return true
}

// fortinetAddresses sets what depends on the kind of log: VPN events name the
// local and the remote end, login events the place in ui="https(192.0.2.1)".
func fortinetAddresses(k *keyed) {
	ev := k.ev
	if local, remote := k.get("locip"), k.get("remip"); remote != "" {
		if local != "" && !ev.Has(event.SourceIP) {
			setSource(ev, local)
			setDestination(ev, remote)
		} else if !ev.Has(event.SourceIP) {
			setSource(ev, remote)
		}
	}
	if _, from, ok := strings.Cut(k.get("ui"), "("); ok && !ev.Has(event.SourceIP) {
		setSource(ev, strings.TrimSuffix(from, ")"))
	}
	if url := k.get("url"); url != "" {
		setURL(ev, url)
		if host := k.get("hostname"); host != "" && !strings.Contains(url, "://") {
			ev.Set(event.URLDomain, host)
		}
	}
	if k.get("vd") != "" && k.has("user") && k.get("profile") != "" && k.get("type") == "event" {
		setNamed(ev, "user.roles", k.get("profile"))
	}
}

// fortinetKind classifies by type, subtype and action.
func fortinetKind(k *keyed) {
	ev := k.ev
	typ, subtype, action := k.get("type"), k.get("subtype"), lower(k.action)
	status := lower(k.outcome)
	login := action == "login" || strings.HasPrefix(action, "auth") || subtype == "user" && strings.Contains(action, "auth")
	switch {
	case typ == "traffic":
		switch action {
		case "deny", "blocked", "block", "ip-conn", "dropped":
			classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
		case "close", "timeout", "client-rst", "server-rst":
			classify(ev, catNetwork, connEnd, actionConnectionClosed, "")
		default:
			classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
		}
	case typ == "utm" || typ == "attack" || typ == "virus":
		denied := verdictOf(action) == 'D' || strings.HasPrefix(action, "block") || action == "dropped" || action == "reset" || action == "clear_session"
		category := catNetwork
		switch subtype {
		case "virus", "ips", "anomaly", "waf":
			ev.Set(event.EventKind, "alert")
			category = "intrusion_detection" + event.Separator + catNetwork
			if subtype == "virus" {
				category = "malware" + event.Separator + catNetwork
			}
			if denied {
				classify(ev, category, typeDenied, "threat-blocked", failure)
			} else {
				classify(ev, category, typeAllowed, "threat-detected", "")
			}
			return
		case "webfilter":
			category = "web" + event.Separator + catNetwork
		}
		if denied {
			classify(ev, category, connDenied, actionConnectionDenied, failure)
		} else {
			classify(ev, category, connAllowed, actionConnectionAllowed, success)
		}
	case login && (status == "failed" || status == "failure" || strings.Contains(lower(k.get("logdesc")), "fail")):
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case login && (status == "success" || strings.Contains(lower(k.get("logdesc")), "success")):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case action == "logout":
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case action == "ssl-login-fail":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case strings.HasPrefix(action, "tunnel-up"):
		classify(ev, catNetwork, connAllowed, actionSessionOpened, success)
	case strings.HasPrefix(action, "tunnel-down"):
		classify(ev, catNetwork, connEnd, actionSessionClosed, "")
	case k.has("cfgpath") || k.has("cfgobj") || action == "edit" || action == "add" || action == "delete":
		classify(ev, catConfiguration, typeChange, actionConfigChanged, success)
	case typ == "event" && subtype == "system":
		classify(ev, catHost, typeInfo, action, outcomeOf(status))
	case !ev.Has(event.EventCategory):
		classify(ev, catHost, typeInfo, action, outcomeOf(status))
	}
}

// fortiMail sets what is particular to mail.
func fortiMail(k *keyed) {
	ev := k.ev
	classify(ev, "email", typeInfo, lower(k.get("disposition")), "")
	setNamed(ev, "email.direction", k.get("direction"))
	setNamed(ev, "email.x_mailer", k.get("mailer"))
	setNamed(ev, "server.domain", k.get("domain"))
	if name := k.get("client_name"); name != "" {
		setNamed(ev, "source.user.name", name)
		ev.Set(event.SourceUserName, name)
	}
	ev.Delete(event.NetworkDirection)
}

var fortinetKeys = bindings(`
devname  observer.name
devid,device_id  observer.serial_number
logid,log_id  event.code
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
