package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// OpenLDAP reads what OpenLDAP's slapd logs about operations (loglevel stats):
//
//	conn=1005 op=0 BIND dn="uid=anna,dc=example,dc=org" method=128
var OpenLDAP = read.Parser{
	Name:  "openldap",
	Apps:  []string{"slapd"},
	Parse: parseOpenLDAP,
}

func parseOpenLDAP(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	read.From(ev, "openldap", "openldap.log")
	ev.Set(event.NetworkProtocol, "ldap")
	if !ldapTemplates.Match("*", m.Text, &k) {
		k.Prose(m.Text)
		read.Classify(ev, read.CategoryNetwork, "protocol", "directory-message", "")
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
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	} else if code != "" {
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	}
	return true
}

var ldapTemplates = read.NewTemplates(`
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
