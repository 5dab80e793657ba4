package cloud

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// atlassian is the audit log of Jira and Confluence (Cloud and Data Center)
// (https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-audit-records/).
var atlassian = []read.JSONProduct{
	{
		Name: "atlassian_jira", Has: []string{"objectItem.typeName", "created", "category"}, Module: "atlassian_jira", Dataset: "atlassian_jira.audit", Table: `
created  @time1
id  event.id
authorAccountId  user.id
authorKey  atlassian.author_key
remoteAddress  source.ip
summary  event.reason
`, Finish: func(k *read.Keyed) {
			switch typ := k.Get("objectItem.typeName"); typ {
			case "USER":
				k.Put(k.Get("objectItem.id"), atlassianUserID)
				k.Put(k.Get("objectItem.name"), atlassianUser)
			case "GROUP":
				k.Put(k.Get("objectItem.name"), atlassianGroup)
			}
			k.Objects("associatedItems", func(o *event.Event) {
				if read.Lookup(o, "typeName") == "USER" {
					k.Put(read.Lookup(o, "id"), atlassianUserID)
					k.Put(read.Lookup(o, "name"), atlassianUser)
				}
			})
			k.CloudAction(strings.ReplaceAll(read.Lower(k.Get("summary")), " ", "-"), read.Success)
		},
	},
	{
		Name: "atlassian_audit", Has: []string{"auditType.action", "author.id"}, Module: "atlassian", Dataset: "atlassian.audit", Table: `
timestamp  @time1
author.id  user.id
author.name  user.name
author.type  user.roles
source  source.ip
auditType.category  event.reason
`, Finish: func(k *read.Keyed) {
			k.CloudAction(strings.ReplaceAll(read.Lower(k.Get("auditType.action")), " ", "-"), read.Success)
		},
	},
}

var (
	atlassianUserID = read.NewBinding("user.target.id")
	atlassianUser   = read.NewBinding("user.target.name:text")
	atlassianGroup  = read.NewBinding("group.name user.target.group.name")
)
