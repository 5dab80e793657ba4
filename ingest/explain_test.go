package ingest

import (
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

func TestExplain(t *testing.T) {
	at := time.Date(2026, 3, 1, 10, 0, 5, 0, time.UTC).UnixNano()
	parser := NewParser(time.UTC)
	explain := func(body string) Explanation {
		return parser.Explain(&event.Raw{Origin: still, Received: at, Body: body})
	}
	body := "<38>Mar  1 10:00:00 web01 sshd[4711]: Failed password for admin from 203.0.113.7 port 22 ssh2"
	x := explain(body)
	if x.Parser() != "sshd" {
		t.Errorf("read by %q, want sshd", x.Parser())
	}
	// The port is found after the address, not in the process id or the year.
	want := map[string]string{"host.name": "web01", "process.name": "sshd", "process.pid": "4711", "user.name": "admin", "source.ip": "203.0.113.7", "source.port": "22"}
	for _, p := range x.Places {
		if v, ok := want[p.Field]; ok {
			if body[p.Start:p.End] != v {
				t.Errorf("%s is at %q, want %q", p.Field, body[p.Start:p.End], v)
			}
			delete(want, p.Field)
		}
		if p.Field == "source.port" && p.Start != strings.Index(body, "port 22")+5 {
			t.Errorf("source.port is at %d", p.Start)
		}
	}
	for f := range want {
		t.Errorf("no place for %s", f)
	}
	if lines := strings.Join(x.Lines(), "\n"); !strings.Contains(lines, "Read by: sshd") || !strings.Contains(lines, "authentication, logon-failed, failure") {
		t.Errorf("explained as\n%s", lines)
	}

	x = explain("<13>Mar  1 10:00:00 gw app: the quick brown fox")
	if lines := strings.Join(x.Lines(), "\n"); x.Parser() != "" || !strings.Contains(lines, "no format") || !strings.Contains(lines, `"app"`) {
		t.Errorf("read by %q, explained as\n%s", x.Parser(), lines)
	}
	x = explain("CEF:0|broken")
	if lines := strings.Join(x.Lines(), "\n"); !strings.Contains(lines, "cef: the message begins like one") {
		t.Errorf("explained as\n%s", lines)
	}
	// What is inside an envelope is read by its own format.
	x = explain(`{"log":"Failed password for root from 192.0.2.1 port 22 ssh2\n","stream":"stderr","time":"2026-03-01T10:00:00Z"}`)
	if got := x.Trace.Steps[len(x.Trace.Steps)-1]; x.Parser() != "json" || x.Event.Get(event.SourceIP) != "192.0.2.1" {
		t.Errorf("read by %q, last asked %+v", x.Parser(), got)
	}
}

func TestPlacesOfStored(t *testing.T) {
	parser := NewParser(time.UTC)
	body := "<134>Mar  1 10:00:00 fw %ASA-6-106015: Deny TCP (no connection) from 10.1.1.5/443 to 10.1.1.5/444 flags ACK on interface inside"
	var stored event.Event
	parser.Parse(&event.Raw{Origin: still, Received: 1, Body: body}, &stored)
	// As the store returns it: none of its strings are part of the message.
	clone := stored.Clone()
	clone.Set(event.EventOriginal, strings.Clone(body))
	text, x := parser.ExplainStored(&clone)
	places := x.Places
	for _, p := range places {
		if p.Field == "destination.ip" && text[p.Start-3:p.Start] != "to " {
			t.Errorf("destination.ip is at %q", text[p.Start-3:p.End])
		}
	}
	if len(places) < 6 {
		t.Errorf("only %d places: %v", len(places), places)
	}
}
