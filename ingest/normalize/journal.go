package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

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

// macOS is the unified log of macOS as log show --style ndjson (or json)
// writes it (log(1)).
var macOS = []jsonProduct{{
	name: "macos", has: []string{"eventMessage", "processImagePath"}, module: "macos", dataset: "macos.unifiedlog", table: `
timestamp  @time1
processImagePath  process.executable
processID  process.pid
threadID  process.thread.id
userID  user.id
messageType  log.level
subsystem  log.logger
bootUUID  host.boot.id
`, finish: func(k *keyed) {
		ev := k.ev
		ev.Set(event.Message, k.get("eventMessage"))
		path := k.get("processImagePath")
		ev.Set(event.ProcessName, path[strings.LastIndexByte(path, '/')+1:])
		ev.SetName("host.os.type", "macos")
		macOSEvent(k, k.get("eventMessage"))
	},
	inner: func(k *keyed) (app, text string) {
		path := k.get("processImagePath")
		return path[strings.LastIndexByte(path, '/')+1:], k.get("eventMessage")
	},
}}

// macOSEvent classifies messages of the programs that let people in and keep
// programs out.
func macOSEvent(k *keyed, text string) {
	ev := k.ev
	if macOSTemplates().match(ev.Get(event.ProcessName), text, k) {
		return
	}
	switch ev.Get(event.ProcessName) {
	case "loginwindow", "opendirectoryd", "authd", "SecurityAgent", "screensharingd", "authorizationhost", "ScreenSaverEngine":
		k.prose(text)
		proseLogin(ev, text)
	case "syspolicyd", "XProtectService", "XprotectService":
		outcome := proseOutcome(text)
		classify(ev, "malware", typeInfo, "program-checked", outcome)
	}
}

var macOSTemplates = lazyTemplates(`
loginwindow authentication start logon-success success | -[SessionAgentNotificationCenter sendBSDNotification:forUserID:] | sendBSDNotification: com.apple.sessionagent.screenIsUnlocked, with userID:{user.id}
loginwindow authentication start logon-failed failure | INCORRECT{}
opendirectoryd authentication start logon-failed failure | Authentication failed for {user.name} with result {event.reason}
opendirectoryd authentication start logon-failed failure | {}Failed to authenticate user <private>{}
authd authentication info authorization-granted success | Succeeded authorizing right '{rule.name}' by client '{process.executable}' [{}] for authorization created by '{}' [{}] ({}
authd authentication info authorization-denied failure | Failed to authorize right '{rule.name}' by client '{process.executable}' [{}] for authorization created by '{}' [{}] ({}
`)
