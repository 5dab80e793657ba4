package cloud

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// azure is what Azure's diagnostic settings export: the sign-in and audit logs
// of Entra ID, activity logs, and the logs of resources, including Azure
// Firewall (https://learn.microsoft.com/azure/azure-monitor/reference/tables).
var azure = []read.JSONProduct{
	{Name: "azure", Has: []string{"resourceId", "category"}, Module: "azure", Dataset: "azure.platformlogs", Table: azureTable, Finish: azureEvent},
	{Name: "entra_signin", Has: []string{"userPrincipalName", "createdDateTime", "appDisplayName", "status.errorCode"}, Module: "azure", Dataset: "azure.signinlogs", Table: `
*  cloud.provider:=azure
createdDateTime  @time1
id  event.id
userPrincipalName  user.email:email
userDisplayName  user.full_name
userId  user.id
ipAddress  source.ip client.ip
userAgent  user_agent.original
appDisplayName  network.application:text
status.failureReason  event.reason
`, Finish: func(k *read.Keyed) { entraSignIn(k, k.Get("status.errorCode")) }},
	{Name: "entra_audit", Has: []string{"activityDateTime", "activityDisplayName", "loggedByService"}, Module: "azure", Dataset: "azure.auditlogs", Table: `
*  cloud.provider:=azure
activityDateTime  @time1
id  event.id
initiatedBy.user.userPrincipalName  user.email:email
initiatedBy.user.id  user.id
initiatedBy.user.ipAddress  source.ip client.ip
result  @outcome
resultReason  event.reason
`, Finish: func(k *read.Keyed) {
		entraTargets(k, "targetResources")
		k.CloudAction(k.Get("activityDisplayName"), read.OutcomeOf(k.Outcome))
	}},
}

const azureTable = `
*  cloud.provider:=azure
time  @time2
EventTimeString  @time1
Region,region  cloud.region
callerIpAddress  source.ip client.ip
identity  user.full_name
properties.userDisplayName  user.full_name
properties.userPrincipalName  user.email:email
properties.userId  user.id
properties.ipAddress  source.ip client.ip
properties.userAgent  user_agent.original
properties.appDisplayName  network.application:text
properties.initiatedBy.user.userPrincipalName  user.email:email
properties.initiatedBy.user.id  user.id
durationMs  event.duration:ms
correlationId  event.id
tenantId  organization.id
resultDescription  event.reason
level  log.level:lower
identity.claims.name  user.full_name
identity.claim.upn  user.email:email
identity.claims.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn  user.email:email
properties.clientIP,properties.clientIp  source.ip client.ip
properties.clientPort  source.port
properties.httpMethod  http.request.method
properties.requestUri  url.original
properties.httpStatus  http.response.status_code
`

func azureEvent(k *read.Keyed) {
	ev := k.Event
	category := k.Get("category")
	// /SUBSCRIPTIONS/<id>/RESOURCEGROUPS/<group>/PROVIDERS/<provider>/<type>/<name>
	if parts := strings.Split(k.Get("resourceId"), "/"); len(parts) > 2 && strings.EqualFold(parts[1], "subscriptions") {
		if strings.Contains(category, "Firewall") {
			read.SetNamed(ev, "cloud.account.id", parts[2])
			ev.Set(event.ObserverName, parts[len(parts)-1])
		}
		read.SetNamed(ev, "azure.subscription_id", parts[2])
	}
	if !ev.Has(event.SourceIP) {
		if raw := k.Get("callerIpAddress"); raw != "" {
			k.Put(raw, azureCaller)
		}
	}
	action := k.First("operationName", "EventName")
	outcome := read.OutcomeOf(k.First("properties.result", "resultType", "Status", "resultSignature"))
	switch {
	case strings.HasPrefix(category, "AzureFirewall"):
		azureFirewall(k)
	case strings.Contains(category, "SignInLogs"):
		read.From(ev, "azure", "azure.signinlogs")
		entraSignIn(k, k.First("properties.status.errorCode", "resultType"))
	case category == "AuditLogs":
		read.From(ev, "azure", "azure.auditlogs")
		entraTargets(k, "properties.targetResources")
		k.CloudAction(action, outcome)
	default:
		k.CloudAction(action, outcome)
	}
}

var azureCaller = read.NewBinding("source.ip:anyip client.ip:anyip")

// entraSignIn classifies a sign-in: error code 0 is success, 50140 and a few
// others are intermediate steps.
func entraSignIn(k *read.Keyed, code string) {
	switch code {
	case "0":
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case "50140", "50072", "50074", "50076", "50079", "50125", "50055", "50144":
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonPending, "")
	case "":
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, "", "")
	default:
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	}
	k.Event.Set(event.EventCode, code)
}

func entraTargets(k *read.Keyed, name string) {
	k.Objects(name, func(o *event.Event) {
		switch read.Lookup(o, "type") {
		case "User":
			k.Put(read.Lookup(o, "userPrincipalName"), read.TargetEmail)
			k.Put(read.Lookup(o, "id"), read.TargetUserID)
			k.Put(read.Lookup(o, "displayName"), read.TargetFullName)
		case "Group":
			k.Put(read.Lookup(o, "displayName"), read.TargetGroup)
		}
	})
}

func azureFirewall(k *read.Keyed) {
	ev := k.Event
	read.Observe(ev, "Azure", "Network Firewall", "firewall")
	read.From(ev, "azure", "azure.firewall")
	read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	if azureFirewallMessages.Match("*", k.Get("properties.msg"), k) {
		if flags := k.Get("dns.header_flags"); flags != "" {
			ev.SetExtra("dns.header_flags", strings.ReplaceAll(strings.ToUpper(flags), ",", event.Separator))
		}
		if name := ev.Get(event.DNSQuestionName); len(name) > 1 {
			ev.Set(event.DNSQuestionName, strings.TrimSuffix(name, "."))
		}
		if k.Action != "" {
			read.ConcludeAction(ev, k.Action, "")
		}
		if ev.Get(event.NetworkProtocol) != "" && ev.Get(event.NetworkTransport) == "" && strings.HasPrefix(k.Get("category"), "AzureFirewallNetwork") {
			read.SetTransport(ev, ev.Get(event.NetworkProtocol))
		}
	}
}

var azureFirewallMessages = read.NewTemplates(`
* - - - - | DNS Request: {source.ip}:{source.port} - {} {dns.question.type} {dns.question.class} {dns.question.name} {network.transport} {source.bytes} {} {} {dns.response_code} {dns.header_flags} {destination.bytes} {event.duration:text}
* - - - - | HTTP{network.protocol:http} request from {source.ip}:{source.port} to {destination.ip}:{destination.port}. [[Url: {url.original}. ]]Action: {@action}. [[Policy: {}. ]][[Rule Collection Group: {}. ]][[Rule Collection: {}. ]][[Rule: {rule.name}. ]]{event.reason}
* - - - - | HTTP{network.protocol:http} request from {source.ip}:{source.port} to {destination.ip}:{destination.port}. [[Url: {url.original}. ]]Action: {@action}. [[Policy: {}. ]][[Rule Collection Group: {}. ]][[Rule Collection: {}. ]][[Rule: {rule.name}]]
* - - - - | {network.transport} request from {source.ip}:{source.port} to {destination.ip}:{destination.port} was DNAT'ed to {destination.nat.ip}:{destination.nat.port}[[. {}]]
* - - - - | {network.transport} request from {source.ip}:{source.port} to {destination.ip}:{destination.port}. Action: {@action}. Signature: {rule.id}. IDS: {rule.name}. Priority: {event.severity}. Classification: {rule.category}
* - - - - | {network.transport} request from {source.ip}:{source.port} to {destination.ip}:{destination.port}. Action: {@action}[[. {event.reason}]]
* - - - - | {network.transport} request from {source.ip}:{source.port} to {destination.ip}:{destination.port}. Action: {@action}.
* - - - - | {network.transport} Type={icmp.type} request from {source.ip}:{} to {destination.ip}:{}. Action: {@action}[[. {event.reason}]]
* - - - - | {network.transport} request from {source.ip} to {destination.ip}. Action: {@action}[[. {event.reason}]]
`)
