package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// message is what a parser reads.
type message struct {
	app  string         // the program the header names, without path and decoration; "" for none
	text string         // the message part, unwrapped from "message repeated N times"
	loc  *time.Location // zone of times that name none

	// inside reads a message found inside of this one, by program and text;
	// nil for one that was found so itself.
	inside func(app, text string, m *message, ev *event.Event) bool

	trace *Trace // nil: nobody asks
}

// parser is one vendor format.
type parser struct {
	name string // of the fixtures

	// apps are the syslog app names whose messages it reads; nil for a format
	// that is recognized by its content whatever program logs it.
	apps []string

	// bare tells that lines of the format, when they come from a file, begin
	// with a time or a host of their own, which no syslog header is.
	bare bool

	// structured tells that a message may be all in its header's structured
	// data (RFC 5424), with no text.
	structured bool

	// first is what a message of the format can begin with, which spares asking
	// recognize: characters, "0-9" for digits, "A-Z" for capitals; "^{" stands
	// for everything but an object in JSON, "" for everything.
	first string

	// recognize tells cheaply whether msg has the format. For parsers with
	// apps it is asked only when the header names no program; nil means that
	// messages without a program are not for this parser.
	recognize func(msg string) bool

	// parse sets fields and tells whether it understood the message. Before
	// returning false it must not have set any.
	parse func(m *message, ev *event.Event) bool
}

// appName strips what surrounds a program's name: the path
// ("/usr/sbin/cron"), parentheses ("(systemd)"), the PAM module of old
// releases ("sshd(pam_unix)"), rsyslog's error number ("rsyslogd-2177").
func appName(app string) string {
	if i := strings.LastIndexByte(app, '/'); i >= 0 {
		app = app[i+1:]
	}
	if len(app) > 1 && app[0] == '(' {
		app = strings.TrimSuffix(app[1:], ")")
	}
	if i := strings.IndexByte(app, '('); i > 0 {
		app = app[:i]
	}
	if i := strings.LastIndexByte(app, '-'); i > 0 && isNumber(app[i+1:]) {
		app = app[:i]
	}
	return app
}

// looksLikeHeader tells whether a line begins as syslog does: with a priority,
// or with the time of RFC 3164.
func looksLikeHeader(s string) bool {
	if len(s) < 4 {
		return false
	}
	if s[0] == '<' {
		return '0' <= s[1] && s[1] <= '9'
	}
	if s[3] != ' ' {
		return false
	}
	switch s[:3] {
	case "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec":
		return true
	}
	return false
}

func (p *parser) mayBeginWith(c byte) bool {
	set := p.first
	if set == "^{" {
		return c != '{'
	}
	if rest, ok := strings.CutPrefix(set, "0-9"); ok {
		if '0' <= c && c <= '9' {
			return true
		}
		set = rest
	}
	if rest, ok := strings.CutPrefix(set, "A-Z"); ok {
		if 'A' <= c && c <= 'Z' {
			return true
		}
		set = rest
	}
	return p.first == "" || strings.IndexByte(set, c) >= 0
}
