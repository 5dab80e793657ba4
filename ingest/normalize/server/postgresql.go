package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// PostgreSQL reads PostgreSQL's server log, stderr with the usual prefixes and
// CSV (https://www.postgresql.org/docs/current/runtime-config-logging.html):
//
//	2026-03-01 10:00:00.123 CET [44] anna@shop FATAL:  password authentication failed for user "anna"
//	2026-03-01 10:00:00.123 CET,"anna","shop",38,"203.0.113.7:42336",5ff25beb.26,2,...
var PostgreSQL = read.Parser{
	Name:      "postgresql",
	Bare:      true,
	First:     "0-9",
	Recognize: func(msg string) bool { return postgresTime(msg) > 0 },
	Parse:     parsePostgres,
}

// postgresTime returns the length of the time with its zone, 0 for other
// lines.
func postgresTime(msg string) int {
	if len(msg) < 30 || msg[4] != '-' || msg[10] != ' ' || msg[13] != ':' || msg[16] != ':' {
		return 0
	}
	n := 19
	if msg[n] == '.' {
		for n++; n < len(msg) && '0' <= msg[n] && msg[n] <= '9'; n++ {
		}
	}
	if n >= len(msg) || msg[n] != ' ' {
		return 0
	}
	zone := n + 1
	end := zone
	for end < len(msg) && ('A' <= msg[end] && msg[end] <= 'Z' || (msg[end] == '+' || msg[end] == '-') && end == zone || end > zone && '0' <= msg[end] && msg[end] <= '9') {
		end++
	}
	if end-zone < 2 || end-zone > 5 || end >= len(msg) {
		return 0
	}
	if msg[end] == ',' {
		return end
	}
	if msg[end] != ' ' && msg[end] != ':' {
		return 0
	}
	rest := msg[end:min(len(msg), end+200)]
	for _, level := range postgresLevels {
		if strings.Contains(rest, level+":  ") {
			return end
		}
	}
	return 0
}

var postgresLevels = [...]string{"LOG", "ERROR", "FATAL", "STATEMENT", "DETAIL", "HINT", "WARNING", "NOTICE", "INFO", "PANIC", "CONTEXT", "LOCATION", "QUERY", "DEBUG1", "DEBUG2", "DEBUG3", "DEBUG4", "DEBUG5"}

func parsePostgres(m *read.Message, ev *event.Event) bool {
	n := postgresTime(m.Text)
	if n == 0 {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	if m.Text[n] == ',' {
		buf := read.Rows.Get()
		defer read.Rows.Put(buf)
		row := read.SplitCSV(m.Text[n+1:], ',', *buf)
		defer clear(row)
		read.SetTime(ev, m.Text[:n], m.Location)
		read.From(ev, "postgresql", "postgresql.log")
		read.Classify(ev, "database", read.TypeInfo, "", "")
		postgresColumns.Bind(&k, row)
		if len(row) > 12 {
			postgresText(&k, row[12])
		}
		return true
	}
	rest := m.Text[n:]
	level, at := "", len(rest)
	for _, l := range postgresLevels {
		if i := strings.Index(rest, l+":  "); i >= 0 && i < at {
			level, at = l, i
		}
	}
	if level == "" {
		return false
	}
	read.SetTime(ev, m.Text[:n], m.Location)
	read.From(ev, "postgresql", "postgresql.log")
	read.Classify(ev, "database", read.TypeInfo, "", "")
	head, text := strings.Trim(rest[:at], " :"), rest[at+len(level)+3:]
	ev.Set(event.LogLevel, read.Lower(level))
	if pid, after, ok := read.CutBetween(head, "[", "]"); ok {
		pid, _, _ = strings.Cut(pid, "-")
		read.SetNumber(ev, event.ProcessPID, pid)
		head = strings.TrimSpace(strings.TrimLeft(after, ": "))
	}
	for word := range strings.FieldsSeq(head) {
		// user@database, or host(port)
		if user, _, ok := strings.Cut(word, "@"); ok && user != "" && !strings.ContainsAny(user, "[](") {
			ev.Set(event.UserName, user)
		} else if host, port, ok := strings.Cut(strings.TrimRight(word, "):"), "("); ok && read.IsPort(port) {
			read.SetSource(ev, host)
			read.SetPort(ev, event.SourcePort, port)
		}
	}
	postgresText(&k, text)
	return true
}

func postgresText(k *read.Keyed, text string) {
	ev := k.Event
	postgresMessages.Match("*", text, k)
	if _, taken, ok := strings.Cut(text, "duration: "); ok {
		taken, _, _ = strings.Cut(taken, " ms")
		if ns, ok := read.Scaled(taken, 6); ok {
			ev.SetExtra(read.FieldDuration, ns)
		}
	}
}

var postgresMessages = read.NewTemplates(`
* authentication+database start logon-failed failure | password authentication failed for user "{user.name:text}"[[{}]]
* authentication+database start logon-failed failure | {} authentication failed for user "{user.name:text}"[[{}]]
* authentication+database start logon-failed failure | no pg_hba.conf entry for host "{source.ip}", user "{user.name:text}", {}
* authentication+database start logon-failed failure | role "{user.name:text}" does not exist
* authentication+database start logon-success success | connection authorized: user={user.name:text}[[ database={}]][[ {}]]
* database+network connection+start connection-allowed success | connection received: host={source.ip}[[ port={source.port}]]
* database+network connection+end connection-closed - | disconnection: session time: {event.duration:clock} user={user.name:text} database={} host={source.ip}[[ port={source.port}]]
`)

var postgresColumns = read.NewColumns(`
0  user.name:text
1  postgresql.database
2  process.pid
3  source.ip:anyip
5  event.sequence
10  log.level:lower
`)
