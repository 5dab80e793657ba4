package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// fail2ban reads Fail2ban, which shuts addresses out after attacks, through
// syslog and from its own file:
//
//	NOTICE [sshd] Ban 198.51.100.9
//	2026-03-10 09:01:02,123 fail2ban.actions [17]: NOTICE  [sshd] Ban 198.51.100.9
var fail2ban = parser{
	name:      "fail2ban",
	apps:      []string{"fail2ban", "fail2ban-server", "fail2ban.actions", "fail2ban.filter", "fail2ban.jail", "fail2ban.server", "fail2ban.observer"},
	bare:      true,
	first:     "0-9",
	recognize: func(msg string) bool { return banText(msg) != "" },
	parse:     parseFail2ban,
}

// banText returns what stands behind "2026-03-10 09:01:02,123 fail2ban.actions
// [17]: " in Fail2ban's own file, "" for other lines.
func banText(msg string) string {
	if i := strings.Index(msg[:min(len(msg), 48)], " fail2ban."); i >= 19 {
		if _, rest, ok := strings.Cut(msg[i:], "]: "); ok {
			return rest
		}
	}
	return ""
}

func parseFail2ban(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	if rest := banText(text); rest != "" {
		setTime(ev, text[:strings.Index(text, " fail2ban.")], m.loc)
		text = rest
	}
	from(ev, "fail2ban", "fail2ban.log")
	if level, rest := cutWord(text); isLevel(level) {
		ev.Set(event.LogLevel, lower(level))
		text = strings.TrimLeft(rest, " ")
	}
	k.ban(fail2banTemplates, text)
	return true
}

var fail2banTemplates = newTemplates(`
* network+intrusion_detection denied address-banned success | [{rule.name}] Ban {source.ip}
* network+intrusion_detection denied address-banned success | [{rule.name}] Restore Ban {source.ip}
* network+intrusion_detection denied address-banned success | [{rule.name}] Increase Ban {source.ip} ({})
* network+intrusion_detection allowed address-unbanned success | [{rule.name}] Unban {source.ip}
* network+intrusion_detection info address-banned-already - | [{rule.name}] {source.ip} already banned
* network+intrusion_detection info attack-found failure | [{rule.name}] Found {source.ip} - {}
* network+intrusion_detection info attack-found failure | [{rule.name}] Found {source.ip}
* network+intrusion_detection info address-ignored - | [{rule.name}] Ignore {source.ip} by {}
`)
