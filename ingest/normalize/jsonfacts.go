package normalize

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
)

// What the tables of JSON products share.

// attack classifies a request that a web application firewall found fault
// with, by what was done to it.
func (k *keyed) attack(action string) {
	category := "web" + event.Separator + "intrusion_detection"
	if verdictOf(action) == 'D' || strings.HasPrefix(action, "deny") {
		classify(k.ev, category, typeDenied, "request-blocked", failure)
		return
	}
	classify(k.ev, category, typeInfo, "threat-detected", "")
}

// alert classifies what a product has judged by itself.
func (k *keyed) alert(category, typ, action, outcome string) {
	k.ev.Set(event.EventKind, "alert")
	classify(k.ev, category, typ, action, outcome)
}

// severityWord sets a severity given as a word, and as a number from 1
// (informational) to 5 (critical); of several the highest stays.
func (k *keyed) severityWord(word string) {
	word = lower(word)
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
	if number > k.ev.Get(event.EventSeverity) {
		k.ev.Set(event.EventSeverity, number)
		k.ev.Set(event.LogLevel, word)
	}
}

var (
	ruleID           = target("rule.id")
	ruleName         = target("rule.name")
	alertHost        = target("host.name:host")
	alertHostIP      = target("host.ip")
	alertHostMAC     = target("host.mac")
	alertUser        = target("user.name:account")
	alertURL         = target("url.original")
	alertFile        = target("file.path")
	alertDestination = target("destination.ip")
	alertStart       = target("event.start")
	alertEnd         = target("event.end")
)

// osType sets host.os.type, whose values ECS prescribes, from a maker's word.
func (k *keyed) osType(word string) {
	word = lower(word)
	switch word {
	case "darwin", "mac", "osx":
		word = "macos"
	}
	setNamed(k.ev, "host.os.type", word)
}

// loggedOn classifies a logon by how it ended.
func (k *keyed) loggedOn(outcome string) {
	action := actionLogonSuccess
	if outcome == failure {
		action = actionLogonFailed
	}
	classify(k.ev, catAuthentication, typeStart, action, outcome)
}

// typeOfVerb is the event.type of what was done to an object.
func typeOfVerb(verb string) string {
	switch lower(verb) {
	case "create", "created", "add", "added":
		return typeCreated
	case "delete", "deleted", "remove", "removed", "destroy":
		return typeDeleted
	case "read", "view", "get", "list", "query":
		return "access"
	}
	return typeChange
}

var (
	targetUserID   = target("user.target.id")
	targetUser     = target("user.target.name:account")
	targetEmail    = target("user.target.email:email")
	targetFullName = target("user.target.full_name")
	targetGroupID  = target("group.id user.target.group.id")
	targetGroup    = target("group.name user.target.group.name")
)

// vulnerability names the catalogue that ids are of, where there are any.
func (k *keyed) vulnerability(enumeration, ids string) {
	if ids != "" {
		setNamed(k.ev, "vulnerability.enumeration", enumeration)
	}
}

// vulnerabilityFound classifies a scanner's finding by its state.
func (k *keyed) vulnerabilityFound(state string) {
	action := "vulnerability-found"
	switch lower(state) {
	case "fixed":
		action = "vulnerability-fixed"
	case "reopened", "re-opened":
		action = "vulnerability-reopened"
	}
	classify(k.ev, "vulnerability", typeInfo, action, "")
}

// webAccess classifies a request to a web server by its status.
func (k *keyed) webAccess() {
	outcome := ""
	if status := k.ev.Get(event.HTTPResponseStatusCode); status != "" {
		outcome = success
		if status[0] == '4' || status[0] == '5' {
			outcome = failure
		}
	}
	classify(k.ev, "web", "access", "request", outcome)
}

// webVerdict classifies a request that a web application firewall judged.
func (k *keyed) webVerdict(action string) {
	switch verdictOf(action) {
	case 'D':
		classify(k.ev, "web"+event.Separator+catNetwork, typeDenied, "request-blocked", failure)
	case 'A':
		classify(k.ev, "web"+event.Separator+catNetwork, typeAllowed, "request-allowed", success)
	default:
		classify(k.ev, "web"+event.Separator+catNetwork, "access", lower(action), "")
	}
}

// requestLine reads "GET /path HTTP/1.1" (RFC 9112, section 3).
func requestLine(ev *event.Event, line string) {
	method, rest, ok := strings.Cut(line, " ")
	if !ok || !isWord(method) {
		if line != "" && line != "-" {
			setURL(ev, line)
		}
		return
	}
	ev.Set(event.HTTPRequestMethod, method)
	if target, version, ok := cutLast(rest, " HTTP/"); ok {
		setNamed(ev, "http.version", version)
		rest = target
	}
	if rest != "-" {
		setURL(ev, rest)
	}
}

// urlHost stores the host that a client asked for, and its port.
func (k *keyed) urlHost(host string) {
	if h, port, ok := cutLast(host, ":"); ok && isPort(port) && (strings.IndexByte(h, ':') < 0 || strings.HasSuffix(h, "]")) {
		setNamed(k.ev, fieldURLPort, port)
		host = h
	}
	if host = strings.Trim(host, "[]"); host != "-" {
		k.ev.Set(event.URLDomain, host)
	}
}

// spanDuration sets event.duration from start and end.
func (k *keyed) spanDuration() {
	start, ok1 := parseTime(k.get("event.start"), k.loc)
	end, ok2 := parseTime(k.get("event.end"), k.loc)
	if ok1 && ok2 && end >= start {
		k.ev.SetExtra(fieldDuration, strconv.FormatInt(end-start, 10))
	}
}
