package cloud

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// snyk is the issues and the audit log of Snyk
// (https://docs.snyk.io/snyk-api/reference/audit-logs).
var snyk = []read.JSONProduct{
	{
		Name: "snyk_issue", Has: []string{"introducedDate", "issue.id", "issue.severity"}, Vendor: "Snyk", Product: "Snyk", Module: "snyk", Dataset: "snyk.issues", Table: `
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
`, Finish: func(k *read.Keyed) {
			k.Vulnerability("CVE", k.Get("issue.identifiers.CVE"))
			k.SeverityWord(k.Get("issue.severity"))
			state := "open"
			if k.Get("isFixed") == "true" {
				state = "fixed"
			}
			k.VulnerabilityFound(state)
		},
	},
	{Name: "snyk_audit", Has: []string{"groupId", "orgId", "event", "created"}, Vendor: "Snyk", Product: "Snyk", Module: "snyk", Dataset: "snyk.audit", Table: snykAuditTable, Finish: snykAudit},
	{Name: "snyk_audit", Has: []string{"group_id", "org_id", "event", "created"}, Vendor: "Snyk", Product: "Snyk", Module: "snyk", Dataset: "snyk.audit", Table: snykAuditTable, Finish: snykAudit},
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

func snykAudit(k *read.Keyed) {
	// group.user.add is about a user; the first word says of what.
	action := k.Get("event")
	scope, rest, ok := strings.Cut(action, ".")
	if !ok || scope != "org" && scope != "group" {
		rest = action
	}
	what, _ := read.KindOfAction(rest, read.Success)
	read.Classify(k.Event, what.Category, what.Type, action, read.Success)
}
