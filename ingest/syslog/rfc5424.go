package syslog

import (
	"iter"
	"strings"
	"unicode/utf8"
)

// parse5424 reads what follows the PRI, which begins with d digits: VERSION SP
// TIMESTAMP SP HOSTNAME SP APP-NAME SP PROCID SP MSGID SP STRUCTURED-DATA
// [SP MSG] (RFC 5424 section 6).
func (p *parser) parse5424(s string, d int) {
	h := p.h
	if d > 3 || s[0] == '0' || d == len(s) || s[d] != ' ' {
		p.fail(errVersion)
		return
	}
	for i := range d {
		h.Version = h.Version*10 + int(s[i]-'0')
	}
	s = s[d+1:]
	if ns, n := epoch(s); n > 0 { // Cisco Meraki
		h.Time = ns
		p.parseMeraki(s[n+1:])
		return
	}
	if strings.HasPrefix(s, "- ") {
		s = s[2:]
	} else {
		ns, n := rfc3339(s)
		if n == 0 { // Check Point and others omit the zone
			if t, w, v := dialectTime(s); v == goodTime && t.year != 0 && !t.isOffset && t.zone == "" {
				ns, n = t.unix(p.received, p.loc), w
			}
		}
		if n == 0 || n == len(s) || s[n] != ' ' {
			p.fail(errTimestamp)
			return
		}
		h.Time = ns
		s = s[n+1:]
	}
	for _, f := range [...]struct {
		to  *string
		max int
		err HeaderError
	}{
		{&h.Hostname, 255, errHostname},
		{&h.AppName, 48, errAppName},
		{&h.ProcID, 128, errProcID},
		{&h.MsgID, 32, errMsgID},
	} {
		if f.to == &h.AppName && selfDescribing(s) {
			p.setMessage(s) // the other fields were omitted
			return
		}
		n := graphic(s)
		if n == 0 || n > f.max || n == len(s) || s[n] != ' ' {
			p.fail(f.err)
			return
		}
		if n != 1 || s[0] != '-' {
			*f.to = s[:n]
		}
		s = s[n+1:]
	}
	n, err := structuredData(s)
	if n == 0 || (n < len(s) && s[n] != ' ') {
		if err == errNone || err == errEscape || err == errParamUTF8 {
			err = errStructuredData
		}
		p.fail(err)
		return
	}
	if s[0] != '-' {
		h.StructuredData = s[:n]
	}
	if err != errNone {
		h.Err = err
	}
	if n < len(s) {
		// rsyslog's own template sends the space after the tag as part of MSG:
		// "- -  Accepted password". Nobody wants it.
		p.setMessage(skipSpaces(s[n+1:]))
	}
}

// selfDescribing reports whether s is a document or an event rather than the
// fields from APP-NAME on.
func selfDescribing(s string) bool {
	return strings.HasPrefix(s, `{"`) && strings.HasSuffix(s, "}") || strings.HasPrefix(s, "CEF:") || strings.HasPrefix(s, "LEEF:")
}

// parseMeraki reads what follows the time of a Cisco Meraki message, which
// looks like RFC 5424 only at first glance: `1 1700000000.123456789 MX84
// events ...`. The first word of the text is the kind of event.
func (p *parser) parseMeraki(s string) {
	n := graphic(s)
	if n == 0 || n > 255 || (n < len(s) && s[n] != ' ') {
		p.fail(errHostname)
		return
	}
	p.h.Hostname = s[:n]
	p.setMessage(skipSpaces(s[n:]))
}

// epoch reads seconds since 1970 with at least nine digits and an optional
// fraction, followed by a space. n is 0 if there is none.
func epoch(s string) (ns int64, n int) {
	d := countDigits(s)
	if d < 9 || d > 10 {
		return 0, 0
	}
	for i := range d {
		ns = ns*10 + int64(s[i]-'0')
	}
	if ns > maxSeconds {
		return 0, 0
	}
	frac, f := fraction(s[d:], '.')
	n = d + f
	if n == len(s) || s[n] != ' ' {
		return 0, 0
	}
	return ns*1e9 + int64(frac), n
}

// graphic counts the leading printable ASCII characters (RFC 5424's PRINTUSASCII).
func graphic(s string) int {
	n := 0
	for n < len(s) && s[n] > ' ' && s[n] < 0x7f {
		n++
	}
	return n
}

// sdName counts the leading characters of an SD-NAME.
func sdName(s string) int {
	n := 0
	for n < len(s) && s[n] > ' ' && s[n] < 0x7f && s[n] != '=' && s[n] != ']' && s[n] != '"' {
		n++
	}
	return n
}

// structuredData returns the length of STRUCTURED-DATA, 0 if it is malformed.
// An invalid escape or encoding still has a length: RFC 5424 section 6.3.3
// says how to continue.
func structuredData(s string) (n int, err HeaderError) {
	if s == "" {
		return 0, errStructuredData
	}
	if s[0] == '-' {
		return 1, errNone
	}
	if s[0] != '[' {
		return 0, errStructuredData
	}
	var seen [32]string
	ids := seen[:0]
	var more map[string]bool // beyond the seen: nobody sends that many, but the work must stay linear
	i := 0
	for i < len(s) && s[i] == '[' {
		i++
		w := sdName(s[i:])
		if w == 0 || w > 32 {
			return 0, errStructuredData
		}
		id := s[i : i+w]
		for _, other := range ids {
			if other == id {
				return 0, errDuplicateID
			}
		}
		switch {
		case len(ids) < cap(ids):
			ids = append(ids, id)
		case more[id]:
			return 0, errDuplicateID
		default:
			if more == nil {
				more = map[string]bool{}
			}
			more[id] = true
		}
		i += w
		for i < len(s) && s[i] == ' ' {
			i++
			w := sdName(s[i:])
			if w == 0 || w > 32 || !strings.HasPrefix(s[i+w:], `="`) {
				return 0, errStructuredData
			}
			i += w + 2
			l, e := paramValue(s[i:])
			if l < 0 {
				return 0, errStructuredData
			}
			if e != errNone {
				err = e
			}
			i += l + 1
		}
		if i == len(s) || s[i] != ']' {
			return 0, errStructuredData
		}
		i++
	}
	return i, err
}

// paramValue returns the length of a PARAM-VALUE up to its closing quote, -1
// if it is malformed.
func paramValue(s string) (n int, err HeaderError) {
	ascii := byte(0)
	for i := 0; i < len(s); i++ {
		c := s[i]
		ascii |= c
		switch c {
		case '"':
			if ascii >= utf8.RuneSelf && !utf8.ValidString(s[:i]) {
				err = errParamUTF8
			}
			return i, err
		case ']':
			return -1, errStructuredData
		case '\\':
			if i+1 == len(s) {
				return -1, errStructuredData
			}
			if isEscaped(s[i+1]) {
				i++
			} else {
				err = errEscape
			}
		}
	}
	return -1, errStructuredData
}

func isEscaped(c byte) bool { return c == '"' || c == '\\' || c == ']' }

// Param is one parameter of an element of structured data.
type Param struct {
	ID    string // SD-ID of the element, "origin", "exampleSDID@32473"
	Name  string
	Value string // unescaped
}

// Params yields the parameters of Header.StructuredData in order. Elements
// without parameters yield nothing. It allocates only for values with escapes.
func Params(structuredData string) iter.Seq[Param] {
	return func(yield func(Param) bool) {
		s := structuredData
		for len(s) > 1 && s[0] == '[' {
			w := sdName(s[1:])
			id := s[1 : 1+w]
			s = s[1+w:]
			for len(s) > 0 && s[0] == ' ' {
				w := sdName(s[1:])
				name := s[1 : 1+w]
				s = s[1+w:]
				if !strings.HasPrefix(s, `="`) {
					return
				}
				l, _ := paramValue(s[2:])
				if l < 0 || !yield(Param{id, name, unescape(s[2 : 2+l])}) {
					return
				}
				s = s[2+l+1:]
			}
			if s == "" || s[0] != ']' {
				return
			}
			s = s[1:]
		}
	}
}

// unescape resolves \" \\ and \]; any other backslash is literal.
func unescape(s string) string {
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i >= 0 && i+1 < len(s) {
		if isEscaped(s[i+1]) {
			b = append(append(b, s[:i]...), s[i+1])
		} else {
			b = append(b, s[:i+2]...)
		}
		s = s[i+2:]
		i = strings.IndexByte(s, '\\')
	}
	return string(append(b, s...))
}
