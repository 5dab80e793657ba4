package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// atlassian is the audit log of Jira and Confluence (Cloud and Data Center)
// (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-audit-records/).
var atlassian = []jsonProduct{
	{
		name: "atlassian_jira", has: []string{"objectItem.typeName", "created", "category"}, module: "atlassian_jira", dataset: "atlassian_jira.audit", table: `
created  @time1
id  event.id
authorAccountId  user.id
authorKey  atlassian.author_key
remoteAddress  source.ip
summary  event.reason
`, finish: func(k *keyed) {
			switch typ := k.get("objectItem.typeName"); typ {
			case "USER":
				k.put(k.get("objectItem.id"), atlassianUserID)
				k.put(k.get("objectItem.name"), atlassianUser)
			case "GROUP":
				k.put(k.get("objectItem.name"), atlassianGroup)
			}
			k.objects("associatedItems", func(o *event.Event) {
				if lookup(o, "typeName") == "USER" {
					k.put(lookup(o, "id"), atlassianUserID)
					k.put(lookup(o, "name"), atlassianUser)
				}
			})
			k.cloudAction(strings.ReplaceAll(lower(k.get("summary")), " ", "-"), success)
		},
	},
	{
		name: "atlassian_audit", has: []string{"auditType.action", "author.id"}, module: "atlassian", dataset: "atlassian.audit", table: `
timestamp  @time1
author.id  user.id
author.name  user.name
author.type  user.roles
source  source.ip
auditType.category  event.reason
`, finish: func(k *keyed) {
			k.cloudAction(strings.ReplaceAll(lower(k.get("auditType.action")), " ", "-"), success)
		},
	},
}

var (
	atlassianUserID = target("user.target.id")
	atlassianUser   = target("user.target.name:text")
	atlassianGroup  = target("group.name user.target.group.name")
)
