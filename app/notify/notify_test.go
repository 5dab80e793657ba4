package notify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"porchlight/app/settings"
	"porchlight/detect/alert"
)

// fakeSink keeps what it is shown, with the time since it was made.
type fakeSink struct {
	began time.Time
	slow  time.Duration // each Show takes
	err   error

	mu     sync.Mutex
	notes  []Note
	at     []time.Duration
	closed bool
}

func (s *fakeSink) Show(n Note) error {
	time.Sleep(s.slow)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.err != nil {
		return s.err
	}
	s.notes, s.at = append(s.notes, n), append(s.at, time.Since(s.began))
	return nil
}

func (s *fakeSink) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// take returns the notes since the last take, as "id title" lines.
func (s *fakeSink) take() []string {
	synctest.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []string
	for _, n := range s.notes {
		out = append(out, strings.TrimSpace(n.AlertID+" "+n.Title))
	}
	s.notes, s.at = nil, nil
	return out
}

func change(kind alert.ChangeKind, id string, level alert.Level, title string) alert.Change {
	return alert.Change{Kind: kind, Alert: alert.Alert{ID: id, Rule: alert.Rule{Title: title, Level: level}, Why: "because of " + id}}
}

func opened(id string, level alert.Level) alert.Change {
	return change(alert.Opened, id, level, "title")
}

// run starts a notifier on a fake sink within a synctest bubble.
func run(t *testing.T, cfg Config) (*Notifier, *fakeSink, *bytes.Buffer, func()) {
	t.Helper()
	var log bytes.Buffer
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	if err := cfg.Validate(); err != nil {
		t.Fatal(err)
	}
	sink := &fakeSink{began: time.Now()}
	n := New(cfg, sink)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- n.Run(ctx) }()
	return n, sink, &log, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		if !sink.closed {
			t.Error("the sink is not closed")
		}
	}
}

func expect(t *testing.T, what string, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}

func TestWhatNotifies(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{})
		n.Notify(nil)
		n.Notify([]alert.Change{
			change(alert.Opened, "A-1", alert.High, "SSH brute force"),
			change(alert.Updated, "A-2", alert.Critical, "more of the same"),
			change(alert.Opened, "A-3", alert.Low, "too low"),
			change(alert.Opened, "A-4", alert.Medium, "just enough"),
		})
		expect(t, "at once, gravest first", sink.take(), "A-1 High: SSH brute force", "A-4 Medium: just enough")
		n.Notify([]alert.Change{change(alert.Escalated, "A-1", alert.Critical, "SSH login after brute force")})
		expect(t, "escalated", sink.take(), "A-1 Critical: SSH login after brute force")
		stop()
	})
}

func TestCapAndDigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{PerMinute: 3})
		for i := range 10 {
			n.Notify([]alert.Change{opened(fmt.Sprintf("A-%d", i), alert.High)})
			synctest.Wait()
			time.Sleep(time.Second)
		}
		expect(t, "within the cap", sink.take(), "A-0 High: title", "A-1 High: title", "A-2 High: title")
		time.Sleep(50*time.Second - time.Nanosecond)
		expect(t, "until the minute is over", sink.take())
		time.Sleep(time.Nanosecond)
		expect(t, "then one digest", sink.take(), "7 more alerts: 7 high")
		time.Sleep(time.Hour)
		expect(t, "and nothing else", sink.take())
		for i := range 4 {
			n.Notify([]alert.Change{opened(fmt.Sprintf("B-%d", i), alert.Medium)})
		}
		expect(t, "a new minute", sink.take(), "B-0 Medium: title", "B-1 Medium: title", "B-2 Medium: title")
		time.Sleep(time.Minute)
		expect(t, "a single one is told as itself", sink.take(), "B-3 Medium: title")
		stop()
	})
}

// TestBurst throws in 500 alerts at once, against a slow sink, and finds every
// one of them counted.
func TestBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{})
		sink.slow = 2 * time.Second
		var all []alert.Change
		for i := range 500 {
			level := alert.Levels[2+i%3] // medium, high, critical
			all = append(all, opened(fmt.Sprintf("A-%d", i), level))
		}
		for batch := range 5 {
			before := time.Now()
			n.Notify(all[batch*100 : (batch+1)*100])
			if took := time.Since(before); took != 0 {
				t.Errorf("Notify waited %v for the sink", took)
			}
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(50 * time.Second)
		first := sink.take()
		if want := DefaultPerMinute + extraCritical; len(first) != want {
			t.Fatalf("%d notes in the first minute, want %d: %q", len(first), want, first)
		}
		for _, s := range first {
			if !strings.Contains(s, "Critical: ") {
				t.Errorf("%q is shown before the critical ones", s)
			}
		}
		time.Sleep(20 * time.Second)
		// 500 = 167 medium, 167 high, 166 critical.
		expect(t, "the digest", sink.take(), "493 more alerts: 159 critical, 167 high, 167 medium")
		stop()
	})
}

// TestBeyondTheDigest exceeds what the digest remembers: it still counts.
func TestBeyondTheDigest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{PerMinute: 1, MinLevel: alert.Low})
		n.Notify([]alert.Change{opened("first", alert.Low)})
		sink.take()
		for i := range maxHeld + maxQueue + 100 {
			n.Notify([]alert.Change{opened(fmt.Sprint(i), alert.Low)})
		}
		time.Sleep(time.Minute)
		expect(t, "the digest", sink.take(), fmt.Sprintf("about %d more alerts: %[1]d low", maxHeld+maxQueue+100))
		stop()
	})
}

func TestCriticalPassesTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{PerMinute: 1})
		n.Notify([]alert.Change{opened("A", alert.Medium)})
		sink.take()
		for i := range 6 {
			n.Notify([]alert.Change{opened(fmt.Sprintf("C-%d", i), alert.Critical)})
			synctest.Wait()
		}
		expect(t, "three pass", sink.take(), "C-0 Critical: title", "C-1 Critical: title", "C-2 Critical: title")
		time.Sleep(time.Minute)
		expect(t, "the others do not", sink.take(), "3 more alerts: 3 critical")
		n.Notify([]alert.Change{opened("C-7", alert.Critical)})
		expect(t, "in the next minute they do again", sink.take(), "C-7 Critical: title")
		stop()
	})
}

func TestRaisedWhileHeld(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{PerMinute: 1})
		n.Notify([]alert.Change{opened("A", alert.Medium), opened("B", alert.Medium), opened("C", alert.Medium), opened("D", alert.Medium)})
		expect(t, "one", sink.take(), "A Medium: title")
		n.Notify([]alert.Change{change(alert.Escalated, "C", alert.Critical, "worse")})
		expect(t, "raised", sink.take(), "C Critical: worse")
		n.Notify([]alert.Change{change(alert.Escalated, "D", alert.High, "bad")})
		time.Sleep(time.Minute)
		expect(t, "it does not count again, and D counts as what it is now", sink.take(), "2 more alerts: 1 high, 1 medium")
		stop()
	})
}

func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{})
		until := time.Now().Add(time.Hour)
		n.Pause(until)
		if got, paused := n.Paused(); !paused || !got.Equal(until) {
			t.Errorf("Paused() = %v, %v", got, paused)
		}
		for i := range 5 {
			n.Notify([]alert.Change{opened(fmt.Sprint(i), alert.Critical)})
			time.Sleep(time.Minute)
		}
		expect(t, "silence", sink.take())
		time.Sleep(time.Hour)
		expect(t, "after an hour", sink.take(), "5 alerts while paused: 5 critical")
		if _, paused := n.Paused(); paused {
			t.Error("still paused")
		}

		n.Pause(time.Time{})
		n.Notify([]alert.Change{opened("X", alert.High)})
		time.Sleep(24 * time.Hour)
		expect(t, "until Resume", sink.take())
		n.Notify([]alert.Change{opened("Y", alert.High)})
		n.Resume()
		expect(t, "at once on Resume", sink.take(), "2 alerts while paused: 2 high")
		n.Resume() // of nothing
		n.Pause(time.Now().Add(time.Minute))
		time.Sleep(2 * time.Minute)
		expect(t, "nothing happened", sink.take())
		stop()
	})
}

func TestSetConfig(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{})
		if err := n.SetConfig(alert.Critical, 1); err != nil {
			t.Fatal(err)
		}
		n.Notify([]alert.Change{opened("A", alert.High), opened("B", alert.Critical)})
		expect(t, "only critical", sink.take(), "B Critical: title")
		if err := n.SetConfig("", 0); err != nil {
			t.Fatal(err)
		}
		n.Notify([]alert.Change{opened("C", alert.Medium)})
		expect(t, "defaults again", sink.take(), "C Medium: title")
		for _, bad := range []Config{{MinLevel: "grave"}, {PerMinute: -1}, {PerMinute: settings.MaxNotifyPerMinute + 1}} {
			if n.SetConfig(bad.MinLevel, bad.PerMinute) == nil || bad.Validate() == nil {
				t.Errorf("%+v is accepted", bad)
			}
		}
		stop()
	})
}

// TestStop checks that what was not shown goes to the log.
func TestStop(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, log, stop := run(t, Config{PerMinute: 1})
		n.Notify([]alert.Change{opened("A", alert.High), opened("B", alert.High), opened("C", alert.Medium)})
		expect(t, "shown", sink.take(), "A High: title")
		stop()
		expect(t, "not shown at the end", sink.take())
		if !strings.Contains(log.String(), `msg=alert title="2 more alerts: 1 high, 1 medium"`) {
			t.Errorf("the log says %s", log)
		}
	})
}

// TestFailingSink checks that a failing sink is named once and harms no other.
func TestFailingSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		bad, good := &fakeSink{err: errors.New("no display")}, &fakeSink{}
		n := New(Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, bad, good)
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- n.Run(ctx) }()
		for i := range 3 {
			n.Notify([]alert.Change{opened(fmt.Sprint(i), alert.High)})
			synctest.Wait()
		}
		if got := good.take(); len(got) != 3 {
			t.Errorf("the other sink shows %q", got)
		}
		if got := strings.Count(log.String(), "no display"); got != 1 {
			t.Errorf("the failure is logged %d times", got)
		}
		cancel()
		<-ended
	})
}

func TestFallback(t *testing.T) {
	var log bytes.Buffer
	first, second := &fakeSink{err: errors.New("no bus")}, &fakeSink{}
	f := &fallback{log: slog.New(slog.NewTextHandler(&log, nil)), sinks: []named{{"the bus", first}, {"the rest", second}}}
	show := func(id string) {
		t.Helper()
		if err := f.Show(Note{AlertID: id}); err != nil {
			t.Fatal(err)
		}
	}
	show("1")
	show("2")
	first.err = nil
	show("3")
	show("4")
	if len(first.notes) != 2 || len(second.notes) != 2 {
		t.Errorf("first shows %v, second %v", first.notes, second.notes)
	}
	if s := log.String(); strings.Count(s, "no bus") != 1 || strings.Count(s, "back on the bus") != 1 {
		t.Errorf("the log says %s", s)
	}
	first.err, second.err = errors.New("no bus"), errors.New("no rest")
	if err := f.Show(Note{}); err == nil || !strings.Contains(err.Error(), "the bus: no bus") || !strings.Contains(err.Error(), "the rest: no rest") {
		t.Errorf("all fail: %v", err)
	}
}

func TestLogSink(t *testing.T) {
	var log bytes.Buffer
	err := Log(slog.New(slog.NewTextHandler(&log, nil))).Show(Note{AlertID: "A-3", Level: alert.Critical, Title: "Critical: x", Body: "y happened"})
	if want := `level=WARN msg=alert title="Critical: x" why="y happened" id=A-3 severity=critical` + "\n"; err != nil || !strings.HasSuffix(log.String(), want) {
		t.Errorf("%v, log %s", err, log.String())
	}
}

func TestDigestSummary(t *testing.T) {
	var d digest
	for i := range 12 {
		d.add(Note{AlertID: fmt.Sprint("a", i), Level: alert.Medium, Title: "Medium: Denied connections", opened: true})
	}
	for i, title := range []string{"Critical: X", "High: Y", "High: Z", "High: Z"} {
		d.add(Note{AlertID: fmt.Sprint("b", i), Level: alert.Level(strings.ToLower(strings.SplitN(title, ":", 2)[0])), Title: title, opened: true})
	}
	n := d.take(false)
	want := Note{Level: alert.Critical, Title: "16 more alerts: 1 critical, 3 high, 12 medium",
		Body: "Critical: X; 2 × High: Z; High: Y; and others"}
	if n != want {
		t.Errorf("got %+v, want %+v", n, want)
	}
	if d.size() != 0 {
		t.Error("the digest is not empty after take")
	}
}

// TestFloodAddsUp sends a flood of 10,000 alerts, each of which is raised while
// it waits: title and details count each of them once.
func TestFloodAddsUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, sink, _, stop := run(t, Config{})
		const all = 10_000
		for i := range all {
			n.Notify([]alert.Change{change(alert.Opened, fmt.Sprint(i), alert.High, "Guessing")})
		}
		synctest.Wait()
		for i := 0; i < all; i += 2 {
			n.Notify([]alert.Change{change(alert.Escalated, fmt.Sprint(i), alert.Critical, "Guessed")})
		}
		synctest.Wait()
		sink.mu.Lock()
		told := map[string]bool{}
		for _, note := range sink.notes {
			told[note.AlertID] = true
		}
		sink.mu.Unlock()
		sink.take()
		time.Sleep(time.Minute)
		synctest.Wait()
		var high, critical, raised int
		for i := range all {
			switch id := fmt.Sprint(i); {
			case i%2 == 1 && !told[id]:
				high++
			case i%2 == 0 && !told[id]:
				critical++
			}
		}
		if len(sink.notes) != 1 {
			t.Fatalf("shown: %+v", sink.notes)
		}
		got := sink.notes[0]
		// Alerts shown before as high that could not be shown as critical are
		// in it as raised.
		if _, err := fmt.Sscanf(got.Title, fmt.Sprintf("%d more alerts and %%d raised", high+critical), &raised); err != nil && !strings.HasPrefix(got.Title, fmt.Sprintf("%d more alerts: ", high+critical)) {
			t.Errorf("title %q, want %d more alerts", got.Title, high+critical)
		}
		if raised > len(told) {
			t.Errorf("%d raised, only %d were told before", raised, len(told))
		}
		if want := fmt.Sprintf(": %d critical, %d high", critical+raised, high); !strings.HasSuffix(got.Title, want) {
			t.Errorf("title %q, want %q", got.Title, want)
		}
		if want := fmt.Sprintf("%d × Critical: Guessed; %d × High: Guessing", critical+raised, high); got.Body != want {
			t.Errorf("details %q, want %q", got.Body, want)
		}
		stop()
	})
}

func TestDigestCountsOnce(t *testing.T) {
	note := func(id string, level alert.Level, opened bool) Note {
		return Note{AlertID: id, Level: level, Title: string(level), Body: "because of " + id, opened: opened}
	}
	for _, c := range []struct {
		name        string
		notes       []Note
		pause       bool
		title, body string
	}{
		{"opened, then escalated", []Note{note("a", alert.High, true), note("b", alert.High, true), note("a", alert.Critical, false)}, false,
			"2 more alerts: 1 critical, 1 high", "critical; high"},
		{"told before, now raised", []Note{note("a", alert.High, true), note("b", alert.Critical, false)}, false,
			"1 more alert and 1 raised: 1 critical, 1 high", "critical; high"},
		{"only raised", []Note{note("a", alert.High, false), note("b", alert.Critical, false), note("b", alert.Critical, false)}, false,
			"2 alerts raised: 1 critical, 1 high", "critical; high"},
		{"after a pause", []Note{note("a", alert.High, true), note("b", alert.High, true), note("c", alert.High, false)}, true,
			"2 alerts and 1 raised while paused: 3 high", "3 × high"},
		{"a single one", []Note{note("a", alert.High, true), note("a", alert.Critical, false)}, false,
			"critical", "because of a"},
	} {
		var d digest
		for _, n := range c.notes {
			d.add(n)
		}
		if got := d.take(c.pause); got.Title != c.title || got.Body != c.body {
			t.Errorf("%s: %q, %q", c.name, got.Title, got.Body)
		}
	}
}

// TestDigestIsBounded goes beyond all bounds: each alert still counts once.
func TestDigestIsBounded(t *testing.T) {
	var d digest
	const extra = 1000
	for range 2 { // opened, then escalated
		for i := range maxHeld + extra {
			d.add(Note{AlertID: fmt.Sprint(i), Level: alert.High, Title: fmt.Sprint("High: ", i), opened: d.size() < maxHeld+extra})
		}
	}
	if len(d.alerts) > maxHeld || len(d.titles) > maxTitles+len(alert.Levels) {
		t.Errorf("%d alerts and %d titles are held", len(d.alerts), len(d.titles))
	}
	n := d.take(false)
	if want := fmt.Sprintf("about %d more alerts: %[1]d high", maxHeld+extra); n.Title != want {
		t.Errorf("title %q, want %q", n.Title, want)
	}
	if !strings.HasSuffix(n.Body, "; and others") {
		t.Errorf("details %q", n.Body)
	}
	if len(n.Body) > 100 || d.size() != 0 {
		t.Errorf("after take: %d alerts, details of %d bytes", d.size(), len(n.Body))
	}
}

func TestText(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"plain text", "plain text"},
		{"two\nlines\tand\x00 more\u2028", "two lines and more"},
		{"bad \xff\xfe bytes", "bad \uFFFD bytes"},
		{"user \u202Egnp.exe\u2069", "user gnp.exe"},
		{"Zoë 漢字", "Zoë 漢字"},
	} {
		if got := plain(c.in); got != c.want {
			t.Errorf("plain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	for _, c := range []struct {
		in   string
		n    int
		want string
	}{
		{"short", 10, "short"},
		{"0123456789", 10, "0123456789"},
		{"0123456789x", 10, "012345678…"},
		{"a sentence cut at a word", 20, "a sentence cut at…"},
		{"äöüäöüäöü", 4, "äöü…"},
	} {
		if got := shorten(c.in, c.n); got != c.want || utf8.RuneCountInString(got) > c.n {
			t.Errorf("shorten(%q, %d) = %q, want %q", c.in, c.n, got, c.want)
		}
	}
}

// TestHarmless checks what reaches programs that interpret their input.
func TestHarmless(t *testing.T) {
	var got []string
	show := func(title, body string, _ any) error { got = append(got, title, body); return nil }
	g := general{icon: "", normal: show, critical: show}
	evil := "-x $(calc.exe) `whoami` ]]><script>"
	if err := g.Show(Note{Level: alert.Critical, Title: evil, Body: evil}); err != nil {
		t.Fatal(err)
	}
	for _, s := range got {
		if strings.ContainsAny(s, "$`") || strings.Contains(s, "]]>") || s[0] == '-' {
			t.Errorf("%q is not harmless", s)
		}
	}
	if len(got) != 2 {
		t.Errorf("shown: %q", got)
	}
}

func FuzzText(f *testing.F) {
	f.Add("Critical: x\n\xff", 10)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = 2 + (n&0xff+256)%256
		got := shorten(plain(s), n)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > n || strings.ContainsAny(got, "\n\r\x00") {
			t.Errorf("%q, %d becomes %q", s, n, got)
		}
	})
}

func TestTryShowsPastAllLimits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := &fakeSink{began: time.Now()}
		n := New(Config{Log: slog.New(slog.DiscardHandler)}, sink)
		n.Pause(time.Time{})
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- n.Run(ctx) }()
		if err := n.Try(t.Context()); err != nil {
			t.Error(err)
		}
		sink.err = errors.New("no daemon")
		if err := n.Try(t.Context()); !errors.Is(err, sink.err) {
			t.Errorf("a sink that fails: %v", err)
		}
		cancel()
		<-ended
		if err := n.Try(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("after the end: %v", err)
		}
		if len(sink.notes) == 0 || sink.notes[0].Title == "" {
			t.Errorf("notes %+v", sink.notes)
		}
	})
}
