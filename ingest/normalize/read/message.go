package read

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Message is what a parser reads.
type Message struct {
	App      string         // the program named in the header, without path and decoration; "" for none
	Text     string         // the message part, unwrapped from "message repeated N times"
	Location *time.Location // zone for times without one

	// Inside reads a message found inside this one, by program and text; nil
	// if this one was found inside another itself.
	Inside func(app, text string, m *Message, ev *event.Event) bool

	Trace *Trace // nil for none
}

// Parser is one vendor format.
type Parser struct {
	Name string // of the fixtures, and in traces

	// Apps are the syslog app names whose messages it reads; nil for a format
	// recognized by content whatever program logs it.
	Apps []string

	// Bare means that lines of the format, when they come from a file, begin
	// with a time or host of their own, which is not a syslog header.
	Bare bool

	// Structured means that a message may be entirely in its header's
	// structured data (RFC 5424), with no text.
	Structured bool

	// First is what a message of the format can begin with, which saves
	// calling Recognize: characters, "0-9" for digits, "A-Z" for capitals;
	// "^{" stands for anything but a JSON object, "" for anything.
	First string

	// Recognize reports cheaply whether msg has the format. For parsers with
	// Apps it is called only if the header names no program; nil means that
	// messages without a program are not for this parser.
	Recognize func(msg string) bool

	// Parse sets fields and reports whether it understood the message. If it
	// returns false it must not have set any.
	Parse func(m *Message, ev *event.Event) bool
}

// AppName strips what surrounds a program's name: the path
// ("/usr/sbin/cron"), parentheses ("(systemd)"), the PAM module of old
// releases ("sshd(pam_unix)"), rsyslog's error number ("rsyslogd-2177").
func AppName(app string) string {
	if i := strings.LastIndexByte(app, '/'); i >= 0 {
		app = app[i+1:]
	}
	if len(app) > 1 && app[0] == '(' {
		app = strings.TrimSuffix(app[1:], ")")
	}
	if i := strings.IndexByte(app, '('); i > 0 {
		app = app[:i]
	}
	if i := strings.LastIndexByte(app, '-'); i > 0 && IsNumber(app[i+1:]) {
		app = app[:i]
	}
	return app
}

// LooksLikeHeader reports whether a line begins as syslog does: with a priority,
// or with the time of RFC 3164.
func LooksLikeHeader(s string) bool {
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

// MayBeginWith reports whether a message of the format can begin with c.
func (p *Parser) MayBeginWith(c byte) bool {
	set := p.First
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
	return p.First == "" || strings.IndexByte(set, c) >= 0
}
