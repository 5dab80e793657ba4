package inputtest

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/input"
)

// tail is the smallest input that can continue: it follows a file, and its
// position is an offset. It shows that the contract can be kept.
type tail struct {
	path string
	env  input.Env
}

func (f *tail) Address() string      { return f.path }
func (f *tail) Close() error         { return nil }
func (f *tail) Health() input.Health { return input.Health{} }

func (f *tail) Run(ctx context.Context, emit func(event.Raw)) error {
	origin := f.env.Origin
	origin.Sender, origin.Key, origin.Live = f.path, "tail:"+f.path, true
	at := 0
	if text, err := f.env.Position(ctx, origin.Key); err != nil {
		return err
	} else if text != "" {
		if at, err = strconv.Atoi(text); err != nil {
			return err
		}
	}
	for {
		data, err := os.ReadFile(f.path)
		if err != nil {
			return err
		}
		lines := bufio.NewScanner(bytes.NewReader(data[at:]))
		for lines.Scan() {
			at += len(lines.Bytes()) + 1
			emit(event.Raw{Origin: &origin, Received: f.env.Now().UnixNano(), Body: lines.Text(), Position: strconv.Itoa(at)})
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Millisecond):
		}
	}
}

// appender writes lines to the end of a file.
type appender struct{ *os.File }

func (a appender) Send(n int) error {
	_, err := fmt.Fprintln(a, "line", n)
	return err
}

func TestSuiteOnAnInputThatContinues(t *testing.T) {
	kind := input.Kind{Name: "tail", Title: "A file", About: "Follows a file.",
		Options: []input.Option{{Name: "path", Type: input.Path, Must: true, Help: "Which one."}},
		Open: func(o input.Values, env input.Env) (input.Input, error) {
			return &tail{o["path"], env}, nil
		}}
	s := Suite{Kind: kind, Body: func(n int) string { return fmt.Sprint("line ", n) },
		Resumable: func(t *testing.T) (input.Values, []string) {
			path := filepath.Join(t.TempDir(), "three.log")
			if err := os.WriteFile(path, []byte("one\ntwo\nthree\nfour\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			return input.Values{"path": path}, []string{"one", "two", "three", "four"}
		},
		Dial: func(path string) (Sender, error) {
			f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			return appender{f}, err
		}}
	t.Run("describes itself", s.describes)
	t.Run("continues", s.continues)
	// The others begin with an empty file each.
	for name, test := range map[string]func(Suite, *testing.T){"receives": Suite.receives, "before": Suite.readsWhatWaits, "ends": Suite.endsAtOnce, "after": Suite.emitsNothingAfter, "room": Suite.waitsForRoom} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "empty.log")
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			s.Options = input.Values{"path": path}
			test(s, t)
		})
	}
}
