package store

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// clock is a time that tests set.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

// repeats returns how often a test of random moments or searches tries: the
// usual number reaches everything there is in kind. -short, meant for the race
// detector, takes a third. PORCHLIGHT_TEST_LONG=1 tries many times, which costs
// minutes and is for changes of what is tested: it looks for coincidences.
func repeats(usual, many int) int {
	switch {
	case os.Getenv("PORCHLIGHT_TEST_LONG") != "":
		return many
	case testing.Short():
		return usual / 3
	}
	return usual
}

func testConfig(dir string) Config {
	cfg := Config{Dir: dir, Command: "porchlight serve", Now: func() time.Time { return noon }}
	if os.Getenv("PORCHLIGHT_TEST_SEAL") != "" { // small blocks under every test
		cfg.SealEvents, cfg.BlockEvents = 40, 64
	}
	return cfg
}

func openStore(t testing.TB, dir string, change ...func(*Config)) *Store {
	t.Helper()
	cfg := testConfig(dir)
	for _, f := range change {
		f(&cfg)
	}
	s, err := Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// withWriter calls f with the writer that was used last; the sealer waits.
func withWriter(s *Store, f func(w *writer) error) error {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	return f(s.writers[len(s.writers)-1])
}

func readOnlyConfig(c *Config) { c.ReadOnly = true }

// logTo collects what the store logs.
func logTo(b *strings.Builder) func(*Config) {
	return func(c *Config) { c.Log = slog.New(slog.NewTextHandler(b, nil)) }
}

// numbered makes an event that carries its number.
func numbered(n int, at time.Time) event.Event {
	var ev event.Event
	ev.Time, ev.Received = at.UnixNano(), at.UnixNano()
	ev.Set(event.EventOriginal, fmt.Sprintf("<13>Nov 23 12:00:00 box app[7]: number %d", n))
	ev.Set(event.EventCode, fmt.Sprint(n))
	return ev
}

func mustAppend(t testing.TB, s *Store, batch []event.Event) {
	t.Helper()
	if err := s.Append(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
}

func search(t testing.TB, s *Store, q query.Query) ([]event.Event, query.Result) {
	t.Helper()
	var out []event.Event
	res, err := s.Search(context.Background(), q, func(ev *event.Event) bool {
		out = append(out, *ev)
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return out, res
}

// matchFunc is a tree of one node.
type matchFunc func(*event.Event) bool

func (f matchFunc) Match(ev *event.Event) bool { return f(ev) }

// same reports whether two events are equal in every byte.
func same(a, b *event.Event) bool {
	return a.ID == b.ID && a.Time == b.Time && a.Received == b.Received && bytes.Equal(content(a), content(b))
}

// content is all that an event holds, each text with its length.
func content(ev *event.Event) []byte {
	var out []byte
	for r, v := range ev.Each() {
		out = binary.AppendUvarint(out, uint64(r.Field))
		for _, text := range []string{r.Name, v} {
			out = append(binary.AppendUvarint(out, uint64(len(text))), text...)
		}
	}
	return out
}

// dump shows every byte of an event, which JSON does not.
func dump(ev *event.Event) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %d %d", ev.ID, ev.Time, ev.Received)
	for r, v := range ev.Each() {
		fmt.Fprintf(&b, " %d:%s=%q", r.Field, r.Name, v)
	}
	return b.String()
}

var (
	hosts    = []string{"fw-edge", "nas-01", "mail", "web-2", "printer-3f", "ap-lobby", "dc01", "backup"}
	users    = []string{"anna", "root", "svc-backup", "m.keller", "admin", "oracle", "guest", "deploy", "j.doe", "petra"}
	prefixes = []string{"192.168.1.", "10.0.20.", "203.0.113.", "198.51.100.", "185.220.101."}
)

// office generates messages as a small office sends them, about 250 bytes and
// 20 fields each. Like a parser it cuts its values out of the message.
type office struct {
	r *rand.Rand
	t time.Time
}

func newOffice(seed uint64, at time.Time) *office {
	return &office{rand.New(rand.NewPCG(seed, 1)), at}
}

func (o *office) batch(n int) []event.Event {
	out := make([]event.Event, n)
	for i := range out {
		o.fill(&out[i])
	}
	return out
}

func (o *office) ip() string { return fmt.Sprint(prefixes[o.r.IntN(len(prefixes))], 1+o.r.IntN(250)) }

func (o *office) fill(ev *event.Event) {
	o.t = o.t.Add(time.Duration(o.r.IntN(400)) * time.Microsecond)
	host, src, dst := hosts[o.r.IntN(len(hosts))], o.ip(), o.ip()
	sport, dport, pid := fmt.Sprint(1024+o.r.IntN(60000)), fmt.Sprint([]int{22, 53, 80, 443, 445, 3389}[o.r.IntN(6)]), fmt.Sprint(300+o.r.IntN(30000))
	user := users[o.r.IntN(len(users))]
	stamp := o.t.Format("2006-01-02T15:04:05.000000Z07:00")
	var raw string
	cut := func(f event.Field, v string) {
		if i := strings.Index(raw, v); i >= 0 {
			v = raw[i : i+len(v)]
		}
		ev.Set(f, v)
	}
	ssh := o.r.IntN(3) == 0
	if ssh {
		raw = fmt.Sprintf("<38>1 %s %s sshd %s - [origin ip=\"%s\" software=\"rsyslogd\" x-pid=\"%s\"] Failed password for invalid user %s from %s port %s ssh2: key fingerprint SHA256:%08x%08x%08x, method keyboard-interactive/pam",
			stamp, host, pid, dst, pid, user, src, sport, o.r.Uint32(), o.r.Uint32(), o.r.Uint32())
	} else {
		raw = fmt.Sprintf("<134>1 %s %s filterlog %s - - rule=%d,igb1,match,block,in,4,0x0,,64,%d,0,DF,6,tcp,%d,SRC=%s,DST=%s,SPT=%s,DPT=%s,%d,S,%d,,64240,,mss;nop;wscale;nop;nop;sackOK LEN=%d WINDOW=64240 RES=0x00 SYN URGP=0 MAC=00:1b:21:%02x:%02x:%02x",
			stamp, host, pid, o.r.IntN(90), o.r.IntN(65536), o.r.IntN(1500), src, dst, sport, dport, o.r.IntN(100), o.r.Uint32(), o.r.IntN(1500), o.r.IntN(256), o.r.IntN(256), o.r.IntN(256))
	}
	ev.Reset()
	ev.Time, ev.Received = o.t.UnixNano(), o.t.Add(time.Duration(o.r.IntN(3))*time.Millisecond).UnixNano()
	ev.Set(event.EventOriginal, raw)
	cut(event.HostName, host)
	cut(event.SourceIP, src)
	cut(event.SourcePort, sport)
	cut(event.ProcessPID, pid)
	cut(event.LogSyslogHostname, host)
	cut(event.LogSyslogProcID, pid)
	ev.Set(event.LogSourceAddress, "192.168.1.1")
	ev.Set(event.LogSyslogVersion, "1")
	ev.Set(event.EventKind, "event")
	if ssh {
		cut(event.Message, raw[strings.Index(raw, "Failed"):])
		cut(event.UserName, user)
		ev.Set(event.EventCategory, "authentication")
		ev.Set(event.EventAction, "logon-failed")
		ev.Set(event.EventOutcome, "failure")
		ev.Set(event.EventType, "start")
		ev.Set(event.EventModule, "sshd")
		ev.SetInt(event.LogSyslogPriority, 38)
		ev.SetInt(event.LogSyslogFacility, 4)
		ev.SetInt(event.LogSyslogSeverity, 6)
		cut(event.LogSyslogAppname, "sshd")
		cut(event.ProcessName, "sshd")
		return
	}
	cut(event.Message, raw[strings.Index(raw, "rule="):])
	cut(event.DestinationIP, dst)
	cut(event.DestinationPort, dport)
	cut(event.NetworkTransport, "tcp")
	ev.Set(event.NetworkType, "ipv4")
	ev.Set(event.EventCategory, "network")
	ev.Set(event.EventAction, "block")
	ev.Set(event.EventOutcome, "failure")
	ev.Set(event.ObserverVendor, "netgate")
	ev.Set(event.ObserverProduct, "pfsense")
	cut(event.ObserverIngressInterface, "igb1")
	ev.SetInt(event.LogSyslogPriority, 134)
	ev.SetInt(event.LogSyslogFacility, 16)
	ev.SetInt(event.LogSyslogSeverity, 6)
	cut(event.LogSyslogAppname, "filterlog")
}
