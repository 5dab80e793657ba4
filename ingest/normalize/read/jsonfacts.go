package read

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
)

// What the tables of JSON products share.

// Attack classifies a request that a web application firewall found fault
// with, by what was done to it.
func (k *Keyed) Attack(action string) {
	category := "web" + event.Separator + "intrusion_detection"
	if VerdictOf(action) == 'D' || strings.HasPrefix(action, "deny") {
		Classify(k.Event, category, TypeDenied, "request-blocked", Failure)
		return
	}
	Classify(k.Event, category, TypeInfo, "threat-detected", "")
}

// Alert classifies what a product has judged by itself.
func (k *Keyed) Alert(category, typ, action, outcome string) {
	k.Event.Set(event.EventKind, "alert")
	Classify(k.Event, category, typ, action, outcome)
}

// SeverityWord sets a severity given as a word, and as a number from 1
// (informational) to 5 (critical); of several the highest stays.
func (k *Keyed) SeverityWord(word string) {
	word = Lower(word)
	number := ""
	switch word {
	case "informational", "information", "info", "none":
		number = "1"
	case "low", "minor":
		number = "2"
	case "medium", "moderate", "warning":
		number = "3"
	case "high", "major", "important":
		number = "4"
	case "critical", "severe":
		number = "5"
	}
	if number > k.Event.Get(event.EventSeverity) {
		k.Event.Set(event.EventSeverity, number)
		k.Event.Set(event.LogLevel, word)
	}
}

var (
	RuleID           = NewBinding("rule.id")
	RuleName         = NewBinding("rule.name")
	AlertHost        = NewBinding("host.name:host")
	AlertHostIP      = NewBinding("host.ip")
	AlertHostMAC     = NewBinding("host.mac")
	AlertUser        = NewBinding("user.name:account")
	AlertURL         = NewBinding("url.original")
	AlertFile        = NewBinding("file.path")
	AlertDestination = NewBinding("destination.ip")
	AlertStart       = NewBinding("event.start")
	AlertEnd         = NewBinding("event.end")
)

// OSType sets host.os.type, whose values ECS prescribes, from a maker's word.
func (k *Keyed) OSType(word string) {
	word = Lower(word)
	switch word {
	case "darwin", "mac", "osx":
		word = "macos"
	}
	SetNamed(k.Event, "host.os.type", word)
}

// LoggedOn classifies a logon by how it ended.
func (k *Keyed) LoggedOn(outcome string) {
	action := ActionLogonSuccess
	if outcome == Failure {
		action = ActionLogonFailed
	}
	Classify(k.Event, CategoryAuthentication, TypeStart, action, outcome)
}

// TypeOfVerb is the event.type of what was done to an object.
func TypeOfVerb(verb string) string {
	switch Lower(verb) {
	case "create", "created", "add", "added":
		return TypeCreated
	case "delete", "deleted", "remove", "removed", "destroy":
		return TypeDeleted
	case "read", "view", "get", "list", "query":
		return "access"
	}
	return TypeChange
}

var (
	TargetUserID   = NewBinding("user.target.id")
	TargetUser     = NewBinding("user.target.name:account")
	TargetEmail    = NewBinding("user.target.email:email")
	TargetFullName = NewBinding("user.target.full_name")
	TargetGroupID  = NewBinding("group.id user.target.group.id")
	TargetGroup    = NewBinding("group.name user.target.group.name")
)

// Vulnerability names the catalogue that ids are of, where there are any.
func (k *Keyed) Vulnerability(enumeration, ids string) {
	if ids != "" {
		SetNamed(k.Event, "vulnerability.enumeration", enumeration)
	}
}

// VulnerabilityFound classifies a scanner's finding by its state.
func (k *Keyed) VulnerabilityFound(state string) {
	action := "vulnerability-found"
	switch Lower(state) {
	case "fixed":
		action = "vulnerability-fixed"
	case "reopened", "re-opened":
		action = "vulnerability-reopened"
	}
	Classify(k.Event, "vulnerability", TypeInfo, action, "")
}

// WebAccess classifies a request to a web server by its status.
func (k *Keyed) WebAccess() {
	outcome := ""
	if status := k.Event.Get(event.HTTPResponseStatusCode); status != "" {
		outcome = Success
		if status[0] == '4' || status[0] == '5' {
			outcome = Failure
		}
	}
	Classify(k.Event, "web", "access", "request", outcome)
}

// WebVerdict classifies a request that a web application firewall judged.
func (k *Keyed) WebVerdict(action string) {
	switch VerdictOf(action) {
	case 'D':
		Classify(k.Event, "web"+event.Separator+CategoryNetwork, TypeDenied, "request-blocked", Failure)
	case 'A':
		Classify(k.Event, "web"+event.Separator+CategoryNetwork, TypeAllowed, "request-allowed", Success)
	default:
		Classify(k.Event, "web"+event.Separator+CategoryNetwork, "access", Lower(action), "")
	}
}

// RequestLine reads "GET /path HTTP/1.1" (RFC 9112, section 3).
func RequestLine(ev *event.Event, line string) {
	method, rest, ok := strings.Cut(line, " ")
	if !ok || !IsWord(method) {
		if line != "" && line != "-" {
			SetURL(ev, line)
		}
		return
	}
	ev.Set(event.HTTPRequestMethod, method)
	if target, version, ok := CutLast(rest, " HTTP/"); ok {
		SetNamed(ev, "http.version", version)
		rest = target
	}
	if rest != "-" {
		SetURL(ev, rest)
	}
}

// URLHost stores the host that a client asked for, and its port.
func (k *Keyed) URLHost(host string) {
	if h, port, ok := CutLast(host, ":"); ok && IsPort(port) && (strings.IndexByte(h, ':') < 0 || strings.HasSuffix(h, "]")) {
		SetNamed(k.Event, fieldURLPort, port)
		host = h
	}
	if host = strings.Trim(host, "[]"); host != "-" {
		k.Event.Set(event.URLDomain, host)
	}
}

// SpanDuration sets event.duration from start and end.
func (k *Keyed) SpanDuration() {
	start, ok1 := ParseTime(k.Get("event.start"), k.Location)
	end, ok2 := ParseTime(k.Get("event.end"), k.Location)
	if ok1 && ok2 && end >= start {
		k.Event.SetExtra(FieldDuration, strconv.FormatInt(end-start, 10))
	}
}
