package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// systemd reads the service manager's messages about units (job.c, unit.c,
// service.c). Since version 249 the unit's name comes with its description:
// "Started ssh.service - OpenBSD Secure Shell server."; before, only the
// description does.
var systemd = parser{
	name:  "systemd",
	apps:  []string{"systemd"},
	parse: parseSystemd,
}

func parseSystemd(m *message, ev *event.Event) bool {
	s := m.text
	verb, rest, _ := strings.Cut(s, " ")
	switch verb {
	case "Started":
		setUnit(ev, rest, typeStart, actionServiceStarted, success)
	case "Stopped":
		setUnit(ev, rest, typeEnd, actionServiceStopped, success)
	case "Mounted", "Activated", "Created", "Set", "Listening", "Reached":
		setUnit(ev, rest, typeStart, "", success)
	case "Finished", "Unmounted", "Deactivated", "Removed", "Closed":
		setUnit(ev, rest, typeEnd, "", success)
	case "Reloaded", "Starting", "Stopping", "Reloading", "Mounting", "Unmounting", "Activating", "Deactivating":
		setUnit(ev, rest, typeInfo, "", "")
	case "Failed":
		what, ok := strings.CutPrefix(rest, "to start ")
		if !ok {
			if what, ok = strings.CutPrefix(rest, "to stop "); !ok {
				classify(ev, catProcess, typeInfo, "", failure)
				ev.Set(event.EventReason, s)
				break
			}
		}
		setUnit(ev, what, typeEnd, actionServiceFailed, failure)
		if ev.Get(event.EventAction) == "" {
			ev.Set(event.EventOutcome, failure)
		}
	case "Startup", "Received", "Queued", "Detected", "Hostname", "Time", "Reexecuting.", "Reloading.", "Relabelled", "Sent", "Shutting":
		classify(ev, catHost, typeInfo, "", "")
		if verb == "Shutting" {
			classify(ev, catHost, typeEnd, actionSystemShutdown, "")
		}
	default:
		unit, text, ok := strings.Cut(s, ": ")
		if !ok || strings.Contains(unit, " ") || !strings.Contains(unit, ".") {
			return false
		}
		ev.Set(event.ServiceName, unit)
		unitState(text, ev)
	}
	fromSys(ev)
	return true
}

// unitState reads what follows "foo.service: ".
func unitState(s string, ev *event.Event) {
	switch {
	case strings.HasPrefix(s, "Main process exited, "), strings.HasPrefix(s, "Control process exited, "):
		classify(ev, catProcess, typeEnd, "", failure)
		_, why, _ := strings.Cut(s, ", ")
		ev.Set(event.EventReason, why)
		if strings.HasSuffix(why, "status=0/SUCCESS") {
			ev.Set(event.EventOutcome, success)
		}
	case strings.HasPrefix(s, "main process exited, "):
		classify(ev, catProcess, typeEnd, "", failure)
		ev.Set(event.EventReason, s[len("main process exited, "):])
	case strings.HasPrefix(s, "Failed with result "):
		classify(ev, catProcess, typeEnd, actionServiceFailed, failure)
		ev.Set(event.EventReason, unquote(strings.TrimSuffix(s[len("Failed with result "):], ".")))
	case strings.HasPrefix(s, "Deactivated successfully"), strings.HasPrefix(s, "Succeeded"):
		classify(ev, catProcess, typeEnd, "", success)
	case strings.HasPrefix(s, "Unit entered failed state"):
		classify(ev, catProcess, typeEnd, actionServiceFailed, failure)
	case strings.HasPrefix(s, "Failed "), strings.HasPrefix(s, "Start request repeated too quickly"):
		classify(ev, catProcess, typeEnd, actionServiceFailed, failure)
		ev.Set(event.EventReason, s)
	default:
		classify(ev, catProcess, typeInfo, "", "")
	}
}

// setUnit reads "ssh.service - OpenBSD Secure Shell server." or "OpenBSD
// Secure Shell server.". The action is that of services: of targets, slices,
// scopes, sessions and such only category and outcome are set.
func setUnit(ev *event.Event, s, typ, action, outcome string) {
	s = strings.TrimSuffix(strings.TrimSuffix(s, "..."), ".")
	for _, kind := range [...]string{"target ", "slice ", "on ", "up "} {
		if rest, ok := strings.CutPrefix(s, kind); ok {
			s, action = rest, ""
		}
	}
	unit, _, named := strings.Cut(s, " - ")
	if !named {
		unit = s
	}
	ev.Set(event.ServiceName, unit)
	if dot := strings.LastIndexByte(unit, '.'); dot >= 0 && !strings.Contains(unit, " ") && unit[dot:] != ".service" ||
		strings.HasPrefix(s, "Session ") || strings.HasPrefix(s, "User ") {
		action = ""
	}
	classify(ev, catProcess, typ, action, outcome)
}

// logind reads systemd-logind: sessions, lid, power.
var logind = parser{
	name:  "logind",
	apps:  []string{"systemd-logind"},
	parse: parseLogind,
}

func parseLogind(m *message, ev *event.Event) bool {
	s := strings.TrimSuffix(m.text, ".")
	switch {
	case strings.HasPrefix(s, "New session "):
		// New session 5 of user anna / '5' of user 'anna' with class 'user' and type 'tty'
		id, rest := quoted(s[len("New session "):])
		who, ok := strings.CutPrefix(strings.TrimPrefix(rest, " "), "of user ")
		if !ok {
			return false
		}
		if strings.HasPrefix(who, "'") {
			who, _ = quoted(who)
		}
		ev.Set(event.UserName, who)
		ev.SetExtra("session.id", id)
		classify(ev, catSession, typeStart, actionSessionOpened, success)
	case strings.HasPrefix(s, "Removed session "):
		ev.SetExtra("session.id", s[len("Removed session "):])
		classify(ev, catSession, typeEnd, actionSessionClosed, success)
	case strings.HasPrefix(s, "Session ") && strings.Contains(s, " logged out"):
		id, _ := quoted(s[len("Session "):])
		ev.SetExtra("session.id", id)
		classify(ev, catSession, typeEnd, actionLogoff, success)
	case strings.HasPrefix(s, "Powering Off"), strings.HasPrefix(s, "The system will power off now"), strings.HasPrefix(s, "System is powering down"),
		strings.HasPrefix(s, "Halting"), strings.HasPrefix(s, "System is halting"):
		classify(ev, catHost, typeEnd, actionSystemShutdown, "")
	case strings.HasPrefix(s, "The system will reboot now"), strings.HasPrefix(s, "System is rebooting"), strings.HasPrefix(s, "Rebooting"):
		classify(ev, catHost, typeEnd, actionSystemRestart, "")
	case strings.HasPrefix(s, "Suspending"), strings.HasPrefix(s, "Hibernating"), strings.HasPrefix(s, "The system will suspend now"):
		classify(ev, catHost, typeChange, actionSystemSuspend, "")
	case strings.HasPrefix(s, "Lid "), strings.HasSuffix(s, " key pressed"), strings.HasSuffix(s, " key pressed short"),
		strings.HasPrefix(s, "Operation '"), strings.HasPrefix(s, "Operation `"), strings.HasPrefix(s, "Watching system buttons on "),
		strings.HasPrefix(s, "New seat "), strings.HasPrefix(s, "User enumeration"), strings.HasPrefix(s, "Delay lock is active"):
		classify(ev, catHost, typeInfo, "", "")
	default:
		return false
	}
	if ev.Get(event.EventCategory) == catHost {
		ev.Set(event.EventReason, m.text)
		fromSys(ev)
	} else {
		fromAuth(ev)
	}
	return true
}
