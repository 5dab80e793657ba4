package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// AppLog reads what programs write to files with a leading time: log4j and the
// like, Python's logging, Go's and nginx's error logs, Keycloak:
//
//	2026-03-01 10:00:00,123 INFO  [org.example.Store] (main) opened
//	2026-03-01 10:00:00,123 WARN store.Reader: slow disk
//	2026/03/01 10:00:00 [error] 54053#0: *1 open() failed
//	2026-03-01T10:00:00.123Z ERROR main.go:12 something
//	01-Mar-2026 10:00:00.123 INFO [main] org.apache.catalina.startup.Catalina.start Server startup in [4123] milliseconds
//	INFO  [main] 2026-03-01 10:00:00,123 StorageService.java:1533 - Joining
//
// The level is one of the usual words; lines without one are left to others.
var AppLog = read.Parser{
	Name:  "applog",
	Bare:  true,
	First: "0-9[TDINWEF",
	Recognize: func(msg string) bool {
		stamp, _ := appLogHead(msg)
		return stamp != ""
	},
	Parse: parseAppLog,
}

// appLogHead returns what a line begins with: a time and a level, or a level,
// a thread and a time. The time is "" for other lines.
func appLogHead(msg string) (stamp string, head appHead) {
	if len(msg) <= 24 {
		return "", head
	}
	if read.IsLetter(msg[0]) {
		level, rest := read.CutWord(msg)
		thread, rest, ok := strings.Cut(strings.TrimLeft(rest, " "), "] ")
		if n := appTimeLen(rest); ok && n > 0 && read.IsLevel(level) && strings.HasPrefix(thread, "[") {
			return rest[:n], appHead{level: level, thread: thread[1:], rest: rest[n:]}
		}
		return "", head
	}
	s := strings.TrimPrefix(msg, "[")
	n := appTimeLen(s)
	if n == 0 {
		return "", head
	}
	rest := strings.TrimLeft(s[n:], " \t]|")
	end := wordLen(rest)
	level := strings.Trim(rest[:end], "[]:")
	if !read.IsLevel(level) {
		return "", head
	}
	head = appHead{level: level, rest: rest[end:], bracketed: strings.HasPrefix(s[n:], " [")}
	if s[2] == '-' { // Tomcat
		if thread, after, ok := strings.Cut(strings.TrimLeft(head.rest, " "), "] "); ok && strings.HasPrefix(thread, "[") {
			head.thread, head.rest = thread[1:], after
		} else {
			return "", head
		}
	}
	return s[:n], head
}

type appHead struct {
	level, thread, rest string
	bracketed           bool // the level is in brackets, as nginx's
}

// appTimeLen returns the length of the time s begins with: ISO 8601 with a
// space, slashes, or a month's name; 0 for anything else.
func appTimeLen(s string) int {
	if len(s) < 20 || s[0] < '0' || s[0] > '9' {
		return 0
	}
	n := 19
	switch {
	case (s[4] == '-' || s[4] == '/') && s[7] == s[4] && s[13] == ':':
	case s[2] == '-' && s[6] == '-' && read.IsLetter(s[3]) && s[11] == ' ' && s[14] == ':' && s[17] == ':':
		n = 20
	default:
		return 0
	}
	for n < len(s) && n < 40 && (s[n] == '.' || s[n] == ',' || s[n] == ':' || '0' <= s[n] && s[n] <= '9' || s[n] == 'Z' || (s[n] == '+' || s[n] == '-') && n > 19) {
		n++
	}
	return n
}

func wordLen(s string) int {
	if i := strings.IndexAny(s, " \t:|"); i >= 0 {
		return i
	}
	return len(s)
}

func parseAppLog(m *read.Message, ev *event.Event) bool {
	stamp, head := appLogHead(m.Text)
	if stamp == "" {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.SetTime(ev, stamp, m.Location)
	ev.Set(event.LogLevel, read.Lower(head.level))
	ev.Set(event.EventSeverity, read.SyslogSeverity(head.level))
	read.SetNamed(ev, "process.thread.name", head.thread)
	rest := strings.TrimLeft(head.rest, " \t:|-")
	read.From(ev, "app", "app.log")
	switch {
	case head.bracketed && strings.IndexByte(rest, '#') > 0 && nginxError(&k, rest):
		return true
	case strings.HasPrefix(rest, "["):
		logger, after, ok := strings.Cut(rest[1:], "]")
		after = strings.TrimLeft(after, " ")
		if ok {
			read.SetNamed(ev, "log.logger", logger)
			rest = after
			if strings.HasPrefix(rest, "(") {
				if thread, after, ok := strings.Cut(rest[1:], ") "); ok {
					read.SetNamed(ev, "process.thread.name", thread)
					rest = after
				}
			}
			if strings.HasPrefix(logger, "org.keycloak") {
				keycloakEvent(&k, logger, rest)
			}
		}
	case strings.HasPrefix(rest, "PHP "):
		read.From(ev, "php", "php.error")
		read.Classify(ev, "web", "error", "script-error", read.Failure)
	case head.thread != "": // the class or the file is next
		if name, after := read.CutWord(rest); strings.Contains(name, ".") {
			read.SetNamed(ev, "log.logger", name)
			rest = strings.TrimPrefix(after, "- ")
		}
	default:
		if name, after, ok := strings.Cut(rest, ": "); ok && isLoggerName(name) {
			ev.Set(event.ProcessName, name)
			read.SetNamed(ev, "log.logger", name)
			rest = after
		}
	}
	if !ev.Has(event.EventCategory) {
		k.Prose(rest)
		if !read.ProseLogin(ev, rest) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
		}
	}
	return true
}

// isLoggerName reports whether a word can name a class or a module.
func isLoggerName(s string) bool {
	if len(s) < 3 || len(s) > 100 || !read.IsLetter(s[0]) {
		return false
	}
	for i := range len(s) {
		c := s[i]
		if !read.IsLetter(c) && (c < '0' || c > '9') && c != '.' && c != '_' && c != '$' && c != '-' {
			return false
		}
	}
	return true
}

// nginxError reads the rest of an nginx error line: "pid#tid: *connection text,
// client: 192.0.2.1, server: name, request: "GET / HTTP/1.1", host: "name"".
func nginxError(k *read.Keyed, rest string) bool {
	ids, text, ok := strings.Cut(rest, ": ")
	pid, tid, hash := strings.Cut(ids, "#")
	if !ok || !hash || !read.IsNumber(pid) || !read.IsNumber(tid) {
		return false
	}
	ev := k.Event
	ev.Set(event.ProcessPID, pid)
	read.SetNamed(ev, "process.thread.id", tid)
	if _, value, ok := strings.Cut(text, ", client: "); ok {
		value, _, _ = strings.Cut(value, ",")
		read.SetSource(ev, value)
	}
	if _, value, ok := strings.Cut(text, `, request: "`); ok {
		value, _, _ = strings.Cut(value, `"`)
		read.RequestLine(ev, value)
	}
	if _, value, ok := strings.Cut(text, `, host: "`); ok {
		value, _, _ = strings.Cut(value, `"`)
		ev.Set(event.URLDomain, value)
	}
	read.From(ev, "nginx", "nginx.error")
	read.Classify(ev, "web", "error", "request", read.Failure)
	return true
}
