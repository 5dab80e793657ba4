package ingest

import (
	"context"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/input"
	"porchlight/ingest/input/inputtest"
	"porchlight/ingest/source"
)

// lines sends numbered lines over a connection.
type lines struct {
	net.Conn
	line func(n int) string
}

func (l lines) Send(n int) error {
	_, err := l.Write([]byte(l.line(n)))
	return err
}

// TestKinds holds every kind of input to the contract. A kind that is not in
// the table fails.
func TestKinds(t *testing.T) {
	syslogLine := func(n int) string { return fmt.Sprintf("<13>Mar  1 10:00:00 pc app: message %d", n) }
	jsonLine := func(n int) string { return fmt.Sprintf(`{"n":%d,"message":"<13>Mar  1 10:00:00 pc app: x"}`, n) }
	over := func(network, end string, line func(int) string) func(string) (inputtest.Sender, error) {
		return func(address string) (inputtest.Sender, error) {
			conn, err := net.Dial(network, address)
			return lines{conn, func(n int) string { return line(n) + end }}, err
		}
	}
	free := input.Values{"address": "127.0.0.1:0"}
	taken := func(network string) func(t *testing.T) (input.Values, func()) {
		return func(t *testing.T) (input.Values, func()) {
			if network == "udp" {
				c, err := net.ListenPacket("udp", "127.0.0.1:0")
				if err != nil {
					t.Fatal(err)
				}
				return input.Values{"address": c.LocalAddr().String()}, func() { c.Close() }
			}
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			return input.Values{"address": l.Addr().String()}, func() { l.Close() }
		}
	}
	suites := map[string]inputtest.Suite{
		"syslog-udp": {Options: free, Dial: over("udp", "", syslogLine), Body: syslogLine, Broken: taken("udp")},
		"syslog-tcp": {Options: free, Dial: over("tcp", "\n", syslogLine), Body: syslogLine, Broken: taken("tcp")},
		"json-tcp":   {Options: free, Dial: over("tcp", "\n", jsonLine), Body: jsonLine, Broken: taken("tcp")},
	}
	for _, k := range Kinds {
		s, ok := suites[k.Name]
		if !ok {
			t.Errorf("%s is not in the table of this test", k.Name)
			continue
		}
		s.Kind = k
		t.Run(k.Name, func(t *testing.T) { inputtest.Run(t, s) })
		t.Run(k.Name+" under supervision", func(t *testing.T) { supervise(t, s) })
	}
	if err := Kinds.Check(nil); err != nil {
		t.Error(err)
	}
	for _, id := range []string{source.Imports, source.Others} { // what they receive would be counted with what it is not
		if err := Kinds.Check([]input.Setting{{ID: id, Kind: "syslog-udp"}}); err == nil || !strings.Contains(err.Error(), id) {
			t.Errorf("an input of the id %s: %v", id, err)
		}
	}
}

// supervise sees an input of a kind through its life: it cannot open and says
// why, opens by itself once it can, waits, and receives.
func supervise(t *testing.T, s inputtest.Suite) {
	if s.Broken == nil {
		return
	}
	p := NewPipeline(Config{}, NewLedger(source.Counters{}, nil), quiet, new(collected).handle)
	in := newInputs(p)
	options, mend := s.Broken(t)
	wanted := []input.Setting{{ID: "x", Kind: s.Kind.Name, On: true, Options: options}}
	if errs := in.Set(wanted); len(errs) != 1 {
		t.Fatalf("errors %v", errs)
	}
	until := func(phase input.Phase) input.State {
		t.Helper()
		for deadline := time.Now().Add(2 * time.Minute); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
			if st := in.States()[0]; st.Phase == phase {
				return st
			}
		}
		t.Fatalf("not %s: %+v", phase, in.States())
		return input.State{}
	}
	if st := until(input.Trouble); st.Problem.Reason == "" || st.Problem.Remedy == "" || st.Title != s.Kind.Title {
		t.Errorf("state %+v", st)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- in.Run(ctx) }()
	go func() { ended <- p.Run(t.Context()) }()
	mend()
	st := until(input.Waiting)
	sender, err := s.Dial(st.Address)
	if err != nil {
		t.Fatal(err)
	}
	defer sender.Close()
	if err := sender.Send(1); err != nil {
		t.Fatal(err)
	}
	if st := until(input.Receiving); st.Received != 1 || st.Dropped != 0 || st.Last.IsZero() {
		t.Errorf("state %+v", st)
	}
	cancel()
	soon(t, "the end", func() {
		if err := <-ended; err != nil {
			t.Error(err)
		}
		p.Drain()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// TestIDsOfKinds: syslog_udp and the flag of a kind mean the input with the id
// of that kind, which no other may have.
func TestIDsOfKinds(t *testing.T) {
	for _, c := range []struct {
		setting input.Setting
		ok      bool
	}{
		{input.Setting{Kind: "json-tcp"}, true},
		{input.Setting{ID: "json-tcp", Kind: "json-tcp"}, true},
		{input.Setting{ID: "lab", Kind: "json-tcp"}, true},
		{input.Setting{ID: "syslog-udp", Kind: "json-tcp"}, false},
	} {
		if err := Kinds.Check([]input.Setting{c.setting}); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.setting, err)
		}
	}
}

// TestKindsHavePages: whoever sets an input up finds its page, with every
// option and its default.
func TestKindsHavePages(t *testing.T) {
	for _, k := range Kinds {
		page, err := os.ReadFile(filepath.Join("..", "docs", "inputs", k.Name+".md"))
		if err != nil {
			t.Errorf("%s has no page: %v", k.Name, err)
			continue
		}
		if !strings.HasPrefix(string(page), fmt.Sprintf("# %s (`%s`)\n", k.Title, k.Name)) {
			t.Errorf("the page of %s begins with another title", k.Name)
		}
		for _, o := range k.Options {
			if row := fmt.Sprintf("| `%s` | `%s` |", o.Name, o.Default); !strings.Contains(string(page), row) {
				t.Errorf("the page of %s has no row %q", k.Name, row)
			}
		}
		if !strings.Contains(string(page), "porchlight serve --"+k.Name+" ") || !strings.Contains(string(page), "kind: "+k.Name) {
			t.Errorf("the page of %s shows no flag or no lines for the configuration file", k.Name)
		}
	}
}
