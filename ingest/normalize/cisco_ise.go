package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// ciscoISE reads Cisco Identity Services Engine: "CISE_Passed_Authentications
// 0000370855 1 0 2026-03-01 10:00:00.328 +00:00 0098648519 5200 NOTICE
// Passed-Authentication: Authentication succeeded, ConfigVersionId=75, UserName=anna, ..."
// (Cisco ISE Syslogs).
var ciscoISE = parser{
	name:      "cisco_ise",
	first:     "C",
	recognize: func(msg string) bool { return strings.HasPrefix(msg, "CISE_") },
	parse:     parseISE,
}

func parseISE(m *message, ev *event.Event) bool {
	category, rest, ok := strings.Cut(m.text, " ")
	if !ok {
		return false
	}
	var f [3]string
	for i := range f {
		if f[i], rest, ok = strings.Cut(strings.TrimLeft(rest, " "), " "); !ok || !isNumber(f[i]) {
			return false
		}
	}
	observe(ev, "Cisco", "ISE", "nac")
	from(ev, "cisco_ise", "cisco_ise.log")
	setNamed(ev, "cisco.ise.category", category)
	setNamed(ev, "cisco.ise.message_id", f[0])
	// Longer messages come in segments, of which the first has the head.
	text := rest
	if len(rest) > 45 && rest[4] == '-' && rest[10] == ' ' {
		setTime(ev, rest[:30], m.loc)
		words := strings.SplitN(strings.TrimLeft(rest[30:], " "), " ", 4)
		if len(words) == 4 {
			setNamed(ev, "event.sequence", numeric(words[0]))
			ev.Set(event.EventCode, words[1])
			ev.Set(event.LogLevel, lower(words[2]))
			text = words[3]
		}
	}
	k := keyed{ev: ev, loc: m.loc, prefix: "cisco.ise."}
	title, pairs, _ := strings.Cut(text, ", ")
	ev.Set(event.EventReason, title)
	for pair := range strings.SplitSeq(pairs, ", ") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || len(key) > 64 {
			continue
		}
		k.add(fieldName("cisco.ise.", key, keyPlain), strings.TrimRight(value, ","), iseKeys()[key])
	}
	switch {
	case strings.Contains(category, "Passed_Authentications"):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case strings.Contains(category, "Failed_Attempts"):
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case strings.Contains(category, "RADIUS_Accounting"):
		classify(ev, catSession, typeInfo, "accounting", "")
	case strings.Contains(category, "Administrative") || strings.Contains(category, "Audit"):
		if !proseLogin(ev, title) {
			classify(ev, catConfiguration, typeChange, actionConfigChanged, proseOutcome(title))
		}
	default:
		if !proseLogin(ev, title) {
			classify(ev, catHost, typeInfo, "device-message", proseOutcome(title))
		}
	}
	return true
}

var iseKeys = lazyBindings(`
UserName,User,AdminName,User-Name  user.name:user
Calling-Station-ID  source.mac
AdminIPAddress,Remote-Address  source.ip
Framed-IP-Address  source.ip
Device\_IP\_Address,NAS-IP-Address  observer.ip
NetworkDeviceName  observer.name
FailureReason  event.reason
SelectedAuthenticationIdentityStores  cisco.ise.identity_store
SSID,Called-Station-ID  network.name
`)
