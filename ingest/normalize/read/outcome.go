package read

import (
	"strings"

	"porchlight/ingest/event"
)

// VerdictOf tells what a firewall's word for its decision means: 'D' denied,
// 'A' allowed, 0 neither.
func VerdictOf(word string) byte {
	if len(word) < 3 || len(word) > 12 {
		return 0
	}
	for _, w := range [...]string{"block", "blocked", "drop", "dropped", "deny", "denied", "reject", "rejected", "prevent", "prevented", "discard", "discarded"} {
		if strings.EqualFold(w, word) {
			return 'D'
		}
	}
	for _, w := range [...]string{"allow", "allowed", "accept", "accepted", "acc", "pass", "passed", "permit", "permitted", "audit"} {
		if strings.EqualFold(w, word) {
			return 'A'
		}
	}
	return 0
}

// OutcomeOf reads the usual words for an outcome, "" for others.
func OutcomeOf(s string) string {
	s = strings.TrimPrefix(s, "/") // ArcSight: /Success
	for _, w := range [...]string{"success", "succeeded", "successful", "ok", "pass", "passed"} {
		if strings.EqualFold(w, s) {
			return Success
		}
	}
	for _, w := range [...]string{"failure", "failed", "fail", "error", "denied"} {
		if strings.EqualFold(w, s) {
			return Failure
		}
	}
	return ""
}

// ConcludeAction sets category, type, action and outcome from the sender's
// words for what was done and how it ended, and from who was involved.
func ConcludeAction(ev *event.Event, action, outcome string) {
	network := ev.Has(event.SourceIP) && (ev.Has(event.DestinationIP) || ev.Has(event.DestinationPort) || ev.Has(event.DestinationDomain))
	verdict := VerdictOf(action)
	if verdict == 0 {
		verdict = VerdictOf(outcome)
	}
	switch {
	case isLogonWord(action) && OutcomeOf(outcome) == Success:
		Classify(ev, CategoryAuthentication, TypeStart, ActionLogonSuccess, Success)
		return
	case isLogonWord(action) && OutcomeOf(outcome) == Failure:
		Classify(ev, CategoryAuthentication, TypeStart, ActionLogonFailed, Failure)
		return
	case network && verdict == 'D':
		Classify(ev, CategoryNetwork, ConnDenied, ActionConnectionDenied, Failure)
		return
	case network && verdict == 'A':
		Classify(ev, CategoryNetwork, ConnAllowed, ActionConnectionAllowed, Success)
		return
	case network:
		Classify(ev, CategoryNetwork, ConnInfo, "", "")
	}
	ev.Set(event.EventAction, action)
	ev.Set(event.EventOutcome, OutcomeOf(outcome))
}

func isLogonWord(s string) bool {
	return strings.EqualFold(s, "login") || strings.EqualFold(s, "logon") || strings.EqualFold(s, "authentication")
}

// ProseOutcome tells how something ended by the words of a sentence; "" when
// it does not say.
func ProseOutcome(text string) string {
	s := strings.ToLower(text)
	for _, w := range [...]string{"fail", "reject", "denied", "could not", "cannot", "unable", "error", "invalid", "dropped", "not available"} {
		if strings.Contains(s, w) {
			return Failure
		}
	}
	for _, w := range [...]string{"success", "accepted", "established", "completed"} {
		if strings.Contains(s, w) {
			return Success
		}
	}
	return ""
}

// CloudAction classifies an event of a cloud service by the words in the name
// of its action ("user.session.start", "DeleteTrail").
func (k *Keyed) CloudAction(action, outcome string) {
	k.Event.Set(event.EventAction, action)
	k.Event.Set(event.EventOutcome, outcome)
	what, _ := KindOfAction(action, outcome)
	what.Set(k.Event)
}

// KindOfAction is what kind of event the words of an action's name stand for;
// sure is false where they say nothing, and somebody looking at a setting is
// the best guess.
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
