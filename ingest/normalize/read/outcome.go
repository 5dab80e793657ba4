package read

import (
	"strings"

	"porchlight/ingest/event"
)

// Verdict is what a firewall, or whatever else may refuse, decided; 0 where
// nothing is said.
type Verdict byte

// The verdicts.
const (
	Allowed Verdict = 'A'
	Denied  Verdict = 'D'
)

// VerdictOf reads one of the usual words for a verdict; it is 0 for others.
func VerdictOf(word string) Verdict {
	if len(word) < 3 || len(word) > 12 {
		return 0
	}
	for _, w := range [...]string{"block", "blocked", "drop", "dropped", "deny", "denied", "reject", "rejected", "prevent", "prevented", "discard", "discarded"} {
		if strings.EqualFold(w, word) {
			return Denied
		}
	}
	for _, w := range [...]string{"allow", "allowed", "accept", "accepted", "acc", "pass", "passed", "permit", "permitted", "audit"} {
		if strings.EqualFold(w, word) {
			return Allowed
		}
	}
	return 0
}

// OutcomeOf returns the outcome that one of the usual words stands for, "" for
// others.
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
	case network && verdict == Denied:
		Classify(ev, CategoryNetwork, TypeConnectionDenied, ActionConnectionDenied, Failure)
		return
	case network && verdict == Allowed:
		Classify(ev, CategoryNetwork, TypeConnectionAllowed, ActionConnectionAllowed, Success)
		return
	case network:
		Classify(ev, CategoryNetwork, TypeConnectionInfo, "", "")
	}
	ev.Set(event.EventAction, action)
	ev.Set(event.EventOutcome, OutcomeOf(outcome))
}

func isLogonWord(s string) bool {
	return strings.EqualFold(s, "login") || strings.EqualFold(s, "logon") || strings.EqualFold(s, "authentication")
}

// ProseOutcome returns how something ended, by the words of a sentence; "" if
// they do not say.
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

// TypeOfVerb returns the event.type of what was done to an object.
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
