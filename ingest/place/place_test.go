package place

import (
	"slices"
	"strings"
	"testing"

	"porchlight/ingest/event"
)

func TestFind(t *testing.T) {
	body := "login Anna from 192.0.2.7 port 22 via AA:BB:CC:00:11:22, 22 tries"
	part := func(text string) string { i := strings.Index(body, text); return body[i : i+len(text)] }
	var ev event.Event
	ev.Set(event.Message, body)
	ev.Set(event.SourceIP, part("192.0.2.7"))
	ev.Set(event.SourcePort, part("22"))
	ev.Set(event.UserName, strings.Clone("Anna"))      // converted, occurs once
	ev.Set(event.EventAction, strings.Clone("login"))  // a word of ours
	ev.Set(event.SourceBytes, strings.Clone("22"))     // too short to be believed
	ev.Set(event.SourceMAC, "aa-bb-cc-00-11-22")       // in another notation
	ev.Set(event.HostName, strings.Clone("elsewhere")) // does not occur
	var got []string
	for _, p := range Find(&ev, body) {
		got = append(got, p.Field+"="+body[p.Start:p.End])
	}
	if want := []string{"user.name=Anna", "source.ip=192.0.2.7", "source.port=22"}; !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
	if p := Find(&ev, body)[2]; p.Start != strings.Index(body, "22 via") {
		t.Errorf("the port stands at %d", p.Start)
	}
}
