package read

import (
	"strconv"
	"strings"
)

// DNSTypeName returns the name of a DNS record type given by number (IANA).
func DNSTypeName(number string) string {
	switch number {
	case "1":
		return "A"
	case "2":
		return "NS"
	case "5":
		return "CNAME"
	case "6":
		return "SOA"
	case "12":
		return "PTR"
	case "15":
		return "MX"
	case "16":
		return "TXT"
	case "28":
		return "AAAA"
	case "33":
		return "SRV"
	case "35":
		return "NAPTR"
	case "43":
		return "DS"
	case "48":
		return "DNSKEY"
	case "64":
		return "SVCB"
	case "65":
		return "HTTPS"
	case "255":
		return "ANY"
	}
	return number
}

// dnsCode returns the name of a DNS response code (RFC 1035, 2136; IANA) given
// by name, number or in words ("No Error").
func dnsCode(s string) string {
	short := strings.ToUpper(strings.ReplaceAll(s, " ", ""))
	for i, name := range dnsCodes {
		if short == name || s == strconv.Itoa(i) {
			return name
		}
	}
	switch short {
	case "NON-EXISTENTDOMAIN", "NONEXISTENTDOMAIN", "NAMEERROR":
		return "NXDOMAIN"
	case "SERVERFAILURE":
		return "SERVFAIL"
	case "FORMATERROR":
		return "FORMERR"
	case "QUERYREFUSED":
		return "REFUSED"
	}
	return s
}

var dnsCodes = [...]string{"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE"}

// dnsTypes are Firepower's words for DNS record types.
var dnsTypes = map[string]string{
	"a host address": "A", "IP6 Address": "AAAA", "the canonical name for an alias": "CNAME", "an authoritative name server": "NS", "text strings": "TXT",
	"a domain name pointer": "PTR", "marks the start of a zone of authority": "SOA", "Server Selection": "SRV", "mail exchange": "MX",
}
