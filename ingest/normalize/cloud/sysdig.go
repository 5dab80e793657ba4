package cloud

import "porchlight/ingest/normalize/read"

// sysdig is the policy events of Sysdig Secure, whose rules are Falco's
// (https://docs.sysdig.com/en/docs/sysdig-secure/secure-events/).
var sysdig = []read.JSONProduct{{
	Name: "sysdig", Has: []string{"content.ruleName", "content.policyId"}, Vendor: "Sysdig", Product: "Secure", Module: "sysdig", Dataset: "sysdig.event", Table: `
timestamp  @time1
id  event.id
content.ruleName  rule.name
name  rule.ruleset
content.output  event.reason
description  rule.description
severity  event.severity
labels.host.hostName  host.name:host
labels.host.mac  host.mac
labels.cloudProvider.name  cloud.provider
labels.cloudProvider.account.id  cloud.account.id
labels.cloudProvider.region  cloud.region
labels.container.image.repo  container.image.name
labels.container.name  container.name
labels.kubernetes.cluster.name  orchestrator.cluster.name
labels.kubernetes.namespace.name  orchestrator.namespace
labels.kubernetes.pod.name  orchestrator.resource.name
`, Finish: func(k *read.Keyed) { falcoFields(k, "content.fields.", k.Get("content.fields.evt.type")) },
}}
