package app

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest"
	"porchlight/ingest/event"
	"porchlight/ingest/file"
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

// push puts messages into the pipeline of an app.
func push(t *testing.T, a *App, raws ...event.Raw) {
	t.Helper()
	door, err := a.pipeline.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer door.Close()
	for _, raw := range raws {
		door.Push(t.Context(), raw)
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
	path := write(t, filepath.Join(t.TempDir(), "big.log"), authLog(0, 2*progressEvery+10))
	a, stop := running(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := a.Import(ctx, []string{path}, nil, ImportOptions{Progress: func(string, int64) { cancel() }})
	stop()
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the import was not interrupted: %v", err)
	}
	importInto(t, dir, path)
	a, stop = running(t, dir)
	first, _, _ := strings.Cut(authLog(0, 1), "\n")
	cursors, err := a.importCursors(t.Context(), first)
	stop()
	if err != nil || len(cursors.all) != 2 {
		t.Errorf("%d cursors, want one for each import; %v", len(cursors.all), err)
	}
	counts := map[string]int{}
	for _, m := range stored(t, dir) {
		counts[m]++
	}
	// Nothing is lost, and nothing is stored twice.
	want := map[string]int{}
	for line := range strings.Lines(authLog(0, 2*progressEvery+10)) {
		want[strings.TrimRight(line, "\n")]++
	}
	if !maps.Equal(counts, want) {
		t.Errorf("%d different messages stored, want %d, and each as often as in the file", len(counts), len(want))
	}
}

// What an import left that was killed is of no more use when the file was
// imported to its end, also under another name.
func TestImportForgetsWhereOneWasKilled(t *testing.T) {
	a, stop := running(t, t.TempDir())
	defer stop()
	path := write(t, filepath.Join(t.TempDir(), "auth.log.1"), authLog(0, 100))
	first, _, _ := strings.Cut(authLog(0, 1), "\n")
	cursors, err := a.importCursors(t.Context(), first)
	if err != nil {
		t.Fatal(err)
	}
	r, err := file.Open(t.Context(), path, file.Cursor{}, file.Auto)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	origin := &event.Origin{Input: "import", Kind: "import", Key: cursors.positionKey("/before/it/was/rotated/auth.log")}
	door, err := a.pipeline.Open()
	if err != nil {
		t.Fatal(err)
	}
	for range 10 {
		m, err := r.Next()
		if err != nil {
			t.Fatal(err)
		}
		door.Push(t.Context(), event.Raw{Origin: origin, Body: m.Body, Position: m.Position})
	}
	door.Close()
	if err := a.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, lines := range []int{90, 0} {
		sum, err := a.Import(t.Context(), []string{path}, nil, ImportOptions{})
		if err != nil || sum.Lines != lines {
			t.Errorf("%+v, %v, want %d lines", sum, err, lines)
		}
	}
	if left, err := a.store.Positions(t.Context(), "import:"); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
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

const w3cHeader = "#Software: Web Server 10.0\n"

func TestImportKnowsFilesThatShareAFirstLine(t *testing.T) {
	dir, logs := t.TempDir(), t.TempDir()
	write(t, filepath.Join(logs, "a.log"), w3cHeader+"10:00:00 GET /a\n")
	write(t, filepath.Join(logs, "b.log"), w3cHeader+"11:00:00 GET /b\n")
	write(t, filepath.Join(logs, "c.log"), w3cHeader+"12:00:00 GET /c\n12:00:01 GET /c\n")
	for round, want := range []int{7, 0, 0} {
		if sum := importInto(t, dir, logs); sum.Lines != want || sum.Files != 3 || sum.Known != 7-want {
			t.Errorf("import %d: %+v", round+1, sum)
		}
	}
	if n := len(stored(t, dir)); n != 7 {
		t.Errorf("%d events stored, want 7", n)
	}
}

func TestImportKnowsOlderCopies(t *testing.T) {
	logs := t.TempDir()
	older := write(t, filepath.Join(logs, "older.log"), authLog(0, 100))
	between := write(t, filepath.Join(logs, "between.log"), authLog(0, 115))
	steps := []struct {
		what  string
		text  string // of auth.log; "" leaves it
		path  string
		lines int
	}{
		{"first", authLog(0, 100), "auth.log", 100},
		{"grown", authLog(0, 130), "auth.log", 30},
		{"as it was imported before", "", older, 0},
		{"as it never was imported", "", between, 0},
		{"grown again", authLog(0, 140), "auth.log", 10},
		{"rotated", authLog(0, 140), "auth.log.1", 0},
		{"replaced", "something else\n", "auth.log", 1},
		{"as it never was imported, the original is rotated", "", write(t, filepath.Join(logs, "before.log"), authLog(0, 120)), 0},
		{"rotated away", "something else\n", "auth.log.1", 0},
		{"as it was imported before, the original is gone", "", older, 0},
		// Better twice than not at all: this might be another file.
		{"as it never was imported, the original is gone", "", write(t, filepath.Join(logs, "lost.log"), authLog(0, 105)), 5},
		{"another end", "", write(t, filepath.Join(logs, "reverted.log"), authLog(0, 110)+authLog(300, 302)), 7},
		{"its end replaced, not imported", authLog(0, 110) + authLog(400, 402), "reverted.log", -1},
		{"how that begins", "", write(t, filepath.Join(logs, "part.log"), authLog(0, 110)+authLog(400, 401)), 6},
	}
	dir := t.TempDir()
	for _, s := range steps {
		path := s.path
		if !filepath.IsAbs(path) {
			path = filepath.Join(logs, path)
		}
		if s.text != "" {
			write(t, path, s.text)
		}
		if s.lines < 0 { // not imported
			continue
		}
		if sum := importInto(t, dir, path); sum.Lines != s.lines {
			t.Errorf("%s: %+v, want %d lines", s.what, sum, s.lines)
		}
	}
}

func TestImportReadsOldestFirstAcrossArguments(t *testing.T) {
	dir, logs := t.TempDir(), t.TempDir()
	aged := func(name string, hours int) string {
		p := write(t, filepath.Join(logs, name), name+"\n")
		when := time.Now().Add(-time.Duration(hours) * time.Hour)
		if err := os.Chtimes(p, when, when); err != nil {
			t.Fatal(err)
		}
		return p
	}
	newest, oldest := aged("auth.log", 1), aged("auth.log.2", 3)
	aged("auth.log.1", 2)
	sum := importInto(t, dir, newest, oldest, logs, newest)
	if sum.Files != 3 {
		t.Errorf("a file named twice was read twice: %+v", sum)
	}
	got := stored(t, dir) // newest first
	if want := []string{"auth.log", "auth.log.1", "auth.log.2"}; !slices.Equal(got, want) {
		t.Errorf("stored, newest first: %q, want %q", got, want)
	}
}

func TestImportPaths(t *testing.T) {
	logs := t.TempDir()
	one := write(t, filepath.Join(logs, "real", "a.log"), "one\n")
	link := func(to, name string) string {
		t.Helper()
		p := filepath.Join(logs, name)
		if err := os.Symlink(to, p); err != nil {
			t.Fatal(err)
		}
		return p
	}
	linked := link(filepath.Join(logs, "real"), "linked")
	loop := link(filepath.Join(logs, "loop"), "loop")
	link(one, filepath.Join("real", "same.log"))
	link(filepath.Join(logs, "nothing"), filepath.Join("real", "dangling.log"))
	sum := importInto(t, t.TempDir(), linked)
	if sum.Files != 1 || sum.Lines != 1 || len(sum.Skipped) != 0 {
		t.Errorf("a linked folder: %+v", sum)
	}
	sum = importInto(t, t.TempDir(), loop, os.DevNull, one)
	if sum.Lines != 1 || len(sum.Skipped) != 2 || !strings.Contains(sum.Skipped[1], os.DevNull+": a device") {
		t.Errorf("what cannot be read, and a file: %+v", sum)
	}
	dir := t.TempDir()
	a, stop := running(t, dir)
	_, err := a.Import(t.Context(), []string{one, filepath.Join(logs, "typo")}, nil, ImportOptions{})
	stop()
	if err == nil || !strings.Contains(err.Error(), "typo") || len(stored(t, dir)) != 0 {
		t.Errorf("a path that is not there: %v", err)
	}
}

func TestImportFormats(t *testing.T) {
	lines := strings.Join([]string{
		`{"raw":"sshd[1]: line\nbreak"}`,
		`{"raw":"with more","id":7}`,
		`{"user":{"name":"anna"}}`,
		`{"RAW":"other member","raw":5}`,
		`{"raw":"bytes ` + "\xff" + `"}`,
		`{"raw":""}`,
		`{"raw":"broken`,
		`no JSON`,
		`[1]`,
	}, "\n")
	all := strings.Split(lines, "\n")
	with := func(changed map[int]string) []string {
		out := slices.Clone(all)
		for i, s := range changed {
			out[i] = s
		}
		return out
	}
	for _, c := range []struct {
		format  file.Format
		want    []string
		notJSON int
	}{
		{"", with(map[int]string{0: "sshd[1]: line\nbreak"}), 0},
		{file.Auto, with(map[int]string{0: "sshd[1]: line\nbreak"}), 0},
		{file.Lines, all, 0},
		{file.JSONL, with(map[int]string{0: "sshd[1]: line\nbreak", 1: "with more"}), 3},
	} {
		dir := t.TempDir()
		a, stop := running(t, dir)
		sum, err := a.Import(t.Context(), []string{"-"}, strings.NewReader(lines), ImportOptions{Format: c.format})
		stop()
		if err != nil {
			t.Fatal(err)
		}
		got := stored(t, dir)
		slices.Reverse(got)
		if !slices.Equal(got, c.want) || sum.NotJSON != c.notJSON {
			t.Errorf("%q: %+v\ngot  %q\nwant %q", c.format, sum, got, c.want)
		}
	}
	a, stop := running(t, t.TempDir())
	defer stop()
	if _, err := a.Import(t.Context(), nil, nil, ImportOptions{Format: "csv"}); err == nil {
		t.Error("an unknown format is accepted")
	}
}

// TestImportNoticesLostLines: lines that the pipeline gave up on are imported
// by the next import.
func TestImportNoticesLostLines(t *testing.T) {
	dir := t.TempDir()
	path := write(t, filepath.Join(t.TempDir(), "auth.log"), authLog(0, 10))
	a, err := New(t.Context(), Config{Dir: dir, Offline: true, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	a.pipeline = ingest.NewPipeline(ingest.Config{}, a.ledger.Ledger, a.log, func(context.Context, ingest.Batch) error {
		return errors.New("disk full")
	})
	ending, cancel := context.WithCancel(t.Context())
	cancel()
	ended := make(chan error, 1)
	go func() { ended <- a.pipeline.Run(ending) }()
	if _, err := a.Import(t.Context(), []string{path}, nil, ImportOptions{}); err == nil {
		t.Error("the import did not notice")
	}
	a.pipeline.Drain()
	if err := errors.Join(<-ended, a.Close()); err != nil {
		t.Fatal(err)
	}
	if sum := importInto(t, dir, path); sum.Lines != 10 || sum.Known != 0 {
		t.Errorf("the next import: %+v", sum)
	}
}
