package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// qnap reads the system and connection logs of QNAP's QTS and QuTS hero:
//
//	conn log: Users: anna, Source IP: 10.1.1.5, Computer name: pc7, Connection type: SMB, Accessed resources: a/b.txt, Action: Read
//	event log: Users: admin, Source IP: 10.1.1.5, Computer name: ---, Application: Users, Category: General, Content: [Users] Created user "x".
var qnap = parser{
	name:      "qnap",
	apps:      []string{"qulogd", "qlogd"},
	first:     "^{",
	recognize: func(msg string) bool { return strings.Contains(msg[:min(len(msg), 64)], "log: Users: ") },
	parse:     parseQNAP,
}

func parseQNAP(m *message, ev *event.Event) bool {
	i := strings.Index(m.text, "Users: ")
	if i < 0 {
		return false
	}
	k := keyed{ev: ev, loc: m.loc, prefix: "qnap."}
	observe(ev, "QNAP", "NAS", "nas")
	from(ev, "qnap_nas", "qnap_nas.log")
	for rest := m.text[i:]; rest != ""; {
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
			k.add(fieldName("qnap.", key, keyUnderline), pair, qnapKeys[key])
		}
	}
	if source := ev.Get(event.SourceIP); source == "127.0.0.1" {
		ev.Delete(event.SourceIP)
	}
	content, _ := ev.LookupName("qnap.content")
	action := lower(strings.ReplaceAll(k.action, " ", "-"))
	switch action {
	case "login-success", "login-ok":
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case "login-fail", "login-failed":
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case "logout":
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case "read", "open":
		qnapPath(ev)
		classify(ev, catFile, "access", action, success)
	case "write", "rename", "move", "copy":
		qnapPath(ev)
		classify(ev, catFile, typeChange, action, success)
	case "add", "create-directory", "upload":
		qnapPath(ev)
		classify(ev, catFile, typeCreated, action, success)
	case "delete":
		qnapPath(ev)
		classify(ev, catFile, typeDeleted, action, success)
	default:
		if qnapContent.match("*", content, &k) {
			break
		}
		if !proseLogin(ev, content) {
			classify(ev, catConfiguration, typeChange, action, proseOutcome(content))
		}
	}
	return true
}

// qnapEnd returns where a value ends: before ", Name: " of the next.
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
		setPath(ev, path)
	}
}

var qnapKeys = bindings(`
Users  user.name
Source\_IP  source.ip
Computer\_name  source.domain
Connection\_type  network.application:text
Action  @action
Content  event.reason
Application  service.name
`)

var qnapContent = newTemplates(`
* iam user+creation user-created success | [Users] Created user "{user.target.name}".
* iam user+deletion user-deleted success | [Users] Deleted user "{user.target.name}".
* iam user+change user-changed success | [Users] {} user "{user.target.name}"[[{}]]
* iam group+creation group-created success | [User Groups] Created user group "{group.name}".
* iam group+deletion group-deleted success | [User Groups] Deleted user group "{group.name}".
* file creation shared-folder-created success | [Shared Folders] Created shared folder "{file.path}".
* file deletion shared-folder-deleted success | [Shared Folders] Deleted shared folder "{file.path}".
* authentication start logon-failed failure | [{}] Failed to log in via user account "{user.name}". Source IP address: {source.ip}.
`)
