package cloud

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// github is the audit log of GitHub organizations and enterprises
// (https://docs.github.com/organizations/keeping-your-organization-secure/managing-security-settings-for-your-organization/audit-log-events-for-your-organization),
// and Dependabot alerts, secret scanning alerts and issues from its API.
var github = []read.JSONProduct{
	{
		Name: "github", Has: []string{"actor", "action"}, Not: []string{"actor.id", "objectItem.name"}, Module: "github", Dataset: "github.audit",
		Table: `
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
`, Finish: func(k *read.Keyed) { k.CloudAction(k.Get("action"), read.Success) },
	},
	{
		Name: "github_dependabot", Has: []string{"securityAdvisory.severity", "createdAt"}, Module: "github", Dataset: "github.dependabot",
		Table: `
*  vulnerability.scanner.vendor:=GitHub vulnerability.classification:=CVSS
createdAt  @time1 event.start
dismissedAt,fixedAt  @time2 event.end:time
dismisser.login  user.name
securityAdvisory.description  vulnerability.description
securityAdvisory.severity  vulnerability.severity
securityAdvisory.cvss.score  vulnerability.score.base
securityAdvisory.permalink  vulnerability.reference
vulnerableManifestPath  file.path
`, Finish: func(k *read.Keyed) {
			k.Objects("securityAdvisory.identifiers", func(o *event.Event) {
				k.AddTo(vulnerabilityID, read.Lookup(o, "value"))
				k.AddTo(vulnerabilityEnumeration, read.Lookup(o, "type"))
			})
			k.Objects("securityAdvisory.references", func(o *event.Event) { k.AddTo(vulnerabilityReference, read.Lookup(o, "url")) })
			read.Classify(k.Event, "vulnerability", read.TypeInfo, "vulnerability-found", "")
		},
	},
	{
		Name: "github_secret", Has: []string{"secret_type", "number", "locations_url"}, Module: "github", Dataset: "github.secret_scanning",
		Table: `
created_at  @time1 event.start
updated_at  @time2
resolved_at  @time3 event.end:time
resolved_by.login,push_protection_bypassed_by.login  user.name
secret_type_display_name  rule.name
html_url  url.original
repository.full_name  github.repository
`, Finish: func(k *read.Keyed) {
			k.Event.Set(event.EventKind, "alert")
			read.Classify(k.Event, "threat", "indicator", "secret-found", "")
		},
	},
	{
		Name: "github_issue", Has: []string{"author_association", "user.login", "number"}, Module: "github", Dataset: "github.issues",
		Table: `
created_at  @time1 event.start
updated_at  @time2
closed_at  @time3 event.end:time
user.login  user.name
html_url  url.original
`, Finish: func(k *read.Keyed) { read.Classify(k.Event, "", read.TypeInfo, "issue-"+k.Get("state"), "") },
	},
}

var (
	vulnerabilityID          = read.NewBinding("vulnerability.id")
	vulnerabilityEnumeration = read.NewBinding("vulnerability.enumeration")
	vulnerabilityReference   = read.NewBinding("vulnerability.reference")
)
