package unix

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Auditd reads individual records of the Linux audit system
// (https://github.com/linux-audit/audit-documentation/wiki):
//
//	type=SYSCALL msg=audit(1772359200.048:4981103): arch=c000003e syscall=59 success=yes ... comm="id" exe="/usr/bin/id"
//
// Values that the kernel encoded in hexadecimal are decoded; user space's own
// are left alone. Records of one event share audit.serial.
var Auditd = read.Parser{
	Name:      "auditd",
	Apps:      []string{"audit", "audispd", "auditd", "audisp-syslog", "kernel"},
	First:     "^{",
	Recognize: func(msg string) bool { return auditStart(msg) >= 0 },
	Parse:     parseAuditd,
}

// auditStart returns where "audit(" begins, -1 if it is not a record.
func auditStart(msg string) int {
	i := strings.Index(msg[:min(len(msg), 160)], "audit(")
	if i < 0 || !strings.Contains(msg[:min(len(msg), 160)], "type=") {
		return -1
	}
	return i
}

func parseAuditd(m *read.Message, ev *event.Event) bool {
	at := auditStart(m.Text)
	if at < 0 {
		return false
	}
	stamp, rest, ok := strings.Cut(m.Text[at+len("audit("):], ")")
	seconds, serial, ok2 := strings.Cut(stamp, ":")
	if !ok || !ok2 || !read.IsNumber(serial) {
		return false
	}
	rest = strings.TrimLeft(rest, ": ")
	k := read.Keyed{Event: ev, Location: m.Location, Prefix: "audit."}
	head := read.PairScanner{Rest: m.Text[:at]}
	typ, node := "", ""
	for head.Next() {
		switch head.Key {
		case "type":
			typ = strings.TrimSpace(head.Value)
		case "node":
			node = head.Value
		}
	}
	if typ == "" {
		return false
	}
	read.SetTime(ev, seconds, time.UTC)
	ev.SetExtra("audit.serial", serial)
	if node != "" {
		ev.Delete(event.HostName)
		ev.Set(event.HostName, node)
	}
	ev.SetExtra("type", typ)
	read.From(ev, "auditd", "auditd.log")
	ev.Set(event.EventCode, typ)
	// The enriched half repeats ids as names, after a separator.
	plain, enriched, _ := strings.Cut(rest, "\x1d")
	auditPairs(&k, plain)
	if enriched != "" {
		auditPairs(&k, enriched)
	}
	auditActor(&k, typ)
	auditKind(&k, typ)
	return true
}

// auditPairs stores the fields; msg='...' in records from user space contains
// more.
func auditPairs(k *read.Keyed, text string) {
	sc := read.PairScanner{Rest: text}
	for sc.Next() {
		if sc.Key == "" {
			continue
		}
		if sc.Key == "msg" && sc.Quote == '\'' {
			auditPairs(k, sc.Value)
			continue
		}
		value := sc.Value
		if sc.Quote == 0 {
			value = decodeAudit(sc.Key, strings.Trim(value, `"'`))
		}
		if value == "?" || value == "(none)" || value == "(null)" {
			k.Event.SetExtra(sc.Key, value)
			continue
		}
		k.Add(sc.Key, value, auditKeys[sc.Key])
	}
}

// decodeAudit decodes what the kernel writes in hexadecimal because it
// contains spaces or quotes: names, paths and process titles.
func decodeAudit(key, value string) string {
	switch key {
	case "comm", "exe", "name", "cwd", "proctitle", "cmd", "path", "dir", "acct", "data", "key", "old", "new", "vm":
	default:
		if len(key) < 2 || key[0] != 'a' || !read.IsNumber(key[1:]) {
			return value
		}
		// a0, a1 ...: words of EXECVE; of SYSCALL they are plain numbers,
		// which rarely look like an even number of printable bytes.
		if len(value) < 6 {
			return value
		}
	}
	if len(value) < 2 || len(value)%2 != 0 || len(value) > 16<<10 {
		return value
	}
	for i := range len(value) {
		c := value[i]
		if (c < '0' || c > '9') && (c < 'A' || c > 'F') {
			return value
		}
	}
	b, err := hex.DecodeString(value)
	if err != nil {
		return value
	}
	for i, c := range b {
		if c == 0 {
			b[i] = ' '
		} else if c < 0x20 && c != '\t' && c != '\n' || c == 0x7f {
			return value
		}
	}
	return strings.TrimRight(string(b), " ")
}

var auditKeys = read.NewBindings(`
pid  process.pid
ppid  process.parent.pid
comm  process.name
exe  process.executable:text
proctitle  process.command_line process.title
cwd  process.working_directory
exit  process.exit_code
auid  audit.login_uid
uid  @none
gid  user.group.id
euid  user.effective.id
egid  user.effective.group.id
ses  audit.session
tty,terminal  process.tty.name
acct  user.name:text
addr  source.ip
laddr  source.ip
hostname  audit.hostname
res  @outcome
success  @outcome
op  @action
name  audit.path
key  rule.name
unit  service.name
grp  group.name
AUID  audit.login_user
UID  user.name:text
EUID  user.effective.name
`)

// auditOutcome returns how it ended, by the words of res and success.
func auditOutcome(word string) string {
	switch word {
	case "yes", "success", "1":
		return read.Success
	case "no", "failed", "0":
		return read.Failure
	}
	return ""
}

// auditActor sets who did it, and with which program.
func auditActor(k *read.Keyed, typ string) {
	ev := k.Event
	uid, auid := k.Get("uid"), k.Get("auid")
	if strings.HasPrefix(typ, "USER_") || strings.HasPrefix(typ, "ADD_") || strings.HasPrefix(typ, "DEL_") || strings.HasPrefix(typ, "CRED_") || strings.HasPrefix(typ, "GRP_") {
		// uid is the program's, auid who logged in.
		if auid != "" && auid != "4294967295" && auid != "unset" {
			ev.Set(event.UserID, auid)
		} else {
			ev.Set(event.UserID, uid)
		}
		read.SetNamed(ev, "user.effective.id", uid)
	} else {
		ev.Set(event.UserID, uid)
	}
	if ev.Get(event.ProcessName) == "" || ev.Get(event.ProcessName) == ev.Get(event.LogSyslogAppname) {
		if exe := ev.Get(event.ProcessExecutable); exe != "" {
			ev.Set(event.ProcessName, exe[strings.LastIndexByte(exe, '/')+1:])
		}
	}
}

// auditKind says what kind of event a record type stands for.
func auditKind(k *read.Keyed, typ string) {
	ev := k.Event
	outcome := auditOutcome(k.Outcome)
	denied := func(good, bad string) string {
		if outcome == read.Failure {
			return bad
		}
		return good
	}
	switch typ {
	case "USER_LOGIN":
		read.Classify(ev, read.CategoryAuthentication, read.TypeStart, denied(read.ActionLogonSuccess, read.ActionLogonFailed), outcome)
	case "USER_AUTH":
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, denied(read.ActionAuthSucceeded, read.ActionAuthFailed), outcome)
	case "USER_ACCT", "CRED_ACQ", "CRED_REFR", "CRED_DISP", "GRP_AUTH":
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.Lower(typ), outcome)
	case "USER_START", "LOGIN":
		read.Classify(ev, read.CategorySession, read.TypeStart, read.ActionSessionOpened, outcome)
	case "USER_END", "USER_LOGOUT":
		read.Classify(ev, read.CategorySession, read.TypeEnd, read.ActionSessionClosed, outcome)
	case "USER_CMD":
		read.Classify(ev, read.CategoryProcess, read.TypeStart, denied(read.ActionPrivilegeGranted, read.ActionPrivilegeDenied), outcome)
		ev.Set(event.ProcessCommandLine, k.Get("cmd"))
	case "USER_CHAUTHTOK":
		ev.Set(event.UserTargetName, k.Get("acct"))
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionPasswordChanged, outcome)
	case "ADD_USER":
		ev.Set(event.UserTargetName, k.Get("acct"))
		ev.Set(event.UserTargetID, k.Get("id"))
		read.Classify(ev, read.CategoryIAM, read.TypeUserCreated, read.ActionUserCreated, outcome)
	case "DEL_USER":
		ev.Set(event.UserTargetName, k.Get("acct"))
		ev.Set(event.UserTargetID, k.Get("id"))
		read.Classify(ev, read.CategoryIAM, read.TypeUserDeleted, read.ActionUserDeleted, outcome)
	case "USER_MGMT", "ACCT_LOCK", "ACCT_UNLOCK":
		ev.Set(event.UserTargetName, k.Get("acct"))
		read.Classify(ev, read.CategoryIAM, read.TypeUserChanged, read.ActionUserChanged, outcome)
	case "ADD_GROUP":
		ev.Set(event.GroupID, k.Get("id"))
		read.Classify(ev, read.CategoryIAM, read.TypeGroupCreated, read.ActionGroupCreated, outcome)
	case "DEL_GROUP":
		ev.Set(event.GroupID, k.Get("id"))
		read.Classify(ev, read.CategoryIAM, read.TypeGroupDeleted, read.ActionGroupDeleted, outcome)
	case "GRP_MGMT":
		ev.Set(event.GroupID, k.Get("id"))
		read.Classify(ev, read.CategoryIAM, read.TypeGroupChanged, read.ActionGroupChanged, outcome)
	case "EXECVE", "SYSCALL", "PROCTITLE", "CWD":
		read.Classify(ev, read.CategoryProcess, read.TypeInfo, read.Lower(typ), outcome)
		if typ == "EXECVE" {
			ev.Set(event.ProcessCommandLine, auditCommand(k))
		}
	case "PATH":
		if path := k.Get("name"); path != "" {
			read.SetPath(ev, path)
		}
		read.Classify(ev, read.CategoryFile, read.TypeInfo, "path", "")
	case "CONFIG_CHANGE", "MAC_CONFIG_CHANGE", "MAC_STATUS", "MAC_POLICY_LOAD", "DAEMON_CONFIG":
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, outcome)
	case "SERVICE_START":
		read.Classify(ev, read.CategoryProcess, read.TypeStart, read.ActionServiceStarted, outcome)
	case "SERVICE_STOP":
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, read.ActionServiceStopped, outcome)
	case "AVC", "USER_AVC":
		read.Classify(ev, read.CategoryProcess, "access", "access-checked", outcome)
	case "ANOM_ABEND":
		read.Classify(ev, read.CategoryProcess, read.TypeEnd, "process-crashed", read.Failure)
	case "ANOM_LOGIN_FAILURES", "RESP_ACCT_LOCK":
		read.Classify(ev, read.CategoryAuthentication, read.TypeInfo, read.ActionLogonLimit, read.Failure)
	case "SYSTEM_SHUTDOWN":
		read.Classify(ev, read.CategoryHost, read.TypeEnd, read.ActionSystemShutdown, outcome)
	case "SYSTEM_BOOT":
		read.Classify(ev, read.CategoryHost, read.TypeStart, "system-started", outcome)
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, read.Lower(typ), outcome)
	}
	if name := ev.Get(event.UserName); name != "" && (typ == "USER_AUTH" || typ == "USER_ACCT") {
		ev.Set(event.UserEffectiveName, name)
	}
}

// auditCommand joins the words of an EXECVE record.
func auditCommand(k *read.Keyed) string {
	var b strings.Builder
	for i := range 64 {
		word, ok := k.Event.LookupName("a" + strconv.Itoa(i))
		if !ok {
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(word)
	}
	return b.String()
}
