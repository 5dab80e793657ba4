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
