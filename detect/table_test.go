package detect

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"testing/fstest"
	"time"

	"porchlight/ingest"
	"porchlight/ingest/event"
)

// TestBenchSigma prints the rows of the table of `make bench-sigma` that are
// about the engine as a whole. It measures and judges nothing.
func TestBenchSigma(t *testing.T) {
	if os.Getenv("PORCHLIGHT_BENCH_SIGMA") == "" {
		t.Skip("a measurement: run `make bench-sigma`")
	}
	print := func(what, least, reach, measured, beside string) {
		fmt.Printf("%-58s %16s %12s %18s   %s\n", what, least, reach, measured, beside)
	}
	rules := NewRules(Config{})
	e := New(rules)
	rules.Load(nil, Source{Name: "builtin", FS: builtin(t)})
	events := officeSyslog()
	r := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			e.Process(events)
		}
	})
	print("the built-in rules, syslog of an office", "2 us/event", "0.7 us", fmt.Sprintf("%.2f us", float64(r.NsPerOp())/1e3/float64(len(events))),
		fmt.Sprintf("%d rules", len(rules.List())))

	const groups = 100_000
	c := NewRules(Config{})
	c.Load(nil, Source{Name: "one", FS: fstest.MapFS{"r.yml": {Data: []byte(`
id: base
name: base
logsource: {category: authentication}
detection: {s: {event.action: logon-failed}, condition: s}
---
id: many
correlation: {type: event_count, rules: [base], group-by: [source.ip, user.name], timespan: 1h, condition: {gte: 1000}}
`)}}})
	heap := func() float64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return float64(m.HeapAlloc) / 1e6
	}
	before := heap()
	batch := make([]event.Event, 1)
	for i := range 3 * groups {
		ev := &batch[0]
		ev.Reset()
		ev.ID = event.NewID(20000, uint64(i+1))
		ev.Time = int64(i) * 1e6
		ev.Received = ev.Time
		ev.Set(event.EventCategory, "authentication")
		ev.Set(event.EventAction, "logon-failed")
		n := i % groups
		ev.Set(event.SourceIP, fmt.Sprintf("198.%d.%d.%d", 18+n>>16, n>>8&255, n&255))
		ev.Set(event.UserName, fmt.Sprintf("user%d", n))
		c.Process(batch)
	}
	print("100 k live correlation groups of three events", "100 MB", "", fmt.Sprintf("%.0f MB", heap()-before), "")
	runtime.KeepAlive(c)
}

// officeSyslog parses lines as the devices of an office send them.
func officeSyslog() []event.Event {
	p := ingest.NewParser(time.UTC)
	var out []event.Event
	for i, line := range []string{
		`<134>1 2026-11-27T08:09:10Z fw-edge filterlog 71234 - - 7,,,1000000103,igb0,match,pass,out,4,0x0,,64,30001,0,DF,6,tcp,60,192.168.1.30,198.51.100.7,50123,443,0,S,123456,,64240,,mss;nop;wscale`,
		`<134>1 2026-11-27T08:09:11Z fw-edge filterlog 71234 - - 9,,,1000000104,igb1,match,block,in,4,0x0,,52,20001,0,DF,6,tcp,44,203.0.113.9,192.168.1.30,40123,23,0,S,123456,,1024,,mss`,
		`<30>1 2026-11-27T08:09:12Z dns-01 unbound 811 - - type=query client=192.168.1.31 srcport=51123 name=mail.example.com qtype=A rcode=NOERROR duration=3 bytes=120 upstream=9.9.9.9 proto=udp view=office cache=hit`,
		`<134>1 2026-11-27T08:09:13Z proxy squid 912 - - src=192.168.1.32 spt=50001 user=anna method=GET url=https://www.example.com/a/1 status=200 bytes=5120 duration=42 action=TCP_MISS`,
		`<38>1 2026-11-27T08:09:14Z srv-01 sshd 4711 - - Accepted publickey for anna from 192.168.1.33 port 50002 ssh2: ED25519 SHA256:abcdef`,
		`<86>Nov 27 08:09:15 srv-01 sudo:     anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/apt update`,
		`<30>1 2026-11-27T08:09:16Z gw dhcpd 600 - - action=DHCPACK ip=192.168.1.34 mac=00:11:22:33:44:55 hostname=PC-07 iface=igb1 lease=7200 xid=0badcafe`,
		`<78>Nov 27 08:10:01 srv-01 CRON[5120]: (root) CMD (/usr/lib/update-notifier/check)`,
		`<30>Nov 27 08:10:02 srv-01 systemd[1]: Started Daily apt download activities.`,
		`<14>Nov 27 08:10:03 nas-01 smbd[310]: connect to service backup by user anna (uid=1026, gid=100)`,
	} {
		raw := event.Raw{Origin: &event.Origin{Input: "test"}, Body: line, Received: time.Date(2026, 11, 27, 8, 10, 5, 0, time.UTC).UnixNano()}
		var ev event.Event
		p.Parse(&raw, &ev)
		ev.ID = event.NewID(20784, uint64(i+1))
		out = append(out, ev)
	}
	return out
}
