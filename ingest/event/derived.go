package event

import (
	"crypto/sha1"
	"encoding/base64"
	"net/netip"
	"strconv"
	"strings"
)

// Derived fields are ECS fields that repeat what others say. They are not
// stored but computed when an event is printed: storing source.address beside
// source.ip would take the space twice. Searches reach the same values through
// aliases (detect/query).
var derived = [...]struct {
	name string
	from [2]Field // the first one present
}{
	{"source.address", [2]Field{SourceIP, SourceDomain}},
	{"destination.address", [2]Field{DestinationIP, DestinationDomain}},
	{"host.hostname", [2]Field{HostName}},
}

const (
	nameObserverHost = "observer.hostname"
	nameCommunityID  = "network.community_id"
	nameClientIP     = "client.ip"
	nameServerIP     = "server.ip"
)

// eachDerived calls yield for every derived field that has a value and the
// sender did not set itself.
func (e *Event) eachDerived(yield func(name, value string)) {
	once := func(name, value string) {
		if value == "" {
			return
		}
		if _, ok := e.LookupName(name); !ok {
			yield(name, value)
		}
	}
	for _, d := range derived {
		v := e.Get(d.from[0])
		if v == "" {
			v = e.Get(d.from[1])
		}
		once(d.name, v)
	}
	for _, side := range [...][2]string{{nameClientIP, "client.address"}, {nameServerIP, "server.address"}} {
		v, _ := e.LookupName(side[0])
		once(side[1], v)
	}
	if e.Has(ObserverType) {
		v := e.Get(ObserverName)
		if v == "" {
			v = e.Get(HostName)
		}
		once(nameObserverHost, v)
	}
	if v := e.Get(LogSyslogSeverity); len(v) == 1 && v[0] >= '0' && v[0] <= '7' {
		once("log.syslog.severity.name", severityNames[v[0]-'0'])
	}
	if v := e.Get(URLOriginal); strings.Contains(v, "://") {
		once("url.full", v)
	}
	for _, side := range [...]struct{ line, args string }{{"process.command_line", "process.args"}, {"process.parent.command_line", "process.parent.args"}} {
		if line, ok := e.LookupName(side.line); ok {
			args, n := splitCommand(line)
			once(side.args, args)
			once(side.args+"_count", strconv.Itoa(n))
		}
	}
	once(fields[NetworkBytes].name, e.total("source.bytes", "destination.bytes"))
	once("network.packets", e.total("source.packets", "destination.packets"))
	if e.Has(SourceIP) && e.Has(DestinationIP) {
		id := e.CommunityID()
		if nat := e.natCommunityID(); nat != "" && nat != id && id != "" {
			id += Separator + nat
		}
		once(nameCommunityID, id)
	}
}

// severityNames are those of RFC 5424, section 6.2.1, as ECS spells them.
var severityNames = [...]string{"Emergency", "Alert", "Critical", "Error", "Warning", "Notice", "Informational", "Debug"}

// splitCommand splits a command line into its arguments, joined by Separator:
// at blanks outside double quotes, as Windows programs do.
func splitCommand(line string) (args string, n int) {
	b := make([]byte, 0, len(line))
	quoted, inside := false, false
	for i := range len(line) {
		switch c := line[i]; {
		case c == '"':
			quoted = !quoted
			if !inside && n > 0 {
				b = append(b, Separator...)
			}
			if !inside {
				inside = true
				n++
			}
		case (c == ' ' || c == '\t') && !quoted:
			inside = false
		default:
			if !inside {
				if n > 0 {
					b = append(b, Separator...)
				}
				inside = true
				n++
			}
			b = append(b, c)
		}
	}
	return string(b), n
}

// total is the sum of two fields if both are present.
func (e *Event) total(a, b string) string {
	v, ok1 := e.LookupName(a)
	w, ok2 := e.LookupName(b)
	if !ok1 || !ok2 {
		return ""
	}
	x, err1 := strconv.ParseInt(v, 10, 64)
	y, err2 := strconv.ParseInt(w, 10, 64)
	if err1 != nil || err2 != nil || x < 0 || y < 0 || x+y < 0 {
		return ""
	}
	return strconv.FormatInt(x+y, 10)
}

// CommunityID is the flow hash of network.community_id
// (https://github.com/corelight/community-id-spec, version 1, seed 0), the
// same in whichever direction a packet went; "" where the event lacks the
// fields it needs.
func (e *Event) CommunityID() string {
	return e.communityID(e.Get(SourceIP), e.Get(DestinationIP), e.Get(SourcePort), e.Get(DestinationPort))
}

// natCommunityID is the flow hash on the other side of a translation, as a
// sensor outside sees it.
func (e *Event) natCommunityID() string {
	translated := func(name string, f Field) string {
		if v, ok := e.LookupName(name); ok && v != "0" && v != "0.0.0.0" {
			return v
		}
		return e.Get(f)
	}
	return e.communityID(translated("source.nat.ip", SourceIP), translated("destination.nat.ip", DestinationIP),
		translated("source.nat.port", SourcePort), translated("destination.nat.port", DestinationPort))
}

func (e *Event) communityID(sip, dip, sport, dport string) string {
	src, err1 := netip.ParseAddr(sip)
	dst, err2 := netip.ParseAddr(dip)
	proto, known := protocolNumber(e.Get(NetworkIANANumber), e.Get(NetworkTransport))
	if err1 != nil || err2 != nil || !known {
		return ""
	}
	var ports [2]uint16
	ported, oneWay := true, false
	switch proto {
	case 6, 17, 132:
		s, err1 := strconv.ParseUint(sport, 10, 16)
		d, err2 := strconv.ParseUint(dport, 10, 16)
		if err1 != nil || err2 != nil {
			return ""
		}
		ports = [2]uint16{uint16(s), uint16(d)}
	case 1, 58:
		t, _ := e.LookupName("icmp.type")
		c, _ := e.LookupName("icmp.code")
		typ, err1 := strconv.ParseUint(t, 10, 8)
		code, err2 := strconv.ParseUint(c, 10, 8)
		if err1 != nil {
			return ""
		}
		if other, ok := icmpCounterpart(proto, typ); ok {
			ports = [2]uint16{uint16(typ), other}
		} else if err2 != nil {
			return ""
		} else {
			ports, oneWay = [2]uint16{uint16(typ), uint16(code)}, true
		}
	default:
		ported = false
	}
	if c := src.Compare(dst); !oneWay && (c > 0 || c == 0 && ported && ports[0] > ports[1]) {
		src, dst = dst, src
		ports[0], ports[1] = ports[1], ports[0]
	}
	b := make([]byte, 2, 48)
	b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
	b = append(b, proto, 0)
	if ported {
		b = append(b, byte(ports[0]>>8), byte(ports[0]), byte(ports[1]>>8), byte(ports[1]))
	}
	hash := sha1.Sum(b)
	return "1:" + base64.StdEncoding.EncodeToString(hash[:])
}

func protocolNumber(number, name string) (uint8, bool) {
	if n, err := strconv.ParseUint(number, 10, 8); err == nil {
		return uint8(n), true
	}
	switch name {
	case "tcp":
		return 6, true
	case "udp":
		return 17, true
	case "icmp":
		return 1, true
	case "ipv6-icmp":
		return 58, true
	case "sctp":
		return 132, true
	}
	return 0, false
}

// icmpCounterpart is the ICMP type that answers a type, or that it answers.
func icmpCounterpart(proto uint8, typ uint64) (uint16, bool) {
	pairs := [][2]uint16{{8, 0}, {13, 14}, {15, 16}, {17, 18}, {10, 9}}
	if proto == 58 {
		pairs = [][2]uint16{{128, 129}, {133, 134}, {135, 136}, {130, 131}, {139, 140}, {144, 145}}
	}
	for _, p := range pairs {
		if uint64(p[0]) == typ {
			return p[1], true
		}
		if uint64(p[1]) == typ {
			return p[0], true
		}
	}
	return 0, false
}
