package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// webSphere reads WebSphere Application Server's SystemOut.log and Liberty's
// messages.log, basic format
// (https://www.ibm.com/docs/en/was/9.0.5?topic=logs-interpreting-jvm):
//
//	[3/1/26 12:00:00:123 CET] 0000004a FormLoginExte E   SECJ0118E: Authentication error during authentication for user anna
var webSphere = parser{
	name:      "websphere",
	bare:      true,
	first:     "[",
	recognize: func(msg string) bool { _, _, ok := webSphereHead(msg); return ok },
	parse:     parseWebSphere,
}

// webSphereLevels are the words for the letters of event types.
var webSphereLevels = map[string]string{"F": "critical", "E": "error", "W": "warning", "A": "notice", "I": "info", "C": "info", "D": "debug", "O": "info", "R": "error"}

// webSphereHead takes the time and the thread off a line; rest begins with the
// component.
func webSphereHead(msg string) (stamp, rest string, ok bool) {
	stamp, rest, ok = strings.Cut(msg[1:min(len(msg), 160)], "] ")
	if !ok || len(stamp) < 16 || len(stamp) > 40 || strings.Count(stamp, "/") != 2 || strings.Count(stamp, ":") != 3 {
		return "", "", false
	}
	thread, _ := cutWord(rest)
	if len(thread) != 8 || !isHexWord(thread) {
		return "", "", false
	}
	return stamp, strings.TrimLeft(msg[1+len(stamp)+2+8:], " "), true
}

func parseWebSphere(m *message, ev *event.Event) bool {
	if m.text == "" {
		return false
	}
	stamp, rest, ok := webSphereHead(m.text)
	if !ok {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	webSphereTime(ev, stamp, m)
	component, rest := cutWord(rest)
	letter, rest := cutWord(strings.TrimLeft(rest, " "))
	text := strings.TrimLeft(rest, " ")
	from(ev, "websphere", "websphere.log")
	setNamed(ev, "log.logger", component)
	ev.Set(event.LogLevel, webSphereLevels[letter])
	if code, after, ok := strings.Cut(text, ": "); ok && len(code) >= 8 && len(code) <= 10 && isWord(code) && code[4] >= '0' && code[4] <= '9' {
		ev.Set(event.EventCode, code)
		text = after
	}
	k.prose(text)
	if !proseLogin(ev, text) {
		classify(ev, catHost, typeInfo, "server-message", proseOutcome(text))
	}
	return true
}

// webSphereTime reads month/day/year and the milliseconds behind a colon.
func webSphereTime(ev *event.Event, stamp string, m *message) {
	date, rest, _ := strings.Cut(stamp, " ")
	clock, abbreviation, _ := strings.Cut(strings.TrimLeft(rest, " "), " ")
	clock, ms, _ := cutLast(clock, ":")
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
	loc := m.loc
	if z := zone(abbreviation); z != nil {
		loc = z
	}
	hour, minutes, _ := strings.Cut(clock, ":")
	setTime(ev, year+"-"+two(month)+"-"+two(day)+" "+two(hour)+":"+minutes+"."+ms, loc)
}
