package mail

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Exchange reads Exchange Server's CSV logs: SMTP protocol and HTTP proxy.
var Exchange = read.Parser{
	Name:  "exchange",
	Bare:  true,
	First: "0-9",
	Recognize: func(msg string) bool {
		return len(msg) > 60 && msg[4] == '-' && msg[10] == 'T' && msg[23] == 'Z' && msg[24] == ',' && strings.Count(msg, ",") >= 7
	},
	Parse: parseExchange,
}

func parseExchange(m *read.Message, ev *event.Event) bool {
	buf := read.Rows.Get()
	defer read.Rows.Put(buf)
	row := read.SplitCSV(m.Text, ',', *buf)
	defer clear(row)
	if len(row) < 8 {
		return false
	}
	k := read.Keyed{Event: ev, Location: time.UTC}
	switch {
	case len(row) > 25 && len(row[1]) == 36: // HTTP proxy: time, request id, version...
		exchangeHTTP.Bind(&k, row)
		read.From(ev, "exchange", "exchange.httpproxy")
		k.WebAccess()
	case row[6] == "*" || row[6] == "+" || row[6] == "-" || row[6] == "<" || row[6] == ">": // SMTP: time, connector, session, sequence, local, remote, event, data
		exchangeSMTP.Bind(&k, row)
		read.From(ev, "exchange", "exchange.smtp")
		ev.Set(event.NetworkProtocol, "smtp")
		read.Classify(ev, "email"+event.Separator+read.CategoryNetwork, read.TypeInfo, "", "")
	default:
		return false
	}
	read.SetTime(ev, row[0], time.UTC)
	return true
}

// exchangeHTTP are the columns of the HTTP proxy's log: DateTime, RequestId,
// MajorVersion, MinorVersion, BuildVersion, RevisionVersion, ClientRequestId,
// Protocol, UrlHost, UrlStem, ProtocolAction, AuthenticationType,
// IsAuthenticated, AuthenticatedUser, Organization, AnchorMailbox, UserAgent,
// ClientIpAddress, ServerHostName, HttpStatus, BackEndStatus, ErrorCode,
// Method, ProxyAction, TargetServer ...
var exchangeHTTP = read.NewColumns(`
7  exchange.protocol
8  url.domain
9  url.path
13  user.name:account
16  user_agent.original
17  source.ip
18  observer.name
19  http.response.status_code
22  http.request.method
24  destination.domain
`)

var exchangeSMTP = read.NewColumns(`
1  exchange.connector
2  exchange.session
3  event.sequence
4  destination.ip:anyip
5  source.ip:anyip
7  event.reason
`)
