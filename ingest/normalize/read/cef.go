package read

import (
	"strings"

	"porchlight/ingest/event"
)

// CEF makes the parser of ArcSight's Common Event Format, revision 25,
// wherever in the message it begins:
//
//	CEF:0|Vendor|Product|Version|Class|Name|Severity|src=192.0.2.1 msg=a \= b
//
// Header fields escape | and \, extension values = and \ and line ends. Common
// mistakes of senders are tolerated: values with spaces, unescaped = inside
// values, a truncated header. vendors are the makers that need more than that.
func CEF(vendors CEFVendors) Parser {
	return Parser{
		Name:      "cef",
		First:     "^{",
		Recognize: func(msg string) bool { return cefStart(msg) >= 0 },
		Parse:     vendors.parseCEF,
	}
}

// cefStart returns the index of "CEF:n|" in msg, -1 if there is none. After a
// quote it is something that another program's log repeats.
func cefStart(msg string) int {
	i := strings.Index(msg, "CEF:")
	if i < 0 || i+5 >= len(msg) || msg[i+4] < '0' || msg[i+4] > '9' || i > 0 && (IsLetter(msg[i-1]) || i > 256 || strings.IndexByte(msg[:i], '"') >= 0) {
		return -1
	}
	if msg[i+5] != '|' && msg[i+5] != '.' {
		return -1
	}
	return i
}

func (vs CEFVendors) parseCEF(m *Message, ev *event.Event) bool {
	start := cefStart(m.Text)
	if start < 0 {
		return false
	}
	s := m.Text[start+len("CEF:"):]
	var head [7]string
	n := 0
	for ; n < len(head); n++ {
		end := headerEnd(s)
		if end < 0 {
			break
		}
		head[n], s = unescapeHeader(s[:end]), s[end+1:]
	}
	if n < 4 {
		return false
	}
	if n < len(head) { // cut short, or the extension is missing with its bar
		head[n], s = unescapeHeader(s), ""
	}
	ev.Set(event.ObserverVendor, head[1])
	ev.Set(event.ObserverProduct, head[2])
	ev.Set(event.ObserverVersion, head[3])
	ev.Set(event.EventCode, head[4])
	ev.SetExtra("cef.name", head[5])
	ev.SetExtra("cef.severity", head[6])
	ev.SetExtra("cef.version", head[0])
	ev.Set(event.EventSeverity, cefSeverity(head[6]))
	From(ev, "cef", "cef.log")

	k := Keyed{Event: ev, Location: m.Location, Prefix: "cef."}
	var labels [16]struct{ key, label string }
	labelled := 0
	CEFExtensions(s, func(key, value string) {
		value = unescapeExtension(value)
		k.Add(key, value, cefKeys[key])
		if base, ok := strings.CutSuffix(key, "Label"); ok && labelled < len(labels) && value != "" {
			labels[labelled].key, labels[labelled].label = base, value
			labelled++
		}
	})
	for _, l := range labels[:labelled] {
		if value, ok := ev.LookupName(l.key); ok {
			// csN with csNLabel "Rule Name" is also cef.rule_name.
			ev.SetExtra(FieldName("cef.", l.label, NameUnderlined), value)
		}
	}
	k.Finish()
	if ev.Get(event.EventAction) == "" {
		ev.Set(event.EventAction, unescapeHeader(head[5]))
	}
	vs.conclude(&k, unescapeHeader(head[5]))
	return true
}

// headerEnd returns the index of the next | that is not escaped.
func headerEnd(s string) int {
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '|':
			return i
		}
	}
	return -1
}

func unescapeHeader(s string) string {
	s = strings.TrimSpace(s)
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return unescape(s, "|\\", false)
}

func unescapeExtension(s string) string {
	for len(s) > 0 && IsBlank(s[len(s)-1]) { // strings.TrimRight makes a set for each value
		s = s[:len(s)-1]
	}
	if strings.IndexByte(s, '\\') < 0 {
		return s
	}
	return unescape(s, "=\\|", true)
}

// unescape removes the backslash before the given characters; with lines, \n
// and \r become line ends. Other backslashes are kept: senders forget to
// double them.
func unescape(s, chars string, lines bool) string {
	var b strings.Builder
	b.Grow(len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' && i+1 < len(s) {
			switch next := s[i+1]; {
			case strings.IndexByte(chars, next) >= 0:
				c = next
				i++
			case lines && next == 'n':
				c = '\n'
				i++
			case lines && next == 'r':
				c = '\r'
				i++
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}

// CEFExtensions calls pair for every key=value of a CEF extension. A key is
// the word before an unescaped =, so a value ends at the space before the next
// such word.
func CEFExtensions(s string, pair func(key, value string)) {
	key, valueAt := "", 0
	for i := 0; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '=':
			from := i
			for from > valueAt && isCEFKeyByte(s[from-1]) {
				from--
			}
			if from == i || !IsLetter(s[from]) && s[from] != '_' || from > 0 && !IsBlank(s[from-1]) || from == valueAt && key != "" {
				continue // part of the value
			}
			if key != "" {
				pair(key, s[valueAt:from-1])
			}
			key, valueAt = s[from:i], i+1
		}
	}
	if key != "" {
		pair(key, s[valueAt:])
	}
}

func isCEFKeyByte(c byte) bool {
	return IsLetter(c) || '0' <= c && c <= '9' || c == '_' || c == '.' || c == ',' || c == '-' || c == '[' || c == ']'
}

// cefSeverity returns the number of a severity; for words it is the lowest of
// their range in the specification.
func cefSeverity(s string) string {
	switch {
	case IsNumber(s):
		return TrimZeros(s)
	case strings.EqualFold(s, "Low"):
		return "0"
	case strings.EqualFold(s, "Medium"):
		return "4"
	case strings.EqualFold(s, "High"):
		return "7"
	case strings.EqualFold(s, "Very-High"):
		return "9"
	}
	return ""
}

// cefKeys is the part of the extension dictionary that has a meaning in ECS,
// by short and full names.
var cefKeys = NewBindings(`
src,sourceAddress,c6a2,UNIFIclientIp,UNIFIsrcIp  source.ip
dst,destinationAddress,c6a3  destination.ip
shost,sourceHostName  source.domain
dhost,destinationHostName  destination.domain
spt,sourcePort  source.port
dpt,destinationPort  destination.port
smac,sourceMacAddress,UNIFIclientMac  source.mac
dmac,destinationMacAddress  destination.mac
in,bytesIn  source.bytes
out,bytesOut  destination.bytes
sourceTranslatedAddress  source.nat.ip
destinationTranslatedAddress  destination.nat.ip
sourceTranslatedPort  source.nat.port
destinationTranslatedPort  destination.nat.port
proto,transportProtocol  network.transport
app,applicationProtocol  network.protocol
deviceDirection  network.direction
suser,sourceUserName  user.name source.user.name
suid,sourceUserId  user.id source.user.id
spriv,sourceUserPrivileges  source.user.roles
sntdom,sourceNtDomain  user.domain
duser,destinationUserName  destination.user.name
duid,destinationUserId  user.target.id destination.user.id
act,deviceAction  @action
outcome,eventOutcome,categoryOutcome  @outcome
reason,Reason  event.reason
cnt,baseEventCount  event.count:number
sproc,sourceProcessName  process.name
spid,sourceProcessId  process.pid
fname,filename  file.name
filePath  file.path
fsize,fileSize  file.size
fileHash  file.hash.sha256:lower
fileType  file.type
request,requestUrl,requestURL  url.original
requestMethod  http.request.method
requestContext  http.request.referrer
requestClientApplication  user_agent.original
dvchost,deviceHostName,UNIFIhost  observer.name
dvcmac,deviceMacAddress  observer.mac
deviceExternalId  observer.serial_number
deviceInboundInterface  observer.ingress.interface.name
deviceOutboundInterface  observer.egress.interface.name
dvc,deviceAddress  host.ip observer.ip
sourceServiceName  service.name
externalId  event.id
rt,deviceReceiptTime,UNIFIutcTime  @time2
end,endTime  @time1
start,startTime  @time1
`)
