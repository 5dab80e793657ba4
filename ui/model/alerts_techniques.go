package model

import "strings"

// techniqueNames names the ATT&CK techniques used by rules for offices.
// Source: MITRE ATT&CK Enterprise v15 (https://attack.mitre.org).
var techniqueNames = map[string]string{
	"T1003":     "OS Credential Dumping",
	"T1003.001": "LSASS Memory",
	"T1003.008": "/etc/passwd and /etc/shadow",
	"T1018":     "Remote System Discovery",
	"T1021":     "Remote Services",
	"T1021.001": "Remote Desktop Protocol",
	"T1021.002": "SMB/Windows Admin Shares",
	"T1021.004": "SSH",
	"T1027":     "Obfuscated Files or Information",
	"T1033":     "System Owner/User Discovery",
	"T1037":     "Boot or Logon Initialization Scripts",
	"T1037.004": "RC Scripts",
	"T1040":     "Network Sniffing",
	"T1041":     "Exfiltration Over C2 Channel",
	"T1046":     "Network Service Discovery",
	"T1048":     "Exfiltration Over Alternative Protocol",
	"T1053":     "Scheduled Task/Job",
	"T1053.003": "Cron",
	"T1053.005": "Scheduled Task",
	"T1055":     "Process Injection",
	"T1059":     "Command and Scripting Interpreter",
	"T1059.001": "PowerShell",
	"T1059.004": "Unix Shell",
	"T1059.006": "Python",
	"T1068":     "Exploitation for Privilege Escalation",
	"T1070":     "Indicator Removal",
	"T1070.001": "Clear Windows Event Logs",
	"T1070.002": "Clear Linux or Mac System Logs",
	"T1070.003": "Clear Command History",
	"T1070.004": "File Deletion",
	"T1071":     "Application Layer Protocol",
	"T1071.001": "Web Protocols",
	"T1071.004": "DNS",
	"T1078":     "Valid Accounts",
	"T1078.001": "Default Accounts",
	"T1078.002": "Domain Accounts",
	"T1078.003": "Local Accounts",
	"T1078.004": "Cloud Accounts",
	"T1087":     "Account Discovery",
	"T1090":     "Proxy",
	"T1095":     "Non-Application Layer Protocol",
	"T1098":     "Account Manipulation",
	"T1098.004": "SSH Authorized Keys",
	"T1098.007": "Additional Local or Domain Groups",
	"T1105":     "Ingress Tool Transfer",
	"T1110":     "Brute Force",
	"T1110.001": "Password Guessing",
	"T1110.002": "Password Cracking",
	"T1110.003": "Password Spraying",
	"T1110.004": "Credential Stuffing",
	"T1133":     "External Remote Services",
	"T1136":     "Create Account",
	"T1136.001": "Local Account",
	"T1136.002": "Domain Account",
	"T1190":     "Exploit Public-Facing Application",
	"T1204":     "User Execution",
	"T1219":     "Remote Access Software",
	"T1486":     "Data Encrypted for Impact",
	"T1489":     "Service Stop",
	"T1490":     "Inhibit System Recovery",
	"T1498":     "Network Denial of Service",
	"T1499":     "Endpoint Denial of Service",
	"T1529":     "System Shutdown/Reboot",
	"T1531":     "Account Access Removal",
	"T1543":     "Create or Modify System Process",
	"T1543.002": "Systemd Service",
	"T1543.003": "Windows Service",
	"T1546":     "Event Triggered Execution",
	"T1547":     "Boot or Logon Autostart Execution",
	"T1548":     "Abuse Elevation Control Mechanism",
	"T1548.001": "Setuid and Setgid",
	"T1548.003": "Sudo and Sudo Caching",
	"T1552":     "Unsecured Credentials",
	"T1556":     "Modify Authentication Process",
	"T1557":     "Adversary-in-the-Middle",
	"T1558":     "Steal or Forge Kerberos Tickets",
	"T1562":     "Impair Defenses",
	"T1562.001": "Disable or Modify Tools",
	"T1562.004": "Disable or Modify System Firewall",
	"T1562.006": "Indicator Blocking",
	"T1565":     "Data Manipulation",
	"T1566":     "Phishing",
	"T1567":     "Exfiltration Over Web Service",
	"T1571":     "Non-Standard Port",
	"T1572":     "Protocol Tunneling",
	"T1595":     "Active Scanning",
	"T1595.001": "Scanning IP Blocks",
	"T1595.002": "Vulnerability Scanning",
	"T1601":     "Modify System Image",
	"T1621":     "Multi-Factor Authentication Request Generation",
}

// TechniqueName returns the name of an ATT&CK technique, preceded by its
// parent's for a sub-technique: "Brute Force: Password Guessing"; "" for one
// not known here.
func TechniqueName(id string) string {
	name := techniqueNames[id]
	parent, _, sub := strings.Cut(id, ".")
	if !sub {
		return name
	}
	switch up := techniqueNames[parent]; {
	case name == "":
		return up
	case up == "":
		return name
	default:
		return up + ": " + name
	}
}

// TechniqueURL returns the page that explains a technique.
func TechniqueURL(id string) string {
	return "https://attack.mitre.org/techniques/" + strings.ReplaceAll(id, ".", "/") + "/"
}
