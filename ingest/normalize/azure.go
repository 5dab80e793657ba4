package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// azure is what Azure's diagnostic settings export: the sign-in and audit
// logs of Entra ID, activity logs, and the logs of resources, Azure Firewall
// among them (https://learn.microsoft.com/azure/azure-monitor/reference/tables).
var azure = []jsonProduct{
	{name: "azure", has: []string{"resourceId", "category"}, module: "azure", dataset: "azure.platformlogs", table: azureTable, finish: azureEvent},
	{name: "entra_signin", has: []string{"userPrincipalName", "createdDateTime", "appDisplayName", "status.errorCode"}, module: "azure", dataset: "azure.signinlogs", table: `
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
`, finish: func(k *keyed) { k.entraSignIn(k.get("status.errorCode")) }},
	{name: "entra_audit", has: []string{"activityDateTime", "activityDisplayName", "loggedByService"}, module: "azure", dataset: "azure.auditlogs", table: `
*  cloud.provider:=azure
activityDateTime  @time1
id  event.id
initiatedBy.user.userPrincipalName  user.email:email
initiatedBy.user.id  user.id
initiatedBy.user.ipAddress  source.ip client.ip
result  @outcome
resultReason  event.reason
`, finish: func(k *keyed) {
		k.entraTargets("targetResources")
		k.cloudAction(k.get("activityDisplayName"), outcomeOf(k.outcome))
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

func azureEvent(k *keyed) {
	ev := k.ev
	category := k.get("category")
	// /SUBSCRIPTIONS/<id>/RESOURCEGROUPS/<group>/PROVIDERS/<provider>/<type>/<name>
	if parts := strings.Split(k.get("resourceId"), "/"); len(parts) > 2 && strings.EqualFold(parts[1], "subscriptions") {
		if strings.Contains(category, "Firewall") {
			setNamed(ev, "cloud.account.id", parts[2])
			ev.Set(event.ObserverName, parts[len(parts)-1])
		}
		setNamed(ev, "azure.subscription_id", parts[2])
	}
	if !ev.Has(event.SourceIP) {
		if raw := k.get("callerIpAddress"); raw != "" {
			k.put(raw, azureCaller)
		}
	}
	action := k.first("operationName", "EventName")
	outcome := outcomeOf(k.first("properties.result", "resultType", "Status", "resultSignature"))
	switch {
	case strings.HasPrefix(category, "AzureFirewall"):
		azureFirewall(k)
	case strings.Contains(category, "SignInLogs"):
		from(ev, "azure", "azure.signinlogs")
		k.entraSignIn(k.first("properties.status.errorCode", "resultType"))
	case category == "AuditLogs":
		from(ev, "azure", "azure.auditlogs")
		k.entraTargets("properties.targetResources")
		k.cloudAction(action, outcome)
	default:
		k.cloudAction(action, outcome)
	}
}

var azureCaller = target("source.ip:anyip client.ip:anyip")

// entraSignIn classifies a sign-in: error code 0 is success, 50140 and a few
// more are steps on the way.
func (k *keyed) entraSignIn(code string) {
	switch code {
	case "0":
		classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case "50140", "50072", "50074", "50076", "50079", "50125", "50055", "50144":
		classify(k.ev, catAuthentication, typeStart, actionLogonPending, "")
	case "":
		classify(k.ev, catAuthentication, typeStart, "", "")
	default:
		classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
	}
	k.ev.Set(event.EventCode, code)
}

func (k *keyed) entraTargets(name string) {
	k.objects(name, func(o *event.Event) {
		switch lookup(o, "type") {
		case "User":
			k.put(lookup(o, "userPrincipalName"), targetEmail)
			k.put(lookup(o, "id"), targetUserID)
			k.put(lookup(o, "displayName"), targetFullName)
		case "Group":
			k.put(lookup(o, "displayName"), targetGroup)
		}
	})
}

func azureFirewall(k *keyed) {
	ev := k.ev
	observe(ev, "Azure", "Network Firewall", "firewall")
	from(ev, "azure", "azure.firewall")
	classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	if azureFirewallMessages.match("*", k.get("properties.msg"), k) {
		if flags := k.get("dns.header_flags"); flags != "" {
			ev.SetExtra("dns.header_flags", strings.ReplaceAll(strings.ToUpper(flags), ",", event.Separator))
		}
		if name := ev.Get(event.DNSQuestionName); len(name) > 1 {
			ev.Set(event.DNSQuestionName, strings.TrimSuffix(name, "."))
		}
		if k.action != "" {
			concludeAction(ev, k.action, "")
		}
		if ev.Get(event.NetworkProtocol) != "" && ev.Get(event.NetworkTransport) == "" && strings.HasPrefix(k.get("category"), "AzureFirewallNetwork") {
			setTransport(ev, ev.Get(event.NetworkProtocol))
		}
	}
}

var azureFirewallMessages = newTemplates(`
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
