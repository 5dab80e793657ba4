package cloud

import "porchlight/ingest/normalize/read"

// oracleCloud is the audit log of Oracle Cloud Infrastructure, as events and
// as the logging service writes it
// (https://docs.oracle.com/iaas/Content/Audit/Reference/logeventreference.htm).
var oracleCloud = []read.JSONProduct{
	{Name: "oci_audit", Has: []string{"cloudEventsVersion", "data.eventName", "eventTime"}, Vendor: "Oracle", Product: "Cloud Infrastructure", Module: "oci", Dataset: "oci.audit", Table: oracleCloudTable, Finish: oracleCloudEvent},
	{Name: "oci_audit", Has: []string{"oracle.tenantid", "data.eventName", "time"}, Vendor: "Oracle", Product: "Cloud Infrastructure", Module: "oci", Dataset: "oci.audit", Table: oracleCloudTable, Finish: oracleCloudEvent},
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

func oracleCloudEvent(k *read.Keyed) {
	outcome := ""
	if status := k.Get("data.response.status"); len(status) == 3 {
		if outcome = read.Success; status[0] == '4' || status[0] == '5' {
			outcome = read.Failure
		}
	}
	action := k.Get("data.eventName")
	if action == "InteractiveLogin" {
		k.LoggedOn(outcome)
		return
	}
	k.CloudAction(action, outcome)
}
