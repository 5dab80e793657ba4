package normalize

import (
	"strings"

	"porchlight/ingest/normalize/cloud"
	"porchlight/ingest/normalize/endpoint"
	"porchlight/ingest/normalize/firewall"
	"porchlight/ingest/normalize/mail"
	"porchlight/ingest/normalize/network"
	"porchlight/ingest/normalize/read"
	"porchlight/ingest/normalize/server"
	"porchlight/ingest/normalize/unix"
	"porchlight/ingest/normalize/web"
	"porchlight/ingest/normalize/windows"
)

// parsers lists every format, in the order in which they are tried.
var parsers = []read.Parser{
	windows.XML,   // others would take long over its angle brackets
	web.AccessLog, // before those that look for words anywhere: a client can say anything
	unix.SSHD,
	unix.Sudo,
	unix.Doas,
	unix.Su,
	unix.Cron,
	unix.Systemd,
	unix.Logind,
	unix.Accounts,
	unix.Login,
	unix.Polkit,
	unix.LogService,
	firewall.Filterlog,
	network.DHCPD,
	network.OpenVPN,
	server.QNAP,
	server.Synology,
	network.Named,
	network.Unbound,
	network.Dnsmasq,
	network.CoreDNS,
	firewall.CiscoASA,
	network.CiscoIOS,
	firewall.PaloAlto,
	firewall.SophosXG,
	firewall.SophosUTM,
	firewall.Fortinet,
	firewall.CheckPoint,
	firewall.Stormshield,
	firewall.Hillstone,
	firewall.DefensePro,
	web.BarracudaWeb,
	mail.BarracudaMail,
	firewall.SonicWall,
	firewall.Juniper,
	network.MikroTik,
	network.Snort,
	firewall.CiscoMeraki,
	network.Umbrella,
	mail.Exchange,
	network.Infoblox,
	unix.Kernel, // before auditd, whose kind of records it has too
	unix.Auditd,
	firewall.WatchGuard,
	network.UniFi,
	network.Aruba,
	network.Omada,
	server.Printer,
	server.Proxmox,
	unix.NetworkManager,
	unix.Chrony,
	unix.NTPD,
	unix.Smartd,
	unix.Mdadm,
	unix.WPASupplicant,
	unix.NFS,
	unix.Rsync,
	unix.TFTP,
	unix.Snmpd,
	unix.XRDP,
	unix.VNC,
	unix.Pppd,
	unix.Stunnel,
	unix.Zabbix,
	unix.NRPE,
	unix.Xinetd,
	unix.CUPS,
	unix.Dpkg,
	unix.DNF,
	unix.Snapd,
	unix.Keepalived,
	unix.AIDE,
	unix.Rkhunter,
	unix.Samhain,
	unix.Avahi,
	unix.DBus,
	network.FreeRADIUS,
	unix.IPsec,
	unix.Dropbear,
	unix.Fail2ban,
	unix.CrowdSec,
	unix.SSHGuard,
	network.Arpwatch,
	server.IDRAC,
	server.ILO,
	server.APC,
	network.SmallSwitch,
	firewall.Zyxel,
	network.Huawei,
	network.DrayTek,
	server.Asterisk,
	endpoint.Symantec,
	server.Oracle,
	endpoint.ClamAV,
	unix.OpenLDAP,
	unix.Kerberos,
	network.LANCOM,
	windows.DHCP,
	network.ZeekTSV,
	server.VMware,
	network.NetScaler,
	network.F5,
	mail.OpenSMTPD, // before the other daemon named smtpd
	mail.Postfix,
	mail.Dovecot,
	mail.Exim,
	mail.Sendmail,
	mail.CiscoESA,
	unix.Nagios,
	unix.ProFTPD,
	unix.Vsftpd,
	unix.PureFTPd,
	unix.Samba,
	unix.ScreenSharing,
	unix.PAM,
	unix.Netfilter,
	network.CiscoISE,
	firewall.Ivanti,
	endpoint.Santa,
	server.Redis,
	server.MySQL,
	server.MSSQL,
	web.ApacheError,
	server.NATS,
	server.WebSphere,
	server.GitLab,
	server.PostgreSQL,
	web.Squid,
	cloud.AmazonText,
	web.HAProxy,
	web.ProxySG,
	web.W3C,
	web.BarracudaWAF,
	server.AppLog,
	read.CEF(cefVendors),
	read.LEEF(cefVendors),
	windows.XMLInside,
	windows.Text,
	windows.Providers,
	windows.OSSEC,
	windows.JSON,
	read.XML,
	read.JSON(jsonProducts),
	read.KeyValue,
}

// bareByContent holds, by the first byte of a line, the parsers of formats
// without a syslog header; behindPriority holds the parsers of such lines
// after the priority of a syslog header.
var bareByContent, behindPriority = func() (content [256][]*read.Parser, behind []*read.Parser) {
	for i := range parsers {
		p := &parsers[i]
		if !p.Bare {
			continue
		}
		for c := range content {
			if p.MayBeginWith(byte(c)) {
				content[c] = append(content[c], p)
			}
		}
		if strings.IndexByte(p.First, '<') >= 0 {
			behind = append(behind, p)
		}
	}
	return content, behind
}()

// byApp holds the parsers by app name; byContent, by the first byte of the
// message, those to try when none for the app understood it.
var byApp, byContent = func() (map[string][]*read.Parser, [256][]*read.Parser) {
	apps := map[string][]*read.Parser{}
	var content [256][]*read.Parser
	for i := range parsers {
		p := &parsers[i]
		for _, a := range p.Apps {
			apps[a] = append(apps[a], p)
		}
		if p.Recognize == nil {
			continue
		}
		for c := range content {
			if p.MayBeginWith(byte(c)) {
				content[c] = append(content[c], p)
			}
		}
	}
	return apps, content
}()
