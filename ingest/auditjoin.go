package ingest

import (
	"strings"

	"porchlight/ingest/event"
)

// joinAudit completes the records of the Linux audit system that belong to one
// event, which share host and serial: the kernel says what was run (EXECVE),
// where (CWD) and on which files (PATH) in separate records, and who did it in
// the system call's. Each record stays an event and gets what the others say.
// Records are written together, so they arrive in one batch; those at the end
// of a batch wait for the rest (openAudit).
func joinAudit(events []event.Event) {
	var groups map[auditKey]*auditGroup
	for i := range events {
		ev := &events[i]
		if ev.Get(event.EventModule) != "auditd" {
			continue
		}
		serial, ok := ev.LookupName("audit.serial")
		if !ok {
			continue
		}
		if groups == nil {
			groups = map[auditKey]*auditGroup{}
		}
		key := auditKey{ev.Get(event.LogSourceAddress), ev.Get(event.HostName), serial}
		g := groups[key]
		if g == nil {
			g = &auditGroup{}
			groups[key] = g
		}
		g.add(ev)
	}
	for _, g := range groups {
		g.join()
	}
}

type auditKey struct{ source, host, serial string }

// maxOpen bounds how many records can wait for others.
const maxOpen = 32

// openAudit returns how many events at the end are records of a system call
// with more to come: the last is the process title or the end mark.
func openAudit(events []event.Event) int {
	var of auditKey
	n := 0
	for i := len(events) - 1; i >= 0 && n < maxOpen; i-- {
		ev := &events[i]
		switch ev.Get(event.EventCode) {
		case "SYSCALL", "EXECVE", "CWD", "PATH", "SOCKADDR", "BPRM_FCAPS", "OBJ_PID", "MMAP":
		default:
			return n
		}
		serial, ok := ev.LookupName("audit.serial")
		key := auditKey{ev.Get(event.LogSourceAddress), ev.Get(event.HostName), serial}
		if !ok || n > 0 && key != of {
			return n
		}
		of = key
		n++
	}
	return n
}

// auditGroup holds the records of one event.
type auditGroup struct {
	call, exec, cwd, title, path *event.Event
	others                       []*event.Event
}

func (g *auditGroup) add(ev *event.Event) {
	g.others = append(g.others, ev)
	switch ev.Get(event.EventCode) {
	case "SYSCALL":
		g.call = ev
	case "EXECVE":
		g.exec = ev
	case "CWD":
		g.cwd = ev
	case "PROCTITLE":
		g.title = ev
	case "PATH":
		// The file itself rather than the folder it is in.
		if kind, _ := ev.LookupName("nametype"); g.path == nil || kind != "PARENT" && nametype(g.path) == "PARENT" {
			g.path = ev
		}
	}
}

func nametype(ev *event.Event) string {
	kind, _ := ev.LookupName("nametype")
	return kind
}

// ofCall are the fields that a system call's record supplies for all.
var ofCall = []event.Ref{
	event.Resolve("process.pid"), event.Resolve("process.parent.pid"), event.Resolve("process.name"), event.Resolve("process.executable"), event.Resolve("process.tty.name"),
	event.Resolve("user.id"), event.Resolve("user.name"), event.Resolve("user.effective.id"), event.Resolve("user.effective.name"), event.Resolve("user.group.id"),
	event.Resolve("event.outcome"), event.Resolve("rule.name"), event.Resolve("audit.login_uid"), event.Resolve("audit.session"),
}

var (
	auditCommandLine = event.Resolve("process.command_line")
	auditWorkingDir  = event.Resolve("process.working_directory")
	auditTitle       = event.Resolve("process.title")
)

var auditFile = []event.Ref{event.Resolve("file.path"), event.Resolve("file.name"), event.Resolve("file.directory"), event.Resolve("file.extension")}

func (g *auditGroup) join() {
	if len(g.others) < 2 {
		return
	}
	if g.call != nil {
		// The program in the header is the audit daemon, not the actor.
		for _, ev := range g.others {
			for _, ref := range ofCall {
				if v, ok := g.call.Lookup(ref); ok && ev != g.call && missing(ev, ref) {
					ev.Delete(ref.Field)
					ev.SetName(ref.Name, v)
				}
			}
		}
	}
	give := func(from, to *event.Event, refs ...event.Ref) {
		if from == nil || to == nil || from == to {
			return
		}
		for _, ref := range refs {
			if v, ok := from.Lookup(ref); ok && missing(to, ref) {
				to.SetName(ref.Name, v)
			}
		}
	}
	give(g.exec, g.call, auditCommandLine)
	give(g.title, g.call, auditCommandLine, auditTitle)
	give(g.title, g.exec, auditTitle)
	give(g.cwd, g.call, auditWorkingDir)
	give(g.cwd, g.exec, auditWorkingDir)
	give(g.cwd, g.path, auditWorkingDir)
	if g.exec == nil {
		give(g.path, g.call, auditFile...)
	}
	if g.call == nil {
		return
	}
	category, typ, action := "", "", ""
	switch kind := ""; {
	case g.exec != nil:
		category, typ, action = "process", "start", "process-started"
	case g.path != nil:
		kind = nametype(g.path)
		switch kind {
		case "CREATE":
			category, typ, action = "file", "creation", "file-created"
		case "DELETE":
			category, typ, action = "file", "deletion", "file-deleted"
		case "NORMAL":
			category, typ, action = "file", "access", "file-accessed"
		}
	}
	if category != "" {
		g.call.Set(event.EventCategory, category)
		g.call.Set(event.EventType, typ)
		g.call.Set(event.EventAction, action)
	}
}

// missing reports whether an event has no value of its own for a field: the
// name of the daemon that forwards records is not that of the process.
func missing(ev *event.Event, ref event.Ref) bool {
	v, ok := ev.Lookup(ref)
	if !ok || v == "" {
		return true
	}
	return ref.Field == event.ProcessName && (v == ev.Get(event.LogSyslogAppname) || strings.HasPrefix(v, "audi"))
}
