package file

import (
	"compress/gzip"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const mixed = `one

2026-03-01 10:00:00,123 ERROR [x] (main) disk is gone
java.io.IOException: no such device
	at org.example.Store.read(Store.java:7)
{"raw":"wrapped"}
{
  "a": 1
}
<x>
 <y/>
</x>
last without end`

const broken = "first\n{\n\"never\": \"closed\",\n<x>\n <y/>\n</x>\nlast\n"

// oneText joins the bodies of messages.
func oneText(messages []Message) []Message {
	var lines []string
	for _, m := range messages {
		lines = append(lines, m.Body)
	}
	return []Message{{Body: strings.Join(lines, "\n")}}
}

// readAll returns the messages of a file after a cursor.
func readAll(t *testing.T, path string, from Cursor) []Message {
	t.Helper()
	r, err := Open(t.Context(), path, from, Auto)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var all []Message
	for {
		m, err := r.Next()
		if errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, m)
	}
}

// TestEveryPositionContinues: resuming after a message gives exactly what
// follows it, whatever the file.
func TestEveryPositionContinues(t *testing.T) {
	dir := t.TempDir()
	table := "Time,User,Text\n1,anna,x\n2,bob,\"two\nlines\"\n\n3,carl,y\n"
	for name, text := range map[string]string{"a.log": mixed, "crlf.log": strings.ReplaceAll(mixed, "\n", "\r\n"), "a.csv": table, "packed.log.gz": mixed, "broken.log": broken} {
		path := filepath.Join(dir, name)
		f, err := os.Create(path)
		if err != nil {
			t.Fatal(err)
		}
		var w io.WriteCloser = f
		if strings.HasSuffix(name, ".gz") {
			w = gzip.NewWriter(f)
		}
		if _, err := io.WriteString(w, text); err != nil {
			t.Fatal(err)
		}
		if w != f {
			w.Close()
		}
		f.Close()
		all := readAll(t, path, Cursor{})
		if len(all) < 3 {
			t.Fatalf("%s: only %+v", name, all)
		}
		for i, m := range slices.Clone(all) {
			all := slices.Clone(all)
			from, ok := ParsePosition(path, m.Position)
			if !ok {
				t.Fatalf("%s: position %q", name, m.Position)
			}
			if known, err := Known(t.Context(), path, []Cursor{from}); err != nil || known != from {
				t.Errorf("%s: the file is not known by %+v: %+v, %v", name, from, known, err)
			}
			rest := readAll(t, path, from)
			if name == "broken.log" { // what was given up line by line may be joined the next time
				rest, all = oneText(rest), append(all[:i+1:i+1], oneText(all[i+1:])...)
			}
			if !slices.Equal(rest, all[i+1:]) {
				t.Errorf("%s: behind message %d\ngot  %+v\nwant %+v", name, i, rest, all[i+1:])
			}
		}
	}
}

func TestOpenRefusesWhatHasChanged(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.log")
	if err := os.WriteFile(path, []byte("one\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	from, _ := ParsePosition(path, readAll(t, path, Cursor{})[0].Position)
	if err := os.WriteFile(path, []byte("ONE\ntwo\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var bad *NotLogError
	if _, err := Open(t.Context(), path, from, Auto); !errors.As(err, &bad) {
		t.Errorf("opened another file behind a cursor: %v", err)
	}
}

func TestParsePosition(t *testing.T) {
	for _, p := range []string{"", "7", "1 2", "x 2 ab", "1 -2 ab", "1 2 zz", "1 2 ab c"} {
		if c, ok := ParsePosition("a", p); ok {
			t.Errorf("%q: %+v", p, c)
		}
	}
}

func TestStreamGoesWhenNothingMoreHasArrived(t *testing.T) {
	r, w := io.Pipe()
	defer w.Close()
	const begun = `{"looks like": "the beginning of more",`
	go io.WriteString(w, begun+"\n")
	s, err := OpenStream(t.Context(), r, Auto)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	// Nothing more has come, and may not for a long time.
	if m, err := s.Next(); err != nil || m.Body != begun || m.Position != "1" {
		t.Errorf("%+v, %v", m, err)
	}
}

func BenchmarkReader(b *testing.B) {
	path := filepath.Join(b.TempDir(), "auth.log")
	line := "Nov 22 10:00:00 nas-01 sshd[42]: Failed password for root from 192.0.2.7 port 50000 ssh2\n"
	const lines = 100_000
	if err := os.WriteFile(path, []byte(strings.Repeat(line, lines)), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		r, err := Open(b.Context(), path, Cursor{}, Auto)
		if err != nil {
			b.Fatal(err)
		}
		for err == nil {
			_, err = r.Next()
		}
		r.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/lines, "ns/message")
}
