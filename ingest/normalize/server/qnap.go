package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// QNAP reads the system and connection logs of QNAP's QTS and QuTS hero:
//
//	conn log: Users: anna, Source IP: 10.1.1.5, Computer name: pc7, Connection type: SMB, Accessed resources: a/b.txt, Action: Read
//	event log: Users: admin, Source IP: 10.1.1.5, Computer name: ---, Application: Users, Category: General, Content: [Users] Created user "x".
var QNAP = read.Parser{
	Name:      "qnap",
	Apps:      []string{"qulogd", "qlogd"},
	First:     "^{",
	Recognize: func(msg string) bool { return strings.Contains(msg[:min(len(msg), 64)], "log: Users: ") },
	Parse:     parseQNAP,
}

func parseQNAP(m *read.Message, ev *event.Event) bool {
	i := strings.Index(m.Text, "Users: ")
	if i < 0 {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "qnap."}
	read.Observe(ev, "QNAP", "NAS", "nas")
	read.From(ev, "qnap_nas", "qnap_nas.log")
	for rest := m.Text[i:]; rest != ""; {
		var pair string
		key, after, ok := strings.Cut(rest, ": ")
		if !ok {
			break
		}
		if key == "Content" { // the last, a sentence
			pair, rest = after, ""
		} else {
			end := qnapEnd(after)
			pair, rest = after[:end], strings.TrimLeft(after[end:], ", ")
		}
		if pair = strings.TrimSpace(pair); pair != "" && pair != "---" {
			k.Add(read.FieldName("qnap.", key, read.NameUnderlined), pair, qnapKeys[key])
		}
	}
	if source := ev.Get(event.SourceIP); source == "127.0.0.1" {
		ev.Delete(event.SourceIP)
	}
	content, _ := ev.LookupName("qnap.content")
	action := read.Lower(strings.ReplaceAll(k.Action, " ", "-"))
	switch action {
	case "login-success", "login-ok":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case "login-fail", "login-failed":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	case "logout":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case "read", "open":
		qnapPath(ev)
		read.Classify(ev, read.CategoryFile, "access", action, read.Success)
	case "write", "rename", "move", "copy":
		qnapPath(ev)
		read.Classify(ev, read.CategoryFile, read.TypeChange, action, read.Success)
	case "add", "create-directory", "upload":
		qnapPath(ev)
		read.Classify(ev, read.CategoryFile, read.TypeCreated, action, read.Success)
	case "delete":
		qnapPath(ev)
		read.Classify(ev, read.CategoryFile, read.TypeDeleted, action, read.Success)
	default:
		if qnapContent.Match("*", content, &k) {
			break
		}
		if !read.ProseLogin(ev, content) {
			read.Classify(ev, read.CategoryConfiguration, read.TypeChange, action, read.ProseOutcome(content))
		}
	}
	return true
}

// qnapEnd returns where a value ends: before the next ", Name: ".
func qnapEnd(s string) int {
	for _, key := range [...]string{", Source IP: ", ", Computer name: ", ", Connection type: ", ", Accessed resources: ", ", Action: ", ", Application: ", ", Category: ", ", Content: "} {
		if i := strings.Index(s, key); i >= 0 {
			return i
		}
	}
	return len(s)
}

func qnapPath(ev *event.Event) {
	path, _ := ev.LookupName("qnap.accessed_resources")
	path, _, _ = strings.Cut(path, " -> ")
	if strings.HasPrefix(path, "[") { // the application that was used
		_, path, _ = strings.Cut(path, "] ")
	}
	if path != "" {
		read.SetPath(ev, path)
	}
}

var qnapKeys = read.NewBindings(`
Users  user.name
Source\_IP  source.ip
Computer\_name  source.domain
Connection\_type  network.application:text
Action  @action
Content  event.reason
Application  service.name
`)

var qnapContent = read.NewTemplates(`
* iam user+creation user-created success | [Users] Created user "{user.target.name}".
* iam user+deletion user-deleted success | [Users] Deleted user "{user.target.name}".
* iam user+change user-changed success | [Users] {} user "{user.target.name}"[[{}]]
* iam group+creation group-created success | [User Groups] Created user group "{group.name}".
* iam group+deletion group-deleted success | [User Groups] Deleted user group "{group.name}".
* file creation shared-folder-created success | [Shared Folders] Created shared folder "{file.path}".
* file deletion shared-folder-deleted success | [Shared Folders] Deleted shared folder "{file.path}".
* authentication start logon-failed failure | [{}] Failed to log in via user account "{user.name}". Source IP address: {source.ip}.
`)
