package web

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// ApacheError reads the error log of Apache httpd, 2.4 and before
// (https://httpd.apache.org/docs/current/logs.html#errorlog):
//
//	[Sun Mar 01 10:00:00.123456 2026] [authz_core:error] [pid 31858] [client 203.0.113.7:38870] AH01630: client denied by server configuration: /srv/www
//	[Sun Mar 01 10:00:00 2026] [error] [client 203.0.113.7] File does not exist: /srv/www/x
//	[error] [client 203.0.113.7] File does not exist: /srv/www/x
var ApacheError = read.Parser{
	Name:      "apache_error",
	Bare:      true,
	Apps:      []string{"apache2", "httpd", "apache"},
	First:     "[",
	Recognize: isApacheError,
	Parse:     parseApacheError,
}

// isApacheError recognizes up to two leading brackets, the last containing a
// level or module:level.
func isApacheError(msg string) bool {
	if msg[0] != '[' {
		return false
	}
	first, rest, ok := strings.Cut(msg[1:min(len(msg), 128)], "]")
	if !ok {
		return false
	}
	if isApacheLevel(first) {
		return strings.HasPrefix(rest, " ")
	}
	if len(first) < 20 || first[3] != ' ' || first[7] != ' ' {
		return false
	}
	rest, ok = strings.CutPrefix(rest, " [")
	second, _, closed := strings.Cut(rest, "]")
	return ok && closed && isApacheLevel(second)
}

func isApacheLevel(s string) bool {
	s = s[strings.IndexByte(s, ':')+1:]
	switch s {
	case "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug":
		return true
	}
	return strings.HasPrefix(s, "trace") && len(s) == 6
}

func parseApacheError(m *read.Message, ev *event.Event) bool {
	if m.Text == "" || !isApacheError(m.Text) {
		return false
	}
	read.From(ev, "apache", "apache.error")
	rest, done := m.Text, false
	for !done && strings.HasPrefix(rest, "[") {
		part, after, ok := strings.Cut(rest[1:], "]")
		if !ok {
			break
		}
		switch name, value, _ := strings.Cut(part, " "); {
		case isApacheLevel(part):
			module, level, found := strings.Cut(part, ":")
			if !found {
				module, level = "", part
			}
			read.SetNamed(ev, "apache.error.module", module)
			ev.Set(event.LogLevel, level)
			ev.Set(event.EventSeverity, read.SyslogSeverity(level))
		case name == "client" || name == "remote":
			if ip, port := read.ProseIP(value); ip != "" {
				read.SetSource(ev, ip)
				read.SetPort(ev, event.SourcePort, port)
			} else {
				read.SetSource(ev, value)
			}
		case name == "pid":
			pid, tid, _ := strings.Cut(value, ":")
			ev.Set(event.ProcessPID, read.Numeric(pid))
			if _, tid, _ = read.CutLast(tid, " "); read.IsNumber(tid) {
				read.SetNamed(ev, "process.thread.id", tid)
			}
		case len(part) > 19 && !ev.Has(event.LogLevel):
			read.SetTime(ev, part, m.Location)
		default: // a message that begins with a bracket
			done = true
		}
		if !done {
			rest = strings.TrimLeft(after, " ")
		}
	}
	if code, text, ok := strings.Cut(rest, ": "); ok && len(code) == 7 && strings.HasPrefix(code, "AH") && read.IsNumber(code[2:]) {
		ev.Set(event.EventCode, code)
		rest = text
	}
	text, referrer, ok := read.CutLast(rest, ", referer: ")
	if ok {
		read.SetNamed(ev, "http.request.referrer", referrer)
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	if apacheTemplates.Match("*", text, &k) {
		return true
	}
	if !ev.Has(event.SourceIP) { // about the server itself
		read.Classify(ev, "web", read.TypeInfo, "server-message", "")
		return true
	}
	outcome := ""
	switch ev.Get(event.LogLevel) {
	case "emerg", "alert", "crit", "error":
		outcome = read.Failure
	}
	read.Classify(ev, "web", "error", "request", outcome)
	return true
}

var apacheTemplates = read.NewTemplates(`
* authentication+web start logon-failed failure | user {user.name} not found: {url.original}
* authentication+web start logon-failed failure | user {user.name}: authentication failure for "{url.original}": {event.reason}
* authentication+web start logon-failed failure | user {user.name} in realm "{}" not found: {url.original}
* authentication+web start logon-failed failure | user ` + "`{user.name}'" + ` in realm ` + "`{}'" + ` not found: {url.original}
* web access access-denied failure | client denied by server configuration: {file.path}
* web access access-denied failure | Directory index forbidden by {}: {file.path}
* web access access-denied failure | Cannot serve directory {file.path}: {event.reason}
* web access file-not-found failure | File does not exist: {file.path}
* web access file-not-found failure | script '{file.path}' not found or unable to stat
* web access access-denied failure | Symbolic link not allowed[[ or link target not accessible]]: {file.path}
* web access access-denied failure | (13)Permission denied: {}file permissions deny server access: {file.path}
* web+intrusion_detection denied request-denied failure | ModSecurity: Access denied with code {http.response.status_code} {event.reason}
`)
