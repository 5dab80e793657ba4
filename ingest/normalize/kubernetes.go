package normalize

// kubernetes is the audit log of the Kubernetes API server
// (https://kubernetes.io/docs/reference/config-api/apiserver-audit.v1/).
var kubernetes = []jsonProduct{{
	name: "kubernetes_audit", has: []string{"auditID", "verb", "requestURI"}, module: "kubernetes", dataset: "kubernetes.audit", table: `
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
`, finish: func(k *keyed) {
		outcome := success
		if code := k.get("responseStatus.code"); code >= "400" && len(code) == 3 {
			outcome = failure
		}
		typ := "access"
		switch k.get("verb") {
		case "create":
			typ = typeCreated
		case "delete", "deletecollection":
			typ = typeDeleted
		case "update", "patch":
			typ = typeChange
		}
		classify(k.ev, catConfiguration, typ, k.get("verb")+"-"+k.get("objectRef.resource"), outcome)
	},
}}
