package normalize

import "strings"

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
