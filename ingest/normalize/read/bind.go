package read

import (
	"strings"

	"porchlight/ingest/event"
)

// isAbsent reports whether a value stands for "none".
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

// bindOne stores a value under the first field of a binding.
func (k *Keyed) bindOne(b *Binding, value string) {
	if b.as < converting {
		if converted, ok := b.as.convert(value, k.Location); ok {
			k.set(b, converted)
		}
		return
	}
	ev := k.Event
	switch b.as {
	case asText:
		if b.field == event.HostName && ev.Has(event.HostName) {
			return // the header's host is kept
		}
		k.set(b, value)
	case asConstant:
		k.set(b, b.constant)
	case asHost:
		if k.hosts || !ev.Has(event.HostName) || b.field != event.HostName {
			k.set(b, value)
		}
	case asAddress:
		k.bindAddress(b, strings.TrimSpace(value))
	case asAnyIP, asIPList, asNATAddress, asNATPort:
		k.bindAddresses(b, value)
	case asTransport:
		if !SetTransport(ev, value) {
			ev.Set(event.NetworkProtocol, Lower(value))
		}
	case asDirection:
		SetDirection(ev, value)
	case asList:
		for one := range strings.SplitSeq(value, ",") {
			k.AddTo(b, strings.TrimSpace(one))
		}
	case asUser, asAccount, asEmail, asGroup, asBracketed:
		k.bindName(b, value)
	case asURL, asPath, asMultiPath, asImage, asHashes:
		k.bindObject(b, value)
	case asTLSVersion:
		SetTLSVersion(ev, value)
	case asLevel:
		ev.Set(event.LogLevel, Lower(value))
		ev.Set(event.EventSeverity, SyslogSeverity(value))
	case asAction:
		if VerdictOf(k.Action) == 0 { // a verdict says more than the kind of event
			k.Action = value
		}
	case asOutcome:
		k.Outcome = value
	case asTime, asDate, asHour, asZone:
		k.bindTime(b, value)
	}
}

// bindTime stores the event's own time, or a part of it until all are known
// (Finish).
func (k *Keyed) bindTime(b *Binding, value string) {
	switch b.as {
	case asTime:
		if b.rank >= k.timeRank && SetTime(k.Event, value, k.Location) {
			k.timeRank = b.rank + 1
		} else if b.rank == 0 && k.Hour == "" && len(value) <= 15 {
			k.Hour = value // "time" beside a "date"
		}
	case asDate:
		if len(value) > len("2006-01-02 15:04") && k.timeRank == 0 && SetTime(k.Event, value, k.Location) { // with its hour
			k.timeRank = 1
		} else {
			k.Date = value
		}
	case asHour:
		k.Hour = value
	case asZone:
		k.Zone = value
	}
}

// bindObject stores a URL, a path or hashes, and their parts.
func (k *Keyed) bindObject(b *Binding, value string) {
	switch b.as {
	case asURL:
		SetURL(k.Event, value)
		if b.name != "" {
			k.set(b, value)
		}
	case asPath:
		SetPath(k.Event, value)
	case asMultiPath: // one path or several
		if strings.Contains(value, event.Separator) {
			k.set(b, value)
		} else {
			SetPath(k.Event, value)
		}
	case asImage:
		k.bindImage(b, value)
	case asHashes:
		SetHashes(k.Event, "process.hash.", value)
	}
}

// bindName stores the name of a user or a group, and its parts.
func (k *Keyed) bindName(b *Binding, value string) {
	switch b.as {
	case asUser:
		k.BindUser(b, value)
	case asAccount:
		k.bindAccount(b, value)
	case asEmail:
		if at := strings.IndexByte(value, '@'); at > 0 {
			b.side.email.set(k.Event, value)
			b.side.name.set(k.Event, value[:at])
			b.side.domain.set(k.Event, value[at+1:])
		} else {
			b.side.name.set(k.Event, value)
		}
	case asGroup: // whose address is a name and a domain
		name, domain, ok := strings.Cut(value, "@")
		b.side.name.set(k.Event, name)
		if ok {
			b.side.domain.set(k.Event, domain)
		}
	case asBracketed:
		plain := *b
		plain.next = nil
		if plain.as = readingOf(b.label()); plain.as == asUser {
			plain.as = asAccount
		}
		k.Bind(&plain, strings.TrimSuffix(strings.TrimPrefix(value, "<"), ">"))
	}
}

// bindAddresses stores addresses that are written in other ways.
func (k *Keyed) bindAddresses(b *Binding, value string) {
	switch b.as {
	case asAnyIP: // with a port or brackets, or none at all
		if ip, port := ProseIP(value); ip != "" {
			k.bindAddress(b, ip)
			if b.field == event.SourceIP && port != "" {
				SetPort(k.Event, event.SourcePort, port)
			}
		}
	case asIPList: // with commas between
		for one := range strings.SplitSeq(value, ",") {
			if ip, _ := ParseIP(strings.TrimSpace(one)); ip != "" {
				k.AddTo(b, ip)
			}
		}
	case asNATAddress, asNATPort:
		k.bindNAT(b, value)
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
// After the @ there may also be an address, which is set aside: it is where a
// user comes from, unless something better says so.
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
