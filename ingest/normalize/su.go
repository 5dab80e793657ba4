package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// su reads the dialects of su:
//
//	util-linux   (to root) anna on pts/0            FAILED SU (to root) anna on pts/0
//	shadow       Successful su for root by anna     FAILED su for root by anna
//	             + /dev/pts/0 anna:root             - /dev/pts/0 anna:root
//	BSD          anna to root on /dev/pts/0         BAD SU anna to root on /dev/pts/0
//	Solaris      'su root' succeeded for anna on /dev/pts/0
var su = parser{
	name:  "su",
	apps:  []string{"su", "su-l"},
	parse: parseSu,
}

func parseSu(m *message, ev *event.Event) bool {
	actor, target, tty, outcome := "", "", "", success
	s := m.text
	switch {
	case strings.HasPrefix(s, "Successful su for "):
		target, actor, _ = strings.Cut(s[len("Successful su for "):], " by ")
	case strings.HasPrefix(s, "FAILED su for "):
		outcome = failure
		target, actor, _ = strings.Cut(s[len("FAILED su for "):], " by ")
	case strings.HasPrefix(s, "(to "), strings.HasPrefix(s, "FAILED SU (to "):
		rest, failed := strings.CutPrefix(s, "FAILED SU ")
		if failed {
			outcome = failure
		}
		var ok bool
		if target, rest, ok = strings.Cut(rest[len("(to "):], ") "); !ok {
			return false
		}
		if actor, tty, ok = cutLast(rest, " on "); !ok {
			actor = rest
		}
	case strings.HasPrefix(s, "+ "), strings.HasPrefix(s, "- "):
		if s[0] == '-' {
			outcome = failure
		}
		who := ""
		tty, who, _ = strings.Cut(s[2:], " ")
		actor, target, _ = strings.Cut(who, ":")
	case strings.HasPrefix(s, "'su "):
		var rest string
		if target, rest, _ = strings.Cut(s[len("'su "):], "' "); strings.HasPrefix(rest, "failed for ") {
			outcome, rest = failure, rest[len("failed for "):]
		} else {
			rest = strings.TrimPrefix(rest, "succeeded for ")
		}
		actor, tty, _ = cutLast(rest, " on ")
	case strings.HasPrefix(s, "pam_authenticate: "), strings.HasPrefix(s, "pam_acct_mgmt: "):
		classify(ev, catAuthentication, typeStart, actionAuthFailed, failure)
		_, reason, _ := strings.Cut(s, ": ")
		ev.Set(event.EventReason, reason)
		fromAuth(ev)
		return true
	default:
		rest, bad := strings.CutPrefix(s, "BAD SU ")
		if bad {
			outcome = failure
		}
		who, on, ok := cutLast(rest, " on ")
		if !ok {
			return false
		}
		if actor, target, ok = cutLast(who, " to "); !ok {
			return false
		}
		tty = on
	}
	if actor == "" || target == "" {
		return false
	}
	ev.Set(event.UserName, actor)
	ev.Set(event.UserEffectiveName, target)
	if tty != "" {
		ev.SetExtra(fieldTTY, tty)
	}
	if outcome == success {
		classify(ev, catAuthentication, typeStart, actionPrivilegeGranted, success)
	} else {
		classify(ev, catAuthentication, typeStart, actionPrivilegeDenied, failure)
	}
	fromAuth(ev)
	return true
}
