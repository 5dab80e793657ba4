package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// cyberArk is the audit records of CyberArk's Vault (Privileged Access
// Security), as its SIEM translator writes them as JSON
// (https://docs.cyberark.com/pam-self-hosted/latest/en/content/pasref/vault%20audit%20action%20codes.htm).
var cyberArk = []jsonProduct{{
	name: "cyberark", has: []string{"syslog.audit_record.MessageID", "syslog.audit_record.Desc"}, vendor: "Cyber-Ark", product: "Vault", module: "cyberarkpas", dataset: "cyberarkpas.audit", table: `
syslog.audit_record.IsoTimestamp  @time2
syslog.audit_record.Hostname  observer.hostname
syslog.audit_record.Version  observer.version
syslog.audit_record.MessageID  event.code
syslog.audit_record.Severity  event.severity:level
syslog.audit_record.Issuer  user.name:account
syslog.audit_record.Station  source.ip
syslog.audit_record.TargetUser  user.target.name:account
syslog.audit_record.Safe  cyberarkpas.audit.safe
syslog.audit_record.File  file.path
syslog.audit_record.Reason  event.reason
`, finish: cyberArkRecord,
}}

func cyberArkRecord(k *keyed) {
	ev := k.ev
	record := func(name string) string { return k.get("syslog.audit_record." + name) }
	account, address := "", ""
	k.objects("syslog.audit_record.CAProperties.CAProperty", func(o *event.Event) {
		switch lookup(o, "Name") {
		case "UserName":
			account = lookup(o, "Value")
		case "Address":
			address = lookup(o, "Value")
		}
	})
	// Of a session: ApplicationType=...;DstHost=...;Protocol=SSH;SessionID=...;
	for pair := range strings.SplitSeq(record("ExtraDetails"), ";") {
		key, value, _ := strings.Cut(pair, "=")
		switch strings.TrimSpace(key) {
		case "DstHost":
			address = value
		case "Protocol":
			ev.Set(event.NetworkProtocol, lower(value))
		case "SessionID":
			setNamed(ev, "session.id", value)
		case "Command":
			ev.Set(event.ProcessCommandLine, value)
		case "User":
			account = value
		}
	}
	setDestination(ev, address)
	if !ev.Has(event.UserTargetName) {
		ev.Set(event.UserTargetName, account)
	}
	outcome := success
	desc := lower(record("Desc"))
	if severity := lower(record("Severity")); severity == "error" || severity == "critical" || strings.Contains(desc, "fail") {
		outcome = failure
	}
	action := strings.ReplaceAll(desc, " ", "-")
	switch record("MessageID") {
	case "7":
		k.loggedOn(outcome)
	case "4":
		k.loggedOn(failure)
	case "309":
		classify(ev, catAuthentication, typeInfo, actionUserUnknown, failure)
	case "8":
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case "300":
		classify(ev, catSession+event.Separator+catNetwork, typeStart, actionSessionOpened, outcome)
	case "302":
		classify(ev, catSession+event.Separator+catNetwork, typeEnd, actionSessionClosed, outcome)
	case "24", "57", "31", "60", "88", "317": // a password was changed, by whom or whatever
		classify(ev, catIAM, userChanged, actionPasswordChanged, outcome)
	case "295", "308", "428": // a secret was shown or used
		classify(ev, catIAM, typeUser+event.Separator+typeInfo, action, outcome)
	case "50":
		classify(ev, catFile, typeCreated, action, outcome)
	case "51":
		classify(ev, catFile, "access", action, outcome)
	case "52":
		classify(ev, catFile, typeDeleted, action, outcome)
	case "180":
		classify(ev, catIAM, userCreated, actionUserCreated, outcome)
	case "265":
		classify(ev, catIAM, groupChanged, actionGroupMemberAdded, outcome)
	case "266":
		classify(ev, catIAM, groupChanged, actionGroupMemberRemoved, outcome)
	default:
		k.cloudAction(action, outcome)
	}
}
