package normalize

import (
	"encoding/base64"
	"net/url"
	"strings"

	"porchlight/ingest/event"
)

// oracleCloud is the audit log of Oracle Cloud Infrastructure, as events and
// as the logging service writes it
// (https://docs.oracle.com/iaas/Content/Audit/Reference/logeventreference.htm).
var oracleCloud = []jsonProduct{
	{name: "oci_audit", has: []string{"cloudEventsVersion", "data.eventName", "eventTime"}, vendor: "Oracle", product: "Cloud Infrastructure", module: "oci", dataset: "oci.audit", table: oracleCloudTable, finish: oracleCloudEvent},
	{name: "oci_audit", has: []string{"oracle.tenantid", "data.eventName", "time"}, vendor: "Oracle", product: "Cloud Infrastructure", module: "oci", dataset: "oci.audit", table: oracleCloudTable, finish: oracleCloudEvent},
}

const oracleCloudTable = `
*  cloud.provider:=oracle
eventTime,time  @time1
eventId,id  event.id
source  event.provider
data.compartmentId  cloud.project.id
data.compartmentName  cloud.project.name
data.availabilityDomain  cloud.availability_zone
data.identity.tenantId  cloud.account.id
data.identity.principalId  user.id
data.identity.principalName  user.name:account
data.identity.ipAddress  source.ip
data.identity.userAgent  user_agent.original
data.request.id  http.request.id
data.request.action  http.request.method
data.request.path  url.original
data.response.status  http.response.status_code
data.response.message  event.reason
data.resourceName  oci.resource.name
`

func oracleCloudEvent(k *keyed) {
	outcome := ""
	if status := k.get("data.response.status"); len(status) == 3 {
		if outcome = success; status[0] == '4' || status[0] == '5' {
			outcome = failure
		}
	}
	action := k.get("data.eventName")
	if action == "InteractiveLogin" {
		k.loggedOn(outcome)
		return
	}
	k.cloudAction(action, outcome)
}

// actionTrail is the events of Alibaba Cloud's ActionTrail
// (https://www.alibabacloud.com/help/en/actiontrail/user-guide/actiontrail-event-overview).
var actionTrail = []jsonProduct{{
	name: "actiontrail", has: []string{"acsRegion", "eventName", "userIdentity.type"}, vendor: "Alibaba", product: "ActionTrail", module: "alibaba_cloud", dataset: "alibaba_cloud.actiontrail", table: `
*  cloud.provider:=alibaba
eventTime  @time1
eventId  event.id
serviceName  event.provider
acsRegion  cloud.region
userIdentity.accountId,recipientAccountId  cloud.account.id
userIdentity.principalId  user.id
userIdentity.userName  user.name:account
sourceIpAddress  source.ip
userAgent  user_agent.original
requestId  http.request.id
errorCode  error.code
errorMessage  event.reason
requestParameters.UserName  user.target.name
`, finish: func(k *keyed) {
		outcome := success
		if k.get("errorCode") != "" {
			outcome = failure
		}
		if action := k.get("eventName"); action == "ConsoleSignin" {
			k.loggedOn(outcome)
		} else {
			k.cloudAction(action, outcome)
		}
	},
}}

// akamai is the security events of Akamai's SIEM integration
// (https://techdocs.akamai.com/siem-integration/reference/api-siem).
var akamai = []jsonProduct{{
	name: "akamai", has: []string{"attackData.clientIP", "attackData.configId", "httpMessage.start"}, vendor: "Akamai", product: "App & API Protector", kind: "proxy", module: "akamai", dataset: "akamai.siem", table: `
httpMessage.start  @time1
httpMessage.requestId  event.id
httpMessage.method  http.request.method
httpMessage.protocol  http.version:httpversion
httpMessage.host  url.domain
httpMessage.path  url.path
httpMessage.query  url.query
httpMessage.port  url.port
httpMessage.status  http.response.status_code
httpMessage.bytes  http.response.bytes
httpMessage.tls  tls.version:tlsversion
attackData.clientIP  source.ip
attackData.policyId  rule.ruleset
geo.country  source.geo.country_iso_code
geo.city  source.geo.city_name
geo.asn  source.as.number
`, finish: func(k *keyed) {
		action := k.get("attackData.appliedAction")
		for _, one := range akamaiList(k.get("attackData.ruleActions")) {
			if action == "" || verdictOf(one) == 'D' {
				action = one
			}
		}
		for _, one := range akamaiList(k.get("attackData.rules")) {
			k.addTo(ruleID, one)
		}
		for _, one := range akamaiList(k.get("attackData.ruleMessages")) {
			k.addTo(ruleName, one)
		}
		headers, _ := url.QueryUnescape(k.get("httpMessage.requestHeaders"))
		for line := range strings.SplitSeq(headers, "\r\n") {
			if name, value, ok := strings.Cut(line, ": "); ok && strings.EqualFold(name, "User-Agent") {
				k.ev.Set(event.UserAgentOriginal, value)
			}
		}
		k.ev.Set(event.EventKind, "alert")
		k.attack(action)
	},
}}

// akamaiList decodes a list in Akamai's SIEM events: parts in base64, with
// semicolons between, encoded as in URLs.
func akamaiList(s string) (list []string) {
	s, err := url.QueryUnescape(s)
	if err != nil || len(s) > 16384 {
		return nil
	}
	for part := range strings.SplitSeq(s, ";") {
		if text, err := base64.StdEncoding.DecodeString(part); err == nil && len(text) > 0 {
			list = append(list, string(text))
		}
	}
	return list
}

// signalSciences is the requests that Fastly's Next-Gen WAF (Signal Sciences)
// recorded (https://docs.fastly.com/en/ngwaf/extract-your-data).
var signalSciences = []jsonProduct{{
	name: "fastly_ngwaf", has: []string{"agentResponseCode", "serverHostname", "remoteIP"}, vendor: "Fastly", product: "Next-Gen WAF", kind: "proxy", module: "fastly", dataset: "fastly.ngwaf", table: `
timestamp  @time1
id  event.id
serverHostname  observer.name
serverName  url.domain
remoteIP  source.ip
remoteHostname  source.domain
remoteCountryCode  source.geo.country_iso_code
userAgent  user_agent.original
method  http.request.method
protocol  http.version:httpversion
path  url.path
uri  url.original
responseCode  http.response.status_code
responseSize  http.response.body.bytes:number
responseMillis  event.duration:ms
tlsProtocol  tls.version:tlsversion
tlsCipher  tls.cipher
`, finish: func(k *keyed) {
		ev := k.ev
		// What they call tags are objects; their types are what ours are.
		tags := ev.Get(event.Tags)
		ev.Delete(event.Tags)
		blocked := k.get("agentResponseCode") == "406"
		for tag := range event.Values(tags) {
			var o event.Event
			if !strings.HasPrefix(tag, "{") {
				ev.Add(event.Tags, tag)
			} else if event.FlattenJSON(tag, &o) == nil {
				k.addTo(ruleName, lookup(&o, "type"))
				blocked = blocked || lookup(&o, "type") == "BLOCKED"
			}
		}
		ev.Set(event.EventKind, "alert")
		if blocked {
			k.attack("deny")
		} else {
			k.attack("")
		}
	},
}}

// attack classifies a request that a web application firewall found fault
// with, by what was done to it.
func (k *keyed) attack(action string) {
	category := "web" + event.Separator + "intrusion_detection"
	if verdictOf(action) == 'D' || strings.HasPrefix(action, "deny") {
		classify(k.ev, category, typeDenied, "request-blocked", failure)
		return
	}
	classify(k.ev, category, typeInfo, "threat-detected", "")
}

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
		classify(ev, catAuthentication, typeEnd, actionLogoff, orElse(ev.Get(event.EventOutcome), success))
	}
}
