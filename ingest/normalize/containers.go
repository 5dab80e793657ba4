package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// docker is the events of the Docker engine, as docker events --format
// '{{json .}}' and its API write them
// (https://docs.docker.com/reference/cli/docker/system/events/).
var docker = []jsonProduct{{
	name: "docker", has: []string{"Actor.ID", "Action", "Type"}, module: "docker", dataset: "docker.event", table: `
timeNano  @time2
time  @time1
Actor.Attributes.name  container.name
Actor.Attributes.image  container.image.name
Actor.Attributes.exitCode  process.exit_code
`, finish: func(k *keyed) {
		ev := k.ev
		kind := k.get("Type")
		action, command, _ := strings.Cut(k.get("Action"), ": ")
		if kind == "container" {
			setNamed(ev, "container.id", k.get("Actor.ID"))
		} else {
			setNamed(ev, "docker."+kind+".id", k.get("Actor.ID"))
		}
		ev.Set(event.ProcessCommandLine, strings.TrimSpace(command))
		outcome := success
		category, typ := catProcess, typeInfo
		if kind != "container" {
			category = catConfiguration
		}
		switch action {
		case "create", "pull", "import", "load":
			typ = typeCreated
		case "start", "exec_start", "unpause", "restart", "exec_create", "attach":
			typ = typeStart
		case "destroy", "delete", "untag", "remove":
			typ = typeDeleted
		case "stop", "die", "kill", "oom", "pause", "detach", "exec_die":
			typ = typeEnd
		case "update", "rename", "resize", "tag", "push", "commit", "connect", "disconnect", "mount", "unmount", "prune":
			typ = typeChange
		}
		if action == "oom" || action == "die" && k.get("Actor.Attributes.exitCode") != "0" {
			outcome = failure
		}
		if strings.HasPrefix(action, "health_status") {
			category, action = catHost, "health-status"
			if command == "unhealthy" {
				outcome = failure
			}
		}
		classify(ev, category, typ, kind+"-"+strings.ReplaceAll(action, "_", "-"), outcome)
	},
}}

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
