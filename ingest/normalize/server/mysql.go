package server

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// MySQL reads the error, general and slow logs of MySQL and MariaDB:
//
//	2026-03-01T10:00:00.183218Z 8 [Note] Access denied for user 'anna'@'203.0.113.7' (using password: YES)
//	2026-03-01 10:00:00 139 [Warning] ...
//	260301 10:00:00 [ERROR] ...
//	# User@Host: root[root] @ localhost [127.0.0.1]
var MySQL = read.Parser{
	Name:  "mysql",
	Bare:  true,
	First: "0-9#",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "# User@Host: ") || strings.HasPrefix(msg, "# Time: ") || mysqlTime(msg) > 0
	},
	Parse: parseMySQL,
}

// mysqlTime returns the length of the time of a line of MySQL, 0 for others.
func mysqlTime(msg string) int {
	switch {
	case len(msg) < 22:
		return 0
	case msg[6] == ' ' && read.IsNumber(msg[:6]) && (msg[9] == ':' && msg[12] == ':'): // YYMMDD hh:mm:ss
		return 15
	case msg[4] == '-' && msg[7] == '-' && (msg[10] == 'T' || msg[10] == ' ') && msg[13] == ':':
		n := strings.IndexByte(msg[11:], ' ') + 11
		rest := strings.TrimLeft(msg[max(n, 11):], " ")
		id, after := read.CutWord(rest)
		after = strings.TrimLeft(after, " \t")
		if strings.HasPrefix(after, "[Note]") || strings.HasPrefix(after, "[Warning]") || strings.HasPrefix(after, "[ERROR]") || strings.HasPrefix(after, "[System]") ||
			strings.HasPrefix(after, "[Error]") {
			if read.IsNumber(strings.TrimPrefix(id, "0x")) || len(id) > 8 || read.IsNumber(id) {
				return n
			}
		}
		if strings.HasPrefix(rest, "[Note]") || msg[10] == ' ' && (strings.HasPrefix(rest, "[Warning]") || strings.HasPrefix(rest, "[ERROR]")) {
			return n // MariaDB without a thread; others write [ERROR] after an ISO time
		}
		if read.IsNumber(id) && (strings.HasPrefix(after, "Query") || strings.HasPrefix(after, "Connect") || strings.HasPrefix(after, "Quit") || strings.HasPrefix(after, "InnoDB")) {
			return n
		}
		if strings.HasPrefix(rest, "InnoDB:") || len(id) > 8 && strings.HasPrefix(after, "InnoDB:") {
			return n
		}
	}
	return 0
}

func parseMySQL(m *read.Message, ev *event.Event) bool {
	if m.Text[0] == '#' {
		return parseMySQLSlow(m, ev)
	}
	n := mysqlTime(m.Text)
	if n == 0 {
		return false
	}
	read.From(ev, "mysql", "mysql.error")
	stamp := m.Text[:n]
	if n == 15 {
		// 191015  9:46:45 or 161209 14:18:50
		day, clock := stamp[:6], strings.TrimSpace(stamp[7:])
		if t, err := time.ParseInLocation("060102 15:04:05", day+" "+clock, m.Location); err == nil {
			ev.Time = t.UnixNano()
		}
	} else {
		read.SetTime(ev, stamp, m.Location)
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	rest := strings.TrimLeft(m.Text[n:], " \t")
	if i := strings.IndexByte(rest, '['); i >= 0 && i < 24 {
		if level, after, ok := strings.Cut(rest[i+1:], "]"); ok {
			ev.Set(event.LogLevel, read.Lower(level))
			rest = strings.TrimLeft(after, " ")
		}
	}
	if code, after, ok := read.CutBetween(rest, "[MY-", "]"); ok && len(code) == 6 {
		ev.Set(event.EventCode, rest[strings.Index(rest, "MY-"):][:9])
		rest = strings.TrimLeft(after, " ")
		if strings.HasPrefix(rest, "[") {
			_, rest, _ = strings.Cut(rest, "] ")
		}
	}
	if !mysqlMessages.Match("*", rest, &k) {
		read.Classify(ev, "database", read.TypeInfo, "", "")
	}
	return true
}

var mysqlMessages = read.NewTemplates(`
* authentication+database start logon-failed failure | {}Access denied for user '{user.name:text}'@'{source.ip}' {}
* authentication+database start logon-failed failure | Access denied for user '{user.name:text}'@'{source.ip}' {}
* database info connection-aborted - | Aborted connection {} to db: '{}' user: '{user.name:text}' host: '{source.ip}' ({event.reason})
`)

func parseMySQLSlow(m *read.Message, ev *event.Event) bool {
	read.From(ev, "mysql", "mysql.slowlog")
	read.Classify(ev, "database", read.TypeInfo, "slow-query", "")
	known := false
	for line := range strings.SplitSeq(m.Text, "\n") {
		switch {
		case strings.HasPrefix(line, "# User@Host: "):
			// root[root] @ localhost [127.0.0.1]  Id: 3
			user, rest, _ := strings.Cut(line[len("# User@Host: "):], "[")
			_, host, _ := strings.Cut(rest, "@")
			name, ip, _ := strings.Cut(strings.TrimSpace(host), "[")
			ev.Set(event.UserName, strings.TrimSpace(user))
			if name = strings.TrimSpace(name); name != "" {
				read.SetSource(ev, name)
			}
			ip, _, _ = strings.Cut(ip, "]")
			if a, _ := read.ParseIP(ip); a != "" {
				read.SetSource(ev, a)
			}
			known = true
		case strings.HasPrefix(line, "# Time: "):
			read.SetTime(ev, line[len("# Time: "):], m.Location)
			known = true
		case strings.HasPrefix(line, "# Query_time: "):
			taken, _ := read.CutWord(line[len("# Query_time: "):])
			if ns, ok := read.Scaled(taken, 9); ok {
				ev.SetExtra(read.FieldDuration, ns)
			}
			known = true
		case strings.HasPrefix(line, "SET timestamp="):
			read.SetTime(ev, strings.TrimRight(line[len("SET timestamp="):], "; \r"), time.UTC)
		}
	}
	return known
}
