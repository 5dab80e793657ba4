package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// clamAV reads ClamAV: the daemon, the scanner and the mail filter.
//
//	/srv/share/x.exe: Win.Test.EICAR_HDB-1 FOUND
var clamAV = parser{
	name:      "clamav",
	apps:      []string{"clamd", "clamscan", "clamdscan", "clamav-milter", "clamonacc", "freshclam"},
	first:     "/",
	recognize: func(msg string) bool { return strings.HasSuffix(msg, " FOUND") && strings.Contains(msg, ": ") },
	parse:     parseClamAV,
}

func parseClamAV(m *message, ev *event.Event) bool {
	text := m.text
	if i := strings.Index(text[:min(len(text), 32)], " -> "); i > 0 { // behind its own time
		text = text[i+len(" -> "):]
	}
	found, ok := strings.CutSuffix(text, " FOUND")
	path, name, ok2 := cutLast(found, ": ")
	if !ok || !ok2 || strings.IndexByte(name, ' ') >= 0 {
		if m.app == "" {
			return false
		}
		from(ev, "clamav", "clamav.log")
		switch s := lower(text); {
		case strings.Contains(s, "database") && (strings.Contains(s, "updated") || strings.Contains(s, "up-to-date") || strings.Contains(s, "up to date")):
			classify(ev, catConfiguration, typeChange, "signatures-updated", success)
		case strings.Contains(s, "error") || strings.Contains(s, "fail") || strings.Contains(s, "outdated"):
			classify(ev, catHost, typeInfo, "scanner-message", failure)
		default:
			classify(ev, catHost, typeInfo, "scanner-message", "")
		}
		ev.Set(event.EventReason, text)
		return true
	}
	from(ev, "clamav", "clamav.log")
	observe(ev, "Cisco", "ClamAV", "antivirus")
	ev.Set(event.EventKind, "alert")
	if hash, rest, ok := strings.Cut(name, "("); ok { // Name(hash:size) of extended output
		sum, _, _ := strings.Cut(rest, ":")
		name = hash
		if len(sum) == 32 {
			setNamed(ev, "file.hash.md5", sum)
		}
	}
	ev.Set(event.RuleName, name)
	setPath(ev, path)
	classify(ev, "malware", typeInfo, "malware-found", "")
	return true
}
