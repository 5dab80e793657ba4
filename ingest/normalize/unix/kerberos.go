package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Kerberos reads the Kerberos servers of MIT and Heimdal:
//
//	AS_REQ (4 etypes {18 17 16 23}) 192.0.2.44: PREAUTH_FAILED: anna@EXAMPLE.ORG for krbtgt/EXAMPLE.ORG@EXAMPLE.ORG, Preauthentication failed
var Kerberos = read.Parser{
	Name:  "kerberos",
	Apps:  []string{"krb5kdc", "kadmind", "kdc"},
	First: "k",
	Recognize: func(msg string) bool {
		_, ok := kerberosFile(msg)
		return ok
	},
	Parse: parseKerberos,
}

// kerberosFile strips the program from a line of MIT's own log files:
// "krb5kdc[812](info): AS_REQ ...".
func kerberosFile(msg string) (text string, ok bool) {
	head, text, ok := strings.Cut(msg, "): ")
	if !ok || !strings.HasPrefix(head, "krb5kdc[") && !strings.HasPrefix(head, "kadmind[") || strings.IndexByte(head, ' ') >= 0 || !strings.Contains(head, "](") {
		return msg, false
	}
	return text, true
}

func parseKerberos(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	read.From(ev, "kerberos", "kerberos.log")
	ev.Set(event.NetworkProtocol, "kerberos")
	text, _ := kerberosFile(m.Text)
	if !kerberosTemplates.Match("*", text, &k) {
		k.Prose(text)
		if !read.ProseLogin(ev, text) {
			read.Classify(ev, read.CategoryHost, read.TypeInfo, "server-message", read.ProseOutcome(text))
		}
	}
	return true
}

var kerberosTemplates = read.NewTemplates(`
* authentication info logon-pending - | AS_REQ ({}) {source.ip}: NEEDED_PREAUTH: {user.name:user} for {kerberos.service}, {event.reason}
* authentication start logon-success success | AS_REQ ({}) {source.ip}: ISSUE: authtime {}, etypes {{{}}, {user.name:user} for {kerberos.service}
* authentication start logon-failed failure | AS_REQ ({}) {source.ip}: {event.code}: {user.name:user} for {kerberos.service}, {event.reason}
* authentication start ticket-issued success | TGS_REQ ({}) {source.ip}: ISSUE: authtime {}, etypes {{{}}, {user.name:user} for {kerberos.service}
* authentication start ticket-refused failure | TGS_REQ ({}) {source.ip}: {event.code}: authtime {}, {user.name:user} for {kerberos.service}, {event.reason}
* authentication info preauthentication-failed failure | preauth ({}) verify failure: {event.reason}
`)
