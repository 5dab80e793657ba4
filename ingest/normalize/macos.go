package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

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

// screenSharing reads the screen sharing of macOS:
//
//	Authentication: FAILED :: User Name: anna :: Viewer Address: 203.0.113.7 :: Type: DH
var screenSharing = parser{
	name:  "screensharing",
	apps:  []string{"screensharingd"},
	first: "A",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "Authentication: ") && strings.Contains(msg, ":: Viewer Address: ")
	},
	parse: func(m *message, ev *event.Event) bool {
		if strings.HasPrefix(m.text, "pam_") {
			return false
		}
		k := keyed{ev: ev, loc: m.loc}
		from(ev, "screensharingd", "screensharingd.log")
		k.fileMessage(screenSharingTemplates, m.text)
		return true
	},
}

var screenSharingTemplates = newTemplates(`
* authentication start logon-success success | Authentication: SUCCEEDED :: User Name: {user.name:text} :: Viewer Address: {source.ip} :: Type: {}
* authentication start logon-failed failure | Authentication: FAILED :: User Name: {user.name:text} :: Viewer Address: {source.ip} :: Type: {}
`)
