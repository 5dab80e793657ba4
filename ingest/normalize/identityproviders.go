package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// auth0 is the tenant logs of Auth0, as its log streams and its management
// API deliver them (https://auth0.com/docs/deploy-monitor/logs/log-event-type-codes).
var auth0 = []jsonProduct{{
	name: "auth0", has: []string{"log_id", "date", "type", "description"}, not: []string{"devid", "devname", "device_id"}, vendor: "Auth0", product: "Auth0", module: "auth0", dataset: "auth0.logs", table: `
date  @time1
log_id  event.id
type  event.code
description  event.reason
ip  source.ip
user_agent  user_agent.original
user_id  user.id
user_name  user.email:email
connection  auth0.connection
location_info.country_code  source.geo.country_iso_code
location_info.city_name  source.geo.city_name
details.error.message  error.message
details.request.method  http.request.method:text
`, finish: func(k *keyed) {
		if what, ok := auth0Kinds[k.get("type")]; ok {
			classify(k.ev, what.category, what.typ, what.action, what.outcome)
			return
		}
		// Codes begin with how it ended: success or failure.
		code, outcome := k.get("type"), ""
		switch {
		case strings.HasPrefix(code, "s"):
			outcome = success
		case strings.HasPrefix(code, "f"):
			outcome = failure
		}
		if strings.HasPrefix(code, "limit") || strings.HasPrefix(code, "api_limit") {
			classify(k.ev, catAuthentication, typeInfo, actionLogonLimit, failure)
			return
		}
		classify(k.ev, catConfiguration, typeInfo, code, outcome)
	},
}}

// auth0Kinds are the codes that say more than their first letter.
var auth0Kinds = map[string]kind{
	"s": {catAuthentication, typeStart, actionLogonSuccess, success}, "ssa": {catAuthentication, typeStart, actionAuthSucceeded, success},
	"f": {catAuthentication, typeStart, actionLogonFailed, failure}, "fp": {catAuthentication, typeStart, actionLogonFailed, failure},
	"fu": {catAuthentication, typeStart, actionLogonFailed, failure}, "fsa": {catAuthentication, typeStart, actionAuthFailed, failure},
	"pwd_leak": {catAuthentication, typeStart, actionLogonDenied, failure}, "signup_pwd_leak": {catIAM, typeUser + event.Separator + typeDenied, "signup-denied", failure},
	"gd_auth_succeed": {catAuthentication, typeInfo, "mfa-succeeded", success}, "gd_auth_failed": {catAuthentication, typeInfo, "mfa-failed", failure},
	"gd_auth_rejected": {catAuthentication, typeInfo, "mfa-rejected", failure}, "gd_enrollment_complete": {catIAM, userChanged, "mfa-enrolled", success},
	"gd_unenroll": {catIAM, userChanged, "mfa-removed", success},
	"slo":         {catAuthentication, typeEnd, actionLogoff, success}, "flo": {catAuthentication, typeEnd, actionLogoff, failure},
	"ss": {catIAM, userCreated, actionUserCreated, success}, "fs": {catIAM, userCreated, actionUserCreated, failure},
	"sdu": {catIAM, userDeleted, actionUserDeleted, success}, "fdu": {catIAM, userDeleted, actionUserDeleted, failure}, "du": {catIAM, userDeleted, actionUserDeleted, success},
	"scp": {catIAM, userChanged, actionPasswordChanged, success}, "fcp": {catIAM, userChanged, actionPasswordChanged, failure},
	"scpr": {catIAM, userChanged, "password-reset-requested", success}, "fcpr": {catIAM, userChanged, "password-reset-requested", failure},
	"sce": {catIAM, userChanged, actionUserChanged, success}, "fce": {catIAM, userChanged, actionUserChanged, failure},
	"scu": {catIAM, userChanged, actionUserChanged, success}, "fcu": {catIAM, userChanged, actionUserChanged, failure},
	"ublkdu": {catIAM, userChanged, actionAccountUnlocked, success}, "limit_wc": {catAuthentication, typeInfo, actionAccountLocked, failure},
	"sapi": {catConfiguration, typeChange, "api-operation", success}, "fapi": {catConfiguration, typeChange, "api-operation", failure}, "mgmt_api_read": {catConfiguration, "access", "api-operation", success},
}

// pingOne is the audit activities of PingOne
// (https://apidocs.pingidentity.com/pingone/platform/v1/api/#audit-activities).
var pingOne = []jsonProduct{{
	name: "pingone", has: []string{"recordedAt", "action.type", "result.status"}, vendor: "Ping Identity", product: "PingOne", module: "ping_one", dataset: "ping_one.audit", table: `
recordedAt  @time1
createdAt  @time0
id  event.id
actors.user.id  user.id
actors.user.name  user.name:account
actors.client.name  client.user.name:text
actors.client.id  client.user.id
source.ipAddress  source.ip
source.userAgent  user_agent.original
action.description,result.description  event.reason
`, finish: func(k *keyed) {
		k.objects("resources", func(o *event.Event) {
			switch lookup(o, "type") {
			case "USER":
				k.put(lookup(o, "id"), targetUserID)
				k.put(lookup(o, "name"), targetUser)
			case "GROUP":
				k.put(lookup(o, "id"), targetGroupID)
				k.put(lookup(o, "name"), targetGroup)
			}
		})
		outcome := outcomeOf(k.get("result.status"))
		switch action := k.get("action.type"); action {
		case "USER.ACCESS_ALLOWED":
			k.loggedOn(success)
		case "USER.ACCESS_DENIED":
			classify(k.ev, catAuthentication, typeStart, actionLogonDenied, failure)
		case "PASSWORD.CHECK_FAILED", "AUTHENTICATION.FAILED":
			k.loggedOn(failure)
		case "PASSWORD.CHECK_SUCCEEDED": // the access that follows is the logon
			classify(k.ev, catAuthentication, typeStart, actionAuthSucceeded, success)
		case "SESSION.CREATED":
			classify(k.ev, catSession, typeStart, actionSessionOpened, outcome)
		case "SESSION.DELETED":
			classify(k.ev, catSession, typeEnd, actionSessionClosed, outcome)
		default:
			k.cloudAction(lower(action), outcome)
		}
	},
}}

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
		classify(ev, catAuthentication, typeEnd, actionLogoff, orElse(outcome, success))
	case strings.HasPrefix(name, "AM-ACCESS-"):
		from(ev, "forgerock", "forgerock.am_access")
		classify(ev, "web", "access", lower(name), outcome)
	case strings.HasPrefix(name, "AM-CONFIG-"):
		from(ev, "forgerock", "forgerock.am_config")
		classify(ev, catConfiguration, typeOfVerb(k.get("operation")), lower(name), orElse(outcome, success))
	case strings.HasPrefix(name, "AM-SESSION-"):
		typ, action := typeInfo, lower(name)
		switch name {
		case "AM-SESSION-CREATED":
			typ, action = typeStart, actionSessionOpened
		case "AM-SESSION-DESTROYED", "AM-SESSION-LOGGED_OUT", "AM-SESSION-IDLE_TIMED_OUT", "AM-SESSION-MAX_TIMED_OUT":
			typ, action = typeEnd, actionSessionClosed
		}
		classify(ev, catSession, typ, action, orElse(outcome, success))
	default:
		object := k.get("objectId")
		k.put(object[strings.LastIndexByte(object, '/')+1:], targetUserID)
		classify(ev, catIAM, typeUser+event.Separator+typeOfVerb(k.get("operation")), lower(orElse(k.get("operation"), name)), outcome)
	}
}

// loggedOn classifies a logon by how it ended.
func (k *keyed) loggedOn(outcome string) {
	action := actionLogonSuccess
	if outcome == failure {
		action = actionLogonFailed
	}
	classify(k.ev, catAuthentication, typeStart, action, outcome)
}

// typeOfVerb is the event.type of what was done to an object.
func typeOfVerb(verb string) string {
	switch lower(verb) {
	case "create", "created", "add", "added":
		return typeCreated
	case "delete", "deleted", "remove", "removed", "destroy":
		return typeDeleted
	case "read", "view", "get", "list", "query":
		return "access"
	}
	return typeChange
}

var (
	targetUserID  = target("user.target.id")
	targetUser    = target("user.target.name:account")
	targetGroupID = target("group.id user.target.group.id")
	targetGroup   = target("group.name user.target.group.name")
)
