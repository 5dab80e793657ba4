package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Synology reads what Synology's DSM writes:
//
//	Connection: User [anna] from [10.1.1.5] logged in successfully via [DSM].
//	WinFileService Event: delete, Path: /share/a.txt, File/Folder: File, Size: 12 KB, User: anna, IP: 10.1.1.5
//	System: System started to boot up.
var Synology = read.Parser{
	Name:  "synology",
	Apps:  []string{"Connection", "WinFileService", "System", "Backup", "SYNOAPPARMOR"},
	First: "CWUE",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "Connection: User [") || strings.HasPrefix(msg, "WinFileService Event: ") || strings.HasPrefix(msg, "User [") && strings.Contains(msg, "] from [") ||
			strings.HasPrefix(msg, "Connection User:") || strings.HasPrefix(msg, "Event: ") && strings.Contains(msg, ", Path: ")
	},
	Parse: parseSynology,
}

func parseSynology(m *read.Message, ev *event.Event) bool {
	text := strings.TrimPrefix(strings.TrimPrefix(m.Text, "Connection: "), "WinFileService ")
	text = strings.TrimSuffix(strings.TrimLeft(text, "\ufeff"), ".")
	k := read.Keyed{Event: ev, Location: m.Location}
	if !synologyTemplates.Match("*", text, &k) {
		if m.App == "" || m.App == "Backup" {
			return false
		}
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "", read.ProseOutcome(text))
		}
	}
	if action := read.Lower(k.Action); action != "" && !ev.Has(event.EventCategory) {
		typ := "access"
		switch action {
		case "delete":
			typ = read.TypeDeleted
		case "create", "mkdir", "upload":
			typ = read.TypeCreated
		case "write", "rename", "move", "permission change":
			typ = read.TypeChange
		}
		read.Classify(ev, read.CategoryFile, typ, action, read.Success)
	}
	read.Observe(ev, "Synology", "DSM", "nas")
	read.From(ev, "synology", "synology.dsm")
	return true
}

var synologyTemplates = read.NewTemplates(`
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
