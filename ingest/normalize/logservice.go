package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// logService reads what the log services say of themselves, because a log
// that stops or loses messages is itself news: rsyslog, syslog-ng, BSD
// syslogd, journald, auditd.
var logService = parser{
	name:  "logservice",
	apps:  []string{"rsyslogd", "syslog-ng", "syslogd", "syslog", "systemd-journald", "systemd-journal", "journal", "auditd"},
	parse: parseLogService,
}

func parseLogService(m *message, ev *event.Event) bool {
	s := m.text
	switch {
	case strings.HasPrefix(s, `[origin software="`): // rsyslogd
		_, what, ok := cutLast(s, "] ")
		if !ok {
			return false
		}
		switch {
		case strings.HasPrefix(what, "start"), strings.HasPrefix(what, "(re)start"):
			classify(ev, catProcess, typeStart, actionServiceStarted, success)
		case strings.HasPrefix(what, "exiting"):
			classify(ev, catProcess, typeEnd, actionServiceStopped, success)
		default:
			classify(ev, catProcess, typeInfo, "", "")
		}
		ev.Set(event.EventReason, what)
	case strings.HasPrefix(s, "exiting on signal "), strings.HasPrefix(s, "syslog-ng shutting down"), s == "Journal stopped",
		strings.HasPrefix(s, "The audit daemon is exiting"), strings.HasPrefix(s, "Received SIGTERM from "):
		classify(ev, catProcess, typeEnd, actionServiceStopped, success)
		ev.Set(event.EventReason, s)
	case strings.HasPrefix(s, "syslog-ng starting up"), s == "Journal started", strings.HasPrefix(s, "Started dispatcher"),
		strings.HasPrefix(s, "Init complete, auditd"), s == "restart", strings.HasPrefix(s, "kernel boot file is "):
		classify(ev, catProcess, typeStart, actionServiceStarted, success)
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
		classify(ev, catConfiguration, typeDeleted, actionLogCleared, success)
		path, _, _ := strings.Cut(s, ": ")
		ev.Set(event.FilePath, path)
	case strings.HasPrefix(s, "Vacuuming done, "), strings.HasPrefix(s, "Received client request to rotate"), strings.HasPrefix(s, "Audit daemon rotating log files"),
		strings.Contains(s, "rotating.") && strings.Contains(s, "journal"), strings.HasPrefix(s, "Deleted archived journal "),
		strings.Contains(s, "rsyslogd was HUPed"):
		classify(ev, catConfiguration, typeInfo, actionLogRotated, success)
		ev.Set(event.EventReason, s)
		if strings.Contains(s, "orrupted") {
			ev.Set(event.EventOutcome, failure)
		}
	case strings.HasPrefix(s, "Log statistics"), strings.HasPrefix(s, "System Journal ("), strings.HasPrefix(s, "Runtime Journal ("),
		strings.Contains(s, " journal (/"), strings.HasPrefix(s, "Time spent on flushing "), strings.HasPrefix(s, "Received client request to flush"),
		strings.HasPrefix(s, "Configuration reload"), strings.HasPrefix(s, "action '"), strings.HasPrefix(s, "imuxsock: "), strings.HasPrefix(s, "rsyslogd's "), strings.HasPrefix(s, "imjournal"):
		classify(ev, catProcess, typeInfo, "", "")
	default:
		return false
	}
	if !ev.Has(event.ServiceName) {
		ev.Set(event.ServiceName, m.app)
	}
	fromSys(ev)
	return true
}

func logLost(ev *event.Event, n, service, reason string) {
	classify(ev, catHost, typeInfo, actionLogLost, failure)
	ev.Set(event.EventReason, reason)
	if isNumber(n) {
		ev.SetExtra(fieldCount, n)
	}
	ev.Set(event.ServiceName, service)
}
