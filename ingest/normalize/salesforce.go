package normalize

import "porchlight/ingest/event"

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
