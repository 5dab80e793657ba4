package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// nextcloud is the log of Nextcloud and of its admin_audit app
// (https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/logging_configuration.html).
var nextcloud = []read.JSONProduct{{
	Name: "nextcloud", Has: []string{"reqId", "remoteAddr", "app", "level"}, Vendor: "Nextcloud", Product: "Nextcloud", Module: "nextcloud", Dataset: "nextcloud.log", Table: `
time  @time1
reqId  http.request.id
remoteAddr  source.ip
method  http.request.method
url  url.original
userAgent  user_agent.original
app  event.provider
version  observer.version
`, Finish: nextcloudEvent,
}}

func nextcloudEvent(k *read.Keyed) {
	ev := k.Event
	if user := k.Get("user"); user != "--" && user != "" {
		ev.Set(event.UserName, user)
	}
	ev.Set(event.LogLevel, map[string]string{"0": "debug", "1": "info", "2": "warning", "3": "error", "4": "fatal"}[k.Get("level")])
	text := k.Get("message")
	ev.Set(event.EventReason, text)
	audit := k.Get("app") == "admin_audit"
	if audit {
		read.From(ev, "nextcloud", "nextcloud.audit")
	}
	// The user is in quotes, or ends before the parenthesis: Login failed: bob
	// (Remote IP: 192.0.2.9)
	_, object, _ := strings.Cut(text, ": ")
	object, _, _ = strings.Cut(object, " (")
	name := strings.Trim(object, `"`)
	switch {
	case strings.HasPrefix(text, "Login failed"):
		ev.Set(event.UserName, name)
		k.LoggedOn(read.Failure)
	case strings.HasPrefix(text, "Login successful"):
		ev.Set(event.UserName, name)
		k.LoggedOn(read.Success)
	case strings.HasPrefix(text, "Login attempt"): // the outcome has its own line
		ev.Set(event.UserName, name)
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonPending, "")
	case strings.HasPrefix(text, "Logout occurred"):
		read.Classify(ev, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case strings.HasPrefix(text, "User created"):
		ev.Set(event.UserTargetName, name)
		read.Classify(ev, read.CategoryIAM, read.TypeUserCreated, read.ActionUserCreated, read.Success)
	case strings.HasPrefix(text, "User deleted"):
		ev.Set(event.UserTargetName, name)
		read.Classify(ev, read.CategoryIAM, read.TypeUserDeleted, read.ActionUserDeleted, read.Success)
	case strings.HasPrefix(text, "Password of user"):
		_, name, _ := strings.Cut(text, `"`)
		name, _, _ = strings.Cut(name, `"`)
		ev.Set(event.UserTargetName, name)
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
	case audit && strings.HasPrefix(text, "File "):
		// File with id "7" accessed: "/files/plan.odt"
		if _, path, ok := read.CutLast(text, `: "`); ok {
			read.SetPath(ev, strings.TrimSuffix(path, `"`))
		}
		typ := "access"
		switch s := read.Lower(text); {
		case strings.Contains(s, "created"):
			typ = read.TypeCreated
		case strings.Contains(s, "deleted"):
			typ = read.TypeDeleted
		case strings.Contains(s, "written"), strings.Contains(s, "updated"), strings.Contains(s, "renamed"):
			typ = read.TypeChange
		}
		read.Classify(ev, read.CategoryFile, typ, "file-"+map[string]string{"access": "accessed", read.TypeCreated: "created", read.TypeDeleted: "deleted", read.TypeChange: "changed"}[typ], read.Success)
	case audit:
		read.Classify(ev, read.CategoryConfiguration, read.TypeInfo, "audit-message", "")
	default:
		read.Classify(ev, "web", read.TypeInfo, "server-message", "")
	}
}
