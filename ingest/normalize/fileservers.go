package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// fileServer reads ProFTPD, vsftpd, Pure-FTPd, Samba and the screen sharing of
// macOS: services on which somebody logs in to work with files or a screen.
var fileServer = parser{
	name:  "fileserver",
	apps:  []string{"proftpd", "vsftpd", "pure-ftpd", "smbd", "samba", "smbd_audit", "nmbd", "winbindd", "screensharingd"},
	first: "^{",
	recognize: func(msg string) bool {
		return vsftpdHead(msg) != "" || strings.HasPrefix(msg, "Authentication: ") && strings.Contains(msg, ":: Viewer Address: ")
	},
	parse: parseFileServer,
}

// vsftpdHead returns what stands behind "[pid 3] " in vsftpd's own log, which
// begins with a time: "Sun Mar  1 10:00:00 2026 [pid 3] [anna] OK LOGIN: ...".
func vsftpdHead(msg string) string {
	i := strings.Index(msg[:min(len(msg), 48)], "[pid ")
	if i < 0 {
		return ""
	}
	_, rest, ok := strings.Cut(msg[i:], "] ")
	if !ok || !strings.Contains(rest, ": Client \"") && !strings.HasPrefix(rest, "CONNECT: ") {
		return ""
	}
	return rest
}

func parseFileServer(m *message, ev *event.Event) bool {
	if strings.HasPrefix(m.text, "pam_") {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	text, app := m.text, m.app
	if rest := vsftpdHead(text); rest != "" {
		setTime(ev, strings.TrimSpace(text[:strings.Index(text, "[pid ")]), m.loc)
		text, app = rest, "vsftpd"
	}
	if app == "" {
		app = "screensharingd"
	}
	switch app {
	case "smbd_audit": // vfs_full_audit: user|address|...
		return k.sambaAudit(text)
	case "smbd", "samba", "nmbd", "winbindd":
		from(ev, "samba", "samba.log")
	default:
		from(ev, app, app+".log")
	}
	if fileServerTemplates.match(app, text, &k) {
		if file := ev.Get(event.FilePath); file != "" {
			setPath(ev, file)
		}
		return true
	}
	k.prose(text)
	if !proseLogin(ev, text) {
		switch s := lower(text); {
		case strings.Contains(s, "refused connect") || strings.Contains(s, "denied"):
			classify(ev, catNetwork, connDenied, actionConnectionDenied, failure)
		case strings.Contains(s, "session opened") || strings.Contains(s, "connect from"):
			classify(ev, catNetwork, connInfo, "connection-started", "")
		default:
			classify(ev, catHost, typeInfo, "server-message", proseOutcome(text))
		}
	}
	return true
}

var fileServerTemplates = newTemplates(`
proftpd authentication start logon-success success | {}[{source.ip}]){}USER {user.name}: Login successful[[.]]
proftpd authentication start logon-success success | {}[{source.ip}]){}ANON {user.name}: Login successful[[.]]
proftpd authentication start logon-success success | {}USER {user.name}: Login successful[[.]]
proftpd authentication start logon-failed failure | {}[{source.ip}]){}USER {user.name} (Login failed): {event.reason}
proftpd authentication start logon-failed failure | {}[{source.ip}]){}USER {user.name}: no such user found from {}
proftpd authentication start logon-failed failure | {}[{source.ip}]){}SECURITY VIOLATION: {user.name} login attempted[[.]]
proftpd authentication start logon-failed failure | {}[{source.ip}]){}Maximum login attempts ({}) exceeded{}
proftpd network connection+denied connection-denied failure | {}Connection from {source.domain} [{source.ip}] denied[[.]]
proftpd network connection+denied connection-denied failure | refused connect from {source.domain} ({source.ip})
proftpd network connection+start session-opened success | {}[{source.ip}]){}FTP session opened[[.]]
proftpd network connection+end session-closed success | {}[{source.ip}]){}FTP session closed[[.]]
vsftpd authentication start logon-success success | [{user.name}] OK LOGIN: Client "{source.ip:anyip}"[[{}]]
vsftpd authentication start logon-failed failure | [{user.name}] FAIL LOGIN: Client "{source.ip:anyip}"
vsftpd network connection+start connection-started - | CONNECT: Client "{source.ip:anyip}"[[{}]]
vsftpd file creation file-uploaded success | [{user.name}] OK UPLOAD: Client "{source.ip:anyip}", "{file.path}", {file.size} bytes{}
vsftpd file creation file-uploaded failure | [{user.name}] FAIL UPLOAD: Client "{source.ip:anyip}", "{file.path}"{}
vsftpd file access file-downloaded success | [{user.name}] OK DOWNLOAD: Client "{source.ip:anyip}", "{file.path}", {file.size} bytes{}
vsftpd file access file-downloaded failure | [{user.name}] FAIL DOWNLOAD: Client "{source.ip:anyip}", "{file.path}"{}
vsftpd file deletion file-deleted success | [{user.name}] OK DELETE: Client "{source.ip:anyip}", "{file.path}"
vsftpd file creation directory-created success | [{user.name}] OK MKDIR: Client "{source.ip:anyip}", "{file.path}"
pure-ftpd authentication start logon-success success | (?@{source.ip}) [INFO] {user.name} is now logged in
pure-ftpd authentication start logon-failed failure | (?@{source.ip}) [WARNING] Authentication failed for user [{user.name}]
pure-ftpd network connection+start connection-started - | (?@{source.ip}) [INFO] New connection from {}
pure-ftpd authentication end logoff success | ({user.name}@{source.ip}) [INFO] Logout.
pure-ftpd file creation file-uploaded success | ({user.name}@{source.ip}) [NOTICE] {file.path} uploaded {}
pure-ftpd file access file-downloaded success | ({user.name}@{source.ip}) [NOTICE] {file.path} downloaded {}
smbd network connection+denied connection-denied failure | Denied connection from {source.domain} ({source.ip})
smbd network connection+denied connection-denied failure | Denied connection from ({source.ip})
smbd network connection+denied connection-denied failure | Denied connection from {source.ip}
smbd file denied permission-denied failure | Permission denied{}user not allowed to {event.reason}. User name: {user.name}. Printer name: {}
smbd file access share-accessed success | {source.domain} (ipv4:{source.ip}:{source.port}) connect to service {network.application:text} {}as user {user.name} (uid={user.id}, gid={group.id}) (pid {process.pid})
smbd session end share-closed success | {source.domain} (ipv4:{source.ip}:{source.port}) closed connection to service {network.application:text}
samba authentication start logon-success success | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name:user}] {}status [NT_STATUS_OK] {}remote host [ipv4:{source.ip}:{source.port}]{}
samba authentication start logon-failed failure | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name:user}] {}status [{event.reason}] {}remote host [ipv4:{source.ip}:{source.port}]{}
smbd authentication start logon-failed failure | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name}] {}status [NT_STATUS_WRONG_PASSWORD] {}remote host [ipv4:{source.ip}:{source.port}]{}
smbd authentication start logon-failed failure | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name}] {}status [NT_STATUS_NO_SUCH_USER] {}remote host [ipv4:{source.ip}:{source.port}]{}
smbd authentication start logon-success success | [[{}]]Auth: [{}] user [{user.domain}]\[{user.name}] {}status [NT_STATUS_OK] {}remote host [ipv4:{source.ip}:{source.port}]{}
screensharingd authentication start logon-success success | Authentication: SUCCEEDED :: User Name: {user.name:text} :: Viewer Address: {source.ip} :: Type: {}
screensharingd authentication start logon-failed failure | Authentication: FAILED :: User Name: {user.name:text} :: Viewer Address: {source.ip} :: Type: {}
`)

// sambaAudit reads lines of vfs_full_audit with the usual prefix %u|%I|%m|%S:
// "anna|10.1.1.5|pc7|data|unlink|ok|a/b.txt".
func (k *keyed) sambaAudit(text string) bool {
	f := strings.Split(text, "|")
	if len(f) < 5 || len(f) > 16 {
		return false
	}
	at := -1
	for i, word := range f {
		if word == "ok" || strings.HasPrefix(word, "fail") {
			at = i
			break
		}
	}
	if at < 2 {
		return false
	}
	ev := k.ev
	from(ev, "samba", "samba.audit")
	ev.Set(event.UserName, f[0])
	for _, word := range f[1 : at-1] {
		if ip, _ := parseIP(word); ip != "" {
			setSource(ev, ip)
		}
	}
	outcome, reason, _ := strings.Cut(f[at], " ")
	if outcome == "ok" {
		outcome = success
	} else {
		outcome = failure
		ev.Set(event.EventReason, strings.Trim(reason, "()"))
	}
	if last := f[len(f)-1]; at < len(f)-1 {
		setPath(ev, last)
	}
	action := f[at-1]
	typ := "access"
	switch action {
	case "unlink", "unlinkat", "rmdir":
		typ = typeDeleted
	case "mkdir", "mkdirat":
		typ = typeCreated
	case "rename", "renameat", "pwrite", "write", "chmod", "chown", "ftruncate":
		typ = typeChange
	}
	classify(ev, catFile, typ, action, outcome)
	return true
}

// msSQL reads the error log of Microsoft SQL Server:
//
//	2026-03-01 15:53:08.22 Logon       Login failed for user 'CORP\anna'. Reason: ... [CLIENT: 203.0.113.7]
var msSQL = parser{
	name:  "mssql",
	bare:  true,
	first: "^{",
	recognize: func(msg string) bool {
		return msSQLClient.in(msg) && strings.Contains(msg, " for user '") && (strings.Contains(msg, "Login failed") || strings.Contains(msg, "Login succeeded"))
	},
	parse: parseMSSQL,
}

var msSQLClient = clueOf("[CLIENT: ")

func parseMSSQL(m *message, ev *event.Event) bool {
	at := strings.Index(m.text, "Login ")
	k := keyed{ev: ev, loc: m.loc}
	if at < 0 || !msSQLTemplates.match("*", m.text[at:], &k) {
		return false
	}
	if at > 22 && at < 64 {
		stamp, _, _ := cutLast(strings.TrimRight(m.text[:at], " "), " ")
		setTime(ev, strings.TrimSpace(stamp), m.loc)
	}
	from(ev, "mssql", "mssql.log")
	return true
}

var msSQLTemplates = newTemplates(`
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'. Reason: {event.reason} [CLIENT: {source.ip:anyip}]
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'. [CLIENT: {source.ip:anyip}]
* authentication+database start logon-failed failure | Login failed for user '{user.name:user}'.{}[CLIENT: {}]
* authentication+database start logon-success success | Login succeeded for user '{user.name:user}'. {event.reason} [CLIENT: {source.ip:anyip}]
* authentication+database start logon-success success | Login succeeded for user '{user.name:user}'.{}[CLIENT: {}]
`)
