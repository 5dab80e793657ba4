package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Fail2ban reads the log of Fail2ban, which bans addresses after attacks,
// through syslog and from its own file:
//
//	NOTICE [sshd] Ban 198.51.100.9
//	2026-03-10 09:01:02,123 fail2ban.actions [17]: NOTICE  [sshd] Ban 198.51.100.9
var Fail2ban = read.Parser{
	Name:      "fail2ban",
	Apps:      []string{"fail2ban", "fail2ban-server", "fail2ban.actions", "fail2ban.filter", "fail2ban.jail", "fail2ban.server", "fail2ban.observer"},
	Bare:      true,
	First:     "0-9",
	Recognize: func(msg string) bool { return banText(msg) != "" },
	Parse:     parseFail2ban,
}

// banText returns what follows "2026-03-10 09:01:02,123 fail2ban.actions [17]:
// " in Fail2ban's own file, "" for other lines.
func banText(msg string) string {
	if i := strings.Index(msg[:min(len(msg), 48)], " fail2ban."); i >= 19 {
		if _, rest, ok := strings.Cut(msg[i:], "]: "); ok {
			return rest
		}
	}
	return ""
}

func parseFail2ban(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text
	if rest := banText(text); rest != "" {
		read.SetTime(ev, text[:strings.Index(text, " fail2ban.")], m.Location)
		text = rest
	}
	read.From(ev, "fail2ban", "fail2ban.log")
	if level, rest := read.CutWord(text); read.IsLevel(level) {
		ev.Set(event.LogLevel, read.Lower(level))
		text = strings.TrimLeft(rest, " ")
	}
	ban(&k, fail2banTemplates, text)
	return true
}

var fail2banTemplates = read.NewTemplates(`
* network+intrusion_detection denied address-banned success | [{rule.name}] Ban {source.ip}
* network+intrusion_detection denied address-banned success | [{rule.name}] Restore Ban {source.ip}
* network+intrusion_detection denied address-banned success | [{rule.name}] Increase Ban {source.ip} ({})
* network+intrusion_detection allowed address-unbanned success | [{rule.name}] Unban {source.ip}
* network+intrusion_detection info address-banned-already - | [{rule.name}] {source.ip} already banned
* network+intrusion_detection info attack-found failure | [{rule.name}] Found {source.ip} - {}
* network+intrusion_detection info attack-found failure | [{rule.name}] Found {source.ip}
* network+intrusion_detection info address-ignored - | [{rule.name}] Ignore {source.ip} by {}
`)
