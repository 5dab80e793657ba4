package read

import (
	"strings"

	"porchlight/ingest/event"
)

// looseAlias says what a dotted name in an unknown product's document means:
// by its last part if that is clear by itself (clientIp), else with the part
// before it (actor.email, src.ip). It returns nil if neither is.
func looseAlias(name string) *Binding {
	dot := strings.LastIndexByte(name, '.')
	if dot < 0 {
		return jsonAlias(name)
	}
	last, before := name[dot+1:], name[:dot]
	parent := before[strings.LastIndexByte(before, '.')+1:]
	var buf, buf2 [32]byte
	n, p := plainKey(&buf, last), plainKey(&buf2, parent)
	if n == 0 {
		return nil
	}
	if p > 0 {
		if b := looseUnder[looseRole(string(buf2[:p]))][string(buf[:n])]; b != nil {
			return b
		}
	}
	// What is clear at the top level means something else below an unknown
	// part, except these.
	if looseAnywhere[string(buf[:n])] {
		return aliases[string(buf[:n])]
	}
	return nil
}

// looseRole says which side or thing a part of a name stands for.
func looseRole(part string) string {
	switch part {
	case "src", "source", "client", "remote", "attacker", "origin", "sourceendpoint", "local", "sourceinfo", "srcendpoint", "clientinfo", "orig":
		return "source"
	case "dst", "dest", "destination", "server", "victim", "dstendpoint", "destinationendpoint", "resp":
		return "destination"
	case "actor", "user", "initiator", "initiatedby", "principal", "caller", "subject", "account", "requester", "performedby", "createdby", "useridentity", "author", "actinguser", "identity", "userinfo", "auth":
		return "actor"
	case "target", "targetuser", "recipient", "targetaccount", "affecteduser":
		return "target"
	case "device", "host", "endpoint", "computer", "machine", "agent", "sensor", "system", "hostinfo", "deviceinfo", "machineinfo", "asset":
		return "host"
	case "process", "proc", "processinfo":
		return "process"
	case "parentprocess", "parent", "parentprocessinfo":
		return "parent"
	case "file", "fileinfo", "target_file", "artifact":
		return "file"
	case "rule", "policy", "signature", "detection", "alert", "threat", "ruleinfo":
		return "rule"
	case "http", "request", "httprequest", "req":
		return "request"
	case "response", "httpresponse", "res":
		return "response"
	case "dns", "question", "query":
		return "dns"
	case "geo", "geolocation", "location":
		return ""
	}
	return ""
}

var looseUnder = func() map[string]map[string]*Binding {
	m := map[string]map[string]*Binding{}
	for role, table := range map[string]string{
		"source": `
ip,ipaddress,ipaddr,address,ipv4,ipv6,addr  source.ip
port  source.port
mac,macaddress  source.mac
bytes  source.bytes
packets  source.packets
hostname,host,domain,fqdn  source.domain
useragent,agent,ua  user_agent.original
user,username  user.name
email  user.email
zone  observer.ingress.zone
interface  observer.ingress.interface.name
natip  source.nat.ip
natport  source.nat.port
`,
		"destination": `
ip,ipaddress,ipaddr,address,ipv4,ipv6,addr  destination.ip
port  destination.port
mac,macaddress  destination.mac
bytes  destination.bytes
packets  destination.packets
hostname,host,domain,fqdn  destination.domain
zone  observer.egress.zone
interface  observer.egress.interface.name
natip  destination.nat.ip
natport  destination.nat.port
`,
		"actor": `
name,username,login,loginname,principalname  user.name
userprincipalname,upn,alternateid,email,emailaddress,mail,useremail  user.email:email
id,userid,uid,sid,uuid,accountid,objectid  user.id
displayname,fullname  user.full_name
domain  user.domain
ip,ipaddress,clientip  source.ip
useragent  user_agent.original
`,
		"target": `
username,login  user.target.name
email,emailaddress  user.target.email
userid  user.target.id
ip,ipaddress  destination.ip
port  destination.port
hostname  destination.domain
`,
		"host": `
name,hostname,computername,devicename,fqdn,dnsname  host.name:host
ip,ipaddress,localip,ipaddresses  host.ip
id,deviceid,uuid,agentid,sensorid  host.id
mac,macaddress  host.mac
osname,os,platform  host.os.name:text
osversion  host.os.version:text
domain  host.domain
serialnumber  host.serial
`,
		"process": `
name,processname,filename  process.name
pid,id,processid  process.pid
path,executable,filepath,imagepath,image,exe  process.executable
commandline,cmdline,cmd,command  process.command_line
sha256  process.hash.sha256:lower
sha1  process.hash.sha1:lower
md5  process.hash.md5:lower
user,username  user.name
ppid,parentpid  process.parent.pid
`,
		"parent": `
name,processname  process.parent.name
pid,processid  process.parent.pid
path,executable,filepath  process.parent.executable
commandline,cmdline  process.parent.command_line
`,
		"file": `
name,filename  file.name
path,filepath  file.path
size,filesize  file.size
sha256,hash  file.hash.sha256:lower
sha1  file.hash.sha1:lower
md5  file.hash.md5:lower
type,filetype  file.type
`,
		"rule": `
name,title,signature,rulename  rule.name
id,ruleid,signatureid,uuid  rule.id
category  rule.category
severity  event.severity
`,
		"request": `
method  http.request.method
url,uri,path,requesturi  url.original
useragent  user_agent.original
referer,referrer  http.request.referrer
ip,clientip,remoteip,remoteaddr,ipaddress,sourceip  source.ip
id,requestid  http.request.id
host  url.domain
`,
		"response": `
status,statuscode,code  http.response.status_code
`,
		"dns": `
name,query,question,rrname,queryname  dns.question.name
type,rrtype,querytype,qtype  dns.question.type
rcode,responsecode  dns.response_code:dnscode
`,
	} {
		m[role] = NewBindings(table)
	}
	return m
}()

// looseAnywhere are names that mean the same wherever they occur.
var looseAnywhere = func() map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq("sourceip sourceipaddress srcip clientip clientipaddress remoteip remoteaddr remoteaddress calleripaddress callerip destinationip destinationipaddress dstip destip serverip " +
		"sourceport srcport destinationport dstport destport useragent username useremail emailaddress sha256 sha1 md5 commandline cmdline httpmethod requestmethod statuscode srcmac dstmac") {
		m[w] = true
	}
	return m
}()

// maxLoose bounds the names that are examined for a meaning.
const maxLoose = 256

// BindLoose sets the ECS meaning of names in an unknown product's document,
// which has been flattened into extras.
func (k *Keyed) BindLoose() {
	ev := k.Event
	for _, f := range [...]event.Field{event.SourceIP, event.DestinationIP, event.HostIP} {
		checkIPs(ev, f)
	}
	// Binding may add extras: first collect what to bind.
	var found [48]struct {
		b     *Binding
		value string
	}
	n := 0
	for i, p := range ev.Extras() {
		if i == maxLoose || n == len(found) {
			break
		}
		if p.Value == "" || strings.Contains(p.Value, event.Separator) || p.Value[0] == '{' || len(p.Value) > 4096 {
			continue
		}
		if b := looseAlias(p.Name); b != nil {
			found[n].b, found[n].value = b, p.Value
			n++
		}
	}
	for _, f := range found[:n] {
		if !k.Bound(f.b) {
			k.Bind(f.b, f.value)
		}
	}
	if !ev.Has(event.EventCategory) {
		action, outcome := ev.Get(event.EventAction), ev.Get(event.EventOutcome)
		if action == "" {
			action = k.Action
		}
		if outcome == "" {
			outcome = k.Outcome
		}
		ConcludeAction(ev, action, outcome)
	}
}

// Bound reports whether the field of a binding already has a value: the first
// of several names wins.
func (k *Keyed) Bound(b *Binding) bool {
	if b.field != event.None {
		return k.Event.Has(b.field)
	}
	return b.name != "" && k.Has(b.name)
}

// concludeLoose says what happened in an unknown product's document if its
// names did not: a message inside is read as its program's, or for its words;
// else the action's name decides.
func (k *Keyed) concludeLoose(m *Message) {
	ev := k.Event
	if !ev.Has(event.SourceIP) && !ev.Has(event.DestinationIP) {
		for _, name := range [...]string{"ip", "ipAddress", "ip_address", "remote_ip", "remoteIp", "remote_addr", "remoteAddress", "clientAddress", "userIp"} {
			if ip, _ := ParseIP(k.Get(name)); ip != "" {
				SetSource(ev, ip)
				break
			}
		}
	}
	if ev.Has(event.EventCategory) {
		return
	}
	if status := k.First("status", "status_code", "statusCode", "response_code", "response.status", "res.statusCode"); ev.Has(event.HTTPRequestMethod) && len(status) == 3 && IsNumber(status) {
		ev.Set(event.HTTPResponseStatusCode, status)
		k.WebAccess()
		return
	}
	text := k.looseText(m)
	if text != "" && m.Inside != nil {
		program := k.First("program", "appname", "app_name", "ident", "syslog_identifier", "SYSLOG_IDENTIFIER", "programname", "PROGRAM", "syslog.appname")
		if m.Inside(program, text, m, ev) {
			return
		}
	}
	outcome := k.looseOutcome()
	if what, sure := KindOfAction(ev.Get(event.EventAction), outcome); sure { // it writes ECS itself
		what.Set(ev)
		return
	}
	for _, name := range [...]string{"event_type", "eventType", "event_name", "eventName", "event", "action", "operation", "activity", "activityType", "activity_type", "event.name", "event.type", "type", "name"} {
		action := k.Get(name)
		if action == "" || len(action) > 80 || strings.Contains(action, event.Separator) {
			continue
		}
		if what, sure := KindOfAction(action, outcome); sure {
			what.Set(ev)
			return
		}
	}
	if text != "" {
		k.Prose(text)
		ProseLogin(ev, text)
	}
}

// looseText returns the sentence in a document, "" if there is none.
func (k *Keyed) looseText(m *Message) string {
	for _, name := range [...]string{"message", "msg", "MESSAGE", "log", "text", "short_message", "description"} {
		v := k.Get(name)
		if name == "message" && v == m.Text {
			v = ""
		}
		if v != "" && v[0] != '{' && len(v) < len(m.Text) && strings.IndexByte(v, ' ') > 0 {
			return strings.TrimRight(v, "\r\n")
		}
	}
	return ""
}

// looseOutcome returns how it ended, in the document's words.
func (k *Keyed) looseOutcome() string {
	if o := k.Event.Get(event.EventOutcome); o != "" {
		return o
	}
	for _, name := range [...]string{"outcome", "result", "status", "success", "succeeded", "outcome.result", "result.status"} {
		switch v := k.Get(name); v {
		case "true":
			return Success
		case "false":
			return Failure
		default:
			if o := OutcomeOf(v); o != "" {
				return o
			}
			switch VerdictOf(v) {
			case Denied:
				return Failure
			case Allowed:
				return Success
			}
		}
	}
	return ""
}
