package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// polkit reads polkitd and pkexec:
//
//	Operator of unix-session:2 successfully authenticated as unix-user:root to gain ONE-SHOT authorization for action org.example.run for unix-process:7:7 [/bin/sh] (owned by unix-user:anna)
//	Operator of unix-session:2 FAILED to authenticate to gain authorization for action ...
//	anna: Executing command [USER=root] [TTY=unknown] [CWD=/home/anna] [COMMAND=/usr/bin/id]
//	anna: Error executing command as another user: Not authorized [USER=root] ...
var polkit = parser{
	name:  "polkit",
	apps:  []string{"polkitd", "pkexec", "polkit-agent-helper-1"},
	parse: parsePolkit,
}

func parsePolkit(m *message, ev *event.Event) bool {
	s := m.text
	if strings.HasPrefix(s, "Operator of ") {
		if !polkitOperator(s, ev) {
			return false
		}
		fromAuth(ev)
		return true
	}
	for _, p := range [...]string{"Registered Authentication Agent for ", "Unregistered Authentication Agent for ", "Loading rules from ",
		"Finished loading, ", "Acquired the name ", "Started polkitd version ", "Collecting garbage ", "Reloading rules", "Compiling rules "} {
		if strings.HasPrefix(s, p) {
			classify(ev, catProcess, typeInfo, "", "")
			fromAuth(ev)
			return true
		}
	}
	user, rest, ok := strings.Cut(s, ": ")
	if !ok || strings.Contains(user, " ") {
		return false
	}
	text, fields, ok := strings.Cut(rest, " [")
	if !ok || !strings.Contains(fields, "=") {
		return false
	}
	ev.Set(event.UserName, user)
	if text == "Executing command" {
		classify(ev, catProcess, typeStart, actionPrivilegeGranted, success)
	} else {
		classify(ev, catProcess, typeInfo, actionPrivilegeDenied, failure)
		_, why, ok := cutLast(text, ": ")
		if !ok {
			why = text
		}
		ev.Set(event.EventReason, why)
	}
	fields = strings.TrimSuffix(fields, "]")
	for fields != "" {
		key, value, ok := strings.Cut(fields, "=")
		if !ok {
			break
		}
		if key == "COMMAND" {
			setCommand(ev, value)
			break
		}
		value, fields, _ = strings.Cut(value, "] [")
		switch key {
		case "USER":
			ev.Set(event.UserEffectiveName, value)
		case "TTY":
			ev.SetExtra(fieldTTY, value)
		case "CWD":
			ev.Set(event.ProcessWorkingDirectory, value)
		}
	}
	fromAuth(ev)
	return true
}

func polkitOperator(s string, ev *event.Event) bool {
	granted := strings.Contains(s, " successfully authenticated ")
	if !granted && !strings.Contains(s, " FAILED to authenticate ") {
		return false
	}
	if _, rest, ok := strings.Cut(s, " authenticated as unix-user:"); ok {
		target, _, _ := strings.Cut(rest, " ")
		ev.Set(event.UserEffectiveName, target)
	}
	if _, rest, ok := strings.Cut(s, " for action "); ok {
		action, _, _ := strings.Cut(rest, " ")
		ev.SetExtra("polkit.action", action)
	}
	if _, rest, ok := cutLast(s, "(owned by unix-user:"); ok {
		owner, _, _ := strings.Cut(rest, ")")
		ev.Set(event.UserName, owner)
	}
	if before, rest, ok := strings.Cut(s, " ["); ok && before != "" {
		if cmd, _, ok := cutLast(rest, "] (owned by"); ok {
			setCommand(ev, cmd)
		}
	}
	if granted {
		classify(ev, catAuthentication, typeInfo, actionPrivilegeGranted, success)
	} else {
		classify(ev, catAuthentication, typeInfo, actionPrivilegeDenied, failure)
	}
	return true
}
