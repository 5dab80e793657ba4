package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Su reads the dialects of su:
//
//	util-linux   (to root) anna on pts/0            FAILED SU (to root) anna on pts/0
//	shadow       Successful su for root by anna     FAILED su for root by anna
//	             + /dev/pts/0 anna:root             - /dev/pts/0 anna:root
//	BSD          anna to root on /dev/pts/0         BAD SU anna to root on /dev/pts/0
//	Solaris      'su root' succeeded for anna on /dev/pts/0
var Su = read.Parser{
	Name:  "su",
	Apps:  []string{"su", "su-l"},
	Parse: parseSu,
}

func parseSu(m *read.Message, ev *event.Event) bool {
	actor, target, tty, outcome := "", "", "", read.Success
	s := m.Text
	switch {
	case strings.HasPrefix(s, "Successful su for "):
		target, actor, _ = strings.Cut(s[len("Successful su for "):], " by ")
	case strings.HasPrefix(s, "FAILED su for "):
		outcome = read.Failure
		target, actor, _ = strings.Cut(s[len("FAILED su for "):], " by ")
	case strings.HasPrefix(s, "(to "), strings.HasPrefix(s, "FAILED SU (to "):
		rest, failed := strings.CutPrefix(s, "FAILED SU ")
		if failed {
			outcome = read.Failure
		}
		var ok bool
		if target, rest, ok = strings.Cut(rest[len("(to "):], ") "); !ok {
			return false
		}
		if actor, tty, ok = read.CutLast(rest, " on "); !ok {
			actor = rest
		}
	case strings.HasPrefix(s, "+ "), strings.HasPrefix(s, "- "):
		if s[0] == '-' {
			outcome = read.Failure
		}
		who := ""
		tty, who, _ = strings.Cut(s[2:], " ")
		actor, target, _ = strings.Cut(who, ":")
	case strings.HasPrefix(s, "'su "):
		var rest string
		if target, rest, _ = strings.Cut(s[len("'su "):], "' "); strings.HasPrefix(rest, "failed for ") {
			outcome, rest = read.Failure, rest[len("failed for "):]
		} else {
			rest = strings.TrimPrefix(rest, "succeeded for ")
		}
		actor, tty, _ = read.CutLast(rest, " on ")
	case strings.HasPrefix(s, "pam_authenticate: "), strings.HasPrefix(s, "pam_acct_mgmt: "):
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionAuthFailed, read.Failure)
		_, reason, _ := strings.Cut(s, ": ")
		ev.Set(event.EventReason, reason)
		read.FromAuth(ev)
		return true
	default:
		rest, bad := strings.CutPrefix(s, "BAD SU ")
		if bad {
			outcome = read.Failure
		}
		who, on, ok := read.CutLast(rest, " on ")
		if !ok {
			return false
		}
		if actor, target, ok = read.CutLast(who, " to "); !ok {
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
		ev.SetExtra(read.FieldTTY, tty)
	}
	if outcome == read.Success {
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionPrivilegeGranted, read.Success)
	} else {
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, read.ActionPrivilegeDenied, read.Failure)
	}
	read.FromAuth(ev)
	return true
}
