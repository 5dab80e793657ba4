package ingest

import (
	"testing"
	"time"

	"porchlight/ingest/event"
)

func TestJoinAudit(t *testing.T) {
	lines := []string{
		`<13>Mar  1 10:00:00 web01 audispd: type=SYSCALL msg=audit(1772359200.048:981): arch=c000003e syscall=59 success=yes exit=0 ppid=800 pid=4711 auid=1000 uid=1000 gid=1000 euid=0 tty=pts0 ses=3 comm="cat" exe="/usr/bin/cat" key="exec"`,
		`<13>Mar  1 10:00:00 web01 audispd: type=EXECVE msg=audit(1772359200.048:981): argc=2 a0="cat" a1="/etc/shadow"`,
		`<13>Mar  1 10:00:00 web01 audispd: type=CWD msg=audit(1772359200.048:981): cwd="/home/anna"`,
		`<13>Mar  1 10:00:00 web01 audispd: type=PATH msg=audit(1772359200.048:981): item=0 name="/usr/bin/cat" inode=1 nametype=NORMAL`,
		`<13>Mar  1 10:00:00 web01 audispd: type=SYSCALL msg=audit(1772359200.050:982): arch=c000003e syscall=87 success=yes exit=0 ppid=800 pid=4712 auid=1000 uid=1000 comm="rm" exe="/usr/bin/rm" key="delete"`,
		`<13>Mar  1 10:00:00 web01 audispd: type=CWD msg=audit(1772359200.050:982): cwd="/home/anna"`,
		`<13>Mar  1 10:00:00 web01 audispd: type=PATH msg=audit(1772359200.050:982): item=0 name="/srv/data" inode=2 nametype=PARENT`,
		`<13>Mar  1 10:00:00 web01 audispd: type=PATH msg=audit(1772359200.050:982): item=1 name="/srv/data/plan.xlsx" inode=3 nametype=DELETE`,
		`<13>Mar  1 10:00:00 web02 audispd: type=PATH msg=audit(1772359200.050:982): item=1 name="/other" inode=3 nametype=DELETE`,
	}
	parser := NewParser(time.UTC)
	events := make([]event.Event, len(lines))
	for i, l := range lines {
		parser.Parse(&event.Raw{Origin: still, Received: 1772359200e9, Body: l}, &events[i])
	}
	joinAudit(events)
	for _, tt := range []struct {
		event       int
		field, want string
	}{
		{0, "process.command_line", "cat /etc/shadow"}, {0, "process.working_directory", "/home/anna"}, {0, "event.action", "process-started"}, {0, "event.type", "start"},
		{1, "process.executable", "/usr/bin/cat"}, {1, "process.name", "cat"}, {1, "user.id", "1000"}, {1, "process.pid", "4711"}, {1, "process.working_directory", "/home/anna"}, {1, "event.outcome", "success"},
		{3, "process.name", "cat"}, {3, "file.path", "/usr/bin/cat"},
		{4, "file.path", "/srv/data/plan.xlsx"}, {4, "event.action", "file-deleted"}, {4, "event.category", "file"},
		{7, "process.name", "rm"}, {7, "user.id", "1000"},
		{8, "process.executable", ""}, // from another host
	} {
		if got, _ := events[tt.event].LookupName(tt.field); got != tt.want {
			t.Errorf("event %d: %s is %q, want %q", tt.event, tt.field, got, tt.want)
		}
	}
}
