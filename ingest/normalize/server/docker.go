package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// docker is the events of the Docker engine, as docker events --format
// '{{json .}}' and its API write them
// (https://docs.docker.com/reference/cli/docker/system/events/).
var docker = []read.JSONProduct{{
	Name: "docker", Has: []string{"Actor.ID", "Action", "Type"}, Module: "docker", Dataset: "docker.event", Table: `
timeNano  @time2
time  @time1
Actor.Attributes.name  container.name
Actor.Attributes.image  container.image.name
Actor.Attributes.exitCode  process.exit_code
`, Finish: func(k *read.Keyed) {
		ev := k.Event
		kind := k.Get("Type")
		action, command, _ := strings.Cut(k.Get("Action"), ": ")
		if kind == "container" {
			read.SetNamed(ev, "container.id", k.Get("Actor.ID"))
		} else {
			read.SetNamed(ev, "docker."+kind+".id", k.Get("Actor.ID"))
		}
		ev.Set(event.ProcessCommandLine, strings.TrimSpace(command))
		outcome := read.Success
		category, typ := read.CategoryProcess, read.TypeInfo
		if kind != "container" {
			category = read.CategoryConfiguration
		}
		switch action {
		case "create", "pull", "import", "load":
			typ = read.TypeCreated
		case "start", "exec_start", "unpause", "restart", "exec_create", "attach":
			typ = read.TypeStart
		case "destroy", "delete", "untag", "remove":
			typ = read.TypeDeleted
		case "stop", "die", "kill", "oom", "pause", "detach", "exec_die":
			typ = read.TypeEnd
		case "update", "rename", "resize", "tag", "push", "commit", "connect", "disconnect", "mount", "unmount", "prune":
			typ = read.TypeChange
		}
		if action == "oom" || action == "die" && k.Get("Actor.Attributes.exitCode") != "0" {
			outcome = read.Failure
		}
		if strings.HasPrefix(action, "health_status") {
			category, action = read.CategoryHost, "health-status"
			if command == "unhealthy" {
				outcome = read.Failure
			}
		}
		read.Classify(ev, category, typ, kind+"-"+strings.ReplaceAll(action, "_", "-"), outcome)
	},
}}
