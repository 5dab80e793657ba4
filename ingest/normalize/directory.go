package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// directory reads OpenLDAP's slapd and the Kerberos servers of MIT and
// Heimdal:
//
//	conn=1005 op=0 BIND dn="uid=anna,dc=example,dc=org" method=128
//	AS_REQ (4 etypes {18 17 16 23}) 192.0.2.44: PREAUTH_FAILED: anna@EXAMPLE.ORG for krbtgt/EXAMPLE.ORG@EXAMPLE.ORG, Preauthentication failed
var directory = parser{
	name:  "directory",
	apps:  []string{"slapd", "krb5kdc", "kadmind", "kdc"},
	first: "k",
	recognize: func(msg string) bool {
		_, ok := kerberosFile(msg)
		return ok
	},
	parse: parseDirectory,
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

func parseDirectory(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	if m.app == "slapd" {
		from(ev, "openldap", "openldap.log")
		ev.Set(event.NetworkProtocol, "ldap")
		if !ldapTemplates.match("*", m.text, &k) {
			k.prose(m.text)
			classify(ev, catNetwork, "protocol", "directory-message", "")
			return true
		}
		if dn, ok := ev.LookupName("openldap.dn"); ok { // uid=anna,ou=people,dc=example
			name, _, _ := strings.Cut(dn, ",")
			if attribute, value, ok := strings.Cut(name, "="); ok && (strings.EqualFold(attribute, "uid") || strings.EqualFold(attribute, "cn")) {
				ev.Set(event.UserName, value)
			}
		}
		// The answer to a bind is the one with tag 97 (RFC 4511, 4.2.2).
		if code := ev.Get(event.EventCode); code != "" {
			switch {
			case code == "0":
				classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
			default:
				classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
			}
		}
		return true
	}
	from(ev, "kerberos", "kerberos.log")
	ev.Set(event.NetworkProtocol, "kerberos")
	text, _ := kerberosFile(m.text)
	if !kerberosTemplates.match("*", text, &k) {
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catHost, typeInfo, "server-message", proseOutcome(text))
		}
	}
	return true
}

var ldapTemplates = newTemplates(`
* network connection+start connection-started - | conn={} fd={} ACCEPT from IP={source.ip:anyip} (IP={})
* authentication info logon-pending - | conn={} op={} BIND dn="{openldap.dn}" method={}
* authentication start logon-success success | conn={} op={} BIND dn="{openldap.dn}" mech={} ssf={}
* authentication start - - | conn={} op={} RESULT tag=97 err={event.code}[[ qtime={} etime={}]] text=[[{event.reason}]]
* network protocol directory-search - | conn={} op={} SRCH base="{openldap.base}" scope={} deref={} filter="{openldap.filter}"
* iam user+change directory-changed - | conn={} op={} MOD dn="{openldap.dn}"
* iam user+creation directory-added - | conn={} op={} ADD dn="{openldap.dn}"
* iam user+deletion directory-deleted - | conn={} op={} DEL dn="{openldap.dn}"
* network connection+end connection-closed - | conn={} fd={} closed[[ ({event.reason})]]
`)

var kerberosTemplates = newTemplates(`
* authentication info logon-pending - | AS_REQ ({}) {source.ip}: NEEDED_PREAUTH: {user.name:user} for {kerberos.service}, {event.reason}
* authentication start logon-success success | AS_REQ ({}) {source.ip}: ISSUE: authtime {}, etypes {{{}}, {user.name:user} for {kerberos.service}
* authentication start logon-failed failure | AS_REQ ({}) {source.ip}: {event.code}: {user.name:user} for {kerberos.service}, {event.reason}
* authentication start ticket-issued success | TGS_REQ ({}) {source.ip}: ISSUE: authtime {}, etypes {{{}}, {user.name:user} for {kerberos.service}
* authentication start ticket-refused failure | TGS_REQ ({}) {source.ip}: {event.code}: authtime {}, {user.name:user} for {kerberos.service}, {event.reason}
* authentication info preauthentication-failed failure | preauth ({}) verify failure: {event.reason}
`)
