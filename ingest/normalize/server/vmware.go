package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// VMware reads the syslog of ESXi and vCenter: daemons write "level name[pid]
// [Originator@6876 sub=part opID=...] text"; event manager events are
// sentences (https://techdocs.broadcom.com/vsphere, "ESXi Log Files").
var VMware = read.Parser{
	Name:  "vmware",
	Apps:  []string{"Hostd", "hostd", "Vpxa", "vpxa", "vpxd", "Fdm", "vobd", "vmkernel", "vmkwarning", "shell", "ESXShell", "dcui", "rhttpproxy", "vmauthd", "vmauditd", "VC"},
	First: "^{",
	Recognize: func(msg string) bool {
		return strings.Contains(msg[:min(len(msg), 96)], "[Originator@6876 ")
	},
	Parse: parseVMware,
}

func parseVMware(m *read.Message, ev *event.Event) bool {
	if m.Text == "" {
		return false
	}
	text := m.Text
	k := read.Keyed{Event: ev, Location: m.Location}
	if i := strings.Index(text[:min(len(text), 96)], "[Originator@6876 "); i >= 0 {
		level, _ := read.CutWord(strings.TrimSpace(text[:i]))
		if read.IsLevel(level) {
			ev.Set(event.LogLevel, level)
		}
		head, rest, ok := strings.Cut(text[i:], "]")
		if ok {
			if _, sub, ok := strings.Cut(head, "sub="); ok {
				sub, _ = read.CutWord(sub)
				read.SetNamed(ev, "log.logger", sub)
			}
			text = strings.TrimSpace(rest)
		}
	}
	read.Observe(ev, "VMware", "vSphere", "hypervisor")
	read.From(ev, "vmware", "vmware.log")
	if vmwareTemplates.Match("*", text, &k) {
		return true
	}
	k.Prose(text)
	if !read.ProseLogin(ev, text) {
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "system-message", read.ProseOutcome(text))
	}
	return true
}

var vmwareTemplates = read.NewTemplates(`
* authentication start logon-success success | Event {} : User {user.name}@{source.ip} logged in as {user_agent.original}
* authentication end logoff success | Event {} : User {user.name}@{source.ip} logged out (login time: {}, number of API invocations: {}, user agent: {user_agent.original})
* authentication start logon-failed failure | Event {} : Cannot login {user.name}@{source.ip}[[ {}]]
* authentication start logon-failed failure | Cannot login user {user.name}@{source.ip}: {event.reason}
* authentication start logon-failed failure | Rejected password for user {user.name} from {source.ip}
* authentication start logon-success success | Accepted password for user {user.name} from {source.ip}
* authentication start logon-failed failure | Event {} : Remote access for ESXi local user account '{user.name}' has been locked {}
* configuration change vm-powered-on success | Event {} : {} on {} in {} is powered on
* configuration change vm-powered-off success | Event {} : {} on {} in {} is powered off
* configuration deletion vm-removed success | Event {} : Removed {} on {} from {}
* configuration creation vm-created success | Event {} : Created virtual machine {} on {} in {}
* configuration change config-changed success | Event {} : Reconfigured {}
* process info command-executed - | [{user.name}]: {process.command_line}
`)
