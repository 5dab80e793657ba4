package cloud

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// AmazonText reads what Amazon Web Services write as plain lines: VPC flow
// logs (version 2), the access logs of load balancers, and Route 53's queries:
//
//	2 123456789010 eni-1 203.0.113.12 10.1.1.5 49761 3389 6 20 4249 1772359200 1772359260 REJECT OK
//	http 2026-03-01T10:00:00.186641Z app/lb/50dc6c 203.0.113.7:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://a/ HTTP/1.1" "curl/8" - - ...
//	1.0 2026-03-01T10:00:00.130Z Z1234 example.com A NOERROR UDP FRA6 203.0.113.7 -
var AmazonText = read.Parser{
	Name:  "aws_text",
	Bare:  true,
	First: "^{",
	Recognize: func(msg string) bool {
		switch {
		case strings.HasPrefix(msg, "2 ") && (strings.HasSuffix(msg, " OK") || strings.HasSuffix(msg, " NODATA") || strings.HasSuffix(msg, " SKIPDATA")):
			return true
		case strings.HasPrefix(msg, "1.0 ") && len(msg) > 24 && msg[8] == '-' && msg[14] == 'T':
			return true
		}
		word, rest := read.CutWord(msg)
		switch word {
		case "http", "https", "h2", "grpcs", "ws", "wss", "tls":
			return len(rest) > 28 && rest[4] == '-' && rest[10] == 'T'
		}
		return false
	},
	Parse: parseAmazonText,
}

func parseAmazonText(m *read.Message, ev *event.Event) bool {
	var f [40]string
	n := 0
	for rest := m.Text; rest != "" && n < len(f); {
		rest = strings.TrimLeft(rest, " ")
		if text, after, ok := read.CutQuoted(rest); ok {
			f[n], rest = text, after
		} else {
			f[n], rest = read.CutWord(rest)
		}
		n++
	}
	k := read.Keyed{Event: ev, Location: time.UTC}
	bind := func(cs read.Columns) {
		for i, b := range cs {
			if i < n && b != nil {
				k.Bind(b, f[i])
			}
		}
	}
	switch {
	case f[0] == "2" && n >= 14:
		bind(vpcFlowColumns)
		read.From(ev, "aws", "aws.vpcflow")
		read.Classify(ev, read.CategoryNetwork, read.TypeConnectionInfo, read.ActionConnectionLogged, "")
		read.ConcludeAction(ev, f[12], "")
	case f[0] == "1.0" && n >= 9:
		bind(route53Columns)
		ev.Set(event.NetworkProtocol, "dns")
		read.From(ev, "aws", "aws.route53_public_logs")
		read.Classify(ev, read.CategoryNetwork, "protocol", "dns-query", "")
	case n >= 14:
		bind(elbColumns)
		read.RequestLine(ev, f[12])
		read.From(ev, "aws", "aws.elb_logs")
		k.WebAccess()
	default:
		return false
	}
	read.SetNamed(ev, "cloud.provider", "aws")
	return true
}

var vpcFlowColumns = read.NewColumns(`
1  cloud.account.id
2  aws.vpcflow.interface_id
3  source.ip
4  destination.ip
5  source.port
6  destination.port
7  network.transport
8  source.packets network.packets
9  source.bytes network.bytes
10  event.start
11  event.end @time1
`)

var route53Columns = read.NewColumns(`
1  @time1
2  aws.route53.hosted_zone_id
3  dns.question.name
4  dns.question.type
5  dns.response_code
6  network.transport
7  aws.route53.edge_location
8  source.ip
`)

// elbColumns are those of an Application Load Balancer
// (https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html).
var elbColumns = read.NewColumns(`
1  @time1 event.end
2  aws.elb.name
3  source.ip:anyip
4  destination.ip:anyip
8  http.response.status_code
10  http.request.body.bytes
11  http.response.body.bytes
13  user_agent.original
14  tls.cipher
15  tls.version:tlsversion
17  trace.id
21  event.start
`)
