package normalize

import "porchlight/ingest/event"

// proxmox reads Proxmox VE, Backup Server and Mail Gateway: who logs in, which
// tasks they start, what the API is asked.
var proxmox = parser{
	name:  "proxmox",
	apps:  []string{"pvedaemon", "pveproxy", "pvestatd", "pve-firewall", "pve-ha-lrm", "pve-ha-crm", "pmxcfs", "proxmox-backup-proxy", "proxmox-backup-api", "pmgdaemon", "pmgproxy", "vzdump", "qm", "pct"},
	parse: parseProxmox,
}

func parseProxmox(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	observe(ev, "Proxmox", "", "hypervisor")
	from(ev, "proxmox", "proxmox."+m.app)
	if proxmoxTemplates.match("*", m.text, &k) {
		return true
	}
	k.prose(m.text)
	if !proseLogin(ev, m.text) {
		classify(ev, catHost, typeInfo, "server-message", proseOutcome(m.text))
	}
	return true
}

var proxmoxTemplates = newTemplates(`
* authentication start logon-failed failure | authentication failure; rhost={source.ip:anyip} user={user.name:text} msg={event.reason}
* authentication start logon-success success | <{}> successful auth for user '{user.name:text}'
* process start task-started - | <{user.name:text}> starting task UPID:{}:{}:{}:{}:{proxmox.task}:{proxmox.task_target}:{}
* process end task-ended success | <{user.name:text}> end task UPID:{}:{}:{}:{}:{proxmox.task}:{proxmox.task_target}:{}: OK
* process end task-ended failure | <{user.name:text}> end task UPID:{}:{}:{}:{}:{proxmox.task}:{proxmox.task_target}:{}: {event.reason}
* configuration change configuration-changed success | <{user.name:text}> update {}
`)
