package server

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// gitlab is the JSON logs of GitLab: api_json.log, auth_json.log and
// production_json.log (https://docs.gitlab.com/administration/logs/).
var gitlab = []read.JSONProduct{
	{
		Name: "gitlab", Has: []string{"correlation_id", "remote_ip", "time"}, Module: "gitlab", Dataset: "gitlab.api", Table: `
time  @time1
severity  event.severity:level
method,request_method  http.request.method
path  url.original
host  url.domain
status  http.response.status_code
remote_ip  source.ip client.ip
ua  user_agent.original
pid  process.pid
user_id,meta.user_id  user.id
username,meta.user  user.name
duration_s  event.duration
message  event.reason
`, Finish: func(k *read.Keyed) { k.WebAccess() },
	},
	{
		Name: "gitlab_production", Has: []string{"controller", "method", "format"}, Module: "gitlab", Dataset: "gitlab.production", Table: `
time  @time1
method  http.request.method
path  url.original
host  url.domain
status  http.response.status_code
remote_ip  source.ip client.ip
ua  user_agent.original
user_id,meta.user_id  user.id
username,meta.user  user.name
correlation_id  http.request.id
`, Finish: func(k *read.Keyed) { k.WebAccess() },
	},
	{
		Name: "gitlab_audit", Has: []string{"author_id", "entity_id", "entity_type"}, Module: "gitlab", Dataset: "gitlab.audit", Table: `
time,created_at  @time1
severity  event.severity:level
author_id  user.id
author_name  user.name:text
ip_address  source.ip
target_details  user.target.name:text
`, Finish: gitlabAudit,
	},
	{
		Name: "gitlab_application", Has: []string{"project_path", "severity", "time"}, Module: "gitlab", Dataset: "gitlab.application", Table: `
time  @time1
severity  event.severity:level
client_url  url.original
username,meta.user  user.name
remote_ip  source.ip
error_message,error  error.message
`, Finish: gitlabApplication,
	},
	{
		Name: "gitlab_auth", Has: []string{"env", "request_method", "remote_ip", "matched"}, Module: "gitlab", Dataset: "gitlab.auth", Table: `
time  @time1
severity  event.severity:level
remote_ip  source.ip
request_method  http.request.method
path  url.original
matched  rule.name
user_id  user.id
username  user.name
`, Finish: func(k *read.Keyed) {
			read.Classify(k.Event, "web"+event.Separator+read.CategoryNetwork, "denied", "request-throttled", read.Failure)
		},
	},
	{
		Name: "gitlab_importer", Has: []string{"import_source", "severity", "time"}, Module: "gitlab", Dataset: "gitlab.importer", Table: `
time  @time1
severity  event.severity:level
`, Finish: gitlabApplication,
	},
	{
		Name: "gitlab_graphql", Has: []string{"query_string", "complexity", "depth"}, Module: "gitlab", Dataset: "gitlab.graphql", Table: `
time  @time1
username,meta.user  user.name
remote_ip,meta.remote_ip  source.ip
operation_name  rule.name
`, Finish: func(k *read.Keyed) {
			read.Classify(k.Event, "web"+event.Separator+read.CategoryDatabase, "access", "graphql-query", read.Success)
		},
	},
	{
		Name: "gitlab_kubernetes", Has: []string{"app_id", "service", "exception"}, Module: "gitlab", Dataset: "gitlab.kubernetes", Table: `
time  @time1
severity  event.severity:level
exception  error.type
`, Finish: gitlabApplication,
	},
	{
		Name: "gitlab_git", Has: []string{"correlation_id", "severity", "message"}, Not: []string{"remote_ip", "jid"}, Module: "gitlab", Dataset: "gitlab.git", Table: `
time  @time1
severity  event.severity:level
meta.user  user.name
`, Finish: gitlabApplication,
	},
	{
		Name: "gitlab_sidekiq", Has: []string{"jid", "queue", "severity", "time"}, Module: "gitlab", Dataset: "gitlab.sidekiq", Table: `
time  @time1
severity  event.severity:level
pid  process.pid
error_message  error.message
meta.user  user.name
meta.client_id  source.ip
`, Finish: gitlabApplication,
	},
}

// gitlabAudit reads changes in audit_json.log: what changed is a value
// ("change": "visibility"), or given by the key add, remove or with.
func gitlabAudit(k *read.Keyed) {
	action := ""
	for _, verb := range [...]string{"add", "remove", "change", "with", "custom_message", "event_name"} {
		if what := k.Get(verb); what != "" {
			action = verb + "-" + strings.ReplaceAll(read.Lower(what), " ", "-")
			if verb == "custom_message" || verb == "event_name" {
				action = what
			}
			break
		}
	}
	if k.Get("with") != "" { // with: standard, two-factor: a login
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, read.Success)
		return
	}
	if k.Get("failed_login") != "" {
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
		return
	}
	k.CloudAction(action, read.Success)
}

func gitlabApplication(k *read.Keyed) {
	ev := k.Event
	outcome := ""
	switch k.Get("severity") {
	case "ERROR", "FATAL":
		outcome = read.Failure
	case "INFO":
		outcome = read.Success
	}
	if message := ev.Get(event.Message); !read.ProseLogin(ev, message) {
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "application-message", outcome)
	}
}

// GitLab reads the logs that GitLab up to version 12 wrote as text:
//
//	March 01, 2026 11:56: Anna (anna@example.org) created a new project "a / b"
//	2026-03-01T07:55:20Z 2037 TID-tm504 ERROR: /opt/gitlab/redis.rb:228
//	I, [2026-03-01T06:17:00.679433 #9291]  INFO -- : Moving existing hooks directory
//
// The last is the default format of Ruby's Logger.
var GitLab = read.Parser{
	Name:  "gitlab_text",
	Bare:  true,
	First: "^{",
	Recognize: func(msg string) bool {
		return rubyLog(msg) || sidekiqLog(msg) || monthDate(msg) > 0
	},
	Parse: parseGitlabText,
}

func rubyLog(msg string) bool {
	return len(msg) > 40 && msg[1] == ',' && msg[2] == ' ' && msg[3] == '[' && strings.Contains(msg[:min(len(msg), 64)], " #") && strings.Contains(msg[:min(len(msg), 96)], " -- ")
}

func sidekiqLog(msg string) bool {
	return len(msg) > 30 && msg[4] == '-' && msg[10] == 'T' && strings.Contains(msg[:min(len(msg), 64)], "Z ") && strings.Contains(msg[:min(len(msg), 64)], " TID-")
}

// monthDate returns the length of a leading "March 01, 2026 11:56: ", 0 if
// there is none.
func monthDate(msg string) int {
	word := msg[:max(0, strings.IndexByte(msg[:min(len(msg), 12)], ' '))]
	switch word {
	case "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December":
	default:
		return 0
	}
	n := len(word) + len(" 01, 2026 11:56: ")
	if len(msg) < n || msg[n-2:n] != ": " || msg[len(word)+3] != ',' {
		return 0
	}
	return n
}

func parseGitlabText(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	text := m.Text
	switch {
	case rubyLog(text):
		stamp, rest, _ := strings.Cut(text[4:], " #")
		pid, rest, _ := strings.Cut(rest, "]")
		level, rest, ok := strings.Cut(strings.TrimLeft(rest, " "), " -- ")
		if !ok {
			return false
		}
		read.SetTime(ev, stamp, m.Location)
		ev.Set(event.ProcessPID, read.Numeric(pid))
		ev.Set(event.LogLevel, read.Lower(level))
		_, text, _ = strings.Cut(rest, ": ")
		read.From(ev, "ruby", "ruby.log")
	case sidekiqLog(text):
		stamp, rest, _ := strings.Cut(text, " ")
		read.SetTime(ev, stamp, m.Location)
		pid, rest, _ := strings.Cut(rest, " ")
		ev.Set(event.ProcessPID, read.Numeric(pid))
		_, rest, _ = strings.Cut(rest, " ")
		var level string
		level, text, _ = strings.Cut(rest, ": ")
		level = level[strings.LastIndexByte(level, ' ')+1:]
		ev.Set(event.LogLevel, read.Lower(level))
		read.From(ev, "sidekiq", "sidekiq.log")
	default:
		n := monthDate(text)
		if n == 0 {
			return false
		}
		if t, err := time.ParseInLocation("January 02, 2006 15:04", text[:n-2], m.Location); err == nil {
			ev.Time = t.UnixNano()
		}
		text = text[n:]
		read.From(ev, "gitlab", "gitlab.application")
		if gitlabTemplates.Match("*", text, &k) {
			return true
		}
	}
	k.Prose(text)
	if !read.ProseLogin(ev, text) {
		outcome := read.ProseOutcome(text)
		switch ev.Get(event.LogLevel) {
		case "error", "fatal":
			outcome = read.Failure
		}
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, "application-message", outcome)
	}
	return true
}

var gitlabTemplates = read.NewTemplates(`
* configuration creation project-created success | {user.name:text} created a new project "{}"
* configuration deletion project-removed success | Project "{}" was removed
* iam user+creation user-created success | User "{user.target.name:text}" ({user.target.email}) was created
* iam user+deletion user-deleted success | User "{user.target.name:text}" ({user.target.email}) was removed
* iam group+creation group-created success | Group "{group.name:text}" was created
* iam group+deletion group-deleted success | Group "{group.name:text}" was removed
* authentication start logon-failed failure | Failed Login: username={user.name} ip={source.ip}
`)
