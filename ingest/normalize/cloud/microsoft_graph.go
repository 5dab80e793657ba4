package cloud

import (
	"cmp"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// microsoftGraph is the alerts of Microsoft Graph's security API
// (https://learn.microsoft.com/graph/api/resources/security-alert).
var microsoftGraph = []read.JSONProduct{{
	Name: "microsoft_graph_alert", Has: []string{"providerAlertId", "severity", "id"}, Module: "microsoft_graph", Dataset: "microsoft_graph.alert", Table: `
createdDateTime,eventDateTime  @time1
id  event.id
title  rule.name
detectorId  rule.id
description  event.reason
severity  log.level
alertWebUrl  event.url
actorDisplayName  user.name:text
tenantId  organization.id
`, Finish: func(k *read.Keyed) {
		k.Event.Set(event.EventKind, "alert")
		read.Classify(k.Event, "threat", "indicator", cmp.Or(k.Get("category"), "alert-raised"), "")
		k.Objects("evidence", func(o *event.Event) {
			read.SetNamed(k.Event, "host.name", read.Lookup(o, "deviceDnsName"))
			read.SetNamed(k.Event, "user.name", read.Lookup(o, "userAccount.accountName"))
			k.Put(read.Lookup(o, "userAccount.userPrincipalName"), graphUser)
			if ip, _ := read.ParseIP(read.Lookup(o, "ipAddress")); ip != "" {
				read.SetSource(k.Event, ip)
			}
			read.SetNamed(k.Event, "file.name", read.Lookup(o, "fileDetails.fileName"))
			read.SetNamed(k.Event, "file.hash.sha256", read.Lookup(o, "fileDetails.sha256"))
		})
	},
}}

var graphUser = read.NewBinding("user.email:email")
