package server

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Redis reads the log of Redis and Valkey: "1:M 01 Mar 2026 10:00:00.123 * Ready".
var Redis = read.Parser{
	Name:  "redis",
	Bare:  true,
	First: "0-9",
	Recognize: func(msg string) bool {
		head, rest, ok := strings.Cut(msg[:min(len(msg), 48)], " ")
		pid, role, colon := strings.Cut(head, ":")
		return ok && colon && read.IsNumber(pid) && len(role) == 1 && len(rest) > 26 && rest[2] == ' ' && rest[6] == ' ' && rest[11] == ' ' && rest[14] == ':'
	},
	Parse: func(m *read.Message, ev *event.Event) bool {
		head, rest, _ := strings.Cut(m.Text, " ")
		pid, _, _ := strings.Cut(head, ":")
		if len(rest) < 27 {
			return false
		}
		read.SetTime(ev, rest[:20], m.Location)
		if t, err := time.ParseInLocation("02 Jan 2006 15:04:05.000", rest[:24], m.Location); err == nil {
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
		read.From(ev, "redis", "redis.log")
		k := read.Keyed{Event: ev, Location: m.Location}
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, read.CategoryDatabase, read.TypeInfo, "server-message", read.ProseOutcome(text))
		}
		return true
	},
}
