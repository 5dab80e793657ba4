package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// crowdSec reads CrowdSec and its bouncers (logrus' key=value):
//
//	time="2026-03-10T09:01:02+01:00" level=info msg="(localhost/crowdsec) crowdsecurity/ssh-bf by ip 203.0.113.7 (NL/64500) : 4h ban on Ip 203.0.113.7"
var crowdSec = parser{
	name:  "crowdsec",
	apps:  []string{"crowdsec", "crowdsec-firewall-bouncer"},
	bare:  true,
	first: "t",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "time=") && strings.Contains(msg, " performed 'crowdsecurity/")
	},
	parse: parseCrowdSec,
}

func parseCrowdSec(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
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
	from(ev, "crowdsec", "crowdsec.log")
	k.ban(crowdSecTemplates, text)
	return true
}

var crowdSecTemplates = newTemplates(`
* network+intrusion_detection info attack-found failure | Ip {source.ip} performed '{rule.name}' ({}) at {}
* network+intrusion_detection denied address-banned success | ({}) {rule.name} by ip {source.ip} {}: {} ban on Ip {}
`)
