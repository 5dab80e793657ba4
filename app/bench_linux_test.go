package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/leodido/go-syslog/v4/rfc3164"

	"porchlight/app"
	"porchlight/app/replay"
	"porchlight/app/settings"
	"porchlight/app/store"
	"porchlight/assets"
	"porchlight/detect"
	"porchlight/ingest"
	"porchlight/ingest/event"
	"porchlight/ingest/syslog"
)

// noisePorts are what the internet tries on every address, all day.
var noisePorts = []int{22, 23, 80, 443, 445, 1433, 3389, 8080}

// sweepPorts make every one of the 200 outside addresses a port scanner.
var sweepPorts = func() (p []int) {
	for i := range 1024 {
		p = append(p, i+1)
	}
	return p
}()

// officeLines returns n messages as an office sends them, in realistic
// proportions and lengths. The outside knocks on the given ports.
// benchOrigin is where the messages come from.
var benchOrigin = &event.Origin{Input: "bench", Kind: "bench"}

func officeLines(n int, knocked []int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	now := time.Now().Format(time.Stamp)
	lines := make([]string, n)
	for i := range lines {
		pid, port, host := 1000+r.IntN(30000), 1024+r.IntN(60000), 1+r.IntN(200)
		switch k := r.IntN(100); {
		case k < 40:
			lines[i] = fmt.Sprintf("<134>%s gw filterlog[%d]: 4,,,1000000103,igb0,match,block,in,4,0x0,,64,%d,0,DF,6,tcp,60,198.51.100.%d,192.0.2.%d,%d,%d,0,S,1234567890,,64240,,mss;sackOK;TS;nop;wscale", now, pid, port, host, host, port, knocked[r.IntN(len(knocked))])
		case k < 60:
			lines[i] = fmt.Sprintf("<4>%s web-01 kernel: [%d.123456] [UFW BLOCK] IN=eth0 OUT= MAC=52:54:00:12:34:56:52:54:00:ab:cd:ef:08:00 SRC=198.51.100.%d DST=192.0.2.10 LEN=60 TOS=0x00 PREC=0x00 TTL=51 ID=%d DF PROTO=TCP SPT=%d DPT=%d WINDOW=64240 RES=0x00 SYN URGP=0", now, pid, host, pid, port, knocked[r.IntN(len(knocked))])
		case k < 75:
			lines[i] = fmt.Sprintf("<86>%s nas-01 sshd[%d]: Accepted publickey for backup from 192.168.1.%d port %d ssh2: ED25519 SHA256:0123456789abcdefghijklmnopqrstuvwxyzABCDEFG", now, pid, host, port)
		case k < 85:
			lines[i] = fmt.Sprintf("<78>%s nas-01 CRON[%d]: (root) CMD (/usr/local/bin/rotate-snapshots --keep 14 --pool tank/%d)", now, pid, host)
		case k < 95:
			lines[i] = fmt.Sprintf("<30>%s ws-%03d systemd[1]: Started session-%d.scope - Session %d of User anna.", now, host, pid, pid)
		default:
			lines[i] = fmt.Sprintf("<30>%s ws-%03d dhcpd[%d]: DHCPACK on 192.168.1.%d to 52:54:00:12:34:%02x (ws-%03d) via eth0", now, host, pid, host, host, host)
		}
	}
	return lines
}

// perEvent runs step over all events repeatedly and reports events per second
// and this process's CPU per event.
func perEvent(b *testing.B, events int, step func()) (perSecond float64) {
	b.Helper()
	before := cpuSeconds(b, syscall.RUSAGE_SELF)
	rounds := 0
	for b.Loop() {
		step()
		rounds++
	}
	n := float64(rounds * events)
	perSecond = n / b.Elapsed().Seconds()
	b.ReportMetric(perSecond, "events/s")
	b.ReportMetric((cpuSeconds(b, syscall.RUSAGE_SELF)-before)*1e6/n, "cpu-us/event")
	b.ReportMetric(0, "ns/op") // an operation is all events: its time means nothing
	return perSecond
}

// BenchmarkStep measures each step of an event's way by itself, on one core
// except for the disk.
func BenchmarkStep(b *testing.B) {
	const n = 10_000
	lines := officeLines(n, noisePorts)
	now := time.Now().UnixNano()
	parser := ingest.NewParser(time.Local)
	events := make([]event.Event, n)
	for i, l := range lines {
		parser.Parse(&event.Raw{Origin: benchOrigin, Received: now, Body: l}, &events[i])
		events[i].ID = event.ID(i + 1)
	}
	b.Run("parse", func(b *testing.B) {
		var h syslog.Header
		ours := perEvent(b, n, func() {
			for _, l := range lines {
				syslog.ParseHeader(l, now, time.UTC, &h)
			}
		})
		// The same lines through github.com/leodido/go-syslog, once.
		machine := rfc3164.NewParser(rfc3164.WithBestEffort())
		began := time.Now()
		for _, l := range lines {
			_, _ = machine.Parse([]byte(l))
		}
		b.ReportMetric(ours*time.Since(began).Seconds()/n, "x-go-syslog")
	})
	b.Run("normalize", func(b *testing.B) {
		var ev event.Event
		perEvent(b, n, func() {
			for _, l := range lines {
				parser.Parse(&event.Raw{Origin: benchOrigin, Received: now, Body: l}, &ev)
			}
		})
	})
	b.Run("match", func(b *testing.B) {
		rules := detect.NewRules(detect.Config{})
		engine := detect.New(rules)
		rules.Load(nil, detect.Source{Name: "built-in", FS: assets.Rules})
		perEvent(b, n, func() { engine.Process(events) })
	})
	b.Run("append", func(b *testing.B) {
		st, err := store.Open(store.Config{Dir: b.TempDir()})
		if err != nil {
			b.Fatal(err)
		}
		defer st.Close()
		perEvent(b, n, func() {
			for batch := range slices.Chunk(events, 1024) {
				for i := range batch {
					batch[i].ID = 0
				}
				if err := st.Append(b.Context(), batch); err != nil {
					b.Fatal(err)
				}
			}
		})
	})
}

// BenchmarkEndToEnd measures the way from the socket to the committed, judged
// event: normalization, synchronous=FULL and all built-in rules included.
// cpu-us/event is this process's CPU less that of the sending thread.
func BenchmarkEndToEnd(b *testing.B) {
	const n = 200_000
	for _, c := range []struct {
		name, network string
		knocked       []int
		rate          float64 // messages per second; 0 is as fast as possible
	}{
		{"tcp", "tcp", noisePorts, 0},
		{"tcp-200-port-scans", "tcp", sweepPorts, 0},
		{"udp-50000-per-second", "udp", noisePorts, 50_000},
		{"udp-flood", "udp", noisePorts, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			network, lines := c.network, officeLines(n, c.knocked)
			var seconds, cpu float64
			var stored uint64
			sent := uint64(0)
			for b.Loop() {
				a, err := app.New(b.Context(), app.Config{Dir: b.TempDir(), Settings: settings.Settings{SyslogUDP: "127.0.0.1:0", SyslogTCP: "127.0.0.1:0"}})
				if err != nil {
					b.Fatal(err)
				}
				ctx, cancel := context.WithCancel(b.Context())
				ended := make(chan error, 1)
				go func() { ended <- a.Run(ctx) }()
				address := a.Inputs()[0].Address
				if network == "tcp" {
					address = a.Inputs()[1].Address
				}
				began, before := time.Now(), cpuSeconds(b, syscall.RUSAGE_SELF)
				sender := make(chan float64)
				go func() { sender <- sendAll(b, network, address, c.rate, lines) }()
				senderCPU := <-sender
				last := waitUntilStored(a, n)
				seconds += last.Sub(began).Seconds()
				cpu += cpuSeconds(b, syscall.RUSAGE_SELF) - before - senderCPU
				totals, _ := a.Counters()
				stored += totals.Stored
				sent += n
				cancel()
				if err := <-ended; err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(stored)/seconds, "events/s")
			b.ReportMetric(cpu*1e6/float64(stored), "cpu-us/event")
			b.ReportMetric(100*(1-float64(stored)/float64(sent)), "lost-%")
			b.ReportMetric(0, "ns/op") // an operation is a whole run: its time means nothing
		})
	}
}

// sendAll sends the lines and returns the CPU seconds it took.
func sendAll(b *testing.B, network, address string, rate float64, lines []string) float64 {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const rusageThread = 1 // RUSAGE_THREAD, see getrusage(2)
	before := cpuSeconds(b, rusageThread)
	text := strings.NewReader(strings.Join(lines, "\n"))
	if _, err := replay.Run(b.Context(), text, replay.Options{To: network + "://" + address, Rate: rate}); err != nil {
		b.Error(err)
	}
	return cpuSeconds(b, rusageThread) - before
}

// waitUntilStored waits until all were stored, or until nothing more came for a
// while: the rest was lost. It returns the time of the last progress.
func waitUntilStored(a *app.App, all uint64) time.Time {
	var before uint64
	last := time.Now()
	for {
		totals, _ := a.Counters()
		if totals.Stored != before {
			before, last = totals.Stored, time.Now()
		}
		if totals.Stored >= all || time.Since(last) > time.Second {
			return last
		}
		time.Sleep(2 * time.Millisecond)
	}
}

func cpuSeconds(b *testing.B, who int) float64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(who, &u); err != nil {
		b.Error(err)
	}
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}
