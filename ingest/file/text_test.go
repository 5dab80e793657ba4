package file

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"unicode/utf16"
)

func inUTF16(order binary.AppendByteOrder, text string) string {
	out := order.AppendUint16(nil, 0xfeff)
	for _, unit := range utf16.Encode([]rune(text)) {
		out = order.AppendUint16(out, unit)
	}
	return string(out)
}

func TestDecodeText(t *testing.T) {
	long := strings.Repeat("ä\U0001f511", 20_000) + "\n" // across every buffer's end
	for in, want := range map[string]string{
		inUTF16(binary.LittleEndian, long):      long,
		"\xff\xfea\x00\x3d\xd8b\x00":            "a\ufffdb", // lone high half
		"\xff\xfe\x3d\xd8\x3d\xd8\x11\xddb\x00": "\ufffd\U0001f511b",
		"\xfe\xff\xdd\x11\x00a":                 "\ufffda", // lone low half
		"\xfe\xff\x00a\x00":                     "a\ufffd", // half a unit
		"\xfe\xff\x00a\xd8\x3d":                 "a\ufffd", // ends in a pair
		"\xff\xfe":                              "",
	} {
		got, err := io.ReadAll(decodeText(bufio.NewReader(strings.NewReader(in))))
		if err != nil || string(got) != want {
			t.Errorf("%.40q: %.40q, %v, want %.40q", in, got, err, want)
		}
	}
}

// TestMemoryIsBounded reads lines that are far longer than what is kept of
// them, as a small compressed file can contain.
func TestMemoryIsBounded(t *testing.T) {
	const members = 128
	var packed bytes.Buffer
	for range members { // gzip files may be concatenated
		z := gzip.NewWriter(&packed)
		z.Write(bytes.Repeat([]byte{'x'}, 1<<20))
		z.Close()
	}
	path := filepath.Join(t.TempDir(), "bomb.log.gz")
	if err := os.WriteFile(path, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	text, err := openText(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer text.close()
	line, truncated, err := text.next()
	runtime.ReadMemStats(&after)
	if len(line) != MaxLine || !truncated || err != nil || text.bytes != members<<20 {
		t.Errorf("%d bytes, truncated %v of %d, %v", len(line), truncated, text.bytes, err)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("allocated %d bytes for a line of %d", used, text.bytes)
	}
}

func FuzzText(f *testing.F) {
	f.Add([]byte("plain\nlines\r\n"))
	f.Add([]byte(inUTF16(binary.LittleEndian, "zwei\n")))
	f.Add([]byte(inUTF16(binary.BigEndian, "zwei\n")))
	f.Add([]byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3})
	f.Add([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 0x09, 0x00, 0x00, 'x'})
	f.Add([]byte("(\xb5/\xfdp]U\xd2v\x00\x00\x11\x00\x00\x00\x00p\xb1\xdf")) // breaks in the middle
	f.Fuzz(func(t *testing.T, data []byte) {
		read := func() *textReader {
			text, err := readText(t.Context(), bytes.NewReader(data), func() {}, true)
			if err != nil {
				return nil
			}
			return text
		}
		lines, skipped := read(), read()
		if lines == nil {
			return
		}
		defer lines.close()
		defer skipped.close()
		for {
			line, _, err := lines.next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return // how much a damaged stream gives before it breaks depends on how it is read
			}
			if len(line) > MaxLine {
				t.Fatalf("a line of %d bytes", len(line))
			}
			if m, _ := Auto.message(line); m == "" && line != "" {
				t.Fatalf("%q is lost", line)
			}
		}
		skipped.skip(lines.bytes)
		if skipped.bytes != lines.bytes || skipped.sum() != lines.sum() || skipped.lines() != lines.count {
			t.Errorf("read %d bytes, %d lines; skipped %d, %d", lines.bytes, lines.count, skipped.bytes, skipped.lines())
		}
	})
}
