package identity

import (
	"cmp"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// forgeRock is the audit logs of ForgeRock (Ping) Access Management and
// Identity Management, bare or in the payload of the cloud's logs
// (https://docs.pingidentity.com/pingam/latest/security-guide/chap-audit-logging.html).
var forgeRock = []read.JSONProduct{
	{Name: "forgerock", Has: []string{"trackingIds", "eventName", "transactionId"}, Vendor: "ForgeRock", Product: "Access Management", Module: "forgerock", Dataset: "forgerock.am_activity", Table: forgeRockTable, Finish: forgeRockEvent},
	{Name: "forgerock", Has: []string{"runAs", "transactionId", "objectId"}, Vendor: "ForgeRock", Product: "Identity Management", Module: "forgerock", Dataset: "forgerock.idm_activity", Table: forgeRockTable, Finish: forgeRockEvent},
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

func forgeRockEvent(k *read.Keyed) {
	ev := k.Event
	k.Objects("entries", func(o *event.Event) {
		if ip := read.Lookup(o, "info.ipAddress"); ip != "" && !ev.Has(event.SourceIP) {
			read.SetSource(ev, ip)
		}
		read.SetNamed(ev, "event.reason", read.Lookup(o, "info.failureReason"))
	})
	outcome := ""
	switch k.First("result", "response.status", "status") {
	case "SUCCESSFUL", "SUCCESS":
		outcome = read.Success
	case "FAILED", "FAILURE":
		outcome = read.Failure
	}
	switch name := k.Get("eventName"); {
	case name == "AM-LOGIN-COMPLETED":
		read.From(ev, "forgerock", "forgerock.am_authentication")
		k.LoggedOn(outcome)
	case name == "AM-LOGIN-MODULE-COMPLETED", name == "AM-NODE-LOGIN-COMPLETED", name == "AM-TREE-LOGIN-COMPLETED":
		// Steps of a logon; the last of a tree is the logon itself.
		read.From(ev, "forgerock", "forgerock.am_authentication")
		if name == "AM-TREE-LOGIN-COMPLETED" && outcome != "" {
			k.LoggedOn(outcome)
			return
		}
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonPending, outcome)
	case name == "AM-LOGOUT":
		read.From(ev, "forgerock", "forgerock.am_authentication")
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, cmp.Or(outcome, read.Success))
	case strings.HasPrefix(name, "AM-ACCESS-"):
		read.From(ev, "forgerock", "forgerock.am_access")
		read.Classify(ev, "web", "access", read.Lower(name), outcome)
	case strings.HasPrefix(name, "AM-CONFIG-"):
		read.From(ev, "forgerock", "forgerock.am_config")
		read.Classify(ev, read.CategoryConfiguration, read.TypeOfVerb(k.Get("operation")), read.Lower(name), cmp.Or(outcome, read.Success))
	case strings.HasPrefix(name, "AM-SESSION-"):
		typ, action := read.TypeInfo, read.Lower(name)
		switch name {
		case "AM-SESSION-CREATED":
			typ, action = read.TypeStart, read.ActionSessionOpened
		case "AM-SESSION-DESTROYED", "AM-SESSION-LOGGED_OUT", "AM-SESSION-IDLE_TIMED_OUT", "AM-SESSION-MAX_TIMED_OUT":
			typ, action = read.TypeEnd, read.ActionSessionClosed
		}
		read.Classify(ev, read.CategorySession, typ, action, cmp.Or(outcome, read.Success))
	default:
		object := k.Get("objectId")
		k.Put(object[strings.LastIndexByte(object, '/')+1:], read.TargetUserID)
		read.Classify(ev, read.CategoryIAM, read.TypeUser+event.Separator+read.TypeOfVerb(k.Get("operation")), read.Lower(cmp.Or(k.Get("operation"), name)), outcome)
	}
}
