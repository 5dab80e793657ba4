package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Netfilter reads the Linux kernel's packet log (nf_log_syslog: iptables LOG,
// nftables log, UFW, firewalld, OpenWrt, UniFi):
//
//	[ 3529.28] [UFW BLOCK] IN=eth0 OUT= MAC=... SRC=192.0.2.1 DST=192.0.2.2 LEN=60 ... PROTO=TCP SPT=1 DPT=22 ... SYN
//
// The firewall's decision is not in the line; only the prefix, chosen by the
// admin or the product, can tell.
var Netfilter = read.Parser{
	Name:      "netfilter",
	First:     "^{",
	Recognize: recognizeNetfilter,
	Parse:     parseNetfilter,
}

func recognizeNetfilter(msg string) bool {
	return netfilterOut.In(msg) && strings.Contains(msg, "IN=") && (netfilterSource.In(msg) || strings.Contains(msg, " MAC="))
}

var netfilterOut, netfilterSource = read.NewClue(" OUT="), read.NewClue(" SRC=")

func parseNetfilter(m *read.Message, ev *event.Event) bool {
	s := m.Text
	out := netfilterOut.Index(s)
	if out < 0 {
		return false
	}
	in := strings.LastIndex(s[:out], "IN=")
	if in < 0 {
		return false
	}
	prefix := strings.TrimSpace(kernelTime(s[:in]))
	if len(prefix) > 200 || strings.Contains(prefix, `"`) && !strings.Contains(prefix, `DESCR="`) {
		return false // a line that quotes one
	}
	src := ""
	if i := netfilterSource.Index(s[in:]); i >= 0 {
		src, _, _ = strings.Cut(s[in+i+len(netfilterSource.Text):], " ")
	}
	if ip, _ := read.ParseIP(src); ip == "" && !strings.Contains(s[in:], " MAC=") {
		return false
	}
	ingress, egress, proto := netfilterPairs(ev, s[in:])
	read.SetTransport(ev, proto)
	ev.Set(event.ObserverIngressInterface, ingress)
	ev.Set(event.ObserverEgressInterface, egress)
	if ingress != "" && egress == "" {
		ev.Set(event.NetworkDirection, "inbound")
	} else if ingress == "" && egress != "" {
		ev.Set(event.NetworkDirection, "outbound")
	}
	switch prefixVerdict(prefix) {
	case read.Denied:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case read.Allowed:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	default:
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	}
	ev.Set(event.RuleName, prefixName(prefix))
	ev.Set(event.ObserverType, "firewall")
	if strings.HasPrefix(prefix, "[UFW ") {
		ev.Set(event.ObserverProduct, "ufw")
	}
	read.From(ev, "iptables", "iptables.log")
	return true
}

// netfilterPairs sets what a packet's pairs say, and returns those that must
// be interpreted together.
func netfilterPairs(ev *event.Event, pairs string) (ingress, egress, proto string) {
	seenLen := false
	for rest := pairs; rest != ""; {
		var word string
		word, rest, _ = strings.Cut(rest, " ")
		if word == "" {
			continue
		}
		if word[0] == '[' { // the packet an ICMP error is about
			break
		}
		key, value, ok := strings.Cut(word, "=")
		if !ok || value == "" {
			continue
		}
		switch key {
		case "IN":
			ingress = value
		case "OUT":
			egress = value
		case "SRC":
			read.SetSource(ev, value)
		case "DST":
			read.SetDestination(ev, value)
		case "SPT":
			read.SetPort(ev, event.SourcePort, value)
		case "DPT":
			read.SetPort(ev, event.DestinationPort, value)
		case "PROTO":
			proto = value
		case "LEN": // the packet's; UDP's own comes later
			if !seenLen {
				read.SetNumber(ev, event.NetworkBytes, value)
				seenLen = true
			}
		case "MAC":
			// destination, source, EtherType; other media have other lengths
			if strings.Count(value, ":") == 13 {
				if dst, src, ok := read.ParseMACs(value, 2); ok {
					ev.Set(event.DestinationMAC, dst)
					ev.Set(event.SourceMAC, src)
				}
			}
		case "MACSRC":
			read.SetMAC(ev, event.SourceMAC, value)
		case "MACDST":
			read.SetMAC(ev, event.DestinationMAC, value)
		case "TYPE":
			if read.IsNumber(value) {
				ev.SetExtra(read.FieldICMPType, value)
			}
		case "CODE":
			if read.IsNumber(value) {
				ev.SetExtra(read.FieldICMPCode, value)
			}
		case "VLAN", "VID":
			if read.IsNumber(value) {
				ev.SetExtra(read.FieldVLAN, value)
			}
		case "UID":
			read.SetNumber(ev, event.UserID, value)
		case "MARK":
			ev.SetExtra("iptables.mark", value)
		}
	}
	return ingress, egress, proto
}

// kernelTime strips "[ 3529.289825]" from the beginning.
func kernelTime(s string) string {
	rest, ok := strings.CutPrefix(s, "[")
	if !ok {
		return s
	}
	stamp, after, ok := strings.Cut(rest, "]")
	if !ok {
		return s
	}
	for i := range len(stamp) {
		if c := stamp[i]; (c < '0' || c > '9') && c != '.' && c != ' ' {
			return s
		}
	}
	return strings.TrimLeft(after, " ")
}

// prefixName returns the log prefix as a rule's name: without brackets and
// trailing punctuation; UniFi's DESCR="..." takes precedence.
func prefixName(prefix string) string {
	if _, descr, ok := strings.Cut(prefix, `DESCR="`); ok {
		if name, _, ok := strings.Cut(descr, `"`); ok {
			return name
		}
	}
	prefix = strings.TrimRight(prefix, ":- ")
	if len(prefix) > 2 && prefix[0] == '[' && prefix[len(prefix)-1] == ']' {
		prefix = prefix[1 : len(prefix)-1]
	}
	return prefix
}

// prefixVerdict reads the decision from a log prefix. A word of denial takes
// precedence: "UFW LIMIT BLOCK".
func prefixVerdict(prefix string) read.Verdict {
	var verdict read.Verdict
	if before, _, ok := strings.Cut(prefix, "DESCR="); ok {
		prefix = before
	}
	for i := 0; i < len(prefix); {
		for i < len(prefix) && !read.IsLetter(prefix[i]) {
			i++
		}
		start := i
		for i < len(prefix) && read.IsLetter(prefix[i]) {
			i++
		}
		switch v := read.VerdictOf(prefix[start:i]); {
		case v == read.Denied:
			return read.Denied
		case v != 0:
			verdict = v
		case start > 0 && prefix[start-1] == '-' && i == start+1: // UniFi: [WAN_LOCAL-default-D]
			switch prefix[start] {
			case 'D', 'R':
				return read.Denied
			case 'A':
				verdict = read.Allowed
			}
		case start > 0 && prefix[start-1] == '-' && prefix[start:i] == "RET": // UniFi: return to allow
			verdict = read.Allowed
		}
	}
	return verdict
}
