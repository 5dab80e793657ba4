package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// openLDAP reads what OpenLDAP's slapd says of operations (loglevel stats):
//
//	conn=1005 op=0 BIND dn="uid=anna,dc=example,dc=org" method=128
var openLDAP = parser{
	name:  "openldap",
	apps:  []string{"slapd"},
	parse: parseOpenLDAP,
}

func parseOpenLDAP(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
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
	if code := ev.Get(event.EventCode); code == "0" {
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	} else if code != "" {
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
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
