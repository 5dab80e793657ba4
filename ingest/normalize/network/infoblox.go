package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Infoblox reads the audit log of Infoblox NIOS; its DHCP and DNS servers
// write as others do:
//
//	2026-03-18 13:24:41.705Z [admin]: Logout - - ip=10.50.0.1 group=admin-group trigger_event=Session\040Expiration
var Infoblox = read.Parser{
	Name:  "infoblox",
	First: "^{",
	Recognize: func(msg string) bool {
		i := strings.Index(msg[:min(len(msg), 120)], "Z [")
		return i >= 22 && i < 80 && strings.Contains(msg[i:min(len(msg), i+140)], "]: ")
	},
	Parse: parseInfoblox,
}

func parseInfoblox(m *read.Message, ev *event.Event) bool {
	i := strings.Index(m.Text, "Z [")
	if i < 0 {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "infoblox."}
	user, rest, ok := strings.Cut(m.Text[i+3:], "]: ")
	if !ok {
		return false
	}
	if i >= 23 {
		read.SetTime(ev, m.Text[i-23:i+1], m.Location)
	}
	ev.Set(event.UserName, unescapeOctal(user))
	read.Observe(ev, "Infoblox", "NIOS", "")
	read.From(ev, "infoblox_nios", "infoblox_nios.log")
	word, pairs := read.CutWord(rest)
	k.AddPairs(pairs, infobloxKeys)
	switch action := read.Lower(strings.ReplaceAll(word, "_", "-")); action {
	case "login-allowed", "first-login":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case "login-denied":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case "logout":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case "password-reset":
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
	case "created":
		read.Classify(ev, read.CategoryConfiguration, read.TypeCreated, action, read.Success)
	case "deleted":
		read.Classify(ev, read.CategoryConfiguration, read.TypeDeleted, action, read.Success)
	case "modified":
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, action, read.Success)
	default:
		read.Classify(ev, read.CategoryConfiguration, "access", action, read.ProseOutcome(word))
	}
	return true
}

// unescapeOctal decodes octal escapes such as \040 for a space.
func unescapeOctal(s string) string {
	if strings.Contains(s, `\040`) {
		return strings.ReplaceAll(s, `\040`, " ")
	}
	return s
}

var infobloxKeys = read.NewBindings(`
ip  source.ip
group  group.name
to  infoblox.to
address  infoblox.address
message  @none
`)
