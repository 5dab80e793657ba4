package ingest

import (
	"cmp"
	"crypto/sha1"
	"encoding/base64"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A claim is a value of ours that differs from the one that the corpus expects.
type claim struct {
	raw        string
	have, want string
	got        map[string]any // the whole event
}

// opinions are expectations of the corpus that contradict the line itself or
// the format's documentation: by product and field, why, and the proof that is
// made from each line anew. What they count is shown, and counted as wrong all
// the same.
var opinions = func() map[string]opinion {
	m := map[string]opinion{}
	add := func(product, fields, why string, proven func(c claim) bool) {
		for f := range strings.FieldsSeq(fields) {
			m[product+" "+f] = opinion{why, proven}
		}
	}
	add("fortinet_fortigate", "@timestamp", "where date and time have no zone, eventtime is exact: seconds or more since 1970", instantInLine)
	add("panw", "@timestamp", "the exact time that later releases append has its zone", instantInLine)
	add("sophos", "@timestamp", "timezone=CEST is two hours ahead of UTC, and so on", instantInLine)
	add("postgresql", "@timestamp", "EST is five hours behind UTC, in July too", instantInLine)
	add("box_events", "@timestamp file.created file.ctime file.mtime", "the day alone, and its midnight in another zone, was made of a time that the document has in full", instantInLine)
	add("cisco_ftd", "event.start", "FirstPacketSecond is when the connection began", instantInLine)
	add("cisco_ftd", "event.end", "it ended ConnectionDuration after FirstPacketSecond, not then", func(c claim) bool {
		start, err1 := time.Parse(time.RFC3339, between(c.raw, "FirstPacketSecond: ", ","))
		end, err2 := time.Parse(time.RFC3339, c.have)
		seconds, err3 := strconv.Atoi(between(c.raw, "ConnectionDuration: ", ","))
		return err1 == nil && err2 == nil && err3 == nil && end.Equal(start.Add(time.Duration(seconds)*time.Second))
	})
	add("cisco_ftd", "source.ip destination.ip source.port destination.port source.address destination.address observer.ingress.interface.name observer.egress.interface.name",
		"of a connection built outbound the first address is the destination (ASA messages 302013, 302015)", builtOutbound)
	add("sophos", "host.name", "a name from the other project's configuration, which the line does not have", func(c claim) bool {
		return !strings.Contains(strings.ToLower(c.raw), strings.ToLower(c.want))
	})
	add("sophos", "network.community_id", "made as of an echo reply, type 0, whatever type and code of ICMP the line gives", func(c claim) bool {
		typ, err1 := strconv.ParseUint(between(c.raw, "icmp_type=", " "), 10, 8)
		code, _ := strconv.ParseUint(between(c.raw, "icmp_code=", " "), 10, 8) // 0 is left out
		return err1 == nil && strings.Contains(c.have, icmpHash(c, byte(typ), byte(code))) && c.want == icmpHash(c, 0, 0)
	})
	add("gitlab", "event.duration", "duration_s is in seconds, of which a nanosecond is a billionth", func(c claim) bool {
		seconds, err1 := strconv.ParseFloat(between(c.raw, `"duration_s":`, ","), 64)
		ns, err2 := strconv.ParseFloat(c.have, 64)
		return err1 == nil && err2 == nil && ns-seconds*1e9 < 1 && seconds*1e9-ns < 1
	})
	add("cisco_meraki", "source.ip destination.ip", "the translated address stands in nat.ip", func(c claim) bool {
		return (c.want == text(c.got["source.nat.ip"]) || c.want == text(c.got["destination.nat.ip"])) &&
			strings.Contains(c.raw, "translated_") && !strings.Contains(c.raw, "translated_src_ip="+c.have) && !strings.Contains(c.raw, "translated_dst_ip="+c.have)
	})
	add("coredns", "dns.response_code", "the number that the plugin errors writes is a response code, 2 is SERVFAIL (RFC 1035, 4.1.1)", func(c claim) bool {
		return c.want == "2" && c.have == "SERVFAIL"
	})
	return m
}()

type opinion struct {
	why    string
	proven func(c claim) bool
}

// icmpHash is the Community ID of a message of ICMP (version 1.0 of
// https://github.com/corelight/community-id-spec): an echo and its reply are
// one flow, whose first end is the one with the lower address; other types go
// one way.
func icmpHash(c claim, typ, code byte) string {
	src, err1 := netip.ParseAddr(text(c.got["source.ip"]))
	dst, err2 := netip.ParseAddr(text(c.got["destination.ip"]))
	if err1 != nil || err2 != nil {
		return ""
	}
	ports := [2]byte{typ, code}
	if typ == 0 || typ == 8 {
		ports[1] = 8 - typ
		if src.Compare(dst) > 0 {
			src, dst = dst, src
			ports[0], ports[1] = ports[1], ports[0]
		}
	}
	b := append(append([]byte{0, 0}, src.AsSlice()...), dst.AsSlice()...)
	sum := sha1.Sum(append(b, 1, 0, 0, ports[0], 0, ports[1]))
	return "1:" + base64.StdEncoding.EncodeToString(sum[:])
}

// between returns what stands between two marks, "" when the first is missing.
func between(s, open, end string) string {
	_, s, ok := strings.Cut(s, open)
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(s, end)
	return strings.TrimSpace(s)
}

// zoneNames are the zones that lines of the corpus name.
var zoneNames = map[string]string{"Z": "+00:00", "CEST": "+02:00", "CET": "+01:00", "BST": "+01:00", "IST": "+05:30", "EST": "-05:00"}

// zonedTime finds times with a zone, as one text and as the fields of Sophos;
// sinceEpoch those of FortiGate.
var (
	zonedTime  = regexp.MustCompile(`(?:date=)?(\d{4}-\d\d-\d\d)(?:T| | time=)(\d\d:\d\d:\d\d)(?:[.,]\d+)? ?(?:timezone=")?([+-]\d\d:?\d\d|[A-Z]+)`)
	sinceEpoch = regexp.MustCompile(`eventtime=(\d{10})`)
)

// instantInLine tells whether the line has the instant that we found, to the
// second, written with its zone or as a time since 1970.
func instantInLine(c claim) bool {
	have, err := time.Parse(time.RFC3339Nano, c.have)
	if err != nil {
		return false
	}
	for _, m := range sinceEpoch.FindAllStringSubmatch(c.raw, -1) {
		if m[1] == strconv.FormatInt(have.Unix(), 10) {
			return true
		}
	}
	for _, m := range zonedTime.FindAllStringSubmatch(c.raw, -1) {
		zone := cmp.Or(zoneNames[m[3]], m[3])
		if len(zone) == 5 {
			zone = zone[:3] + ":" + zone[3:]
		}
		if at, err := time.Parse(time.RFC3339, m[1]+"T"+m[2]+zone); err == nil && at.Equal(have.Truncate(time.Second)) {
			return true
		}
	}
	return false
}

// builtOutbound proves that two ends are swapped: the message tells of a
// connection built or taken down outbound, first names the other end, and the
// expectation takes that one for the source.
func builtOutbound(c claim) bool {
	m := outbound.FindStringSubmatch(c.raw)
	if m == nil {
		return false
	}
	first, second := m[1:4], m[4:7] // interface, address, port
	named := func(end []string, value string) bool {
		return value == end[0] || value == end[1] || value == end[2]
	}
	return named(first, c.have) && named(second, c.want) || named(second, c.have) && named(first, c.want)
}

var outbound = regexp.MustCompile(`Built outbound \w+ connection \d+ for ([^:]+):([^/]+)/(\d+) \([^)]*\).* to ([^:]+):([^/]+)/(\d+) \(`)
