package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// WebSphere reads WebSphere Application Server's SystemOut.log and Liberty's
// messages.log, basic format
// (https://www.ibm.com/docs/en/was/9.0.5?topic=logs-interpreting-jvm):
//
//	[3/1/26 12:00:00:123 CET] 0000004a FormLoginExte E   SECJ0118E: Authentication error during authentication for user anna
var WebSphere = read.Parser{
	Name:      "websphere",
	Bare:      true,
	First:     "[",
	Recognize: func(msg string) bool { _, _, ok := webSphereHead(msg); return ok },
	Parse:     parseWebSphere,
}

// webSphereLevels are the words for the event type letters.
var webSphereLevels = map[string]string{"F": "critical", "E": "error", "W": "warning", "A": "notice", "I": "info", "C": "info", "D": "debug", "O": "info", "R": "error"}

// webSphereHead cuts the time and the thread off a line; rest begins with the
// component.
func webSphereHead(msg string) (stamp, rest string, ok bool) {
	stamp, rest, ok = strings.Cut(msg[1:min(len(msg), 160)], "] ")
	if !ok || len(stamp) < 16 || len(stamp) > 40 || strings.Count(stamp, "/") != 2 || strings.Count(stamp, ":") != 3 {
		return "", "", false
	}
	thread, _ := read.CutWord(rest)
	if len(thread) != 8 || !read.IsHexWord(thread) {
		return "", "", false
	}
	return stamp, strings.TrimLeft(msg[1+len(stamp)+2+8:], " "), true
}

func parseWebSphere(m *read.Message, ev *event.Event) bool {
	if m.Text == "" {
		return false
	}
	stamp, rest, ok := webSphereHead(m.Text)
	if !ok {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	webSphereTime(ev, stamp, m)
	component, rest := read.CutWord(rest)
	letter, rest := read.CutWord(strings.TrimLeft(rest, " "))
	text := strings.TrimLeft(rest, " ")
	read.From(ev, "websphere", "websphere.log")
	read.SetNamed(ev, "log.logger", component)
	ev.Set(event.LogLevel, webSphereLevels[letter])
	if code, after, ok := strings.Cut(text, ": "); ok && len(code) >= 8 && len(code) <= 10 && read.IsWord(code) && code[4] >= '0' && code[4] <= '9' {
		ev.Set(event.EventCode, code)
		text = after
	}
	k.Prose(text)
	if !read.ProseLogin(ev, text) {
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "server-message", read.ProseOutcome(text))
	}
	return true
}

// webSphereTime reads month/day/year, a time, and milliseconds after a colon.
func webSphereTime(ev *event.Event, stamp string, m *read.Message) {
	date, rest, _ := strings.Cut(stamp, " ")
	clock, abbreviation, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	clock, ms, _ := read.CutLast(clock, ":")
	month, rest, _ := strings.Cut(date, "/")
	day, year, _ := strings.Cut(rest, "/")
	if len(year) == 2 {
		year = "20" + year
	}
	two := func(s string) string {
		if len(s) == 1 {
			return "0" + s
		}
		return s
	}
	loc := m.Location
	if z := read.Zone(abbreviation); z != nil {
		loc = z
	}
	hour, minutes, _ := strings.Cut(clock, ":")
	read.SetTime(ev, year+"-"+two(month)+"-"+two(day)+" "+two(hour)+":"+minutes+"."+ms, loc)
}
