package server

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Oracle reads the audit trail of Oracle Database in syslog:
//
//	LENGTH : '200' ACTION :[7] 'CONNECT' DATABASE USER:[3] 'sys' PRIVILEGE :[6] 'SYSDBA' CLIENT USER:[6] 'oracle' STATUS:[4] '1017' DBID:[10] '1'
var Oracle = read.Parser{
	Name:  "oracle",
	Apps:  []string{"Oracle Audit"},
	First: "LA",
	Recognize: func(msg string) bool {
		return strings.Contains(msg, "ACTION :[") && strings.Contains(msg, " DATABASE USER:[")
	},
	Parse: parseOracle,
}

func parseOracle(m *read.Message, ev *event.Event) bool {
	if !strings.Contains(m.Text, "ACTION :[") {
		return false
	}
	action := oracleValue(m.Text, "ACTION :")
	status := oracleValue(m.Text, "STATUS:")
	read.Observe(ev, "Oracle", "Database", "")
	read.From(ev, "oracle", "oracle.database_audit")
	user := oracleValue(m.Text, "DATABASE USER:")
	if user == "/" { // authenticated by the operating system
		user = oracleValue(m.Text, "CLIENT USER:")
	}
	ev.Set(event.UserName, user)
	read.SetNamed(ev, "user.roles", oracleValue(m.Text, "PRIVILEGE :"))
	read.SetNamed(ev, "client.user.name", oracleValue(m.Text, "CLIENT USER:"))
	if ip, _ := read.ParseIP(oracleValue(m.Text, "CLIENT ADDRESS:")); ip != "" {
		read.SetSource(ev, ip)
	} else if _, host, ok := strings.Cut(oracleValue(m.Text, "CLIENT ADDRESS:"), "(HOST="); ok {
		host, _, _ = strings.Cut(host, ")")
		read.SetSource(ev, host)
	}
	ev.Set(event.EventCode, status)
	outcome := read.Success
	if status != "0" && status != "" {
		outcome = read.Failure
	}
	switch {
	case strings.EqualFold(action, "CONNECT") || strings.EqualFold(action, "LOGON") || action == "100":
		if outcome == read.Success {
			read.Classify(ev, read.CategoryAuthentication+event.Separator+read.CategoryDatabase, read.TypeStart, read.ActionLogonSuccess, outcome)
		} else {
			read.Classify(ev, read.CategoryAuthentication+event.Separator+read.CategoryDatabase, read.TypeStart, read.ActionLogonFailed, outcome)
		}
	default:
		word, _ := read.CutWord(action)
		read.SetNamed(ev, "db.statement", action)
		read.Classify(ev, read.CategoryDatabase, "access", cmp.Or(read.Lower(word), "statement"), outcome)
	}
	return true
}

// oracleValue returns the quoted value after a name and its length: the length
// shows where a value containing quotes ends.
func oracleValue(text, name string) string {
	_, rest, ok := strings.Cut(text, name+"[")
	if !ok {
		return ""
	}
	length, rest, _ := strings.Cut(rest, "] '")
	n := 0
	for i := range len(length) {
		if length[i] < '0' || length[i] > '9' || n > 1<<20 {
			return ""
		}
		n = n*10 + int(length[i]-'0')
	}
	if n <= len(rest) && n > 0 {
		return rest[:n]
	}
	value, _, _ := strings.Cut(rest, "'")
	return value
}
