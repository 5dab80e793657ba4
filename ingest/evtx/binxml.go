package evtx

import (
	"encoding/binary"
	"unicode/utf16"
	"unicode/utf8"
)

// Limits on what a chunk can demand: it is 64 KiB, but templates can be used
// repeatedly, and nested. Real chunks need a tenth of this.
const (
	maxDepth = 64
	maxNodes = 200_000
	maxText  = 16 << 20 // bytes
)

// Tokens of binary XML ([MS-EVEN6] 2.2.12). 0x40 is added to some where more
// follows.
const (
	tokenEOF          = 0x00
	tokenOpen         = 0x01
	tokenClose        = 0x02
	tokenCloseEmpty   = 0x03
	tokenEnd          = 0x04
	tokenValue        = 0x05
	tokenAttribute    = 0x06
	tokenCDATA        = 0x07
	tokenCharRef      = 0x08
	tokenEntityRef    = 0x09
	tokenPITarget     = 0x0a
	tokenPIData       = 0x0b
	tokenTemplate     = 0x0c
	tokenSubstitution = 0x0d
	tokenOptional     = 0x0e
	tokenFragment     = 0x0f

	tokenMore = 0x40
)

// source reads from a chunk. After an error it yields zeros.
type source struct {
	b   []byte // of the chunk, up to where reading must end
	at  int
	bad bool
}

func (s *source) take(n int) []byte {
	if s.bad || n < 0 || n > len(s.b)-s.at {
		s.bad = true
		return nil
	}
	out := s.b[s.at : s.at+n]
	s.at += n
	return out
}

func (s *source) byte() byte {
	if b := s.take(1); b != nil {
		return b[0]
	}
	return 0
}

func (s *source) u16() int {
	if b := s.take(2); b != nil {
		return int(binary.LittleEndian.Uint16(b))
	}
	return 0
}

func (s *source) u32() int {
	if b := s.take(4); b != nil {
		return int(binary.LittleEndian.Uint32(b))
	}
	return 0
}

func (s *source) peek() byte {
	if s.bad || s.at >= len(s.b) {
		return tokenEOF
	}
	return s.b[s.at]
}

// node is a part of a document.
type node struct {
	kind     nodeKind
	name     string // of an element, its attributes or an entity
	text     string
	attrs    []attribute
	children []node
	value    int  // of a substitution: which one
	optional bool // it is omitted, with the attribute around it, if the value is null
	inner    *instance
}

type nodeKind uint8

const (
	nodeElement nodeKind = iota
	nodeText
	nodeValue    // a substitution
	nodeInstance // a template with its values
)

type attribute struct {
	name  string
	parts []node
}

// instance is a template and the values that fill it.
type instance struct {
	nodes  []node
	values []value
}

// value is what fills a substitution.
type value struct {
	kind byte
	data []byte
	at   int // of data in the chunk
}

// decoder decodes the events of one chunk.
type decoder struct {
	chunk     []byte
	templates map[int][]node // by offset
	names     map[int]string
	nodes     int // built and rendered
	text      int // bytes of them
}

func (d *decoder) reset(chunk []byte) {
	d.chunk = chunk
	d.templates, d.names = map[int][]node{}, map[int]string{}
	d.nodes, d.text = 0, 0
}

// fragment reads nodes up to the end of a fragment. Elements have a dependency
// identifier before their size everywhere but in fragments that are values.
func (d *decoder) fragment(s *source, depends bool, depth int) []node {
	var out []node
	for !s.bad {
		switch s.peek() {
		case tokenFragment:
			s.take(4)
			continue
		case tokenEOF:
			s.take(1)
			return out
		}
		n, end := d.node(s, depends, depth)
		if end {
			s.bad = true
			break
		}
		out = append(out, n...)
		if s.at == len(s.b) { // the record ends with the last element
			return out
		}
	}
	return out
}

// node reads one node. It reports instead when a token ends the list of nodes
// it is in.
func (d *decoder) node(s *source, depends bool, depth int) (out []node, end bool) {
	if d.nodes++; d.nodes > maxNodes || d.text > maxText || depth > maxDepth {
		s.bad = true
		return nil, false
	}
	token := s.byte()
	switch token &^ tokenMore {
	case tokenOpen:
		return []node{d.element(s, token&tokenMore != 0, depends, depth)}, false
	case tokenValue:
		if s.byte() != typeString {
			s.bad = true
			return nil, false
		}
		return d.literal(s, s.take(2*s.u16())), false
	case tokenCDATA, tokenPIData:
		return d.literal(s, s.take(2*s.u16())), false
	case tokenCharRef:
		return []node{{kind: nodeText, text: string(rune(s.u16()))}}, false
	case tokenEntityRef:
		name := d.name(s)
		return []node{{kind: nodeText, text: entities[name]}}, false
	case tokenPITarget:
		d.name(s)
		return nil, false
	case tokenSubstitution, tokenOptional:
		n := node{kind: nodeValue, value: s.u16(), optional: token&^tokenMore == tokenOptional}
		s.byte() // its type; the value's own counts
		return []node{n}, false
	case tokenTemplate:
		if i := d.instance(s, depth); i != nil {
			return []node{{kind: nodeInstance, inner: i}}, false
		}
		return nil, false
	case tokenFragment:
		s.take(3)
		return nil, false
	case tokenEnd, tokenClose, tokenCloseEmpty, tokenEOF:
		s.at--
		return nil, true
	}
	s.bad = true
	return nil, false
}

var entities = map[string]string{"amp": "&", "lt": "<", "gt": ">", "quot": `"`, "apos": "'"}

func (d *decoder) literal(s *source, data []byte) []node {
	if s.bad {
		return nil
	}
	d.text += len(data)
	return []node{{kind: nodeText, text: utf16String(data)}}
}

// element reads an element after its first token.
func (d *decoder) element(s *source, hasAttributes, depends bool, depth int) node {
	if depends {
		s.take(2)
	}
	s.take(4) // its size
	n := node{kind: nodeElement, name: d.name(s)}
	if hasAttributes {
		size := s.u32()
		end := s.at + size
		if size < 0 || end > len(s.b) {
			s.bad = true
			return n
		}
		for !s.bad && s.at < end && s.peek()&^tokenMore == tokenAttribute {
			s.take(1)
			a := attribute{name: d.name(s)}
			for !s.bad && s.at < end && s.peek()&^tokenMore != tokenAttribute {
				parts, stop := d.node(s, depends, depth+1)
				if stop {
					break
				}
				a.parts = append(a.parts, parts...)
			}
			n.attrs = append(n.attrs, a)
		}
	}
	switch s.byte() {
	case tokenCloseEmpty:
		return n
	case tokenClose:
	default:
		s.bad = true
		return n
	}
	for !s.bad {
		if s.peek() == tokenEnd {
			s.take(1)
			return n
		}
		children, end := d.node(s, depends, depth+1)
		if end {
			s.bad = true
		}
		n.children = append(n.children, children...)
	}
	return n
}

// name reads a reference to a name. The name itself is right here where it is
// first used.
func (d *decoder) name(s *source) string {
	offset := s.u32()
	if s.bad {
		return ""
	}
	at := source{b: d.chunk, at: offset}
	if offset == s.at { // to be passed over as well
		at = *s
	}
	at.take(4 + 2) // the next one of the same hash, the hash
	data := at.take(2 * at.u16())
	at.take(2) // a zero after it
	if at.bad {
		s.bad = true
		return ""
	}
	if offset == s.at {
		s.at = at.at
	}
	name, ok := d.names[offset]
	if !ok {
		name = utf16String(data)
		d.names[offset] = name
		d.text += len(data)
	}
	return name
}

// instance reads a template and its values.
func (d *decoder) instance(s *source, depth int) *instance {
	s.take(1 + 4) // a version, the template's id
	offset := s.u32()
	if s.bad {
		return nil
	}
	at := source{b: d.chunk, at: offset}
	if offset == s.at {
		at = *s
	}
	at.take(4 + 16) // the next one of the same hash, its GUID
	size := at.u32()
	body := source{b: d.chunk, at: at.at}
	if at.take(size); at.bad {
		s.bad = true
		return nil
	}
	if offset == s.at {
		s.at = at.at
	}
	nodes, known := d.templates[offset]
	if !known {
		body.b = d.chunk[:body.at+size]
		nodes = d.fragment(&body, true, depth+1)
		if body.bad {
			s.bad = true
			return nil
		}
		d.templates[offset] = nodes
	}
	count := s.u32()
	if s.bad || count < 0 || count > (len(s.b)-s.at)/4 {
		s.bad = true
		return nil
	}
	i := &instance{nodes: nodes, values: make([]value, count)}
	head := source{b: s.b, at: s.at}
	s.take(4 * count)
	for k := range i.values {
		size := head.u16()
		i.values[k] = value{kind: head.byte(), at: s.at}
		head.byte()
		i.values[k].data = s.take(size)
	}
	return i
}

// utf16String decodes UTF-16 up to the first zero.
func utf16String(data []byte) string {
	return string(appendUTF16(nil, data))
}

func appendUTF16(out, data []byte) []byte {
	for i := 0; i+1 < len(data); i += 2 {
		r := rune(binary.LittleEndian.Uint16(data[i:]))
		switch {
		case r == 0:
			return out
		case r < utf8.RuneSelf:
			out = append(out, byte(r))
			continue
		case utf16.IsSurrogate(r):
			second := rune(0)
			if i+3 < len(data) {
				second = rune(binary.LittleEndian.Uint16(data[i+2:]))
			}
			if r = utf16.DecodeRune(r, second); r != utf8.RuneError {
				i += 2
			}
		}
		out = utf8.AppendRune(out, r)
	}
	return out
}
