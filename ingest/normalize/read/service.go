package read

import (
	"strings"

	"porchlight/ingest/event"
)

// readService reads a message of a program whose every message the pack takes:
// by the templates, with or without a level in front, else as a sentence.
// PAM's messages in the program's name, and JSON, are left to others.
func (p *Pack) readService(text string, k *Keyed) bool {
	if strings.HasPrefix(text, "pam_") || strings.HasPrefix(text, "{") {
		return false
	}
	ev := k.Event
	if !matchFirst(p.templates, text, k) {
		var level string
		level, text = cutLevel(text)
		ev.Set(event.LogLevel, level)
		if !matchFirst(p.templates, text, k) && !ProseLogin(ev, text) {
			Classify(ev, CategoryHost, TypeInfo, p.otherwise, ProseOutcome(text))
		}
		// Not every address that a service mentions is a peer's.
		if strings.Contains(text, " from ") || ev.Get(event.EventCategory) == CategoryAuthentication {
			k.Prose(text)
		}
	}
	switch Lower(ev.Get(event.SourceDomain)) {
	case "unknown", "undetermined":
		ev.Delete(event.SourceDomain)
	}
	return true
}

// cutLevel removes the level and time that some programs put before a message
// although syslog has both: "<info>  [1772366400.12] text",
// "[20260301-12:00:00] [INFO ] text", "LOG5[1]: text", "Warning: text".
func cutLevel(s string) (level, text string) {
	if strings.HasPrefix(s, "[") && len(s) > 20 && s[1] >= '0' && s[1] <= '9' {
		if stamp, rest, ok := strings.Cut(s[1:], "] "); ok && len(stamp) <= 32 {
			s = rest
		}
	}
	open, close := byte(0), byte(0)
	if s != "" {
		open = s[0]
	}
	switch open {
	case '<':
		close = '>'
	case '[':
		close = ']'
	default:
		if rest, ok := strings.CutPrefix(s, "LOG"); ok { // stunnel: LOG3 is an error
			if number, after, ok := strings.Cut(rest, ": "); ok && number != "" && len(number) < 12 && number[0] >= '0' && number[0] <= '7' {
				return SyslogLevels[number[0]-'0'], after
			}
		}
		word, rest, ok := strings.Cut(s, ": ")
		if ok && IsLevel(word) {
			return Lower(word), rest
		}
		return "", s
	}
	end := strings.IndexByte(s[:min(len(s), 16)], close)
	if end < 0 {
		return "", s
	}
	word := strings.TrimSpace(s[1:end])
	if !IsLevel(word) && word != "trace" {
		return "", s
	}
	rest := strings.TrimLeft(s[end+1:], " ")
	if strings.HasPrefix(rest, "[") && len(rest) > 12 && rest[1] >= '0' && rest[1] <= '9' { // NetworkManager's time
		if _, after, ok := strings.Cut(rest, "] "); ok {
			rest = after
		}
	}
	return Lower(word), rest
}
