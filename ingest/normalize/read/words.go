package read

import (
	"strconv"
	"strings"
)

// IsLevel reports whether s is a log level as programs write it into lines.
func IsLevel(s string) bool {
	switch s {
	case "TRACE", "DEBUG", "INFO", "NOTICE", "WARN", "WARNING", "ERROR", "CRITICAL", "FATAL", "SEVERE", "ALERT", "EMERG",
		"debug", "info", "notice", "warn", "warning", "error", "crit", "critical", "alert", "emerg", "fatal", "Debug", "Info", "Information", "Warning", "Error", "Note", "FINE", "CONFIG":
		return true
	}
	return false
}

// SyslogLevels are the words for RFC 5424's severities, by number; the last
// two, which are unused, are empty.
var SyslogLevels = [...]string{"emergency", "alert", "critical", "error", "warning", "notification", "informational", "debug", "", ""}

// SyslogSeverity returns the number of a severity (RFC 5424, section 6.2.1)
// given as one of the usual words; "" for others.
func SyslogSeverity(word string) string {
	if len(word) < 3 {
		return ""
	}
	for i, prefix := range [...]string{"emerg", "alert", "crit", "err", "warn", "noti", "info", "debug"} {
		if len(word) >= len(prefix) && strings.EqualFold(word[:len(prefix)], prefix) {
			return strconv.Itoa(i)
		}
	}
	if strings.EqualFold(word, "fatal") || strings.EqualFold(word, "panic") {
		return "2"
	}
	return ""
}

// IsLetter reports whether c is an ASCII letter.
func IsLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

// IsMnemonic reports whether s consists only of what message mnemonics are
// made of: capitals, digits, "_" and "-".
func IsMnemonic(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '_' && c != '-' {
			return false
		}
	}
	return true
}

// IsBlank reports whether c is ASCII white space.
func IsBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\n' || c == '\r' }

// CutWord splits s after its first word, dropping the space.
func CutWord(s string) (word, rest string) {
	for i := range len(s) {
		if IsBlank(s[i]) {
			return s[:i], s[i+1:]
		}
	}
	return s, ""
}

// IsWord reports whether s is one short word, as protocol names are.
func IsWord(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !IsLetter(c) && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' && c != '/' && c != '+' {
			return false
		}
	}
	return true
}

// lowered are words that logs write in capitals, so that Lower seldom has to
// make a new string.
var lowered = func() map[string]string {
	m := map[string]string{}
	for w := range strings.FieldsSeq("tcp udp icmp icmpv6 gre esp ah igmp sctp http https dns ssl tls ssh ftp smtp imap pop3 snmp ntp dhcp ldap rdp smb quic " +
		"allow allowed deny denied drop dropped block blocked accept reject permit pass information notice warning error critical alert emergency debug") {
		m[strings.ToUpper(w)] = w
		m[strings.ToUpper(w[:1])+w[1:]] = w
	}
	return m
}()

// Lower is a strings.ToLower that makes no new string for common words.
func Lower(s string) string {
	for i := range len(s) {
		if c := s[i]; 'A' <= c && c <= 'Z' || c >= 0x80 {
			if w, ok := lowered[s]; ok {
				return w
			}
			return strings.ToLower(s)
		}
	}
	return s
}

func isLetterWord(s string) bool {
	if s == "" || len(s) > 24 {
		return false
	}
	for i := range len(s) {
		if !IsLetter(s[i]) && s[i] != '_' {
			return false
		}
	}
	return true
}

// plainWord turns a word into part of a field name.
func plainWord(s string) string {
	var out []byte
	for i := 0; i < len(s) && len(out) < 24; i++ {
		switch c := s[i]; {
		case IsLetter(c):
			out = append(out, c|0x20)
		case '0' <= c && c <= '9' && len(out) > 0:
			out = append(out, c)
		case len(out) > 0 && out[len(out)-1] != '_':
			out = append(out, '_')
		}
	}
	return strings.Trim(string(out), "_")
}

// IsHexWord reports whether s has only hexadecimal digits, including a decimal
// one, and "-", optionally after 0x.
func IsHexWord(s string) bool {
	digits := 0
	s = strings.TrimPrefix(s, "0x")
	for i := range len(s) {
		switch c := s[i] | 0x20; {
		case '0' <= s[i] && s[i] <= '9':
			digits++
		case 'a' <= c && c <= 'f' || s[i] == '-':
		default:
			return false
		}
	}
	return digits > 0
}

// CutLast splits s at the last sep.
func CutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// CutBetween returns the text between two marks, and what follows.
func CutBetween(s, open, close string) (inner, rest string, ok bool) {
	_, after, ok := strings.Cut(s, open)
	if !ok {
		return "", s, false
	}
	inner, rest, ok = strings.Cut(after, close)
	return inner, rest, ok
}

// Unquote removes one pair of quotes around s: '...', "..." or `...'.
func Unquote(s string) string {
	if n := len(s); n >= 2 {
		if a, b := s[0], s[n-1]; a == b && (a == '\'' || a == '"') || a == '`' && b == '\'' {
			return s[1 : n-1]
		}
	}
	return s
}

// Quoted returns the text between the quotes that s begins with, and what
// follows; quotes may be '...' or "...". Without quotes it is the first word.
func Quoted(s string) (text, rest string) {
	if s != "" && (s[0] == '\'' || s[0] == '"') {
		if i := strings.IndexByte(s[1:], s[0]); i >= 0 {
			return s[1 : 1+i], s[i+2:]
		}
	}
	text, rest, _ = strings.Cut(s, " ")
	return text, rest
}

// CutQuoted cuts the text between quotes off s; \" does not end it.
func CutQuoted(s string) (text, rest string, ok bool) {
	if s == "" || s[0] != '"' {
		return "", s, false
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[1:i], s[i+1:], true
		}
	}
	return "", s, false
}

// UnescapeQuotes removes the backslash before quotes.
func UnescapeQuotes(s string) string {
	if strings.Contains(s, `\"`) {
		return strings.ReplaceAll(s, `\"`, `"`)
	}
	return s
}
