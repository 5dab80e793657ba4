package app

import (
	"context"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

// TestParserOfTheAdmin: from lines that nothing understands to a parser that
// reads later ones, even after a restart.
func TestParserOfTheAdmin(t *testing.T) {
	dir := t.TempDir()
	a, stop := running(t, dir)
	ctx := context.Background()
	send := func(i int) {
		push(t, a, event.Raw{Origin: &event.Origin{Input: "syslog-udp", Live: true}, From: netip.MustParseAddrPort("10.1.1.7:514"), Received: time.Now().UnixNano(),
			Body: fmt.Sprintf("<13>Mar  1 10:00:%02d gate doord: GATE %d: passage granted for user %s badge=%06d", i%60, i%3, []string{"anna", "bob"}[i%2], i)})
	}
	for i := range 20 {
		send(i)
	}
	if err := a.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	text, messages, err := a.ProposeParser(ctx, "10.1.1.7", "gate")
	if err != nil || len(messages) != 20 {
		t.Fatalf("%d messages, %v", len(messages), err)
	}
	if fits, err := a.TryParser(text, messages); fits != 20 || err != nil {
		t.Fatalf("%d fit, %v\n%s", fits, err, text)
	}
	if _, err := a.TryParser("parser gate\nwrong", messages); err == nil {
		t.Error("a wrong parser is accepted")
	}
	if err := a.SaveParser(ctx, "parser gate\nwrong"); err == nil {
		t.Error("a wrong parser is saved")
	}
	if err := a.SaveParser(ctx, text); err != nil {
		t.Fatal(err)
	}
	send(21)
	if err := a.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if _, messages, _ := a.ProposeParser(ctx, "10.1.1.7", "gate"); len(messages) != 20 {
		t.Errorf("%d messages are not understood, want the 20 of before", len(messages))
	}
	stop()

	// Somebody's broken file is no reason not to start.
	if err := os.WriteFile(filepath.Join(ParserDir(dir), "other.parser.txt"), []byte("parser other\nnonsense"), 0o600); err != nil {
		t.Fatal(err)
	}
	a, stop = running(t, dir)
	defer stop()
	send(22)
	if err := a.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if _, messages, _ := a.ProposeParser(ctx, "10.1.1.7", "gate"); len(messages) != 20 {
		t.Errorf("after a restart %d messages are not understood, want 20", len(messages))
	}
}

// TestDescribeSource: what the admin says about a source stays.
func TestDescribeSource(t *testing.T) {
	dir := t.TempDir()
	a, stop := running(t, dir)
	ctx := context.Background()
	push(t, a, event.Raw{Origin: &event.Origin{Input: "syslog-udp", Live: true}, From: netip.MustParseAddrPort("10.1.1.7:514"), Received: time.Now().UnixNano(), Body: "<13>Mar  1 10:00:00 gate doord: hello"})
	if err := a.Flush(ctx); err != nil {
		t.Fatal(err)
	}
	if err := a.DescribeSource(ctx, "10.9.9.9", "nobody", false); err == nil || !strings.Contains(err.Error(), "no such source") {
		t.Errorf("an unknown source: %v", err)
	}
	if err := a.DescribeSource(ctx, "10.1.1.7", "  Gate south ", true); err != nil {
		t.Fatal(err)
	}
	stop()
	a, stop = running(t, dir)
	defer stop()
	_, sources := a.Counters()
	if len(sources) != 1 || sources[0].Profile.Label != "Gate south" || !sources[0].Profile.Known || !sources[0].Profile.Clock.Trusted || sources[0].Profile.FirstSeen == 0 {
		t.Errorf("sources %+v", sources)
	}
}

// TestProposeForASenderWithoutAnAddress: whatever it is called, its messages
// are found, and nobody else's.
func TestProposeForASenderWithoutAnAddress(t *testing.T) {
	const sender = `C:\logs\gate "A" *`
	a, stop := running(t, t.TempDir())
	defer stop()
	for i := range 20 {
		for _, name := range []string{sender, `C:\logs\gate "A" B`} {
			push(t, a, event.Raw{Origin: &event.Origin{Input: "tail", Live: true, Sender: name}, Received: time.Now().UnixNano(),
				Body: fmt.Sprintf("GATE %d: passage granted for user anna badge=%06d", i%3, i)})
		}
	}
	if err := a.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, messages, err := a.ProposeParser(t.Context(), sender, "gate"); err != nil || len(messages) != 20 {
		t.Errorf("%d messages, %v", len(messages), err)
	}
}
