package normalize

import (
	"cmp"

	"porchlight/ingest/event"
)

// microsoftGraph is the alerts of Microsoft Graph's security API
// (https://learn.microsoft.com/graph/api/resources/security-alert).
var microsoftGraph = []jsonProduct{{
	name: "microsoft_graph_alert", has: []string{"providerAlertId", "severity", "id"}, module: "microsoft_graph", dataset: "microsoft_graph.alert", table: `
createdDateTime,eventDateTime  @time1
id  event.id
title  rule.name
detectorId  rule.id
description  event.reason
severity  log.level
alertWebUrl  event.url
actorDisplayName  user.name:text
tenantId  organization.id
`, finish: func(k *keyed) {
		k.ev.Set(event.EventKind, "alert")
		classify(k.ev, "threat", "indicator", cmp.Or(k.get("category"), "alert-raised"), "")
		k.objects("evidence", func(o *event.Event) {
			setNamed(k.ev, "host.name", lookup(o, "deviceDnsName"))
			setNamed(k.ev, "user.name", lookup(o, "userAccount.accountName"))
			k.put(lookup(o, "userAccount.userPrincipalName"), graphUser)
			if ip, _ := parseIP(lookup(o, "ipAddress")); ip != "" {
				setSource(k.ev, ip)
			}
			setNamed(k.ev, "file.name", lookup(o, "fileDetails.fileName"))
			setNamed(k.ev, "file.hash.sha256", lookup(o, "fileDetails.sha256"))
		})
	},
}}

var graphUser = target("user.email:email")
