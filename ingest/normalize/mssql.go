package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// msSQL reads the error log of Microsoft SQL Server:
//
//	2026-03-01 15:53:08.22 Logon       Login failed for user 'CORP\anna'. Reason: ... [CLIENT: 203.0.113.7]
var msSQL = parser{
	name:  "mssql",
	bare:  true,
	first: "^{",
	recognize: func(msg string) bool {
		return msSQLClient.in(msg) && strings.Contains(msg, " for user '") && (strings.Contains(msg, "Login failed") || strings.Contains(msg, "Login succeeded"))
	},
	parse: parseMSSQL,
}

var msSQLClient = clueOf("[CLIENT: ")

func parseMSSQL(m *message, ev *event.Event) bool {
	at := strings.Index(m.text, "Login ")
	k := keyed{ev: ev, loc: m.loc}
	if at < 0 || !msSQLTemplates.match("*", m.text[at:], &k) {
		return false
	}
	if at > 22 && at < 64 {
		stamp, _, _ := cutLast(strings.TrimRight(m.text[:at], " "), " ")
		setTime(ev, strings.TrimSpace(stamp), m.loc)
	}
	from(ev, "mssql", "mssql.log")
	return true
}

var msSQLTemplates = newTemplates(`
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'. Reason: {event.reason} [CLIENT: {source.ip:anyip}]
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'. [CLIENT: {source.ip:anyip}]
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'.{}[CLIENT: {}]
* authentication+database start logon-success success | Login succeeded for user '{user.name:user}'. {event.reason} [CLIENT: {source.ip:anyip}]
* authentication+database start logon-success success | Login succeeded for user '{user.name:user}'.{}[CLIENT: {}]
`)
