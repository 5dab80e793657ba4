package unix

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// journal is what journalctl -o json and journal uploaders write
// (https://systemd.io/JOURNAL_EXPORT_FORMATS/, systemd.journal-fields(7)).
var journal = []read.JSONProduct{{
	Name: "journald", Has: []string{"__REALTIME_TIMESTAMP", "MESSAGE"}, Module: "system", Dataset: "system.journal", Table: `
__REALTIME_TIMESTAMP  @time1
_SOURCE_REALTIME_TIMESTAMP  @time2
_HOSTNAME  host.name:host
_MACHINE_ID  host.id
SYSLOG_IDENTIFIER,_COMM  process.name
_PID,SYSLOG_PID  process.pid
_EXE  process.executable
_CMDLINE  process.command_line
_UID  user.id
PRIORITY  log.syslog.severity.code
SYSLOG_FACILITY  log.syslog.facility.code
_SYSTEMD_UNIT,UNIT  service.name
`, Finish: func(k *read.Keyed) { k.Event.Set(event.Message, k.Get("MESSAGE")) },
	Inner: func(k *read.Keyed) (app, text string) {
		return k.First("SYSLOG_IDENTIFIER", "_COMM"), k.Get("MESSAGE")
	},
}}
