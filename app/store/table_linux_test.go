package store

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// What TestBenchStore is given by `make bench-store`.
const (
	benchNEnv   = "PORCHLIGHT_BENCH_N"   // events; without it the test is skipped
	benchDirEnv = "PORCHLIGHT_BENCH_DIR" // folder that keeps the data for the next time
)

// TestBenchStore builds a store of N events and prints how it fares beside
// what it must reach. It measures and judges nothing.
func TestBenchStore(t *testing.T) {
	n, err := strconv.Atoi(os.Getenv(benchNEnv))
	if err != nil || n <= 0 {
		t.Skip("a measurement that takes minutes: run `make bench-store N=1000000`")
	}
	b := &storeBench{t: t, n: n, dir: os.Getenv(benchDirEnv)}
	if b.dir == "" {
		b.dir = t.TempDir()
	}
	fmt.Printf("store of %d events in %s, %d processors\n\n", n, b.dir, runtime.GOMAXPROCS(0))
	fmt.Printf("%-46s %14s %14s %16s   %s\n", "what", "at least", "reach for", "measured", "")
	b.append()
	b.build()
	b.searches()
	b.live()
}

type storeBench struct {
	t   *testing.T
	n   int
	dir string
}

// large picks the column of the table for 100 M events.
func (b *storeBench) large(small, large string) string {
	if b.n > 30_000_000 {
		return large
	}
	return small
}

func (b *storeBench) print(what, least, reach, measured, beside string) {
	fmt.Printf("%-46s %14s %14s %16s   %s\n", what, least, reach, measured, beside)
}

func (b *storeBench) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

const benchStart = "2026-03-02T00:00:00Z"

func (b *storeBench) network(seed uint64, n int) *network {
	from, err := time.Parse(time.RFC3339, benchStart)
	b.check(err)
	// About 1.7 million events a day.
	return newNetwork(seed, from, 30*time.Millisecond)
}

// append stores events that were made before as fast as it can, and waits
// until all are sealed. They are the same ones again and again: a heap full of
// others would be measured with them, as work of the garbage collector.
func (b *storeBench) append() {
	events := b.network(1, 1).next(min(b.n, defaultSealEvents))
	b.appendThese(events)
	for i := range events {
		events[i] = firstFields(&events[i], 20)
	}
	b.appendThese(events)
}

// firstFields returns an event with so many fields, its line and message
// among them.
func firstFields(ev *event.Event, n int) event.Event {
	var out event.Event
	out.Time, out.Received = ev.Time, ev.Received
	put(&out, event.Resolve("event.original"), ev.Get(event.EventOriginal))
	left := n - 1
	for r, v := range ev.Each() {
		if left > 0 && r.Field != event.EventOriginal {
			put(&out, r, v)
			left--
		}
	}
	return out
}

func (b *storeBench) appendThese(events []event.Event) {
	dir := b.t.TempDir()
	s, err := Open(Config{Dir: dir})
	b.check(err)
	runtime.GC()
	const rounds = 36
	began, cpu := time.Now(), cpuTime()
	for range rounds {
		for i := range events {
			events[i].ID = 0 // they are new
		}
		for batch := range slices.Chunk(events, 1024) {
			b.check(s.Append(b.t.Context(), batch))
		}
	}
	stored := time.Since(began)
	b.check(s.sealDue(allJournals))
	wall, used := time.Since(began), cpuTime()-cpu
	each := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 / float64(rounds*len(events)) }
	b.print("append, durable, until all is sealed", "200 k/s", "300 k/s", fmt.Sprintf("%.0f k/s", 1e3/each(wall)), fmt.Sprintf("stored at %.0f k/s", 1e3/each(stored)))
	b.print("  CPU, sealing included", "5 us/event", "3.5 us/event", fmt.Sprintf("%.2f us/event", each(used)), describe(events))
	b.check(s.Close())
}

func (b *storeBench) build() {
	var now atomic.Int64 // that of the events
	s, err := Open(Config{Dir: b.dir, Now: func() time.Time { return time.Unix(0, now.Load()) }})
	b.check(err)
	have := 0
	for _, v := range s.snapshot() {
		have += v.events()
	}
	if have != 0 && have != b.n {
		b.t.Fatalf("%s holds %d events, not %d: name another folder", b.dir, have, b.n)
	}
	began := time.Now()
	if have == 0 {
		net := b.network(buildSeed, b.n)
		for left := b.n; left > 0; {
			k := min(left, 2048)
			events := net.next(k)
			now.Store(net.at.UnixNano())
			b.check(s.Append(b.t.Context(), events))
			left -= k
		}
	}
	b.check(s.sealDue(endedDays)) // all but the newest day's, as in life
	b.check(s.Close())
	s, err = Open(Config{Dir: b.dir})
	b.check(err)
	var journal, blocks int
	for _, v := range s.snapshot() {
		blocks += len(v.blocks)
		for _, r := range v.rows {
			journal += int(r.n)
		}
	}
	size, err := s.DiskBytes()
	b.check(err)
	b.print("disk", "60 bytes/event", "45 bytes/event", fmt.Sprintf("%.1f bytes/event", float64(size)/float64(b.n)),
		fmt.Sprintf("%d blocks, %d events in journals, built in %.0f s", blocks, journal, time.Since(began).Seconds()))
	b.check(s.Close())
}

// p95 runs a search with different values and returns the 95th percentile.
func p95(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)*95/100]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1e3) }

const (
	benchRuns = 20
	buildSeed = 2
)

func (b *storeBench) searches() {
	s, err := Open(Config{Dir: b.dir, ReadOnly: true})
	b.check(err)
	defer s.Close()
	net, rare := b.network(3, b.n), b.rare()
	run := func(text string, limit int) (took, first time.Duration, hits int) {
		q, err := query.Parse(text, time.Now())
		b.check(err)
		q.Limit = limit
		began := time.Now()
		_, err = s.Search(b.t.Context(), q, func(*event.Event) bool {
			if hits++; hits == 1 {
				first = time.Since(began)
			}
			return true
		})
		b.check(err)
		return time.Since(began), first, hits
	}
	least, reach := b.large("100 ms", "750 ms"), b.large("25 ms", "150 ms")
	for _, c := range []struct {
		name  string
		query func(i int) string
	}{
		{"indexed search p95: rare address", func(i int) string { return "destination.ip:" + rare[i] }},
		{"indexed search p95: common address", func(i int) string { return "source.ip:" + net.local(i%8) }},
		{"indexed search p95: rare token", func(i int) string { return fmt.Sprintf("4711%d", 1000+i*37) }},
		{"indexed search p95: token that never was", func(i int) string { return fmt.Sprintf("zebra%d", i) }},
		{"indexed search p95: newest 200", func(int) string { return "*" }},
	} {
		var times []time.Duration
		hits := 0
		for i := range benchRuns {
			took, _, n := run(c.query(i), 200)
			times, hits = append(times, took), hits+n
		}
		b.print(c.name, least, reach, ms(p95(times)), fmt.Sprintf("median %s, %d hits a search", ms(times[len(times)/2]), hits/benchRuns))
	}

	least, reach = b.large("150 ms", "1500 ms"), b.large("50 ms", "400 ms")
	for _, text := range []string{"* | stats count() by source.ip", "event.outcome:failure | stats count(), dcount(source.ip) by user.name", "* | stats sum(source.bytes), count() by bin(1h)"} {
		var times []time.Duration
		for range benchRuns {
			q, err := query.Parse(text, time.Now())
			b.check(err)
			began := time.Now()
			_, _, err = s.Stats(b.t.Context(), q)
			b.check(err)
			times = append(times, time.Since(began))
		}
		b.print("aggregation p95: "+text[strings.Index(text, "stats")+6:], least, reach, ms(p95(times)), "median "+ms(times[len(times)/2]))
	}
	for _, text := range []string{"*", "event.outcome:failure"} {
		var times []time.Duration
		for range benchRuns {
			q, err := query.Parse(text, time.Now())
			b.check(err)
			began := time.Now()
			_, _, err = s.Histogram(b.t.Context(), q, time.Hour)
			b.check(err)
			times = append(times, time.Since(began))
		}
		b.print("histogram p95: "+text, least, reach, ms(p95(times)), "median "+ms(times[len(times)/2]))
	}
	var times []time.Duration
	for i := range 5 {
		took, _, _ := run(fmt.Sprintf("*ebra%d*", i), 0)
		times = append(times, took)
	}
	_, first, _ := run("*ailspin9*", 200)
	b.print("substring over everything, found nowhere", b.large("1.5 s", "-"), b.large("0.5 s", "-"), fmt.Sprintf("%.2f s", p95(times).Seconds()), "first hit of one that is there after "+ms(first))
}

// rare returns addresses that few events have, the first of all among them.
func (b *storeBench) rare() (out []string) {
	seldom := map[string]bool{}
	for x := uint64(50_000); x <= outsideAddresses; x++ {
		seldom[outsideAddress(x)] = true
	}
	net := b.network(buildSeed, b.n)
	for len(out) < benchRuns {
		for _, ev := range net.next(1000) {
			if a := ev.Get(event.DestinationIP); seldom[a] {
				delete(seldom, a)
				out = append(out, a)
			}
		}
	}
	return out
}

// live stores 20,000 events a second while everything is searched again and
// again, in a process of its own, whose memory is that of the engine.
func (b *storeBench) live() {
	dir := b.t.TempDir()
	entries, err := os.ReadDir(b.dir)
	b.check(err)
	for _, e := range entries { // links: the data is not touched, new days come beside it
		if strings.HasSuffix(e.Name(), ".db") && e.Type()&fs.ModeSymlink == 0 && strings.HasPrefix(e.Name(), dayPrefix) {
			if err := os.Link(filepath.Join(b.dir, e.Name()), filepath.Join(dir, e.Name())); err != nil {
				b.print("commit latency", "20 ms", "7 ms", "-", err.Error())
				return
			}
		}
	}
	cmd := child(roleLive, dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	b.check(err)
	var r liveResult
	b.check(json.Unmarshal(out, &r))
	b.print("commit p99, 20 k events/s beside full scans", "20 ms", "7 ms", ms(r.P99),
		fmt.Sprintf("median %s, worst %s, %d commits, %d scans, %d blocks made", ms(r.Median), ms(r.Worst), r.Commits, r.Scans, r.Blocks))
	b.print("memory of the process meanwhile", "300 MB", "200 MB", fmt.Sprintf("%d MB", r.Peak>>20), "the most that was resident")
}

const roleLive = "live"

type liveResult struct {
	P99, Median, Worst     time.Duration
	Commits, Scans, Blocks int
	Peak                   int64
}

func childLive() int {
	r, err := live(os.Getenv(roleDirEnv))
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(r)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

func live(dir string) (r liveResult, err error) {
	debug.SetMemoryLimit(240 << 20) // as main does
	var now atomic.Int64
	s, err := Open(Config{Dir: dir, Log: slog.New(slog.NewTextHandler(os.Stderr, nil)), Now: func() time.Time { return time.Unix(0, now.Load()) }})
	if err != nil {
		return r, err
	}
	// A day behind all others.
	start := dayTime(s.segs[len(s.segs)-1].day + 1).Add(8 * time.Hour)
	now.Store(start.UnixNano())
	net := newNetwork(4, start, 50*time.Microsecond)
	const batch, pause, total = 500, 25 * time.Millisecond, 600
	ctx, cancel := context.WithCancel(context.Background())
	peak := watchMemory(ctx)
	scans := make(chan int)
	go func() {
		n := 0
		for ctx.Err() == nil {
			q, _ := query.Parse("*ebra9*", start)
			if _, err := s.Search(ctx, q, func(*event.Event) bool { return true }); err == nil {
				n++
			}
		}
		scans <- n
	}()
	var times []time.Duration
	tick := time.NewTicker(pause)
	for range total {
		events := net.next(batch)
		now.Store(net.at.UnixNano())
		<-tick.C
		began := time.Now()
		if err := s.Append(ctx, events); err != nil {
			cancel()
			return r, err
		}
		times = append(times, time.Since(began))
	}
	cancel()
	r.Scans, r.Peak = <-scans, <-peak
	slices.Sort(times)
	r.P99, r.Median, r.Worst, r.Commits = times[len(times)*99/100], times[len(times)/2], times[len(times)-1], len(times)
	r.Blocks = len(s.segs[len(s.segs)-1].blocks)
	return r, s.Close()
}

// watchMemory samples the resident memory until the context ends and then
// sends its peak, in bytes.
func watchMemory(ctx context.Context) <-chan int64 {
	out := make(chan int64, 1)
	go func() {
		peak := int64(0)
		for ctx.Err() == nil {
			if text, err := os.ReadFile("/proc/self/statm"); err == nil {
				var size, resident int64
				if _, err := fmt.Sscan(string(text), &size, &resident); err == nil {
					peak = max(peak, resident*int64(syscall.Getpagesize()))
				}
			}
			time.Sleep(20 * time.Millisecond)
		}
		out <- peak
	}()
	return out
}
