package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// macOS is the unified log of macOS as written by log show --style ndjson (or
// json); see log(1).
var macOS = []read.JSONProduct{{
	Name: "macos", Has: []string{"eventMessage", "processImagePath"}, Module: "macos", Dataset: "macos.unifiedlog", Table: `
timestamp  @time1
processImagePath  process.executable
processID  process.pid
threadID  process.thread.id
userID  user.id
messageType  log.level
subsystem  log.logger
bootUUID  host.boot.id
`, Finish: func(k *read.Keyed) {
		ev := k.Event
		ev.Set(event.Message, k.Get("eventMessage"))
		path := k.Get("processImagePath")
		ev.Set(event.ProcessName, path[strings.LastIndexByte(path, '/')+1:])
		ev.SetName("host.os.type", "macos")
		macOSEvent(k, k.Get("eventMessage"))
	},
	Inner: func(k *read.Keyed) (app, text string) {
		path := k.Get("processImagePath")
		return path[strings.LastIndexByte(path, '/')+1:], k.Get("eventMessage")
	},
}}

// macOSEvent classifies messages of the programs that authenticate people and
// block programs.
func macOSEvent(k *read.Keyed, text string) {
	ev := k.Event
	if macOSTemplates().Match(ev.Get(event.ProcessName), text, k) {
		return
	}
	switch ev.Get(event.ProcessName) {
	case "loginwindow", "opendirectoryd", "authd", "SecurityAgent", "screensharingd", "authorizationhost", "ScreenSaverEngine":
		k.Prose(text)
		read.ProseLogin(ev, text)
	case "syspolicyd", "XProtectService", "XprotectService":
		outcome := read.ProseOutcome(text)
		read.Classify(ev, "malware", read.TypeInfo, "program-checked", outcome)
	}
}

var macOSTemplates = read.LazyTemplates(`
loginwindow authentication start logon-success success | -[SessionAgentNotificationCenter sendBSDNotification:forUserID:] | sendBSDNotification: com.apple.sessionagent.screenIsUnlocked, with userID:{user.id}
loginwindow authentication start logon-failed failure | INCORRECT{}
opendirectoryd authentication start logon-failed failure | Authentication failed for {user.name} with result {event.reason}
opendirectoryd authentication start logon-failed failure | {}Failed to authenticate user <private>{}
authd authentication info authorization-granted success | Succeeded authorizing right '{rule.name}' by client '{process.executable}' [{}] for authorization created by '{}' [{}] ({}
authd authentication info authorization-denied failure | Failed to authorize right '{rule.name}' by client '{process.executable}' [{}] for authorization created by '{}' [{}] ({}
`)

// ScreenSharing reads the messages of macOS screen sharing:
//
//	Authentication: FAILED :: User Name: anna :: Viewer Address: 203.0.113.7 :: Type: DH
var ScreenSharing = read.Parser{
	Name:  "screensharing",
	Apps:  []string{"screensharingd"},
	First: "A",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "Authentication: ") && strings.Contains(msg, ":: Viewer Address: ")
	},
	Parse: func(m *read.Message, ev *event.Event) bool {
		if strings.HasPrefix(m.Text, "pam_") {
			return false
		}
		k := read.Keyed{Event: ev, Location: m.Location}
		read.From(ev, "screensharingd", "screensharingd.log")
		fileMessage(&k, screenSharingTemplates, m.Text)
		return true
	},
}

var screenSharingTemplates = read.NewTemplates(`
* authentication start logon-success success | Authentication: SUCCEEDED :: User Name: {user.name:text} :: Viewer Address: {source.ip} :: Type: {}
* authentication start logon-failed failure | Authentication: FAILED :: User Name: {user.name:text} :: Viewer Address: {source.ip} :: Type: {}
`)
