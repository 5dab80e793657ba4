package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// accounts reads the shadow suite: useradd, userdel, usermod, groupadd,
// groupdel, groupmod, gpasswd, passwd, chpasswd, chage, chfn, chsh. Where the
// line names only the account that was changed it is both user.name and
// user.target.name; where it names who did it, that is user.name.
var accounts = parser{
	name: "accounts",
	apps: []string{"useradd", "userdel", "usermod", "adduser", "deluser", "groupadd", "groupdel", "groupmod", "groupmems",
		"gpasswd", "passwd", "chpasswd", "chgpasswd", "chage", "chfn", "chsh", "newusers", "vipw"},
	parse: parseAccounts,
}

func parseAccounts(m *message, ev *event.Event) bool {
	if !accountText(m.text, ev) {
		return false
	}
	fromAuth(ev)
	return true
}

func accountText(s string, ev *event.Event) bool {
	verb, rest, _ := strings.Cut(s, " ")
	switch verb {
	case "new":
		kind, fields, ok := strings.Cut(rest, ": ")
		switch {
		case ok && (kind == "user" || kind == "account"):
			accountFields(fields, "", ev)
			classify(ev, catIAM, userCreated, actionUserCreated, success)
		case ok && kind == "group":
			accountFields(fields, kind, ev)
			classify(ev, catIAM, groupCreated, actionGroupCreated, success)
		default:
			return false
		}
	case "failed":
		what, user, ok := strings.Cut(rest, " user ")
		if !ok {
			if _, group, ok := strings.Cut(rest, " group "); ok {
				name, why := quoted(group)
				ev.Set(event.GroupName, name)
				ev.Set(event.EventReason, strings.TrimPrefix(why, ", "))
				classify(ev, catIAM, groupChanged, actionGroupChanged, failure)
				return true
			}
			return false
		}
		name, why := quoted(user)
		setActed(ev, "", name)
		ev.Set(event.EventReason, strings.TrimPrefix(why, ", "))
		switch what {
		case "adding":
			classify(ev, catIAM, userCreated, actionUserCreated, failure)
		case "deleting":
			classify(ev, catIAM, userDeleted, actionUserDeleted, failure)
		default:
			classify(ev, catIAM, userChanged, actionUserChanged, failure)
		}
	case "add", "delete", "remove":
		if user, ok := strings.CutPrefix(rest, "user "); ok && verb != "add" {
			name, _ := quoted(user)
			setActed(ev, "", name)
			classify(ev, catIAM, userDeleted, actionUserDeleted, success)
			return true
		}
		return accountMember(verb, rest, ev)
	case "removed", "remove_group":
		if strings.HasPrefix(rest, "shadow group ") {
			rest = rest[len("shadow "):]
		}
		group, ok := strings.CutPrefix(rest, "group ")
		if !ok {
			return false
		}
		name, _ := quoted(group)
		ev.Set(event.GroupName, name)
		classify(ev, catIAM, groupDeleted, actionGroupDeleted, success)
	case "change", "changed":
		return accountChange(rest, ev)
	case "lock", "unlock":
		user, ok := strings.CutPrefix(rest, "user ")
		if !ok {
			return false
		}
		name, _ := quoted(user)
		setActed(ev, "", name)
		if verb == "lock" {
			classify(ev, catIAM, userChanged, actionAccountLocked, success)
		} else {
			classify(ev, catIAM, userChanged, actionAccountUnlocked, success)
		}
	case "group":
		return accountGroup(rest, ev)
	case "user":
		return accountByAdmin(rest, ev)
	case "password":
		return accountPassword(rest, ev)
	default:
		return false
	}
	return true
}

// setActed stores who was changed, and by whom ("" when the line does not
// say).
func setActed(ev *event.Event, by, target string) {
	ev.Set(event.UserTargetName, target)
	if by == "" {
		by = target
	}
	ev.Set(event.UserName, by)
}

// accountFields reads "name=anna, UID=1001, GID=1001, home=/home/anna,
// shell=/bin/bash, from=/dev/pts/0".
func accountFields(s, kind string, ev *event.Event) {
	for s != "" {
		var pair string
		pair, s, _ = strings.Cut(s, ", ")
		key, value, ok := strings.Cut(pair, "=")
		if !ok || value == "" {
			continue
		}
		switch key {
		case "name":
			if kind == "group" {
				ev.Set(event.GroupName, value)
			} else {
				setActed(ev, "", value)
			}
		case "UID", "uid":
			ev.Set(event.UserTargetID, value)
			ev.Set(event.UserID, value)
		case "GID", "gid":
			ev.Set(event.GroupID, value)
		case "home":
			ev.SetExtra("system.auth.useradd.home", value)
		case "shell":
			ev.SetExtra("system.auth.useradd.shell", value)
		case "from":
			if value != "none" {
				ev.SetExtra(fieldTTY, value)
			}
		}
	}
}

// accountMember reads "'anna' to [shadow ]group 'sudo'" and "'anna' from
// group 'sudo'".
func accountMember(verb, s string, ev *event.Event) bool {
	name, rest := quoted(s)
	rest = strings.TrimPrefix(rest, " ")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "to "), "from ")
	rest = strings.TrimPrefix(rest, "shadow ")
	group, ok := strings.CutPrefix(rest, "group ")
	if !ok || name == "" {
		return false
	}
	group, _ = quoted(group)
	setActed(ev, "", name)
	ev.Set(event.GroupName, group)
	if verb == "add" {
		classify(ev, catIAM, groupChanged, actionGroupMemberAdded, success)
	} else {
		classify(ev, catIAM, groupChanged, actionGroupMemberRemoved, success)
	}
	return true
}

// accountChange reads what follows "change" and "changed".
func accountChange(s string, ev *event.Event) bool {
	action := actionUserChanged
	name := ""
	switch {
	case strings.HasPrefix(s, "user "):
		rest := strings.TrimPrefix(s[len("user "):], "name ")
		name, rest = quoted(rest)
		rest = strings.TrimPrefix(rest, " ")
		if strings.HasPrefix(rest, "password") {
			action = actionPasswordChanged
		}
		ev.Set(event.EventReason, rest)
	case strings.HasPrefix(s, "password expiry for "):
		name = unquote(s[len("password expiry for "):])
		ev.Set(event.EventReason, "password expiry")
	case strings.HasPrefix(s, "admin list of group "):
		group, _ := quoted(s[len("admin list of group "):])
		ev.Set(event.GroupName, group)
		classify(ev, catIAM, groupChanged, actionGroupChanged, success)
		return true
	default:
		return false
	}
	setActed(ev, "", name)
	classify(ev, catIAM, userChanged, action, success)
	return true
}

// accountGroup reads what follows "group":
//
//	added to /etc/group: name=devs, GID=1002
//	'devs' removed from /etc/group
//	changed in /etc/group (group devs/1002, new name: builders)
func accountGroup(s string, ev *event.Event) bool {
	switch {
	case strings.HasPrefix(s, "added to "):
		_, fields, ok := strings.Cut(s, ": ")
		if !ok {
			return false
		}
		accountFields(fields, "group", ev)
		classify(ev, catIAM, groupCreated, actionGroupCreated, success)
	case strings.HasPrefix(s, "changed in "):
		_, rest, ok := strings.Cut(s, "(group ")
		if !ok {
			return false
		}
		rest = strings.TrimSuffix(rest, ")")
		group, what, _ := strings.Cut(rest, ", ")
		name, gid, _ := strings.Cut(group, "/")
		ev.Set(event.GroupName, name)
		ev.Set(event.GroupID, gid)
		ev.Set(event.EventReason, what)
		classify(ev, catIAM, groupChanged, actionGroupChanged, success)
	default:
		name, rest := quoted(s)
		if !strings.HasPrefix(strings.TrimPrefix(rest, " "), "removed") {
			return false
		}
		ev.Set(event.GroupName, name)
		classify(ev, catIAM, groupDeleted, actionGroupDeleted, success)
	}
	return true
}

// accountByAdmin reads gpasswd's "user anna added by root to group sudo" and
// "user anna removed by root from group sudo".
func accountByAdmin(s string, ev *event.Event) bool {
	action, verb := actionGroupMemberAdded, " added by "
	i := strings.Index(s, verb)
	if i < 0 {
		action, verb = actionGroupMemberRemoved, " removed by "
		if i = strings.Index(s, verb); i < 0 {
			return false
		}
	}
	by, group, ok := strings.Cut(s[i+len(verb):], " group ")
	if !ok {
		return false
	}
	by = strings.TrimSuffix(strings.TrimSuffix(by, " to"), " from")
	setActed(ev, unquote(by), unquote(s[:i]))
	ev.Set(event.GroupName, unquote(group))
	classify(ev, catIAM, groupChanged, action, success)
	return true
}

// accountPassword reads "for 'anna' changed by 'root'", "changed for anna" and
// "of group devs changed by root".
func accountPassword(s string, ev *event.Event) bool {
	switch {
	case strings.HasPrefix(s, "for "):
		name, rest := quoted(s[len("for "):])
		by, ok := strings.CutPrefix(strings.TrimPrefix(rest, " "), "changed by ")
		if !ok {
			return false
		}
		setActed(ev, unquote(by), name)
		classify(ev, catIAM, userChanged, actionPasswordChanged, success)
	case strings.HasPrefix(s, "changed for "):
		name, by, _ := strings.Cut(s[len("changed for "):], ", by ")
		setActed(ev, by, unquote(name))
		classify(ev, catIAM, userChanged, actionPasswordChanged, success)
	case strings.HasPrefix(s, "of group "):
		name, rest := quoted(s[len("of group "):])
		by, ok := strings.CutPrefix(strings.TrimPrefix(rest, " "), "changed by ")
		if !ok {
			return false
		}
		ev.Set(event.GroupName, name)
		ev.Set(event.UserName, unquote(by))
		classify(ev, catIAM, groupChanged, actionGroupChanged, success)
	default:
		return false
	}
	return true
}
