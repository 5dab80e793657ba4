package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// LogService reads what log services say about themselves, because a log that
// stops or loses messages is itself news: rsyslog, syslog-ng, BSD syslogd,
// journald, auditd.
var LogService = read.Parser{
	Name:  "logservice",
	Apps:  []string{"rsyslogd", "syslog-ng", "syslogd", "syslog", "systemd-journald", "systemd-journal", "journal", "auditd"},
	Parse: parseLogService,
}

func parseLogService(m *read.Message, ev *event.Event) bool {
	s := m.Text
	switch {
	case strings.HasPrefix(s, `[origin software="`): // rsyslogd
		_, what, ok := read.CutLast(s, "] ")
		if !ok {
			return false
		}
		switch {
		case strings.HasPrefix(what, "start"), strings.HasPrefix(what, "(re)start"):
			read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionServiceStarted, read.Success)
		case strings.HasPrefix(what, "exiting"):
			read.Classify(ev, read.CategoryProcess, read.TypeEnd, read.ActionServiceStopped, read.Success)
		default:
			read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
		}
		ev.Set(event.EventReason, what)
	case strings.HasPrefix(s, "exiting on signal "), strings.HasPrefix(s, "syslog-ng shutting down"), s == "Journal stopped",
		strings.HasPrefix(s, "The audit daemon is exiting"), strings.HasPrefix(s, "Received SIGTERM from "):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, read.ActionServiceStopped, read.Success)
		ev.Set(event.EventReason, s)
	case strings.HasPrefix(s, "syslog-ng starting up"), s == "Journal started", strings.HasPrefix(s, "Started dispatcher"),
		strings.HasPrefix(s, "Init complete, auditd"), s == "restart", strings.HasPrefix(s, "kernel boot file is "):
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionServiceStarted, read.Success)
	case strings.HasPrefix(s, "Suppressed "): // Suppressed 120 messages from foo.service
		n, rest, _ := strings.Cut(s[len("Suppressed "):], " messages")
		logLost(ev, n, strings.TrimPrefix(strings.TrimPrefix(rest, " from "), "from "), s)
	case strings.HasPrefix(s, "Forwarding to syslog missed "), strings.HasPrefix(s, "Missed "):
		n, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(s, "Forwarding to syslog missed "), "Missed "), " ")
		logLost(ev, n, "", s)
	case strings.Contains(s, "due to rate-limiting"), strings.Contains(s, "messages lost"), strings.HasPrefix(s, "Audit daemon is suspending logging"),
		strings.HasPrefix(s, "Audit daemon is low on disk space"), strings.HasPrefix(s, "Audit daemon has no space left"),
		strings.Contains(s, "dispatch err"), strings.HasPrefix(s, "queue to plugins is full"):
		logLost(ev, "", "", s)
	case strings.HasSuffix(s, "Journal file has been deleted, rotating."):
		read.Classify(ev, read.CategoryConfiguration, read.TypeDeleted, read.ActionLogCleared, read.Success)
		path, _, _ := strings.Cut(s, ": ")
		ev.Set(event.FilePath, path)
	case strings.HasPrefix(s, "Vacuuming done, "), strings.HasPrefix(s, "Received client request to rotate"), strings.HasPrefix(s, "Audit daemon rotating log files"),
		strings.Contains(s, "rotating.") && strings.Contains(s, "journal"), strings.HasPrefix(s, "Deleted archived journal "),
		strings.Contains(s, "rsyslogd was HUPed"):
		read.Classify(ev, read.CategoryConfiguration, read.TypeInfo, read.ActionLogRotated, read.Success)
		ev.Set(event.EventReason, s)
		if strings.Contains(s, "orrupted") {
			ev.Set(event.EventOutcome, read.Failure)
		}
	case strings.HasPrefix(s, "Log statistics"), strings.HasPrefix(s, "System Journal ("), strings.HasPrefix(s, "Runtime Journal ("),
		strings.Contains(s, " journal (/"), strings.HasPrefix(s, "Time spent on flushing "), strings.HasPrefix(s, "Received client request to flush"),
		strings.HasPrefix(s, "Configuration reload"), strings.HasPrefix(s, "action '"), strings.HasPrefix(s, "imuxsock: "), strings.HasPrefix(s, "rsyslogd's "), strings.HasPrefix(s, "imjournal"):
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
	default:
		return false
	}
	if !ev.Has(event.ServiceName) {
		ev.Set(event.ServiceName, m.App)
	}
	read.FromSystem(ev)
	return true
}

func logLost(ev *event.Event, n, service, reason string) {
	read.Classify(ev, read.CategoryHost, read.TypeInfo, read.ActionLogLost, read.Failure)
	ev.Set(event.EventReason, reason)
	if read.IsNumber(n) {
		ev.SetExtra(read.FieldCount, n)
	}
	ev.Set(event.ServiceName, service)
}
