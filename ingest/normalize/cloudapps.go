package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// salesforce is the event log files of Salesforce, a line of them as JSON
// (https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_supportedeventtypes.htm).
var salesforce = []jsonProduct{{
	name: "salesforce", has: []string{"TIMESTAMP_DERIVED", "EVENT_TYPE", "USER_ID"}, vendor: "Salesforce", product: "Salesforce", module: "salesforce", dataset: "salesforce.eventlogfile", table: `
TIMESTAMP_DERIVED  @time1
REQUEST_ID  event.id
EVENT_TYPE  event.code
USER_ID  user.id
USER_NAME  user.email:email
ORGANIZATION_ID  organization.id
CLIENT_IP  client.ip
SOURCE_IP  source.ip
BROWSER_TYPE,USER_AGENT  user_agent.original
URI  url.original
METHOD  http.request.method
STATUS_CODE  http.response.status_code
RUN_TIME  event.duration:ms
TLS_PROTOCOL  tls.version:tlsversion
CIPHER_SUITE  tls.cipher
SESSION_KEY  session.id
`, finish: func(k *keyed) {
		if !k.ev.Has(event.SourceIP) {
			setSource(k.ev, k.get("CLIENT_IP"))
		}
		typ := lower(k.get("EVENT_TYPE"))
		switch typ {
		case "login", "loginas":
			from(k.ev, "salesforce", "salesforce.login")
			status := k.first("LOGIN_STATUS", "REQUEST_STATUS")
			outcome := failure
			if status == "LOGIN_NO_ERROR" || status == "S" || status == "" {
				outcome = success
			} else {
				k.ev.Set(event.EventReason, status)
			}
			k.loggedOn(outcome)
			return
		case "logout":
			from(k.ev, "salesforce", "salesforce.logout")
			classify(k.ev, catAuthentication, typeEnd, actionLogoff, success)
			return
		}
		outcome := ""
		switch k.get("REQUEST_STATUS") {
		case "S":
			outcome = success
		case "F", "A":
			outcome = failure
		}
		switch typ {
		case "reportexport", "contentdocumentlink", "contenttransfer", "documentattachmentdownloads":
			classify(k.ev, catFile, "access", typ, outcome)
		default:
			classify(k.ev, "web", "access", typ, outcome)
		}
	},
}}

// dropbox is the team log of Dropbox Business
// (https://www.dropbox.com/developers/documentation/http/teams#team_log-get_events).
var dropbox = []jsonProduct{{
	name: "dropbox", has: []string{"event_category..tag", "event_type..tag"}, vendor: "Dropbox", product: "Dropbox", module: "dropbox", dataset: "dropbox.team_log", table: `
timestamp  @time1
event_category..tag  event.provider
event_type.description  event.reason
actor.user.team_member_id,actor.admin.team_member_id  user.id
actor.user.email,actor.admin.email  user.email:email
actor.user.display_name,actor.admin.display_name  user.full_name
origin.geo_location.ip_address  source.ip
origin.geo_location.country  source.geo.country_iso_code
origin.geo_location.city  source.geo.city_name
`, finish: func(k *keyed) {
		action, outcome := k.get("event_type..tag"), success
		if strings.Contains(action, "fail") {
			outcome = failure
		}
		k.objects("participants", func(o *event.Event) {
			k.put(orElse(lookup(o, "user.email"), lookup(o, "user.user.email")), appTarget)
			k.put(lookup(o, "group.display_name"), targetGroup)
		})
		k.objects("assets", func(o *event.Event) {
			if path := lookup(o, "path.contextual"); path != "" && !k.ev.Has(event.FilePath) {
				setPath(k.ev, path)
			}
		})
		k.cloudAction(action, outcome)
	},
}}

// zendesk is the audit logs of Zendesk
// (https://developer.zendesk.com/api-reference/ticketing/account-configuration/audit_logs/).
var zendesk = []jsonProduct{{
	name: "zendesk", has: []string{"action_label", "source_type", "actor_id"}, vendor: "Zendesk", product: "Zendesk", module: "zendesk", dataset: "zendesk.audit", table: `
created_at  @time1
id  event.id
actor_id  user.id
actor_name  user.full_name
ip_address  source.ip
change_description  event.reason
source_label  zendesk.source
`, finish: func(k *keyed) {
		action, source := k.get("action"), k.get("source_type")
		switch {
		case action == "login":
			k.loggedOn(success)
		case source == "user" || source == "user_setting" || source == "role" || source == "api_token":
			if source == "user" {
				k.put(k.get("source_id"), targetUserID)
			}
			typ := typeOfVerb(action)
			if action == "exported" {
				typ = typeInfo
			}
			classify(k.ev, catIAM, typeUser+event.Separator+typ, source+"-"+action, success)
		default:
			classify(k.ev, catConfiguration, typeOfVerb(action), source+"-"+action, success)
		}
	},
}}

// asana is the audit log API of Asana (https://developers.asana.com/docs/audit-log-api).
var asana = []jsonProduct{{
	name: "asana", has: []string{"context.context_type", "event_category", "gid"}, vendor: "Asana", product: "Asana", module: "asana", dataset: "asana.audit", table: `
created_at  @time1
gid  event.id
event_category  event.provider
actor.gid  user.id
actor.email  user.email:email
actor.name  user.full_name
context.client_ip_address  source.ip
context.user_agent  user_agent.original
`, finish: func(k *keyed) {
		action, outcome := k.get("event_type"), success
		if strings.Contains(action, "fail") || strings.Contains(action, "denied") {
			outcome = failure
		}
		if k.get("resource.resource_type") == "user" && k.get("resource.gid") != k.get("actor.gid") {
			k.put(k.get("resource.gid"), targetUserID)
			k.put(k.get("resource.email"), appTarget)
		}
		k.cloudAction(action, outcome)
	},
}}

// miro is the audit logs of Miro's enterprise plan
// (https://developers.miro.com/reference/enterprise-get-audit-logs).
var miro = []jsonProduct{{
	name: "miro", has: []string{"createdBy.type", "context.organization.id", "event", "createdAt"}, vendor: "Miro", product: "Miro", module: "miro", dataset: "miro.audit", table: `
createdAt  @time1
id  event.id
category  event.provider
createdBy.id  user.id
createdBy.email  user.email:email
createdBy.name  user.full_name
context.ip  source.ip
context.organization.id  organization.id
context.organization.name  organization.name
`, finish: func(k *keyed) {
		action, outcome := k.get("event"), success
		if strings.Contains(action, "fail") {
			outcome = failure
		}
		if id := k.get("object.id"); (k.get("object.type") == "USER" || k.get("object.email") != "") && id != k.get("createdBy.id") {
			k.put(id, targetUserID)
			k.put(k.get("object.email"), appTarget)
		}
		k.cloudAction(action, outcome)
	},
}}

// snowflake is the login history of Snowflake
// (https://docs.snowflake.com/en/sql-reference/account-usage/login_history).
var snowflake = []jsonProduct{{
	name: "snowflake", has: []string{"FIRST_AUTHENTICATION_FACTOR", "IS_SUCCESS", "USER_NAME"}, vendor: "Snowflake", product: "Snowflake", module: "snowflake", dataset: "snowflake.login_history", table: `
EVENT_TIMESTAMP  @time1
EVENT_ID  event.id
USER_NAME  user.name:account
CLIENT_IP  source.ip
REPORTED_CLIENT_TYPE  network.application:text
ERROR_CODE  error.code
ERROR_MESSAGE  event.reason
CONNECTION  snowflake.connection
`, finish: func(k *keyed) {
		outcome := failure
		if k.get("IS_SUCCESS") == "YES" || k.get("IS_SUCCESS") == "true" {
			outcome = success
		}
		k.loggedOn(outcome)
		k.ev.Set(event.EventCategory, catAuthentication+event.Separator+catDatabase)
	},
}}

// webex is the admin audit events of Webex
// (https://developer.webex.com/docs/api/v1/admin-audit-events).
var webex = []jsonProduct{{
	name: "webex", has: []string{"data.actorEmail", "data.eventDescription", "data.eventCategory"}, vendor: "Cisco", product: "Webex", module: "cisco_webex", dataset: "cisco_webex.admin_audit", table: `
created  @time1
id  event.id
actorId  user.id
data.actorEmail  user.email:email
data.actorName  user.full_name
data.actorUserAgent  user_agent.original
data.adminRoles  user.roles
data.actorOrgId  organization.id
data.actorOrgName  organization.name
data.eventCategory  event.provider
data.actionText  event.reason
`, finish: func(k *keyed) {
		// Behind proxies there are several addresses: the first is the client's.
		ip, _, _ := strings.Cut(k.get("data.actorIp"), ",")
		setSource(k.ev, strings.TrimSpace(ip))
		if k.get("data.targetType") == "PERSON" {
			k.put(k.get("data.targetId"), targetUserID)
			k.put(k.get("data.targetName"), appTarget)
		}
		text := lower(k.get("data.eventDescription"))
		outcome := success
		if strings.Contains(text, "fail") || strings.Contains(text, "unsuccessful") {
			outcome = failure
		}
		action := strings.ReplaceAll(strings.TrimRight(text, "."), " ", "-")
		switch {
		case strings.Contains(text, "logged out"):
			classify(k.ev, catAuthentication, typeEnd, actionLogoff, outcome)
		case k.get("data.eventCategory") == "LOGINS":
			k.loggedOn(outcome)
		case k.get("data.eventCategory") == "USERS":
			typ := typeChange
			switch {
			case strings.Contains(text, "created"), strings.Contains(text, "added"):
				typ = typeCreated
			case strings.Contains(text, "deleted"), strings.Contains(text, "removed"):
				typ = typeDeleted
			}
			classify(k.ev, catIAM, typeUser+event.Separator+typ, action, outcome)
		default:
			k.cloudAction(action, outcome)
		}
	},
}}

// mattermost is the audit log of Mattermost, of version 7 and later and the
// flat form before (https://docs.mattermost.com/administration-guide/comply/embedded-json-audit-log-schema.html).
var mattermost = []jsonProduct{
	{name: "mattermost", has: []string{"actor.session_id", "event_name", "status"}, vendor: "Mattermost", product: "Mattermost", module: "mattermost", dataset: "mattermost.audit", table: mattermostTable, finish: mattermostEvent},
	{name: "mattermost", has: []string{"api_path", "cluster_id", "session_id", "event"}, vendor: "Mattermost", product: "Mattermost", module: "mattermost", dataset: "mattermost.audit", table: mattermostTable, finish: mattermostEvent},
}

const mattermostTable = `
timestamp  @time1
actor.user_id,user_id  user.id
actor.ip_address,ip_address  source.ip
actor.session_id,session_id  session.id
actor.client,client  user_agent.original
meta.api_path,api_path  url.path
event.parameters.login_id  user.name:account
event.parameters.user_id  user.target.id
event.resulting_state.username  user.target.name
error.description,error  event.reason
error.status_code  http.response.status_code
`

func mattermostEvent(k *keyed) {
	outcome := ""
	switch k.get("status") {
	case "success":
		outcome = success
	case "fail":
		outcome = failure
	}
	switch action := k.first("event_name", "event"); action {
	case "login", "login_cws":
		if outcome == "" { // "attempt": the same call is written again when it is over
			classify(k.ev, catAuthentication, typeInfo, actionLogonPending, "")
			return
		}
		k.loggedOn(outcome)
	default:
		k.cloudAction(action, outcome)
	}
}

// nextcloud is the log of Nextcloud and of its admin_audit app
// (https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/logging_configuration.html).
var nextcloud = []jsonProduct{{
	name: "nextcloud", has: []string{"reqId", "remoteAddr", "app", "level"}, vendor: "Nextcloud", product: "Nextcloud", module: "nextcloud", dataset: "nextcloud.log", table: `
time  @time1
reqId  http.request.id
remoteAddr  source.ip
method  http.request.method
url  url.original
userAgent  user_agent.original
app  event.provider
version  observer.version
`, finish: nextcloudEvent,
}}

func nextcloudEvent(k *keyed) {
	ev := k.ev
	if user := k.get("user"); user != "--" && user != "" {
		ev.Set(event.UserName, user)
	}
	ev.Set(event.LogLevel, map[string]string{"0": "debug", "1": "info", "2": "warning", "3": "error", "4": "fatal"}[k.get("level")])
	text := k.get("message")
	ev.Set(event.EventReason, text)
	audit := k.get("app") == "admin_audit"
	if audit {
		from(ev, "nextcloud", "nextcloud.audit")
	}
	// Who it is about is in quotes, or ends before the parenthesis:
	// Login failed: bob (Remote IP: 192.0.2.9)
	_, object, _ := strings.Cut(text, ": ")
	object, _, _ = strings.Cut(object, " (")
	name := strings.Trim(object, `"`)
	switch {
	case strings.HasPrefix(text, "Login failed"):
		ev.Set(event.UserName, name)
		k.loggedOn(failure)
	case strings.HasPrefix(text, "Login successful"):
		ev.Set(event.UserName, name)
		k.loggedOn(success)
	case strings.HasPrefix(text, "Login attempt"): // how it ended has its own line
		ev.Set(event.UserName, name)
		classify(ev, catAuthentication, typeInfo, actionLogonPending, "")
	case strings.HasPrefix(text, "Logout occurred"):
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case strings.HasPrefix(text, "User created"):
		ev.Set(event.UserTargetName, name)
		classify(ev, catIAM, userCreated, actionUserCreated, success)
	case strings.HasPrefix(text, "User deleted"):
		ev.Set(event.UserTargetName, name)
		classify(ev, catIAM, userDeleted, actionUserDeleted, success)
	case strings.HasPrefix(text, "Password of user"):
		_, name, _ := strings.Cut(text, `"`)
		name, _, _ = strings.Cut(name, `"`)
		ev.Set(event.UserTargetName, name)
		classify(ev, catIAM, userChanged, actionPasswordChanged, success)
	case audit && strings.HasPrefix(text, "File "):
		// File with id "7" accessed: "/files/plan.odt"
		if _, path, ok := cutLast(text, `: "`); ok {
			setPath(ev, strings.TrimSuffix(path, `"`))
		}
		typ := "access"
		switch s := lower(text); {
		case strings.Contains(s, "created"):
			typ = typeCreated
		case strings.Contains(s, "deleted"):
			typ = typeDeleted
		case strings.Contains(s, "written"), strings.Contains(s, "updated"), strings.Contains(s, "renamed"):
			typ = typeChange
		}
		classify(ev, catFile, typ, "file-"+map[string]string{"access": "accessed", typeCreated: "created", typeDeleted: "deleted", typeChange: "changed"}[typ], success)
	case audit:
		classify(ev, catConfiguration, typeInfo, "audit-message", "")
	default:
		classify(ev, "web", typeInfo, "server-message", "")
	}
}

var appTarget = target("user.target.email:email")
