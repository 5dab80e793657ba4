package read

import (
	"strings"

	"porchlight/ingest/event"
)

// What kind of event it is, in ways that many products share.

// Attack classifies a request that a web application firewall objected to, by
// what was done with it.
func (k *Keyed) Attack(action string) {
	category := "web" + event.Separator + "intrusion_detection"
	if VerdictOf(action) == Denied || strings.HasPrefix(action, "deny") {
		Classify(k.Event, category, TypeDenied, "request-blocked", Failure)
		return
	}
	Classify(k.Event, category, TypeInfo, "threat-detected", "")
}

// Alert classifies an alert that a product raised by itself.
func (k *Keyed) Alert(category, typ, action, outcome string) {
	k.Event.Set(event.EventKind, "alert")
	Classify(k.Event, category, typ, action, outcome)
}

// SeverityWord sets a severity given as a word, and as a number from 1
// (informational) to 5 (critical); of several the highest is kept.
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

// Vulnerability names the catalogue that the ids are from, if there are any.
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
	case Denied:
		Classify(k.Event, "web"+event.Separator+CategoryNetwork, TypeDenied, "request-blocked", Failure)
	case Allowed:
		Classify(k.Event, "web"+event.Separator+CategoryNetwork, TypeAllowed, "request-allowed", Success)
	default:
		Classify(k.Event, "web"+event.Separator+CategoryNetwork, "access", Lower(action), "")
	}
}

// CloudAction classifies an event of a cloud service by the words in the name
// of its action ("user.session.start", "DeleteTrail").
func (k *Keyed) CloudAction(action, outcome string) {
	k.Event.Set(event.EventAction, action)
	k.Event.Set(event.EventOutcome, outcome)
	what, _ := KindOfAction(action, outcome)
	what.Set(k.Event)
}

// KindOfAction returns the kind of event for the words of an action's name;
// sure is false if they say nothing, when somebody viewing a setting is the
// best guess.
func KindOfAction(action, outcome string) (what Kind, sure bool) {
	s := Lower(action)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(s, w) {
				return true
			}
		}
		return false
	}
	typ := TypeInfo
	switch {
	case has("delete", "remove", "destroy", "revoke", "deactivate", "unassign", "detach", "terminate", "purge"):
		typ = TypeDeleted
	case has("create", "add", "invite", "register", "generate", "provision", "attach", "put", "assign"):
		typ = TypeCreated
	case has("update", "change", "modify", "edit", "set", "enable", "disable", "rename", "reset", "suspend", "move"):
		typ = TypeChange
	}
	if typ != TypeInfo && has("member", "to_team", "to_group", "togroup", "to-group", "to group", "from_team", "from_group", "fromgroup", "from-group", "from group") && has("group", "team") {
		typ = TypeChange // of the group
	}
	switch {
	case has("logout", "signout", "sign_out", "logoff", "session.end"):
		return Kind{CategoryAuthentication, TypeEnd, ActionLogoff, outcome}, true
	case has("login", "signin", "sign_in", "logon", "sign-in", "session.start", "authenticat") && !has("config", "policy", "settings", "update", "delete", "create", "disable", "enable"):
		switch {
		case outcome == Failure || has("fail", "denied"):
			return Kind{CategoryAuthentication, TypeStart, ActionLogonFailed, Failure}, true
		case outcome == Success || has("success"):
			return Kind{CategoryAuthentication, TypeStart, ActionLogonSuccess, Success}, true
		}
		return Kind{CategoryAuthentication, TypeStart, action, outcome}, true
	case has("group", "team"):
		return Kind{CategoryIAM, TypeGroup + event.Separator + typ, action, outcome}, true
	case has("user", "member", "account", "role", "permission", "password", "mfa", "factor", "credential", "accesskey", "access_key", "admin", "invite"):
		return Kind{CategoryIAM, TypeUser + event.Separator + typ, action, outcome}, true
	case has("file", "document", "download", "upload", "item"):
		return Kind{CategoryFile, typ, action, outcome}, true
	}
	if typ == TypeInfo {
		return Kind{CategoryConfiguration, "access", action, outcome}, false
	}
	return Kind{CategoryConfiguration, typ, action, outcome}, true
}
