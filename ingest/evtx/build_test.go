package evtx

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"unicode/utf16"
)

// builder writes a log file as Windows does: names and templates are stored
// where a chunk first uses them.
type builder struct {
	chunks [][]byte
	names  map[string]int
	known  map[string]int // templates
	next   uint64
}

func (w *builder) chunk() {
	b := make([]byte, chunkHead)
	copy(b, chunkMagic)
	w.chunks = append(w.chunks, b)
	w.names, w.known = map[string]int{}, map[string]int{}
}

func (w *builder) cur() *[]byte { return &w.chunks[len(w.chunks)-1] }

func (w *builder) bytes(b ...byte)  { *w.cur() = append(*w.cur(), b...) }
func (w *builder) u16(x int)        { *w.cur() = binary.LittleEndian.AppendUint16(*w.cur(), uint16(x)) }
func (w *builder) u32(x int)        { *w.cur() = binary.LittleEndian.AppendUint32(*w.cur(), uint32(x)) }
func (w *builder) u64(x uint64)     { *w.cur() = binary.LittleEndian.AppendUint64(*w.cur(), x) }
func (w *builder) at() int          { return len(*w.cur()) }
func (w *builder) patch(at, x int)  { binary.LittleEndian.PutUint32((*w.cur())[at:], uint32(x)) }
func (w *builder) hole() (at int)   { at = w.at(); w.u32(0); return at }
func (w *builder) fill(hole int)    { w.patch(hole, w.at()-hole-4) }
func (w *builder) text(s string)    { u := utf16Bytes(s); w.u16(len(u) / 2); w.bytes(u...) }
func (w *builder) fragment()        { w.bytes(tokenFragment, 1, 1, 0) }
func (w *builder) end()             { w.bytes(tokenEOF) }
func (w *builder) sub(i int)        { w.bytes(tokenSubstitution); w.u16(i); w.bytes(typeString) }
func (w *builder) optional(i int)   { w.bytes(tokenOptional); w.u16(i); w.bytes(typeString) }
func (w *builder) literal(s string) { w.bytes(tokenValue, typeString); w.text(s) }

func utf16Bytes(s string) []byte {
	var out []byte
	for _, u := range utf16.Encode([]rune(s)) {
		out = binary.LittleEndian.AppendUint16(out, u)
	}
	return out
}

func (w *builder) name(s string) {
	at, ok := w.names[s]
	if !ok {
		at = w.at() + 4
		w.names[s] = at
	}
	w.u32(at)
	if !ok {
		w.u32(0)
		w.u16(0x1234)
		w.text(s)
		w.u16(0)
	}
}

// attr is an attribute and its value.
type attr struct {
	name  string
	value func()
}

// element writes an element, an empty one if it has no children.
func (w *builder) element(depends bool, name string, attrs []attr, children func()) {
	token := byte(tokenOpen)
	if len(attrs) > 0 {
		token |= tokenMore
	}
	w.bytes(token)
	if depends {
		w.u16(0xffff)
	}
	size := w.hole()
	w.name(name)
	if len(attrs) > 0 {
		list := w.hole()
		for i, a := range attrs {
			token := byte(tokenAttribute)
			if i+1 < len(attrs) {
				token |= tokenMore
			}
			w.bytes(token)
			w.name(a.name)
			a.value()
		}
		w.fill(list)
	}
	if children == nil {
		w.bytes(tokenCloseEmpty)
	} else {
		w.bytes(tokenClose)
		children()
		w.bytes(tokenEnd)
	}
	w.fill(size)
}

// template writes the use of a template, and the template itself if it is new.
func (w *builder) template(name string, define func(), values ...value) {
	w.bytes(tokenTemplate, 1)
	w.u32(7)
	at, ok := w.known[name]
	if !ok {
		at = w.at() + 4
		w.known[name] = at
	}
	w.u32(at)
	if !ok {
		w.u32(0)
		w.bytes(make([]byte, 16)...)
		size := w.hole()
		w.fragment()
		define()
		w.end()
		w.fill(size)
	}
	w.u32(len(values))
	for _, v := range values {
		w.u16(len(v.data))
		w.bytes(v.kind, 0)
	}
	for _, v := range values {
		w.bytes(v.data...)
	}
}

// record writes a record and returns where it begins in its chunk.
func (w *builder) record(body func()) int {
	w.next++
	begin := w.at()
	w.u32(recordMagic)
	size := w.hole()
	w.u64(w.next)
	w.u64(116444736000000000 + w.next*1e7) // that many seconds after 1970
	w.fragment()
	body()
	w.end()
	w.patch(size, w.at()-begin+4)
	w.u32(w.at() - begin + 4)
	return begin
}

// file returns the whole file.
func (w *builder) file() []byte {
	var out bytes.Buffer
	head := make([]byte, defaultHead)
	copy(head, fileMagic)
	binary.LittleEndian.PutUint16(head[40:], defaultHead)
	binary.LittleEndian.PutUint16(head[42:], uint16(len(w.chunks)))
	out.Write(head)
	for _, c := range w.chunks {
		b := make([]byte, chunkSize)
		copy(b, c)
		binary.LittleEndian.PutUint32(b[48:], uint32(len(c)))
		binary.LittleEndian.PutUint32(b[52:], crc32.ChecksumIEEE(b[chunkHead:len(c)]))
		out.Write(b)
	}
	return out.Bytes()
}

// usual writes an event as the event log does, with one value of each type in
// its data.
func (w *builder) usual(extra ...value) {
	w.template("event", func() {
		w.element(true, "Event", []attr{{"xmlns", func() { w.literal("http://schemas.example/event") }}}, func() {
			w.element(true, "System", nil, func() {
				w.element(true, "Provider", []attr{{"Name", func() { w.sub(0) }}, {"Guid", func() { w.optional(1) }}}, nil)
				w.element(true, "EventID", nil, func() { w.sub(2) })
				w.element(true, "Correlation", []attr{{"ActivityID", func() { w.optional(3) }}}, nil)
			})
			w.sub(4)
		})
	}, append([]value{
		{kind: typeString, data: utf16Bytes("Test-Provider")}, {kind: typeGUID, data: []byte{0x10, 0x92, 0xce, 0x0c, 0xae, 0x69, 0xd9, 0x11, 0xbe, 0xd3, 0x50, 0x50, 0x54, 0x50, 0x30, 0x30}},
		{kind: typeUInt16, data: []byte{0x10, 0x12}}, {kind: typeNull},
	}, extra...)...)
}
