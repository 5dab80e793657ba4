package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// nextcloud is the log of Nextcloud and of its admin_audit app
// (https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/logging_configuration.html).
var nextcloud = []jsonProduct{{
	name: "nextcloud", has: []string{"reqId", "remoteAddr", "app", "level"}, vendor: "Nextcloud", product: "Nextcloud", module: "nextcloud", dataset: "nextcloud.log", table: `
time  @time1
reqId  http.request.id
remoteAddr  source.ip
method  http.request.method
url  url.original
userAgent  user_agent.original
app  event.provider
version  observer.version
`, finish: nextcloudEvent,
}}

func nextcloudEvent(k *keyed) {
	ev := k.ev
	if user := k.get("user"); user != "--" && user != "" {
		ev.Set(event.UserName, user)
	}
	ev.Set(event.LogLevel, map[string]string{"0": "debug", "1": "info", "2": "warning", "3": "error", "4": "fatal"}[k.get("level")])
	text := k.get("message")
	ev.Set(event.EventReason, text)
	audit := k.get("app") == "admin_audit"
	if audit {
		from(ev, "nextcloud", "nextcloud.audit")
	}
	// Who it is about is in quotes, or ends before the parenthesis:
	// Login failed: bob (Remote IP: 192.0.2.9)
	_, object, _ := strings.Cut(text, ": ")
	object, _, _ = strings.Cut(object, " (")
	name := strings.Trim(object, `"`)
	switch {
	case strings.HasPrefix(text, "Login failed"):
		ev.Set(event.UserName, name)
		k.loggedOn(failure)
	case strings.HasPrefix(text, "Login successful"):
		ev.Set(event.UserName, name)
		k.loggedOn(success)
	case strings.HasPrefix(text, "Login attempt"): // how it ended has its own line
		ev.Set(event.UserName, name)
		classify(ev, catAuthentication, typeInfo, actionLogonPending, "")
	case strings.HasPrefix(text, "Logout occurred"):
		classify(ev, catAuthentication, typeEnd, actionLogoff, success)
	case strings.HasPrefix(text, "User created"):
		ev.Set(event.UserTargetName, name)
		classify(ev, catIAM, userCreated, actionUserCreated, success)
	case strings.HasPrefix(text, "User deleted"):
		ev.Set(event.UserTargetName, name)
		classify(ev, catIAM, userDeleted, actionUserDeleted, success)
	case strings.HasPrefix(text, "Password of user"):
		_, name, _ := strings.Cut(text, `"`)
		name, _, _ = strings.Cut(name, `"`)
		ev.Set(event.UserTargetName, name)
		classify(ev, catIAM, userChanged, actionPasswordChanged, success)
	case audit && strings.HasPrefix(text, "File "):
		// File with id "7" accessed: "/files/plan.odt"
		if _, path, ok := cutLast(text, `: "`); ok {
			setPath(ev, strings.TrimSuffix(path, `"`))
		}
		typ := "access"
		switch s := lower(text); {
		case strings.Contains(s, "created"):
			typ = typeCreated
		case strings.Contains(s, "deleted"):
			typ = typeDeleted
		case strings.Contains(s, "written"), strings.Contains(s, "updated"), strings.Contains(s, "renamed"):
			typ = typeChange
		}
		classify(ev, catFile, typ, "file-"+map[string]string{"access": "accessed", typeCreated: "created", typeDeleted: "deleted", typeChange: "changed"}[typ], success)
	case audit:
		classify(ev, catConfiguration, typeInfo, "audit-message", "")
	default:
		classify(ev, "web", typeInfo, "server-message", "")
	}
}
