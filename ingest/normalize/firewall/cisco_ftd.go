package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// parseFTD reads the connection, intrusion, file and malware events of
// Firepower Threat Defense (430001 to 430005): "Key: value" pairs separated by
// commas. Values may contain commas; keys are one to three words.
func parseFTD(k *read.Keyed, h ciscoHead) {
	ev := k.Event
	s := h.text
	for s != "" {
		key, rest, ok := strings.Cut(s, ": ")
		if !ok {
			break
		}
		key = strings.TrimLeft(key, " ,")
		end := nextFTDKey(rest)
		value := rest[:end]
		s = strings.TrimLeft(rest[end:], ", ")
		if value = strings.TrimRight(value, " ,\r\n"); value == "" || len(key) > 64 {
			continue
		}
		k.Add(read.FieldName("cisco.ftd.", key, read.NameLower), value, ftdKeys[key])
	}
	sum(ev, event.NetworkBytes, event.SourceBytes, event.DestinationBytes)
	if user := ev.Get(event.UserName); strings.Contains(user, " ") { // "No Authentication Required"
		ev.Delete(event.UserName)
		ev.Delete(event.SourceUserName)
	}
	if user, ok := ev.LookupName("cisco.ftd.user"); ok && strings.IndexByte(user, '\\') > 0 {
		ev.Set(event.UserID, user)
	}
	if h.id == "430003" { // written when the connection is over
		ev.SetExtra("event.end", event.FormatTime(ev.Time))
		if duration, ok := ev.LookupName(read.FieldDuration); ok && read.IsNumber(duration) {
			if _, ok := ev.LookupName("event.start"); !ok {
				ev.SetExtra("event.start", event.FormatTime(ev.Time-number(duration)))
			}
		}
	}
	verdict := read.VerdictOf(k.Action)
	switch h.id {
	case "430001", "":
		read.Classify(ev, "intrusion_detection", read.TypeInfo, "intrusion-detected", "")
		ev.Set(event.EventKind, "alert")
	case "430004":
		read.Classify(ev, "file", read.TypeInfo, "file-detected", "")
	case "430005":
		read.Classify(ev, "malware", read.TypeInfo, "malware-detected", "")
		ev.Set(event.EventKind, "alert")
	default:
		switch {
		case verdict == read.Denied:
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
		case h.id == "430003":
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionEnd, read.ActionConnectionClosed, "")
		default:
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
		}
	}
}

// nextFTDKey returns where the value at the start of s ends: before the comma
// in front of the next "Key: ", keys being words without commas.
func nextFTDKey(s string) int {
	for from := 0; ; {
		i := strings.IndexByte(s[from:], ',')
		if i < 0 {
			return len(s)
		}
		i += from
		rest := strings.TrimLeft(s[i+1:], " ")
		n := 0
		words := 1
		for n < len(rest) && n < 40 && (read.IsLetter(rest[n]) || rest[n] == ' ' || rest[n] == '_' || rest[n] == '-' || '0' <= rest[n] && rest[n] <= '9') {
			if rest[n] == ' ' {
				words++
			}
			n++
		}
		if n > 0 && words <= 4 && strings.HasPrefix(rest[n:], ": ") && 'A' <= rest[0] && rest[0] <= 'Z' {
			return i
		}
		from = i + 1
	}
}

var ftdKeys = read.NewBindings(`
AccessControlRuleAction  @action
AccessControlRuleName  rule.name
ApplicationProtocol  network.protocol:lower
ArchiveFileName,FileName  file.name
Client,WebApplication  network.application
ClientVersion  cisco.client_version
Classification  threat.classification
ConnectionDuration  event.duration
DNSQuery  dns.question.name
DNSRecordType  dns.question.type:dnstype
DNSResponseType  dns.response_code:dnscode
DNS_TTL  dns.answers.ttl
DstIP  destination.ip
DstPort  destination.port
SrcIP  source.ip
SrcPort  source.port
EgressInterface  observer.egress.interface.name
IngressInterface  observer.ingress.interface.name
EgressZone  observer.egress.zone
IngressZone  observer.ingress.zone
FileSHA256  file.hash.sha256
FileSize  file.size
FileType  file.type
FirstPacketSecond  event.start
HTTPReferer  http.request.referrer
HTTPResponse  http.response.status_code
InitiatorBytes  source.bytes
InitiatorPackets  source.packets
ResponderBytes  destination.bytes
ResponderPackets  destination.packets
Message  event.reason
Protocol  network.transport
SID  rule.id
Revision  rule.version
SSLVersion  tls.version
SSLCipherSuite  tls.cipher
SSLServerName  tls.client.server_name
URL  url.original
User  user.name source.user.name
UserAgent  user_agent.original
SHA_Disposition  cisco.sha_disposition
ThreatName  threat.name
NAT_InitiatorIP  source.nat.ip
NAT_ResponderIP  destination.nat.ip
NAT_InitiatorPort  source.nat.port
NAT_ResponderPort  destination.nat.port
VLAN_ID  network.vlan.id:number
`)

// sum stores a + b if both are present and total is not.
func sum(ev *event.Event, total, a, b event.Field) {
	x, y := ev.Get(a), ev.Get(b)
	if ev.Has(total) || !read.IsNumber(x) || !read.IsNumber(y) {
		return
	}
	ev.SetInt(total, number(x)+number(y))
}

// number converts what read.IsNumber has accepted.
func number(s string) int64 {
	n := int64(0)
	for i := range len(s) {
		n = n*10 + int64(s[i]-'0')
	}
	return n
}

// parseFTDBare reads what Firepower sends without a head: bare pairs, and the
// management center's audit log.
func parseFTDBare(k *read.Keyed, text string) bool {
	ev := k.Event
	if isFTDAudit(text) && ftdAudit.Match(text, k) {
		read.Observe(ev, "Cisco", "ftd", "firewall")
		read.From(ev, "cisco", "cisco.ftd")
		return true
	}
	if !strings.Contains(text, "SrcIP: ") || !strings.Contains(text, "DstIP: ") {
		return false
	}
	read.Observe(ev, "Cisco", "ftd", "firewall")
	read.From(ev, "cisco", "cisco.ftd")
	parseFTD(k, ciscoHead{product: "FTD", text: text})
	return true
}

// isFTDAudit reports whether a text begins "host: user@address, ".
func isFTDAudit(msg string) bool {
	head := msg[:min(len(msg), 160)]
	colon := strings.IndexByte(head, ':')
	if colon < 0 || colon+1 >= len(head) || head[colon+1] != ' ' || !read.IsHostName(head[:colon]) {
		return false
	}
	rest := head[colon+2:]
	user, rest, ok := strings.Cut(rest, "@")
	if !ok || !read.IsWord(user) {
		return false
	}
	address, _, ok := strings.Cut(rest, ", ")
	ip, _ := read.ParseIP(address)
	return ok && ip != ""
}

var ftdAudit = read.MustTemplate("configuration info - - | {host.name}: {user.name}@{source.ip}, {event.reason}, {@action}")
