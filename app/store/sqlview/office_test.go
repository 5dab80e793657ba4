package sqlview

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// officeEvents makes n events of a small office, failed logins and blocked
// connections, each up to 400 µs after the one before it.
func officeEvents(seed uint64, at time.Time, n int) []event.Event {
	r := rand.New(rand.NewPCG(seed, 1))
	one := func(list ...string) string { return list[r.IntN(len(list))] }
	out := make([]event.Event, n)
	for i := range out {
		ev := &out[i]
		at = at.Add(time.Duration(r.IntN(400)) * time.Microsecond)
		ev.Time, ev.Received = at.UnixNano(), at.Add(time.Duration(r.IntN(3))*time.Millisecond).UnixNano()
		ip, port := fmt.Sprint(one("192.168.1.", "10.0.20.", "203.0.113."), 1+r.IntN(20)), fmt.Sprint(1024+r.IntN(64000))
		ev.Set(event.HostName, one("fw-edge", "nas-01", "mail", "dc01"))
		ev.Set(event.SourceIP, ip)
		ev.Set(event.SourcePort, port)
		ev.SetInt(event.LogSyslogSeverity, 6)
		if r.IntN(3) == 0 {
			user := one("anna", "root", "svc-backup", "m.keller", "admin")
			ev.Set(event.Message, fmt.Sprintf("Failed password for invalid user %s from %s port %s ssh2: method keyboard-interactive/pam%s", user, ip, port, strings.Repeat(".", r.IntN(40))))
			ev.Set(event.UserName, user)
			ev.Set(event.EventCategory, "authentication")
			ev.Set(event.EventAction, "logon-failed")
			ev.Set(event.LogSyslogAppname, "sshd")
			continue
		}
		dst, dport := fmt.Sprint("198.51.100.", 1+r.IntN(250)), one("22", "53", "443", "3389")
		ev.Set(event.Message, fmt.Sprintf("rule=%d block SRC=%s SPT=%s DST=%s DPT=%s", r.IntN(90), ip, port, dst, dport))
		ev.Set(event.DestinationIP, dst)
		ev.Set(event.DestinationPort, dport)
		ev.Set(event.EventCategory, "network")
		ev.Set(event.EventAction, "block")
		ev.Set(event.LogSyslogAppname, "filterlog")
	}
	return out
}

// numbered makes an event whose event.code is its number.
func numbered(n int, at time.Time) event.Event {
	var ev event.Event
	ev.Time, ev.Received = at.UnixNano(), at.UnixNano()
	ev.Set(event.EventCode, fmt.Sprint(n))
	return ev
}
