package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// santa reads Santa, which allows and blocks programs on macOS:
// "[2026-03-01T10:00:00.248Z] I santad: action=EXEC|decision=DENY|path=...".
var santa = parser{
	name:  "santa",
	bare:  true,
	first: "[a",
	recognize: func(msg string) bool {
		return strings.Contains(msg[:min(len(msg), 64)], "action=") && strings.Contains(msg, "|") && (strings.Contains(msg[:min(len(msg), 64)], "santad") || strings.Contains(msg, "|decision="))
	},
	parse: func(m *message, ev *event.Event) bool {
		i := strings.Index(m.text, "action=")
		if i < 0 {
			return false
		}
		if stamp, _, ok := strings.Cut(strings.TrimPrefix(m.text[:i], "["), "]"); ok {
			setTime(ev, stamp, m.loc)
		}
		from(ev, "santa", "santa.log")
		k := keyed{ev: ev, loc: m.loc, prefix: "santa."}
		for pair := range strings.SplitSeq(m.text[i:], "|") {
			key, value, _ := strings.Cut(pair, "=")
			k.add(fieldName("santa.", key, keyAsIs), value, santaKeys()[key])
		}
		switch decision := k.get("santa.decision"); {
		case decision == "DENY":
			ev.Set(event.EventKind, "alert")
			classify(ev, catProcess, typeInfo, "program-blocked", failure)
		case k.action == "EXEC":
			classify(ev, catProcess, typeStart, actionProcessStarted, success)
		case k.action == "WRITE" || k.action == "RENAME" || k.action == "LINK":
			classify(ev, catFile, typeChange, "file-changed", success)
		case k.action == "DELETE":
			classify(ev, catFile, typeDeleted, "file-deleted", success)
		default:
			classify(ev, catHost, typeInfo, lower(cmp.Or(k.action, "message")), "")
		}
		return true
	},
}

var santaKeys = lazyBindings(`
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
