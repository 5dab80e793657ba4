package normalize

import "strings"

// parsers is every format, in the order of asking.
var parsers = []parser{
	windowsXML, // whose angle brackets others would follow for long
	weblog,     // before those that look for words anywhere: a client says what it likes
	sshd,
	sudo,
	doas,
	su,
	cron,
	systemd,
	logind,
	accounts,
	login,
	polkit,
	logService,
	filterlog,
	dhcpd,
	openvpn,
	qnap,
	synology,
	named,
	unbound,
	dnsmasq,
	coreDNS,
	ciscoASA,
	ciscoIOS,
	paloAlto,
	sophosXG,
	sophosUTM,
	fortinet,
	checkPoint,
	stormshield,
	hillstone,
	defensePro,
	barracudaWeb,
	barracudaMail,
	sonicWall,
	juniper,
	mikroTik,
	snort,
	ciscoMeraki,
	umbrella,
	exchange,
	infoblox,
	kernel, // before the records it has of auditd's kind
	auditd,
	watchGuard,
	unifi,
	aruba,
	omada,
	printer,
	proxmox,
	networkManager,
	chrony,
	ntpd,
	smartd,
	mdadm,
	wpaSupplicant,
	nfs,
	rsync,
	tftp,
	snmpd,
	xrdp,
	vnc,
	pppd,
	stunnel,
	zabbix,
	nrpe,
	xinetd,
	cups,
	dpkg,
	dnf,
	snapd,
	keepalived,
	aide,
	rkhunter,
	samhain,
	avahi,
	dbus,
	freeRADIUS,
	ipsec,
	dropbear,
	fail2ban,
	crowdSec,
	sshGuard,
	arpwatch,
	iDRAC,
	iLO,
	apc,
	smallSwitch,
	zyxel,
	huawei,
	drayTek,
	asterisk,
	symantec,
	oracle,
	clamAV,
	openLDAP,
	kerberos,
	lancom,
	microsoftDHCP,
	zeekTSV,
	vmware,
	netScaler,
	f5,
	openSMTPD, // before the other daemon of the name smtpd
	postfix,
	dovecot,
	exim,
	sendmail,
	ciscoESA,
	nagios,
	proFTPD,
	vsftpd,
	pureFTPd,
	samba,
	screenSharing,
	pam,
	netfilter,
	ciscoISE,
	ivanti,
	santa,
	redisLog,
	mysqlLog,
	msSQL,
	apacheError,
	nats,
	webSphere,
	gitlabText,
	postgres,
	squid,
	amazonText,
	haproxy,
	proxySG,
	w3c,
	barracudaWAF,
	appLog,
	newCEF(makersOfCEF),
	newLEEF(makersOfCEF),
	windowsXMLInside,
	windowsText,
	windowsProviders,
	windowsOSSEC,
	windowsJSON,
	xmlObject,
	newJSON(jsonProducts),
	keyValue,
}

// bareByContent holds, by the first byte of a line, the parsers of those that
// begin with something of their own; behindPriority are the parsers of such
// lines behind the priority of a syslog header.
var bareByContent, behindPriority = func() (content [256][]*parser, behind []*parser) {
	for i := range parsers {
		p := &parsers[i]
		if !p.bare {
			continue
		}
		for c := range content {
			if p.mayBeginWith(byte(c)) {
				content[c] = append(content[c], p)
			}
		}
		if strings.IndexByte(p.first, '<') >= 0 {
			behind = append(behind, p)
		}
	}
	return content, behind
}()

// byApp holds the parsers of each app name; byContent, by the first byte of
// the message, those to ask when no parser of the app understood.
var byApp, byContent = func() (map[string][]*parser, [256][]*parser) {
	apps := map[string][]*parser{}
	var content [256][]*parser
	for i := range parsers {
		p := &parsers[i]
		for _, a := range p.apps {
			apps[a] = append(apps[a], p)
		}
		if p.recognize == nil {
			continue
		}
		for c := range content {
			if p.mayBeginWith(byte(c)) {
				content[c] = append(content[c], p)
			}
		}
	}
	return apps, content
}()
