package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// redisLog reads the log of Redis and Valkey: "1:M 01 Mar 2026 10:00:00.123 * Ready".
var redisLog = parser{
	name:  "redis",
	bare:  true,
	first: "0-9",
	recognize: func(msg string) bool {
		head, rest, ok := strings.Cut(msg[:min(len(msg), 48)], " ")
		pid, role, colon := strings.Cut(head, ":")
		return ok && colon && isNumber(pid) && len(role) == 1 && len(rest) > 26 && rest[2] == ' ' && rest[6] == ' ' && rest[11] == ' ' && rest[14] == ':'
	},
	parse: func(m *message, ev *event.Event) bool {
		head, rest, _ := strings.Cut(m.text, " ")
		pid, _, _ := strings.Cut(head, ":")
		if len(rest) < 27 {
			return false
		}
		setTime(ev, rest[:20], m.loc)
		if t, err := time.ParseInLocation("02 Jan 2006 15:04:05.000", rest[:24], m.loc); err == nil {
			ev.Time = t.UnixNano()
		}
		ev.Set(event.ProcessPID, pid)
		level, text, _ := strings.Cut(strings.TrimLeft(rest[24:], " "), " ")
		switch level {
		case ".":
			ev.Set(event.LogLevel, "debug")
		case "-":
			ev.Set(event.LogLevel, "verbose")
		case "*":
			ev.Set(event.LogLevel, "notice")
		case "#":
			ev.Set(event.LogLevel, "warning")
		}
		from(ev, "redis", "redis.log")
		k := keyed{ev: ev, loc: m.loc}
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catDatabase, typeInfo, "server-message", proseOutcome(text))
		}
		return true
	},
}
