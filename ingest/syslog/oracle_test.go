package syslog

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	oracle "github.com/leodido/go-syslog/v4/rfc5424"
)

// TestOracle compares our parser with another on random messages, valid and
// broken.
func TestOracle(t *testing.T) {
	r := rand.New(rand.NewPCG(5424, 1))
	machine := oracle.NewMachine(oracle.WithCompliantMsg())
	valid, broken := 0, 0
	for range 30_000 {
		text := randomMessage(r)
		if r.IntN(3) == 0 {
			text = damage(r, text)
		}
		want, err := machine.Parse([]byte(text))
		var h Header
		ParseHeader(text, received, time.UTC, &h)
		if err != nil {
			broken++
			if h.Err == nil && h.Format == RFC5424 && !widened(text) {
				t.Fatalf("%q: accepted, the oracle says %v", text, err)
			}
			continue
		}
		valid++
		m := want.(*oracle.SyslogMessage)
		if h.Err != nil || h.Format != RFC5424 {
			t.Fatalf("%q: %v, format %v", text, h.Err, h.Format)
		}
		compare(t, text, "priority", h.Priority, int(*m.Priority))
		compare(t, text, "facility", h.Facility(), int(*m.Facility))
		compare(t, text, "severity", h.Severity(), int(*m.Severity))
		compare(t, text, "version", h.Version, int(m.Version))
		compare(t, text, "host", h.Hostname, deref(m.Hostname))
		compare(t, text, "app", h.AppName, deref(m.Appname))
		compare(t, text, "procid", h.ProcID, deref(m.ProcID))
		compare(t, text, "msgid", h.MsgID, deref(m.MsgID))
		compare(t, text, "message", h.Message, trimLineEnd(strings.TrimPrefix(strings.TrimLeft(deref(m.Message), " "), byteOrderMark)))
		at := int64(0)
		if m.Timestamp != nil {
			at = m.Timestamp.UnixNano()
		}
		compare(t, text, "time", h.Time, at)
		sd := map[string]map[string]string{}
		if m.StructuredData != nil {
			sd = *m.StructuredData
		}
		compareParams(t, text, h.StructuredData, sd)
	}
	t.Logf("%d valid and %d broken messages: both parsers agree", valid, broken)
	if valid < 15_000 || broken < 2_000 {
		t.Error("too few of one kind")
	}
}

// widened reports whether we deliberately accept more than the oracle:
// fractions of seven to nine digits and a line end after the message.
func widened(text string) bool {
	if text != trimLineEnd(text) {
		return true
	}
	_, rest, _ := strings.Cut(text, " ")
	stamp, _, _ := strings.Cut(rest, " ")
	_, frac, _ := strings.Cut(stamp, ".")
	n := countDigits(frac)
	return 7 <= n && n <= 9
}

func compare[T comparable](t *testing.T, text, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%q: %s: got %#v, want %#v", text, what, got, want)
	}
}

func compareParams(t *testing.T, text, structuredData string, want map[string]map[string]string) {
	t.Helper()
	got := map[string]map[string]string{}
	for p := range Params(structuredData) {
		if got[p.ID] == nil {
			got[p.ID] = map[string]string{}
		}
		got[p.ID][p.Name] = p.Value
	}
	for id, params := range want {
		if len(params) == 0 && strings.Contains(structuredData, "["+id+"]") {
			got[id] = params
		}
	}
	if !maps.EqualFunc(got, want, maps.Equal[map[string]string, map[string]string]) {
		t.Errorf("%q: structured data: got %v, want %v", text, got, want)
	}
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

func randomMessage(r *rand.Rand) string {
	field := func(max int) string {
		if r.IntN(4) == 0 {
			return "-"
		}
		return graphics(r, 1+r.IntN(max), "")
	}
	stamp := "-"
	if r.IntN(5) > 0 {
		at := time.Unix(r.Int64N(4e9)-1e9, r.Int64N(1e6)*1000).In(time.FixedZone("", (r.IntN(47*60)-23*60-30)*60))
		stamp = at.Format([]string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05.0Z07:00", "2006-01-02T15:04:05.000Z07:00", "2006-01-02T15:04:05.000000Z07:00"}[r.IntN(4)])
	}
	var b strings.Builder
	fmt.Fprintf(&b, "<%d>%d %s %s %s %s %s ", r.IntN(192), 1+r.IntN(999), stamp, field(255), field(48), field(128), field(32))
	if r.IntN(3) == 0 {
		b.WriteByte('-')
	} else {
		for i := range 1 + r.IntN(4) {
			fmt.Fprintf(&b, "[%d%s", i, graphics(r, r.IntN(31), `=]"`))
			for range r.IntN(4) {
				fmt.Fprintf(&b, ` %s="%s"`, graphics(r, 1+r.IntN(32), `=]"`), strings.NewReplacer(`\`, `\\`, `"`, `\"`, `]`, `\]`).Replace(text(r)))
			}
			b.WriteByte(']')
		}
	}
	switch r.IntN(4) {
	case 0:
	case 1:
		b.WriteString(" " + byteOrderMark + text(r))
	default:
		b.WriteString(" " + text(r))
	}
	return b.String()
}

// graphics returns n printable ASCII characters, none of them excluded.
func graphics(r *rand.Rand, n int, excluded string) string {
	b := make([]byte, 0, n)
	for len(b) < n {
		if c := byte('!' + r.IntN('~'-'!'+1)); strings.IndexByte(excluded, c) < 0 {
			b = append(b, c)
		}
	}
	return string(b)
}

func text(r *rand.Rand) string {
	alphabet := []rune("abc XYZ 0189 \"]\\[=<>äß€𐌼\t-")
	var b strings.Builder
	for range r.IntN(40) {
		b.WriteRune(alphabet[r.IntN(len(alphabet))])
	}
	return b.String() + "."
}

// damage changes one byte.
func damage(r *rand.Rand, s string) string {
	b := []byte(s)
	i := r.IntN(len(b))
	switch r.IntN(3) {
	case 0:
		b[i] = byte(r.IntN(256))
	case 1:
		b = append(b[:i], b[i+1:]...)
	default:
		b = b[:i+1]
	}
	return string(b)
}

type corpusCase struct {
	ID     string `json:"id"`
	Raw    string `json:"raw_b64"`
	Valid  bool   `json:"valid"`
	Expect *struct {
		Priority, Facility, Severity, Version       int
		Timestamp, Hostname, Appname, Procid, Msgid string
		Message                                     string
		StructuredData                              map[string]map[string]string `json:"structured_data"`
	} `json:"expect"`
}

func TestCorpus(t *testing.T) {
	cases := readCorpus(t)
	valid, validOK, invalid, invalidOK := 0, 0, 0, 0
	for _, c := range cases {
		raw, err := base64.StdEncoding.DecodeString(c.Raw)
		if err != nil {
			t.Fatal(err)
		}
		var h Header
		ParseHeader(string(raw), received, time.UTC, &h)
		if !c.Valid {
			invalid++
			if h.Err != nil || h.Format == None {
				invalidOK++
			} else {
				t.Errorf("%s: %q is malformed, got %+v", c.ID, raw, h)
			}
			continue
		}
		valid++
		if passed := t.Run(c.ID, func(t *testing.T) {
			text, e := string(raw), c.Expect
			if h.Err != nil {
				t.Errorf("%q: %v", text, h.Err)
			}
			compare(t, text, "priority", h.Priority, e.Priority)
			compare(t, text, "facility", h.Facility(), e.Facility)
			compare(t, text, "severity", h.Severity(), e.Severity)
			compare(t, text, "version", h.Version, e.Version)
			compare(t, text, "host", h.Hostname, e.Hostname)
			compare(t, text, "app", h.AppName, e.Appname)
			compare(t, text, "procid", h.ProcID, e.Procid)
			compare(t, text, "msgid", h.MsgID, e.Msgid)
			compare(t, text, "message", strings.ToValidUTF8(h.Message, "\ufffd"), asDecoded(e.Message))
			compareParams(t, text, h.StructuredData, e.StructuredData)
			compareTime(t, text, &h, e.Timestamp)
		}); passed {
			validOK++
		}
	}
	t.Logf("valid %d of %d, malformed %d of %d", validOK, valid, invalidOK, invalid)
}

// asDecoded removes what the corpus keeps in messages and we do not: the byte
// order mark. Bytes that are not UTF-8 became U+FFFD one by one, here one per
// run.
func asDecoded(s string) string {
	s = strings.TrimPrefix(s, byteOrderMark)
	for strings.Contains(s, "\ufffd\ufffd") {
		s = strings.ReplaceAll(s, "\ufffd\ufffd", "\ufffd")
	}
	return s
}

func compareTime(t *testing.T, text string, h *Header, want string) {
	t.Helper()
	if want == "" {
		compare(t, text, "time", h.Time, 0)
		return
	}
	at, err := time.Parse(time.RFC3339Nano, want)
	if err != nil {
		t.Fatal(err)
	}
	got := time.Unix(0, h.Time).UTC()
	if at.Year() == 0 { // the corpus knows no year
		const seconds = "01-02T15:04:05"
		compare(t, text, "time", got.Format(seconds), at.Format(seconds))
		return
	}
	compare(t, text, "time", got, at.UTC())
}

func readCorpus(t *testing.T) []corpusCase {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if dir == filepath.Dir(dir) {
			t.Fatal("no go.mod above the test")
		}
		dir = filepath.Dir(dir)
	}
	packed, err := os.ReadFile(filepath.Join(dir, "..", "shared", "corpora", "syslog.jsonl.gz"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("corpora not present: ", err)
	}
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	var cases []corpusCase
	for d := json.NewDecoder(z); d.More(); {
		var c corpusCase
		if err := d.Decode(&c); err != nil {
			t.Fatal(err)
		}
		cases = append(cases, c)
	}
	return cases
}
