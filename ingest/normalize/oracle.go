package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// oracle reads the audit trail of Oracle Database in syslog:
//
//	LENGTH : '200' ACTION :[7] 'CONNECT' DATABASE USER:[3] 'sys' PRIVILEGE :[6] 'SYSDBA' CLIENT USER:[6] 'oracle' STATUS:[4] '1017' DBID:[10] '1'
var oracle = parser{
	name:  "oracle",
	apps:  []string{"Oracle Audit"},
	first: "LA",
	recognize: func(msg string) bool {
		return strings.Contains(msg, "ACTION :[") && strings.Contains(msg, " DATABASE USER:[")
	},
	parse: parseOracle,
}

func parseOracle(m *message, ev *event.Event) bool {
	if !strings.Contains(m.text, "ACTION :[") {
		return false
	}
	action := oracleValue(m.text, "ACTION :")
	status := oracleValue(m.text, "STATUS:")
	observe(ev, "Oracle", "Database", "")
	from(ev, "oracle", "oracle.database_audit")
	user := oracleValue(m.text, "DATABASE USER:")
	if user == "/" { // the operating system's word was taken
		user = oracleValue(m.text, "CLIENT USER:")
	}
	ev.Set(event.UserName, user)
	setNamed(ev, "user.roles", oracleValue(m.text, "PRIVILEGE :"))
	setNamed(ev, "client.user.name", oracleValue(m.text, "CLIENT USER:"))
	if ip, _ := parseIP(oracleValue(m.text, "CLIENT ADDRESS:")); ip != "" {
		setSource(ev, ip)
	} else if _, host, ok := strings.Cut(oracleValue(m.text, "CLIENT ADDRESS:"), "(HOST="); ok {
		host, _, _ = strings.Cut(host, ")")
		setSource(ev, host)
	}
	ev.Set(event.EventCode, status)
	outcome := success
	if status != "0" && status != "" {
		outcome = failure
	}
	switch {
	case strings.EqualFold(action, "CONNECT") || strings.EqualFold(action, "LOGON") || action == "100":
		if outcome == success {
			classify(ev, catAuthentication+event.Separator+catDatabase, typeStart, actionLogonSuccess, outcome)
		} else {
			classify(ev, catAuthentication+event.Separator+catDatabase, typeStart, actionLogonFailed, outcome)
		}
	default:
		word, _ := cutWord(action)
		setNamed(ev, "db.statement", action)
		classify(ev, catDatabase, "access", cmp.Or(lower(word), "statement"), outcome)
	}
	return true
}

// oracleValue returns the quoted value behind a name and its length: the
// length tells where a value with quotes in it ends.
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
