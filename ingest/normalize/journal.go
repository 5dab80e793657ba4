package normalize

import "porchlight/ingest/event"

// journal is what journalctl -o json and journal uploaders write
// (https://systemd.io/JOURNAL_EXPORT_FORMATS/, systemd.journal-fields(7)).
var journal = []jsonProduct{{
	name: "journald", has: []string{"__REALTIME_TIMESTAMP", "MESSAGE"}, module: "system", dataset: "system.journal", table: `
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
`, finish: func(k *keyed) { k.ev.Set(event.Message, k.get("MESSAGE")) },
	inner: func(k *keyed) (app, text string) {
		return k.first("SYSLOG_IDENTIFIER", "_COMM"), k.get("MESSAGE")
	},
}}
