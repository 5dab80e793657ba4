package read

import (
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Keyed is an event while a parser fills it. It turns the pairs of a format
// with explicit keys (key=value, CEF, LEEF) into fields: every pair under the
// sender's own key, and also in ECS as the key's binding says. A key that
// happens to be the name of an ECS field gets the format's prefix: what a
// sender calls "event.original" or "tags" must not pass for ours.
type Keyed struct {
	Event    *event.Event   // being filled
	Location *time.Location // zone for times without one
	Prefix   string         // "kv.", "cef.", "leef."

	Action, Outcome  string // the sender's words, interpreted in Finish
	Date, Hour, Zone string // a time in several keys
	timeRank         uint8  // of the key that set ev.Time
	userIP           string // after a user's @
	hosts            bool   // the message's host name takes precedence over the header's
	fields, dropped  int
}

// Add stores one pair. b is nil for a key without ECS meaning.
func (k *Keyed) Add(key, value string, b *Binding) {
	if k.fields >= event.MaxFields {
		k.dropped++
		return
	}
	k.fields++
	if isFieldName(key) {
		k.Event.SetExtra(FieldName(k.Prefix, key, NameAsIs), value)
	} else {
		k.Event.SetExtra(key, value)
	}
	if b != nil && value != "" {
		k.Bind(b, value)
	}
}

// isFieldName reports whether package event has a slot or computed field of
// that name.
func isFieldName(key string) bool { return resolve(key).Field != event.None }

// resolve is event.Resolve. Nearly all field names have a dot, most senders'
// keys have none.
func resolve(key string) event.Ref {
	if strings.IndexByte(key, '.') < 0 && key != "message" && key != "tags" && key != "_id" && key != "@timestamp" {
		return event.Ref{Name: key}
	}
	return event.Resolve(key)
}

// Finish decides what depends on all pairs together.
func (k *Keyed) Finish() {
	ev := k.Event
	if k.timeRank == 0 && k.Date != "" && k.Hour != "" && len(k.Date)+len(k.Hour)+len(k.Zone) < 46 {
		if ns, ok := parseISOParts(k.Date, k.Hour, k.Zone, k.Location); ok {
			ev.Time = ns
		} else {
			SetTime(ev, k.Date+" "+k.Hour+k.Zone, k.Location)
		}
	}
	ConcludeAction(ev, k.Action, k.Outcome)
	if k.dropped > 0 {
		ev.Add(event.Tags, event.TagFieldsDropped)
		ev.SetExtra(event.FieldsDropped, strconv.Itoa(k.dropped))
	}
}

// SetDirection stores network.direction, given one of the usual words for it.
func SetDirection(ev *event.Event, s string) {
	for _, w := range [...]string{"in", "inbound", "incoming", "ingress", "received", "0"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, "inbound")
			return
		}
	}
	for _, w := range [...]string{"out", "outbound", "outgoing", "egress", "sent", "1"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, "outbound")
			return
		}
	}
	for _, w := range [...]string{"internal", "external"} {
		if strings.EqualFold(w, s) {
			ev.Set(event.NetworkDirection, w)
		}
	}
}

// level of a time key: "time" alone may be only the time of day.
const (
	rankLoose uint8 = iota
	rankStamp
	rankExact
)

// Alias returns the binding of a key that many products use, whatever its case
// and word separators; nil for others.
func Alias(key string) *Binding {
	var buf [32]byte
	n := plainKey(&buf, key)
	if n == 0 {
		return nil
	}
	return aliases[string(buf[:n])]
}

// plainKey writes the letters and digits of a key in lower case and returns
// how many there are; 0 if there are too many.
func plainKey(buf *[32]byte, key string) int {
	n := 0
	for i := range len(key) {
		c := key[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c |= 0x20
		case c == '_' || c == '-' || c == ' ':
			continue
		case c >= 0x80:
			return 0
		}
		if n == len(buf) {
			return 0
		}
		buf[n] = c
		n++
	}
	return n
}

// aliases are keys whose meaning is obvious even in unknown products, as
// plainKey writes them.
var aliases = func() map[string]*Binding {
	m := map[string]*Binding{}
	for key, b := range NewBindings(aliasTable) {
		var buf [32]byte
		m[string(buf[:plainKey(&buf, key)])] = b
	}
	return m
}()

const aliasTable = `
src,srcip,src_ip,src-ip,source_ip,sourceip,saddr,srcaddr,src_addr,source_address,sourceaddress,client_ip,clientip,client_address,remote_ip,remoteip,remip,remote_addr,remote_address,remoteaddress,remoteipaddress,src_host,srchost,c-ip,sip,s_ip,callerip,calleripaddress,requestip,requesterip,originip,sourceipaddress,source_ip_address,src_ipaddr,srcipaddr,attacker_ip,attackerip,initiatorip,userip,user_ip,ipaddress,ip_address,ip_addr,actor_ip,source-address,source.address  source.ip
dst,dstip,dst_ip,dst-ip,dest_ip,destip,destination_ip,destinationip,daddr,dstaddr,dst_addr,destination_address,destinationaddress,dst_host,dsthost,server_ip,serverip,dip,d_ip,destinationipaddress,dest_ip_address,dst_ipaddr,victim_ip,victimip,destination-address,target_ip,destination.address  destination.ip
spt,sport,srcport,src_port,src-port,source_port,sourceport,s_port,client_port,clientport,source-port,remote_port,remoteport  source.port
dpt,dport,dstport,dst_port,dst-port,dest_port,destport,destination_port,destinationport,d_port,server_port,serverport,s-port,destination-port,service_port  destination.port
srcmac,src_mac,smac,source_mac,mac,mac_address,macaddress,client_mac,clientmac,src-mac  source.mac
dstmac,dst_mac,dmac,dest_mac,destination_mac,dst-mac  destination.mac
sentbyte,sent_bytes,bytes_sent,sentbytes,bytes_out,bytesout,sent,src_bytes,orig_bytes,bytes-from-client  source.bytes
rcvdbyte,recv_bytes,bytes_received,rcvdbytes,bytes_in,bytesin,received_bytes,rcvd,dst_bytes,resp_bytes,bytes-from-server  destination.bytes
sentpkt,packets_sent,sent_packets,packets-from-client  source.packets
rcvdpkt,packets_received,recv_packets,received_packets,packets-from-server  destination.packets
proto,protocol,transport,ip_proto,ipproto,protocol_id,ip_protocol,transport_protocol,ipprotocol,protocol-id  network.transport
app,application,appname,app_name,app_id,application_name,appid  network.application
direction,dir  network.direction
user,username,user_name,usrname,usr,srcuser,src_user,suser,login,account,account_name,accountname,uname,logname,userid,user_id,loginname,login_name,login_user,actor_name,actor,initiator,principal,caller,admin,admin_name,adminname,cs-username  user.name
useremail,user_email,actor_email,email,emailaddress,email_address,mail,upn,userprincipalname,user_principal_name  user.email:email
domain,domainname,user_domain,userdomain  user.domain
target_user,targetuser,dstuser,dst_user,duser,target_username,targetusername  user.target.name
group,groupname,group_name,usergroup,user_group  group.name
action,act,disposition,verdict,event_action,eventaction,eventtype,event_type  @action
outcome,status,result,event_outcome  @outcome
reason,failure_reason,failurereason,error_message,errormessage  event.reason
level,loglevel,log_level  log.level
eventid,event_id,event-id,logid,log_id,msgid,msg_id,message_id  event.code
rule,rulename,rule_name,policyname,policy_name,policy-name,policy,signature_name,signature,threat_name,threatname,attack,attack_name  rule.name
ruleid,rule_id,policyid,policy_id,signature_id,sig_id,attackid,attack_id  rule.id
devname,dev_name,device_name,devicename  observer.name
serial,serialnumber,serial_number,devid,device_id,deviceid,dev_id,device_serial_id  observer.serial_number
srcintf,in_interface,inif,in_if,src_int,src_intf,in_dev,ingress_interface,input_interface,iif  observer.ingress.interface.name
dstintf,out_interface,outif,out_if,dst_int,dst_intf,out_dev,egress_interface,output_interface,oif  observer.egress.interface.name
srczone,src_zone,source_zone,source-zone-name,from_zone,fromzone,ingress_zone,source-zone  observer.ingress.zone
dstzone,dst_zone,dest_zone,destination_zone,destination-zone-name,to_zone,tozone,egress_zone,destination-zone  observer.egress.zone
nat_src_ip,natsrcip,transip,src_xlated_ip,src_trans_ip,nat-source-address,xlatesrc  source.nat.ip
nat_dst_ip,natdstip,tran_dst_ip,dst_trans_ip,nat-destination-address,xlatedst  destination.nat.ip
nat_src_port,natsrcport,src_trans_port,nat-source-port,xlatesport  source.nat.port
nat_dst_port,natdstport,dst_trans_port,nat-destination-port,xlatedport  destination.nat.port
vlan,vlanid,vlan_id  network.vlan.id:number
url,request_url,requesturl,uri,request_uri,cs-uri  url.original
hostname,host  host.name
fqdn,server_name,cs-host,dst_domain  destination.domain
http_method,httpmethod,request_method,requestmethod,method,cs-method  http.request.method
http_status,status_code,statuscode,http_status_code,response_code,responsecode,sc-status,http_response_code  http.response.status_code
http_referer,referer,referrer,http_referrer  http.request.referrer
user_agent,useragent,http_user_agent,agent,user-agent  user_agent.original
query_name,dns_query,qname  dns.question.name
query_type,qtype,qtypename  dns.question.type
filename,file_name,fname  file.name
filepath,file_path  file.path
filehash,file_hash  file.hash.sha256:lower
sha256,file_sha256  file.hash.sha256:lower
sha1,file_sha1  file.hash.sha1:lower
md5,file_md5  file.hash.md5:lower
pid,process_id,processid  process.pid
process,process_name,processname,program,image_name  process.name
command_line,commandline,cmdline  process.command_line
session_id,sessionid,session-id-32  session.id
time,createdat,createddatetime,creationtime,createddate,publishedat,firstseen,detectedat,updateddatetime,lastupdated  @time0
recordedat,occurredat,occurred,occurredon,eventtimestamp,activitydatetime,logtime,isotimestamp,triggeredat,generatedtime,timegenerated,loggedat,requesttime,requestdate,timestampderived,eventdate,logdate,datetimeutc,timestamputc,published  @time1
timestamp,ts,datetime,event_time,devtime,receive_time,start_time  @time1
eventtime  @time2
date  @date
tz  @zone
`

// Has reports whether the event has a value, even an empty one, under a name.
func (k *Keyed) Has(name string) bool {
	_, ok := k.Event.Lookup(resolve(name))
	return ok
}

// Get returns the document's value under the sender's own name.
func (k *Keyed) Get(name string) string {
	v, _ := k.Event.Lookup(resolve(name))
	return v
}

// First returns the first of several values.
func (k *Keyed) First(names ...string) string {
	for _, n := range names {
		if v := k.Get(n); v != "" {
			return v
		}
	}
	return ""
}

// Put stores a value under targets, which are written as in tables of
// bindings.
func (k *Keyed) Put(value string, b *Binding) {
	if value != "" {
		k.Bind(b, value)
	}
}

// Lookup is LookupName for objects.
func Lookup(o *event.Event, name string) string {
	v, _ := o.LookupName(name)
	return v
}

// Objects calls read with every object of an array, flattened. The event is
// valid only during the call.
func (k *Keyed) Objects(name string, read func(o *event.Event)) {
	text := k.Get(name)
	if text == "" {
		return
	}
	o := Scratch.Get()
	defer Scratch.Put(o)
	n := 0
	for one := range event.Values(text) {
		if n++; n > maxObjects {
			return
		}
		o.Reset()
		if strings.HasPrefix(one, "{") && event.FlattenJSON(one, o) == nil {
			read(o)
		}
	}
}

// maxObjects bounds how many objects of an array are examined.
const maxObjects = 32

// Empty reports whether no pair has been stored.
func (k *Keyed) Empty() bool { return k.fields == 0 }

// PreferDate makes separate date and time keys win over any other key that has
// set the time.
func (k *Keyed) PreferDate() { k.timeRank = 0 }
