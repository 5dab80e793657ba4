package read

import (
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// reading is how a bound value is interpreted.
type reading uint8

// Readings that make one value of one value (convert).
const (
	asLower reading = iota
	asPort
	asNumber
	asNonZero
	asNumbers
	asHex
	asPlainHex
	asMAC
	asProtocol
	asStamp
	asUTC
	asSeconds
	asMillis
	asMicros
	asNanos
	asClock
	asGoDuration
	asHTTPVersion
	asHTTPScheme
	asEmailDomain
	asFQDN
	asDNSCode
	asDNSType
	asDNSClass
	asQuoted
	asUnknown
	asObjectList
	asInterface

	converting // their number
)

// Readings that need to know more than the value, or set more than one field
// (Keyed.bindOne).
const (
	asText = converting + iota
	asConstant
	asNothing
	asHost
	asAddress
	asAnyIP
	asIPList
	asNATAddress
	asNATPort
	asTransport
	asDirection
	asList
	asUser
	asAccount
	asEmail
	asGroup
	asBracketed
	asURL
	asPath
	asMultiPath
	asImage
	asHashes
	asTLSVersion
	asLevel
	asAction
	asOutcome
	asTime
	asDate
	asHour
	asZone
)

// readings are the names of readings in tables of bindings.
var readings = map[string]reading{
	"text": asText, "lower": asLower, "quoted": asQuoted, "bracketed": asBracketed, "unknown": asUnknown, "none": asNothing,
	"number": asNumber, "numbers": asNumbers, "nonzero": asNonZero, "hex": asHex, "dnhex": asPlainHex,
	"address": asAddress, "anyip": asAnyIP, "iplist": asIPList, "nat": asNATAddress, "natport": asNATPort, "port": asPort, "mac": asMAC,
	"host": asHost, "fqdn": asFQDN, "interface": asInterface, "transport": asTransport, "protocol": asProtocol, "direction": asDirection,
	"user": asUser, "account": asAccount, "email": asEmail, "emaildomain": asEmailDomain, "group": asGroup,
	"time": asStamp, "utc": asUTC, "clock": asClock, "go": asGoDuration, "s": asSeconds, "ms": asMillis, "us": asMicros, "ns": asNanos,
	"url": asURL, "http": asHTTPScheme, "httpversion": asHTTPVersion, "tlsversion": asTLSVersion,
	"dnscode": asDNSCode, "dnstype": asDNSType, "zeekclass": asDNSClass,
	"path": asPath, "multipath": asMultiPath, "image": asImage, "hashes": asHashes,
	"list": asList, "objects": asObjectList, "level": asLevel,
}

// readingOf infers from a field's name how its values are read.
func readingOf(name string) reading {
	switch name {
	case "network.transport":
		return asTransport
	case "network.direction":
		return asDirection
	case "network.protocol":
		return asProtocol
	case "network.application":
		return asLower
	case "url.original", "url.full":
		return asURL
	case "user.name", "user.target.name", "user.effective.name", "source.user.name", "destination.user.name", "client.user.name", "server.user.name":
		return asUser
	case "user.email", "user.target.email", "source.user.email", "destination.user.email", "client.user.email":
		return asText
	case "file.path":
		return asPath
	case "process.executable", "process.parent.executable":
		return asImage
	case "host.name", "host.hostname", "observer.hostname":
		return asHost
	case "event.start", "event.end", "event.created", "file.mtime", "file.created", "file.ctime", "file.accessed", "process.start", "process.end", "process.parent.start",
		"threat.indicator.first_seen", "threat.indicator.last_seen", "file.x509.not_after", "file.x509.not_before", "tls.server.not_after", "tls.server.not_before":
		return asStamp
	case "event.duration":
		return asSeconds
	}
	last := name[strings.LastIndexByte(name, '.')+1:]
	switch last {
	case "ip":
		return asAddress
	case "port":
		return asPort
	case "mac":
		return asMAC
	case "bytes", "packets", "pid", "size", "status_code", "iana_number", "severity", "args_count", "sequence":
		return asNumber
	}
	return asText
}

// convert turns what a sender wrote into the value to store; ok is false if it
// cannot be of that kind.
func (how reading) convert(value string, loc *time.Location) (converted string, ok bool) {
	switch how {
	case asLower:
		return Lower(value), true
	case asPort:
		return TrimZeros(value), IsPort(value)
	case asNumber:
		return TrimZeros(value), IsNumber(value)
	case asNonZero, asNumbers, asHex, asPlainHex, asMAC:
		return how.convertDigits(value)
	case asStamp, asUTC, asSeconds, asMillis, asMicros, asNanos, asClock, asGoDuration:
		return how.convertTime(value, loc)
	case asProtocol:
		return Lower(value), IsWord(value)
	case asHTTPVersion: // HTTP/1.1, or 1.1
		if _, version, ok := strings.Cut(value, "/"); ok {
			return version, true
		}
	case asHTTPScheme: // what follows HTTP
		value = strings.TrimSpace(value)
		return "http" + Lower(value), value == "" || value == "S"
	case asEmailDomain:
		at := strings.IndexByte(value, '@')
		return value[at+1:], at > 0
	case asFQDN: // with or without the trailing dot
		return strings.TrimSuffix(value, "."), true
	case asDNSCode:
		return dnsCode(value), true
	case asDNSType:
		if name := dnsTypes[value]; name != "" {
			return name, true
		}
	case asDNSClass:
		if value == "C_INTERNET" || value == "1" {
			return "IN", true
		}
	case asQuoted:
		return Unquote(strings.TrimSpace(value)), true
	case asUnknown: // UNKNOWN stands for none
		return value, !strings.EqualFold(value, "unknown")
	}
	return value, true
}

// convertDigits makes another number, or the usual form, of digits.
func (how reading) convertDigits(value string) (converted string, ok bool) {
	switch how {
	case asNonZero:
		value, ok = TrimZeros(value), IsNumber(value)
		return value, ok && value != "0"
	case asNumbers: // 119.0, several of them
		for one := range event.Values(value) {
			whole, _, _ := strings.Cut(one, ".")
			if converted != "" {
				converted += event.Separator
			}
			converted += whole
		}
		return converted, true
	case asHex:
		return Decimal(value), true
	case asPlainHex: // aa:bb:cc without the colons, in upper case
		return strings.ToUpper(strings.ReplaceAll(value, ":", "")), true
	case asMAC:
		if len(value) > 17 {
			return "", false
		}
		mac, _, ok := ParseMACs(value, 1)
		return mac, ok
	}
	return value, true
}

// convertTime converts times, and durations to nanoseconds.
func (how reading) convertTime(value string, loc *time.Location) (converted string, ok bool) {
	switch how {
	case asSeconds:
		return Scaled(value, 9)
	case asMillis:
		return Scaled(value, 6)
	case asMicros:
		return Scaled(value, 3)
	case asNanos:
		return Scaled(value, 0)
	case asClock:
		return clockDuration(value)
	case asGoDuration: // 0.028s, 1m2s
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return "", false
		}
		return strconv.FormatInt(int64(d), 10), true
	case asUTC:
		loc = time.UTC
	}
	ns, ok := ParseTime(value, loc)
	if !ok {
		return "", false
	}
	return event.FormatTime(ns), true
}
