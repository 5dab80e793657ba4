package evtx

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"porchlight/ingest/event"
)

// The JSON of an event has the shape that tools for these files agree on:
//
//   - An element is an object of its children; those with the same name become
//     an array. One with only text is that text, an empty one is null.
//   - Attributes are in "#attributes", text next to them in "#text".
//   - <Data Name="Image">x</Data> is "Image": "x". Data elements without names
//     are an array "Data".
//
// Values are as Windows shows them: integers and booleans as such, others as
// text. GUIDs have braces, numbers that the provider declares hexadecimal are
// 0x3e7, times are 2006-01-02T15:04:05.0000000Z.

// Types of values ([MS-EVEN6] 2.2.12, BinXmlValueType).
const (
	typeNull       = 0x00
	typeString     = 0x01
	typeAnsi       = 0x02
	typeInt8       = 0x03
	typeUInt8      = 0x04
	typeInt16      = 0x05
	typeUInt16     = 0x06
	typeInt32      = 0x07
	typeUInt32     = 0x08
	typeInt64      = 0x09
	typeUInt64     = 0x0a
	typeReal32     = 0x0b
	typeReal64     = 0x0c
	typeBool       = 0x0d
	typeBinary     = 0x0e
	typeGUID       = 0x0f
	typeSize       = 0x10
	typeFileTime   = 0x11
	typeSystemTime = 0x12
	typeSID        = 0x13
	typeHex32      = 0x14
	typeHex64      = 0x15
	typeBinXML     = 0x21

	typeArray = 0x80
)

// event appends the JSON of a record's event.
func (d *decoder) event(out []byte, s source) ([]byte, error) {
	nodes := d.fragment(&s, true, 0)
	if s.bad {
		return out, d.reason()
	}
	r := renderer{d: d}
	c := r.content(nodes, nil, 0)
	if r.bad || len(c.elements) == 0 {
		return out, d.reason()
	}
	out = append(out, '{')
	out = appendMembers(out, c.elements)
	return append(out, '}'), nil
}

func (d *decoder) reason() error {
	if d.nodes > maxNodes || d.text > maxText {
		return damaged("the events of its chunk expand to too much")
	}
	return damaged("its binary XML makes no sense")
}

// content is what an element contains.
type content struct {
	elements []member
	text     []byte   // JSON of a number, or the bytes of a text
	list     [][]byte // JSON of each, of an array
	isNumber bool     // text is JSON
	some     bool     // there is text, even if empty
}

// member is an element as a part of another's object.
type member struct {
	name string
	json []byte
}

// renderer fills in templates.
type renderer struct {
	d   *decoder
	bad bool
}

// content collects what nodes contain, with the values of their template.
func (r *renderer) content(nodes []node, values []value, depth int) (c content) {
	r.add(&c, nodes, values, depth)
	return c
}

func (r *renderer) add(c *content, nodes []node, values []value, depth int) {
	if r.d.nodes += len(nodes); r.d.nodes > maxNodes || r.d.text > maxText || depth > maxDepth {
		r.bad = true
	}
	for i := range nodes {
		if r.bad {
			return
		}
		switch n := &nodes[i]; n.kind {
		case nodeElement:
			c.elements = append(c.elements, r.element(n, values, depth))
		case nodeText:
			c.addText(n.text)
			r.d.text += len(n.text)
		case nodeInstance:
			r.add(c, n.inner.nodes, n.inner.values, depth+1)
		case nodeValue:
			if n.value < len(values) {
				r.value(c, values[n.value], depth)
			}
		}
	}
}

func (c *content) addText(s string) {
	c.text = append(c.text, s...)
	c.isNumber, c.some = false, true
}

// addJSON adds a value whose JSON is not a string.
func (c *content) addJSON(s string) {
	c.isNumber = !c.some
	c.text = append(c.text, s...)
	c.some = true
}

// json appends the text.
func (c *content) json(out []byte) []byte {
	switch {
	case len(c.list) > 0:
		out = append(out, '[')
		for i, x := range c.list {
			if i > 0 {
				out = append(out, ',')
			}
			out = append(out, x...)
		}
		return append(out, ']')
	case !c.some:
		return append(out, "null"...)
	case c.isNumber:
		return append(out, c.text...)
	}
	return event.AppendJSONValue(out, event.Text, string(c.text))
}

// element renders an element.
func (r *renderer) element(n *node, values []value, depth int) member {
	m := member{name: n.name}
	var attrs []member
	named := false
	for i := range n.attrs {
		a := &n.attrs[i]
		if len(a.parts) == 1 && a.parts[0].kind == nodeValue && a.parts[0].optional && isNull(values, a.parts[0].value) {
			continue
		}
		c := r.content(a.parts, values, depth+1)
		if n.name == "Data" && a.name == "Name" && len(c.text) > 0 {
			m.name, named = string(c.text), true
			continue
		}
		attrs = append(attrs, member{a.name, c.json(nil)})
	}
	c := r.content(n.children, values, depth+1)
	if named {
		attrs = nil // a type, which says nothing
	}
	if len(attrs) == 0 && len(c.elements) == 0 {
		m.json = c.json(nil)
		return m
	}
	m.json = append(m.json, '{')
	if len(attrs) > 0 {
		m.json = append(m.json, `"#attributes":{`...)
		m.json = appendMembers(m.json, attrs)
		m.json = append(m.json, '}')
	}
	if c.some || len(c.list) > 0 {
		if len(m.json) > 1 {
			m.json = append(m.json, ',')
		}
		m.json = c.json(append(m.json, `"#text":`...))
	}
	if len(c.elements) > 0 {
		if len(m.json) > 1 {
			m.json = append(m.json, ',')
		}
		m.json = appendMembers(m.json, c.elements)
	}
	m.json = append(m.json, '}')
	r.d.text += len(m.json)
	return m
}

func isNull(values []value, i int) bool { return i >= len(values) || values[i].kind == typeNull }

// appendMembers appends the members of an object, those with the same name as
// one array.
func appendMembers(out []byte, all []member) []byte {
	count := make(map[string]int, len(all))
	for _, m := range all {
		count[m.name]++
	}
	first := true
	for i, m := range all {
		n := count[m.name]
		if n == 0 { // in the array of an earlier one
			continue
		}
		if !first {
			out = append(out, ',')
		}
		first = false
		out = event.AppendJSONValue(out, event.Text, m.name)
		out = append(out, ':')
		if n == 1 {
			out = append(out, m.json...)
			continue
		}
		count[m.name] = 0
		out = append(out, '[')
		more := false
		for _, o := range all[i:] {
			if o.name == m.name {
				if more {
					out = append(out, ',')
				}
				out = append(out, o.json...)
				more = true
			}
		}
		out = append(out, ']')
	}
	return out
}

// value adds the value of a substitution.
func (r *renderer) value(c *content, v value, depth int) {
	r.d.text += len(v.data)
	switch {
	case v.kind == typeBinXML:
		s := source{b: r.d.chunk[:v.at+len(v.data)], at: v.at}
		nodes := r.d.fragment(&s, false, depth+1)
		if s.bad { // some have a dependency identifier all the same
			s = source{b: s.b, at: v.at}
			nodes = r.d.fragment(&s, true, depth+1)
		}
		if s.bad {
			r.bad = true
			return
		}
		r.add(c, nodes, nil, depth+1)
	case v.kind&typeArray != 0:
		r.array(c, v)
	default:
		scalar(c, v.kind, v.data)
	}
}

// array adds an array of values.
func (r *renderer) array(c *content, v value) {
	kind := v.kind &^ typeArray
	for data := v.data; len(data) > 0; {
		n := sizes[kind]
		switch kind {
		case typeString: // each ends with a zero
			for n = 0; n+1 < len(data) && (data[n] != 0 || data[n+1] != 0); n += 2 {
			}
			n = min(n+2, len(data))
		case typeAnsi:
			for n = 0; n < len(data) && data[n] != 0; n++ {
			}
			n = min(n+1, len(data))
		case typeSID:
			if len(data) > 1 {
				n = 8 + 4*int(data[1])
			}
		}
		if n == 0 || n > len(data) {
			n = len(data)
		}
		var one content
		scalar(&one, kind, data[:n])
		c.list = append(c.list, one.json(nil))
		data = data[n:]
	}
}

// sizes of the fixed-size types.
var sizes = [typeArray]int{typeInt8: 1, typeUInt8: 1, typeInt16: 2, typeUInt16: 2, typeInt32: 4, typeUInt32: 4, typeInt64: 8,
	typeUInt64: 8, typeReal32: 4, typeReal64: 8, typeBool: 4, typeGUID: 16, typeSize: 8, typeFileTime: 8, typeSystemTime: 16,
	typeHex32: 4, typeHex64: 8}

// scalar adds a single value. One shorter than its type is shown as bytes.
func scalar(c *content, kind byte, b []byte) {
	if n := sizes[kind&^typeArray]; len(b) < n && kind != typeSize && kind != typeBool {
		c.addText(hexBytes(b))
		return
	}
	le := binary.LittleEndian
	signed := func(x int64) { c.addJSON(strconv.FormatInt(x, 10)) }
	unsigned := func(x uint64) { c.addJSON(strconv.FormatUint(x, 10)) }
	switch kind {
	case typeNull:
	case typeString:
		c.addText(utf16String(b))
	case typeAnsi:
		c.addText(ansiText(b))
	case typeInt8:
		signed(int64(int8(b[0])))
	case typeUInt8:
		unsigned(uint64(b[0]))
	case typeInt16:
		signed(int64(int16(le.Uint16(b))))
	case typeUInt16:
		unsigned(uint64(le.Uint16(b)))
	case typeInt32:
		signed(int64(int32(le.Uint32(b))))
	case typeUInt32:
		unsigned(uint64(le.Uint32(b)))
	case typeInt64:
		signed(int64(le.Uint64(b)))
	case typeUInt64:
		unsigned(le.Uint64(b))
	case typeReal32:
		real(c, float64(math.Float32frombits(le.Uint32(b))), 32)
	case typeReal64:
		real(c, math.Float64frombits(le.Uint64(b)), 64)
	case typeBool:
		c.addJSON(strconv.FormatBool(number(b) != 0))
	case typeGUID:
		c.addText(fmt.Sprintf("{%08X-%04X-%04X-%X-%X}", le.Uint32(b), le.Uint16(b[4:]), le.Uint16(b[6:]), b[8:10], b[10:16]))
	case typeSize, typeHex32, typeHex64:
		c.addText("0x" + strconv.FormatUint(number(b), 16))
	case typeFileTime:
		c.addText(fileTime(le.Uint64(b)).Format("2006-01-02T15:04:05.0000000Z"))
	case typeSystemTime:
		part := func(i int) int { return int(le.Uint16(b[2*i:])) } // year, month, day of week, day, hour ...
		t := time.Date(part(0), time.Month(part(1)), part(3), part(4), part(5), part(6), part(7)*1e6, time.UTC)
		c.addText(t.Format("2006-01-02T15:04:05.000Z"))
	case typeSID:
		c.addText(sid(b))
	default:
		c.addText(hexBytes(b))
	}
}

// number reads a little-endian number of any size.
func number(b []byte) uint64 {
	var all [8]byte
	copy(all[:], b)
	return binary.LittleEndian.Uint64(all[:])
}

func real(c *content, x float64, bits int) {
	s := strconv.FormatFloat(x, 'g', -1, bits)
	if math.IsNaN(x) || math.IsInf(x, 0) {
		c.addText(s) // no number in JSON
		return
	}
	c.addJSON(s)
}

func hexBytes(b []byte) string {
	out := make([]byte, 0, 2*len(b))
	out = hex.AppendEncode(out, b)
	for i, c := range out {
		if 'a' <= c && c <= 'f' {
			out[i] = c - 'a' + 'A'
		}
	}
	return string(out)
}

// ansiText decodes a text of eight-bit characters: as UTF-8 if it is valid,
// else as Latin-1, since the computer's code page is unknown.
func ansiText(b []byte) string {
	for i, c := range b {
		if c == 0 {
			b = b[:i]
			break
		}
	}
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]rune, len(b))
	for i, c := range b {
		out[i] = rune(c)
	}
	return string(out)
}

// sid writes a security identifier ([MS-DTYP] 2.4.2.1).
func sid(b []byte) string {
	if len(b) < 8 || len(b) < 8+4*int(b[1]) {
		return hexBytes(b)
	}
	authority := uint64(0)
	for _, x := range b[2:8] {
		authority = authority<<8 | uint64(x)
	}
	out := fmt.Appendf(nil, "S-%d-%d", b[0], authority)
	for i := range int(b[1]) {
		out = fmt.Appendf(out, "-%d", binary.LittleEndian.Uint32(b[8+4*i:]))
	}
	return string(out)
}
