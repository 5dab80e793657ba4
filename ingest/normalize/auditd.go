package normalize

import (
	"encoding/hex"
	"strconv"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// auditd reads single records of the Linux audit system
// (https://github.com/linux-audit/audit-documentation/wiki):
//
//	type=SYSCALL msg=audit(1772359200.048:4981103): arch=c000003e syscall=59 success=yes ... comm="id" exe="/usr/bin/id"
//
// Values that the kernel encoded in hexadecimal are decoded; the sender's own
// stay as they are. Records of one event share audit.serial.
var auditd = parser{
	name:      "auditd",
	apps:      []string{"audit", "audispd", "auditd", "audisp-syslog", "kernel"},
	first:     "^{",
	recognize: func(msg string) bool { return auditStart(msg) >= 0 },
	parse:     parseAuditd,
}

// auditStart returns where "audit(" begins; -1 when it is no record.
func auditStart(msg string) int {
	i := strings.Index(msg[:min(len(msg), 160)], "audit(")
	if i < 0 || !strings.Contains(msg[:min(len(msg), 160)], "type=") {
		return -1
	}
	return i
}

func parseAuditd(m *message, ev *event.Event) bool {
	at := auditStart(m.text)
	if at < 0 {
		return false
	}
	stamp, rest, ok := strings.Cut(m.text[at+len("audit("):], ")")
	seconds, serial, ok2 := strings.Cut(stamp, ":")
	if !ok || !ok2 || !isNumber(serial) {
		return false
	}
	rest = strings.TrimLeft(rest, ": ")
	k := keyed{ev: ev, loc: m.loc, prefix: "audit."}
	head := pairScanner{rest: m.text[:at]}
	typ, node := "", ""
	for head.next() {
		switch head.key {
		case "type":
			typ = strings.TrimSpace(head.value)
		case "node":
			node = head.value
		}
	}
	if typ == "" {
		return false
	}
	setTime(ev, seconds, time.UTC)
	ev.SetExtra("audit.serial", serial)
	if node != "" {
		ev.Delete(event.HostName)
		ev.Set(event.HostName, node)
	}
	ev.SetExtra("type", typ)
	from(ev, "auditd", "auditd.log")
	ev.Set(event.EventCode, typ)
	// The enriched half repeats ids with their names, after a separator.
	plain, enriched, _ := strings.Cut(rest, "\x1d")
	k.auditPairs(plain)
	if enriched != "" {
		k.auditPairs(enriched)
	}
	auditKind(&k, typ)
	return true
}

// auditPairs stores the fields; msg='...' of records from user space holds
// more.
func (k *keyed) auditPairs(text string) {
	sc := pairScanner{rest: text}
	for sc.next() {
		if sc.key == "" {
			continue
		}
		if sc.key == "msg" && sc.quote == '\'' {
			k.auditPairs(sc.value)
			continue
		}
		value := sc.value
		if sc.quote == 0 {
			value = decodeAudit(sc.key, strings.Trim(value, `"'`))
		}
		if value == "?" || value == "(none)" || value == "(null)" {
			k.ev.SetExtra(sc.key, value)
			continue
		}
		k.add(sc.key, value, auditKeys[sc.key])
	}
}

// decodeAudit decodes what the kernel writes in hexadecimal because it has
// blanks or quotes: names, paths and the title of a process.
func decodeAudit(key, value string) string {
	switch key {
	case "comm", "exe", "name", "cwd", "proctitle", "cmd", "path", "dir", "acct", "data", "key", "old", "new", "vm":
	default:
		if len(key) < 2 || key[0] != 'a' || !isNumber(key[1:]) {
			return value
		}
		// a0, a1 ...: words of EXECVE; of SYSCALL they are plain numbers,
		// which are never an even count of printable bytes for long.
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

var auditKeys = bindings(`
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

// auditKind says what kind of event a type of record stands for.
func auditKind(k *keyed, typ string) {
	ev := k.ev
	outcome := ""
	switch k.outcome {
	case "yes", "success", "1":
		outcome = success
	case "no", "failed", "0":
		outcome = failure
	}
	uid, auid := k.get("uid"), k.get("auid")
	if strings.HasPrefix(typ, "USER_") || strings.HasPrefix(typ, "ADD_") || strings.HasPrefix(typ, "DEL_") || strings.HasPrefix(typ, "CRED_") || strings.HasPrefix(typ, "GRP_") {
		// uid is the program's, auid who logged in.
		if auid != "" && auid != "4294967295" && auid != "unset" {
			ev.Set(event.UserID, auid)
		} else {
			ev.Set(event.UserID, uid)
		}
		setNamed(ev, "user.effective.id", uid)
	} else {
		ev.Set(event.UserID, uid)
	}
	if ev.Get(event.ProcessName) == "" || ev.Get(event.ProcessName) == ev.Get(event.LogSyslogAppname) {
		if exe := ev.Get(event.ProcessExecutable); exe != "" {
			ev.Set(event.ProcessName, exe[strings.LastIndexByte(exe, '/')+1:])
		}
	}
	denied := func(good, bad string) string {
		if outcome == failure {
			return bad
		}
		return good
	}
	switch typ {
	case "USER_LOGIN":
		classify(ev, catAuthentication, typeStart, denied(actionLogonSuccess, actionLogonFailed), outcome)
	case "USER_AUTH":
		classify(ev, catAuthentication, typeInfo, denied(actionAuthSucceeded, actionAuthFailed), outcome)
	case "USER_ACCT", "CRED_ACQ", "CRED_REFR", "CRED_DISP", "GRP_AUTH":
		classify(ev, catAuthentication, typeInfo, lower(typ), outcome)
	case "USER_START", "LOGIN":
		classify(ev, catSession, typeStart, actionSessionOpened, outcome)
	case "USER_END", "USER_LOGOUT":
		classify(ev, catSession, typeEnd, actionSessionClosed, outcome)
	case "USER_CMD":
		classify(ev, catProcess, typeStart, denied(actionPrivilegeGranted, actionPrivilegeDenied), outcome)
		ev.Set(event.ProcessCommandLine, k.get("cmd"))
	case "USER_CHAUTHTOK":
		ev.Set(event.UserTargetName, k.get("acct"))
		classify(ev, catIAM, userChanged, actionPasswordChanged, outcome)
	case "ADD_USER":
		ev.Set(event.UserTargetName, k.get("acct"))
		ev.Set(event.UserTargetID, k.get("id"))
		classify(ev, catIAM, userCreated, actionUserCreated, outcome)
	case "DEL_USER":
		ev.Set(event.UserTargetName, k.get("acct"))
		ev.Set(event.UserTargetID, k.get("id"))
		classify(ev, catIAM, userDeleted, actionUserDeleted, outcome)
	case "USER_MGMT", "ACCT_LOCK", "ACCT_UNLOCK":
		ev.Set(event.UserTargetName, k.get("acct"))
		classify(ev, catIAM, userChanged, actionUserChanged, outcome)
	case "ADD_GROUP":
		ev.Set(event.GroupID, k.get("id"))
		classify(ev, catIAM, groupCreated, actionGroupCreated, outcome)
	case "DEL_GROUP":
		ev.Set(event.GroupID, k.get("id"))
		classify(ev, catIAM, groupDeleted, actionGroupDeleted, outcome)
	case "GRP_MGMT":
		ev.Set(event.GroupID, k.get("id"))
		classify(ev, catIAM, groupChanged, actionGroupChanged, outcome)
	case "EXECVE", "SYSCALL", "PROCTITLE", "CWD":
		classify(ev, catProcess, typeInfo, lower(typ), outcome)
		if typ == "EXECVE" {
			ev.Set(event.ProcessCommandLine, auditCommand(k))
		}
	case "PATH":
		if path := k.get("name"); path != "" {
			setPath(ev, path)
		}
		classify(ev, catFile, typeInfo, "path", "")
	case "CONFIG_CHANGE", "MAC_CONFIG_CHANGE", "MAC_STATUS", "MAC_POLICY_LOAD", "DAEMON_CONFIG":
		classify(ev, catConfiguration, typeChange, actionConfigChanged, outcome)
	case "SERVICE_START":
		classify(ev, catProcess, typeStart, actionServiceStarted, outcome)
	case "SERVICE_STOP":
		classify(ev, catProcess, typeEnd, actionServiceStopped, outcome)
	case "AVC", "USER_AVC":
		classify(ev, catProcess, "access", "access-checked", outcome)
	case "ANOM_ABEND":
		classify(ev, catProcess, typeEnd, "process-crashed", failure)
	case "ANOM_LOGIN_FAILURES", "RESP_ACCT_LOCK":
		classify(ev, catAuthentication, typeInfo, actionLogonLimit, failure)
	case "SYSTEM_SHUTDOWN":
		classify(ev, catHost, typeEnd, actionSystemShutdown, outcome)
	case "SYSTEM_BOOT":
		classify(ev, catHost, typeStart, "system-started", outcome)
	default:
		classify(ev, catHost, typeInfo, lower(typ), outcome)
	}
	if name := ev.Get(event.UserName); name != "" && (typ == "USER_AUTH" || typ == "USER_ACCT") {
		ev.Set(event.UserEffectiveName, name)
	}
}

// auditCommand joins the words of an EXECVE record.
func auditCommand(k *keyed) string {
	var b strings.Builder
	for i := range 64 {
		word, ok := k.ev.LookupName("a" + strconv.Itoa(i))
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
