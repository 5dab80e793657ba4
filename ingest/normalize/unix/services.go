package unix

import (
	"embed"

	"porchlight/ingest/normalize/read"
)

// services are the packs of operating system programs that write sentences, in
// the same form as the admin's own (read.Pack).
//
//go:embed services/*.parser.txt
var services embed.FS

// service makes the parser of a pack in services; it panics on mistakes.
func service(name string) read.Parser {
	text, err := services.ReadFile("services/" + name + ".parser.txt")
	if err != nil {
		panic(err)
	}
	return read.BuiltIn(string(text))
}

// The head of each pack says what it is.
var (
	AIDE           = service("aide")
	Avahi          = service("avahi")
	Chrony         = service("chrony")
	DBus           = service("dbus")
	DNF            = service("dnf")
	Keepalived     = service("keepalived")
	Mdadm          = service("mdadm")
	NetworkManager = service("networkmanager")
	NFS            = service("nfs")
	NRPE           = service("nrpe")
	NTPD           = service("ntpd")
	Pppd           = service("pppd")
	Rkhunter       = service("rkhunter")
	Rsync          = service("rsync")
	Samhain        = service("samhain")
	Smartd         = service("smartd")
	Snapd          = service("snapd")
	Snmpd          = service("snmpd")
	Stunnel        = service("stunnel")
	TFTP           = service("tftp")
	VNC            = service("vnc")
	WPASupplicant  = service("wpa_supplicant")
	Xinetd         = service("xinetd")
	XRDP           = service("xrdp")
	Zabbix         = service("zabbix")
)
