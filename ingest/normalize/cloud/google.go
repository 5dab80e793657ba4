package cloud

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// google is the audit log of Google Workspace (Reports API, activities,
// https://developers.google.com/admin-sdk/reports/reference/rest/v1/activities/list).
// events is one event or an array of them; the first counts.
var google = []read.JSONProduct{
	{
		Name: "google_workspace", Has: []string{"id.applicationName", "id.time", "kind"}, Module: "google_workspace", Dataset: "google_workspace",
		Table: `
id.time  @time1
id.uniqueQualifier  event.id
id.customerId,customerId  organization.id
actor.email  user.email:email source.user.email:email
actor.profileId  user.id source.user.id
ipAddress  source.ip
ownerDomain  google_workspace.organization.domain
`, Finish: googleEvent,
	},
	{
		Name: "google_alert", Has: []string{"alertId", "customerId", "source"}, Module: "google_workspace", Dataset: "google_workspace.alert",
		Table: `
createTime  @time1
startTime  event.start
endTime  event.end
customerId  organization.id
alertId  event.id
type  rule.name
data.email  user.email:email
metadata.severity  event.reason
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "alert")
			read.Classify(k.Event, "threat", "indicator", k.Get("type"), "")
		},
	},
}

// googleCloud is the audit log and the flow logs of Google Cloud
// (https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog).
var googleCloud = []read.JSONProduct{
	{
		Name: "gcp_audit", Has: []string{"protoPayload.methodName", "logName"}, Module: "gcp", Dataset: "gcp.audit", Table: `
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
`, Finish: func(k *read.Keyed) {
			outcome := read.Success
			if code := k.Get("protoPayload.status.code"); code != "" && code != "0" || k.Get("severity") == "ERROR" {
				outcome = read.Failure
			}
			k.Objects("protoPayload.authorizationInfo", func(o *event.Event) {
				if read.Lookup(o, "granted") == "false" {
					outcome = read.Failure
				}
			})
			method := k.Get("protoPayload.methodName")
			k.CloudAction(method[strings.LastIndexByte(method, '.')+1:], outcome)
			k.Event.Set(event.EventAction, method)
		},
	},
	{
		Name: "gcp_flow", Has: []string{"jsonPayload.connection.src_ip", "logName"}, Module: "gcp", Dataset: "gcp.vpcflow", Table: `
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
`, Finish: func(k *read.Keyed) {
			switch k.Get("jsonPayload.disposition") {
			case "DENIED":
				read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure)
			case "ALLOWED":
				read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionAllowed, read.ActionConnectionAllowed, read.Success)
			default:
				read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
			}
		},
	},
	{
		Name: "gcp_dns", Has: []string{"jsonPayload.queryName", "logName"}, Module: "gcp", Dataset: "gcp.dns", Table: `
timestamp  @time1
jsonPayload.queryName  dns.question.name network.protocol:=dns
jsonPayload.queryType  dns.question.type
jsonPayload.responseCode  dns.response_code
jsonPayload.sourceIP  source.ip
jsonPayload.protocol  network.transport
`, Finish: func(k *read.Keyed) { read.Classify(k.Event, read.CategoryNetwork, read.TypeInfo, "dns-query", "") },
	},
}

func googleEvent(k *read.Keyed) {
	name := k.Get("events.name")
	parameters := "events.parameters"
	if name == "" {
		k.Objects("events", func(o *event.Event) {
			if name != "" {
				return
			}
			name = read.Lookup(o, "name")
			read.SetNamed(k.Event, "events.parameters", read.Lookup(o, "parameters"))
			read.SetNamed(k.Event, "events.name", name)
			read.SetNamed(k.Event, "events.type", read.Lookup(o, "type"))
		})
	}
	k.Objects(parameters, func(o *event.Event) {
		n := read.Lookup(o, "name")
		v := read.Lookup(o, "value")
		for _, other := range [...]string{"boolValue", "intValue", "multiValue", "multiIntValue"} {
			if v == "" {
				v = read.Lookup(o, other)
			}
		}
		if n == "" || v == "" {
			return
		}
		read.SetNamed(k.Event, read.FieldName("google_workspace.", n, read.NameUnderlined), v)
		if b := googleParameters()[n]; b != nil {
			k.Bind(b, v)
		}
	})
	app := k.Get("id.applicationName")
	k.Event.Set(event.EventDataset, "google_workspace."+app)
	k.Event.Set(event.EventProvider, app)
	action := read.Lower(name)
	switch {
	case app == "login" && (action == "login_failure" || action == "login_challenge" || action == "login_verification"):
		outcome := read.Failure
		if action != "login_failure" {
			outcome = ""
		}
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, action, outcome)
		if outcome == read.Failure {
			read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		}
	case app == "login" && action == "login_success":
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
	case app == "login" && action == "logout":
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	default:
		k.CloudAction(action, read.Success)
	}
}

var googleParameters = read.LazyBindings(`
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
