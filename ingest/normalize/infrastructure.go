package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// vault is the audit log of HashiCorp Vault
// (https://developer.hashicorp.com/vault/docs/audit).
var vault = []jsonProduct{{
	name: "vault", has: []string{"request.operation", "request.path", "type", "time"}, vendor: "HashiCorp", product: "Vault", module: "hashicorp_vault", dataset: "hashicorp_vault.audit", table: `
time  @time1
request.id  event.id
request.remote_address  source.ip
request.remote_port  source.port
auth.display_name  user.name:text
auth.entity_id  user.id
error  error.message
`, finish: func(k *keyed) {
		outcome := success
		if k.get("error") != "" {
			outcome = failure
		}
		operation, path := k.get("request.operation"), k.get("request.path")
		if strings.HasPrefix(path, "auth/") && strings.Contains(path, "/login") {
			action := actionLogonSuccess
			if outcome == failure {
				action = actionLogonFailed
			}
			classify(k.ev, catAuthentication, typeStart, action, outcome)
			return
		}
		typ := "access"
		switch operation {
		case "create":
			typ = typeCreated
		case "update":
			typ = typeChange
		case "delete":
			typ = typeDeleted
		}
		classify(k.ev, catConfiguration, typ, operation, outcome)
	},
}}

// mongoDB is the structured log of MongoDB 4.4 and later
// (https://www.mongodb.com/docs/manual/reference/log-messages/).
var mongoDB = []jsonProduct{{
	name: "mongodb", has: []string{"t.$date", "ctx", "msg"}, module: "mongodb", dataset: "mongodb.log", table: `
t.$date  @time1
id  event.code
s  log.level
c  log.logger
attr.remote,attr.client  source.address
attr.user,attr.principalName  user.name
attr.error  error.message
msg  event.reason
`, finish: func(k *keyed) {
		remote := k.first("attr.remote", "attr.client")
		if ip, port := proseIP(remote); ip != "" {
			setSource(k.ev, ip)
			setPort(k.ev, event.SourcePort, port)
		}
		s := lower(k.get("msg"))
		switch {
		case strings.Contains(s, "authentication failed"):
			classify(k.ev, catAuthentication+event.Separator+catDatabase, typeStart, actionLogonFailed, failure)
		case strings.Contains(s, "authentication succeeded") || strings.Contains(s, "successfully authenticated"):
			classify(k.ev, catAuthentication+event.Separator+catDatabase, typeStart, actionLogonSuccess, success)
		case strings.Contains(s, "connection accepted"):
			classify(k.ev, catNetwork, connStart, actionConnectionStarted, success)
		case strings.Contains(s, "connection ended"):
			classify(k.ev, catNetwork, connEnd, actionConnectionClosed, success)
		default:
			classify(k.ev, catDatabase, typeInfo, "server-message", "")
		}
	},
}}

// osquery is the results of osquery's scheduled queries
// (https://osquery.readthedocs.io/en/stable/deployment/logging/).
var osquery = []jsonProduct{{
	name: "osquery", has: []string{"hostIdentifier", "unixTime", "name"}, module: "osquery", dataset: "osquery.result", table: `
unixTime  @time1
hostIdentifier  host.name:host
name  rule.name
action  event.action
columns.name  process.name
columns.path  process.executable
columns.pid  process.pid
columns.cmdline  process.command_line
columns.username,decorations.username  user.name
columns.uid  user.id
columns.sha256  file.hash.sha256
columns.md5  file.hash.md5
columns.remote_address  destination.ip
columns.remote_port  destination.port
columns.local_address  source.ip
columns.local_port  source.port
columns.target_path  file.path
`, finish: func(k *keyed) { classify(k.ev, catHost, typeInfo, orElse(k.get("action"), "result"), "") },
}}

// traefik is the access log of Traefik as JSON
// (https://doc.traefik.io/traefik/observability/access-logs/).
var traefik = []jsonProduct{{
	name: "traefik", has: []string{"DownstreamStatus", "RequestMethod", "ClientHost"}, module: "traefik", dataset: "traefik.access", table: `
time,StartUTC  @time1
ClientHost  source.ip
ClientPort  source.port
ClientUsername  user.name:text
RequestMethod  http.request.method
RequestHost  url.domain
RequestPath  url.original
RequestProtocol  http.version:httpversion
DownstreamStatus  http.response.status_code
DownstreamContentSize  http.response.body.bytes
request_User-Agent  user_agent.original
RouterName  rule.name
`, finish: func(k *keyed) { k.webAccess() },
}}

// teleport is the audit log of Teleport
// (https://goteleport.com/docs/reference/monitoring/audit/).
var teleport = []jsonProduct{{
	name: "teleport", has: []string{"cluster_name", "event", "code", "uid"}, vendor: "Teleport", product: "Teleport", module: "teleport", dataset: "teleport.audit", table: `
time  @time1
uid  event.id
code  event.code
user  user.name:text
login  user.effective.name
server_hostname  host.name:host
error,message  event.reason
`, finish: func(k *keyed) {
		if ip, port := proseIP(k.get("addr.remote")); ip != "" {
			setSource(k.ev, ip)
			setPort(k.ev, event.SourcePort, port)
		}
		outcome := success
		if k.get("success") == "false" || k.get("error") != "" || strings.HasSuffix(k.get("code"), "W") || strings.HasSuffix(k.get("code"), "E") {
			outcome = failure
		}
		k.cloudAction(k.get("event"), outcome)
	},
}}

// redisLog reads the log of Redis and Valkey: "1:M 01 Mar 2026 10:00:00.123 * Ready".
var redisLog = parser{
	name:  "redis",
	bare:  true,
	first: "0-9",
	recognize: func(msg string) bool {
		head, rest, ok := strings.Cut(msg[:min(len(msg), 48)], " ")
		pid, role, colon := strings.Cut(head, ":")
		return ok && colon && isNumber(pid) && len(role) == 1 && len(rest) > 26 && rest[2] == ' ' && rest[6] == ' ' && rest[11] == ' ' && rest[14] == ':'
	},
	parse: func(m *message, ev *event.Event) bool {
		head, rest, _ := strings.Cut(m.text, " ")
		pid, _, _ := strings.Cut(head, ":")
		if len(rest) < 27 {
			return false
		}
		setTime(ev, rest[:20], m.loc)
		if t, err := time.ParseInLocation("02 Jan 2006 15:04:05.000", rest[:24], m.loc); err == nil {
			ev.Time = t.UnixNano()
		}
		ev.Set(event.ProcessPID, pid)
		level, text, _ := strings.Cut(strings.TrimLeft(rest[24:], " "), " ")
		switch level {
		case ".":
			ev.Set(event.LogLevel, "debug")
		case "-":
			ev.Set(event.LogLevel, "verbose")
		case "*":
			ev.Set(event.LogLevel, "notice")
		case "#":
			ev.Set(event.LogLevel, "warning")
		}
		from(ev, "redis", "redis.log")
		k := keyed{ev: ev, loc: m.loc}
		k.prose(text)
		if !proseLogin(ev, text) {
			classify(ev, catDatabase, typeInfo, "server-message", proseOutcome(text))
		}
		return true
	},
}

// ciscoISE reads Cisco Identity Services Engine: "CISE_Passed_Authentications
// 0000370855 1 0 2026-03-01 10:00:00.328 +00:00 0098648519 5200 NOTICE
// Passed-Authentication: Authentication succeeded, ConfigVersionId=75, UserName=anna, ..."
// (Cisco ISE Syslogs).
var ciscoISE = parser{
	name:      "cisco_ise",
	first:     "C",
	recognize: func(msg string) bool { return strings.HasPrefix(msg, "CISE_") },
	parse:     parseISE,
}

func parseISE(m *message, ev *event.Event) bool {
	category, rest, ok := strings.Cut(m.text, " ")
	if !ok {
		return false
	}
	var f [3]string
	for i := range f {
		if f[i], rest, ok = strings.Cut(strings.TrimLeft(rest, " "), " "); !ok || !isNumber(f[i]) {
			return false
		}
	}
	observe(ev, "Cisco", "ISE", "nac")
	from(ev, "cisco_ise", "cisco_ise.log")
	setNamed(ev, "cisco.ise.category", category)
	setNamed(ev, "cisco.ise.message_id", f[0])
	// Longer messages come in segments, of which the first has the head.
	text := rest
	if len(rest) > 45 && rest[4] == '-' && rest[10] == ' ' {
		setTime(ev, rest[:30], m.loc)
		words := strings.SplitN(strings.TrimLeft(rest[30:], " "), " ", 4)
		if len(words) == 4 {
			setNamed(ev, "event.sequence", numeric(words[0]))
			ev.Set(event.EventCode, words[1])
			ev.Set(event.LogLevel, lower(words[2]))
			text = words[3]
		}
	}
	k := keyed{ev: ev, loc: m.loc, prefix: "cisco.ise."}
	title, pairs, _ := strings.Cut(text, ", ")
	ev.Set(event.EventReason, title)
	for pair := range strings.SplitSeq(pairs, ", ") {
		key, value, ok := strings.Cut(pair, "=")
		if !ok || len(key) > 64 {
			continue
		}
		k.add("cisco.ise."+plainWord(key), strings.TrimRight(value, ","), iseKeys()[key])
	}
	switch {
	case strings.Contains(category, "Passed_Authentications"):
		classify(ev, catAuthentication, typeStart, actionLogonSuccess, success)
	case strings.Contains(category, "Failed_Attempts"):
		classify(ev, catAuthentication, typeStart, actionLogonFailed, failure)
	case strings.Contains(category, "RADIUS_Accounting"):
		classify(ev, catSession, typeInfo, "accounting", "")
	case strings.Contains(category, "Administrative") || strings.Contains(category, "Audit"):
		if !proseLogin(ev, title) {
			classify(ev, catConfiguration, typeChange, actionConfigChanged, proseOutcome(title))
		}
	default:
		if !proseLogin(ev, title) {
			classify(ev, catHost, typeInfo, "device-message", proseOutcome(title))
		}
	}
	return true
}

var iseKeys = lazyBindings(`
UserName,User,AdminName,User-Name  user.name:user
Calling-Station-ID  source.mac
AdminIPAddress,Remote-Address  source.ip
Framed-IP-Address  source.ip
Device\_IP\_Address,NAS-IP-Address  observer.ip
NetworkDeviceName  observer.name
FailureReason  event.reason
SelectedAuthenticationIdentityStores  cisco.ise.identity_store
SSID,Called-Station-ID  network.name
`)

// ivanti reads Ivanti (Pulse) Connect Secure: "2026-03-01 10:00:00 - ive -
// [192.0.2.9] anna(Users)[Role] - Login failed using auth server LDAP".
var ivanti = parser{
	name: "ivanti",
	bare: true,
	recognize: func(msg string) bool {
		head := msg[:min(len(msg), 96)]
		i := dashBracket.index(head)
		return i >= 0 && strings.Contains(head[i:], "] ") && strings.Contains(msg, ")[") && (strings.Contains(msg[:i], " - ") || strings.HasPrefix(msg, "PulseSecure"))
	},
	first: "0-9P",
	parse: func(m *message, ev *event.Event) bool {
		i := strings.Index(m.text, " - [")
		if i < 0 {
			return false
		}
		head, rest := m.text[:i], m.text[i+4:]
		ip, rest, ok := strings.Cut(rest, "] ")
		account, text, ok2 := strings.Cut(rest, " - ")
		if !ok || !ok2 || len(ip) > 64 {
			return false
		}
		head = strings.TrimPrefix(head, "PulseSecure: ")
		if stamp, name, ok := strings.Cut(strings.TrimLeft(head, " -"), " - "); ok {
			setTime(ev, stamp, m.loc)
			ev.Set(event.ObserverName, name)
		}
		observe(ev, "Ivanti", "Connect Secure", "vpn")
		from(ev, "pulse_connect_secure", "pulse_connect_secure.log")
		setSource(ev, ip)
		user, realm, _ := strings.Cut(account, "(")
		setUser(ev, event.UserName, user)
		realm, roles, _ := strings.Cut(realm, ")")
		setNamed(ev, "pulse_connect_secure.realm", realm)
		setNamed(ev, "user.roles", strings.Trim(roles, "[]"))
		ev.Set(event.EventReason, text)
		s := lower(text)
		switch {
		case proseLogin(ev, text):
		case strings.Contains(s, "session started") || strings.Contains(s, "vpn tunneling: session"):
			classify(ev, catSession, typeStart, actionSessionOpened, success)
		case strings.Contains(s, "session ended") || strings.Contains(s, "closed connection"):
			classify(ev, catSession, typeEnd, actionSessionClosed, success)
		default:
			classify(ev, catNetwork, connInfo, "vpn-message", proseOutcome(text))
		}
		return true
	},
}

// santa reads Santa, which allows and blocks programs on macOS:
// "[2026-03-01T10:00:00.248Z] I santad: action=EXEC|decision=DENY|path=...".
var santa = parser{
	name:  "santa",
	bare:  true,
	first: "[a",
	recognize: func(msg string) bool {
		return strings.Contains(msg[:min(len(msg), 64)], "action=") && strings.Contains(msg, "|") && (strings.Contains(msg[:min(len(msg), 64)], "santad") || strings.Contains(msg, "|decision="))
	},
	parse: func(m *message, ev *event.Event) bool {
		i := strings.Index(m.text, "action=")
		if i < 0 {
			return false
		}
		if stamp, _, ok := strings.Cut(strings.TrimPrefix(m.text[:i], "["), "]"); ok {
			setTime(ev, stamp, m.loc)
		}
		from(ev, "santa", "santa.log")
		k := keyed{ev: ev, loc: m.loc, prefix: "santa."}
		for pair := range strings.SplitSeq(m.text[i:], "|") {
			key, value, _ := strings.Cut(pair, "=")
			k.add("santa."+key, value, santaKeys()[key])
		}
		switch decision := k.get("santa.decision"); {
		case decision == "DENY":
			ev.Set(event.EventKind, "alert")
			classify(ev, catProcess, typeInfo, "program-blocked", failure)
		case k.action == "EXEC":
			classify(ev, catProcess, typeStart, actionProcessStarted, success)
		case k.action == "WRITE" || k.action == "RENAME" || k.action == "LINK":
			classify(ev, catFile, typeChange, "file-changed", success)
		case k.action == "DELETE":
			classify(ev, catFile, typeDeleted, "file-deleted", success)
		default:
			classify(ev, catHost, typeInfo, lower(orElse(k.action, "message")), "")
		}
		return true
	},
}

var santaKeys = lazyBindings(`
action  @action
reason  event.reason
sha256  process.hash.sha256
path  process.executable
args  process.command_line
pid  process.pid
ppid  process.parent.pid
user  user.name
uid  user.id
group  group.name
gid  group.id
`)
