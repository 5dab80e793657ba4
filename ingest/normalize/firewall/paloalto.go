package firewall

import (
	"strings"
	"sync"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// PaloAlto reads the logs of Palo Alto Networks firewalls and Panorama,
// comma-separated, the type in the fourth column (PAN-OS Administrator's
// Guide, "Syslog Field Descriptions"):
//
//	1,2026/03/01 10:00:00,0011,TRAFFIC,end,2561,2026/03/01 10:00:00,10.1.1.5,198.51.100.7,...
var PaloAlto = read.Parser{
	Name:      "paloalto",
	First:     "^{",
	Recognize: func(msg string) bool { return panType(msg) != "" },
	Parse:     parsePaloAlto,
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

func parsePaloAlto(m *read.Message, ev *event.Event) bool {
	typ := panType(m.Text)
	if typ == "" {
		return false
	}
	buf := read.Rows.Get()
	defer read.Rows.Put(buf)
	row := read.SplitCSV(m.Text, ',', *buf)
	defer clear(row)
	if len(row) < 8 {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	table := panColumns()[typ]
	panCommon.Bind(&k, row)
	table.Bind(&k, row)
	bindHighRes(&k, row)
	read.Observe(ev, "Palo Alto Networks", "PAN-OS", "firewall")
	read.From(ev, "panw", "panw.panos")
	read.SetNamed(ev, "panw.panos.type", typ)
	switch typ {
	case "TRAFFIC", "TUNNEL", "START", "END":
		panTraffic(&k, row[4])
	case "THREAT":
		panThreat(&k, row)
	case "CONFIG":
		read.Classify(ev, read.CategoryConfiguration, read.TypeChange, read.ActionConfigChanged, read.OutcomeOf(k.Outcome))
	case "SYSTEM":
		panSystem(&k, row)
	case "USERID":
		panLogin(&k, strings.EqualFold(row[4], "logout"), read.Success)
	case "AUTHENTICATION":
		outcome := read.OutcomeOf(k.Outcome)
		if strings.Contains(read.Lower(k.Action), "fail") {
			outcome = read.Failure
		} else if strings.Contains(read.Lower(k.Action), "succe") {
			outcome = read.Success
		}
		panLogin(&k, false, outcome)
	case "GLOBALPROTECT":
		panGlobalProtect(&k, row)
	case "DECRYPTION":
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	default:
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	}
	if ev.Has(event.SourceUserName) && !ev.Has(event.UserName) {
		ev.Set(event.UserName, ev.Get(event.SourceUserName))
	}
	return true
}

// bindHighRes reads the exact time that later releases append.
func bindHighRes(k *read.Keyed, row []string) {
	for i := len(row) - 1; i > 20; i-- {
		if v := row[i]; len(v) >= 24 && v[4] == '-' && v[10] == 'T' {
			if read.SetTime(k.Event, v, k.Location) {
				return
			}
		}
	}
}

func panTraffic(k *read.Keyed, subtype string) {
	ev := k.Event
	action := read.ActionConnectionAllowed
	typ, outcome := read.TypeConnectionAllowed, read.Success
	switch verdict := read.VerdictOf(k.Action); {
	case verdict == read.Denied || subtype == "deny" || subtype == "drop":
		typ, action, outcome = read.TypeConnectionDenied, read.ActionConnectionDenied, read.Failure
	case subtype == "end":
		typ, action, outcome = read.TypeConnectionEnd, read.ActionConnectionClosed, ""
	}
	read.Classify(ev, read.CategoryNetwork, typ, action, outcome)
	if start, ok := ev.LookupName("event.start"); ok {
		if duration, ok := ev.LookupName(read.FieldDuration); ok && read.IsNumber(duration) {
			if ns, ok := read.ParseTime(start, k.Location); ok {
				ev.SetExtra("event.end", event.FormatTime(ns+number(duration)))
			}
		}
	}
}

func panThreat(k *read.Keyed, row []string) {
	ev := k.Event
	ev.Set(event.EventKind, "alert")
	if len(row) > 35 {
		// The row's source is the client; a threat from the server goes the
		// other way.
		read.SetNamed(ev, "panw.panos.threat.direction", row[35])
		ev.Set(event.EventSeverity, panSeverities[row[34]])
		ev.Set(event.LogLevel, row[34])
		switch subtype := row[4]; subtype {
		case "url":
			ev.Set(event.EventKind, "event")
			read.SetURL(ev, row[31])
		case "virus", "wildfire", "wildfire-virus", "ml-virus", "file", "data":
			if strings.ContainsAny(row[31], "/") {
				read.SetURL(ev, row[31])
			} else {
				ev.Set(event.FileName, row[31])
			}
		default:
			read.SetNamed(ev, "panw.panos.threat.resource", row[31])
		}
		if name, id, ok := read.CutLast(row[32], "("); ok {
			read.SetNamed(ev, "threat.name", name)
			read.SetNamed(ev, "panw.panos.threat.id", strings.TrimSuffix(id, ")"))
		}
	}
	if domain := ev.Get(event.URLDomain); domain != "" {
		ev.Set(event.DestinationDomain, domain)
	}
	switch verdict := read.VerdictOf(k.Action); {
	case verdict == read.Denied || strings.HasPrefix(k.Action, "block") || strings.HasPrefix(k.Action, "reset") || k.Action == "sinkhole":
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeDenied, "threat-blocked", read.Failure)
	default:
		read.Classify(ev, "intrusion_detection"+event.Separator+read.CategoryNetwork, read.TypeAllowed, "threat-detected", read.Success)
	}
}

var panSeverities = map[string]string{"critical": "1", "high": "2", "medium": "3", "low": "4", "informational": "5"}

func panLogin(k *read.Keyed, out bool, outcome string) {
	switch {
	case out:
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeEnd, read.ActionLogoff, read.Success)
	case outcome == read.Failure:
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonFailed, read.Failure)
	default:
		read.Classify(k.Event, read.CategoryAuthentication, read.TypeStart, read.ActionLogonSuccess, outcome)
	}
}

func panGlobalProtect(k *read.Keyed, row []string) {
	if len(row) < 29 {
		return
	}
	outcome := read.OutcomeOf(row[28])
	switch {
	case strings.Contains(row[8], "auth") || row[9] == "login":
		panLogin(k, false, outcome)
	case strings.Contains(row[8], "logout"):
		panLogin(k, true, outcome)
	default:
		read.Classify(k.Event, read.CategoryNetwork, read.TypeConnectionInfo, row[8], outcome)
	}
}

func panSystem(k *read.Keyed, row []string) {
	ev := k.Event
	read.Classify(ev, read.CategoryHost, read.TypeInfo, "", "")
	if len(row) < 15 {
		return
	}
	ev.Set(event.EventSeverity, panSeverities[row[13]])
	ev.Set(event.LogLevel, row[13])
	if row[8] != "" {
		ev.Set(event.EventAction, row[8])
	}
	panMessages.Match("*", row[14], k)
}

// panMessages are descriptions in system logs that name people and addresses.
var panMessages = read.NewTemplates(`
* authentication start logon-failed failure | failed authentication for user '{user.name source.user.name}'. [[ ]]Reason: {event.reason}. [[auth profile '{}', vsys '{}', ]][[server profile '{}', server address '{}', ]][[auth protocol '{}', ]]From: {source.ip}.
* authentication start logon-failed failure | failed authentication for user '{user.name source.user.name}'. [[ ]]Reason: {event.reason} From: {source.ip}.
* authentication start logon-success success | authenticated for user '{user.name source.user.name}'. {}From: {source.ip}.
* authentication start logon-success success | User {user.name source.user.name} logged in via {} from {source.ip} using {network.protocol:lower}
* authentication end logoff success | User {user.name source.user.name} logged out via {} from {source.ip}
* authentication start logon-failed failure | auth-fail: {} User name: {user.name source.user.name}, {}
* network info - success | DHCP lease started ip {client.ip} --> mac {client.mac} - hostname {host.name}, interface {observer.ingress.interface.name}

`)

var panCommon = read.NewColumns(`
1  @time3
2  observer.serial_number
4  panw.panos.sub_type
6  @time2
`)

// panFlow are the columns that all connection logs begin with.
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

var panColumns = sync.OnceValue(func() map[string]read.Columns {
	traffic := read.NewColumns(panFlow + `
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
	m := map[string]read.Columns{
		"TRAFFIC": traffic, "START": traffic, "END": traffic, "TUNNEL": traffic,
		"THREAT": read.NewColumns(panFlow + `
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
		"SYSTEM": read.NewColumns(`
15  event.sequence
22  observer.name
`),
		"CONFIG": read.NewColumns(`
7  host.ip client.ip
9  panw.panos.cmd
10  user.name client.user.name
11  panw.panos.client
12  @outcome
13  panw.panos.path
16  event.sequence
23  observer.name
`),
		"HIPMATCH": read.NewColumns(`
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
		"GLOBALPROTECT": read.NewColumns(`
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
		"USERID": read.NewColumns(`
8  source.ip
9  source.user.name:account user.name:account
10  panw.panos.datasource
14  source.port
15  destination.port
18  event.sequence
25  observer.name
`),
		"AUTHENTICATION": read.NewColumns(`
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
		"DECRYPTION": read.NewColumns(panFlow + `
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
		"IPTAG": read.NewColumns(`
8  source.ip
`),
	}
	m["HIP-MATCH"], m["IP-TAG"] = m["HIPMATCH"], m["IPTAG"]
	return m
})
