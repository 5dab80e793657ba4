package firewall

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Filterlog reads the packet filter log of pfSense and OPNsense, one CSV line
// per packet (Netgate documentation, "Raw Filter Log Format"):
//
//	rule,sub-rule,anchor,tracker,interface,reason,action,direction,version,
//	4: tos,ecn,ttl,id,offset,flags,protocol id,protocol,length,source,destination,
//	6: class,flow label,hop limit,protocol,protocol id,length,source,destination,
//	TCP: source port,destination port,data length,flags,...  UDP: ...,data length
var Filterlog = read.Parser{
	Name:  "filterlog",
	Apps:  []string{"filterlog"},
	First: "0-9",
	Recognize: func(msg string) bool {
		rest := msg[:min(len(msg), 200)]
		for i := range 7 {
			j := strings.IndexByte(rest, ',')
			if j < 0 || i == 0 && !read.IsNumber(rest[:j]) {
				return false
			}
			rest = rest[j+1:]
		}
		return strings.HasPrefix(rest, "in,") || strings.HasPrefix(rest, "out,")
	},
	Parse: parseFilterlog,
}

func parseFilterlog(m *read.Message, ev *event.Event) bool {
	var cols [32]string
	n := 0
	for rest, more := m.Text, true; more && n < len(cols); n++ {
		cols[n], rest, more = strings.Cut(rest, ",")
	}
	if n < 17 || !read.IsNumber(cols[0]) || cols[7] != "in" && cols[7] != "out" {
		return false
	}
	var src, dst int
	var number, name, length string
	switch cols[8] {
	case "4":
		src, dst = 18, 19
		number, name, length = cols[15], cols[16], cols[17]
	case "6":
		src, dst = 15, 16
		name, number, length = cols[12], cols[13], cols[14]
	default:
		return false
	}
	if dst >= n {
		return false
	}
	read.SetSource(ev, cols[src])
	read.SetDestination(ev, cols[dst])
	if !read.SetTransport(ev, number) {
		read.SetTransport(ev, name)
	}
	read.SetNumber(ev, event.NetworkBytes, length)
	switch ev.Get(event.NetworkTransport) {
	case "tcp", "udp", "sctp":
		read.SetPort(ev, event.SourcePort, cols[dst+1])
		read.SetPort(ev, event.DestinationPort, cols[dst+2])
		if flags := cols[dst+4]; cols[dst+1] != "" && number == "6" && flags != "" {
			ev.SetExtra("tcp.flags", flags)
		}
	case "icmp", "ipv6-icmp":
		if kind := strings.TrimSpace(cols[dst+1]); kind != "" {
			ev.SetExtra(read.FieldICMPType, kind)
		}
	}
	switch cols[6] {
	case "block", "reject":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
	case "pass":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
	default: // rdr, nat, binat, scrub
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	}
	ev.SetExtra("pf.action", cols[6])
	ev.Set(event.EventReason, cols[5])
	if cols[7] == "in" {
		ev.Set(event.NetworkDirection, "inbound")
		ev.Set(event.ObserverIngressInterface, cols[4])
	} else {
		ev.Set(event.NetworkDirection, "outbound")
		ev.Set(event.ObserverEgressInterface, cols[4])
	}
	if _, vlan, ok := strings.Cut(cols[4], "."); ok && read.IsNumber(vlan) {
		ev.SetExtra(read.FieldVLAN, vlan)
		ev.SetExtra("observer.ingress.vlan.id", vlan)
	}
	filterlogRule(&cols, ev)
	ev.Set(event.ObserverType, "firewall")
	ev.Set(event.ObserverName, ev.Get(event.HostName))
	read.From(ev, "pfsense", "pfsense.log")
	return true
}

// filterlogRule stores the rule and which of the two products it is: pfSense
// tracks rules by number, OPNsense by a hash of 32 hexadecimal digits (older
// releases by number too, when only the host name can give it away).
func filterlogRule(cols *[32]string, ev *event.Event) {
	tracker := cols[3]
	if tracker == "" || tracker == "0" {
		ev.Set(event.RuleID, cols[0])
	} else {
		ev.Set(event.RuleID, tracker)
	}
	ev.Set(event.RuleRuleset, cols[2])
	host := ev.Get(event.HostName)
	switch {
	case len(tracker) == 32 || strings.Contains(host, "opnsense") || strings.Contains(host, "OPNsense"):
		ev.Set(event.ObserverVendor, "OPNsense")
		ev.Set(event.ObserverProduct, "opnsense")
	case read.IsNumber(tracker) && tracker != "0":
		ev.Set(event.ObserverVendor, "Netgate")
		ev.Set(event.ObserverProduct, "pfsense")
	default:
		ev.Set(event.ObserverProduct, "pf")
	}
}
