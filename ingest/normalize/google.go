package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// google is the audit log of Google Workspace (Reports API, activities,
// https://developers.google.com/admin-sdk/reports/reference/rest/v1/activities/list).
// events is one event or an array of them; the first counts.
var google = []jsonProduct{
	{
		name: "google_workspace", has: []string{"id.applicationName", "id.time", "kind"}, module: "google_workspace", dataset: "google_workspace",
		table: `
id.time  @time1
id.uniqueQualifier  event.id
id.customerId,customerId  organization.id
actor.email  user.email:email source.user.email:email
actor.profileId  user.id source.user.id
ipAddress  source.ip
ownerDomain  google_workspace.organization.domain
`, finish: googleEvent,
	},
	{
		name: "google_alert", has: []string{"alertId", "customerId", "source"}, module: "google_workspace", dataset: "google_workspace.alert",
		table: `
createTime  @time1
startTime  event.start
endTime  event.end
customerId  organization.id
alertId  event.id
type  rule.name
data.email  user.email:email
metadata.severity  event.reason
`, finish: func(k *keyed) {
			k.ev.Set(event.EventKind, "alert")
			classify(k.ev, "threat", "indicator", k.get("type"), "")
		},
	},
}

// googleCloud is the audit log and the flow logs of Google Cloud
// (https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog).
var googleCloud = []jsonProduct{
	{
		name: "gcp_audit", has: []string{"protoPayload.methodName", "logName"}, module: "gcp", dataset: "gcp.audit", table: `
timestamp  @time1
insertId  event.id
severity  log.level
protoPayload.serviceName  service.name
protoPayload.methodName  @action
protoPayload.authenticationInfo.principalEmail  user.email:email user.name
protoPayload.requestMetadata.callerIp  source.ip
protoPayload.requestMetadata.callerSuppliedUserAgent  user_agent.original
protoPayload.status.message  event.reason
resource.labels.project_id  cloud.project.id
resource.labels.instance_id  cloud.instance.id
*  cloud.provider:=gcp
`, finish: func(k *keyed) {
			outcome := success
			if code := k.get("protoPayload.status.code"); code != "" && code != "0" || k.get("severity") == "ERROR" {
				outcome = failure
			}
			k.objects("protoPayload.authorizationInfo", func(o *event.Event) {
				if lookup(o, "granted") == "false" {
					outcome = failure
				}
			})
			method := k.get("protoPayload.methodName")
			k.cloudAction(method[strings.LastIndexByte(method, '.')+1:], outcome)
			k.ev.Set(event.EventAction, method)
		},
	},
	{
		name: "gcp_flow", has: []string{"jsonPayload.connection.src_ip", "logName"}, module: "gcp", dataset: "gcp.vpcflow", table: `
timestamp  @time1
insertId  event.id
jsonPayload.connection.src_ip  source.ip
jsonPayload.connection.src_port  source.port
jsonPayload.connection.dest_ip  destination.ip
jsonPayload.connection.dest_port  destination.port
jsonPayload.connection.protocol  network.transport
jsonPayload.bytes_sent  source.bytes
jsonPayload.packets_sent  source.packets
jsonPayload.start_time  event.start
jsonPayload.end_time  event.end
jsonPayload.rule_details.reference  rule.name
resource.labels.project_id  cloud.project.id
*  cloud.provider:=gcp
`, finish: func(k *keyed) {
			switch k.get("jsonPayload.disposition") {
			case "DENIED":
				classify(k.ev, catNetwork, connDenied, actionConnectionDenied, failure)
			case "ALLOWED":
				classify(k.ev, catNetwork, connAllowed, actionConnectionAllowed, success)
			default:
				classify(k.ev, catNetwork, connInfo, actionConnectionLogged, "")
			}
		},
	},
	{
		name: "gcp_dns", has: []string{"jsonPayload.queryName", "logName"}, module: "gcp", dataset: "gcp.dns", table: `
timestamp  @time1
jsonPayload.queryName  dns.question.name network.protocol:=dns
jsonPayload.queryType  dns.question.type
jsonPayload.responseCode  dns.response_code
jsonPayload.sourceIP  source.ip
jsonPayload.protocol  network.transport
`, finish: func(k *keyed) { classify(k.ev, catNetwork, typeInfo, "dns-query", "") },
	},
}

func googleEvent(k *keyed) {
	name := k.get("events.name")
	parameters := "events.parameters"
	if name == "" {
		k.objects("events", func(o *event.Event) {
			if name != "" {
				return
			}
			name = lookup(o, "name")
			setNamed(k.ev, "events.parameters", lookup(o, "parameters"))
			setNamed(k.ev, "events.name", name)
			setNamed(k.ev, "events.type", lookup(o, "type"))
		})
	}
	k.objects(parameters, func(o *event.Event) {
		n := lookup(o, "name")
		v := lookup(o, "value")
		for _, other := range [...]string{"boolValue", "intValue", "multiValue", "multiIntValue"} {
			if v == "" {
				v = lookup(o, other)
			}
		}
		if n == "" || v == "" {
			return
		}
		setNamed(k.ev, fieldName("google_workspace.", n, keyUnderline), v)
		if b := googleParameters()[n]; b != nil {
			k.bind(b, v)
		}
	})
	app := k.get("id.applicationName")
	k.ev.Set(event.EventDataset, "google_workspace."+app)
	k.ev.Set(event.EventProvider, app)
	action := lower(name)
	switch {
	case app == "login" && (action == "login_failure" || action == "login_challenge" || action == "login_verification"):
		outcome := failure
		if action != "login_failure" {
			outcome = ""
		}
		classify(k.ev, catAuthentication, typeStart, action, outcome)
		if outcome == failure {
			classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
		}
	case app == "login" && action == "login_success":
		classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case app == "login" && action == "logout":
		classify(k.ev, catAuthentication, typeEnd, actionLogoff, success)
	default:
		k.cloudAction(action, success)
	}
}

var googleParameters = lazyBindings(`
USER_EMAIL,affected_email_address,target_user,user_email  user.target.email:email
GROUP_EMAIL,group_email  group.name:group user.target.group.name:group
member_email  user.target.email:email
login_type  google_workspace.login_type
doc_title  file.name
doc_type  file.type
owner  file.owner
target  user.target.email:email
app_name  network.application
WEBSITE_URL,URL,url  url.original
START_DATE,begin_date_time  event.start
END_DATE,end_date_time  event.end
DEVICE_SERIAL_NUMBER,DEVICE_ID,device_id  device.id
`)
