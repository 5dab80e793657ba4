package normalize

import "porchlight/ingest/event"

// github is the audit log of GitHub organizations and enterprises
// (https://docs.github.com/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization),
// and alerts of Dependabot, secret scanning and issues from its API.
var github = []jsonProduct{
	{
		name: "github", has: []string{"actor", "action"}, not: []string{"actor.id", "objectItem.name"}, module: "github", dataset: "github.audit",
		table: `
actor  user.name
actor_id,user_id  user.id
actor_ip  source.ip
user  user.target.name
created_at  @time1
_document_id  event.id
org  organization.name
business  github.business
data.team,team  group.name user.target.group.name
user_agent  user_agent.original
repo,repository  github.repository
`, finish: func(k *keyed) { k.cloudAction(k.get("action"), success) },
	},
	{
		name: "github_dependabot", has: []string{"securityAdvisory.severity", "createdAt"}, module: "github", dataset: "github.dependabot",
		table: `
*  vulnerability.scanner.vendor:=GitHub vulnerability.classification:=CVSS
createdAt  @time1 event.start
dismissedAt,fixedAt  @time2 event.end:time
dismisser.login  user.name
securityAdvisory.description  vulnerability.description
securityAdvisory.severity  vulnerability.severity
securityAdvisory.cvss.score  vulnerability.score.base
securityAdvisory.permalink  vulnerability.reference
vulnerableManifestPath  file.path
`, finish: func(k *keyed) {
			k.objects("securityAdvisory.identifiers", func(o *event.Event) {
				k.addTo(vulnerabilityID, lookup(o, "value"))
				k.addTo(vulnerabilityEnumeration, lookup(o, "type"))
			})
			k.objects("securityAdvisory.references", func(o *event.Event) { k.addTo(vulnerabilityReference, lookup(o, "url")) })
			classify(k.ev, "vulnerability", typeInfo, "vulnerability-found", "")
		},
	},
	{
		name: "github_secret", has: []string{"secret_type", "number", "locations_url"}, module: "github", dataset: "github.secret_scanning",
		table: `
created_at  @time1 event.start
updated_at  @time2
resolved_at  @time3 event.end:time
resolved_by.login,push_protection_bypassed_by.login  user.name
secret_type_display_name  rule.name
html_url  url.original
repository.full_name  github.repository
`, finish: func(k *keyed) {
			k.ev.Set(event.EventKind, "alert")
			classify(k.ev, "threat", "indicator", "secret-found", "")
		},
	},
	{
		name: "github_issue", has: []string{"author_association", "user.login", "number"}, module: "github", dataset: "github.issues",
		table: `
created_at  @time1 event.start
updated_at  @time2
closed_at  @time3 event.end:time
user.login  user.name
html_url  url.original
`, finish: func(k *keyed) { classify(k.ev, "", typeInfo, "issue-"+k.get("state"), "") },
	},
}

var (
	vulnerabilityID          = target("vulnerability.id")
	vulnerabilityEnumeration = target("vulnerability.enumeration")
	vulnerabilityReference   = target("vulnerability.reference")
)
