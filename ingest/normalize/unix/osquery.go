package unix

import (
	"cmp"

	"porchlight/ingest/normalize/read"
)

// osquery is the results of osquery's scheduled queries
// (https://osquery.readthedocs.io/en/stable/deployment/logging/).
var osquery = []read.JSONProduct{{
	Name: "osquery", Has: []string{"hostIdentifier", "unixTime", "name"}, Module: "osquery", Dataset: "osquery.result", Table: `
unixTime  @time1
hostIdentifier  host.name:host
name  rule.name
action  event.action
columns.name  process.name
columns.path  process.executable
columns.pid  process.pid
columns.cmdline  process.command_line
columns.username,decorations.username  user.name
columns.uid  user.id
columns.sha256  file.hash.sha256
columns.md5  file.hash.md5
columns.remote_address  destination.ip
columns.remote_port  destination.port
columns.local_address  source.ip
columns.local_port  source.port
columns.target_path  file.path
`, Finish: func(k *read.Keyed) {
		read.Classify(k.Event, read.CategoryHost, read.TypeInfo, cmp.Or(k.Get("action"), "result"), "")
	},
}}
