package evtx

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"
)

// read returns a file's events and what was wrong with it.
func read(t testing.TB, file []byte) (events []Record, problems []string) {
	t.Helper()
	r, err := NewReader(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	for {
		rec, err := r.Next()
		var p *Problem
		switch {
		case errors.Is(err, io.EOF):
			return events, problems
		case errors.As(err, &p):
			problems = append(problems, p.Error())
		case err != nil:
			t.Fatal(err)
		default:
			if !json.Valid([]byte(rec.JSON)) {
				t.Fatalf("no JSON: %s", rec.JSON)
			}
			events = append(events, rec)
		}
	}
}

const head = `{"Event":{"#attributes":{"xmlns":"http://schemas.example/event"},"System":{"Provider":{"#attributes":{"Name":"Test-Provider","Guid":"{0CCE9210-69AE-11D9-BED3-505054503030}"}},"EventID":4624,"Correlation":null},`

func le(x any) []byte {
	var b bytes.Buffer
	_ = binary.Write(&b, binary.LittleEndian, x)
	return b.Bytes()
}

func TestValues(t *testing.T) {
	fileTime := func(t time.Time) []byte { return le(uint64(t.UnixNano()/100 + 116444736000000000)) }
	at := time.Date(2026, 11, 27, 8, 9, 10, 123456700, time.UTC)
	for _, c := range []struct {
		kind byte
		data []byte
		want string
	}{
		{typeNull, nil, `null`},
		{typeString, utf16Bytes(`a "b" ü 🐈`), `"a \"b\" ü 🐈"`},
		{typeString, nil, `""`},
		{typeString, utf16Bytes("ends\x00here"), `"ends"`},
		{typeString, []byte{0x00, 0xd8, 'x', 0}, `"` + "\ufffd" + `x"`},
		{typeAnsi, []byte("plain\x00"), `"plain"`},
		{typeAnsi, []byte{'K', 0xf6, 'l', 'n'}, `"Köln"`},
		{typeInt8, []byte{0xff}, `-1`},
		{typeUInt8, []byte{0xff}, `255`},
		{typeInt16, le(int16(-2)), `-2`},
		{typeUInt16, le(uint16(65534)), `65534`},
		{typeInt32, le(int32(-3)), `-3`},
		{typeUInt32, le(uint32(4000000000)), `4000000000`},
		{typeInt64, le(int64(math.MinInt64)), `-9223372036854775808`},
		{typeUInt64, le(uint64(math.MaxUint64)), `18446744073709551615`},
		{typeReal32, le(float32(0.5)), `0.5`},
		{typeReal64, le(math.Inf(1)), `"+Inf"`},
		{typeBool, le(int32(1)), `true`},
		{typeBool, le(int32(0)), `false`},
		{typeBinary, []byte{0xde, 0xad}, `"DEAD"`},
		{typeSize, le(uint64(0xABC)), `"0xabc"`},
		{typeHex32, le(uint32(0x3e7)), `"0x3e7"`},
		{typeHex64, le(uint64(0x8000000000000000)), `"0x8000000000000000"`},
		{typeFileTime, fileTime(at), `"2026-11-27T08:09:10.1234567Z"`},
		{typeSystemTime, le([8]uint16{2026, 11, 5, 27, 8, 9, 10, 123}), `"2026-11-27T08:09:10.123Z"`},
		{typeSID, []byte{1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0}, `"S-1-5-32-544"`},
		{typeSID, []byte{1, 9, 0, 0, 0, 0, 0, 5, 32}, `"01090000000000000520"`[:0] + `"010900000000000520"`},
		{typeUInt32, []byte{1, 2}, `"0102"`}, // too short
		{typeArray | typeString, utf16Bytes("a\x00bc\x00"), `["a","bc"]`},
		{typeArray | typeUInt16, le([2]uint16{7, 8}), `[7,8]`},
		{0x77, []byte{1}, `"01"`}, // of no known type
	} {
		var w builder
		w.chunk()
		for range 2 { // the second reuses the names and the template of the first
			w.record(func() {
				w.usual(value{kind: typeBinXML, data: w.nested(func() {
					w.element(true, "EventData", nil, func() {
						w.element(true, "Data", []attr{{"Name", func() { w.literal("V") }}}, func() { w.sub(0) })
					})
				}, value{kind: c.kind, data: c.data})})
			})
		}
		want := head + `"EventData":{"V":` + c.want + `}}}`
		events, problems := read(t, w.file())
		if len(events) != 2 || len(problems) > 0 {
			t.Fatalf("%s: %d events, %v", c.want, len(events), problems)
		}
		for i, e := range events {
			if e.JSON != want || e.ID != uint64(i+1) || !e.Written.Equal(time.Unix(int64(i+1), 0)) {
				t.Errorf("event %d: %s %v\nwant %s", e.ID, e.JSON, e.Written, want)
			}
		}
	}
}

// nested makes a fragment that will be a value: what it refers to is where the
// value will be, which is after the template and its list of values.
func (w *builder) nested(define func(), values ...value) []byte {
	// It has its own names and templates, at offsets in the chunk that depend
	// on where the fragment will be: it is built for that place.
	probe := *w
	build := func(at int) []byte {
		x := builder{chunks: [][]byte{slices.Concat(make([]byte, at))}, names: map[string]int{}, known: map[string]int{}}
		inner := *w
		*w = x
		w.fragment()
		w.template("data", define, values...)
		w.end()
		out := (*w.cur())[at:]
		*w = inner
		return slices.Clone(out)
	}
	*w = probe
	size := len(build(0))
	// To find that place, build the event once around a value of that size.
	outer := *w
	*w = builder{chunks: [][]byte{slices.Clone(*outer.cur())}, names: copyMap(outer.names), known: copyMap(outer.known)}
	w.usual(value{kind: typeBinXML, data: make([]byte, size)})
	at := w.at() - size
	*w = outer
	return build(at)
}

func copyMap(m map[string]int) map[string]int {
	out := map[string]int{}
	for k, v := range m {
		out[k] = v
	}
	return out
}

func TestShapes(t *testing.T) {
	var w builder
	w.chunk()
	w.record(func() {
		w.element(true, "Event", nil, func() {
			w.element(true, "EventData", []attr{{"Name", func() { w.literal("x") }}}, func() {
				w.element(true, "Data", nil, func() { w.literal("one"); w.bytes(tokenEntityRef); w.name("amp"); w.bytes(tokenCharRef); w.u16('!') })
				w.element(true, "Data", nil, func() { w.literal("two") })
				w.element(true, "Data", []attr{{"Name", func() { w.literal("Empty") }}, {"Type", func() { w.literal("t") }}}, nil)
				w.element(true, "Binary", []attr{{"n", func() { w.literal("1") }}}, func() { w.bytes(tokenCDATA); w.text("<raw>") })
			})
			w.element(true, "UserData", nil, func() {
				w.element(true, "Log", nil, func() { w.element(true, "User", nil, func() { w.literal("anna") }) })
			})
		})
	})
	events, problems := read(t, w.file())
	const want = `{"Event":{"EventData":{"#attributes":{"Name":"x"},"Data":["one&!","two"],"Empty":null,"Binary":{"#attributes":{"n":"1"},"#text":"<raw>"}},"UserData":{"Log":{"User":"anna"}}}}`
	if len(events) != 1 || len(problems) > 0 || events[0].JSON != want {
		t.Errorf("%v %v\nwant %s", events, problems, want)
	}
}

func TestDamage(t *testing.T) {
	var w builder
	var begins [][]int
	for range 3 {
		w.chunk()
		var b []int
		for range 4 {
			b = append(b, w.record(func() { w.usual(value{kind: typeString, data: utf16Bytes("x")}) }))
		}
		begins = append(begins, b)
	}
	file := w.file()
	place := func(chunk, record, at int) int { return defaultHead + chunk*chunkSize + begins[chunk][record] + at }
	for _, c := range []struct {
		name     string
		damage   func(b []byte) []byte
		lost     []uint64
		problems string
	}{
		{"nothing", func(b []byte) []byte { return b }, nil, ""},
		{"a token", func(b []byte) []byte { b[place(0, 1, recordHead+4)] = 0x3f; return b }, []uint64{2}, "record 2: damaged: its binary XML"},
		{"a size", func(b []byte) []byte { b[place(1, 2, 4)] ^= 0x10; return b }, []uint64{7}, "no record where one should be"},
		{"the size behind", func(b []byte) []byte { b[place(1, 1, -4)] ^= 0x10; return b }, []uint64{5}, "no record where one should be"},
		{"the start of a record", func(b []byte) []byte { b[place(2, 0, 0)] = 0; return b }, []uint64{9}, "chunk 2, at byte"},
		{"the start of a chunk", func(b []byte) []byte { b[defaultHead+chunkSize] = 'X'; return b }, []uint64{5, 6, 7, 8}, "does not begin as a chunk"},
		{"a chunk of zeros", func(b []byte) []byte { clear(b[defaultHead+chunkSize:][:chunkSize]); return b }, []uint64{5, 6, 7, 8}, ""},
		{"where records end", func(b []byte) []byte { b[defaultHead+50] = 9; return b }, nil, "says its records end at"},
		{"the checksum", func(b []byte) []byte { b[defaultHead+52]++; return b }, nil, ""},
		{"the end of the file", func(b []byte) []byte { return b[:place(2, 3, 20)] }, []uint64{12}, "the file ends within it"},
		{"the name of an element", func(b []byte) []byte {
			// The first record has the template, all others use it.
			i := bytes.Index(b, utf16Bytes("Event"))
			binary.LittleEndian.PutUint16(b[i-2:], 0xffff)
			return b
		}, []uint64{1, 2, 3, 4}, "its binary XML makes no sense"},
	} {
		events, problems := read(t, c.damage(slices.Clone(file)))
		var got []uint64
		for _, e := range events {
			got = append(got, e.ID)
		}
		var want []uint64
		for id := range uint64(12) {
			if !slices.Contains(c.lost, id+1) {
				want = append(want, id+1)
			}
		}
		if !slices.Equal(got, want) || (len(problems) > 0) != (c.problems != "") || !strings.Contains(strings.Join(problems, "\n"), c.problems) {
			t.Errorf("%s: events %v, want %v; problems %q", c.name, got, want, problems)
		}
	}
	// A log that was copied while in use: the chunk admits to fewer records
	// than it has, and after those are much older ones.
	for dirty, want := range map[byte]int{0: 2, 1: 3} {
		var w builder
		w.chunk()
		var begin int
		for i := range 5 {
			if i == 3 {
				w.next = 17
			}
			at := w.record(func() { w.usual(value{kind: typeString, data: utf16Bytes("x")}) })
			if i == 2 {
				begin = at
			}
		}
		b := w.file()
		b[120] = dirty
		binary.LittleEndian.PutUint32(b[defaultHead+48:], uint32(begin))
		events, problems := read(t, b)
		if len(events) != want || len(problems) > 0 {
			t.Errorf("dirty %d: %d events, want %d; %v", dirty, len(events), want, problems)
		}
	}
	if _, err := NewReader(strings.NewReader("something else entirely")); !errors.Is(err, ErrNotEVTX) {
		t.Errorf("%v", err)
	}
	if _, err := NewReader(strings.NewReader(strings.Repeat("x", 5000))); !errors.Is(err, ErrNotEVTX) {
		t.Errorf("%v", err)
	}
}

func FuzzReader(f *testing.F) {
	var w builder
	w.chunk()
	for range 3 {
		w.record(func() { w.usual(value{kind: typeString, data: utf16Bytes("x")}) })
	}
	f.Add((*w.cur())[chunkHead:])
	f.Fuzz(func(t *testing.T, records []byte) {
		if len(records) > chunkSize-chunkHead {
			return
		}
		chunk := append(slices.Clone((*w.cur())[:chunkHead]), records...)
		x := builder{chunks: [][]byte{chunk}}
		read(t, x.file())
	})
}

func BenchmarkReader(b *testing.B) {
	var w builder
	w.chunk()
	n := 0
	for w.at() < chunkSize-2000 {
		w.record(func() { w.usual(value{kind: typeString, data: utf16Bytes("x")}) })
		n++
	}
	file := w.file()
	for b.Loop() {
		if events, _ := read(b, file); len(events) != n {
			b.Fatal(len(events))
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/event")
}

var update = flag.Bool("update", false, "write testdata/logons.evtx.gz anew")

// testdata/logons.evtx.gz is a log for tests elsewhere: three failed logons
// and a damaged record.
func TestFixture(t *testing.T) {
	const path = "testdata/logons.evtx.gz"
	if *update {
		if err := os.WriteFile(path, fixture(t), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	f, err := os.Open(path)
	if err != nil {
		t.Fatalf("%v (go test -update writes it)", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	file, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	events, problems := read(t, file)
	if len(events) != 3 || len(problems) != 1 {
		t.Fatalf("%d events, %v", len(events), problems)
	}
	const want = `{"Event":{"System":{"Provider":{"#attributes":{"Name":"Microsoft-Windows-Security-Auditing"}},"EventID":4625,"Channel":"Security","Computer":"PC-07","TimeCreated":{"#attributes":{"SystemTime":"2026-03-02T10:11:12.0000000Z"}}},"EventData":{"TargetUserName":"anna","TargetDomainName":"OFFICE","IpAddress":"192.168.1.33"}}}`
	if events[0].JSON != want {
		t.Errorf("%s\nwant %s", events[0].JSON, want)
	}
}

func fixture(t *testing.T) []byte {
	var w builder
	w.chunk()
	at := time.Date(2026, 3, 2, 10, 11, 12, 0, time.UTC)
	var broken int
	for i := range 4 {
		begin := w.record(func() {
			w.template("logon", func() {
				w.element(true, "Event", nil, func() {
					w.element(true, "System", nil, func() {
						w.element(true, "Provider", []attr{{"Name", func() { w.literal("Microsoft-Windows-Security-Auditing") }}}, nil)
						w.element(true, "EventID", nil, func() { w.sub(0) })
						w.element(true, "Channel", nil, func() { w.literal("Security") })
						w.element(true, "Computer", nil, func() { w.literal("PC-07") })
						w.element(true, "TimeCreated", []attr{{"SystemTime", func() { w.sub(1) }}}, nil)
					})
					w.element(true, "EventData", nil, func() {
						for k, name := range []string{"TargetUserName", "TargetDomainName", "IpAddress"} {
							w.element(true, "Data", []attr{{"Name", func() { w.literal(name) }}}, func() { w.sub(2 + k) })
						}
					})
				})
			}, value{kind: typeUInt16, data: le(uint16(4625))},
				value{kind: typeFileTime, data: le(uint64(at.Add(time.Duration(i)*time.Second).UnixNano()/100 + 116444736000000000))},
				value{kind: typeString, data: utf16Bytes("anna")}, value{kind: typeString, data: utf16Bytes("OFFICE")},
				value{kind: typeString, data: utf16Bytes("192.168.1.33")})
		})
		if i == 2 {
			broken = begin
		}
	}
	file := w.file()
	file[defaultHead+broken+recordHead+4] = 0x3f
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(file); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}
