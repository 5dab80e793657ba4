package read

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
)

// Values as senders write them, and the fields they become.

// Fields without a slot that readings set.
const (
	FieldDuration           = "event.duration" // nanoseconds
	FieldURLQuery           = "url.query"
	fieldURLScheme          = "url.scheme"
	fieldURLPort            = "url.port"
	fieldURLExt             = "url.extension"
	fieldURLFrag            = "url.fragment"
	fieldFileDir            = "file.directory"
	fieldFileExt            = "file.extension"
	FieldSourceNATIP        = "source.nat.ip"
	FieldDestinationNATIP   = "destination.nat.ip"
	FieldSourceNATPort      = "source.nat.port"
	FieldDestinationNATPort = "destination.nat.port"
)

// Scaled multiplies a decimal number by 10^digits: it converts a duration in
// some unit to nanoseconds.
func Scaled(s string, digits int) (string, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if whole == "" && fraction != "" {
		whole = "0"
	}
	if !IsNumber(whole) || len(whole) > 12 {
		return "", false
	}
	n := int64(0)
	for i := range len(whole) {
		n = n*10 + int64(whole[i]-'0')
	}
	if n == 0 && strings.Trim(fraction, "0") == "" {
		return "0", true
	}
	for i := range digits {
		if n > 1<<58 {
			return "", false
		}
		n *= 10
		if i < len(fraction) {
			c := fraction[i]
			if c < '0' || c > '9' {
				return "", false
			}
			n += int64(c - '0')
		}
	}
	if digits < len(fraction) && fraction[digits] >= '5' && fraction[digits] <= '9' {
		n++
	}
	return strconv.FormatInt(n, 10), true
}

// clockDuration reads h:mm:ss, also "0h:01m:52s" and "1d 2h:03m:04s", as
// nanoseconds.
func clockDuration(s string) (string, bool) {
	if len(s) > 32 {
		return "", false
	}
	var total, n int64
	digits, parts := 0, 0
	unit := func(c byte) int64 {
		switch c {
		case 'd':
			return 86400
		case 'h':
			return 3600
		case 'm':
			return 60
		case 's':
			return 1
		}
		return 0
	}
	named := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			if n = n*10 + int64(c-'0'); n > 1<<40 {
				return "", false
			}
			digits++
		case unit(c) > 0 && digits > 0:
			total += n * unit(c)
			n, digits, named = 0, 0, true
			parts++
		case c == ':' && digits > 0:
			total = (total + n) * 60
			n, digits = 0, 0
			parts++
		case c == ':' || c == ' ' || c == ',':
		default:
			return "", false
		}
	}
	if digits > 0 {
		total += n
		parts++
	}
	if parts < 2 && !named || total > 1<<32 {
		return "", false
	}
	if total == 0 {
		return "0", true
	}
	return strconv.FormatInt(total*1e9, 10), true
}

// hashFields are the names of hashes in ECS, by prefix and kind.
var hashFields = func() map[string]string {
	m := map[string]string{}
	for _, prefix := range [...]string{"process.hash.", "file.hash."} {
		for kind, name := range map[string]string{"SHA1": "sha1", "MD5": "md5", "SHA256": "sha256", "SHA512": "sha512"} {
			m[prefix+kind] = prefix + name
		}
		m[prefix+"IMPHASH"] = strings.Replace(prefix, "hash.", "pe.imphash", 1)
	}
	return m
}()

// SetHashes stores the hashes that Sysmon and others write in one value,
// SHA1=...,MD5=...,SHA256=...,IMPHASH=..., under a prefix of hashFields.
func SetHashes(ev *event.Event, prefix, s string) {
	for s != "" {
		var one string
		one, s, _ = strings.Cut(s, ",")
		kind, hash, ok := strings.Cut(strings.TrimSpace(one), "=")
		if !ok || strings.Trim(hash, "0") == "" {
			continue
		}
		var buf [32]byte
		if name, ok := hashFields[string(append(append(buf[:0], prefix...), kind...))]; ok {
			ev.SetExtra(name, Lower(hash))
		}
	}
}

// SetTLSVersion stores "TLSv1.2", "TLS 1.2", "TLSv12", "TLSV1_2" or "SSLv3" as
// ECS wants it: tls.version 1.2 and tls.version_protocol tls.
func SetTLSVersion(ev *event.Event, s string) {
	protocol := "tls"
	if len(s) < 4 {
		return
	}
	if strings.EqualFold(s[:3], "ssl") {
		protocol = "ssl"
	} else if !strings.EqualFold(s[:3], "tls") {
		return
	}
	version := strings.TrimLeft(s[3:], " vV")
	version = strings.ReplaceAll(version, "_", ".")
	if len(version) == 2 && IsNumber(version) {
		version = version[:1] + "." + version[1:]
	}
	if len(version) == 1 && protocol == "tls" {
		version += ".0"
	}
	SetNamed(ev, "tls.version", version)
	SetNamed(ev, "tls.version_protocol", protocol)
}

// SetDN stores the parts of a distinguished name (RFC 4514), "CN=a,O=b,C=c",
// below a prefix such as tls.server.x509.subject.
func SetDN(ev *event.Event, prefix, dn string) {
	if len(dn) > 4096 {
		return
	}
	parts := 0
	for rest := dn; rest != "" && parts < 16; parts++ {
		end := len(rest)
		for i := 0; i < len(rest); i++ {
			if rest[i] == '\\' {
				i++
			} else if rest[i] == ',' || rest[i] == '/' && i > 0 && strings.IndexByte(rest[i+1:], '=') > 0 && isDNKey(rest[i+1:]) {
				end = i
				break
			}
		}
		key, value, ok := strings.Cut(strings.Trim(rest[:end], " /"), "=")
		if ok {
			if name := dnFields[strings.ToUpper(strings.TrimSpace(key))]; name != "" {
				SetNamed(ev, prefix+"."+name, strings.ReplaceAll(strings.TrimSpace(value), "\\,", ","))
			}
		}
		if end == len(rest) {
			break
		}
		rest = rest[end+1:]
	}
}

func isDNKey(s string) bool {
	key, _, _ := strings.Cut(s, "=")
	return dnFields[strings.ToUpper(key)] != ""
}

var dnFields = map[string]string{
	"CN": "common_name", "O": "organization", "OU": "organizational_unit", "C": "country", "L": "locality", "ST": "state_or_province", "S": "state_or_province",
}

// Decimal returns a process id that may be hexadecimal as decimal; 0 stands
// for none.
func Decimal(s string) string {
	if s == "0" || s == "0x0" {
		return ""
	}
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		n, err := strconv.ParseUint(hex, 16, 64)
		if err != nil {
			return ""
		}
		return strconv.FormatUint(n, 10)
	}
	return s
}
