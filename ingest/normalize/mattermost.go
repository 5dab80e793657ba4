package normalize

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
