package server

import (
	"cmp"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// elasticsearch is the audit log of Elasticsearch
// (https://www.elastic.co/docs/reference/elasticsearch/elasticsearch-audit-events).
var elasticsearch = []read.JSONProduct{{
	Name: "elasticsearch_audit", Has: []string{"node.id", "event.action", "event.type", "timestamp"}, Vendor: "Elastic", Product: "Elasticsearch", Module: "elasticsearch", Dataset: "elasticsearch.audit", Table: `
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
`, Finish: func(k *read.Keyed) {
		ev := k.Event
		read.SetNamed(ev, "elasticsearch.audit.layer", ev.Get(event.EventType))
		both := read.CategoryAuthentication + event.Separator + read.CategoryDatabase
		switch action := ev.Get(event.EventAction); action {
		case "authentication_success":
			read.Classify(ev, both, read.TypeStart, read.ActionLogonSuccess, read.Success)
		case "authentication_failed", "anonymous_access_denied":
			read.Classify(ev, both, read.TypeStart, read.ActionLogonFailed, read.Failure)
		case "realm_authentication_failed": // one of several fields for users
			read.Classify(ev, both, read.TypeStart, read.ActionAuthFailed, read.Failure)
		case "access_granted", "run_as_granted":
			read.Classify(ev, read.CategoryDatabase, read.TypeAllowed, action, read.Success)
		case "access_denied", "run_as_denied", "tampered_request":
			read.Classify(ev, read.CategoryDatabase, read.TypeDenied, action, read.Failure)
		case "connection_granted":
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
		case "connection_denied":
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
		case "put_user":
			read.SetNamed(ev, "user.target.name", k.Get("put.user.name"))
			read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, action, read.Success)
		case "change_password":
			read.SetNamed(ev, "user.target.name", k.Get("change.password.user.name"))
			read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
		case "delete_user":
			read.SetNamed(ev, "user.target.name", k.Get("delete.user.name"))
			read.Classify(ev, read.CategoryIAM, read.TypeUserDeleted, read.ActionUserDeleted, read.Success)
		default:
			k.CloudAction(action, read.Success)
		}
	},
}}

// kibana is the audit log of Kibana, which is already in ECS except for its
// own words for logons
// (https://www.elastic.co/docs/reference/kibana/kibana-audit-events).
var kibana = []read.JSONProduct{
	{Name: "kibana_audit", Has: []string{"kibana.session_id", "event.action", "ecs.version"}, Vendor: "Elastic", Product: "Kibana", Module: "kibana", Dataset: "kibana.audit", Table: kibanaTable, Finish: kibanaEvent},
	{Name: "kibana_audit", Has: []string{"kibana.space_id", "event.action", "ecs.version"}, Vendor: "Elastic", Product: "Kibana", Module: "kibana", Dataset: "kibana.audit", Table: kibanaTable, Finish: kibanaEvent},
	{Name: "kibana_audit", Has: []string{"kibana.authentication_type", "event.action", "ecs.version"}, Vendor: "Elastic", Product: "Kibana", Module: "kibana", Dataset: "kibana.audit", Table: kibanaTable, Finish: kibanaEvent},
}

const kibanaTable = `
client.ip  source.ip
kibana.session_id  session.id
kibana.lookup_realm  kibana.realm
http.request.headers.x-forwarded-for  source.ip
`

func kibanaEvent(k *read.Keyed) {
	ev := k.Event
	ev.Set(event.EventReason, k.Get("message"))
	switch ev.Get(event.EventAction) {
	case "user_login":
		k.LoggedOn(ev.Get(event.EventOutcome))
	case "user_logout":
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, cmp.Or(ev.Get(event.EventOutcome), read.Success))
	}
}
