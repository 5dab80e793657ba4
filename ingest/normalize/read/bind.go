package read

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

// Bind stores a value under the fields it is bound to.
func (k *Keyed) Bind(b *Binding, value string) {
	if isAbsent(value) {
		return
	}
	for ; b != nil; b = b.next {
		k.bindOne(b, value)
	}
}

func (k *Keyed) bindOne(b *Binding, value string) {
	ev := k.Event
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
		k.set(b, Lower(value))
	case asAddress:
		k.bindAddress(b, strings.TrimSpace(value))
	case asPort:
		if IsPort(value) {
			k.set(b, TrimZeros(value))
		}
	case asNumber:
		if IsNumber(value) {
			k.set(b, TrimZeros(value))
		}
	case asHex:
		k.set(b, Decimal(value))
	case asMAC:
		if len(value) <= 17 {
			if mac, _, ok := ParseMACs(value, 1); ok {
				k.set(b, mac)
			}
		}
	case asTransport:
		if !SetTransport(ev, value) {
			ev.Set(event.NetworkProtocol, Lower(value))
		}
	case asProtocol:
		if IsWord(value) {
			k.set(b, Lower(value))
		}
	case asUser:
		k.BindUser(b, value)
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
		SetURL(ev, value)
		if b.name != "" {
			k.set(b, value)
		}
	case asDirection:
		SetDirection(ev, value)
	case asAction:
		if VerdictOf(k.Action) == 0 { // a verdict tells more than the kind of event
			k.Action = value
		}
	case asOutcome:
		k.Outcome = value
	case asTime:
		if b.rank >= k.timeRank && SetTime(ev, value, k.Location) {
			k.timeRank = b.rank + 1
		} else if b.rank == 0 && k.Hour == "" && len(value) <= 15 {
			k.Hour = value // "time" beside a "date"
		}
	case asStamp:
		if ns, ok := ParseTime(value, k.Location); ok {
			k.set(b, event.FormatTime(ns))
		}
	case asDate:
		if len(value) > len("2006-01-02 15:04") && k.timeRank == 0 && SetTime(ev, value, k.Location) { // with its hour
			k.timeRank = 1
		} else {
			k.Date = value
		}
	case asHour:
		k.Hour = value
	case asZone:
		k.Zone = value
	case asSeconds, asMillis, asMicros, asNanos:
		if ns, ok := Scaled(value, decimals[b.as]); ok {
			k.set(b, ns)
		}
	case asClock:
		if ns, ok := clockDuration(value); ok {
			k.set(b, ns)
		}
	case asPath:
		SetPath(ev, value)
	case asImage:
		k.bindImage(b, value)
	case asList:
		for one := range strings.SplitSeq(value, ",") {
			k.AddTo(b, strings.TrimSpace(one))
		}
	case asHashes:
		SetHashes(ev, "process.hash.", value)
	case asBracketed:
		plain := *b
		plain.next = nil
		value = strings.TrimSuffix(strings.TrimPrefix(value, "<"), ">")
		switch plain.as = readingOf(b.label()); plain.as {
		case asUser:
			plain.as = asAccount
		}
		k.Bind(&plain, value)
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
		if ip, port := ProseIP(value); ip != "" {
			k.bindAddress(b, ip)
			if b.field == event.SourceIP && port != "" {
				SetPort(ev, event.SourcePort, port)
			}
		}
	case asUTC:
		if ns, ok := ParseTime(value, time.UTC); ok {
			k.set(b, event.FormatTime(ns))
		}
	case asTLSVersion:
		SetTLSVersion(ev, value)
	case asHTTPVersion:
		version := value
		if _, v, ok := strings.Cut(value, "/"); ok {
			version = v
		}
		k.set(b, version)
	case asHTTPScheme: // what stands behind HTTP
		if value = strings.TrimSpace(value); value == "" || value == "S" {
			k.set(b, "http"+Lower(value))
		}
	case asEmailDomain:
		if at := strings.IndexByte(value, '@'); at > 0 {
			k.set(b, value[at+1:])
		}
	case asMultiPath: // one path or several
		if strings.Contains(value, event.Separator) {
			k.set(b, value)
		} else {
			SetPath(ev, value)
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
			if ip, _ := ParseIP(strings.TrimSpace(one)); ip != "" {
				k.AddTo(b, ip)
			}
		}
	case asGoDuration: // 0.028s, 1m2s
		if d, err := time.ParseDuration(value); err == nil && d >= 0 {
			k.set(b, strconv.FormatInt(int64(d), 10))
		}
	case asNonZero:
		if IsNumber(value) && TrimZeros(value) != "0" {
			k.set(b, TrimZeros(value))
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
		ev.Set(event.LogLevel, Lower(value))
		ev.Set(event.EventSeverity, SyslogSeverity(value))
	case asDNSCode:
		k.set(b, dnsCode(value))
	case asDNSType:
		if name := dnsTypes[value]; name != "" {
			value = name
		}
		k.set(b, value)
	case asQuoted:
		k.set(b, Unquote(strings.TrimSpace(value)))
	case asNATAddress, asNATPort:
		k.bindNAT(b, value)
	default:
		k.set(b, value)
	}
}

func (k *Keyed) bindAddress(b *Binding, value string) {
	value = bareAddress(value)
	if b.field == event.SourceIP || b.field == event.DestinationIP {
		port := ""
		if strings.IndexByte(value, ':') > 0 {
			var ip string
			if ip, port = ProseIP(value); port != "" {
				value = ip
			}
		}
		SetAddress(k.Event, b.field, b.alt, value)
		if port == "" {
			return
		}
		field := event.SourcePort
		if b.field == event.DestinationIP {
			field = event.DestinationPort
		}
		if !k.Event.Has(field) {
			SetPort(k.Event, field, port)
		}
		return
	}
	for one := range event.Values(value) {
		if ip, _ := ParseIP(one); ip != "" {
			k.AddTo(b, ip)
		} else if ip, port, ok := CutLast(one, ":"); ok && IsPort(port) {
			if ip, _ := ParseIP(ip); ip != "" {
				k.AddTo(b, ip)
			}
		}
	}
}

// bindNAT stores a translated address or port where it differs from the
// original, which has to be bound before.
func (k *Keyed) bindNAT(b *Binding, value string) {
	original := event.SourceIP
	switch b.name {
	case FieldDestinationNATIP:
		original = event.DestinationIP
	case FieldSourceNATPort:
		original = event.SourcePort
	case FieldDestinationNATPort:
		original = event.DestinationPort
	}
	if value == k.Event.Get(original) {
		return
	}
	if b.as == asNATPort {
		if IsPort(value) {
			k.set(b, TrimZeros(value))
		}
	} else if ip, _ := ParseIP(value); ip != "" {
		k.set(b, ip)
	}
}

// BindUser stores a user name, splitting "DOMAIN\name".
func (k *Keyed) BindUser(b *Binding, value string) {
	if domain, name, ok := strings.Cut(value, `\`); ok && domain != "" {
		name = strings.TrimPrefix(name, `\`) // escaped once too often
		if name == "" || strings.IndexByte(name, '\\') >= 0 {
			b.side.name.set(k.Event, value)
			return
		}
		b.side.domain.set(k.Event, domain)
		value = name
	}
	b.side.name.set(k.Event, value)
}

// bindAccount stores a user name, splitting "DOMAIN\name" and "name@domain".
// Behind the @ may also be an address, which is kept aside: where a user comes
// from, unless something better tells.
func (k *Keyed) bindAccount(b *Binding, value string) {
	if at := strings.LastIndexByte(value, '@'); at > 0 {
		if ip, _ := ParseIP(value[at+1:]); ip != "" {
			if b.field == event.UserName {
				k.userIP = ip
			}
			value = value[:at]
		}
	}
	if at := strings.IndexByte(value, '@'); at > 0 && strings.IndexByte(value, '\\') < 0 {
		b.side.domain.set(k.Event, value[at+1:])
		b.side.name.set(k.Event, value[:at])
		if strings.IndexByte(value[at:], '.') > 0 {
			b.side.email.set(k.Event, value)
		}
		return
	}
	k.BindUser(b, value)
}

func (k *Keyed) bindImage(b *Binding, value string) {
	name := value[strings.LastIndexAny(value, `\/`)+1:]
	k.set(b, value)
	if b.field == event.ProcessExecutable {
		k.Event.Set(event.ProcessName, name)
	} else if b.field == event.ProcessParentExecutable {
		k.Event.Set(event.ProcessParentName, name)
	}
}

func (k *Keyed) set(b *Binding, value string) {
	if b.name != "" {
		if value != "" {
			k.Event.SetExtra(b.name, value)
		}
	} else {
		k.Event.Set(b.field, value)
	}
}

// AddTo appends a value to a field that may hold several.
func (k *Keyed) AddTo(b *Binding, value string) {
	if value == "" {
		return
	}
	var old string
	if b.name != "" {
		old, _ = k.Event.LookupName(b.name)
	} else {
		old = k.Event.Get(b.field)
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
