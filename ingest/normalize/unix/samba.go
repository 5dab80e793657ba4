package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Samba reads the messages of Samba's daemons and its audit module.
var Samba = read.Parser{
	Name: "samba",
	Apps: []string{"smbd", "samba", "smbd_audit", "nmbd", "winbindd"},
	Parse: func(m *read.Message, ev *event.Event) bool {
		if strings.HasPrefix(m.Text, "pam_") {
			return false
		}
		k := read.Keyed{Event: ev, Location: m.Location}
		if m.App == "smbd_audit" { // vfs_full_audit: user|address|...
			return sambaAudit(&k, m.Text)
		}
		read.From(ev, "samba", "samba.log")
		fileMessage(&k, sambaTemplates, m.Text)
		return true
	},
}

// sambaAudit reads lines of vfs_full_audit with the usual prefix %u|%I|%m|%S:
// "anna|10.1.1.5|pc7|data|unlink|ok|a/b.txt".
func sambaAudit(k *read.Keyed, text string) bool {
	f := strings.Split(text, "|")
	if len(f) < 5 || len(f) > 16 {
		return false
	}
	at := -1
	for i, word := range f {
		if word == "ok" || strings.HasPrefix(word, "fail") {
			at = i
			break
		}
	}
	if at < 2 {
		return false
	}
	ev := k.Event
	read.From(ev, "samba", "samba.audit")
	ev.Set(event.UserName, f[0])
	for _, word := range f[1 : at-1] {
		if ip, _ := read.ParseIP(word); ip != "" {
			read.SetSource(ev, ip)
		}
	}
	outcome, reason, _ := strings.Cut(f[at], " ")
	if outcome == "ok" {
		outcome = read.Success
	} else {
		outcome = read.Failure
		ev.Set(event.EventReason, strings.Trim(reason, "()"))
	}
	if last := f[len(f)-1]; at < len(f)-1 {
		read.SetPath(ev, last)
	}
	action := f[at-1]
	typ := "access"
	switch action {
	case "unlink", "unlinkat", "rmdir":
		typ = read.TypeDeleted
	case "mkdir", "mkdirat":
		typ = read.TypeCreated
	case "rename", "renameat", "pwrite", "write", "chmod", "chown", "ftruncate":
		typ = read.TypeChange
	}
	read.Classify(ev, read.CategoryFile, typ, action, outcome)
	return true
}

var sambaTemplates = read.NewTemplates(`
* network connection+denied connection-denied failure | Denied connection from {source.domain} ({source.ip})
* network connection+denied connection-denied failure | Denied connection from ({source.ip})
* network connection+denied connection-denied failure | Denied connection from {source.ip}
* file denied permission-denied failure | Permission denied{}user not allowed to {event.reason}. User name: {user.name}. Printer name: {}
* file access share-accessed success | {source.domain} (ipv4:{source.ip}:{source.port}) connect to service {network.application:text} {}as user {user.name} (uid={user.id}, gid={group.id}) (pid {process.pid})
* session end share-closed success | {source.domain} (ipv4:{source.ip}:{source.port}) closed connection to service {network.application:text}
* authentication start logon-success success | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name:user}] {}status [NT_STATUS_OK] {}remote host [ipv4:{source.ip}:{source.port}]{}
* authentication start logon-failed failure | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name:user}] {}status [{event.reason}] {}remote host [ipv4:{source.ip}:{source.port}]{}
* authentication start logon-failed failure | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name}] {}status [NT_STATUS_WRONG_PASSWORD] {}remote host [ipv4:{source.ip}:{source.port}]{}
* authentication start logon-failed failure | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name}] {}status [NT_STATUS_NO_SUCH_USER] {}remote host [ipv4:{source.ip}:{source.port}]{}
* authentication start logon-success success | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name}] {}status [NT_STATUS_OK] {}remote host [ipv4:{source.ip}:{source.port}]{}
`)
