package ingest

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

var parseTime = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func parsed(t *testing.T, raw event.Raw) event.Event {
	t.Helper()
	if raw.Received == 0 {
		raw.Received = parseTime.UnixNano()
	}
	if raw.Origin == nil {
		raw.Origin = still
	}
	var ev event.Event
	NewParser(time.UTC).Parse(&raw, &ev)
	if got := ev.Get(event.EventOriginal); got != raw.Body {
		t.Errorf("event.original is %q, the message was %q", got, raw.Body)
	}
	return ev
}

func has(ev *event.Event, tag string) bool {
	for t := range event.Values(ev.Get(event.Tags)) {
		if t == tag {
			return true
		}
	}
	return false
}

func TestParseKeepsWhatIsKnownOfTheMessage(t *testing.T) {
	from := netip.MustParseAddrPort("[::ffff:192.0.2.7]:514")
	ev := parsed(t, event.Raw{Origin: &event.Origin{Vendor: "Acme"}, From: from, Truncated: true, Body: "<13>Nov 23 09:59:00 web-01 app[7]: hello"})
	for f, want := range map[event.Field]string{
		event.LogSourceAddress: "192.0.2.7", event.HostName: "web-01", event.LogSyslogPriority: "13", event.LogSyslogFacility: "1",
		event.LogSyslogSeverity: "5", event.ProcessName: "app", event.ProcessPID: "7", event.Message: "hello", event.ObserverVendor: "Acme",
	} {
		if got := ev.Get(f); got != want {
			t.Errorf("%s is %q, want %q", f, got, want)
		}
	}
	if ev.Time != parseTime.Add(-time.Minute).UnixNano() || ev.Received != parseTime.UnixNano() {
		t.Errorf("times %s, %s", event.FormatTime(ev.Time), event.FormatTime(ev.Received))
	}
	if !has(&ev, event.TagTruncated) || has(&ev, event.TagParseFailure) {
		t.Errorf("tags %q", ev.Get(event.Tags))
	}
}

func TestParseTagsWhatNobodyUnderstands(t *testing.T) {
	for body, failed := range map[string]bool{
		"just words":                     true,
		"":                               true,
		"<999>x":                         true,
		"<13>1 - [":                      true,
		"\x00\xff":                       true,
		"<13>toner low":                  false, // RFC 3164 allows a message that is only text
		`{"user.name":"anna"}`:           false,
		"Nov 23 09:59:00 host app: text": false,
	} {
		ev := parsed(t, event.Raw{Body: body})
		if got := ev.HasTag(event.TagParseFailure); got != failed {
			t.Errorf("%q: parse failure %v, want %v (%s)", body, got, failed, ev.AppendJSON(nil))
		}
	}
}

// TestSendersCannotForgeOurFacts: no sender's JSON can change what the
// pipeline knows about a message.
func TestSendersCannotForgeOurFacts(t *testing.T) {
	body := `<13>1 - web-01 www-data - - - {"event.original":"x","log.source.address":"192.0.2.99","log.file.path":"/etc/x","log.syslog.hostname":"dc01",` +
		`"log.syslog.priority":"0","_id":"7","event.ingested":"2020-01-01T00:00:00Z","tags":["parse_failure","truncated","theirs"]}`
	ev := parsed(t, event.Raw{From: netip.MustParseAddrPort("192.0.2.7:514"), Body: body})
	for f, want := range map[event.Field]string{
		event.LogSourceAddress: "192.0.2.7", event.LogFilePath: "", event.LogSyslogHostname: "web-01", event.LogSyslogPriority: "13", event.Tags: "theirs",
	} {
		if got := ev.Get(f); got != want {
			t.Errorf("%s is %q, want %q", f, got, want)
		}
	}
	if ev.ID != 0 || ev.Received != parseTime.UnixNano() {
		t.Errorf("id %v, received %s", ev.ID, event.FormatTime(ev.Received))
	}
	// Our own export, without a syslog header, comes back as it was.
	ev = parsed(t, event.Raw{Body: `{"log.syslog.hostname":"nas-01","log.syslog.priority":86}`})
	if ev.Get(event.LogSyslogHostname) != "nas-01" || ev.Get(event.LogSyslogPriority) != "86" {
		t.Errorf("an exported event lost its header: %s", ev.AppendJSON(nil))
	}
}

func TestTimesAheadAreNotBelieved(t *testing.T) {
	for body, ahead := range map[string]bool{
		"<38>1 2261-01-01T00:00:00Z h a - - - x":          true,
		`{"@timestamp":"2027-06-01T00:00:00Z","a.b":"c"}`: true,
		"<38>1 2026-11-24T10:30:00Z h a - - - x":          false, // a missing zone
		"<38>1 2020-01-01T00:00:00Z h a - - - x":          false,
	} {
		ev := parsed(t, event.Raw{Body: body})
		if has(&ev, event.TagTimeAhead) != ahead || (ev.Time == ev.Received) != ahead {
			t.Errorf("%q: time %s, tags %q", body, event.FormatTime(ev.Time), ev.Get(event.Tags))
		}
		if _, kept := ev.LookupName("event.created"); kept != ahead {
			t.Errorf("%q: its own time kept: %v", body, kept)
		}
	}
}

// TestSeparatorInText: the byte that separates values elsewhere is just text
// in a text field.
func TestSeparatorInText(t *testing.T) {
	ev := parsed(t, event.Raw{Body: "<13>a" + event.Separator + "b"})
	if text := string(ev.AppendJSON(nil)); strings.Contains(text, `["`) && strings.Contains(text, `"event.original":[`) {
		t.Errorf("printed as a list: %s", text)
	}
}

func FuzzParse(f *testing.F) {
	f.Add("<86>Nov 23 10:00:00 nas-01 sshd[1]: Failed password for root from 203.0.113.7 port 1 ssh2")
	f.Add(`<13>1 2026-11-23T10:00:00Z h a 1 m [x@1 y="z"] {"a":{"b":[1,2]}}`)
	f.Add("CEF:0|a|b|1|2|3|4|src=1.2.3.4 msg=x")
	f.Fuzz(func(t *testing.T, body string) {
		raw := event.Raw{Origin: still, Received: parseTime.UnixNano(), Body: body}
		var ev event.Event
		NewParser(time.UTC).Parse(&raw, &ev)
		if ev.Get(event.EventOriginal) != body {
			t.Fatalf("event.original is %q", ev.Get(event.EventOriginal))
		}
		if ev.Time > raw.Received+maxAhead {
			t.Fatalf("time %s", event.FormatTime(ev.Time))
		}
	})
}

func TestParseKnowsWhatAMessageIs(t *testing.T) {
	const looksLikeSyslog = "<13>Nov 23 09:59:00 web-01 app[7]: hello"
	ev := parsed(t, event.Raw{Origin: &event.Origin{Shape: event.ShapeDocument}, Body: looksLikeSyslog})
	if ev.Has(event.LogSyslogPriority) || ev.Get(event.Message) != looksLikeSyslog {
		t.Errorf("a document: %s", ev.AppendJSON(nil))
	}
	ready := &event.Origin{Input: "agent", Shape: event.ShapeEvent, Live: true, Path: "/var/log/events"}
	ev = parsed(t, event.Raw{Origin: ready, Body: `{"@timestamp":"2026-11-23T09:00:00Z","source":{"ip":"192.0.2.7"},"log":{"source":{"address":"203.0.113.9"}},"tags":["dmz","parse_failure","web"],"message":"x"}`})
	if ev.Get(event.SourceIP) != "192.0.2.7" || ev.Get(event.LogSourceAddress) != "agent" || ev.Get(event.Tags) != "dmz"+event.Separator+"web" || event.FormatTime(ev.Time) != "2026-11-23T09:00:00Z" {
		t.Errorf("an event: %s", ev.AppendJSON(nil))
	}
	// What the sender says of the message itself is ours to say; its tags are its own.
	forged := `{"event":{"original":"forged"},"tags":["parse_failure","prod"],"message":"x"}`
	if ev = parsed(t, event.Raw{Origin: ready, Body: forged}); ev.Get(event.EventOriginal) != forged || ev.Get(event.Tags) != "prod" {
		t.Errorf("a forged event: %s", ev.AppendJSON(nil))
	}
	for _, none := range []string{`{"event":{"original":""}}`, `{"event":{"original":null}}`} {
		if ev = parsed(t, event.Raw{Origin: ready, Body: none}); ev.Get(event.EventOriginal) != none {
			t.Errorf("an event without its original: %s", ev.AppendJSON(nil))
		}
	}
	many := "{"
	for i := range event.MaxFields + 5 {
		many += fmt.Sprintf(`"f%d":1,`, i)
	}
	if ev = parsed(t, event.Raw{Origin: ready, Body: many + `"z":1}`}); !ev.HasTag(event.TagFieldsDropped) {
		t.Error("fields were dropped from an event, and no tag says so")
	}
	ev = parsed(t, event.Raw{Origin: ready, Body: `{"source":{"ip":"192.0.2.7"},`})
	if !ev.HasTag(event.TagParseFailure) || ev.Has(event.SourceIP) || ev.Get(event.Message) == "" || ev.Get(event.ErrorMessage) == "" || ev.Get(event.LogFilePath) != "/var/log/events" {
		t.Errorf("a broken event: %s", ev.AppendJSON(nil))
	}
}
