package server

import "porchlight/ingest/normalize/read"

// mattermost is the audit log of Mattermost, of version 7 and later and the
// flat form before (https://docs.mattermost.com/administration-guide/comply/embedded-json-audit-log-schema.html).
var mattermost = []read.JSONProduct{
	{Name: "mattermost", Has: []string{"actor.session_id", "event_name", "status"}, Vendor: "Mattermost", Product: "Mattermost", Module: "mattermost", Dataset: "mattermost.audit", Table: mattermostTable, Finish: mattermostEvent},
	{Name: "mattermost", Has: []string{"api_path", "cluster_id", "session_id", "event"}, Vendor: "Mattermost", Product: "Mattermost", Module: "mattermost", Dataset: "mattermost.audit", Table: mattermostTable, Finish: mattermostEvent},
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

func mattermostEvent(k *read.Keyed) {
	outcome := ""
	switch k.Get("status") {
	case "success":
		outcome = read.Success
	case "fail":
		outcome = read.Failure
	}
	switch action := k.First("event_name", "event"); action {
	case "login", "login_cws":
		if outcome == "" { // "attempt": the same call is logged again when it is over
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonPending, "")
			return
		}
		k.LoggedOn(outcome)
	default:
		k.CloudAction(action, outcome)
	}
}
