package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// synology reads what Synology's DSM writes:
//
//	Connection: User [anna] from [10.1.1.5] logged in successfully via [DSM].
//	WinFileService Event: delete, Path: /share/a.txt, File/Folder: File, Size: 12 KB, User: anna, IP: 10.1.1.5
//	System: System started to boot up.
var synology = parser{
	name:  "synology",
	apps:  []string{"Connection", "WinFileService", "System", "Backup", "SYNOAPPARMOR"},
	first: "CWUE",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "Connection: User [") || strings.HasPrefix(msg, "WinFileService Event: ") || strings.HasPrefix(msg, "User [") && strings.Contains(msg, "] from [") ||
			strings.HasPrefix(msg, "Connection User:") || strings.HasPrefix(msg, "Event: ") && strings.Contains(msg, ", Path: ")
	},
	parse: parseSynology,
}

func parseSynology(m *message, ev *event.Event) bool {
	text := strings.TrimPrefix(strings.TrimPrefix(m.text, "Connection: "), "WinFileService ")
	text = strings.TrimSuffix(strings.TrimLeft(text, "\ufeff"), ".")
	k := keyed{ev: ev, loc: m.loc}
	if !synologyTemplates.match("*", text, &k) {
		if m.app == "" || m.app == "Backup" {
			return false
		}
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catHost, typeInfo, "", proseOutcome(text))
		}
	}
	if action := lower(k.action); action != "" && !ev.Has(event.EventCategory) {
		typ := "access"
		switch action {
		case "delete":
			typ = typeDeleted
		case "create", "mkdir", "upload":
			typ = typeCreated
		case "write", "rename", "move", "permission change":
			typ = typeChange
		}
		classify(ev, catFile, typ, action, success)
	}
	observe(ev, "Synology", "DSM", "nas")
	from(ev, "synology", "synology.dsm")
	return true
}

var synologyTemplates = newTemplates(`
* authentication start logon-success success | User [{user.name:account}] from [{source.ip}] logged in successfully via [{network.application:text}]
* authentication start logon-success success | User [{user.name:account}] from [{}({source.ip})] logged in successfully via [{network.application:text}]
* authentication start logon-failed failure | User [{user.name:account}] from [{source.ip}] failed to log in via [{network.application:text}] due to {event.reason}
* authentication start logon-failed failure | User [{user.name:account}] from [{}({source.ip})] failed to log in via [{network.application:text}] due to {event.reason}
* authentication start logon-failed failure | User [{user.name:account}] from [{source.ip}] failed to {} via [{network.application:text}][[ {}]]
* authentication end logoff success | User [{user.name:account}] from [{source.ip}] logged out the server via [{network.application:text}] {}
* authentication end logoff success | User [{user.name:account}] from [{source.ip}] logged out[[ {}]]
* session start session-opened success | User [{user.name:account}] from [{source.ip}] via [{network.application:text}] accessed {}
* network denied source-blocked failure | Host [{source.ip}] was blocked via [{network.application:text}]
* iam user+creation user-created success | User [{user.name}] created {}
* - - - - | Event: {@action}, Path: {file.path}, File/Folder: {file.type}, Size: {}, User: {user.name}, IP: {source.ip}
* - - - - | Event: {@action}, Path: {file.path}, File/Folder: {file.type}, [[File ]]Size: {}, User: {user.name}, IP: {source.ip}
`)
