package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Polkit reads the messages of polkitd and pkexec:
//
//	Operator of unix-session:2 successfully authenticated as unix-user:root to gain ONE-SHOT authorization for action org.example.run for unix-process:7:7 [/bin/sh] (owned by unix-user:anna)
//	Operator of unix-session:2 FAILED to authenticate to gain authorization for action ...
//	anna: Executing command [USER=root] [TTY=unknown] [CWD=/home/anna] [COMMAND=/usr/bin/id]
//	anna: Error executing command as another user: Not authorized [USER=root] ...
var Polkit = read.Parser{
	Name:  "polkit",
	Apps:  []string{"polkitd", "pkexec", "polkit-agent-helper-1"},
	Parse: parsePolkit,
}

func parsePolkit(m *read.Message, ev *event.Event) bool {
	s := m.Text
	if strings.HasPrefix(s, "Operator of ") {
		if !polkitOperator(s, ev) {
			return false
		}
		read.FromAuth(ev)
		return true
	}
	for _, p := range [...]string{"Registered Authentication Agent for ", "Unregistered Authentication Agent for ", "Loading rules from ",
		"Finished loading, ", "Acquired the name ", "Started polkitd version ", "Collecting garbage ", "Reloading rules", "Compiling rules "} {
		if strings.HasPrefix(s, p) {
			read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
			read.FromAuth(ev)
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
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionPrivilegeGranted, read.Success)
	} else {
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, read.ActionPrivilegeDenied, read.Failure)
		_, why, ok := read.CutLast(text, ": ")
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
			ev.SetExtra(read.FieldTTY, value)
		case "CWD":
			ev.Set(event.ProcessWorkingDirectory, value)
		}
	}
	read.FromAuth(ev)
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
	if _, rest, ok := read.CutLast(s, "(owned by unix-user:"); ok {
		owner, _, _ := strings.Cut(rest, ")")
		ev.Set(event.UserName, owner)
	}
	if before, rest, ok := strings.Cut(s, " ["); ok && before != "" {
		if cmd, _, ok := read.CutLast(rest, "] (owned by"); ok {
			setCommand(ev, cmd)
		}
	}
	if granted {
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionPrivilegeGranted, read.Success)
	} else {
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionPrivilegeDenied, read.Failure)
	}
	return true
}
