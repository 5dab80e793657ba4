package read

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

const doorPack = `
# Doors of a fictitious maker.
parser acme_door
vendor Acme
product Door controller
type access-control
template session start door-opened success | Door {acme_door.door} opened by {user.name} from {source.ip}:{source.port}
template authentication start logon-failed failure | Card {acme_door.card} refused at door {acme_door.door}[[: {event.reason}]]
sample Door 7 opened by anna from 10.1.1.5:4711
sample Card 0042 refused at door 9: unknown
`

// applyPack reads the event's message with a pack.
func applyPack(p *Pack, ev *event.Event) bool {
	return Packs{p}.Apply(&Message{App: "gated", Text: ev.Get(event.Message), Location: time.UTC}, ev)
}

func TestPack(t *testing.T) {
	p, err := ReadPack(doorPack)
	if err != nil {
		t.Fatal(err)
	}
	var ev event.Event
	ev.Set(event.Message, "Door 12 opened by bob from 192.0.2.9:50123")
	if !applyPack(p, &ev) {
		t.Fatal("not understood")
	}
	for f, want := range map[string]string{"user.name": "bob", "source.ip": "192.0.2.9", "source.port": "50123", "acme_door.door": "12", "event.action": "door-opened",
		"event.module": "acme_door", "observer.vendor": "Acme", "event.outcome": "success"} {
		if got, _ := ev.LookupName(f); got != want {
			t.Errorf("%s is %q, want %q", f, got, want)
		}
	}
}

// TestPackOfService: a pack with "otherwise" reads every message of its
// programs, except PAM's and documents.
func TestPackOfService(t *testing.T) {
	p, err := ReadPack("parser gate\nmodule barrier\nprogram gated\notherwise gate-message\ntemplate host change gate-opened success | Gate {gate.id} opened\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, action, outcome, level string }{
		{"Gate 7 opened", "gate-opened", "success", ""},
		{"[INFO] Gate 7 opened", "gate-opened", "success", "info"},
		{"Error: the motor of gate 7 failed", "gate-message", "failure", "error"},
		{"pam_unix(gated:session): session opened for user anna", "", "", ""},
		{`{"gate":7}`, "", "", ""},
	} {
		var ev event.Event
		ev.Set(event.Message, tt.text)
		if understood := applyPack(p, &ev); understood != (tt.action != "") {
			t.Errorf("%s: understood %v", tt.text, understood)
			continue
		}
		if ev.Get(event.EventAction) != tt.action || ev.Get(event.EventOutcome) != tt.outcome || ev.Get(event.LogLevel) != tt.level {
			t.Errorf("%s: %s", tt.text, ev.AppendKeptJSON(nil))
		}
		if tt.action != "" && ev.Get(event.EventDataset) != "barrier.gate" {
			t.Errorf("%s: data set %s", tt.text, ev.Get(event.EventDataset))
		}
	}
}

func TestPackErrors(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{"", `begins with a line "parser NAME"`},
		{"parser a\n", "no line \"template"},
		{"parser A-1\n", `line 1: the name "A-1"`},
		{"parser a\nvendor\n", `line 2: "vendor" needs a value`},
		{"parser a\ncolour red\n", `line 2: "colour" is none of`},
		{"parser a\ntemplate host info | x {a.b}\n", "line 2: a template is"},
		{"parser a\ntemplate host info x maybe | x {a.b}\n", "line 2: the outcome is"},
		{"parser a\ntemplate host info x - | x {a.b}{a.c}\n", "line 2: two holes without a text between"},
		{"parser a\ntemplate host info x - | x {event.original}\n", "line 2: event.original is Porchlight's own"},
		{"parser a\ntemplate host info x - | x {source.ip:nonsense}\n", "line 2: unknown reading"},
		{"parser a\ntemplate host info x - | door {a.b} open\nsample window 7 open\n", `no template matches the sample "window 7 open"`},
		{"parser a\nmodule A\n", `line 2: the module "A"`},
		{"parser a\notherwise two words\n", "line 2: an action is one word"},
		{"parser a\notherwise message\ntemplate host info x - | x {a.b}\n", `needs a line "program NAME"`},
		{"parser a\n" + strings.Repeat("#", maxPackText), "longer than"},
	} {
		if _, err := ReadPack(tt.text); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%.60q: %v, want %q", tt.text, err, tt.want)
		}
	}
}

// unknownDevice writes lines as an unknown device might.
func unknownDevice(n int) []string {
	var out []string
	for i := range n {
		switch i % 4 {
		case 0, 1:
			out = append(out, fmt.Sprintf("GATE %d: passage granted for user %s badge=%06d zone %s", i%3+1, []string{"anna", "bob", "carl"}[i%3], 4000+i, []string{"lobby", "lab"}[i%2]))
		case 2:
			out = append(out, fmt.Sprintf("LINK session %d from 10.1.1.%d:%d to 192.0.2.7:443 closed after %d ms", 100+i, i%200+1, 50000+i, i*7))
		case 3:
			out = append(out, fmt.Sprintf("BATT cell %d voltage=%d.%d V", i%8, 3, i%10))
		}
	}
	return out
}

func TestPropose(t *testing.T) {
	lines := unknownDevice(40)
	text, fits := Propose("gate", lines)
	if fits != len(lines) {
		t.Errorf("%d of %d lines fit", fits, len(lines))
	}
	pack, err := ReadPack(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if n := len(pack.templates); n != 3 {
		t.Errorf("%d templates, want 3\n%s", n, text)
	}
	var ev event.Event
	ev.Set(event.Message, "LINK session 7 from 10.9.9.9:1234 to 198.51.100.1:8443 closed after 3 ms")
	if !applyPack(pack, &ev) {
		t.Fatalf("a further line is not understood\n%s", text)
	}
	for f, want := range map[string]string{"source.ip": "10.9.9.9", "source.port": "1234", "destination.ip": "198.51.100.1", "destination.port": "8443", "gate.session": "7", "gate.after": "3"} {
		if got, _ := ev.LookupName(f); got != want {
			t.Errorf("%s is %q, want %q\n%s", f, got, want, text)
		}
	}
	ev.Reset()
	ev.Set(event.Message, "GATE 2: passage granted for user dora badge=009999 zone cellar")
	if !applyPack(pack, &ev) || ev.Get(event.UserName) != "dora" {
		t.Errorf("user %q\n%s", ev.Get(event.UserName), text)
	}
	if text, fits := Propose("x", []string{"", " ", strings.Repeat("a ", 5000)}); text != "" || fits != 0 {
		t.Errorf("%d lines fit %q", fits, text)
	}
}

func FuzzPropose(f *testing.F) {
	for _, l := range unknownDevice(8) {
		f.Add(l, l)
	}
	f.Add("a{b}} [c] ::: //// 1.2.3.4:5", "a{x}} [d] ::: //// 1.2.3.5:6")
	f.Fuzz(func(t *testing.T, a, b string) {
		text, fits := Propose("x", []string{a, b, a})
		if fits == 0 {
			return
		}
		if _, err := ReadPack(text); err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
	})
}

func FuzzReadPack(f *testing.F) {
	f.Add(doorPack, "Door 1 opened by a from 10.0.0.1:1")
	f.Fuzz(func(t *testing.T, text, message string) {
		p, err := ReadPack(text)
		if err != nil {
			return
		}
		var ev event.Event
		ev.Set(event.Message, message)
		applyPack(p, &ev)
	})
}
