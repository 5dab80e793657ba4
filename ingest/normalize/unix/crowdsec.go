package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// CrowdSec reads CrowdSec and its bouncers (logrus' key=value):
//
//	time="2026-03-10T09:01:02+01:00" level=info msg="(localhost/crowdsec) crowdsecurity/ssh-bf by ip 203.0.113.7 (NL/64500) : 4h ban on Ip 203.0.113.7"
var CrowdSec = read.Parser{
	Name:  "crowdsec",
	Apps:  []string{"crowdsec", "crowdsec-firewall-bouncer"},
	Bare:  true,
	First: "t",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "time=") && strings.Contains(msg, " performed 'crowdsecurity/")
	},
	Parse: parseCrowdSec,
}

func parseCrowdSec(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text
	sc := read.PairScanner{Rest: text}
	for sc.Next() {
		switch sc.Key {
		case "time":
			read.SetTime(ev, sc.Unescaped(), m.Location)
		case "level":
			ev.Set(event.LogLevel, sc.Value)
		case "msg":
			text = sc.Unescaped()
		}
	}
	read.From(ev, "crowdsec", "crowdsec.log")
	ban(&k, crowdSecTemplates, text)
	return true
}

var crowdSecTemplates = read.NewTemplates(`
* network+intrusion_detection info attack-found failure | Ip {source.ip} performed '{rule.name}' ({}) at {}
* network+intrusion_detection denied address-banned success | ({}) {rule.name} by ip {source.ip} {}: {} ban on Ip {}
`)
