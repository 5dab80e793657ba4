package server

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Proxmox reads the logs of Proxmox VE, Backup Server and Mail Gateway:
// logins, tasks, API requests.
var Proxmox = read.Parser{
	Name:  "proxmox",
	Apps:  []string{"pvedaemon", "pveproxy", "pvestatd", "pve-firewall", "pve-ha-lrm", "pve-ha-crm", "pmxcfs", "proxmox-backup-proxy", "proxmox-backup-api", "pmgdaemon", "pmgproxy", "vzdump", "qm", "pct"},
	Parse: parseProxmox,
}

func parseProxmox(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	read.Observe(ev, "Proxmox", "", "hypervisor")
	read.From(ev, "proxmox", "proxmox."+m.App)
	if proxmoxTemplates.Match("*", m.Text, &k) {
		return true
	}
	k.Prose(m.Text)
	if !read.ProseLogin(ev, m.Text) {
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "server-message", read.ProseOutcome(m.Text))
	}
	return true
}

var proxmoxTemplates = read.NewTemplates(`
* authentication start logon-failed failure | authentication failure; rhost={source.ip:anyip} user={user.name:text} msg={event.reason}
* authentication start logon-success success | <{}> successful auth for user '{user.name:text}'
* process start task-started - | <{user.name:text}> starting task UPID:{}:{}:{}:{}:{proxmox.task}:{proxmox.task_target}:{}
* process end task-ended success | <{user.name:text}> end task UPID:{}:{}:{}:{}:{proxmox.task}:{proxmox.task_target}:{}: OK
* process end task-ended failure | <{user.name:text}> end task UPID:{}:{}:{}:{}:{proxmox.task}:{proxmox.task_target}:{}: {event.reason}
* configuration change configuration-changed success | <{user.name:text}> update {}
`)
