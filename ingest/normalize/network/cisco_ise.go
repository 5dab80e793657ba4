package network

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CiscoISE reads Cisco Identity Services Engine: "CISE_Passed_Authentications
// 0000370855 1 0 2026-03-01 10:00:00.328 +00:00 0098648519 5200 NOTICE
// Passed-Authentication: Authentication succeeded, ConfigVersionId=75, UserName=anna, ..."
// (Cisco ISE Syslogs).
var CiscoISE = read.Parser{
	Name:      "cisco_ise",
	First:     "C",
	Recognize: func(msg string) bool { return strings.HasPrefix(msg, "CISE_") },
	Parse:     parseISE,
}

func parseISE(m *read.Message, ev *event.Event) bool {
	category, rest, ok := strings.Cut(m.Text, " ")
	if !ok {
		return false
	}
	var f [3]string
	for i := range f {
		if f[i], rest, ok = strings.Cut(strings.TrimLeft(rest, " "), " "); !ok || !read.IsNumber(f[i]) {
			return false
		}
	}
	read.Observe(ev, "Cisco", "ISE", "nac")
	read.From(ev, "cisco_ise", "cisco_ise.log")
	read.SetNamed(ev, "cisco.ise.category", category)
	read.SetNamed(ev, "cisco.ise.message_id", f[0])
	// Longer messages come in segments; only the first has the head.
	text := rest
	if len(rest) > 45 && rest[4] == '-' && rest[10] == ' ' {
		read.SetTime(ev, rest[:30], m.Location)
		words := strings.SplitN(strings.TrimLeft(rest[30:], " "), " ", 4)
		if len(words) == 4 {
			read.SetNamed(ev, "event.sequence", read.Numeric(words[0]))
			ev.Set(event.EventCode, words[1])
			ev.Set(event.LogLevel, read.Lower(words[2]))
			text = words[3]
		}
	}
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "cisco.ise."}
	title, pairs, _ := strings.Cut(text, ", ")
	ev.Set(event.EventReason, title)
	for pair := range strings.SplitSeq(pairs, ", ") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || len(key) > 64 {
			continue
		}
		k.Add(read.FieldName("cisco.ise.", key, read.NamePlain), strings.TrimRight(value, ","), iseKeys()[key])
	}
	switch {
	case strings.Contains(category, "Passed_Authentications"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case strings.Contains(category, "Failed_Attempts"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case strings.Contains(category, "RADIUS_Accounting"):
		read.Classify(ev, read.CategorySession, read.TypeInfo, "accounting", "")
	case strings.Contains(category, "Administrative") || strings.Contains(category, "Audit"):
		if !read.ProseLogin(ev, title) {
			read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.ProseOutcome(title))
		}
	default:
		if !read.ProseLogin(ev, title) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "device-message", read.ProseOutcome(title))
		}
	}
	return true
}

var iseKeys = read.LazyBindings(`
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
