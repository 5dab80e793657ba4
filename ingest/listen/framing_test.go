package listen

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
)

// frames splits a whole stream.
func frames(r io.Reader) (out []frame) {
	f := newFramer(r, true)
	for f.fill() == nil {
		for {
			m, ok := f.next()
			if !ok {
				break
			}
			out = append(out, m)
		}
	}
	return out
}

func TestFraming(t *testing.T) {
	long := strings.Repeat("x", MaxMessage)
	for _, c := range []struct {
		name, stream string
		want         []frame
	}{
		{"nothing", "", nil},
		{"LF", "<1>a\n<2>b\n", []frame{{body: "<1>a"}, {body: "<2>b"}}},
		{"CR LF", "<1>a\r\n<2>b\r\n", []frame{{body: "<1>a"}, {body: "<2>b"}}},
		{"NUL", "<1>a\x00<2>b\x00", []frame{{body: "<1>a"}, {body: "<2>b"}}},
		{"mixed trailers", "<1>a\x00<2>b\n<3>c\r\n\x00<4>d\n", []frame{{body: "<1>a"}, {body: "<2>b"}, {body: "<3>c"}, {body: "<4>d"}}},
		{"last without trailer", "<1>a\n<2>b", []frame{{body: "<1>a"}, {body: "<2>b"}}},
		{"empty lines", "\n\r\n\x00<1>a\n\n\n", []frame{{body: "<1>a"}}},
		{"counted", "4 <1>a5 <2>bb", []frame{{body: "<1>a"}, {body: "<2>bb"}}},
		{"counted, line breaks inside", "6 <1>a\nb4 <2>c", []frame{{body: "<1>a\nb"}, {body: "<2>c"}}},
		{"counted, counted trailer", "5 <1>a\n6 <2>b\r\n4 <3>c", []frame{{body: "<1>a"}, {body: "<2>b"}, {body: "<3>c"}}},
		{"counted, uncounted trailer", "4 <1>a\n4 <2>b\n", []frame{{body: "<1>a"}, {body: "<2>b"}}},
		{"counted JSON", `7 {"a":1}8 {"a":22}`, []frame{{body: `{"a":1}`}, {body: `{"a":22}`}}},
		{"both", "<1>a\n4 <2>b<3>c\n4 <4>d", []frame{{body: "<1>a"}, {body: "<2>b"}, {body: "<3>c"}, {body: "<4>d"}}},
		{"counted, tiny", "1 <2 <13 <1>", []frame{{body: "<"}, {body: "<1"}, {body: "<1>"}}},
		{"counted, broken off", "10 <1>abc", []frame{{body: "<1>abc", truncated: true}}},
		{"ISO dates are no counts", "2026-11-23 10:00:00 a\n2026-11-23T10:00:00Z b\n", []frame{{body: "2026-11-23 10:00:00 a"}, {body: "2026-11-23T10:00:00Z b"}}},
		{"numbers are no counts", "2026 Nov 23 a\n12 clients\n5 <b>old</b>\n17\n", []frame{{body: "2026 Nov 23 a"}, {body: "12 clients"}, {body: "5 <b>old</b>"}, {body: "17"}}},
		{"a number before an angle bracket is no count", "54 <1 minute elapsed\n54 <1234> b\n54 <> c\n<2>d\n", []frame{{body: "54 <1 minute elapsed"}, {body: "54 <1234> b"}, {body: "54 <> c"}, {body: "<2>d"}}},
		{"byte order mark", "\ufeff<1>a\n\ufeff<2>b\n", []frame{{body: "<1>a"}, {body: "\ufeff<2>b"}}},
		{"byte order mark and a count", "\ufeff4 <1>a4 <2>b", []frame{{body: "<1>a"}, {body: "<2>b"}}},
		{"half a byte order mark", "\xef\xbb", []frame{{body: "\xef\xbb"}}},
		{"zeros are no counts", "0 \n0 <1>a\n04 <1>a\n", []frame{{body: "0 "}, {body: "0 <1>a"}, {body: "04 <1>a"}}},
		{"absurd counts are none", "99999999999999999999 <1>a\n<2>b\n", []frame{{body: "99999999999999999999 <1>a"}, {body: "<2>b"}}},
		{"only a number", "12", []frame{{body: "12"}}},
		{"only a number and a space", "12 ", []frame{{body: "12 "}}},
		{"limit", long + "\nb\n", []frame{{body: long}, {body: "b"}}},
		{"limit and CR LF", long + "\r\nb\r\n", []frame{{body: long}, {body: "b"}}},
		{"limit at the end", long, []frame{{body: long}}},
		{"over the limit by one", long + "y\nb\n", []frame{{body: long, truncated: true}, {body: "b"}}},
		{"far over the limit", long + long + long + "\nb\n", []frame{{body: long, truncated: true}, {body: "b"}}},
		{"over the limit at the end", long + long, []frame{{body: long, truncated: true}}},
		{"over the limit, NUL", long + long + "\x00b\x00", []frame{{body: long, truncated: true}, {body: "b"}}},
		{"over the limit, looks counted behind", long + "yy 4 <1>a\nb\n", []frame{{body: long, truncated: true}, {body: "b"}}},
		{"counted, limit", fmt.Sprintf("%d <1>%s4 <2>b", MaxMessage, long[3:]), []frame{{body: "<1>" + long[3:]}, {body: "<2>b"}}},
		{"counted, over the limit", fmt.Sprintf("%d <1>%s\n%s4 <2>b", 2*MaxMessage+1, long[3:], long), []frame{{body: "<1>" + long[3:], truncated: true}, {body: "<2>b"}}},
		{"counted, over the limit, broken off", fmt.Sprintf("%d <1>%s", 2*MaxMessage, long), []frame{{body: "<1>" + long[3:], truncated: true}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for how, r := range map[string]io.Reader{
				"at once":      strings.NewReader(c.stream),
				"with the end": iotest.DataErrReader(strings.NewReader(c.stream)),
				"halves":       iotest.HalfReader(strings.NewReader(c.stream)),
			} {
				if got := frames(r); !slices.Equal(got, c.want) {
					t.Errorf("%s: got %s, want %s", how, show(got), show(c.want))
				}
			}
			// Split in two at every position: a slow sender.
			step := 1 + len(c.stream)/500
			for i := 0; i < len(c.stream); i += step {
				r := io.MultiReader(strings.NewReader(c.stream[:i]), strings.NewReader(c.stream[i:]))
				if got := frames(r); !slices.Equal(got, c.want) {
					t.Errorf("cut at %d: got %s, want %s", i, show(got), show(c.want))
				}
			}
			if len(c.stream) < 100 {
				if got := frames(iotest.OneByteReader(strings.NewReader(c.stream))); !slices.Equal(got, c.want) {
					t.Errorf("byte by byte: got %s, want %s", show(got), show(c.want))
				}
			}
		})
	}
}

func show(frames []frame) string {
	var b strings.Builder
	for _, f := range frames {
		body := f.body
		if len(body) > 60 {
			body = fmt.Sprintf("%s... (%d bytes)", body[:60], len(body))
		}
		fmt.Fprintf(&b, "{%q %v} ", body, f.truncated)
	}
	return b.String()
}

func TestBrokenStream(t *testing.T) {
	broken := errors.New("connection reset")
	r := io.MultiReader(strings.NewReader("<1>a\n<2>half a mess"), iotest.ErrReader(broken))
	want := []frame{{body: "<1>a"}, {body: "<2>half a mess", truncated: true}}
	if got := frames(r); !slices.Equal(got, want) {
		t.Errorf("got %s, want %s", show(got), show(want))
	}
}

// endless sends the same byte over and over, n megabytes of it.
type endless struct{ left int }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	for i := range p {
		p[i] = 'x'
	}
	e.left -= len(p)
	return len(p), nil
}

func TestFramingMemoryIsBounded(t *testing.T) {
	f := newFramer(&endless{left: 64 << 20}, true)
	messages := 0
	for f.fill() == nil {
		for {
			m, ok := f.next()
			if !ok {
				break
			}
			messages++
			if !m.truncated || len(m.body) != MaxMessage {
				t.Errorf("a message of %d bytes, truncated: %v", len(m.body), m.truncated)
			}
		}
	}
	if messages != 1 {
		t.Errorf("one endless message became %d", messages)
	}
	if len(f.buf) > lastBuffer {
		t.Errorf("the buffer grew to %d bytes", len(f.buf))
	}
}

func TestFramingAllocatesOnlyMessages(t *testing.T) {
	const n = 1000
	stream := bytes.Repeat([]byte(line3164+"\n"), n)
	reader := bytes.NewReader(stream)
	f := newFramer(reader, true)
	got := testing.AllocsPerRun(5, func() {
		reader.Reset(stream)
		f.err = nil
		for count := 0; f.fill() == nil; {
			for {
				if _, ok := f.next(); !ok {
					break
				}
				count++
			}
			if f.err != nil && count != n {
				t.Fatalf("%d messages", count)
			}
		}
	})
	if got > n {
		t.Errorf("%v allocations for %d messages", got, n)
	}
}

func FuzzFraming(f *testing.F) {
	f.Add([]byte("<1>a\n4 <2>b<3>c\x00 5 <4>d\n"), uint8(3))
	f.Add([]byte("70000 <1>a"), uint8(1))
	f.Add([]byte("2026 Nov 23\r\n\n12 {\"a\":\n}"), uint8(7))
	f.Add([]byte(strings.Repeat("x", 300)+"\n1 <"), uint8(255))
	f.Fuzz(func(t *testing.T, stream []byte, chunk uint8) {
		whole := frames(bytes.NewReader(stream))
		pieces := frames(&chunks{stream, int(chunk) + 1})
		if !slices.Equal(whole, pieces) {
			t.Errorf("the size of the reads matters: %s and %s", show(whole), show(pieces))
		}
		n := 0
		for _, m := range whole {
			if m.body == "" || len(m.body) > MaxMessage {
				t.Errorf("a message of %d bytes", len(m.body))
			}
			n += len(m.body)
		}
		if n > len(stream) {
			t.Errorf("%d bytes out of %d", n, len(stream))
		}
		// No byte may be lost but counts and trailers.
		if !bytes.ContainsAny(stream, "0123456789") && len(stream) <= MaxMessage {
			kept := 0
			for _, c := range stream {
				if !isTrailer(c) {
					kept++
				}
			}
			for _, m := range whole {
				kept -= len(m.body) - strings.Count(m.body, "\r")
			}
			if kept != 0 {
				t.Errorf("%d bytes got lost", kept)
			}
		}
	})
}

// chunks reads n bytes at a time.
type chunks struct {
	rest []byte
	n    int
}

func (c *chunks) Read(p []byte) (int, error) {
	if len(c.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(p[:min(len(p), c.n)], c.rest)
	c.rest = c.rest[n:]
	return n, nil
}
