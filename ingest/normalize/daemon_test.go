package normalize

import (
	"strings"
	"testing"

	"porchlight/ingest/event"
)

// TestDaemons has sentences whose templates could match too much, too little,
// or the wrong end.
func TestDaemons(t *testing.T) {
	for _, tt := range []struct{ app, text, want string }{
		{"stunnel", "LOG: x", "event.dataset=system.stunnel"},
		{"stunnel", "LOG9: x", "event.dataset=system.stunnel"},
		{"stunnel", "LOG", "event.dataset=system.stunnel"},
		{"xrdp", "[", "event.dataset=system.xrdp"},
		{"xrdp", "<", "event.dataset=system.xrdp"},
		{"snmpd", "Connection from UDP: [203.0.113.9]:40001->[192.0.2.4]:161 REFUSED", "source.ip=203.0.113.9 source.port=40001 destination.ip=192.0.2.4 event.action=connection-denied"},
		{"snmpd", "Connection from UDP: [2001:db8::9]:40001->[2001:db8::4]:161", "source.ip=2001:db8::9 destination.ip=2001:db8::4"},
		{"systemd-timesyncd", "Contacted time server [2001:db8::1]:123 (ntp.example).", "destination.ip=2001:db8::1 destination.port=123"},
		{"Xvnc", "Connections: accepted: [2001:db8::9]::50123", "source.ip=2001:db8::9 source.port=50123"},
		{"Xvnc", "Connections: closed: 203.0.113.9::50123 ([AuthFailure] Authentication failure)", "event.action=logon-failed source.ip=203.0.113.9"},
		{"Xvnc", "Connections: closed: 203.0.113.9::50123 (Authentication failure)", "event.action=logon-failed source.ip=203.0.113.9"},
		{"xrdp-sesman", "[INFO ] AUTHFAIL: user=x ip=198.51.100.1 time=1 ip=203.0.113.9 time=1772366400", "source.ip=203.0.113.9 event.action=logon-failed"},
		{"cupsd", "[Job 24] Printed 3 pages.", "event.action=print-job-message event.outcome="},
		{"cupsd", "[Job 24] Stopping job because the scheduler could not execute a filter.", "event.action=print-job-failed event.outcome=failure"},
		{"cupsd", `REQUEST localhost - anna "POST / HTTP/1.1" 401 120 Renew-Subscription client-error-unauthorized`, "http.response.status_code=401 event.outcome=failure source.domain=localhost"},
		{"rkhunter", "Warning: Hidden directory found: /dev/.x", "event.action=check-warning event.reason=Hidden+directory+found:+/dev/.x"},
		{"chkrootkit", "Checking `ls'... not INFECTED", "event.action=check-passed"},
		{"chkrootkit", "0 INFECTED", "event.action=check-passed"},
		{"chkrootkit", "Checking `ls'... INFECTED", "event.action=rootkit-suspected"},
		{"dnf", "Error: Unable to find a match: nmapp", "event.action=dependency-missing log.level="},
		{"kernel", "r8169 0000:02:00.0 eth0: Link is Up - 1Gbps/Full - flow control rx/tx", "interface.name=eth0 event.action=link-up"},
		{"kernel", "r8169 0000:02:00.0 eth0: Link is Down", "interface.name=eth0 event.action=link-down"},
		{"kernel", "r8169 0000:02:00.0 eth0: entered promiscuous mode", "interface.name=eth0 event.action=promiscuous-mode-entered"},
		{"kernel", "r8169 0000:02:00.0 eth0: left promiscuous mode", "interface.name=eth0 event.action=promiscuous-mode-left"},
		{"kernel", "igb 0000:03:00.0 eno1: igb: eno1 NIC Link is Down", "interface.name=eno1 event.action=link-down"},
		{"kernel", "igb 0000:03:00.0 eno1: igb: eno1 NIC Link is Up 1000 Mbps Full Duplex", "interface.name=eno1 event.action=link-up"},
		{"kernel", "IPv6: ADDRCONF(NETDEV_CHANGE): eth0: link becomes ready", "interface.name=eth0 event.action=link-up"},
		{"kernel", "e1000e: eth0 NIC Link is Up 1000 Mbps Full Duplex", "interface.name=eth0 event.action=link-up"},
		{"kernel", "br0: port 2(veth1) entered disabled state", "interface.name=veth1 event.action=link-down"},
		{"kernel", "br0: port 2(veth1) entered forwarding state", "interface.name=veth1 event.action=link-up"},
		{"kernel", "nginx invoked oom-killer: gfp_mask=0x1", "event.action=memory-exhausted process.name=nginx"},
		{"kernel", "traps: nginx[4711] general protection fault ip:1 sp:2 error:0 in nginx[1+2]", "process.name=nginx process.pid=4711 event.action=process-crashed"},
		{"kernel", "nfs: server 10.1.1.9 not responding, still trying", "destination.ip=10.1.1.9"},
		{"kernel", "audit(1772366400.123:456): initialized", "audit.serial= event.module="},
		{"UPS", "UPS: No longer on battery power. 0x010A", "event.action=power-restored event.code=0x010A"},
		{"UPS", "UPS: On battery power in response to an input power problem. 0x0109", "event.action=power-on-battery"},
		{"samhain", "CRIT : [2026-03-01T12:00:00] msg=<Login>, name=<anna>, host=<203.0.113.9>, ip=<203.0.113.9>", "source.ip=203.0.113.9 user.name=anna event.action=logon-success"},
		{"smartd", "Device: /dev/sda [SAT], failed to read SMART Attribute Data", "event.action=disk-error device.id=/dev/sda"},
		{"smartd", "Device: /dev/sda [SAT], Self-Test Log error count increased from 0 to 1", "event.action=disk-error"},
		{"pppd", "primary   DNS address 8.8.8.8", "source.ip="},
		{"NetworkManager", "<info>  [1772366400.1234] dhcp4 (wlan0):   address 192.168.1.43", "source.ip= host.ip=192.168.1.43 event.action=address-assigned"},
		{"screensharingd", "pam_unix(screensharing:auth): authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=203.0.113.9  user=anna", "event.dataset=system.auth source.ip=203.0.113.9"},
		{"unbound", "info: failed to answer from 192.0.2.9 port 5353", "client.ip=192.0.2.9"},
		{"", "cannot reach the smtp server for user=x address=8.8.8.8", "event.module= source.ip="},
		{"omada", `[client:00-00-5E-00-53-24] is disconnected from [ap:EAP245-hall:00-00-5E-00-53-02] with SSID "guest" on channel 36.`, "observer.name=EAP245-hall observer.vendor=TP-Link"},
		{"", "CEF:0|Acme|Wall|1|7|Blocked|5|cs1=x cs1Label=Rule\tName", "cef.rule_name=x"},
	} {
		var ev event.Event
		load(&ev, tt.app+"\t"+tt.text)
		Apply(&ev, Context{})
		for want := range strings.FieldsSeq(tt.want) {
			field, value, _ := strings.Cut(want, "=")
			if got, _ := ev.LookupName(field); got != strings.ReplaceAll(value, "+", " ") {
				t.Errorf("%s: %s: %s is %q, want %q", tt.app, tt.text, field, got, value)
			}
		}
	}
}

// TestTagsAreOurs: no sender can set the tags that are the pipeline's.
func TestTagsAreOurs(t *testing.T) {
	var ev event.Event
	load(&ev, `	{"a":"b","tags":["mine","observer_inferred","time_corrected","time_ahead","parse_failure","truncated"]}`)
	Apply(&ev, Context{})
	if got := ev.Get(event.Tags); got != "mine" {
		t.Errorf("tags are %q", got)
	}
}
