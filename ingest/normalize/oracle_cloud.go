package normalize

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
