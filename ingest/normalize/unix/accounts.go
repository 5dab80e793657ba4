package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Accounts reads the shadow suite: useradd, userdel, usermod, groupadd,
// groupdel, groupmod, gpasswd, passwd, chpasswd, chage, chfn, chsh. If the
// line names only the account that was changed, it is both user.name and
// user.target.name; if it names who did it, that is user.name.
var Accounts = read.Parser{
	Name: "accounts",
	Apps: []string{"useradd", "userdel", "usermod", "adduser", "deluser", "groupadd", "groupdel", "groupmod", "groupmems",
		"gpasswd", "passwd", "chpasswd", "chgpasswd", "chage", "chfn", "chsh", "newusers", "vipw"},
	Parse: parseAccounts,
}

func parseAccounts(m *read.Message, ev *event.Event) bool {
	if !accountText(m.Text, ev) {
		return false
	}
	read.FromAuth(ev)
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
			read.Classify(ev, read.CategoryIAM, read.TypeUserCreated, read.ActionUserCreated, read.Success)
		case ok && kind == "group":
			accountFields(fields, kind, ev)
			read.Classify(ev, read.CategoryIAM, read.TypeGroupCreated, read.ActionGroupCreated, read.Success)
		default:
			return false
		}
	case "failed":
		what, user, ok := strings.Cut(rest, " user ")
		if !ok {
			if _, group, ok := strings.Cut(rest, " group "); ok {
				name, why := read.Quoted(group)
				ev.Set(event.GroupName, name)
				ev.Set(event.EventReason, strings.TrimPrefix(why, ", "))
				read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupChanged, read.Failure)
				return true
			}
			return false
		}
		name, why := read.Quoted(user)
		setActed(ev, "", name)
		ev.Set(event.EventReason, strings.TrimPrefix(why, ", "))
		switch what {
		case "adding":
			read.Classify(ev, read.CategoryIAM, read.TypeUserCreated, read.ActionUserCreated, read.Failure)
		case "deleting":
			read.Classify(ev, read.CategoryIAM, read.TypeUserDeleted, read.ActionUserDeleted, read.Failure)
		default:
			read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionUserChanged, read.Failure)
		}
	case "add", "delete", "remove":
		if user, ok := strings.CutPrefix(rest, "user "); ok && verb != "add" {
			name, _ := read.Quoted(user)
			setActed(ev, "", name)
			read.Classify(ev, read.CategoryIAM, read.TypeUserDeleted, read.ActionUserDeleted, read.Success)
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
		name, _ := read.Quoted(group)
		ev.Set(event.GroupName, name)
		read.Classify(ev, read.CategoryIAM, read.TypeGroupDeleted, read.ActionGroupDeleted, read.Success)
	case "change", "changed":
		return accountChange(rest, ev)
	case "lock", "unlock":
		user, ok := strings.CutPrefix(rest, "user ")
		if !ok {
			return false
		}
		name, _ := read.Quoted(user)
		setActed(ev, "", name)
		if verb == "lock" {
			read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionAccountLocked, read.Success)
		} else {
			read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionAccountUnlocked, read.Success)
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

// setActed stores who was changed, and by whom ("" if the line does not say).
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
				ev.SetExtra(read.FieldTTY, value)
			}
		}
	}
}

// accountMember reads "'anna' to [shadow ]group 'sudo'" and "'anna' from
// group 'sudo'".
func accountMember(verb, s string, ev *event.Event) bool {
	name, rest := read.Quoted(s)
	rest = strings.TrimPrefix(rest, " ")
	rest = strings.TrimPrefix(strings.TrimPrefix(rest, "to "), "from ")
	rest = strings.TrimPrefix(rest, "shadow ")
	group, ok := strings.CutPrefix(rest, "group ")
	if !ok || name == "" {
		return false
	}
	group, _ = read.Quoted(group)
	setActed(ev, "", name)
	ev.Set(event.GroupName, group)
	if verb == "add" {
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupMemberAdded, read.Success)
	} else {
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupMemberRemoved, read.Success)
	}
	return true
}

// accountChange reads what follows "change" and "changed".
func accountChange(s string, ev *event.Event) bool {
	action := read.ActionUserChanged
	name := ""
	switch {
	case strings.HasPrefix(s, "user "):
		rest := strings.TrimPrefix(s[len("user "):], "name ")
		name, rest = read.Quoted(rest)
		rest = strings.TrimPrefix(rest, " ")
		if strings.HasPrefix(rest, "password") {
			action = read.ActionPasswordChanged
		}
		ev.Set(event.EventReason, rest)
	case strings.HasPrefix(s, "password expiry for "):
		name = read.Unquote(s[len("password expiry for "):])
		ev.Set(event.EventReason, "password expiry")
	case strings.HasPrefix(s, "admin list of group "):
		group, _ := read.Quoted(s[len("admin list of group "):])
		ev.Set(event.GroupName, group)
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupChanged, read.Success)
		return true
	default:
		return false
	}
	setActed(ev, "", name)
	read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, action, read.Success)
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
		read.Classify(ev, read.CategoryIAM, read.TypeGroupCreated, read.ActionGroupCreated, read.Success)
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
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupChanged, read.Success)
	default:
		name, rest := read.Quoted(s)
		if !strings.HasPrefix(strings.TrimPrefix(rest, " "), "removed") {
			return false
		}
		ev.Set(event.GroupName, name)
		read.Classify(ev, read.CategoryIAM, read.TypeGroupDeleted, read.ActionGroupDeleted, read.Success)
	}
	return true
}

// accountByAdmin reads gpasswd's "user anna added by root to group sudo" and
// "user anna removed by root from group sudo".
func accountByAdmin(s string, ev *event.Event) bool {
	action, verb := read.ActionGroupMemberAdded, " added by "
	i := strings.Index(s, verb)
	if i < 0 {
		action, verb = read.ActionGroupMemberRemoved, " removed by "
		if i = strings.Index(s, verb); i < 0 {
			return false
		}
	}
	by, group, ok := strings.Cut(s[i+len(verb):], " group ")
	if !ok {
		return false
	}
	by = strings.TrimSuffix(strings.TrimSuffix(by, " to"), " from")
	setActed(ev, read.Unquote(by), read.Unquote(s[:i]))
	ev.Set(event.GroupName, read.Unquote(group))
	read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, action, read.Success)
	return true
}

// accountPassword reads "for 'anna' changed by 'root'", "changed for anna" and
// "of group devs changed by root".
func accountPassword(s string, ev *event.Event) bool {
	switch {
	case strings.HasPrefix(s, "for "):
		name, rest := read.Quoted(s[len("for "):])
		by, ok := strings.CutPrefix(strings.TrimPrefix(rest, " "), "changed by ")
		if !ok {
			return false
		}
		setActed(ev, read.Unquote(by), name)
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
	case strings.HasPrefix(s, "changed for "):
		name, by, _ := strings.Cut(s[len("changed for "):], ", by ")
		setActed(ev, by, read.Unquote(name))
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, read.Success)
	case strings.HasPrefix(s, "of group "):
		name, rest := read.Quoted(s[len("of group "):])
		by, ok := strings.CutPrefix(strings.TrimPrefix(rest, " "), "changed by ")
		if !ok {
			return false
		}
		ev.Set(event.GroupName, name)
		ev.Set(event.UserName, read.Unquote(by))
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupChanged, read.Success)
	default:
		return false
	}
	return true
}
