package normalize

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// microsoftDHCP reads the audit log of the DHCP server of Windows
// (DhcpSrvLog-*.log): id, date, time, description, address, host name, MAC
// address, user, transaction and more
// (https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd759178(v=ws.11)).
var microsoftDHCP = parser{
	name:      "microsoft_dhcp",
	bare:      true,
	first:     "0-9",
	recognize: isMicrosoftDHCP,
	parse:     parseMicrosoftDHCP,
}

// isMicrosoftDHCP recognizes "10,03/01/26,10:00:00,".
func isMicrosoftDHCP(msg string) bool {
	return len(msg) > 24 && isNumber(msg[:2]) && msg[2] == ',' && msg[5] == '/' && msg[8] == '/' && msg[11] == ',' && msg[14] == ':' && msg[17] == ':' && msg[20] == ','
}

func parseMicrosoftDHCP(m *message, ev *event.Event) bool {
	var f [19]string
	n := 0
	for rest, more := m.text, true; more && n < len(f); n++ {
		f[n], rest, more = strings.Cut(rest, ",")
		f[n] = strings.TrimSpace(f[n])
	}
	if n < 6 {
		return false
	}
	if t, err := time.ParseInLocation("01/02/06 15:04:05", f[1]+" "+f[2], m.loc); err == nil {
		ev.Time = t.UnixNano()
	}
	from(ev, "microsoft_dhcp", "microsoft_dhcp.log")
	observe(ev, "Microsoft", "DHCP Server", "dhcp")
	ev.Set(event.EventCode, f[0])
	ev.Set(event.EventReason, f[3])
	ev.Set(event.NetworkProtocol, "dhcp")
	if ip, _ := parseIP(f[4]); ip != "" {
		setSource(ev, ip)
	}
	setAddress(ev, event.SourceIP, event.SourceDomain, f[5])
	setMAC(ev, event.SourceMAC, f[6])
	ev.Set(event.UserName, f[7])
	what, ok := microsoftDHCPKinds[f[0]]
	switch {
	case ok:
	case f[0] >= "50":
		what = microsoftDHCPKinds["50+"]
		what.outcome = proseOutcome(f[3])
	default:
		what = microsoftDHCPKinds["*"]
	}
	what.set(ev)
	return true
}

var microsoftDHCPKinds = newKinds(`
00  host start log-started success
01  host end log-stopped success
02  host error log-paused failure
10,20,21  network connection+start lease-assigned success
11  network connection+info lease-renewed success
12  network connection+end lease-released success
13  network info address-in-use failure
14,22  network info pool-exhausted failure
15  network denied lease-denied failure
16,23  network connection+end lease-deleted success
17,18  network connection+end lease-expired success
24  host info cleanup-started -
25  host info cleanup-finished success
30  network info dns-update-requested -
31  network info dns-update-failed failure
32  network info dns-updated success
33,36  network denied packet-dropped failure
50+  configuration info dhcp-authorization -
*  network info dhcp-message -
`)
