package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Systemd reads the service manager's messages about units (job.c, unit.c,
// service.c). Since version 249 the unit's name comes with its description:
// "Started ssh.service - OpenBSD Secure Shell server."; before, only the
// description does.
var Systemd = read.Parser{
	Name:  "systemd",
	Apps:  []string{"systemd"},
	Parse: parseSystemd,
}

func parseSystemd(m *read.Message, ev *event.Event) bool {
	s := m.Text
	verb, rest, _ := strings.Cut(s, " ")
	switch verb {
	case "Started":
		setUnit(ev, rest, read.TypeStart, read.ActionServiceStarted, read.Success)
	case "Stopped":
		setUnit(ev, rest, read.TypeEnd, read.ActionServiceStopped, read.Success)
	case "Mounted", "Activated", "Created", "Set", "Listening", "Reached":
		setUnit(ev, rest, read.TypeStart, "", read.Success)
	case "Finished", "Unmounted", "Deactivated", "Removed", "Closed":
		setUnit(ev, rest, read.TypeEnd, "", read.Success)
	case "Reloaded", "Starting", "Stopping", "Reloading", "Mounting", "Unmounting", "Activating", "Deactivating":
		setUnit(ev, rest, read.TypeInfo, "", "")
	case "Failed":
		what, ok := strings.CutPrefix(rest, "to start ")
		if !ok {
			if what, ok = strings.CutPrefix(rest, "to stop "); !ok {
				read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", read.Failure)
				ev.Set(event.EventReason, s)
				break
			}
		}
		setUnit(ev, what, read.TypeEnd, read.ActionServiceFailed, read.Failure)
		if ev.Get(event.EventAction) == "" {
			ev.Set(event.EventOutcome, read.Failure)
		}
	case "Startup", "Received", "Queued", "Detected", "Hostname", "Time", "Reexecuting.", "Reloading.", "Relabelled", "Sent", "Shutting":
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
		if verb == "Shutting" {
			read.Classify(ev, read.CategoryHost, read.TypeEnd, read.ActionSystemShutdown, "")
		}
	default:
		unit, text, ok := strings.Cut(s, ": ")
		if !ok || strings.Contains(unit, " ") || !strings.Contains(unit, ".") {
			return false
		}
		ev.Set(event.ServiceName, unit)
		unitState(text, ev)
	}
	read.FromSystem(ev)
	return true
}

// unitState reads what follows "foo.service: ".
func unitState(s string, ev *event.Event) {
	switch {
	case strings.HasPrefix(s, "Main process exited, "), strings.HasPrefix(s, "Control process exited, "):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, "", read.Failure)
		_, why, _ := strings.Cut(s, ", ")
		ev.Set(event.EventReason, why)
		if strings.HasSuffix(why, "status=0/SUCCESS") {
			ev.Set(event.EventOutcome, read.Success)
		}
	case strings.HasPrefix(s, "main process exited, "):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, "", read.Failure)
		ev.Set(event.EventReason, s[len("main process exited, "):])
	case strings.HasPrefix(s, "Failed with result "):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, read.ActionServiceFailed, read.Failure)
		ev.Set(event.EventReason, read.Unquote(strings.TrimSuffix(s[len("Failed with result "):], ".")))
	case strings.HasPrefix(s, "Deactivated successfully"), strings.HasPrefix(s, "Succeeded"):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, "", read.Success)
	case strings.HasPrefix(s, "Unit entered failed state"):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, read.ActionServiceFailed, read.Failure)
	case strings.HasPrefix(s, "Failed "), strings.HasPrefix(s, "Start request repeated too quickly"):
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, read.ActionServiceFailed, read.Failure)
		ev.Set(event.EventReason, s)
	default:
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "", "")
	}
}

// setUnit reads "ssh.service - OpenBSD Secure Shell server." or "OpenBSD
// Secure Shell server.". The action is set only for services: targets, slices,
// scopes, sessions and such get only category and outcome.
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
	read.Classify(ev, read.CategoryProcess, typ, action, outcome)
}

// Logind reads the messages of systemd-logind: sessions, lid, power.
var Logind = read.Parser{
	Name:  "logind",
	Apps:  []string{"systemd-logind"},
	Parse: parseLogind,
}

func parseLogind(m *read.Message, ev *event.Event) bool {
	s := strings.TrimSuffix(m.Text, ".")
	switch {
	case strings.HasPrefix(s, "New session "):
		// New session 5 of user anna / '5' of user 'anna' with class 'user' and type 'tty'
		id, rest := read.Quoted(s[len("New session "):])
		who, ok := strings.CutPrefix(strings.TrimPrefix(rest, " "), "of user ")
		if !ok {
			return false
		}
		if strings.HasPrefix(who, "'") {
			who, _ = read.Quoted(who)
		}
		ev.Set(event.UserName, who)
		ev.SetExtra("session.id", id)
		read.Classify(ev, read.CategorySession, read.TypeStart, read.ActionSessionOpened, read.Success)
	case strings.HasPrefix(s, "Removed session "):
		ev.SetExtra("session.id", s[len("Removed session "):])
		read.Classify(ev, read.CategorySession, read.TypeEnd, read.ActionSessionClosed, read.Success)
	case strings.HasPrefix(s, "Session ") && strings.Contains(s, " logged out"):
		id, _ := read.Quoted(s[len("Session "):])
		ev.SetExtra("session.id", id)
		read.Classify(ev, read.CategorySession, read.TypeEnd, read.ActionLogoff, read.Success)
	case strings.HasPrefix(s, "Powering Off"), strings.HasPrefix(s, "The system will power off now"), strings.HasPrefix(s, "System is powering down"),
		strings.HasPrefix(s, "Halting"), strings.HasPrefix(s, "System is halting"):
		read.Classify(ev, read.CategoryHost, read.TypeEnd, read.ActionSystemShutdown, "")
	case strings.HasPrefix(s, "The system will reboot now"), strings.HasPrefix(s, "System is rebooting"), strings.HasPrefix(s, "Rebooting"):
		read.Classify(ev, read.CategoryHost, read.TypeEnd, read.ActionSystemRestart, "")
	case strings.HasPrefix(s, "Suspending"), strings.HasPrefix(s, "Hibernating"), strings.HasPrefix(s, "The system will suspend now"):
		read.Classify(ev, read.CategoryHost, read.TypeChange, read.ActionSystemSuspend, "")
	case strings.HasPrefix(s, "Lid "), strings.HasSuffix(s, " key pressed"), strings.HasSuffix(s, " key pressed short"),
		strings.HasPrefix(s, "Operation '"), strings.HasPrefix(s, "Operation `"), strings.HasPrefix(s, "Watching system buttons on "),
		strings.HasPrefix(s, "New seat "), strings.HasPrefix(s, "User enumeration"), strings.HasPrefix(s, "Delay lock is active"):
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	default:
		return false
	}
	if ev.Get(event.EventCategory) == read.CategoryHost {
		ev.Set(event.EventReason, m.Text)
		read.FromSystem(ev)
	} else {
		read.FromAuth(ev)
	}
	return true
}
