package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// MSSQL reads the error log of Microsoft SQL Server:
//
//	2026-03-01 15:53:08.22 Logon       Login failed for user 'CORP\anna'. Reason: ... [CLIENT: 203.0.113.7]
var MSSQL = read.Parser{
	Name:  "mssql",
	Bare:  true,
	First: "^{",
	Recognize: func(msg string) bool {
		return msSQLClient.In(msg) && strings.Contains(msg, " for user '") && (strings.Contains(msg, "Login failed") || strings.Contains(msg, "Login succeeded"))
	},
	Parse: parseMSSQL,
}

var msSQLClient = read.NewClue("[CLIENT: ")

func parseMSSQL(m *read.Message, ev *event.Event) bool {
	at := strings.Index(m.Text, "Login ")
	k := read.Keyed{Event: ev, Location: m.Location}
	if at < 0 || !msSQLTemplates.Match("*", m.Text[at:], &k) {
		return false
	}
	if at > 22 && at < 64 {
		stamp, _, _ := read.CutLast(strings.TrimRight(m.Text[:at], " "), " ")
		read.SetTime(ev, strings.TrimSpace(stamp), m.Location)
	}
	read.From(ev, "mssql", "mssql.log")
	return true
}

var msSQLTemplates = read.NewTemplates(`
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'. Reason: {event.reason} [CLIENT: {source.ip:anyip}]
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'. [CLIENT: {source.ip:anyip}]
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'.{}[CLIENT: {}]
* authentication+database start logon-success success | Login succeeded for user '{user.name:user}'. {event.reason} [CLIENT: {source.ip:anyip}]
* authentication+database start logon-success success | Login succeeded for user '{user.name:user}'.{}[CLIENT: {}]
`)
