package endpoint

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// ClamAV reads the logs of ClamAV: the daemon, the scanner and the mail
// filter.
//
//	/srv/share/x.exe: Win.Test.EICAR_HDB-1 FOUND
var ClamAV = read.Parser{
	Name:      "clamav",
	Apps:      []string{"clamd", "clamscan", "clamdscan", "clamav-milter", "clamonacc", "freshclam"},
	First:     "/",
	Recognize: func(msg string) bool { return strings.HasSuffix(msg, " FOUND") && strings.Contains(msg, ": ") },
	Parse:     parseClamAV,
}

func parseClamAV(m *read.Message, ev *event.Event) bool {
	text := m.Text
	if i := strings.Index(text[:min(len(text), 32)], " -> "); i > 0 { // after its own time
		text = text[i+len(" -> "):]
	}
	found, ok := strings.CutSuffix(text, " FOUND")
	path, name, ok2 := read.CutLast(found, ": ")
	if !ok || !ok2 || strings.IndexByte(name, ' ') >= 0 {
		if m.App == "" {
			return false
		}
		read.From(ev, "clamav", "clamav.log")
		switch s := read.Lower(text); {
		case strings.Contains(s, "database") && (strings.Contains(s, "updated") || strings.Contains(s, "up-to-date") || strings.Contains(s, "up to date")):
			read.Classify(ev, read.CategoryConfiguration, read.TypeChange, "signatures-updated", read.Success)
		case strings.Contains(s, "error") || strings.Contains(s, "fail") || strings.Contains(s, "outdated"):
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "scanner-message", read.Failure)
		default:
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "scanner-message", "")
		}
		ev.Set(event.EventReason, text)
		return true
	}
	read.From(ev, "clamav", "clamav.log")
	read.Observe(ev, "Cisco", "ClamAV", "antivirus")
	ev.Set(event.EventKind, "alert")
	if hash, rest, ok := strings.Cut(name, "("); ok { // Name(hash:size) of extended output
		sum, _, _ := strings.Cut(rest, ":")
		name = hash
		if len(sum) == 32 {
			read.SetNamed(ev, "file.hash.md5", sum)
		}
	}
	ev.Set(event.RuleName, name)
	read.SetPath(ev, path)
	read.Classify(ev, "malware", read.TypeInfo, "malware-found", "")
	return true
}
