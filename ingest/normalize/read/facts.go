package read

import (
	"net/netip"
	"strings"

	"porchlight/ingest/event"
)

// ParseIP returns an IP address as ECS wants it: without a zone, IPv4-mapped
// IPv6 unwrapped, IPv6 in canonical form. It returns "" for anything else.
func ParseIP(s string) (text string, v6 bool) {
	if len(s) < 2 || len(s) > 64 || !LooksLikeIP(s) {
		return "", false
	}
	a, err := netip.ParseAddr(s)
	if err != nil {
		return "", false
	}
	if a.Is4() {
		return s, false
	}
	if a.Is4In6() {
		return a.Unmap().String(), false
	}
	return a.WithZone("").String(), true
}

// LooksLikeIP reports whether s has only what addresses consist of: it keeps
// host names away from the parser, whose errors cost an allocation.
func LooksLikeIP(s string) bool {
	dots, colons := 0, 0
	for i := range len(s) {
		switch c := s[i]; {
		case c == '.':
			dots++
		case c == ':':
			colons++
		case c == '%' && colons > 1:
			return true
		case '0' <= c && c <= '9', 'a' <= c|0x20 && c|0x20 <= 'f':
		default:
			return false
		}
	}
	return dots == 3 || colons > 1
}

// SetAddress stores an address: an IP in ip, a host name in domain. Words that
// mean "unknown" are ignored.
func SetAddress(ev *event.Event, ip, domain event.Field, s string) {
	if s == "" {
		return
	}
	if text, v6 := ParseIP(s); text != "" {
		ev.Set(ip, text)
		if ip == event.SourceIP || ip == event.DestinationIP {
			if v6 {
				ev.Set(event.NetworkType, "ipv6")
			} else {
				ev.Set(event.NetworkType, "ipv4")
			}
		}
		return
	}
	if IsHostName(s) && s != "UNKNOWN" && s != "unknown" {
		ev.Set(domain, s)
	}
}

// SetSource stores a source's address: source.ip, or source.domain for a name.
func SetSource(ev *event.Event, s string) {
	SetAddress(ev, event.SourceIP, event.SourceDomain, s)
}

// SetDestination is SetSource for destinations.
func SetDestination(ev *event.Event, s string) {
	SetAddress(ev, event.DestinationIP, event.DestinationDomain, s)
}

// IsHostName accepts the characters of DNS and NetBIOS names, with at least
// one letter.
func IsHostName(s string) bool {
	if len(s) > 253 {
		return false
	}
	letter := false
	for i := range len(s) {
		switch c := s[i]; {
		case 'a' <= c|0x20 && c|0x20 <= 'z':
			letter = true
		case '0' <= c && c <= '9', c == '.', c == '-', c == '_':
		default:
			return false
		}
	}
	return letter
}

// IsNumber reports whether s is a decimal number that fits into 63 bits.
func IsNumber(s string) bool {
	if s == "" || len(s) > 18 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// SetNumber stores a decimal number, without leading zeros.
func SetNumber(ev *event.Event, f event.Field, s string) {
	if IsNumber(s) {
		ev.Set(f, TrimZeros(s))
	}
}

// TrimZeros removes leading zeros from a number.
func TrimZeros(s string) string {
	for len(s) > 1 && s[0] == '0' {
		s = s[1:]
	}
	return s
}

// IsPort reports whether s is a port number, 0 to 65535.
func IsPort(s string) bool {
	if s == "" || len(s) > 5 {
		return false
	}
	n := 0
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n <= 65535
}

// SetPort stores a port, without leading zeros.
func SetPort(ev *event.Event, f event.Field, s string) {
	if IsPort(s) {
		ev.Set(f, TrimZeros(s))
	}
}

// transports are the IP protocols that network.transport names, by IANA
// number and by name.
var transports = []struct{ number, name string }{
	{"6", "tcp"}, {"17", "udp"}, {"1", "icmp"}, {"58", "ipv6-icmp"}, {"2", "igmp"}, {"47", "gre"},
	{"50", "esp"}, {"51", "ah"}, {"89", "ospf"}, {"103", "pim"}, {"112", "vrrp"}, {"132", "sctp"},
	{"41", "ipv6"}, {"4", "ipip"}, {"33", "dccp"}, {"136", "udplite"},
}

// SetTransport stores an IP protocol given by number or name and reports
// whether it was one.
func SetTransport(ev *event.Event, s string) bool {
	name := s
	if strings.EqualFold(name, "icmpv6") || strings.EqualFold(name, "icmp6") {
		name = "ipv6-icmp"
	}
	for _, t := range transports {
		if t.number == name || strings.EqualFold(t.name, name) {
			ev.Set(event.NetworkTransport, t.name)
			ev.Set(event.NetworkIANANumber, t.number)
			return true
		}
	}
	if IsNumber(s) && len(s) <= 3 {
		ev.Set(event.NetworkIANANumber, TrimZeros(s))
		return true
	}
	return false
}

// ParseMACs writes hardware addresses given as hexadecimal digits with any of the
// usual separators the way ECS (RFC 7042) does, 00-00-5E-00-53-23, and
// returns one of 6 bytes or two of them in sequence; ok is false for anything
// else.
func ParseMACs(s string, count int) (first, second string, ok bool) {
	var buf [36]byte
	n, digits := 0, 0
	for i := 0; i < len(s) && digits < 12*count; i++ {
		c := s[i]
		switch {
		case '0' <= c && c <= '9', 'A' <= c && c <= 'F':
		case 'a' <= c && c <= 'f':
			c -= 'a' - 'A'
		case c == ':' || c == '-' || c == '.':
			continue
		default:
			return "", "", false
		}
		if digits%2 == 0 && digits%12 != 0 {
			buf[n] = '-'
			n++
		}
		buf[n] = c
		n++
		digits++
	}
	if digits != 12*count {
		return "", "", false
	}
	both := string(buf[:n])
	if count == 1 {
		return both, "", true
	}
	return both[:17], both[17:], true
}

// SetMAC stores a hardware address the way ECS writes them (ParseMACs).
func SetMAC(ev *event.Event, f event.Field, s string) {
	if len(s) > 17 {
		return
	}
	if mac, _, ok := ParseMACs(s, 1); ok {
		ev.Set(f, mac)
	}
}

// SetUser stores a user name, splitting "DOMAIN\name".
func SetUser(ev *event.Event, f event.Field, s string) {
	if domain, name, ok := strings.Cut(s, `\`); ok && f == event.UserName && name != "" && !strings.Contains(name, `\`) {
		ev.Set(event.UserDomain, domain)
		s = name
	}
	ev.Set(f, s)
}

// Numeric returns s if it is a number.
func Numeric(s string) string {
	if IsNumber(s) {
		return s
	}
	return ""
}

// Observe sets which device saw the event.
func Observe(ev *event.Event, vendor, product, typ string) {
	ev.Set(event.ObserverVendor, vendor)
	ev.Set(event.ObserverProduct, product)
	ev.Set(event.ObserverType, typ)
	if typ != "" && !ev.Has(event.ObserverName) {
		ev.Set(event.ObserverName, ev.Get(event.HostName))
	}
}

// SetNamed stores a value under a field's name, unless the value is empty.
func SetNamed(ev *event.Event, name, value string) {
	if value != "" {
		ev.SetName(name, value)
	}
}
