package normalize

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
)

// forgeRock is the audit logs of ForgeRock (Ping) Access Management and
// Identity Management, bare or in the payload of the cloud's logs
// (https://docs.pingidentity.com/pingam/latest/security-guide/chap-audit-logging.html).
var forgeRock = []jsonProduct{
	{name: "forgerock", has: []string{"trackingIds", "eventName", "transactionId"}, vendor: "ForgeRock", product: "Access Management", module: "forgerock", dataset: "forgerock.am_activity", table: forgeRockTable, finish: forgeRockEvent},
	{name: "forgerock", has: []string{"runAs", "transactionId", "objectId"}, vendor: "ForgeRock", product: "Identity Management", module: "forgerock", dataset: "forgerock.idm_activity", table: forgeRockTable, finish: forgeRockEvent},
}

const forgeRockTable = `
timestamp  @time1
transactionId  transaction.id
trackingIds  forgerock.tracking_ids
userId  user.id
principal  user.name
runAs  user.effective.id
client.ip  source.ip
client.port  source.port
server.ip  destination.ip
server.port  destination.port
http.request.path  url.original
http.request.headers.user-agent  user_agent.original
response.statusCode  http.response.status_code
response.elapsedTime  event.duration:ms
response.detail.reason  event.reason
`

func forgeRockEvent(k *keyed) {
	ev := k.ev
	k.objects("entries", func(o *event.Event) {
		if ip := lookup(o, "info.ipAddress"); ip != "" && !ev.Has(event.SourceIP) {
			setSource(ev, ip)
		}
		setNamed(ev, "event.reason", lookup(o, "info.failureReason"))
	})
	outcome := ""
	switch k.first("result", "response.status", "status") {
	case "SUCCESSFUL", "SUCCESS":
		outcome = success
	case "FAILED", "FAILURE":
		outcome = failure
	}
	switch name := k.get("eventName"); {
	case name == "AM-LOGIN-COMPLETED":
		from(ev, "forgerock", "forgerock.am_authentication")
		k.loggedOn(outcome)
	case name == "AM-LOGIN-MODULE-COMPLETED", name == "AM-NODE-LOGIN-COMPLETED", name == "AM-TREE-LOGIN-COMPLETED":
		// Steps of a logon, of which a tree's last is the logon itself.
		from(ev, "forgerock", "forgerock.am_authentication")
		if name == "AM-TREE-LOGIN-COMPLETED" && outcome != "" {
			k.loggedOn(outcome)
			return
		}
		classify(ev, catAuthentication, typeInfo, actionLogonPending, outcome)
	case name == "AM-LOGOUT":
		from(ev, "forgerock", "forgerock.am_authentication")
		classify(ev, catAuthentication, typeEnd, actionLogoff, cmp.Or(outcome, success))
	case strings.HasPrefix(name, "AM-ACCESS-"):
		from(ev, "forgerock", "forgerock.am_access")
		classify(ev, "web", "access", lower(name), outcome)
	case strings.HasPrefix(name, "AM-CONFIG-"):
		from(ev, "forgerock", "forgerock.am_config")
		classify(ev, catConfiguration, typeOfVerb(k.get("operation")), lower(name), cmp.Or(outcome, success))
	case strings.HasPrefix(name, "AM-SESSION-"):
		typ, action := typeInfo, lower(name)
		switch name {
		case "AM-SESSION-CREATED":
			typ, action = typeStart, actionSessionOpened
		case "AM-SESSION-DESTROYED", "AM-SESSION-LOGGED_OUT", "AM-SESSION-IDLE_TIMED_OUT", "AM-SESSION-MAX_TIMED_OUT":
			typ, action = typeEnd, actionSessionClosed
		}
		classify(ev, catSession, typ, action, cmp.Or(outcome, success))
	default:
		object := k.get("objectId")
		k.put(object[strings.LastIndexByte(object, '/')+1:], targetUserID)
		classify(ev, catIAM, typeUser+event.Separator+typeOfVerb(k.get("operation")), lower(cmp.Or(k.get("operation"), name)), outcome)
	}
}
