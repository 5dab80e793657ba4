package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// dpkg reads what Debian's package managers say, through syslog and in
// /var/log/dpkg.log:
//
//	2026-03-01 12:00:00 install nmap:amd64 <none> 7.94
var dpkg = parser{
	name:      "dpkg",
	apps:      []string{"dpkg", "apt", "apt-get", "unattended-upgrade", "apt.systemd.daily"},
	bare:      true,
	first:     "0-9",
	recognize: func(msg string) bool { return dpkgAction(msg) != "" },
	parse: func(m *message, ev *event.Event) bool {
		k := keyed{ev: ev, loc: m.loc}
		text := m.text
		if action := dpkgAction(text); action != "" {
			setTime(ev, text[:19], m.loc)
			text = action
		}
		from(ev, "system", "system.dpkg")
		if !dpkgTemplates().match("*", text, &k) {
			classify(ev, "package", typeInfo, "package-message", proseOutcome(text))
		}
		return true
	},
}

// dpkgAction returns what follows the time of a line of dpkg.log, "" for other
// lines.
func dpkgAction(msg string) string {
	if len(msg) < 28 || msg[4] != '-' || msg[10] != ' ' || msg[13] != ':' || msg[19] != ' ' {
		return ""
	}
	action := msg[20:]
	for _, word := range [...]string{"install ", "upgrade ", "remove ", "purge ", "configure ", "trigproc ", "status ", "conffile ", "startup "} {
		if strings.HasPrefix(action, word) {
			return action
		}
	}
	return ""
}

var dpkgTemplates = lazyTemplates(`
* package installation package-installed success | install {package.name} <none> {package.version}
* package change package-updated success | upgrade {package.name} {} {package.version}
* package deletion package-removed success | remove {package.name} {package.version} {}
* package deletion package-removed success | purge {package.name} {package.version} {}
* package change package-configured - | configure {package.name} {package.version} {}
* package info package-state success | status installed {package.name} {package.version}
* package info package-state - | status {event.reason} {package.name} {package.version}
* package info package-manager-started - | startup {event.reason}
* package change packages-updated success | All upgrades installed
* package info updates-pending - | Packages that will be upgraded: {package.name}
`)
