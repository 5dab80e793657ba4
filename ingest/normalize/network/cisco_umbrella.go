package network

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Umbrella reads the CSV that Cisco Umbrella exports to S3: DNS, proxy and
// firewall logs, IP logs and the admin audit log
// (https://docs.umbrella.com/deployment-umbrella/docs/log-formats-and-versioning).
// Files are told apart by their folder, rows by their columns.
var Umbrella = read.Parser{
	Name:  "cisco_umbrella",
	Bare:  true,
	First: "\"",
	Recognize: func(msg string) bool {
		if msg[0] != '"' || strings.Count(msg[:min(len(msg), 400)], `","`) < 4 {
			return false
		}
		return len(msg) > 40 && (isUmbrellaTime(msg[1:]) || umbrellaAudit(msg))
	},
	Parse: parseUmbrella,
}

func isUmbrellaTime(s string) bool {
	return len(s) > 20 && s[4] == '-' && s[7] == '-' && s[10] == ' ' && s[13] == ':' && s[19] == '"'
}

func umbrellaAudit(msg string) bool {
	id, rest, ok := strings.Cut(msg[1:], `","`)
	return ok && read.IsNumber(id) && isUmbrellaTime(rest)
}

func parseUmbrella(m *read.Message, ev *event.Event) bool {
	buf := read.Rows.Get()
	defer read.Rows.Put(buf)
	row := read.SplitCSV(strings.ReplaceAll(m.Text, `", "`, `","`), ',', *buf)
	defer clear(row)
	if len(row) < 6 {
		return false
	}
	k := read.Keyed{Event: ev, Location: time.UTC}
	read.Observe(ev, "Cisco", "Umbrella", "")
	read.From(ev, "cisco_umbrella", "cisco_umbrella.log")
	ip := func(i int) bool {
		if i >= len(row) {
			return false
		}
		a, _ := read.ParseIP(row[i])
		return a != ""
	}
	switch {
	case umbrellaAudit(m.Text) && len(row) >= 7:
		umbrellaAuditColumns.Bind(&k, row)
		if row[2] != "null" {
			ev.Set(event.UserEmail, row[2])
			ev.Set(event.UserID, row[2])
			ev.Set(event.UserName, row[3])
		}
		k.CloudAction(row[5], read.Success)
		ev.Set(event.EventAction, row[5])
	case len(row) >= 7 && ip(2) && read.IsPort(row[3]) && ip(4): // IP log
		umbrellaIPColumns.Bind(&k, row)
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
	case len(row) >= 9 && (ip(3) || ip(4)) && (row[5] == "Allowed" || row[5] == "Blocked" || row[5] == "Proxied"): // DNS
		umbrellaDNSColumns.Bind(&k, row)
		if typ, _, ok := strings.Cut(row[6], " ("); ok && read.IsNumber(typ) {
			ev.Set(event.DNSQuestionType, read.DNSTypeName(typ))
		}
		ev.Set(event.DNSQuestionName, strings.TrimSuffix(row[8], "."))
		ev.Set(event.NetworkProtocol, "dns")
		if row[5] == "Blocked" {
			read.Classify(ev, read.CategoryNetwork, read.TypeConnectionDenied, "dns-blocked", read.Failure)
		} else {
			read.Classify(ev, read.CategoryNetwork, "protocol", "dns-query", "")
		}
	case len(row) >= 14 && ip(2) && ip(4): // proxy
		umbrellaProxyColumns.Bind(&k, row)
		k.WebAccess()
	case len(row) >= 12 && ip(6): // firewall: time, origin, identity, type, direction, protocol, size, source...
		umbrellaFirewallColumns.Bind(&k, row)
		read.ConcludeAction(ev, k.Action, "")
	default:
		umbrellaFirewallColumns.Bind(&k, row)
		read.ConcludeAction(ev, k.Action, "")
	}
	return true
}

var umbrellaAuditColumns = read.NewColumns(`
0  event.id
1  @time1
4  event.provider
6  source.ip
`)

var umbrellaIPColumns = read.NewColumns(`
0  @time1
1  cisco.umbrella.identity
2  source.ip
3  source.port
4  destination.ip
5  destination.port
6  cisco.umbrella.categories
`)

var umbrellaDNSColumns = read.NewColumns(`
0  @time1
1  cisco.umbrella.identity
3  source.ip
4  source.nat.ip
7  dns.response_code:dnscode
9  cisco.umbrella.categories
`)

var umbrellaProxyColumns = read.NewColumns(`
0  @time1
1  cisco.umbrella.identity
2  source.ip
3  source.nat.ip
4  destination.ip
5  http.response.mime_type
6  @action
7  url.original
8  http.request.referrer
9  user_agent.original
10  http.response.status_code
11  http.request.bytes
12  http.response.bytes
13  http.response.body.bytes
14  file.hash.sha256
15  cisco.umbrella.categories
`)

var umbrellaFirewallColumns = read.NewColumns(`
0  @time1
1  cisco.umbrella.origin_id
2  cisco.umbrella.identity
4  network.direction
5  network.transport
6  network.bytes
7  source.ip
8  source.port
9  destination.ip
10  destination.port
12  rule.id
13  @action
`)
