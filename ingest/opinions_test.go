package ingest

import (
	"cmp"
	"crypto/sha1"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// A claim is a value of ours that differs from the one the corpus expects.
type claim struct {
	raw        string
	have, want string
	got        map[string]any // the whole event
}

// opinions are expectations of the corpus that contradict the line itself or
// the format's documentation: by product and field, the reason, and a proof
// that is made from each line. They are shown, and still counted as wrong.
var opinions = func() map[string]opinion {
	m := map[string]opinion{}
	add := func(product, fields, why string, proven func(c claim) bool) {
		for f := range strings.FieldsSeq(fields) {
			m[product+" "+f] = opinion{why, proven}
		}
	}
	add("fortinet_fortigate", "@timestamp", "where date and time have no zone, eventtime is exact: seconds or more since 1970", func(c claim) bool {
		have, err1 := time.Parse(time.RFC3339Nano, c.have)
		local, err2 := time.Parse("2006-01-02 15:04:05", between(c.raw, "date=", " ")+" "+between(c.raw, " time=", " "))
		apart := local.Sub(have.Truncate(time.Second)).Abs()
		return err1 == nil && err2 == nil && strings.HasPrefix(between(c.raw, "eventtime=", " "), strconv.FormatInt(have.Unix(), 10)) &&
			apart <= 14*time.Hour+3*time.Second && (apart+3*time.Second)%(15*time.Minute) <= 6*time.Second // a zone apart
	})
	add("panw", "@timestamp", "the exact time that later releases append has its zone", instantInLine)
	add("sophos", "@timestamp", "timezone=CEST is two hours ahead of UTC, EDT four behind", func(c claim) bool {
		return instantInLine(c) && !strings.Contains(c.raw, " timestamp=") // a second time that may contradict
	})
	add("postgresql", "@timestamp", "EST is five hours behind UTC, in July too; the hour that is expected is not the line's", func(c claim) bool {
		want, err := time.Parse(time.RFC3339Nano, c.want)
		return err == nil && instantInLine(c) && !strings.Contains(c.raw, want.Format("2006-01-02 15:04:05"))
	})
	for field, member := range map[string]string{"@timestamp": "created_at", "file.created": "source.content_created_at", "file.ctime": "source.created_at", "file.mtime": "source.content_modified_at"} {
		add("box_events", field, "the expected time is a day's, without the hours that "+member+" has", func(c claim) bool {
			have, err1 := time.Parse(time.RFC3339Nano, c.have)
			at, err2 := time.Parse(time.RFC3339Nano, memberOf(c.raw, member))
			return err1 == nil && err2 == nil && at.Equal(have)
		})
	}
	add("cisco_ftd", "event.start", "FirstPacketSecond is when the connection began", func(c claim) bool {
		return c.have == between(c.raw, "FirstPacketSecond: ", ",")
	})
	add("cisco_ftd", "event.end", "it ended ConnectionDuration after FirstPacketSecond, not then", func(c claim) bool {
		start, err1 := time.Parse(time.RFC3339, between(c.raw, "FirstPacketSecond: ", ","))
		end, err2 := time.Parse(time.RFC3339, c.have)
		seconds, err3 := strconv.Atoi(between(c.raw, "ConnectionDuration: ", ","))
		return err1 == nil && err2 == nil && err3 == nil && end.Equal(start.Add(time.Duration(seconds)*time.Second))
	})
	for field, part := range map[string]int{"ip": 1, "address": 1, "port": 2} {
		add("cisco_ftd", "source."+field, "a connection built outbound was begun by the end that is named second (ASA messages 302013, 302015)", func(c claim) bool { return outboundEnds(c, part, false) })
		add("cisco_ftd", "destination."+field, "as before", func(c claim) bool { return outboundEnds(c, part, true) })
	}
	add("cisco_ftd", "observer.ingress.interface.name", "as before", func(c claim) bool { return outboundEnds(c, 0, false) })
	add("cisco_ftd", "observer.egress.interface.name", "as before", func(c claim) bool { return outboundEnds(c, 0, true) })
	add("sophos", "host.name", "the header names the host; the expected name is from the other project's configuration and not in the line", func(c claim) bool {
		return strings.Contains(c.raw, " "+c.have+" device") && c.have != "_gateway" && !strings.Contains(strings.ToLower(c.raw), strings.ToLower(c.want))
	})
	add("sophos", "network.community_id", "made as of an echo reply, type 0, whatever type and code of ICMP the line gives", func(c claim) bool {
		typ, err := strconv.ParseUint(between(c.raw, "icmp_type=", " "), 10, 8)
		code, _ := strconv.ParseUint(between(c.raw, "icmp_code=", " "), 10, 8) // 0 is left out
		ids := strings.Fields(strings.Trim(c.have, "[]"))
		src, dst := text(c.got["source.ip"]), text(c.got["destination.ip"])
		if err != nil || c.want != icmpHash(src, dst, 0, 0) || ids[0] != icmpHash(src, dst, byte(typ), byte(code)) {
			return false
		}
		return len(ids) == 1 || len(ids) == 2 && ids[1] == icmpHash(text(c.got["source.nat.ip"]), dst, byte(typ), byte(code))
	})
	add("gitlab", "event.duration", "duration_s is in seconds, of which a nanosecond is a billionth", func(c claim) bool {
		seconds, err1 := strconv.ParseFloat(between(c.raw, `"duration_s":`, ","), 64)
		ns, err2 := strconv.ParseFloat(c.have, 64)
		return err1 == nil && err2 == nil && ns-seconds*1e9 < 1 && seconds*1e9-ns < 1
	})
	add("cisco_meraki", "source.ip", "the translated address is nat.ip", func(c claim) bool {
		return between(c.raw, " src=", " ") == c.have && between(c.raw, " translated_src_ip=", " ") == c.want
	})
	add("cisco_meraki", "destination.ip", "the translated address is nat.ip", func(c claim) bool {
		return between(c.raw, " dst=", " ") == c.have && between(c.raw, " translated_dst_ip=", " ") == c.want
	})
	return m
}()

type opinion struct {
	why    string
	proven func(c claim) bool
}

// memberOf returns a string in a JSON document, by its dotted name.
func memberOf(raw, path string) string {
	var doc any
	if json.Unmarshal([]byte(raw), &doc) != nil {
		return ""
	}
	for name := range strings.SplitSeq(path, ".") {
		object, _ := doc.(map[string]any)
		doc = object[name]
	}
	s, _ := doc.(string)
	return s
}

// icmpHash is the Community ID of a message of ICMP (version 1.0 of
// https://github.com/corelight/community-id-spec): an echo and its reply are
// one flow, whose first end is the one with the lower address; other types of
// the corpus go one way.
func icmpHash(from, to string, typ, code byte) string {
	src, err1 := netip.ParseAddr(from)
	dst, err2 := netip.ParseAddr(to)
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

// between returns the text between two marks, "" if the first is missing.
func between(s, open, end string) string {
	_, s, ok := strings.Cut(s, open)
	if !ok {
		return ""
	}
	s, _, _ = strings.Cut(s, end)
	return strings.TrimSpace(s)
}

// zoneNames are zones with only one meaning; BST and IST have several.
var zoneNames = map[string]string{"Z": "+00:00", "CEST": "+02:00", "CET": "+01:00", "EST": "-05:00", "EDT": "-04:00"}

// zonedTime finds times with a zone, as one text and as the fields of Sophos.
var zonedTime = regexp.MustCompile(`(?:date=)?(\d{4}-\d\d-\d\d)(?:T| | time=)(\d\d:\d\d:\d\d)([.,]\d+)? ?(?:timezone=")?([+-]\d\d:?\d\d|[A-Z]+)`)

// instantInLine reports whether the line has the instant that we found, to the
// millisecond, written with its zone.
func instantInLine(c claim) bool {
	have, err := time.Parse(time.RFC3339Nano, c.have)
	if err != nil {
		return false
	}
	for _, m := range zonedTime.FindAllStringSubmatch(c.raw, -1) {
		zone := cmp.Or(zoneNames[m[4]], m[4])
		if len(zone) == 5 {
			zone = zone[:3] + ":" + zone[3:]
		}
		at, err := time.Parse(time.RFC3339Nano, m[1]+"T"+m[2]+strings.Replace(m[3], ",", ".", 1)+zone)
		if err == nil && at.Truncate(time.Millisecond).Equal(have.Truncate(time.Millisecond)) {
			return true
		}
	}
	return false
}

// outboundEnds proves that two ends are swapped: a connection built outbound
// was begun by its second end, and the expectation takes the first as its
// source. part is the interface, the address or the port. An end on the
// firewall itself ("identity") proves nothing.
func outboundEnds(c claim, part int, destination bool) bool {
	m := outbound.FindStringSubmatch(c.raw)
	if m == nil || m[1] == "identity" || m[4] == "identity" {
		return false
	}
	begins, ends := m[4+part], m[1+part]
	if destination {
		begins, ends = ends, begins
	}
	return c.have == begins && c.want == ends
}

var outbound = regexp.MustCompile(`Built outbound \w+ connection \d+ for ([^:]+):([^/]+)/(\d+) \([^)]*\).* to ([^:]+):([^/]+)/(\d+) \(`)
