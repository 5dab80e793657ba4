package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// gitlab is the JSON logs of GitLab: api_json.log, auth_json.log and
// production_json.log (https://docs.gitlab.com/administration/logs/).
var gitlab = []jsonProduct{
	{
		name: "gitlab", has: []string{"correlation_id", "remote_ip", "time"}, module: "gitlab", dataset: "gitlab.api", table: `
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
`, finish: func(k *keyed) { k.webAccess() },
	},
	{
		name: "gitlab_production", has: []string{"controller", "method", "format"}, module: "gitlab", dataset: "gitlab.production", table: `
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
`, finish: func(k *keyed) { k.webAccess() },
	},
	{
		name: "gitlab_audit", has: []string{"author_id", "entity_id", "entity_type"}, module: "gitlab", dataset: "gitlab.audit", table: `
time,created_at  @time1
severity  event.severity:level
author_id  user.id
author_name  user.name:text
ip_address  source.ip
target_details  user.target.name:text
`, finish: gitlabAudit,
	},
	{
		name: "gitlab_application", has: []string{"project_path", "severity", "time"}, module: "gitlab", dataset: "gitlab.application", table: `
time  @time1
severity  event.severity:level
client_url  url.original
username,meta.user  user.name
remote_ip  source.ip
error_message,error  error.message
`, finish: gitlabApplication,
	},
	{
		name: "gitlab_auth", has: []string{"env", "request_method", "remote_ip", "matched"}, module: "gitlab", dataset: "gitlab.auth", table: `
time  @time1
severity  event.severity:level
remote_ip  source.ip
request_method  http.request.method
path  url.original
matched  rule.name
user_id  user.id
username  user.name
`, finish: func(k *keyed) {
			classify(k.ev, "web"+event.Separator+catNetwork, "denied", "request-throttled", failure)
		},
	},
	{
		name: "gitlab_importer", has: []string{"import_source", "severity", "time"}, module: "gitlab", dataset: "gitlab.importer", table: `
time  @time1
severity  event.severity:level
`, finish: gitlabApplication,
	},
	{
		name: "gitlab_graphql", has: []string{"query_string", "complexity", "depth"}, module: "gitlab", dataset: "gitlab.graphql", table: `
time  @time1
username,meta.user  user.name
remote_ip,meta.remote_ip  source.ip
operation_name  rule.name
`, finish: func(k *keyed) { classify(k.ev, "web"+event.Separator+catDatabase, "access", "graphql-query", success) },
	},
	{
		name: "gitlab_kubernetes", has: []string{"app_id", "service", "exception"}, module: "gitlab", dataset: "gitlab.kubernetes", table: `
time  @time1
severity  event.severity:level
exception  error.type
`, finish: gitlabApplication,
	},
	{
		name: "gitlab_git", has: []string{"correlation_id", "severity", "message"}, not: []string{"remote_ip", "jid"}, module: "gitlab", dataset: "gitlab.git", table: `
time  @time1
severity  event.severity:level
meta.user  user.name
`, finish: gitlabApplication,
	},
	{
		name: "gitlab_sidekiq", has: []string{"jid", "queue", "severity", "time"}, module: "gitlab", dataset: "gitlab.sidekiq", table: `
time  @time1
severity  event.severity:level
pid  process.pid
error_message  error.message
meta.user  user.name
meta.client_id  source.ip
`, finish: gitlabApplication,
	},
}

// gitlabAudit reads changes that audit_json.log keeps: what changed is a value
// ("change": "visibility"), or the key add, remove or with says it.
func gitlabAudit(k *keyed) {
	action := ""
	for _, verb := range [...]string{"add", "remove", "change", "with", "custom_message", "event_name"} {
		if what := k.get(verb); what != "" {
			action = verb + "-" + strings.ReplaceAll(lower(what), " ", "-")
			if verb == "custom_message" || verb == "event_name" {
				action = what
			}
			break
		}
	}
	if k.get("with") != "" { // with: standard, two-factor: a login
		classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, success)
		return
	}
	if k.get("failed_login") != "" {
		classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
		return
	}
	k.cloudAction(action, success)
}

func gitlabApplication(k *keyed) {
	ev := k.ev
	outcome := ""
	switch k.get("severity") {
	case "ERROR", "FATAL":
		outcome = failure
	case "INFO":
		outcome = success
	}
	if message := ev.Get(event.Message); !proseLogin(ev, message) {
		classify(ev, catProcess, typeInfo, "application-message", outcome)
	}
}

// gitlabText reads the logs that GitLab up to version 12 wrote as text:
//
//	March 01, 2026 11:56: Anna (anna@example.org) created a new project "a / b"
//	2026-03-01T07:55:20Z 2037 TID-tm504 ERROR: /opt/gitlab/redis.rb:228
//	I, [2026-03-01T06:17:00.679433 #9291]  INFO -- : Moving existing hooks directory
//
// The last is what Ruby's Logger writes by itself.
var gitlabText = parser{
	name:  "gitlab_text",
	bare:  true,
	first: "^{",
	recognize: func(msg string) bool {
		return rubyLog(msg) || sidekiqLog(msg) || monthDate(msg) > 0
	},
	parse: parseGitlabText,
}

func rubyLog(msg string) bool {
	return len(msg) > 40 && msg[1] == ',' && msg[2] == ' ' && msg[3] == '[' && strings.Contains(msg[:min(len(msg), 64)], " #") && strings.Contains(msg[:min(len(msg), 96)], " -- ")
}

func sidekiqLog(msg string) bool {
	return len(msg) > 30 && msg[4] == '-' && msg[10] == 'T' && strings.Contains(msg[:min(len(msg), 64)], "Z ") && strings.Contains(msg[:min(len(msg), 64)], " TID-")
}

// monthDate returns the length of "March 01, 2026 11:56: " in front, 0 without.
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

func parseGitlabText(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	text := m.text
	switch {
	case rubyLog(text):
		stamp, rest, _ := strings.Cut(text[4:], " #")
		pid, rest, _ := strings.Cut(rest, "]")
		level, rest, ok := strings.Cut(strings.TrimLeft(rest, " "), " -- ")
		if !ok {
			return false
		}
		setTime(ev, stamp, m.loc)
		ev.Set(event.ProcessPID, numeric(pid))
		ev.Set(event.LogLevel, lower(level))
		_, text, _ = strings.Cut(rest, ": ")
		from(ev, "ruby", "ruby.log")
	case sidekiqLog(text):
		stamp, rest, _ := strings.Cut(text, " ")
		setTime(ev, stamp, m.loc)
		pid, rest, _ := strings.Cut(rest, " ")
		ev.Set(event.ProcessPID, numeric(pid))
		_, rest, _ = strings.Cut(rest, " ")
		var level string
		level, text, _ = strings.Cut(rest, ": ")
		level = level[strings.LastIndexByte(level, ' ')+1:]
		ev.Set(event.LogLevel, lower(level))
		from(ev, "sidekiq", "sidekiq.log")
	default:
		n := monthDate(text)
		if n == 0 {
			return false
		}
		if t, err := time.ParseInLocation("January 02, 2006 15:04", text[:n-2], m.loc); err == nil {
			ev.Time = t.UnixNano()
		}
		text = text[n:]
		from(ev, "gitlab", "gitlab.application")
		if gitlabTemplates.match("*", text, &k) {
			return true
		}
	}
	k.prose(text)
	if !proseLogin(ev, text) {
		outcome := proseOutcome(text)
		switch ev.Get(event.LogLevel) {
		case "error", "fatal":
			outcome = failure
		}
		classify(ev, catProcess, typeInfo, "application-message", outcome)
	}
	return true
}

var gitlabTemplates = newTemplates(`
* configuration creation project-created success | {user.name:text} created a new project "{}"
* configuration deletion project-removed success | Project "{}" was removed
* iam user+creation user-created success | User "{user.target.name:text}" ({user.target.email}) was created
* iam user+deletion user-deleted success | User "{user.target.name:text}" ({user.target.email}) was removed
* iam group+creation group-created success | Group "{group.name:text}" was created
* iam group+deletion group-deleted success | Group "{group.name:text}" was removed
* authentication start logon-failed failure | Failed Login: username={user.name} ip={source.ip}
`)
