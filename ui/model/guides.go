package model

import (
	"strings"

	"porchlight/ingest/source"
)

// Guide is how to make a device send its logs.
type Guide struct {
	Name  string
	words string   // in the kinds of sources that it is for
	Steps []string // what to click; {address} and {port} are this computer's
}

// Guides are the devices with a way described, in the order of the list. The
// paths are those of the makers' current software; older versions name things
// alike.
var Guides = []Guide{
	{"UniFi gateway and access points", "unifi ubiquiti", []string{
		"Open UniFi Network, Settings, CyberSecure, Traffic Logging (before version 9: System, Advanced, Remote Syslog).",
		"Under Activity Logging (Syslog) choose SIEM Server. Tick the categories: Gateway, Security Detections, Admin Activity, Clients, Firewall Default Policy.",
		"Server address {address}, port {port}. Apply.",
		"To see what the firewall blocks, switch on Syslog Logging in the policies under Zone-Based Firewall."}},
	{"pfSense", "pfsense netgate", []string{
		"Status, System Logs, Settings.",
		"Log Message Format: syslog (RFC 5424), which carries the year and the time zone.",
		"Tick Enable Remote Logging; Remote log servers: {address}:{port}; Contents: Everything. Save.",
		"Rules log what they block by themselves; tick Log in a rule to see what it lets through."}},
	{"OPNsense", "opnsense", []string{
		"System, Settings, Logging, Remote. Add.",
		"Transport: UDP(4) or TCP(4); leave Applications, Levels and Facilities empty for everything.",
		"Hostname {address}, port {port}; tick rfc5424. Save, then Apply."}},
	{"FortiGate", "fortigate fortinet", []string{
		"Log & Report, Log Settings, Remote Logging: switch on Send logs to syslog, address {address}.",
		"In the command line, for the port: config log syslogd setting; set status enable; set server {address}; set port {port}; end.",
		"In the policies choose Log Allowed Traffic: All Sessions where it matters."}},
	{"Sophos Firewall", "sophos", []string{
		"Configure, System services, Log settings. Add a syslog server.",
		"IP address {address}, port {port}, facility DAEMON, severity Information, format Device standard format.",
		"Below, tick the columns of the new server: Firewall, IPS, Web filter, Admin, Authentication, System. Apply."}},
	{"SonicWall", "sonicwall", []string{
		"Device, Log, Syslog (before version 7: Manage, Log Settings, SYSLOG). Add.",
		"Name or IP address {address}, port {port}, Syslog Format: Enhanced. OK.",
		"Log, Settings: tick the column Syslog for the groups Firewall, Network, Security Services, Users."}},
	{"WatchGuard Firebox", "watchguard", []string{
		"System, Logging, Syslog Server. Tick Send log messages to these syslog servers. Add.",
		"IP address {address}, port {port}, log format Syslog; tick The time stamp and The serial number of the device. Save.",
		"In each policy, Properties, Logging: tick Send a log message."}},
	{"Cisco ASA", "asa ftd", []string{
		"In the command line: logging enable; logging timestamp; logging trap informational; logging device-id hostname; logging host inside {address} udp/{port}.",
		"In ASDM: Configuration, Device Management, Logging, Syslog Servers."}},
	{"Cisco switches and routers (IOS)", "ios", []string{
		"In configuration mode: service timestamps log datetime msec show-timezone year; logging host {address} transport udp port {port}; logging trap informational; login on-failure log; login on-success log.",
		"To see changes: archive; log config; logging enable; notify syslog."}},
	{"Cisco Meraki", "meraki", []string{
		"Network-wide, General, Reporting, Syslog servers. Add a syslog server.",
		"Server IP {address}, port {port}; Roles: Event log, Flows, URLs, Security events. Save."}},
	{"MikroTik", "mikrotik routeros", []string{
		"System, Logging, Actions, new: name porchlight, type remote, address {address}, port {port}, tick BSD Syslog.",
		"Rules, new, for the topics firewall, account, critical, error, warning, info: action porchlight.",
		"In the firewall's rules: tick Log."}},
	{"Palo Alto Networks", "palo panw pan-os", []string{
		"Device, Server Profiles, Syslog. Add a server: {address}, port {port}, transport UDP, format BSD.",
		"Objects, Log Forwarding: a profile that sends traffic, threat, url and wildfire logs there; choose it under Actions in each policy.",
		"Device, Log Settings: add the same server for System, Configuration, User-ID and GlobalProtect. Commit."}},
	{"Check Point", "check point", []string{
		"On the management server, in expert mode: cp_log_export add name porchlight target-server {address} target-port {port} protocol udp format syslog",
		"Then: cp_log_export restart name porchlight"}},
	{"Juniper SRX", "juniper junos", []string{
		"In configuration mode: set system syslog host {address} any info; set system syslog host {address} port {port}; set system syslog host {address} structured-data",
		"For sessions: set security log mode stream; set security log format sd-syslog; set security log stream porchlight host {address} port {port}",
		"In the policies: then log session-init session-close. Commit."}},
	{"Stormshield", "stormshield", []string{
		"Configuration, Notifications, Logs - Syslog - IPFIX, Syslog: switch on a profile.",
		"Destination server {address}, protocol UDP, port {port}, format RFC 5424. Apply."}},
	{"Zyxel", "zyxel", []string{
		"Configuration, Log & Report, Log Settings: edit a Remote Server, tick Active.",
		"Log format VRPT/Syslog, server address {address}, port {port}.",
		"Active Log: choose normal for Security Policy Control, User, Built-in Service, Traffic Log. OK."}},
	{"DrayTek Vigor", "draytek vigor", []string{
		"System Maintenance, SysLog / Mail Alert Setup. Tick Enable under SysLog Access Setup.",
		"Server IP {address}, destination port {port}; tick Firewall Log, VPN Log, User Access Log, WAN Log. OK.",
		"In the firewall's rules: tick Syslog."}},
	{"Huawei and H3C", "huawei h3c", []string{
		"In the system view: info-center enable; info-center loghost {address} port {port}",
		"Firewalls also: Log, Log Configuration: session logs to the same host."}},
	{"Small switches (Cisco Business, Netgear)", "netgear business", []string{
		"Administration (Netgear: Monitoring), System Log, Remote Log Servers. Add.",
		"Server {address}, UDP port {port}, minimum severity Informational. Apply; then save the running configuration."}},
	{"Proxmox", "proxmox", []string{
		"In the shell of each node: apt install rsyslog",
		"Put a file /etc/rsyslog.d/60-porchlight.conf with the line: *.* @@{address}:{port}",
		"systemctl restart rsyslog"}},
	{"Dell iDRAC", "idrac", []string{
		"Configuration, System Settings, Alert Configuration: switch on Alerts, and under Alerts tick Remote System Log for Audit and System Health.",
		"Remote Syslog Settings: Enabled, server {address}, port {port}. Apply."}},
	{"HPE iLO", "ilo", []string{
		"Management, Remote Syslog: Enable iLO Remote Syslog.",
		"Remote Syslog Port {port}, Remote Syslog Server {address}. Apply, then Send Test Syslog."}},
	{"APC power supply", "apc", []string{
		"Configuration, Logs, Syslog, Servers: Add Server {address}, port {port}, UDP.",
		"Configuration, Logs, Syslog, Settings: Message Generation Enable."}},
	{"Pi-hole", "dnsmasq pihole pi-hole", []string{
		"As for Linux, and in the same file, before the line with @@: module(load=\"imfile\") and input(type=\"imfile\" File=\"/var/log/pihole/pihole.log\" Tag=\"dnsmasq:\")",
		"sudo systemctl restart rsyslog"}},
	{"Web server", "nginx apache web", []string{
		"nginx, in http or server: access_log syslog:server={address}:{port},tag=nginx combined; and error_log syslog:server={address}:{port},tag=nginx;",
		"Apache: CustomLog \"|/usr/bin/logger -t apache -n {address} -P {port}\" combined",
		"Reload the server."}},
	{"Microsoft 365 and Entra", "o365 m365 azure", []string{
		"Until Porchlight fetches them itself, as files: purview.microsoft.com, Audit: search the days you want, then Export, Download all results.",
		"Sign-ins: entra.microsoft.com, Monitoring & health, Sign-in logs, Download, CSV or JSON.",
		"Read the file: porchlight import AuditLog.csv. The same file again adds only what is new."}},
	{"Synology NAS", "synology", []string{
		"Package Center: install Log Center.",
		"Log Center, Log Sending: tick Send logs to a syslog server. Server {address}, port {port}, UDP or TCP, format BSD (RFC 3164) or IETF (RFC 5424). Apply.",
		"Control Panel, File Services, SMB: tick Enable Transfer Log, to see who works with which file."}},
	{"QNAP NAS", "qnap", []string{
		"Control Panel, or App Center: QuLog Center. Log Sender, Send to Syslog Server. Add.",
		"IP {address}, port {port}, UDP or TCP, format RFC 5424; log types: System Event Log and System Access Log.",
		"QuLog Center, Log Settings, Local Device: switch on the connection types to log (SMB, SSH, HTTP)."}},
	{"TrueNAS", "truenas", []string{
		"System, Advanced Settings, Syslog, Configure.",
		"Syslog Level: Info. Syslog Server: {address}:{port}, Transport UDP or TCP. Tick Include Audit Logs. Save."}},
	{"Aruba", "aruba", []string{
		"Access points (Central or local): System, Logging, Syslog server {address}, port {port}; levels: Warning, for Security and User: Information.",
		"Switches, in the command line: logging {address}; logging severity info (AOS-CX: logging {address} udp {port} severity info)."}},
	{"TP-Link Omada", "omada", []string{
		"Controller: Global view, Logs, or Site, Settings, Services: Remote Logging.",
		"Syslog Server {address}, port {port}; tick Client Detail Logs. Apply."}},
	{"HP printer", "hp printer", []string{
		"In the printer's web page: Networking, TCP/IP settings or Other Settings, System Log Server (syslog): {address}, port {port}, protocol UDP.",
		"Security events: Security, General Security (or Troubleshooting, Diagnostic Data): tick Enhanced security event logging."}},
	{"Linux", "linux unix server", []string{
		"Put a file /etc/rsyslog.d/60-porchlight.conf with the line: *.* @@{address}:{port}",
		"sudo systemctl restart rsyslog",
		"Where only systemd's journal runs: sudo apt install rsyslog, or dnf install rsyslog."}},
	{"Windows", "windows", []string{
		"Install NXLog Community Edition (nxlog.co) or another forwarder of event logs.",
		"In nxlog.conf: <Input in> Module im_msvistalog </Input>, <Output out> Module om_tcp, Host {address}:{port}, Exec to_json(); to_syslog_bsd(); </Output>, <Route r> Path in => out </Route>.",
		"Restart the service nxlog.",
		"Who logs on and what is started: secpol.msc, Advanced Audit Policy, Logon/Logoff, Account Management, Detailed Tracking: Process Creation."}},
	{"VMware ESXi", "vmware esxi vsphere", []string{
		"Host, Manage, System, Advanced settings: Syslog.global.logHost = udp://{address}:{port} (or tcp://).",
		"Networking, Firewall rules: allow syslog."}},
	{"Another device", "", []string{
		"Look for syslog, remote logging or log server in its settings.",
		"Server {address}, port {port}, UDP or TCP. If it asks for a format: RFC 5424 or CEF; facility and severity do not matter.",
		"Switch on what it can log of logins, of changes to its settings and, on a firewall, of what the rules block."}},
}

// GuideFor returns the guide for what a source looks like.
func GuideFor(s source.Source) Guide {
	kind := strings.ToLower(SourceKind(s) + " " + s.Vendor)
	for _, g := range Guides {
		for w := range strings.FieldsSeq(g.words) {
			if strings.Contains(" "+kind+" ", w) && (len(w) > 3 || strings.Contains(" "+kind+" ", " "+w+" ")) {
				return g
			}
		}
	}
	return Guides[len(Guides)-1]
}

// Filled returns the steps with this computer's address and port.
func (g Guide) Filled(address, port string) []string {
	out := make([]string, len(g.Steps))
	r := strings.NewReplacer("{address}", address, "{port}", port)
	for i, s := range g.Steps {
		out[i] = r.Replace(s)
	}
	return out
}
