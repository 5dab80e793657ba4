package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// verdictOf tells what a firewall's word for its decision means: 'D' denied,
// 'A' allowed, 0 neither.
func verdictOf(word string) byte {
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

// outcomeOf reads the usual words for an outcome, "" for others.
func outcomeOf(s string) string {
	s = strings.TrimPrefix(s, "/") // ArcSight: /Success
	for _, w := range [...]string{"success", "succeeded", "successful", "ok", "pass", "passed"} {
		if strings.EqualFold(w, s) {
			return success
		}
	}
	for _, w := range [...]string{"failure", "failed", "fail", "error", "denied"} {
		if strings.EqualFold(w, s) {
			return failure
		}
	}
	return ""
}

// concludeAction sets category, type, action and outcome from the sender's
// words for what was done and how it ended, and from who was involved.
func concludeAction(ev *event.Event, action, outcome string) {
	network := ev.Has(event.SourceIP) && (ev.Has(event.DestinationIP) || ev.Has(event.DestinationPort) || ev.Has(event.DestinationDomain))
	verdict := verdictOf(action)
	if verdict == 0 {
		verdict = verdictOf(outcome)
	}
	switch {
	case isLogonWord(action) && outcomeOf(outcome) == success:
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
		return
	case isLogonWord(action) && outcomeOf(outcome) == failure:
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
		return
	case network && verdict == 'D':
		classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
		return
	case network && verdict == 'A':
		classify(ev, catNetwork, connAllowed, actionConnectionAllowed, success)
		return
	case network:
		classify(ev, catNetwork, connInfo, "", "")
	}
	ev.Set(event.EventAction, action)
	ev.Set(event.EventOutcome, outcomeOf(outcome))
}

func isLogonWord(s string) bool {
	return strings.EqualFold(s, "login") || strings.EqualFold(s, "logon") || strings.EqualFold(s, "authentication")
}

// proseOutcome tells how something ended by the words of a sentence; "" when
// it does not say.
func proseOutcome(text string) string {
	s := strings.ToLower(text)
	for _, w := range [...]string{"fail", "reject", "denied", "could not", "cannot", "unable", "error", "invalid", "dropped", "not available"} {
		if strings.Contains(s, w) {
			return failure
		}
	}
	for _, w := range [...]string{"success", "accepted", "established", "completed"} {
		if strings.Contains(s, w) {
			return success
		}
	}
	return ""
}

// cloudAction classifies an event of a cloud service by the words in the name
// of its action ("user.session.start", "DeleteTrail").
func (k *keyed) cloudAction(action, outcome string) {
	k.ev.Set(event.EventAction, action)
	k.ev.Set(event.EventOutcome, outcome)
	what, _ := actionKind(action, outcome)
	what.set(k.ev)
}

// actionKind is what kind of event the words of an action's name stand for;
// sure is false where they say nothing, and somebody looking at a setting is
// the best guess.
func actionKind(action, outcome string) (what kind, sure bool) {
	s := lower(action)
	has := func(words ...string) bool {
		for _, w := range words {
			if strings.Contains(s, w) {
				return true
			}
		}
		return false
	}
	typ := typeInfo
	switch {
	case has("delete", "remove", "destroy", "revoke", "deactivate", "unassign", "detach", "terminate", "purge"):
		typ = typeDeleted
	case has("create", "add", "invite", "register", "generate", "provision", "attach", "put", "assign"):
		typ = typeCreated
	case has("update", "change", "modify", "edit", "set", "enable", "disable", "rename", "reset", "suspend", "move"):
		typ = typeChange
	}
	if typ != typeInfo && has("member", "to_team", "to_group", "togroup", "to-group", "to group", "from_team", "from_group", "fromgroup", "from-group", "from group") && has("group", "team") {
		typ = typeChange // of the group
	}
	switch {
	case has("logout", "signout", "sign_out", "logoff", "session.end"):
		return kind{catAuthentication, typeEnd, actionLogoff, outcome}, true
	case has("login", "signin", "sign_in", "logon", "sign-in", "session.start", "authenticat") && !has("config", "policy", "settings", "update", "delete", "create", "disable", "enable"):
		switch {
		case outcome == failure || has("fail", "denied"):
			return kind{catAuthentication, typeStart, actionLogonFailed, failure}, true
		case outcome == success || has("success"):
			return kind{catAuthentication, typeStart, actionLogonSuccess, success}, true
		}
		return kind{catAuthentication, typeStart, action, outcome}, true
	case has("group", "team"):
		return kind{catIAM, typeGroup + event.Separator + typ, action, outcome}, true
	case has("user", "member", "account", "role", "permission", "password", "mfa", "factor", "credential", "accesskey", "access_key", "admin", "invite"):
		return kind{catIAM, typeUser + event.Separator + typ, action, outcome}, true
	case has("file", "document", "download", "upload", "item"):
		return kind{catFile, typ, action, outcome}, true
	}
	if typ == typeInfo {
		return kind{catConfiguration, "access", action, outcome}, false
	}
	return kind{catConfiguration, typ, action, outcome}, true
}
