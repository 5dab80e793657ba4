package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// exchange reads Exchange Server's CSV logs: the SMTP protocol's and the HTTP
// proxy's.
var exchange = parser{
	name:  "exchange",
	bare:  true,
	first: "0-9",
	recognize: func(msg string) bool {
		return len(msg) > 60 && msg[4] == '-' && msg[10] == 'T' && msg[23] == 'Z' && msg[24] == ',' && strings.Count(msg, ",") >= 7
	},
	parse: parseExchange,
}

func parseExchange(m *message, ev *event.Event) bool {
	buf := rows.get()
	defer rows.put(buf)
	row := splitCSV(m.text, ',', *buf)
	defer clear(row)
	if len(row) < 8 {
		return false
	}
	k := keyed{ev: ev, loc: time.UTC}
	switch {
	case len(row) > 25 && len(row[1]) == 36: // HTTP proxy: time, request id, version...
		exchangeHTTP.bind(&k, row)
		from(ev, "exchange", "exchange.httpproxy")
		k.webAccess()
	case row[6] == "*" || row[6] == "+" || row[6] == "-" || row[6] == "<" || row[6] == ">": // SMTP: time, connector, session, sequence, local, remote, event, data
		exchangeSMTP.bind(&k, row)
		from(ev, "exchange", "exchange.smtp")
		ev.Set(event.NetworkProtocol, "smtp")
		classify(ev, "email"+event.Separator+catNetwork, typeInfo, "", "")
	default:
		return false
	}
	setTime(ev, row[0], time.UTC)
	return true
}

// exchangeHTTP are the columns of the HTTP proxy's log: DateTime, RequestId,
// MajorVersion, MinorVersion, BuildVersion, RevisionVersion, ClientRequestId,
// Protocol, UrlHost, UrlStem, ProtocolAction, AuthenticationType,
// IsAuthenticated, AuthenticatedUser, Organization, AnchorMailbox, UserAgent,
// ClientIpAddress, ServerHostName, HttpStatus, BackEndStatus, ErrorCode,
// Method, ProxyAction, TargetServer ...
var exchangeHTTP = newColumns(`
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

var exchangeSMTP = newColumns(`
1  exchange.connector
2  exchange.session
3  event.sequence
4  destination.ip:anyip
5  source.ip:anyip
7  event.reason
`)
