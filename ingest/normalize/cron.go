package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// cron reads Vixie cron and its heirs (cronie, Debian's cron), crontab,
// anacron and busybox crond:
//
//	(root) CMD (/usr/lib/sa/sa1 1 1)
//	(anna) REPLACE (anna)
//	Job `cron.daily' started
//	USER root pid 4711 cmd /usr/bin/uptime
var cron = parser{
	name:  "cron",
	apps:  []string{"cron", "CRON", "crond", "crontab", "anacron", "fcron", "cronie"},
	parse: parseCron,
}

func parseCron(m *message, ev *event.Event) bool {
	s := m.text
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
		fromSys(ev)
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
			classify(ev, catProcess, typeStart, actionProcessStarted, success)
		case strings.HasPrefix(rest, "terminated"):
			classify(ev, catProcess, typeEnd, "", "")
			ev.Set(event.EventReason, rest)
		default:
			classify(ev, catProcess, typeInfo, "", "")
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
		classify(ev, catProcess, typeStart, actionProcessStarted, success)
	case strings.HasPrefix(s, "Anacron "), strings.HasPrefix(s, "Normal exit ("), strings.HasPrefix(s, "Will run job `"),
		strings.HasPrefix(s, "Jobs will be executed"):
		classify(ev, catProcess, typeInfo, "", "")
	default:
		return false
	}
	fromSys(ev)
	return true
}

func cronVerb(verb, detail string, ev *event.Event) bool {
	switch verb {
	case "CMD":
		// cron pads the command on some systems
		setCommand(ev, strings.TrimSpace(strings.TrimPrefix(detail, "   ")))
		classify(ev, catProcess, typeStart, actionProcessStarted, success)
	case "CMDEND":
		setCommand(ev, strings.TrimSpace(detail))
		classify(ev, catProcess, typeEnd, "", "")
	case "REPLACE", "DELETE", "END EDIT":
		ev.Set(event.UserTargetName, detail)
		if verb == "END EDIT" { // nothing may have changed: REPLACE says so
			classify(ev, catConfiguration, typeInfo, "", "")
			break
		}
		classify(ev, catConfiguration, typeChange, actionConfigChanged, success)
		ev.Set(event.EventReason, "crontab "+strings.ToLower(verb)+"d")
	case "BEGIN EDIT", "LIST":
		ev.Set(event.UserTargetName, detail)
		classify(ev, catConfiguration, typeInfo, "", "")
	case "RELOAD":
		classify(ev, catConfiguration, typeInfo, "", "")
		ev.Set(event.FilePath, detail)
	case "AUTH":
		classify(ev, catConfiguration, typeInfo, "", failure)
		ev.Set(event.EventReason, detail)
	case "STARTUP":
		classify(ev, catProcess, typeStart, actionServiceStarted, success)
		ev.Set(event.ServiceName, "cron")
	case "error", "ERROR", "WRONG FILE OWNER", "BAD FILE MODE", "INSECURE MODE", "FAILED", "CAN'T OPEN", "PAM ERROR":
		classify(ev, catProcess, typeInfo, "", failure)
		ev.Set(event.EventReason, detail)
	case "INFO", "info", "MAIL", "CMDOUT", "LOAD", "UNSAFE", "SHUTDOWN", "CRON", "NO VALID", "ORPHAN":
		classify(ev, catProcess, typeInfo, "", "")
	default:
		return false
	}
	return true
}
