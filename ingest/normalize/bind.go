package normalize

import (
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// What bindings do with values.

// isAbsent tells whether a value means that there is none.
func isAbsent(value string) bool {
	switch value {
	case "", "-", "N/A", "n/a", "(null)", "null":
		return true
	}
	return false
}

// bind stores a value under the fields it is bound to.
func (k *keyed) bind(b *binding, value string) {
	if isAbsent(value) {
		return
	}
	for ; b != nil; b = b.next {
		k.bindOne(b, value)
	}
}

func (k *keyed) bindOne(b *binding, value string) {
	ev := k.ev
	switch b.as {
	case asText:
		if b.field == event.HostName && ev.Has(event.HostName) {
			return // the header's host stays
		}
		k.set(b, value)
	case asHost:
		if k.hosts || !ev.Has(event.HostName) || b.field != event.HostName {
			k.set(b, value)
		}
	case asLower:
		k.set(b, lower(value))
	case asAddress:
		k.bindAddress(b, strings.TrimSpace(value))
	case asPort:
		if isPort(value) {
			k.set(b, trimZeros(value))
		}
	case asNumber:
		if isNumber(value) {
			k.set(b, trimZeros(value))
		}
	case asHex:
		k.set(b, decimal(value))
	case asMAC:
		if len(value) <= 17 {
			if mac, _, ok := macs(value, 1); ok {
				k.set(b, mac)
			}
		}
	case asTransport:
		if !setTransport(ev, value) {
			ev.Set(event.NetworkProtocol, lower(value))
		}
	case asProtocol:
		if isWord(value) {
			k.set(b, lower(value))
		}
	case asUser:
		k.bindUser(b, value)
	case asAccount:
		k.bindAccount(b, value)
	case asEmail:
		if at := strings.IndexByte(value, '@'); at > 0 {
			b.side.email.set(ev, value)
			b.side.name.set(ev, value[:at])
			b.side.domain.set(ev, value[at+1:])
		} else {
			b.side.name.set(ev, value)
		}
	case asURL:
		setURL(ev, value)
		if b.name != "" {
			k.set(b, value)
		}
	case asDirection:
		setDirection(ev, value)
	case asAction:
		if verdictOf(k.action) == 0 { // a verdict tells more than the kind of event
			k.action = value
		}
	case asOutcome:
		k.outcome = value
	case asTime:
		if b.rank >= k.timeRank && setTime(ev, value, k.loc) {
			k.timeRank = b.rank + 1
		} else if b.rank == 0 && k.hour == "" && len(value) <= 15 {
			k.hour = value // "time" beside a "date"
		}
	case asStamp:
		if ns, ok := parseTime(value, k.loc); ok {
			k.set(b, event.FormatTime(ns))
		}
	case asDate:
		if len(value) > len("2006-01-02 15:04") && k.timeRank == 0 && setTime(ev, value, k.loc) { // with its hour
			k.timeRank = 1
		} else {
			k.date = value
		}
	case asHour:
		k.hour = value
	case asZone:
		k.zone = value
	case asSeconds, asMillis, asMicros, asNanos:
		if ns, ok := scaled(value, decimals[b.as]); ok {
			k.set(b, ns)
		}
	case asClock:
		if ns, ok := clockDuration(value); ok {
			k.set(b, ns)
		}
	case asPath:
		setPath(ev, value)
	case asImage:
		k.bindImage(b, value)
	case asList:
		for one := range strings.SplitSeq(value, ",") {
			k.addTo(b, strings.TrimSpace(one))
		}
	case asHashes:
		setHashes(ev, "process.hash.", value)
	case asBracketed:
		plain := *b
		plain.next = nil
		value = strings.TrimSuffix(strings.TrimPrefix(value, "<"), ">")
		switch plain.as = readingOf(b.label()); plain.as {
		case asUser:
			plain.as = asAccount
		}
		k.bind(&plain, value)
	case asNothing:
	case asGroup:
		// A group's address is a name and a domain.
		name, domain, ok := strings.Cut(value, "@")
		b.side.name.set(ev, name)
		if ok {
			b.side.domain.set(ev, domain)
		}
	case asAnyIP:
		// With a port or brackets, or none at all.
		if ip, port := proseIP(value); ip != "" {
			k.bindAddress(b, ip)
			if b.field == event.SourceIP && port != "" {
				setPort(ev, event.SourcePort, port)
			}
		}
	case asUTC:
		if ns, ok := parseTime(value, time.UTC); ok {
			k.set(b, event.FormatTime(ns))
		}
	case asTLSVersion:
		setTLSVersion(ev, value)
	case asHTTPVersion:
		version := value
		if _, v, ok := strings.Cut(value, "/"); ok {
			version = v
		}
		k.set(b, version)
	case asHTTPScheme: // what stands behind HTTP
		if value = strings.TrimSpace(value); value == "" || value == "S" {
			k.set(b, "http"+lower(value))
		}
	case asEmailDomain:
		if at := strings.IndexByte(value, '@'); at > 0 {
			k.set(b, value[at+1:])
		}
	case asMultiPath: // one path or several
		if strings.Contains(value, event.Separator) {
			k.set(b, value)
		} else {
			setPath(ev, value)
		}
	case asPlainHex: // aa:bb:cc without the colons, in capitals
		k.set(b, strings.ToUpper(strings.ReplaceAll(value, ":", "")))
	case asNumbers: // 119.0
		out := ""
		for one := range event.Values(value) {
			whole, _, _ := strings.Cut(one, ".")
			if out != "" {
				out += event.Separator
			}
			out += whole
		}
		k.set(b, out)
	case asDNSClass:
		if value == "C_INTERNET" || value == "1" {
			value = "IN"
		}
		k.set(b, value)
	case asIPList: // addresses with commas between
		for one := range strings.SplitSeq(value, ",") {
			if ip, _ := parseIP(strings.TrimSpace(one)); ip != "" {
				k.addTo(b, ip)
			}
		}
	case asGoDuration: // 0.028s, 1m2s
		if d, err := time.ParseDuration(value); err == nil && d >= 0 {
			k.set(b, strconv.FormatInt(int64(d), 10))
		}
	case asNonZero:
		if isNumber(value) && trimZeros(value) != "0" {
			k.set(b, trimZeros(value))
		}
	case asFQDN: // with or without the root's dot
		k.set(b, strings.TrimSuffix(value, "."))
	case asUnknown: // UNKNOWN stands for none
		if !strings.EqualFold(value, "unknown") {
			k.set(b, value)
		}
	case asConstant:
		k.set(b, b.constant)
	case asLevel:
		ev.Set(event.LogLevel, lower(value))
		ev.Set(event.EventSeverity, syslogSeverity(value))
	case asDNSCode:
		k.set(b, dnsCode(value))
	case asDNSType:
		if name := dnsTypes[value]; name != "" {
			value = name
		}
		k.set(b, value)
	case asQuoted:
		k.set(b, unquote(strings.TrimSpace(value)))
	case asNATAddress, asNATPort:
		k.bindNAT(b, value)
	default:
		k.set(b, value)
	}
}

func (k *keyed) bindAddress(b *binding, value string) {
	value = bareAddress(value)
	if b.field == event.SourceIP || b.field == event.DestinationIP {
		port := ""
		if strings.IndexByte(value, ':') > 0 {
			var ip string
			if ip, port = proseIP(value); port != "" {
				value = ip
			}
		}
		setAddress(k.ev, b.field, b.alt, value)
		if port == "" {
			return
		}
		field := event.SourcePort
		if b.field == event.DestinationIP {
			field = event.DestinationPort
		}
		if !k.ev.Has(field) {
			setPort(k.ev, field, port)
		}
		return
	}
	for one := range event.Values(value) {
		if ip, _ := parseIP(one); ip != "" {
			k.addTo(b, ip)
		} else if ip, port, ok := cutLast(one, ":"); ok && isPort(port) {
			if ip, _ := parseIP(ip); ip != "" {
				k.addTo(b, ip)
			}
		}
	}
}

// bindNAT stores a translated address or port where it differs from the
// original, which has to be bound before.
func (k *keyed) bindNAT(b *binding, value string) {
	original := event.SourceIP
	switch b.name {
	case fieldDestNAT:
		original = event.DestinationIP
	case fieldSourceNATP:
		original = event.SourcePort
	case fieldDestNATP:
		original = event.DestinationPort
	}
	if value == k.ev.Get(original) {
		return
	}
	if b.as == asNATPort {
		if isPort(value) {
			k.set(b, trimZeros(value))
		}
	} else if ip, _ := parseIP(value); ip != "" {
		k.set(b, ip)
	}
}

// bindUser stores a user name, splitting "DOMAIN\name".
func (k *keyed) bindUser(b *binding, value string) {
	if domain, name, ok := strings.Cut(value, `\`); ok && domain != "" {
		name = strings.TrimPrefix(name, `\`) // escaped once too often
		if name == "" || strings.IndexByte(name, '\\') >= 0 {
			b.side.name.set(k.ev, value)
			return
		}
		b.side.domain.set(k.ev, domain)
		value = name
	}
	b.side.name.set(k.ev, value)
}

// bindAccount stores a user name, splitting "DOMAIN\name" and "name@domain".
// Behind the @ may also be an address, which is kept aside: where a user comes
// from, unless something better tells.
func (k *keyed) bindAccount(b *binding, value string) {
	if at := strings.LastIndexByte(value, '@'); at > 0 {
		if ip, _ := parseIP(value[at+1:]); ip != "" {
			if b.field == event.UserName {
				k.userIP = ip
			}
			value = value[:at]
		}
	}
	if at := strings.IndexByte(value, '@'); at > 0 && strings.IndexByte(value, '\\') < 0 {
		b.side.domain.set(k.ev, value[at+1:])
		b.side.name.set(k.ev, value[:at])
		if strings.IndexByte(value[at:], '.') > 0 {
			b.side.email.set(k.ev, value)
		}
		return
	}
	k.bindUser(b, value)
}

func (k *keyed) bindImage(b *binding, value string) {
	name := value[strings.LastIndexAny(value, `\/`)+1:]
	k.set(b, value)
	if b.field == event.ProcessExecutable {
		k.ev.Set(event.ProcessName, name)
	} else if b.field == event.ProcessParentExecutable {
		k.ev.Set(event.ProcessParentName, name)
	}
}

func (k *keyed) set(b *binding, value string) {
	if b.name != "" {
		if value != "" {
			k.ev.SetExtra(b.name, value)
		}
	} else {
		k.ev.Set(b.field, value)
	}
}

// addTo appends a value to a field that may hold several.
func (k *keyed) addTo(b *binding, value string) {
	if value == "" {
		return
	}
	var old string
	if b.name != "" {
		old, _ = k.ev.LookupName(b.name)
	} else {
		old = k.ev.Get(b.field)
	}
	if old != "" {
		for have := range event.Values(old) {
			if have == value {
				return
			}
		}
		value = old + event.Separator + value
	}
	k.set(b, value)
}
