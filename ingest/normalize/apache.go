package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// apacheError reads the error log of Apache httpd, 2.4 and before
// (https://httpd.apache.org/docs/current/logs.html#errorlog):
//
//	[Sun Mar 01 10:00:00.123456 2026] [authz_core:error] [pid 31858] [client 203.0.113.7:38870] AH01630: client denied by server configuration: /srv/www
//	[Sun Mar 01 10:00:00 2026] [error] [client 203.0.113.7] File does not exist: /srv/www/x
//	[error] [client 203.0.113.7] File does not exist: /srv/www/x
var apacheError = parser{
	name:      "apache_error",
	bare:      true,
	apps:      []string{"apache2", "httpd", "apache"},
	first:     "[",
	recognize: isApacheError,
	parse:     parseApacheError,
}

// isApacheError recognizes up to two brackets in front, the last with a level,
// or module:level, in it.
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

func parseApacheError(m *message, ev *event.Event) bool {
	if m.text == "" || !isApacheError(m.text) {
		return false
	}
	from(ev, "apache", "apache.error")
	rest, done := m.text, false
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
			setNamed(ev, "apache.error.module", module)
			ev.Set(event.LogLevel, level)
			ev.Set(event.EventSeverity, syslogSeverity(level))
		case name == "client" || name == "remote":
			if ip, port := proseIP(value); ip != "" {
				setSource(ev, ip)
				setPort(ev, event.SourcePort, port)
			} else {
				setSource(ev, value)
			}
		case name == "pid":
			pid, tid, _ := strings.Cut(value, ":")
			ev.Set(event.ProcessPID, numeric(pid))
			if _, tid, _ = cutLast(tid, " "); isNumber(tid) {
				setNamed(ev, "process.thread.id", tid)
			}
		case len(part) > 19 && !ev.Has(event.LogLevel):
			setTime(ev, part, m.loc)
		default: // a message that begins with a bracket
			done = true
		}
		if !done {
			rest = strings.TrimLeft(after, " ")
		}
	}
	if code, text, ok := strings.Cut(rest, ": "); ok && len(code) == 7 && strings.HasPrefix(code, "AH") && isNumber(code[2:]) {
		ev.Set(event.EventCode, code)
		rest = text
	}
	text, referrer, ok := cutLast(rest, ", referer: ")
	if ok {
		setNamed(ev, "http.request.referrer", referrer)
	}
	k := keyed{ev: ev, loc: m.loc}
	if apacheTemplates.match("*", text, &k) {
		return true
	}
	if !ev.Has(event.SourceIP) { // about the server itself
		classify(ev, "web", typeInfo, "server-message", "")
		return true
	}
	outcome := ""
	switch ev.Get(event.LogLevel) {
	case "emerg", "alert", "crit", "error":
		outcome = failure
	}
	classify(ev, "web", "error", "request", outcome)
	return true
}

var apacheTemplates = newTemplates(`
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
