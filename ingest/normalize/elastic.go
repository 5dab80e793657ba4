package normalize

import (
	"cmp"

	"porchlight/ingest/event"
)

// elasticsearch is the audit log of Elasticsearch
// (https://www.elastic.co/docs/reference/elasticsearch/elasticsearch-audit-events).
var elasticsearch = []jsonProduct{{
	name: "elasticsearch_audit", has: []string{"node.id", "event.action", "event.type", "timestamp"}, vendor: "Elastic", product: "Elasticsearch", module: "elasticsearch", dataset: "elasticsearch.audit", table: `
timestamp  @time1
node.name  service.node.name
node.id  service.node.id
cluster.uuid  elasticsearch.cluster.uuid
origin.address  source.ip:anyip
request.id  http.request.id
request.method  http.request.method:text
url.query  url.query
opaque_id  trace.id
user.run_as.name  user.effective.name
realm,user.realm  elasticsearch.audit.realm
action  elasticsearch.audit.action
indices  elasticsearch.audit.indices
`, finish: func(k *keyed) {
		ev := k.ev
		setNamed(ev, "elasticsearch.audit.layer", ev.Get(event.EventType))
		both := catAuthentication + event.Separator + catDatabase
		switch action := ev.Get(event.EventAction); action {
		case "authentication_success":
			classify(ev, both, typeStart, actionLogonSuccess, success)
		case "authentication_failed", "anonymous_access_denied":
			classify(ev, both, typeStart, actionLogonFailed, failure)
		case "realm_authentication_failed": // one of several places where users are
			classify(ev, both, typeStart, actionAuthFailed, failure)
		case "access_granted", "run_as_granted":
			classify(ev, catDatabase, typeAllowed, action, success)
		case "access_denied", "run_as_denied", "tampered_request":
			classify(ev, catDatabase, typeDenied, action, failure)
		case "connection_granted":
			classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
		case "connection_denied":
			classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
		case "put_user":
			setNamed(ev, "user.target.name", k.get("put.user.name"))
			classify(ev, catIAM, userChanged, action, success)
		case "change_password":
			setNamed(ev, "user.target.name", k.get("change.password.user.name"))
			classify(ev, catIAM, userChanged, actionPasswordChanged, success)
		case "delete_user":
			setNamed(ev, "user.target.name", k.get("delete.user.name"))
			classify(ev, catIAM, userDeleted, actionUserDeleted, success)
		default:
			k.cloudAction(action, success)
		}
	},
}}

// kibana is the audit log of Kibana, which is in ECS already but for its own
// words for logons (https://www.elastic.co/docs/reference/kibana/kibana-audit-events).
var kibana = []jsonProduct{
	{name: "kibana_audit", has: []string{"kibana.session_id", "event.action", "ecs.version"}, vendor: "Elastic", product: "Kibana", module: "kibana", dataset: "kibana.audit", table: kibanaTable, finish: kibanaEvent},
	{name: "kibana_audit", has: []string{"kibana.space_id", "event.action", "ecs.version"}, vendor: "Elastic", product: "Kibana", module: "kibana", dataset: "kibana.audit", table: kibanaTable, finish: kibanaEvent},
	{name: "kibana_audit", has: []string{"kibana.authentication_type", "event.action", "ecs.version"}, vendor: "Elastic", product: "Kibana", module: "kibana", dataset: "kibana.audit", table: kibanaTable, finish: kibanaEvent},
}

const kibanaTable = `
client.ip  source.ip
kibana.session_id  session.id
kibana.lookup_realm  kibana.realm
http.request.headers.x-forwarded-for  source.ip
`

func kibanaEvent(k *keyed) {
	ev := k.ev
	ev.Set(event.EventReason, k.get("message"))
	switch ev.Get(event.EventAction) {
	case "user_login":
		k.loggedOn(ev.Get(event.EventOutcome))
	case "user_logout":
		classify(ev, catAuthentication, typeEnd, actionLogoff, cmp.Or(ev.Get(event.EventOutcome), success))
	}
}
