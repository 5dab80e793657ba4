package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Sudo reads sudo's own log (logging.c, eventlog.c):
//
//	anna : TTY=pts/0 ; PWD=/home/anna ; USER=root ; COMMAND=/usr/bin/id
//	anna : 3 incorrect password attempts ; TTY=pts/0 ; PWD=/ ; USER=root ; COMMAND=/bin/sh
//	anna : user NOT in sudoers ; ...
//	anna : command not allowed ; ...
var Sudo = read.Parser{
	Name:  "sudo",
	Apps:  []string{"sudo", "sudoedit"},
	First: "^{",
	Recognize: func(msg string) bool {
		return sudoCommand.In(msg) && strings.Contains(msg, " ; USER=")
	},
	Parse: parseSudo,
}

var sudoCommand = read.NewClue(" ; COMMAND=")

func parseSudo(m *read.Message, ev *event.Event) bool {
	user, rest, ok := strings.Cut(strings.TrimLeft(m.Text, " "), " : ")
	if !ok || user == "" || !strings.Contains(rest, "COMMAND=") && !strings.Contains(rest, "TTY=") && !sudoRefusal(rest) {
		return false
	}
	reason := ""
	if !sudoAssignment(rest) {
		reason, rest, _ = strings.Cut(rest, " ; ")
	}
	read.SetUser(ev, event.UserName, user)
	for rest != "" {
		// The command is last and may contain anything, even " ; ".
		key, value, ok := strings.Cut(rest, "=")
		if !ok {
			break
		}
		if key == "COMMAND" {
			setCommand(ev, value)
			break
		}
		if value, rest, ok = strings.Cut(value, " ; "); !ok {
			rest = ""
		}
		switch key {
		case "TTY":
			ev.SetExtra(read.FieldTTY, value)
		case "PWD":
			ev.Set(event.ProcessWorkingDirectory, value)
		case "USER":
			ev.Set(event.UserEffectiveName, value)
		case "GROUP":
			ev.Set(event.GroupName, value)
		case "ENV":
			ev.SetExtra("system.auth.sudo.env", value)
		case "TSID":
			ev.SetExtra("system.auth.sudo.tsid", value)
		case "HOST", "CHROOT":
			ev.SetExtra("system.auth.sudo."+strings.ToLower(key), value)
		}
	}
	read.FromAuth(ev)
	switch {
	case reason == "":
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionPrivilegeGranted, read.Success)
	case strings.HasPrefix(reason, "(command continued)"):
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
	default:
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, read.ActionPrivilegeDenied, read.Failure)
		if n, rest, _ := strings.Cut(reason, " "); read.IsNumber(n) && strings.HasPrefix(rest, "incorrect password attempt") {
			read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionPrivilegeDenied, read.Failure)
			ev.SetExtra(read.FieldCount, n)
		}
		ev.Set(event.EventReason, reason)
	}
	return true
}

// sudoAssignment reports whether s begins with one of sudo's NAME= fields
// rather than the reason for a refusal.
func sudoAssignment(s string) bool {
	name, _, ok := strings.Cut(s, "=")
	if !ok || len(name) < 3 || len(name) > 7 {
		return false
	}
	for i := range len(name) {
		if name[i] < 'A' || name[i] > 'Z' {
			return false
		}
	}
	return true
}

func sudoRefusal(s string) bool {
	return strings.HasPrefix(s, "(command continued)") || strings.HasPrefix(s, "user NOT ") || strings.HasPrefix(s, "command not allowed") ||
		strings.Contains(s, "incorrect password attempt") || strings.HasPrefix(s, "a password is required") ||
		strings.HasPrefix(s, "problem with defaults") || strings.HasPrefix(s, "unable to ") || strings.HasPrefix(s, "sorry, you ")
}

// setCommand stores a command line and the program it begins with.
func setCommand(ev *event.Event, line string) {
	ev.Set(event.ProcessCommandLine, line)
	if program, _, _ := strings.Cut(line, " "); strings.HasPrefix(program, "/") {
		ev.Set(event.ProcessExecutable, program)
	}
}
