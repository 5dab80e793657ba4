package store

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"porchlight/ingest"
	"porchlight/ingest/event"
)

// network generates the events of an office of some 60 devices as the parsers
// make them of syslog: firewall, DNS, web, Windows, sshd and DHCP, about 250
// bytes and 20 fields each. Addresses, names and users are as unevenly
// distributed as in real life; nights are quiet.
type network struct {
	r       *rand.Rand
	at      time.Time
	step    time.Duration // mean time between two events at noon
	parser  ingest.Parser
	outside *rand.Zipf // addresses of the internet
	inside  *rand.Zipf // devices
	names   *rand.Zipf // domains
	users   *rand.Zipf
}

func newNetwork(seed uint64, from time.Time, step time.Duration) *network {
	r := rand.New(rand.NewPCG(seed, 77))
	return &network{r: r, at: from, step: step, parser: ingest.NewParser(time.UTC),
		outside: rand.NewZipf(r, 1.15, 8, outsideAddresses), inside: rand.NewZipf(r, 1.2, 4, 60),
		names: rand.NewZipf(r, 1.1, 6, 30_000), users: rand.NewZipf(r, 1.3, 2, 39)}
}

func (n *network) device() int        { return int(n.inside.Uint64()) }
func (n *network) local(d int) string { return fmt.Sprintf("192.168.%d.%d", 1+d%3, 10+d) }
func (n *network) remote() string     { return outsideAddress(n.outside.Uint64()) }

// outsideAddresses is how many addresses of the internet there are.
const outsideAddresses = 400_000

// outsideAddress returns the address of a rank, from 0: the higher, the rarer.
func outsideAddress(rank uint64) string {
	x := rank*2654435761 + 1e9 // spread over the address space
	return fmt.Sprintf("%d.%d.%d.%d", 11+x>>24%200, x>>16&255, x>>8&255, x&255)
}
func (n *network) domain() string {
	x := n.names.Uint64()
	return [...]string{"www.", "api.", "cdn.", "mail.", "img-", "update."}[x%6] + [...]string{"northwind", "contoso", "fabrikam", "example", "tailspin", "litware"}[x/6%6] +
		fmt.Sprint(x/36) + [...]string{".com", ".net", ".de", ".io"}[x%4]
}
func (n *network) user() string {
	x := n.users.Uint64()
	return [...]string{"anna", "m.keller", "petra", "j.doe", "svc-backup", "admin", "root", "oracle"}[x%8] + [...]string{"", "2", ".ext", "-adm", "9"}[x/8]
}
func (n *network) mac(d int) string {
	return fmt.Sprintf("00:1b:21:%02x:%02x:%02x", d*7%256, d*13%256, d*29%256)
}

// line makes the next message.
func (n *network) line() string {
	r := n.r
	hour := n.at.Hour()
	pause := float64(n.step)
	if hour < 6 || hour > 20 {
		pause *= 4
	}
	n.at = n.at.Add(time.Duration(r.ExpFloat64() * pause))
	stamp := n.at.Format("2006-01-02T15:04:05.000000Z07:00")
	d := n.device()
	switch k := r.IntN(100); {
	case k < 36:
		return fmt.Sprintf("<134>1 %s fw-edge filterlog 71234 - - %d,,,1000000103,igb%d,match,%s,%s,4,0x0,,%d,%d,0,DF,6,tcp,%d,%s,%s,%d,%d,%d,S,%d,,64240,,mss;nop;wscale;nop;nop;sackOK",
			stamp, r.IntN(40), r.IntN(2), [...]string{"block", "pass", "pass", "pass"}[r.IntN(4)], [...]string{"in", "out"}[r.IntN(2)], 52+r.IntN(12), r.IntN(65536), 40+r.IntN(1460),
			n.local(d), n.remote(), 1024+r.IntN(64000), [...]int{443, 443, 443, 80, 53, 22, 445, 3389}[r.IntN(8)], r.IntN(1400), r.Uint32())
	case k < 60:
		return fmt.Sprintf("<30>1 %s dns-01 unbound %d - - type=query client=%s srcport=%d name=%s qtype=%s rcode=%s duration=%d bytes=%d upstream=%s proto=udp view=office cache=%s",
			stamp, 800+r.IntN(3), n.local(d), 1024+r.IntN(64000), n.domain(), [...]string{"A", "AAAA", "HTTPS", "PTR"}[r.IntN(4)], [...]string{"NOERROR", "NOERROR", "NOERROR", "NXDOMAIN"}[r.IntN(4)],
			r.IntN(90), 60+r.IntN(400), [...]string{"9.9.9.9", "1.1.1.1"}[r.IntN(2)], [...]string{"hit", "miss"}[r.IntN(2)])
	case k < 78:
		return fmt.Sprintf("<134>1 %s proxy squid %d - - src=%s spt=%d user=%s method=%s url=https://%s/%s/%d status=%d bytes=%d duration=%d action=%s useragent=\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Firefox/%d.0\"",
			stamp, 1200+r.IntN(4), n.local(d), 1024+r.IntN(64000), n.user(), [...]string{"GET", "GET", "GET", "POST", "CONNECT"}[r.IntN(5)], n.domain(), [...]string{"index", "assets", "api/v2", "img"}[r.IntN(4)],
			r.IntN(100_000), [...]int{200, 200, 200, 304, 404, 403, 500}[r.IntN(7)], r.IntN(200_000), r.IntN(3000), [...]string{"TCP_MISS", "TCP_HIT", "TCP_DENIED"}[r.IntN(3)], 120+r.IntN(12))
	case k < 90:
		return fmt.Sprintf(`<14>1 %s PC-%02d Security 4 - - {"event":{"code":"%d","provider":"Microsoft-Windows-Security-Auditing","outcome":"%s"},"winlog":{"channel":"Security","record_id":%d,"logon":{"type":"%d","id":"0x%x"}},"user":{"name":"%s","domain":"OFFICE"},"source":{"ip":"%s","port":%d},"process":{"pid":%d,"executable":"C:\\Windows\\System32\\%s"},"message":"An account was successfully logged on."}`,
			stamp, d, [...]int{4624, 4624, 4634, 4625, 4688, 4672}[r.IntN(6)], [...]string{"success", "failure"}[r.IntN(8)/7], r.IntN(1<<30), []int{2, 3, 3, 5, 10}[r.IntN(5)], r.Uint32(), n.user(),
			n.local(n.device()), 1024+r.IntN(64000), 4*r.IntN(4000), [...]string{"lsass.exe", "svchost.exe", "services.exe", "winlogon.exe"}[r.IntN(4)])
	case k < 97:
		who := n.user()
		if r.IntN(3) == 0 {
			return fmt.Sprintf("<38>1 %s srv-%02d sshd %d - - Accepted publickey for %s from %s port %d ssh2: ED25519 SHA256:%x%x", stamp, d%9, 300+r.IntN(30000), who, n.local(d), 1024+r.IntN(64000), r.Uint64(), r.Uint64())
		}
		return fmt.Sprintf("<38>1 %s srv-%02d sshd %d - - Failed password for invalid user %s from %s port %d ssh2", stamp, d%9, 300+r.IntN(30000), who, n.remote(), 1024+r.IntN(64000))
	}
	return fmt.Sprintf("<30>1 %s gw dhcpd %d - - action=DHCPACK ip=%s mac=%s hostname=PC-%02d iface=igb1 lease=%d xid=%08x", stamp, 600, n.local(d), n.mac(d), d, 7200, r.Uint32())
}

// generated is where the events come from.
var generated = &event.Origin{Input: "syslog-udp"}

// next makes n events.
func (n *network) next(count int) []event.Event {
	out := make([]event.Event, count)
	for i := range out {
		body := n.line()
		n.parser.Parse(&event.Raw{Origin: generated, Body: body, Received: n.at.Add(time.Duration(200+n.r.IntN(900)) * time.Microsecond).UnixNano()}, &out[i])
		out[i].Set(event.LogSourceAddress, n.local(len(body)%5))
	}
	return out
}

// describe says what the events are like.
func describe(events []event.Event) string {
	fields, size := 0, 0
	for i := range events {
		for range events[i].Each() {
			fields++
		}
		size += len(events[i].Get(event.EventOriginal))
	}
	return strings.TrimSpace(fmt.Sprintf("%d bytes and %.1f fields an event", size/len(events), float64(fields)/float64(len(events))))
}
