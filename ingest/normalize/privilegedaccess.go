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

// delinea is the audit of Delinea's (Thycotic's) DevOps Secrets Vault
// (https://docs.delinea.com/online-help/dsv/concepts/audit/index.htm).
var delinea = []jsonProduct{{
	name: "delinea_dsv", has: []string{"principalItemId", "principal", "path", "action"}, vendor: "Delinea", product: "DevOps Secrets Vault", module: "delinea", dataset: "delinea.dsv_audit", table: `
created  @time1
id  event.id
tenant  organization.id
tenantName  organization.name
principalItemId  user.id
ipaddress  source.ip
action  http.request.method
status  http.response.status_code
path  url.path
`, finish: func(k *keyed) {
		// The principal is a path itself: users:anna, roles:deploy.
		name := k.get("principal")
		k.ev.Set(event.UserName, name[strings.LastIndexByte(name, ':')+1:])
		reason := k.get("message")
		k.ev.Set(event.EventReason, reason)
		outcome := ""
		if status := k.get("status"); len(status) == 3 {
			if outcome = success; status[0] == '4' || status[0] == '5' {
				outcome = failure
			}
		}
		path := k.get("path")
		if path == "token" {
			k.loggedOn(outcome)
			return
		}
		typ := typeChange
		switch k.get("action") {
		case "GET":
			typ = "access"
		case "POST":
			typ = typeCreated
		case "DELETE":
			typ = typeDeleted
		}
		kind, _, _ := strings.Cut(path, ":")
		switch kind {
		case "users", "roles":
			if typ == "access" {
				typ = typeInfo
			}
			classify(k.ev, catIAM, typeUser+event.Separator+typ, kind+"-"+lower(k.get("action")), outcome)
		default:
			classify(k.ev, catConfiguration, typ, kind+"-"+lower(k.get("action")), outcome)
		}
	},
}}

// beyondInsight is the user audits of BeyondTrust's BeyondInsight and Password
// Safe (https://docs.beyondtrust.com/bips/docs/api).
var beyondInsight = []jsonProduct{{
	name: "beyondinsight", has: []string{"AuditID", "ActionType", "Section"}, vendor: "BeyondTrust", product: "BeyondInsight", module: "beyondinsight_password_safe", dataset: "beyondinsight_password_safe.useraudit", table: `
CreateDate  @time1
AuditID  event.id
UserID  user.id
UserName  user.name:account
IPAddress  source.ip
Section  event.provider
`, finish: func(k *keyed) {
		action := lower(k.get("ActionType"))
		outcome := success
		if strings.Contains(action, "fail") || strings.Contains(action, "denied") {
			outcome = failure
		}
		// The section tells what the verb was done to.
		section := lower(k.get("Section"))
		if (action == "add" || action == "edit" || action == "update" || action == "delete") && (strings.HasPrefix(section, "user") || strings.HasPrefix(section, "role") || strings.Contains(section, "account")) {
			classify(k.ev, catIAM, typeUser+event.Separator+typeOfVerb(action), section+"-"+action, outcome)
			return
		}
		k.cloudAction(strings.ReplaceAll(action, " ", "-"), outcome)
	},
}}

// keeper is the events of Keeper's Advanced Reporting and Alerts
// (https://docs.keeper.io/enterprise-guide/event-reporting).
var keeper = []jsonProduct{{
	name: "keeper", has: []string{"audit_event", "remote_address", "username"}, vendor: "Keeper", product: "Keeper", module: "keeper", dataset: "keeper.audit", table: `
timestamp,created  @time1
username  user.email:email
email,to_username  user.target.email:email
remote_address  source.ip
client_version,client  user_agent.original
enterprise_id  organization.id
category  event.provider
`, finish: func(k *keyed) {
		action, outcome := k.get("audit_event"), success
		if strings.Contains(action, "fail") {
			outcome = failure
		}
		k.cloudAction(action, outcome)
	},
}}

// dashlane is the audit logs of Dashlane's teams
// (https://cli.dashlane.com/business/audit-logs).
var dashlane = []jsonProduct{{
	name: "dashlane", has: []string{"author_user_id", "log_type", "date_time"}, vendor: "Dashlane", product: "Dashlane", module: "dashlane", dataset: "dashlane.audit", table: `
date_time  @time1
uuid  event.id
author_user_id  user.id
author_login,properties.author_login  user.email:email
properties.target_login  user.target.email:email
team_id  organization.id
category  event.provider
`, finish: func(k *keyed) {
		action, outcome := k.get("log_type"), success
		if strings.Contains(action, "fail") || strings.Contains(action, "declined") {
			outcome = failure
		}
		k.cloudAction(action, outcome)
	},
}}

// tailscale is the configuration audit and the network flow logs of
// Tailscale (https://tailscale.com/kb/1203/audit-logging,
// https://tailscale.com/kb/1219/network-flow-logs).
var tailscale = []jsonProduct{{
	name: "tailscale_audit", has: []string{"eventGroupID", "origin", "action"}, vendor: "Tailscale", product: "Tailscale", module: "tailscale", dataset: "tailscale.audit", table: `
eventTime  @time1
eventGroupID  event.id
actor.id  user.id
actor.loginName  user.email:email
actor.displayName  user.full_name
origin  event.provider
error,actionDetails  event.reason
`, finish: func(k *keyed) {
		outcome := success
		if k.get("error") != "" {
			outcome = failure
		}
		switch typ := k.get("target.type"); typ {
		case "USER":
			k.put(k.get("target.id"), targetUserID)
			k.put(k.get("target.name"), targetUser)
		case "NODE":
			setNamed(k.ev, "host.name", k.get("target.name"))
			setNamed(k.ev, "host.id", k.get("target.id"))
		}
		action := lower(k.get("action"))
		switch {
		case action == "login":
			k.loggedOn(outcome)
		case action == "logout":
			classify(k.ev, catAuthentication, typeEnd, actionLogoff, outcome)
		case k.get("target.type") == "USER":
			classify(k.ev, catIAM, typeUser+event.Separator+typeOfVerb(action), "user-"+action, outcome)
		default:
			what := lower(orElse(k.get("target.property"), k.get("target.type")))
			classify(k.ev, catConfiguration, typeOfVerb(action), strings.Trim(what+"-"+action, "-"), outcome)
		}
	},
}, {
	name: "tailscale_flow", has: []string{"nodeId", "logged", "start", "end"}, vendor: "Tailscale", product: "Tailscale", module: "tailscale", dataset: "tailscale.network", table: `
logged  @time1
start  event.start
end  event.end
nodeId  host.id
`, finish: func(k *keyed) {
		ev, seen := k.ev, false
		// One document counts all that a node had in a few seconds; its fields
		// are of the first connection, the others stay in the document.
		for _, name := range [...]string{"virtualTraffic", "subnetTraffic", "exitTraffic", "physicalTraffic"} {
			k.objects(name, func(o *event.Event) {
				if seen {
					return
				}
				seen = true
				setTransport(ev, lookup(o, "proto"))
				if ip, port := proseIP(lookup(o, "src")); ip != "" {
					setSource(ev, ip)
					setPort(ev, event.SourcePort, port)
				}
				if ip, port := proseIP(lookup(o, "dst")); ip != "" {
					setDestination(ev, ip)
					setPort(ev, event.DestinationPort, port)
				}
				setNumber(ev, event.SourceBytes, lookup(o, "txBytes"))
				setNumber(ev, event.DestinationBytes, lookup(o, "rxBytes"))
				setNamed(ev, "source.packets", numeric(lookup(o, "txPkts")))
				setNamed(ev, "destination.packets", numeric(lookup(o, "rxPkts")))
				setNamed(ev, "tailscale.traffic", strings.TrimSuffix(name, "Traffic"))
			})
		}
		k.spanDuration()
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	},
}}

// twingate is the audit logs of Twingate, bare or as it writes them to S3
// (https://www.twingate.com/docs/audit-logs-schema).
var twingate = []jsonProduct{
	{name: "twingate", has: []string{"actor.type", "targets", "action", "time", "version"}, vendor: "Twingate", product: "Twingate", module: "twingate", dataset: "twingate.audit", table: twingateTable, finish: twingateEvent},
	{name: "twingate", has: []string{"event.actor.type", "event.targets", "event_type"}, vendor: "Twingate", product: "Twingate", module: "twingate", dataset: "twingate.audit", table: twingateTable, finish: twingateEvent},
}

const twingateTable = `
time,event.time  @time1
actor.id,event.actor.id  user.id
actor.info.email,event.actor.info.email  user.email:email
actor.info.name,event.actor.info.name  user.full_name
`

func twingateEvent(k *keyed) {
	action, what := orElse(k.get("action"), k.get("event.action")), ""
	read := func(o *event.Event) {
		typ := lookup(o, "type")
		what = orElse(what, typ)
		switch typ {
		case "user":
			k.put(lookup(o, "id"), targetUserID)
			k.put(orElse(lookup(o, "email"), lookup(o, "name")), targetUser)
		case "group":
			k.put(lookup(o, "id"), targetGroupID)
			k.put(lookup(o, "name"), targetGroup)
		}
	}
	k.objects("targets", read)
	k.objects("event.targets", read)
	typ := typeOfVerb(action)
	action = strings.Trim(lower(what)+"-"+action, "-")
	switch what {
	case "user":
		classify(k.ev, catIAM, typeUser+event.Separator+typ, action, success)
	case "group":
		classify(k.ev, catIAM, typeGroup+event.Separator+typ, action, success)
	default:
		classify(k.ev, catConfiguration, typ, action, success)
	}
}
