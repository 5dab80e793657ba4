package read

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
)

// LEEF makes the parser of IBM's Log Event Extended Format 1.0 and 2.0:
//
//	LEEF:1.0|Vendor|Product|Version|EventID|key=value<tab>key=value
//	LEEF:2.0|Vendor|Product|Version|EventID|^|key=value^key=value
//
// 2.0 may name the separator, as a character or as a code, x09 or 0x09; if
// missing or empty it is the tab. vendors are those of CEF.
func LEEF(vendors CEFVendors) Parser {
	return Parser{
		Name:  "leef",
		First: "^{",
		Recognize: func(msg string) bool {
			i := strings.Index(msg, "LEEF:")
			return i >= 0 && i <= 256 && strings.IndexByte(msg[:i], '"') < 0
		},
		Parse: vendors.parseLEEF,
	}
}

func (vs CEFVendors) parseLEEF(m *Message, ev *event.Event) bool {
	_, s, ok := strings.Cut(m.Text, "LEEF:")
	if !ok {
		return false
	}
	var head [5]string
	for i := range head {
		if head[i], s, ok = strings.Cut(s, "|"); !ok && i < len(head)-1 {
			return false
		}
	}
	if !strings.HasPrefix(head[0], "1") && !strings.HasPrefix(head[0], "2") {
		return false
	}
	separator := "\t"
	if head[0][0] == '2' {
		separator, s = leefSeparator(s)
	}
	if separator == "\t" && !strings.Contains(s, "\t") && strings.Count(s, "=") > 1 {
		separator = "" // senders that write spaces
	}
	ev.Set(event.ObserverVendor, head[1])
	ev.Set(event.ObserverProduct, head[2])
	ev.Set(event.ObserverVersion, head[3])
	ev.Set(event.EventCode, head[4])
	ev.SetExtra("leef.version", head[0])
	From(ev, "leef", "leef.log")

	k := Keyed{Event: ev, Location: m.Location, Prefix: "leef."}
	var devTime, devTimeFormat string
	add := func(key, value string) {
		switch key {
		case "devTime":
			devTime = value
		case "devTimeFormat":
			devTimeFormat = value
		}
		b := leefKeys[key]
		if b == nil {
			b = Alias(key)
		}
		k.Add(key, value, b)
	}
	if separator == "" {
		CEFExtensions(s, func(key, value string) { add(key, strings.TrimRight(value, " \r\n")) })
	}
	for separator != "" && s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, separator)
		if key, value, ok := strings.Cut(pair, "="); ok {
			if key = strings.TrimSpace(key); key != "" {
				add(key, strings.TrimRight(value, "\r\n"))
			}
		}
	}
	if devTimeFormat != "" {
		if layout, ok := javaLayout(devTimeFormat); ok {
			if t, err := parseLayout(layout, devTime, m.Location); err == nil {
				if ns, ok := believable(t); ok {
					ev.Time = ns
				}
			}
		}
	}
	k.Finish()
	if ev.Get(event.EventAction) == "" && !IsNumber(head[4]) {
		ev.Set(event.EventAction, head[4])
	}
	vs.conclude(&k, head[4])
	return true
}

// leefSeparator cuts the optional separator field of LEEF 2.0 off s.
func leefSeparator(s string) (separator, rest string) {
	field, rest, ok := strings.Cut(s, "|")
	if !ok || len(field) > 6 || len(field) > 1 && strings.Contains(field, "=") {
		return "\t", s
	}
	if field == "" {
		return "\t", rest
	}
	if code, ok := strings.CutPrefix(strings.TrimPrefix(field, "0"), "x"); ok && code != "" {
		if n, err := strconv.ParseUint(code, 16, 8); err == nil && n > 0 {
			return string([]byte{byte(n)}), rest
		}
	}
	return field, rest
}

// leefKeys are the predefined event attributes whose meanings or names differ
// from the common aliases.
var leefKeys = NewBindings(`
sev  event.severity
domain  user.domain
usrName,accountName  user.name
identSrc  host.ip
identHostName  observer.name
policy  rule.name
groupID  group.name
srcBytes  source.bytes
dstBytes  destination.bytes
srcPackets  source.packets
dstPackets  destination.packets
srcPostNAT  source.nat.ip
dstPostNAT  destination.nat.ip
srcPostNATPort  source.nat.port
dstPostNATPort  destination.nat.port
devTime  @time1
`)
