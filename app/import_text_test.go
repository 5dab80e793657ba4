package app

import (
	"bytes"
	"encoding/binary"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func TestImportDecodesText(t *testing.T) {
	const text = "Anmeldung für Jörg \U0001f511 fehlgeschlagen\r\nzwei\r\n"
	dir, logs := t.TempDir(), t.TempDir()
	write(t, filepath.Join(logs, "utf8.txt"), "\ufeff"+text)
	for name, order := range map[string]binary.AppendByteOrder{"le.txt": binary.LittleEndian, "be.txt.gz": binary.BigEndian} {
		var units bytes.Buffer
		if err := binary.Write(&units, order.(binary.ByteOrder), utf16.Encode([]rune("\ufeff"+text))); err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(logs, name), units.String())
	}
	if sum := importInto(t, dir, logs); sum.Lines != 2 || sum.Files != 3 || len(sum.Skipped) != 0 {
		t.Errorf("one text in three encodings: %+v", sum)
	}
	if got := stored(t, dir); !slices.Equal(got, []string{"zwei", "Anmeldung für Jörg \U0001f511 fehlgeschlagen"}) {
		t.Errorf("stored %q", got)
	}
}

func TestImportRefusesBinariesUnread(t *testing.T) {
	logs := t.TempDir()
	write(t, filepath.Join(logs, "zeros.gz"), strings.Repeat("\x00", 1<<20))
	huge := filepath.Join(logs, "huge.zst")
	// RFC 8878 section 3.1.1: magic, frame header with a window of 256 MiB, a raw last block of one byte.
	if err := os.WriteFile(huge, []byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 18 << 3, 0x09, 0x00, 0x00, 'x'}, 0o600); err != nil {
		t.Fatal(err)
	}
	if sum := importInto(t, t.TempDir(), logs); sum.Files != 0 || len(sum.Skipped) != 2 || !strings.Contains(sum.Skipped[0]+sum.Skipped[1], "window size exceeded") {
		t.Errorf("%+v", sum)
	}
}

// TestImportHoles: a log that was truncated while its program went on writing
// where it was begins with NULs; after a crash there are some in the middle.
func TestImportHoles(t *testing.T) {
	dir, logs := t.TempDir(), t.TempDir()
	hole := strings.Repeat("\x00", 100_000)
	front := write(t, filepath.Join(logs, "front.log"), hole+"first\nsecond\n")
	write(t, filepath.Join(logs, "middle.log.gz"), "before\nbroken o"+hole+"after\n"+hole+"last\n")
	if sum := importInto(t, dir, logs); sum.Lines != 6 || len(sum.Skipped) != 0 {
		t.Errorf("%+v", sum)
	}
	write(t, front, hole+"first\nsecond\nthird\n")
	if sum := importInto(t, dir, logs); sum.Lines != 1 || sum.Known != 6 {
		t.Errorf("after it has grown: %+v", sum)
	}
	got := stored(t, dir)
	slices.Sort(got)
	if want := []string{"after", "before", "broken o", "first", "last", "second", "third"}; !slices.Equal(got, want) {
		t.Errorf("stored %.40q", got)
	}
}

// TestImportTakesALineWholeOnceItIsFinished: half a line is better than none
// of a file that nobody writes any more; of one that grows it is not enough.
func TestImportTakesALineWholeOnceItIsFinished(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(t.TempDir(), "auth.log"), "one\nFailed password for ro")
	for _, step := range []struct {
		text  string
		lines int
	}{
		{"one\nFailed password for ro", 2},
		{"one\nFailed password for ro", 0},
		{"one\nFailed password for root from 192.0.2.1\nthree", 2},
		{"one\nFailed password for root from 192.0.2.1\nthree\r\n", 0},
		{"one\nFailed password for root from 192.0.2.1\nthree\r\nfour\n", 1},
	} {
		write(t, path, step.text)
		if sum := importInto(t, dir, path); sum.Lines != step.lines {
			t.Errorf("%q: %+v", step.text, sum)
		}
	}
	got := stored(t, dir)
	slices.Sort(got)
	if want := []string{"Failed password for ro", "Failed password for root from 192.0.2.1", "four", "one", "three"}; !slices.Equal(got, want) {
		t.Errorf("stored %q", got)
	}
}

// TestImportJoins: messages over several lines become one event each, and a
// repeated import adds nothing.
func TestImportJoins(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(t.TempDir(), "app.log"), `2026-03-01 10:00:00,123 ERROR [org.example.Store] (main) disk is gone
java.io.IOException: no such device
	at org.example.Store.read(Store.java:7)
	at org.example.Main.main(Main.java:3)
2026-03-01 10:00:01,123 INFO  [org.example.Store] (main) again
{
  "timestamp": "2026-03-01T10:00:02+0000",
  "flow_id": 7,
  "event_type": "alert",
  "src_ip": "192.0.2.9",
  "dest_ip": "10.1.1.7"
}
`)
	if sum := importInto(t, dir, path); sum.Lines != 3 {
		t.Errorf("%d messages, want 3", sum.Lines)
	}
	if sum := importInto(t, dir, path); sum.Lines != 0 {
		t.Errorf("%d messages the second time", sum.Lines)
	}
	messages := stored(t, dir)
	if len(messages) != 3 || !slices.ContainsFunc(messages, func(m string) bool { return strings.Contains(m, "disk is gone") && strings.Contains(m, "Main.java:3") }) {
		t.Errorf("stored %q", messages)
	}
	a, stop := running(t, dir)
	defer stop()
	found := 0
	q, err := query.Parse("source.ip:192.0.2.9 and event.module:suricata", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Search(t.Context(), q, func(*event.Event) bool { found++; return true }); err != nil || found != 1 {
		t.Errorf("%d events of Suricata, %v", found, err)
	}
}
