package identity

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// cyberArk is the audit records of CyberArk's Vault (Privileged Access
// Security), as its SIEM translator writes them as JSON
// (https://docs.cyberark.com/pam-self-hosted/latest/en/content/pasref/vault%20audit%20action%20codes.htm).
var cyberArk = []read.JSONProduct{{
	Name: "cyberark", Has: []string{"syslog.audit_record.MessageID", "syslog.audit_record.Desc"}, Vendor: "Cyber-Ark", Product: "Vault", Module: "cyberarkpas", Dataset: "cyberarkpas.audit", Table: `
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
`, Finish: cyberArkRecord,
}}

func cyberArkRecord(k *read.Keyed) {
	ev := k.Event
	record := func(name string) string { return k.Get("syslog.audit_record." + name) }
	account, address := "", ""
	k.Objects("syslog.audit_record.CAProperties.CAProperty", func(o *event.Event) {
		switch read.Lookup(o, "Name") {
		case "UserName":
			account = read.Lookup(o, "Value")
		case "Address":
			address = read.Lookup(o, "Value")
		}
	})
	// Of a session: ApplicationType=...;DstHost=...;Protocol=SSH;SessionID=...;
	for pair := range strings.SplitSeq(record("ExtraDetails"), ";") {
		key, value, _ := strings.Cut(pair, "=")
		switch strings.TrimSpace(key) {
		case "DstHost":
			address = value
		case "Protocol":
			ev.Set(event.NetworkProtocol, read.Lower(value))
		case "SessionID":
			read.SetNamed(ev, "session.id", value)
		case "Command":
			ev.Set(event.ProcessCommandLine, value)
		case "User":
			account = value
		}
	}
	read.SetDestination(ev, address)
	if !ev.Has(event.UserTargetName) {
		ev.Set(event.UserTargetName, account)
	}
	outcome := read.Success
	desc := read.Lower(record("Desc"))
	if severity := read.Lower(record("Severity")); severity == "error" || severity == "critical" || strings.Contains(desc, "fail") {
		outcome = read.Failure
	}
	action := strings.ReplaceAll(desc, " ", "-")
	switch record("MessageID") {
	case "7":
		k.LoggedOn(outcome)
	case "4":
		k.LoggedOn(read.Failure)
	case "309":
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionUserUnknown, read.Failure)
	case "8":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case "300":
		read.Classify(ev, read.CategorySession+event.Separator+read.CategoryNetwork, read.TypeStart, read.ActionSessionOpened, outcome)
	case "302":
		read.Classify(ev, read.CategorySession+event.Separator+read.CategoryNetwork, read.TypeEnd, read.ActionSessionClosed, outcome)
	case "24", "57", "31", "60", "88", "317": // a password was changed, by a person or automatically
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, outcome)
	case "295", "308", "428": // a secret was shown or used
		read.Classify(ev, read.CategoryIAM, read.TypeUser+event.Separator+read.TypeInfo, action, outcome)
	case "50":
		read.Classify(ev, read.CategoryFile, read.TypeCreated, action, outcome)
	case "51":
		read.Classify(ev, read.CategoryFile, "access", action, outcome)
	case "52":
		read.Classify(ev, read.CategoryFile, read.TypeDeleted, action, outcome)
	case "180":
		read.Classify(ev, read.CategoryIAM, read.TypeUserCreated, read.ActionUserCreated, outcome)
	case "265":
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupMemberAdded, outcome)
	case "266":
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupMemberRemoved, outcome)
	default:
		k.CloudAction(action, outcome)
	}
}
