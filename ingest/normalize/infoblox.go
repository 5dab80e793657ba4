package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// infoblox reads the audit log of Infoblox NIOS; its DHCP and DNS servers
// write as others do:
//
//	2026-03-18 13:24:41.705Z [admin]: Logout - - ip=10.50.0.1 group=admin-group trigger_event=Session\040Expiration
var infoblox = parser{
	name:  "infoblox",
	first: "^{",
	recognize: func(msg string) bool {
		i := strings.Index(msg[:min(len(msg), 120)], "Z [")
		return i >= 22 && i < 80 && strings.Contains(msg[i:min(len(msg), i+140)], "]: ")
	},
	parse: parseInfoblox,
}

func parseInfoblox(m *message, ev *event.Event) bool {
	i := strings.Index(m.text, "Z [")
	if i < 0 {
		return false
	}
	k := keyed{ev: ev, loc: m.loc, prefix: "infoblox."}
	user, rest, ok := strings.Cut(m.text[i+3:], "]: ")
	if !ok {
		return false
	}
	if i >= 23 {
		setTime(ev, m.text[i-23:i+1], m.loc)
	}
	ev.Set(event.UserName, unescapeOctal(user))
	observe(ev, "Infoblox", "NIOS", "")
	from(ev, "infoblox_nios", "infoblox_nios.log")
	word, pairs := cutWord(rest)
	k.addPairs(pairs, infobloxKeys)
	switch action := lower(strings.ReplaceAll(word, "_", "-")); action {
	case "login-allowed", "first-login":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case "login-denied":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case "logout":
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case "password-reset":
		classify(ev, catIAM, userChanged, actionPasswordChanged, success)
	case "created":
		classify(ev, catConfiguration, typeCreated, action, success)
	case "deleted":
		classify(ev, catConfiguration, typeDeleted, action, success)
	case "modified":
		classify(ev, catConfiguration, typeChange, action, success)
	default:
		classify(ev, catConfiguration, "access", action, proseOutcome(word))
	}
	return true
}

// unescapeOctal undoes \040 for a blank.
func unescapeOctal(s string) string {
	if strings.Contains(s, `\040`) {
		return strings.ReplaceAll(s, `\040`, " ")
	}
	return s
}

var infobloxKeys = bindings(`
ip  source.ip
group  group.name
to  infoblox.to
address  infoblox.address
message  @none
`)
