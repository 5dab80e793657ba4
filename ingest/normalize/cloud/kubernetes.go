package cloud

import "porchlight/ingest/normalize/read"

// kubernetes is the audit log of the Kubernetes API server
// (https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/).
var kubernetes = []read.JSONProduct{{
	Name: "kubernetes_audit", Has: []string{"auditID", "verb", "requestURI"}, Module: "kubernetes", Dataset: "kubernetes.audit", Table: `
requestReceivedTimestamp,stageTimestamp  @time1
auditID  event.id
user.username  user.name:text
user.uid  user.id
sourceIPs  source.ip:anyip
userAgent  user_agent.original
requestURI  url.original
verb  @action
responseStatus.code  http.response.status_code
responseStatus.reason  event.reason
objectRef.namespace  orchestrator.namespace
objectRef.name  orchestrator.resource.name
objectRef.resource  orchestrator.resource.type
*  orchestrator.type:=kubernetes
`, Finish: func(k *read.Keyed) {
		outcome := read.Success
		if code := k.Get("responseStatus.code"); code >= "400" && len(code) == 3 {
			outcome = read.Failure
		}
		typ := "access"
		switch k.Get("verb") {
		case "create":
			typ = read.TypeCreated
		case "delete", "deletecollection":
			typ = read.TypeDeleted
		case "update", "patch":
			typ = read.TypeChange
		}
		read.Classify(k.Event, read.CategoryConfiguration, typ, k.Get("verb")+"-"+k.Get("objectRef.resource"), outcome)
	},
}}
