package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Cron reads Vixie cron and its heirs (cronie, Debian's cron), crontab,
// anacron and busybox crond:
//
//	(root) CMD (/usr/lib/sa/sa1 1 1)
//	(anna) REPLACE (anna)
//	Job `cron.daily' started
//	USER root pid 4711 cmd /usr/bin/uptime
var Cron = read.Parser{
	Name:  "cron",
	Apps:  []string{"cron", "CRON", "crond", "crontab", "anacron", "fcron", "cronie"},
	Parse: parseCron,
}

func parseCron(m *read.Message, ev *event.Event) bool {
	s := m.Text
	if strings.HasPrefix(s, "(") {
		user, rest, ok := strings.Cut(s[1:], ") ")
		if !ok {
			return false
		}
		verb, detail, _ := strings.Cut(rest, " (")
		detail = strings.TrimSuffix(detail, ")")
		if !cronVerb(verb, detail, ev) {
			return false
		}
		if user != "CRON" && !strings.HasPrefix(user, "*") {
			ev.Set(event.UserName, user)
		}
		read.FromSystem(ev)
		return true
	}
	switch {
	case strings.HasPrefix(s, "Job `"):
		job, rest, ok := strings.Cut(s[len("Job `"):], "' ")
		if !ok {
			return false
		}
		ev.Set(event.ServiceName, job)
		switch {
		case rest == "started":
			read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionProcessStarted, read.Success)
		case strings.HasPrefix(rest, "terminated"):
			read.Classify(ev, read.CategoryProcess, read.TypeEnd, "", "")
			ev.Set(event.EventReason, rest)
		default:
			read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
		}
	case strings.HasPrefix(s, "USER "):
		user, rest, ok := strings.Cut(s[len("USER "):], " pid ")
		if !ok {
			return false
		}
		_, cmd, ok := strings.Cut(rest, " cmd ")
		if !ok {
			return false
		}
		ev.Set(event.UserName, strings.TrimSpace(user))
		setCommand(ev, cmd)
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionProcessStarted, read.Success)
	case strings.HasPrefix(s, "Anacron "), strings.HasPrefix(s, "Normal exit ("), strings.HasPrefix(s, "Will run job `"),
		strings.HasPrefix(s, "Jobs will be executed"):
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
	default:
		return false
	}
	read.FromSystem(ev)
	return true
}

func cronVerb(verb, detail string, ev *event.Event) bool {
	switch verb {
	case "CMD":
		// cron pads the command on some systems
		setCommand(ev, strings.TrimSpace(strings.TrimPrefix(detail, "   ")))
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionProcessStarted, read.Success)
	case "CMDEND":
		setCommand(ev, strings.TrimSpace(detail))
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, "", "")
	case "REPLACE", "DELETE", "END EDIT":
		ev.Set(event.UserTargetName, detail)
		if verb == "END EDIT" { // nothing may have changed: REPLACE says so
			read.Classify(ev, read.CategoryConfiguration, read.TypeInfo, "", "")
			break
		}
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.Success)
		ev.Set(event.EventReason, "crontab "+strings.ToLower(verb)+"d")
	case "BEGIN EDIT", "LIST":
		ev.Set(event.UserTargetName, detail)
		read.Classify(ev, read.CategoryConfiguration, read.TypeInfo, "", "")
	case "RELOAD":
		read.Classify(ev, read.CategoryConfiguration, read.TypeInfo, "", "")
		ev.Set(event.FilePath, detail)
	case "AUTH":
		read.Classify(ev, read.CategoryConfiguration, read.TypeInfo, "", read.Failure)
		ev.Set(event.EventReason, detail)
	case "STARTUP":
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionServiceStarted, read.Success)
		ev.Set(event.ServiceName, "cron")
	case "error", "ERROR", "WRONG FILE OWNER", "BAD FILE MODE", "INSECURE MODE", "FAILED", "CAN'T OPEN", "PAM ERROR":
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", read.Failure)
		ev.Set(event.EventReason, detail)
	case "INFO", "info", "MAIL", "CMDOUT", "LOAD", "UNSAFE", "SHUTDOWN", "CRON", "NO VALID", "ORPHAN":
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
	default:
		return false
	}
	return true
}
