package cloud

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// salesforce is the event log files of Salesforce, each line as JSON
// (https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_eventlogfile_supportedeventtypes.htm).
var salesforce = []read.JSONProduct{{
	Name: "salesforce", Has: []string{"TIMESTAMP_DERIVED", "EVENT_TYPE", "USER_ID"}, Vendor: "Salesforce", Product: "Salesforce", Module: "salesforce", Dataset: "salesforce.eventlogfile", Table: `
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
`, Finish: func(k *read.Keyed) {
		if !k.Event.Has(event.SourceIP) {
			read.SetSource(k.Event, k.Get("CLIENT_IP"))
		}
		typ := read.Lower(k.Get("EVENT_TYPE"))
		switch typ {
		case "login", "loginas":
			read.From(k.Event, "salesforce", "salesforce.login")
			status := k.First("LOGIN_STATUS", "REQUEST_STATUS")
			outcome := read.Failure
			if status == "LOGIN_NO_ERROR" || status == "S" || status == "" {
				outcome = read.Success
			} else {
				k.Event.Set(event.EventReason, status)
			}
			k.LoggedOn(outcome)
			return
		case "logout":
			read.From(k.Event, "salesforce", "salesforce.logout")
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
			return
		}
		outcome := ""
		switch k.Get("REQUEST_STATUS") {
		case "S":
			outcome = read.Success
		case "F", "A":
			outcome = read.Failure
		}
		switch typ {
		case "reportexport", "contentdocumentlink", "contenttransfer", "documentattachmentdownloads":
			read.Classify(k.Event, read.CategoryFile, "access", typ, outcome)
		default:
			read.Classify(k.Event, "web", "access", typ, outcome)
		}
	},
}}
