package app

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// running is an app without listeners over dir; stop ends it.
func running(t *testing.T, dir string) (a *App, stop func()) {
	t.Helper()
	a, err := New(t.Context(), Config{Dir: dir, Offline: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	return a, func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
}

func importInto(t *testing.T, dir string, paths ...string) ImportSummary {
	t.Helper()
	a, stop := running(t, dir)
	defer stop()
	sum, err := a.Import(t.Context(), paths, nil, ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return sum
}

func stored(t *testing.T, dir string) (messages []string) {
	t.Helper()
	a, stop := running(t, dir)
	defer stop()
	_, err := a.Search(t.Context(), query.Query{}, func(ev *event.Event) bool {
		messages = append(messages, ev.Get(event.EventOriginal))
		return true
	})
	if err != nil {
		t.Fatal(err)
	}
	return messages
}

func write(t *testing.T, path, text string) string {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var w io.WriteCloser = f
	switch filepath.Ext(path) {
	case ".gz":
		w = gzip.NewWriter(f)
	case ".zst":
		if w, err = zstd.NewWriter(f); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := io.WriteString(w, text); err != nil {
		t.Fatal(err)
	}
	if w != f {
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func authLog(from, to int) string {
	var b strings.Builder
	for i := from; i < to; i++ {
		fmt.Fprintf(&b, "Nov 22 10:%02d:%02d nas-01 sshd[42]: Connection closed by 192.0.2.%d port 50000\n", i/60, i%60, i%250)
	}
	return b.String()
}

func TestImportIsIdempotent(t *testing.T) {
	dir, logs := t.TempDir(), t.TempDir()
	plain := write(t, filepath.Join(logs, "auth.log"), authLog(0, 100))
	if sum := importInto(t, dir, plain); sum.Lines != 100 || sum.Files != 1 {
		t.Errorf("first import: %+v", sum)
	}
	if sum := importInto(t, dir, plain); sum.Lines != 0 || sum.Known != 100 {
		t.Errorf("the same again: %+v", sum)
	}
	write(t, plain, authLog(0, 130))
	if sum := importInto(t, dir, plain); sum.Lines != 30 || sum.Known != 100 {
		t.Errorf("after it has grown: %+v", sum)
	}
	rotated := write(t, filepath.Join(logs, "auth.log.1.gz"), authLog(0, 130))
	if sum := importInto(t, dir, rotated); sum.Lines != 0 {
		t.Errorf("rotated and compressed: %+v", sum)
	}
	other := write(t, filepath.Join(logs, "other.log"), authLog(0, 50)+authLog(200, 260))
	if sum := importInto(t, dir, other); sum.Lines != 110 {
		t.Errorf("another file with the same first line: %+v", sum)
	}
	if n := len(stored(t, dir)); n != 240 {
		t.Errorf("%d events stored, want 240", n)
	}
}

func TestImportReadsFoldersAndKinds(t *testing.T) {
	dir, logs := t.TempDir(), t.TempDir()
	write(t, filepath.Join(logs, "a.log.gz"), "Nov 22 10:00:00 h app: from gzip\n")
	write(t, filepath.Join(logs, "sub", "b.log.zst"), "Nov 22 10:00:00 h app: from zstd\r\n")
	write(t, filepath.Join(logs, "c.jsonl"), `{"@timestamp":"2026-11-22T10:00:00Z","event.action":"logon-failed","user":{"name":"anna"}}`+"\n")
	write(t, filepath.Join(logs, "d.log"), "no line end")
	write(t, filepath.Join(logs, "empty.log"), "")
	write(t, filepath.Join(logs, "long.log"), "long "+strings.Repeat("x", 100_000)+"\nafter\n")
	write(t, filepath.Join(logs, "binary.bin"), "\x7fELF\x00\x01\n")
	write(t, filepath.Join(logs, "x.evtx"), "ElfFile\x00rest")
	write(t, filepath.Join(logs, "broken.gz"), "")
	if err := os.WriteFile(filepath.Join(logs, "broken.gz"), []byte{0x1f, 0x8b, 8, 0, 1}, 0o600); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(logs, ".hidden"), "secret\n")
	sum := importInto(t, dir, logs)
	if sum.Lines != 6 || sum.Files != 5 || len(sum.Skipped) != 3 {
		t.Errorf("summary %+v", sum)
	}
	a, stop := running(t, dir)
	defer stop()
	find := func(q string) (found []event.Event) {
		t.Helper()
		parsed, err := query.Parse(q, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := a.Search(t.Context(), parsed, func(ev *event.Event) bool { found = append(found, *ev); return true }); err != nil {
			t.Fatal(err)
		}
		return found
	}
	for _, q := range []string{"gzip", "zstd", "user.name:anna and event.action:logon-failed", "tag:truncated", "after"} {
		if n := len(find(q)); n != 1 {
			t.Errorf("%s: %d events", q, n)
		}
	}
	json := find("user.name:anna")[0]
	if got := event.FormatTime(json.Time); got != "2026-11-22T10:00:00Z" {
		t.Errorf("time of the JSON line: %s", got)
	}
}

func TestImportContinuesAfterInterruption(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(t.TempDir(), "big.log"), authLog(0, 2*checkpoint+10))
	a, stop := running(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := a.Import(ctx, []string{path}, nil, ImportOptions{Progress: func(string, int64) { cancel() }})
	stop()
	if err == nil {
		t.Fatal("the import was not interrupted")
	}
	importInto(t, dir, path)
	counts := map[string]int{}
	for _, m := range stored(t, dir) {
		counts[m]++
	}
	// An interruption may double up to one checkpoint, and loses nothing.
	want := map[string]int{}
	for line := range strings.Lines(authLog(0, 2*checkpoint+10)) {
		want[strings.TrimRight(line, "\n")]++
	}
	for line, n := range want {
		if counts[line] < n {
			t.Fatalf("%q: stored %d times, is %d times in the file", line, counts[line], n)
		}
	}
}

func TestImportFindsYesterdaysAttack(t *testing.T) {
	dir := t.TempDir()
	var b strings.Builder
	for i := range 6 {
		fmt.Fprintf(&b, "Nov 22 10:00:%02d nas-01 sshd[42]: Failed password for root from 203.0.113.7 port 50000 ssh2\n", i)
	}
	b.WriteString("Nov 22 10:00:30 nas-01 sshd[42]: Accepted password for root from 203.0.113.7 port 50000 ssh2\n")
	importInto(t, dir, write(t, filepath.Join(t.TempDir(), "auth.log"), b.String()))
	a, stop := running(t, dir)
	defer stop()
	alerts, err := a.Alerts(t.Context(), alert.Filter{MinLevel: alert.Critical})
	if err != nil {
		t.Fatal(err)
	}
	if len(alerts) != 1 || alerts[0].FirstSeen.Local().Day() != 22 {
		t.Errorf("alerts %+v", alerts)
	}
}
