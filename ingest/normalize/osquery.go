package normalize

import "cmp"

// osquery is the results of osquery's scheduled queries
// (https://osquery.readthedocs.io/en/stable/deployment/logging/).
var osquery = []jsonProduct{{
	name: "osquery", has: []string{"hostIdentifier", "unixTime", "name"}, module: "osquery", dataset: "osquery.result", table: `
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
`, finish: func(k *keyed) { classify(k.ev, catHost, typeInfo, cmp.Or(k.get("action"), "result"), "") },
}}
