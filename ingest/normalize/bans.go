package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// bans reads programs that shut out addresses after attacks: Fail2ban and
// CrowdSec's remediation.
//
//	NOTICE [sshd] Ban 198.51.100.9
var bans = parser{
	name:  "bans",
	apps:  []string{"fail2ban", "fail2ban-server", "fail2ban.actions", "fail2ban.filter", "fail2ban.jail", "fail2ban.server", "fail2ban.observer", "sshguard", "crowdsec", "crowdsec-firewall-bouncer"},
	bare:  true,
	first: "0-9t",
	recognize: func(msg string) bool {
		return banText(msg) != "" || strings.HasPrefix(msg, "time=") && strings.Contains(msg, " performed 'crowdsecurity/")
	},
	parse: parseBans,
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

func parseBans(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text, module := m.text, "fail2ban"
	switch rest := banText(text); {
	case rest != "":
		setTime(ev, text[:strings.Index(text, " fail2ban.")], m.loc)
		text = rest
	case m.app == "crowdsec" || m.app == "crowdsec-firewall-bouncer" || strings.HasPrefix(text, "time="):
		module = "crowdsec"
		sc := pairScanner{rest: text}
		for sc.next() {
			switch sc.key {
			case "time":
				setTime(ev, sc.unescaped(), m.loc)
			case "level":
				ev.Set(event.LogLevel, sc.value)
			case "msg":
				text = sc.unescaped()
			}
		}
	case m.app == "sshguard":
		module = "sshguard"
	}
	from(ev, module, module+".log")
	if level, rest := cutWord(text); isLevel(level) && module == "fail2ban" {
		ev.Set(event.LogLevel, lower(level))
		text = strings.TrimLeft(rest, " ")
	}
	if banTemplates.match("*", text, &k) {
		if rule := ev.Get(event.RuleName); rule != "" {
			ev.Set(event.RuleName, strings.TrimSpace(rule))
		}
		return true
	}
	k.prose(text)
	classify(ev, catHost, typeInfo, "service-message", proseOutcome(text))
	return true
}

var banTemplates = newTemplates(`
* network+intrusion_detection denied address-banned success | [{rule.name}] Ban {source.ip}
* network+intrusion_detection denied address-banned success | [{rule.name}] Restore Ban {source.ip}
* network+intrusion_detection denied address-banned success | [{rule.name}] Increase Ban {source.ip} ({})
* network+intrusion_detection allowed address-unbanned success | [{rule.name}] Unban {source.ip}
* network+intrusion_detection info address-banned-already - | [{rule.name}] {source.ip} already banned
* network+intrusion_detection info attack-found failure | [{rule.name}] Found {source.ip} - {}
* network+intrusion_detection info attack-found failure | [{rule.name}] Found {source.ip}
* network+intrusion_detection info address-ignored - | [{rule.name}] Ignore {source.ip} by {}
* network+intrusion_detection denied address-banned success | Blocking "{source.ip}/{}" {}
* network+intrusion_detection info attack-found failure | Attack from "{source.ip}" on service {} with danger {}
* network+intrusion_detection info attack-found failure | Ip {source.ip} performed '{rule.name}' ({}) at {}
* network+intrusion_detection denied address-banned success | ({}) {rule.name} by ip {source.ip} {}: {} ban on Ip {}
`)
