package model

import (
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

func TestWithTerm(t *testing.T) {
	for _, c := range []struct {
		text, field, value string
		exclude            bool
		want               string
	}{
		{"", "user.name", "anna", false, "user.name:anna"},
		{"", "user.name", "anna", true, "not user.name:anna"},
		{"error", "user.name", "anna", false, "error and user.name:anna"},
		{"a or b", "user.name", "anna", false, "(a or b) and user.name:anna"},
		{"(a or b) and c", "user.name", "anna", false, "(a or b) and c and user.name:anna"},
		{`"a or b"`, "user.name", "anna", false, `"a or b" and user.name:anna`},
		{"x and user.name:anna", "user.name", "anna", false, "x and user.name:anna"},
		{"x and not user.name:anna", "user.name", "anna", false, "x and user.name:anna"},
		{"user.name:anna and x", "user.name", "anna", true, "x and not user.name:anna"},
		{"x", "source.ip", "2001:db8::1", false, `x and source.ip:"2001:db8::1"`},
		{"", "message", `say "hi" \o/`, false, `message:"say \"hi\" \\o/"`},
		{"", "user.name", "or", false, `user.name:"or"`},
		{"", "user.name", "", false, `user.name:""`},
		{"", "host.name", "ws*", false, `host.name:"ws*"`},
	} {
		if got := WithTerm(c.text, c.field, c.value, c.exclude); got != c.want {
			t.Errorf("WithTerm(%q, %s, %q, %v) = %q, want %q", c.text, c.field, c.value, c.exclude, got, c.want)
		}
	}
}

// What the detail panel and the alerts search for must find the event it was
// built from.
func TestTermsFindTheirEvent(t *testing.T) {
	for _, value := range []string{"anna", `DOMAIN\anna`, `say "hi"`, "2001:db8::1", "192.168.1.5", "or", "last", "a b", "100%", "ws-*", "wo?", "(x)", "über", "/var/log/auth.log", `C:\Windows\`, "-1", "x:y"} {
		ev := &event.Event{ID: event.NewID(20000, 7)}
		ev.SetName("user.name", value)
		other := &event.Event{ID: event.NewID(20000, 8)}
		other.SetName("user.name", "somebody else")
		for _, exclude := range []bool{false, true} {
			text := WithTerm("", "user.name", value, exclude)
			q, err := query.Parse(text, time.Unix(0, 0))
			if err != nil {
				t.Errorf("%s: %v", text, err)
				continue
			}
			if q.Match(ev) == exclude || q.Match(other) != exclude {
				t.Errorf("%s: finds its event %v, another %v", text, q.Match(ev), q.Match(other))
			}
		}
	}
	ids := []event.ID{event.NewID(20000, 7), event.NewID(20001, 1)}
	q, err := query.Parse(SearchFor(ids), time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id   event.ID
		want bool
	}{{ids[0], true}, {ids[1], true}, {event.NewID(20000, 8), false}} {
		if got := q.Match(&event.Event{ID: c.id}); got != c.want {
			t.Errorf("%s finds %s: %v", SearchFor(ids), c.id, got)
		}
	}
}

func TestSearchesHistory(t *testing.T) {
	var s Searches
	if got := s.Older("draft"); got != "draft" {
		t.Errorf("empty: %q", got)
	}
	for _, text := range []string{"one", "two", " ", "one", "three"} {
		s.Add(text)
	}
	steps := []struct {
		older bool
		want  string
	}{{true, "three"}, {true, "one"}, {true, "two"}, {true, "two"}, {false, "one"}, {false, "three"}, {false, "draft"}, {false, "draft"}}
	text := "draft"
	for i, step := range steps {
		if step.older {
			text = s.Older(text)
		} else {
			text = s.Newer(text)
		}
		if text != step.want {
			t.Fatalf("step %d: %q, want %q", i, text, step.want)
		}
	}
	s.Add("four")
	if got := s.Older("four"); got != "three" {
		t.Errorf("after running four: %q", got)
	}
	for i := range 2 * maxSearches {
		s.Add(string(rune('a' + i)))
	}
	if len(s.texts) != maxSearches {
		t.Errorf("%d remembered", len(s.texts))
	}
}

func TestEventColumns(t *testing.T) {
	ev := &event.Event{}
	ev.SetInt(event.LogSyslogSeverity, 3)
	if word, level := EventLevel(ev); word != "error" || level != alert.High {
		t.Errorf("severity 3: %s %s", word, level)
	}
	ev.Set(event.LogLevel, "WARN")
	if word, level := EventLevel(ev); word != "warning" || level != alert.Medium {
		t.Errorf("log.level wins: %s %s", word, level)
	}
	ev = &event.Event{}
	ev.Set(event.LogLevel, "chatty")
	if word, level := EventLevel(ev); word != "chatty" || level != "" {
		t.Errorf("unknown level: %s %s", word, level)
	}
	if word, _ := EventLevel(&event.Event{}); word != "" {
		t.Errorf("no level: %s", word)
	}
	for _, c := range []struct{ ip, port, want string }{
		{"10.0.0.1", "443", "10.0.0.1:443"}, {"10.0.0.1", "", "10.0.0.1"}, {"2001:db8::1", "53", "[2001:db8::1]:53"}, {"", "53", ":53"}, {"", "", ""},
	} {
		ev := &event.Event{}
		ev.Set(event.DestinationIP, c.ip)
		ev.Set(event.DestinationPort, c.port)
		if got := EventDestination(ev); got != c.want {
			t.Errorf("destination %s %s: %q", c.ip, c.port, got)
		}
	}
	ev = &event.Event{}
	ev.Set(event.ObserverVendor, "Netgate")
	ev.Set(event.ObserverProduct, "pfSense")
	if got := EventSourceName(ev); got != "Netgate pfSense" {
		t.Errorf("source %q", got)
	}
	ev = &event.Event{}
	ev.Set(event.ProcessName, "sshd")
	if got := EventSourceName(ev); got != "sshd" {
		t.Errorf("source %q", got)
	}
}

func TestEventTimes(t *testing.T) {
	loc := time.FixedZone("", 3600)
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct{ got, want string }{
		{EventTime(at.UnixNano(), loc), "11-23 10:00:00"},
		{EventTime(at.Add(250*time.Millisecond).UnixNano(), loc), "11-23 10:00:00.250"},
		{ShortTime(at.UnixNano(), loc), "11-23 10:00"},
		{ShortTime(at.Add(5*time.Second).UnixNano(), loc), "11-23 10:00:05"},
		{FullTime(at.Add(20*time.Millisecond).UnixNano(), loc), "2026-11-23 10:00:00.02 +01:00"},
		{Span{Since: at.UnixNano(), Until: at.Add(time.Minute).UnixNano()}.Label(loc), "11-23 10:00 – 10:01"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
	ev := &event.Event{Time: at.UnixNano(), Received: at.Add(time.Second).UnixNano()}
	if got := Delay(ev); got != "" {
		t.Errorf("one second: %q", got)
	}
	ev.Received = at.Add(-3 * time.Hour).UnixNano()
	if got := Delay(ev); got != "  (the sender's clock is 3 h ahead)" {
		t.Errorf("a clock ahead: %q", got)
	}
	ev.Received = at.Add(90 * time.Second).UnixNano()
	if got := Delay(ev); got != "  (1 min later)" {
		t.Errorf("late: %q", got)
	}
}

func TestEventFields(t *testing.T) {
	ev := &event.Event{ID: 7}
	ev.Set(event.EventOriginal, "raw")
	ev.Add(event.EventCategory, "authentication")
	ev.Add(event.EventCategory, "session")
	ev.SetName("vendor.x", "")
	got := EventFields(ev)
	want := []FieldValue{{"event.category", "authentication"}, {"event.category", "session"}, {"vendor.x", ""}, {"_id", "7"}}
	if len(got) != len(want) {
		t.Fatalf("%v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d: %v, want %v", i, got[i], want[i])
		}
	}
}
