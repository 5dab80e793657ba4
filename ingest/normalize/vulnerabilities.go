package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// tenable is the vulnerability exports of Tenable Vulnerability Management
// (https://developer.tenable.com/reference/exports-vulns-download-chunk).
var tenable = []jsonProduct{{
	name: "tenable", has: []string{"plugin.id", "asset.uuid", "severity_id"}, vendor: "Tenable", product: "Vulnerability Management", kind: "vulnerability-scanner", module: "tenable_io", dataset: "tenable_io.vulnerability", table: `
*  vulnerability.scanner.vendor:=Tenable vulnerability.classification:=CVSS
last_found  @time2
indexed  @time0
first_found  event.start
last_fixed  event.end
asset.uuid  host.id
asset.hostname  host.name:host
asset.ipv4  host.ip
asset.mac_address  host.mac
asset.operating_system  host.os.full
plugin.id  rule.id
plugin.name  rule.name vulnerability.title
plugin.family  vulnerability.category
plugin.cve  vulnerability.id
plugin.description  vulnerability.description
plugin.see_also  vulnerability.reference
plugin.cvss_base_score  vulnerability.score.base
plugin.cvss3_base_score  vulnerability.score.base
scan.uuid  vulnerability.report_id
port.protocol  network.transport
severity  vulnerability.severity
`, finish: func(k *keyed) {
		k.vulnerability("CVE", k.get("plugin.cve"))
		k.severityWord(k.get("severity"))
		k.vulnerabilityFound(k.get("state"))
	},
}}

// qualys is the host detections of Qualys VMDR, one detection a document
// (https://docs.qualys.com/en/vm/api/assets/host_lists/list_detection.htm).
var qualys = []jsonProduct{{
	name: "qualys", has: []string{"TRACKING_METHOD", "DETECTION_LIST.QID"}, vendor: "Qualys", product: "VMDR", kind: "vulnerability-scanner", module: "qualys_vmdr", dataset: "qualys_vmdr.asset_host_detection", table: `
*  vulnerability.scanner.vendor:=Qualys
LAST_SCAN_DATETIME,LAST_VM_SCANNED_DATE  @time0
DETECTION_LIST.LAST_FOUND_DATETIME  @time2
DETECTION_LIST.FIRST_FOUND_DATETIME  event.start
DETECTION_LIST.UNIQUE_VULN_ID  event.id
DETECTION_LIST.QID  rule.id
DETECTION_LIST.SEVERITY  event.severity
DETECTION_LIST.TYPE  vulnerability.category
DETECTION_LIST.RESULTS  event.reason
DETECTION_LIST.PROTOCOL  network.transport
ID  host.id
IP  host.ip
DNS,NETBIOS  host.name:host
DNS_DATA.FQDN  host.name:host
OS  host.os.full
`, finish: func(k *keyed) { k.vulnerabilityFound(k.get("DETECTION_LIST.STATUS")) },
}}

// snyk is the issues and the audit log of Snyk
// (https://docs.snyk.io/snyk-api/reference/audit-logs).
var snyk = []jsonProduct{
	{
		name: "snyk_issue", has: []string{"introducedDate", "issue.id", "issue.severity"}, vendor: "Snyk", product: "Snyk", module: "snyk", dataset: "snyk.issues", table: `
*  vulnerability.scanner.vendor:=Snyk
introducedDate  @time1 event.start
patchedDate  event.end
issue.id  rule.id
issue.title  rule.name vulnerability.title
issue.description  vulnerability.description
issue.url  vulnerability.reference
issue.severity  vulnerability.severity
issue.cvssScore  vulnerability.score.base
issue.type  vulnerability.category
issue.identifiers.CVE  vulnerability.id
issue.package  package.name
issue.version  package.version
`, finish: func(k *keyed) {
			k.vulnerability("CVE", k.get("issue.identifiers.CVE"))
			k.severityWord(k.get("issue.severity"))
			state := "open"
			if k.get("isFixed") == "true" {
				state = "fixed"
			}
			k.vulnerabilityFound(state)
		},
	},
	{name: "snyk_audit", has: []string{"groupId", "orgId", "event", "created"}, vendor: "Snyk", product: "Snyk", module: "snyk", dataset: "snyk.audit", table: snykAuditTable, finish: snykAudit},
	{name: "snyk_audit", has: []string{"group_id", "org_id", "event", "created"}, vendor: "Snyk", product: "Snyk", module: "snyk", dataset: "snyk.audit", table: snykAuditTable, finish: snykAudit},
}

const snykAuditTable = `
created  @time1
userId,user_id  user.id
orgId,org_id  organization.id
groupId,group_id  snyk.group_id
projectId,project_id  snyk.project_id
content.email  user.target.email:email
content.userPublicId  user.target.id
content.url  url.original
`

func snykAudit(k *keyed) {
	// group.user.add is about a user: of what, the first word tells.
	action := k.get("event")
	scope, rest, ok := strings.Cut(action, ".")
	if !ok || scope != "org" && scope != "group" {
		rest = action
	}
	what, _ := actionKind(rest, success)
	classify(k.ev, what.category, what.typ, action, success)
}

// wiz is the issues and the audit log of Wiz (https://docs.wiz.io/wiz-docs/docs/issues-query).
var wiz = []jsonProduct{{
	name: "wiz_issue", has: []string{"entitySnapshot.id", "severity", "status"}, vendor: "Wiz", product: "Wiz", module: "wiz", dataset: "wiz.issue", table: `
createdAt  @time1 event.created
resolvedAt  event.end
id  event.id
sourceRule.id,control.id  rule.id
sourceRule.name,control.name  rule.name
sourceRule.controlDescription,description  rule.description
entitySnapshot.cloudPlatform  cloud.provider:lower
entitySnapshot.region  cloud.region
entitySnapshot.subscriptionExternalId  cloud.account.id
entitySnapshot.subscriptionName  cloud.account.name
entitySnapshot.providerId  cloud.instance.id
entitySnapshot.cloudProviderURL  event.url
entitySnapshot.nativeType  wiz.resource.type
entitySnapshot.name  wiz.resource.name
`, finish: func(k *keyed) {
		k.severityWord(k.get("severity"))
		if typ := k.get("entitySnapshot.type"); typ == "VIRTUAL_MACHINE" {
			setNamed(k.ev, "host.name", k.get("entitySnapshot.name"))
		}
		category, typ := catConfiguration, typeInfo
		if k.get("type") == "THREAT_DETECTION" {
			category, typ = "threat", "indicator"
		}
		k.alert(category, typ, "issue-"+strings.ReplaceAll(lower(k.get("status")), "_", "-"), "")
	},
}, {
	name: "wiz_audit", has: []string{"sourceIP", "requestId", "userAgent", "action", "timestamp", "status"}, vendor: "Wiz", product: "Wiz", module: "wiz", dataset: "wiz.audit", table: `
timestamp  @time1
id  event.id
requestId  http.request.id
sourceIP  source.ip
userAgent  user_agent.original
serviceAccount.id  user.id
serviceAccount.name  user.name:text
`, finish: func(k *keyed) {
		// The user's name is in ECS already, where it is an address more often
		// than not.
		k.put(k.ev.Get(event.UserName), alertUser)
		action, outcome := k.get("action"), outcomeOf(k.get("status"))
		k.cloudAction(action, outcome)
	},
}}

// prismaCloud is the alerts and the audit log of Palo Alto Networks' Prisma
// Cloud (https://pan.dev/prisma-cloud/api/cspm/).
var prismaCloud = []jsonProduct{{
	name: "prisma_cloud_alert", has: []string{"alertTime", "policy.policyType", "status"}, vendor: "Palo Alto Networks", product: "Prisma Cloud", module: "prisma_cloud", dataset: "prisma_cloud.alert", table: `
alertTime  @time1
firstSeen  event.start
lastSeen  event.end
id  event.id
reason  event.reason
policy.policyId,policyId  rule.id
policy.name  rule.name
policy.description  rule.description
policy.policyType  rule.category
resource.cloudType  cloud.provider:lower
resource.accountId  cloud.account.id
resource.account  cloud.account.name
resource.regionId  cloud.region
resource.id  prisma_cloud.resource.id
resource.name  prisma_cloud.resource.name
resource.url  event.url
`, finish: func(k *keyed) {
		k.severityWord(k.get("policy.severity"))
		category, typ := catConfiguration, typeInfo
		switch k.get("policy.policyType") {
		case "anomaly", "audit_event", "network":
			category, typ = "threat", "indicator"
		}
		k.alert(category, typ, "alert-"+lower(k.get("status")), "")
	},
}, {
	name: "prisma_cloud_audit", has: []string{"actionType", "resourceName", "resourceType", "result"}, vendor: "Palo Alto Networks", product: "Prisma Cloud", module: "prisma_cloud", dataset: "prisma_cloud.audit", table: `
timestamp  @time1
user  user.email:email
ipAddress  source.ip
action  event.reason
resourceName  prisma_cloud.resource.name
`, finish: func(k *keyed) {
		outcome := ""
		switch lower(k.get("result")) {
		case "success", "successful":
			outcome = success
		case "fail", "failed", "failure":
			outcome = failure
		}
		action, resource := lower(k.get("actionType")), lower(k.get("resourceType"))
		if action == "login" {
			k.loggedOn(outcome)
			return
		}
		if resource == "user" || resource == "role" {
			classify(k.ev, catIAM, typeUser+event.Separator+typeOfVerb(action), resource+"-"+action, outcome)
			return
		}
		classify(k.ev, catConfiguration, typeOfVerb(action), strings.ReplaceAll(resource, " ", "-")+"-"+action, outcome)
	},
}}

// lacework is the alerts of Lacework FortiCNAPP
// (https://docs.lacework.net/api/v2/docs/#tag/Alerts).
var lacework = []jsonProduct{{
	name: "lacework", has: []string{"alertInfo.subject", "alertId", "alertType"}, vendor: "Lacework", product: "FortiCNAPP", module: "lacework", dataset: "lacework.alert", table: `
startTime  @time1 event.start
endTime  event.end
alertId  event.id
alertName  rule.name
alertType  event.code
policyId  rule.id
alertInfo.description  event.reason
derivedFields.category  rule.category
derivedFields.source  event.provider
`, finish: func(k *keyed) {
		k.severityWord(k.get("severity"))
		k.spanDuration()
		switch k.get("derivedFields.category") {
		case "Policy":
			k.alert(catConfiguration, typeInfo, "policy-violated", "")
		default:
			k.alert("threat", "indicator", "threat-detected", "")
		}
	},
}}

// vulnerability names the catalogue that ids are of, where there are any.
func (k *keyed) vulnerability(enumeration, ids string) {
	if ids != "" {
		setNamed(k.ev, "vulnerability.enumeration", enumeration)
	}
}

// vulnerabilityFound classifies a scanner's finding by its state.
func (k *keyed) vulnerabilityFound(state string) {
	action := "vulnerability-found"
	switch lower(state) {
	case "fixed":
		action = "vulnerability-fixed"
	case "reopened", "re-opened":
		action = "vulnerability-reopened"
	}
	classify(k.ev, "vulnerability", typeInfo, action, "")
}
