package ingest

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

// kindKey is what an event tells about the kind of its source.
type kindKey struct{ vendor, product, typ, module string }

// maxKindNames bounds the names kept: senders can claim any vendor.
const maxKindNames = 512

// kindOf names the kind of device that an event is from, "" when it does not
// tell. The ledger's lock is held.
func (l *Ledger) kindOf(ev *event.Event) string {
	k := kindKey{ev.Get(event.ObserverVendor), ev.Get(event.ObserverProduct), ev.Get(event.ObserverType), ev.Get(event.EventModule)}
	if k == (kindKey{}) {
		return ""
	}
	if name, ok := l.kinds[k]; ok {
		return name
	}
	name := strings.Clone(clip(kindName(k)))
	if len(l.kinds) < maxKindNames {
		l.kinds[kindKey{strings.Clone(k.vendor), strings.Clone(k.product), strings.Clone(k.typ), strings.Clone(k.module)}] = name
	}
	return name
}

// kindName makes a name for people: "Netgate pfSense firewall".
func kindName(k kindKey) string {
	if k.vendor == "" && k.product == "" {
		if name, ok := moduleKinds[k.module]; ok {
			return name
		}
		switch k.module {
		case "cef", "leef", "json", "xml", "keyvalue", "app", "gelf", "text":
			return "" // a format, which anything may write
		}
		return strings.ReplaceAll(k.module, "_", " ")
	}
	words := []string{}
	add := func(s string) {
		if s == "" {
			return
		}
		for _, w := range words {
			if strings.Contains(strings.ToLower(w), strings.ToLower(s)) {
				return
			}
		}
		words = append(words, s)
	}
	if !strings.Contains(strings.ToLower(k.product), strings.ToLower(k.vendor)) {
		add(k.vendor)
	}
	product := k.product
	if name := productNames[product]; name != "" {
		product = name
	} else if len(product) <= 3 {
		product = strings.ToUpper(product)
	}
	add(product)
	add(observerTypes[k.typ])
	return strings.Join(words, " ")
}

// productNames are products as their makers spell them.
var productNames = map[string]string{"pfsense": "pfSense", "opnsense": "OPNsense", "ftd": "Firepower", "fortigate": "FortiGate", "fortimail": "FortiMail", "routeros": "RouterOS"}

// observerTypes are words for observer.type.
var observerTypes = map[string]string{
	"firewall": "firewall", "waf": "web application firewall", "ids": "intrusion detection", "ips": "intrusion prevention", "proxy": "proxy", "nas": "NAS", "printer": "printer",
	"gateway": "gateway", "mail-gateway": "mail gateway", "hypervisor": "hypervisor", "vpn": "VPN gateway", "load-balancer": "load balancer", "email-gateway": "mail gateway", "endpoint": "endpoint protection", "antivirus": "virus scanner", "dhcp": "DHCP server",
	"dns": "DNS server", "switch": "switch", "honeypot": "honeypot", "nac": "network access control", "router": "router", "access-point": "access point",
	"management": "remote management", "power": "power supply", "telephony": "telephone system",
}

// moduleKinds are the kinds behind formats that name no maker.
var moduleKinds = map[string]string{
	"system": "Linux or Unix computer", "auditd": "Linux computer", "iptables": "Linux firewall", "windows": "Windows computer", "macos": "Mac",
	"web": "web server", "apache": "Apache web server", "nginx": "nginx web server", "iis": "IIS web server", "haproxy": "HAProxy", "php": "web server",
	"postfix": "mail server", "dovecot": "mail server", "opensmtpd": "mail server", "exim": "mail server", "sendmail": "mail server", "nagios": "monitoring server", "caddy": "Caddy web server", "envoyproxy": "Envoy proxy", "exchange": "Exchange server", "hostapd": "access point",
	"dnsmasq": "DNS server", "pihole-FTL": "Pi-hole", "named": "DNS server", "coredns": "DNS server", "unbound": "DNS server", "dhcpd": "DHCP server", "mysql": "MySQL server", "postgresql": "PostgreSQL server", "mssql": "SQL Server",
	"samba": "file server", "proftpd": "FTP server", "vsftpd": "FTP server", "pure-ftpd": "FTP server", "openvpn": "VPN server", "squid": "proxy", "docker": "container host",
	"switch": "Cisco Business or Netgear switch", "freeradius": "RADIUS server", "ipsec": "VPN gateway", "fail2ban": "Linux or Unix computer", "crowdsec": "Linux or Unix computer", "sshguard": "Linux or Unix computer",
	"openldap": "directory server", "kerberos": "directory server", "arp": "ARP watcher", "clamav": "virus scanner",
	"unifi": "UniFi device", "snort": "intrusion detection",
}

// observe adds what an event tells to the profile of its source.
func (l *Ledger) observe(s *source.Source, ev *event.Event) {
	if kind := l.kindOf(ev); kind != "" {
		s.Profile.Count(kind)
	}
	categories := ev.Get(event.EventCategory)
	if categories == "" {
		return
	}
	for c := range event.Values(categories) {
		a, ok := source.AspectOf(c)
		if !ok {
			continue
		}
		if a == source.AspectConnections {
			switch ev.Get(event.NetworkProtocol) {
			case "dns", "dhcp":
				a = source.AspectNames
			}
		}
		s.Profile.Aspects[a]++
	}
}

// watchClock learns from a live message how far its sender's clock is off.
func (l *Ledger) watchClock(s *source.Source, raw *event.Raw, ev *event.Event) {
	if !raw.Origin.Live {
		return
	}
	claimed, own := claimedTime(ev)
	if !own {
		return
	}
	w := l.watches[s.Address]
	if w == nil {
		if len(l.watches) >= maxSources {
			clear(l.watches)
		}
		w = &clockWatch{}
		l.watches[s.Address] = w
	}
	offset, ok := w.add(ev.Received, ev.Received-claimed)
	if !ok {
		return
	}
	c := &s.Profile.Clock
	c.Offset, c.Measured = offset, true
	by := int64(0)
	if !c.Trusted {
		by = correction(offset)
	}
	// What was found is kept until something clearly else is: a correction
	// that changes by seconds would shuffle events.
	if d := by - c.Corrected; by == 0 || c.Corrected == 0 || d > int64(clockAllowed) || d < -int64(clockAllowed) {
		if by != c.Corrected {
			c.Corrected = by
			l.stale = true
		}
	}
}
