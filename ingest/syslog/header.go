// Package syslog provides the inputs for syslog over UDP and TCP, and parses
// message headers: RFC 5424, RFC 3164 and the dialects that devices really
// send.
package syslog

import (
	"time"
	"unicode/utf8"
)

// Format is the kind of header a message has.
type Format uint8

const (
	// None: no header, Message is the whole body. Time is still set if the
	// text begins with a date and time.
	None Format = iota
	// PriorityOnly: a PRI and then text, without a time (RFC 3164 section
	// 4.3.3). AppName is set where the text begins with a tag.
	PriorityOnly
	// RFC3164: a time in one of many notations, usually with host and tag.
	RFC3164
	// RFC5424: PRI, VERSION and everything after them.
	RFC5424
)

func (f Format) String() string {
	switch f {
	case PriorityOnly:
		return "priority only"
	case RFC3164:
		return "RFC 3164"
	case RFC5424:
		return "RFC 5424"
	}
	return "none"
}

// HeaderError says why a header is malformed.
type HeaderError uint8

const (
	errNone HeaderError = iota
	errPriority
	errVersion
	errTimestamp
	errHostname
	errAppName
	errProcID
	errMsgID
	errStructuredData
	errDuplicateID
	errEscape
	errParamUTF8
	errMessageUTF8
	errTimeRange
	errDateOnly
)

// Error says what the standard requires where the header is broken.
func (e HeaderError) Error() string {
	switch e {
	case errPriority:
		return "syslog priority: want <0> to <191> without leading zeros (RFC 5424 section 6.2.1)"
	case errVersion:
		return "syslog version: want 1 to 999 and a space (RFC 5424 section 6.2.2)"
	case errTimestamp:
		return "syslog timestamp: want 2006-01-02T15:04:05.999999Z or - (RFC 5424 section 6.2.3)"
	case errHostname:
		return "syslog hostname: want 1 to 255 printable ASCII characters (RFC 5424 section 6.2.4)"
	case errAppName:
		return "syslog app-name: want 1 to 48 printable ASCII characters (RFC 5424 section 6.2.5)"
	case errProcID:
		return "syslog procid: want 1 to 128 printable ASCII characters (RFC 5424 section 6.2.6)"
	case errMsgID:
		return "syslog msgid: want 1 to 32 printable ASCII characters (RFC 5424 section 6.2.7)"
	case errStructuredData:
		return `syslog structured data: want - or [id name="value" ...] (RFC 5424 section 6.3)`
	case errDuplicateID:
		return "syslog structured data: the same id twice (RFC 5424 section 6.3.2)"
	case errEscape:
		return `syslog structured data: only \" \\ and \] are escapes (RFC 5424 section 6.3.3)`
	case errParamUTF8:
		return "syslog structured data: a value is not UTF-8 (RFC 5424 section 6.3.3)"
	case errMessageUTF8:
		return "syslog message: begins with a byte order mark but is not UTF-8 (RFC 5424 section 6.4)"
	case errTimeRange:
		return "syslog time: no such day or hour (RFC 3164 section 4.1.2)"
	case errDateOnly:
		return "syslog time: a date without a time of day"
	}
	return "syslog header: malformed"
}

// Header is what a message says about itself before its text. All strings are
// substrings of the body.
type Header struct {
	Priority int   // facility*8 + severity, 0 to 191; -1 when the message has none
	Version  int   // RFC 5424 VERSION; 0 for other formats
	Time     int64 // the message's own time, Unix nanoseconds UTC; 0 when it has none

	// "" when absent or the nil value "-".
	Hostname, AppName, ProcID, MsgID string

	Address        string // the sender's own IP address, if it follows the host name
	StructuredData string // the raw SD-ELEMENTs, "[a b="c"][d]"; "" when nil. See Params
	Message        string // the text, without leading spaces, byte order mark and trailing line end
	Format         Format

	// Err is a HeaderError if the message claims a format and breaks it. The
	// fields before the break are set, and Message is the whole body. If only
	// escapes or the encoding are wrong, nothing is ambiguous: the later
	// fields are set too and Message is the text.
	Err error
}

// Facility returns 0 to 23, -1 when the message has no priority.
func (h *Header) Facility() int {
	if h.Priority < 0 {
		return -1
	}
	return h.Priority >> 3
}

// Severity returns 0 (emergency) to 7 (debug), -1 when the message has no
// priority.
func (h *Header) Severity() int {
	if h.Priority < 0 {
		return -1
	}
	return h.Priority & 7
}

// ParseHeader overwrites h with the header of body. Times without a year get
// the latest year in which they are not ahead of received (Unix nanoseconds);
// times without a zone are read in loc, nil meaning UTC. It never fails: see
// Header.Err. It does not allocate, except for structured data with more than
// 32 elements.
func ParseHeader(body string, received int64, loc *time.Location, h *Header) {
	*h = Header{Priority: -1}
	if loc == nil {
		loc = time.UTC
	}
	p := parser{h: h, text: trimLineEnd(body), received: received, loc: loc}
	p.parse()
}

// parser holds what the dialects need to know while reading one header.
type parser struct {
	h        *Header
	text     string // the body without trailing line end
	received int64
	loc      *time.Location
}

func (p *parser) parse() {
	s := p.text
	if len(s) < 2 || s[0] != '<' || !isDigit(s[1]) {
		p.parseBare()
		return
	}
	pri, n := 0, 1
	for n < len(s) && isDigit(s[n]) && n <= 3 {
		pri = pri*10 + int(s[n]-'0')
		n++
	}
	if n >= len(s) || s[n] != '>' || pri > 191 {
		p.fail(errPriority)
		return
	}
	p.h.Priority = pri
	p.h.Format = PriorityOnly
	rest := s[n+1:]
	if d := countDigits(rest); d > 0 && claimsVersion(rest, d) {
		if s[1] == '0' && n > 2 { // some RFC 3164 devices do send <01>
			p.fail(errPriority)
			return
		}
		p.h.Format = RFC5424
		p.parse5424(rest, d)
		return
	}
	p.parse3164(rest)
}

// fail records why the header is malformed. The text stays whole: none of it
// may be lost.
func (p *parser) fail(e HeaderError) {
	p.h.Err = e
	p.h.Message = p.text
}

// claimsVersion reports whether the d digits after the PRI are meant as RFC
// 5424's VERSION. Dates ("2026-11-23", "2026:11:23", "2026 Nov 23"), sequence
// numbers ("123:"), addresses ("10.0.0.1") and CSV ("1,2026/...") begin with
// digits too.
func claimsVersion(s string, d int) bool {
	if d == len(s) {
		return true
	}
	if s[d] == ' ' {
		return !(d == 4 && d+1 < len(s) && month(s[d+1:]) != 0)
	}
	// "3a": a version with one stray character.
	return d <= 3 && isLetter(s[d]) && (d+1 == len(s) || s[d+1] == ' ')
}

// trimLineEnd drops what senders habitually append to a message: LF, CR LF,
// NUL.
func trimLineEnd(s string) string {
	n := len(s)
	for n > 0 && (s[n-1] == '\n' || s[n-1] == '\r' || s[n-1] == 0) {
		n--
	}
	return s[:n]
}

const byteOrderMark = "\xef\xbb\xbf"

// setMessage stores the text without its byte order mark. With one the text
// must be UTF-8 (RFC 5424 section 6.4).
func (p *parser) setMessage(s string) {
	if len(s) >= 3 && s[:3] == byteOrderMark {
		s = s[3:]
		if !utf8.ValidString(s) && p.h.Format == RFC5424 {
			p.h.Err = errMessageUTF8
		}
	}
	p.h.Message = s
}

func isDigit(c byte) bool  { return c-'0' <= 9 }
func isLetter(c byte) bool { return (c|0x20)-'a' <= 'z'-'a' }
func isHex(c byte) bool    { return isDigit(c) || (c|0x20)-'a' <= 5 }

func countDigits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func skipSpaces(s string) string {
	for len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	return s
}
