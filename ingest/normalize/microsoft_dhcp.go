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
	if !ok {
		what = kind{catNetwork, typeInfo, "dhcp-message", ""}
		if f[0] >= "50" {
			what = kind{catConfiguration, typeInfo, "dhcp-authorization", proseOutcome(f[3])}
		}
	}
	classify(ev, what.category, what.typ, what.action, what.outcome)
	return true
}

var microsoftDHCPKinds = map[string]kind{
	"00": {catHost, typeStart, "log-started", success}, "01": {catHost, typeEnd, "log-stopped", success}, "02": {catHost, "error", "log-paused", failure},
	"10": {catNetwork, connStart, "lease-assigned", success}, "11": {catNetwork, connInfo, "lease-renewed", success}, "12": {catNetwork, connEnd, "lease-released", success},
	"13": {catNetwork, typeInfo, "address-in-use", failure}, "14": {catNetwork, typeInfo, "pool-exhausted", failure}, "15": {catNetwork, typeDenied, "lease-denied", failure},
	"16": {catNetwork, connEnd, "lease-deleted", success}, "17": {catNetwork, connEnd, "lease-expired", success}, "18": {catNetwork, connEnd, "lease-expired", success},
	"20": {catNetwork, connStart, "lease-assigned", success}, "21": {catNetwork, connStart, "lease-assigned", success}, "22": {catNetwork, typeInfo, "pool-exhausted", failure},
	"23": {catNetwork, connEnd, "lease-deleted", success}, "24": {catHost, typeInfo, "cleanup-started", ""}, "25": {catHost, typeInfo, "cleanup-finished", success},
	"30": {catNetwork, typeInfo, "dns-update-requested", ""}, "31": {catNetwork, typeInfo, "dns-update-failed", failure}, "32": {catNetwork, typeInfo, "dns-updated", success},
	"33": {catNetwork, typeDenied, "packet-dropped", failure}, "36": {catNetwork, typeDenied, "packet-dropped", failure},
}
