package windows

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// DHCP reads the audit log of Windows' DHCP server (DhcpSrvLog-*.log): id,
// date, time, description, address, host name, MAC address, user, transaction
// and more
// (https://learn.microsoft.com/previous-versions/windows/it-pro/windows-server-2008-R2-and-2008/dd759178(v=ws.11)).
var DHCP = read.Parser{
	Name:      "microsoft_dhcp",
	Bare:      true,
	First:     "0-9",
	Recognize: isMicrosoftDHCP,
	Parse:     parseMicrosoftDHCP,
}

// isMicrosoftDHCP recognizes "10,03/01/26,10:00:00,".
func isMicrosoftDHCP(msg string) bool {
	return len(msg) > 24 && read.IsNumber(msg[:2]) && msg[2] == ',' && msg[5] == '/' && msg[8] == '/' && msg[11] == ',' && msg[14] == ':' && msg[17] == ':' && msg[20] == ','
}

func parseMicrosoftDHCP(m *read.Message, ev *event.Event) bool {
	var f [19]string
	n := 0
	for rest, more := m.Text, true; more && n < len(f); n++ {
		f[n], rest, more = strings.Cut(rest, ",")
		f[n] = strings.TrimSpace(f[n])
	}
	if n < 6 {
		return false
	}
	if t, err := time.ParseInLocation("01/02/06 15:04:05", f[1]+" "+f[2], m.Location); err == nil {
		ev.Time = t.UnixNano()
	}
	read.From(ev, "microsoft_dhcp", "microsoft_dhcp.log")
	read.Observe(ev, "Microsoft", "DHCP Server", "dhcp")
	ev.Set(event.EventCode, f[0])
	ev.Set(event.EventReason, f[3])
	ev.Set(event.NetworkProtocol, "dhcp")
	if ip, _ := read.ParseIP(f[4]); ip != "" {
		read.SetSource(ev, ip)
	}
	read.SetAddress(ev, event.SourceIP, event.SourceDomain, f[5])
	read.SetMAC(ev, event.SourceMAC, f[6])
	ev.Set(event.UserName, f[7])
	what, ok := microsoftDHCPKinds[f[0]]
	switch {
	case ok:
	case f[0] >= "50":
		what = microsoftDHCPKinds["50+"]
		what.Outcome = read.ProseOutcome(f[3])
	default:
		what = microsoftDHCPKinds["*"]
	}
	what.Set(ev)
	return true
}

var microsoftDHCPKinds = read.NewKinds(`
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
