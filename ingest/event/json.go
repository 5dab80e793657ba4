package event

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// AppendJSON appends the event as one flat JSON object with ECS names: fields
// with several values are arrays, Long fields are numbers, times are RFC 3339
// UTC. Derived fields (source.address, network.community_id) are printed last.
// Bytes that are not UTF-8 are printed as U+FFFD; the stored value keeps them.
func (e *Event) AppendJSON(dst []byte) []byte {
	dst = e.AppendKeptJSON(dst)
	dst = dst[:len(dst)-1]
	e.eachDerived(func(name, value string) {
		dst = AppendPairJSON(append(dst, ','), name, Resolve(name).Field.Kind(), value)
	})
	return append(dst, '}')
}

// AppendKeptJSON is AppendJSON without derived fields.
func (e *Event) AppendKeptJSON(dst []byte) []byte {
	dst = append(dst, '{')
	if e.ID != 0 {
		dst = append(dst, `"_id":"`...)
		dst = strconv.AppendUint(dst, uint64(e.ID), 10)
		dst = append(dst, `",`...)
	}
	dst = append(dst, `"@timestamp":"`...)
	dst = time.Unix(0, e.Time).UTC().AppendFormat(dst, time.RFC3339Nano)
	dst = append(dst, '"')
	if e.Received != 0 {
		dst = append(dst, `,"event.ingested":"`...)
		dst = time.Unix(0, e.Received).UTC().AppendFormat(dst, time.RFC3339Nano)
		dst = append(dst, '"')
	}
	for r, v := range e.Each() {
		dst = append(dst, ',')
		dst = appendString(dst, r.Name)
		dst = append(dst, ':')
		dst = AppendJSONValue(dst, r.Field.Kind(), v)
	}
	return append(dst, '}')
}

// AppendPairJSON appends `"name":value` as AppendJSON prints a field of that
// kind.
func AppendPairJSON(dst []byte, name string, k Kind, v string) []byte {
	dst = append(appendString(dst, name), ':')
	return AppendJSONValue(dst, k, v)
}

// AppendExtrasJSON appends the extras as one flat JSON object, nothing when
// there are none.
func (e *Event) AppendExtrasJSON(dst []byte) []byte {
	for i, p := range e.extra {
		dst = append(dst, "{,"[min(i, 1)])
		dst = AppendPairJSON(dst, p.Name, Keyword, p.Value)
	}
	if len(e.extra) > 0 {
		dst = append(dst, '}')
	}
	return dst
}

// Plain returns a value as a table shows it: unchanged, but several values as
// a JSON array, since their separator is invisible.
func (k Kind) Plain(v string) string {
	if k == Text || strings.IndexByte(v, Separator[0]) < 0 {
		return v
	}
	return string(AppendJSONValue(nil, Multi, v))
}

// AppendJSONValue appends a field's text as AppendJSON prints it: a string, a
// number or, where it holds several values, an array.
func AppendJSONValue(dst []byte, k Kind, v string) []byte {
	if k == Long && isNumber(v) {
		return append(dst, v...)
	}
	// Free text is not a list: a separator in it separates nothing.
	if k != Multi && (k == Text || strings.IndexByte(v, Separator[0]) < 0) {
		return appendString(dst, v)
	}
	dst = append(dst, '[')
	first := true
	for one := range Values(v) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = appendString(dst, one)
	}
	return append(dst, ']')
}

// isNumber reports whether v is a JSON integer: no leading zeros, at most 18
// digits so that every reader can hold it.
func isNumber(v string) bool {
	if v != "" && v[0] == '-' {
		v = v[1:]
	}
	if v == "" || len(v) > 18 || v[0] == '0' && len(v) > 1 {
		return false
	}
	for i := range len(v) {
		if v[i] < '0' || v[i] > '9' {
			return false
		}
	}
	return true
}

const hexDigits = "0123456789abcdef"

func appendString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= 0x20 && c != '"' && c != '\\' && c != 0x7f {
				i++
				continue
			}
			dst = append(dst, s[start:i]...)
			switch c {
			case '"', '\\':
				dst = append(dst, '\\', c)
			case '\n':
				dst = append(dst, '\\', 'n')
			case '\r':
				dst = append(dst, '\\', 'r')
			case '\t':
				dst = append(dst, '\\', 't')
			default:
				dst = append(dst, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if r == utf8.RuneError && size == 1 {
			dst = append(dst, s[start:i]...)
			dst = append(dst, "\ufffd"...)
			i++
			start = i
			continue
		}
		i += size
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}
