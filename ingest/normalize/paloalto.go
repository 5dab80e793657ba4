package normalize

import (
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// paloAlto reads the logs of Palo Alto Networks firewalls and Panorama,
// comma-separated, the type in the fourth column (PAN-OS Administrator's
// Guide, "Syslog Field Descriptions"):
//
//	1,2026/03/01 10:00:00,0011,TRAFFIC,end,2561,2026/03/01 10:00:00,10.1.1.5,198.51.100.7,...
var paloAlto = parser{
	name:      "paloalto",
	first:     "^{",
	recognize: func(msg string) bool { return panType(msg) != "" },
	parse:     parsePaloAlto,
}

// panType returns the type of a row, "" for anything else.
func panType(msg string) string {
	s := msg
	for i := range 3 {
		j := strings.IndexByte(s, ',')
		if j < 0 || j > 64 || i == 0 && j != 1 {
			return ""
		}
		s = s[j+1:]
	}
	t, _, ok := strings.Cut(s, ",")
	if !ok {
		return ""
	}
	switch t {
	case "TRAFFIC", "THREAT", "SYSTEM", "CONFIG", "HIPMATCH", "HIP-MATCH", "GLOBALPROTECT", "USERID", "AUTHENTICATION", "DECRYPTION", "CORRELATION", "IPTAG", "IP-TAG",
		"TUNNEL", "START", "END", "SCTP", "GTP", "AUDIT":
		return t
	}
	return ""
}

func parsePaloAlto(m *message, ev *event.Event) bool {
	typ := panType(m.text)
	if typ == "" {
		return false
	}
	buf := rows.get()
	defer rows.put(buf)
	row := splitCSV(m.text, ',', *buf)
	defer clear(row)
	if len(row) < 8 {
		return false
	}
	k := keyed{ev: ev, loc: m.loc}
	table := panColumns()[typ]
	panCommon.bind(&k, row)
	table.bind(&k, row)
	k.bindHighRes(row)
	observe(ev, "Palo Alto Networks", "PAN-OS", "firewall")
	from(ev, "panw", "panw.panos")
	setNamed(ev, "panw.panos.type", typ)
	switch typ {
	case "TRAFFIC", "TUNNEL", "START", "END":
		panTraffic(&k, row[4])
	case "THREAT":
		panThreat(&k, row)
	case "CONFIG":
		classify(ev, catConfiguration, typeChange, actionConfigChanged, outcomeOf(k.outcome))
	case "SYSTEM":
		panSystem(&k, row)
	case "USERID":
		panLogin(&k, strings.EqualFold(row[4], "logout"), success)
	case "AUTHENTICATION":
		outcome := outcomeOf(k.outcome)
		if strings.Contains(lower(k.action), "fail") {
			outcome = failure
		} else if strings.Contains(lower(k.action), "succe") {
			outcome = success
		}
		panLogin(&k, false, outcome)
	case "GLOBALPROTECT":
		panGlobalProtect(&k, row)
	case "DECRYPTION":
		classify(ev, catNetwork, connInfo, actionConnectionLogged, "")
	default:
		classify(ev, catHost, typeInfo, "", "")
	}
	if ev.Has(event.SourceUserName) && !ev.Has(event.UserName) {
		ev.Set(event.UserName, ev.Get(event.SourceUserName))
	}
	return true
}

// bindHighRes takes the exact time that later releases append.
func (k *keyed) bindHighRes(row []string) {
	for i := len(row) - 1; i > 20; i-- {
		if v := row[i]; len(v) >= 24 && v[4] == '-' && v[10] == 'T' {
			if setTime(k.ev, v, k.loc) {
				return
			}
		}
	}
}

func panTraffic(k *keyed, subtype string) {
	ev := k.ev
	action := actionConnectionAllowed
	typ, outcome := connAllowed, success
	switch verdict := verdictOf(k.action); {
	case verdict == 'D' || subtype == "deny" || subtype == "drop":
		typ, action, outcome = connDenied, actionConnectionDenied, failure
	case subtype == "end":
		typ, action, outcome = connEnd, actionConnectionClosed, ""
	}
	classify(ev, catNetwork, typ, action, outcome)
	if start, ok := ev.LookupName("event.start"); ok {
		if duration, ok := ev.LookupName(fieldDuration); ok && isNumber(duration) {
			if ns, ok := parseTime(start, k.loc); ok {
				ev.SetExtra("event.end", event.FormatTime(ns+number(duration)))
			}
		}
	}
}

func panThreat(k *keyed, row []string) {
	ev := k.ev
	ev.Set(event.EventKind, "alert")
	if len(row) > 35 {
		// The row's source is the client's side; a threat from the server
		// comes the other way.
		setNamed(ev, "panw.panos.threat.direction", row[35])
		ev.Set(event.EventSeverity, panSeverities[row[34]])
		ev.Set(event.LogLevel, row[34])
		switch subtype := row[4]; subtype {
		case "url":
			ev.Set(event.EventKind, "event")
			setURL(ev, row[31])
		case "virus", "wildfire", "wildfire-virus", "ml-virus", "file", "data":
			if strings.ContainsAny(row[31], "/") {
				setURL(ev, row[31])
			} else {
				ev.Set(event.FileName, row[31])
			}
		default:
			setNamed(ev, "panw.panos.threat.resource", row[31])
		}
		if name, id, ok := cutLast(row[32], "("); ok {
			setNamed(ev, "threat.name", name)
			setNamed(ev, "panw.panos.threat.id", strings.TrimSuffix(id, ")"))
		}
	}
	if domain := ev.Get(event.URLDomain); domain != "" {
		ev.Set(event.DestinationDomain, domain)
	}
	switch verdict := verdictOf(k.action); {
	case verdict == 'D' || strings.HasPrefix(k.action, "block") || strings.HasPrefix(k.action, "reset") || k.action == "sinkhole":
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeDenied, "threat-blocked", failure)
	default:
		classify(ev, "intrusion_detection"+event.Separator+catNetwork, typeAllowed, "threat-detected", success)
	}
}

var panSeverities = map[string]string{"critical": "1", "high": "2", "medium": "3", "low": "4", "informational": "5"}

func panLogin(k *keyed, out bool, outcome string) {
	switch {
	case out:
		classify(k.ev, catAuthentication, typeEnd, actionLogoff, success)
	case outcome == failure:
		classify(k.ev, catAuthentication, typeStart, actionLogonFailed, failure)
	default:
		classify(k.ev, catAuthentication, typeStart, actionLogonSuccess, outcome)
	}
}

func panGlobalProtect(k *keyed, row []string) {
	if len(row) < 29 {
		return
	}
	outcome := outcomeOf(row[28])
	switch {
	case strings.Contains(row[8], "auth") || row[9] == "login":
		panLogin(k, false, outcome)
	case strings.Contains(row[8], "logout"):
		panLogin(k, true, outcome)
	default:
		classify(k.ev, catNetwork, connInfo, row[8], outcome)
	}
}

func panSystem(k *keyed, row []string) {
	ev := k.ev
	classify(ev, catHost, typeInfo, "", "")
	if len(row) < 15 {
		return
	}
	ev.Set(event.EventSeverity, panSeverities[row[13]])
	ev.Set(event.LogLevel, row[13])
	if row[8] != "" {
		ev.Set(event.EventAction, row[8])
	}
	panMessages.match("*", row[14], k)
}

// panMessages are descriptions of system logs that name people and addresses.
var panMessages = newTemplates(`
* authentication start logon-failed failure | failed authentication for user '{user.name source.user.name}'. [[ ]]Reason: {event.reason}. [[auth profile '{}', vsys '{}', ]][[server profile '{}', server address '{}', ]][[auth protocol '{}', ]]From: {source.ip}.
* authentication start logon-failed failure | failed authentication for user '{user.name source.user.name}'. [[ ]]Reason: {event.reason} From: {source.ip}.
* authentication start logon-success success | authenticated for user '{user.name source.user.name}'. {}From: {source.ip}.
* authentication start logon-success success | User {user.name source.user.name} logged in via {} from {source.ip} using {network.protocol:lower}
* authentication end logoff success | User {user.name source.user.name} logged out via {} from {source.ip}
* authentication start logon-failed failure | auth-fail: {} User name: {user.name source.user.name}, {}
* network info - success | DHCP lease started ip {client.ip} --> mac {client.mac} - hostname {host.name}, interface {observer.ingress.interface.name}

`)

var panCommon = newColumns(`
1  @time3
2  observer.serial_number
4  panw.panos.sub_type
6  @time2
`)

// panFlow are the columns that all logs about connections begin with.
const panFlow = `
7  source.ip
8  destination.ip
9  source.nat.ip
10  destination.nat.ip
11  rule.name
12  source.user.name:account user.name:account
13  destination.user.name:account
14  network.application
15  panw.panos.vsys
16  observer.ingress.zone
17  observer.egress.zone
18  observer.ingress.interface.name
19  observer.egress.interface.name
22  panw.panos.flow_id
23  event.count:number
24  source.port
25  destination.port
26  source.nat.port
27  destination.nat.port
29  network.transport
30  @action panw.panos.action
`

var panColumns = sync.OnceValue(func() map[string]columns {
	traffic := newColumns(panFlow + `
31  network.bytes
32  source.bytes
33  destination.bytes
34  network.packets
35  event.start
36  event.duration
37  panw.panos.url.category
39  event.sequence
41  source.geo.name
42  destination.geo.name
44  source.packets
45  destination.packets
46  event.reason
52  observer.name
65  rule.uuid
82  source.domain
83  source.mac
91  destination.mac
`)
	m := map[string]columns{
		"TRAFFIC": traffic, "START": traffic, "END": traffic, "TUNNEL": traffic,
		"THREAT": newColumns(panFlow + `
33  panw.panos.url.category
36  event.sequence
38  source.geo.name
39  destination.geo.name
41  http.request.mime_type
43  file.hash.sha256
46  user_agent.original
47  file.type
48  client.ip
49  http.request.referrer
50  email.from.address
51  email.subject
52  email.to.address
59  observer.name
63  http.request.method
76  rule.uuid
86  source.domain
87  source.mac
95  destination.mac
`),
		"SYSTEM": newColumns(`
15  event.sequence
22  observer.name
`),
		"CONFIG": newColumns(`
7  host.ip client.ip
9  panw.panos.cmd
10  user.name client.user.name
11  panw.panos.client
12  @outcome
13  panw.panos.path
16  event.sequence
23  observer.name
`),
		"HIPMATCH": newColumns(`
7  source.user.name:account user.name:account
9  source.domain
10  host.os.family
11  source.ip
12  rule.name
17  event.sequence
24  observer.name
26  source.ip
29  source.mac
`),
		"GLOBALPROTECT": newColumns(`
10  panw.panos.auth_method
11  panw.panos.tunnel_type
12  source.user.name:account user.name:account
14  source.domain
15  source.ip
16  source.ip
17  source.nat.ip
19  host.id
20  host.serial
21  user_agent.version
22  host.os.name
23  host.os.version
25  event.reason
26  error.message
28  @outcome
33  observer.egress.interface.alias
34  event.sequence
`),
		"USERID": newColumns(`
8  source.ip
9  source.user.name:account user.name:account
10  panw.panos.datasource
14  source.port
15  destination.port
18  event.sequence
25  observer.name
`),
		"AUTHENTICATION": newColumns(`
8  source.ip
9  source.user.name:account user.name:account
12  rule.name
15  panw.panos.auth.vendor
18  event.reason
20  @action
22  event.sequence
29  observer.name
31  network.protocol:lower
32  rule.uuid
`),
		"DECRYPTION": newColumns(panFlow + `
36  rule.uuid
39  tls.version_protocol
41  tls.cipher
44  tls.curve
49  tls.server.x509.serial_number
51  tls.server.not_before
52  tls.server.not_after
60  tls.server.x509.subject.common_name
61  tls.server.x509.issuer.common_name
63  tls.client.server_name
`),
		"IPTAG": newColumns(`
8  source.ip
`),
	}
	m["HIP-MATCH"], m["IP-TAG"] = m["HIPMATCH"], m["IPTAG"]
	return m
})
