package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Dpkg reads what Debian's package managers log, through syslog and in
// /var/log/dpkg.log:
//
//	2026-03-01 12:00:00 install nmap:amd64 <none> 7.94
var Dpkg = read.Parser{
	Name:      "dpkg",
	Apps:      []string{"dpkg", "apt", "apt-get", "unattended-upgrade", "apt.systemd.daily"},
	Bare:      true,
	First:     "0-9",
	Recognize: func(msg string) bool { return dpkgAction(msg) != "" },
	Parse: func(m *read.Message, ev *event.Event) bool {
		k := read.Keyed{Event: ev, Location: m.Location}
		text := m.Text
		if action := dpkgAction(text); action != "" {
			read.SetTime(ev, text[:19], m.Location)
			text = action
		}
		read.From(ev, "system", "system.dpkg")
		if !dpkgTemplates().Match("*", text, &k) {
			read.Classify(ev, "package", read.TypeInfo, "package-message", read.ProseOutcome(text))
		}
		return true
	},
}

// dpkgAction returns what follows the time in a line of dpkg.log, "" for other
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

var dpkgTemplates = read.LazyTemplates(`
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
