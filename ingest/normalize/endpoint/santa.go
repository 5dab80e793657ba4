package endpoint

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Santa reads Santa, which allows and blocks programs on macOS:
// "[2026-03-01T10:00:00.248Z] I santad: action=EXEC|decision=DENY|path=...".
var Santa = read.Parser{
	Name:  "santa",
	Bare:  true,
	First: "[a",
	Recognize: func(msg string) bool {
		return strings.Contains(msg[:min(len(msg), 64)], "action=") && strings.Contains(msg, "|") && (strings.Contains(msg[:min(len(msg), 64)], "santad") || strings.Contains(msg, "|decision="))
	},
	Parse: func(m *read.Message, ev *event.Event) bool {
		i := strings.Index(m.Text, "action=")
		if i < 0 {
			return false
		}
		if stamp, _, ok := strings.Cut(strings.TrimPrefix(m.Text[:i], "["), "]"); ok {
			read.SetTime(ev, stamp, m.Location)
		}
		read.From(ev, "santa", "santa.log")
		k := read.Keyed{Event: ev, Location: m.Location, Prefix: "santa."}
		for pair := range strings.SplitSeq(m.Text[i:], "|") {
			key, value, _ := strings.Cut(pair, "=")
			k.Add(read.FieldName("santa.", key, read.NameAsIs), value, santaKeys()[key])
		}
		switch decision := k.Get("santa.decision"); {
		case decision == "DENY":
			ev.Set(event.EventKind, "alert")
			read.Classify(ev, read.CategoryProcess, read.TypeInfo, "program-blocked", read.Failure)
		case k.Action == "EXEC":
			read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionProcessStarted, read.Success)
		case k.Action == "WRITE" || k.Action == "RENAME" || k.Action == "LINK":
			read.Classify(ev, read.CategoryFile, read.TypeChange, "file-changed", read.Success)
		case k.Action == "DELETE":
			read.Classify(ev, read.CategoryFile, read.TypeDeleted, "file-deleted", read.Success)
		default:
			read.Classify(ev, read.CategoryHost, read.TypeInfo, read.Lower(cmp.Or(k.Action, "message")), "")
		}
		return true
	},
}

var santaKeys = read.LazyBindings(`
action  @action
reason  event.reason
sha256  process.hash.sha256
path  process.executable
args  process.command_line
pid  process.pid
ppid  process.parent.pid
user  user.name
uid  user.id
group  group.name
gid  group.id
`)
