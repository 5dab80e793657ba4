package product

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"porchlight/assets"
	"porchlight/ingest/source"
)

func TestMain(m *testing.M) {
	if _, err := load(assets.Products, assets.Guides); err != nil {
		fmt.Fprintln(os.Stderr, "assets/"+err.Error())
		os.Exit(1)
	}
	m.Run()
}

func TestLabel(t *testing.T) {
	for _, tt := range []struct {
		from          Source
		label, vendor string
	}{
		{Source{"Netgate", "pfsense", "firewall", "pfsense"}, "Netgate pfSense firewall", "Netgate"},
		{Source{"OPNsense", "opnsense", "firewall", "pfsense"}, "OPNsense firewall", "OPNsense"},
		{Source{"Netgate", "pfsense", "firewall", "system"}, "Netgate pfSense firewall", "Netgate"}, // sshd on it
		{Source{"", "pf", "firewall", "pfsense"}, "pf firewall", ""},
		{Source{"Cisco", "asa", "firewall", "cisco"}, "Cisco ASA firewall", "Cisco"},
		{Source{"Cisco", "ftd", "firewall", "cisco"}, "Cisco Firepower firewall", "Cisco"},
		{Source{"Fortinet", "Fortigate", "firewall", "cef"}, "Fortinet FortiGate firewall", "Fortinet"},
		{Source{"Fortinet", "FortiMail", "email-gateway", "fortinet"}, "Fortinet FortiMail mail gateway", "Fortinet"},
		{Source{"HP", "HP LaserJet M480", "printer", "hp_printer"}, "HP LaserJet M480 printer", "HP"},
		{Source{"HP", "", "printer", "hp_printer"}, "HP printer", "HP"},
		{Source{"HPE", "iLO 5", "management", "ilo"}, "HPE iLO 5 remote management", "HPE"},
		{Source{"Check Point", "VPN-1 & FireWall-1", "firewall", "checkpoint"}, "Check Point VPN-1 & FireWall-1", "Check Point"},
		{Source{"Ubiquiti", "US8P60", "switch", "unifi"}, "Ubiquiti US8P60 switch", "Ubiquiti"},
		{Source{"Ubiquiti", "UniFi Network", "gateway", "unifi"}, "Ubiquiti UniFi gateway", "Ubiquiti"},
		{Source{"", "", "", "unifi"}, "UniFi device", "Ubiquiti"},
		{Source{"", "", "firewall", "iptables"}, "Linux firewall", ""},
		{Source{"", "ufw", "firewall", "iptables"}, "UFW firewall", ""},
		{Source{"", "", "", "system"}, "Linux or Unix computer", ""},
		{Source{"", "", "", "windows"}, "Windows computer", "Microsoft"},
		{Source{"", "", "", "postfix"}, "mail server", "Postfix"},
		{Source{"", "", "", "web"}, "web server", ""},
		{Source{"", "", "", "o365"}, "Microsoft 365", "Microsoft"},
		{Source{"Okta", "", "", "okta"}, "Okta", "Okta"},
		{Source{"", "", "", "keyvalue"}, "", ""},
		{Source{"", "", "", "acme_door"}, "acme door", ""}, // the admin's own parser
		{Source{"Acme", "", "", "postfix"}, "Acme", "Acme"},
		{Source{"Acme", "fw", "firewall", "cef"}, "Acme FW firewall", "Acme"},
		{Source{"Acme", "Acme Wall", "wonder", "leef"}, "Acme Wall", "Acme"},
		{Source{}, "", ""},
	} {
		if got := Label(tt.from); got != tt.label {
			t.Errorf("%+v looks like %q, want %q", tt.from, got, tt.label)
		}
		if got := Vendor(tt.from); got != tt.vendor {
			t.Errorf("%+v is made by %q, want %q", tt.from, got, tt.vendor)
		}
	}
}

// No vendor is the name of a format or a module.
func TestVendorIsNoFormat(t *testing.T) {
	for _, f := range Families() {
		for _, p := range f.Products {
			if f.Formats && (Vendor(Source{Module: p.Module}) != "" || StoredVendor(p.Module) != "") {
				t.Errorf("the format %s has a vendor", p.Name)
			}
		}
	}
	for stored, want := range map[string]string{"keyvalue": "", "system": "", "web": "", "json": "", "cef": "", "text": "", "app": "", "iptables": "", "pfsense": "",
		"postfix": "Postfix", "okta": "Okta", "windows": "Microsoft", "azure": "Microsoft", "Netgate": "Netgate", "Acme": "Acme", "": ""} {
		if got := StoredVendor(stored); got != want {
			t.Errorf("stored vendor %q is shown as %q, want %q", stored, got, want)
		}
	}
}

func TestExpected(t *testing.T) {
	for _, tt := range []struct {
		label  string
		aspect source.Aspect
		hint   string // a part of it; "" if the aspect is not expected
	}{
		{"Netgate pfSense firewall", source.AspectConnections, "tick Log in a rule"}, // its guide
		{"Netgate pfSense firewall", source.AspectLogins, "admin logins"},            // its kind
		{"Netgate pfSense firewall", source.AspectMail, ""},
		{"Acme Wall firewall", source.AspectConnections, "the firewall's rules"},
		{"Check Point VPN-1 & FireWall-1", source.AspectConnections, "the firewall's rules"},
		{"Acme Wall web application firewall", source.AspectConnections, ""},
		{"Fortinet FortiMail mail gateway", source.AspectConnections, ""},
		{"Fortinet FortiMail mail gateway", source.AspectMail, "mail log"},
		{"Synology NAS", source.AspectFiles, "Enable Transfer Log"},
		{"Windows computer", source.AspectPrograms, "Process Creation"},
		{"Linux or Unix computer", source.AspectLogins, "authpriv"},
		{"mail server", source.AspectMail, "mail log"},
		{"Acme thing", source.AspectLogins, ""},
		{"", source.AspectLogins, ""},
	} {
		got, ok := Expected(tt.label)[tt.aspect]
		if ok != (tt.hint != "") || !strings.Contains(got, tt.hint) {
			t.Errorf("%s, %s: %q, want %q", tt.label, AspectName(tt.aspect), got, tt.hint)
		}
	}
}

func TestGuideFor(t *testing.T) {
	for label, want := range map[string]string{
		"Netgate pfSense firewall": "pfSense", "HP printer": "HP printer", "HP LaserJet M480 printer": "HP printer", "HPE iLO 5 remote management": "HPE iLO",
		"Linux or Unix computer": "Linux", "Windows computer": "Windows", "mail server": "Linux", "web server": "Web server", "UniFi device": "UniFi gateway and access points",
		"Ubiquiti US8P60 switch": "UniFi gateway and access points", "Fortinet Fortigate firewall": "FortiGate", "Fortinet FortiSwitch": "FortiGate",
		"Check Point VPN-1 & FireWall-1": "Check Point", "Dell SonicWall firewall": "SonicWall", "Dell PowerScale NAS": "Another device", "Cisco ASA firewall": "Cisco ASA", "Cisco IOS": "Cisco switches and routers (IOS)",
		"Cisco IOS network device": "Cisco switches and routers (IOS)", "Cisco Business or Netgear switch": "Small switches (Cisco Business, Netgear)",
		"Cisco WLC": "Another device", "Cisco Umbrella": "Another device", "Sophos Central": "Another device", "Acme thing": "Another device", "": "Another device",
		"APC Network Management Card power supply": "APC power supply", "o365": "Microsoft 365 and Entra", "Netgate": "pfSense", "Cisco": "Another device",
	} {
		if got := GuideFor(label).Name; got != want {
			t.Errorf("guide for %q: %s, want %s", label, got, want)
		}
	}
}

func TestGuides(t *testing.T) {
	all := Guides()
	if first, last := all[0].Name, all[len(all)-1].Name; !strings.HasPrefix(first, "UniFi") || last != "Another device" {
		t.Errorf("the list goes from %s to %s", first, last)
	}
	seen := map[string]bool{}
	for _, g := range all {
		if seen[g.Name] {
			t.Errorf("two guides for %s", g.Name)
		}
		seen[g.Name] = true
		text := strings.Join(g.Filled("192.0.2.7", "5514"), "\n")
		if !strings.Contains(text, "192.0.2.7") && g.Name != "Microsoft 365 and Entra" && g.Name != "Pi-hole" || strings.ContainsAny(text, "{}`#") {
			t.Errorf("%s:\n%s", g.Name, text)
		}
	}
}

func TestParseGuide(t *testing.T) {
	g, err := parseGuide("# Acme Wall\n\nStatus, Logs.\n\n1. Server `{address}`.\n2. Port {port}.\n\n## Logins; Files\n\nTick all.\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(g.Filled("192.0.2.7", "514"), "|"); got != "Status, Logs.|Server 192.0.2.7.|Port 514.|Tick all." {
		t.Error(got)
	}
	if b := g.Switches[0].Brings; len(b) != 2 || b[0] != source.AspectLogins || b[1] != source.AspectFiles {
		t.Errorf("%+v", g)
	}
	for text, want := range map[string]string{
		"1. Click.\n":               "title",
		"# A\n# B\n":                "title",
		"# A\n":                     "steps",
		"# A\n1. One.\n3. Three.\n": "step 2",
		"# A\n1. One.\nand more.\n": "step 2",
		"# A\n1. One.\n## Coffee\nSwitch it on.\n":  `no aspect is called "Coffee"`,
		"# A\nMenu.\nAnother menu.\n1. One.\n":      "neither",
		"# A\n1. One.\n## Logins, Files\nTick it\n": "no aspect",
	} {
		if _, err := parseGuide(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func TestMistakes(t *testing.T) {
	const kinds = "- {kind: firewall, words: firewall}\n"
	guides := fstest.MapFS{"guides/other.md": {Data: []byte("# Another device\n1. Look.\n")}, "guides/wall.md": {Data: []byte("# Wall\n1. Look.\n")}}
	for _, tt := range []struct{ kinds, rows, want string }{
		{kinds, "{name: Wall, vendor: Acme, product: wall, kind: firewall, module: acme, guide: wall}", ""},
		{kinds + kinds, "{name: Wall, module: acme, guide: wall}", "twice"},
		{kinds + "- {kind: x}\n", "{name: Wall, module: acme, guide: wall}", "words"},
		{kinds + "- {kind: x, words: x, expects: {Coffee: Pour.}}\n", "{name: Wall, module: acme, guide: wall}", "Coffee"},
		{kinds, "{name: Wall, kind: fire-wall, module: acme, guide: wall}", `no kind "fire-wall"`},
		{kinds, "{name: Wall, module: acme}", "no product has this guide"},
		{kinds, "{name: Wall, module: acme, guide: hall}", "hall.md"},
		{kinds, "{name: Wall, guide: wall}", "module"},
		{kinds, "{name: Wall, modul: acme, guide: wall}", "modul"},
		{kinds, "{name: A, vendor: V, product: wall, module: acme, guide: wall}\n- {name: B, vendor: v, product: Wall, module: acme}", "same vendor"},
		{kinds, `{name: A, vendor: V, product: "*", module: acme, guide: wall}` + "\n- " + `{name: B, vendor: v, product: "*", module: acme}`, "any product"},
	} {
		products := fstest.MapFS{"products/kinds.yaml": {Data: []byte(tt.kinds)}, "products/1.yaml": {Data: []byte("family: walls\nproducts:\n- " + tt.rows + "\n")}}
		_, err := load(products, guides)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%s: %v, want %q", tt.rows, err, tt.want)
		}
	}
	if _, err := load(fstest.MapFS{}, assets.Guides); err == nil {
		t.Error("a table without kinds is read")
	}
}
