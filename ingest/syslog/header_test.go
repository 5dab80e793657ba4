package syslog

import (
	"strings"
	"testing"
	"time"
)

// received is the receive time of all messages in the tables.
var received = time.Date(2026, 11, 23, 9, 0, 5, 0, time.UTC).UnixNano()

func berlin(t testing.TB) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Skip("no time zone database: ", err)
	}
	return loc
}

// at returns a time of the test day, November 23, 2026, UTC.
func at(hour, min, sec, nsec int) int64 {
	return time.Date(2026, 11, 23, hour, min, sec, nsec, time.UTC).UnixNano()
}

func TestHeaders(t *testing.T) {
	loc := berlin(t)
	ten := at(9, 0, 0, 0) // 10:00:00 in Berlin
	for _, c := range []struct {
		body string
		want Header
	}{
		// RFC 5424
		{"<165>1 2026-11-23T10:00:00.003+01:00 mx.example.org smtpd 4711 ID47 - \xef\xbb\xbfgrüezi",
			Header{Priority: 165, Version: 1, Time: at(9, 0, 0, 3e6), Hostname: "mx.example.org", AppName: "smtpd", ProcID: "4711", MsgID: "ID47", Message: "grüezi", Format: RFC5424}},
		{`<13>1 2026-11-23T09:00:00Z - - - - [a@1 x="1" y="\"]"][b] text`,
			Header{Priority: 13, Version: 1, Time: ten, Hostname: "", Format: RFC5424, Message: `<13>1 2026-11-23T09:00:00Z - - - - [a@1 x="1" y="\"]"][b] text`, Err: errStructuredData}},
		{`<13>1 2026-11-23T09:00:00Z - - - - [a@1 x="1" y="\"\]"][b] text`,
			Header{Priority: 13, Version: 1, Time: ten, StructuredData: `[a@1 x="1" y="\"\]"][b]`, Format: RFC5424, Message: "text"}},
		{`<13>1 - pc-7 agent - - [win path="C:\temp"] logged on`,
			Header{Priority: 13, Version: 1, Hostname: "pc-7", AppName: "agent", StructuredData: `[win path="C:\temp"]`, Format: RFC5424, Message: "logged on", Err: errEscape}},
		{"<0>1 2026-11-23T09:00:00.123456789Z h a p m -", Header{Version: 1, Time: at(9, 0, 0, 123456789), Hostname: "h", AppName: "a", ProcID: "p", MsgID: "m", Format: RFC5424}},
		{"<13>1 - h a - - - line one\nline two\n", Header{Priority: 13, Version: 1, Hostname: "h", AppName: "a", Format: RFC5424, Message: "line one\nline two"}},
		{"<38>1 2026-11-23T10:00:00+01:00 web1 sshd 17 - -  Accepted password\n", Header{Priority: 38, Version: 1, Time: ten, Hostname: "web1", AppName: "sshd", ProcID: "17", Format: RFC5424, Message: "Accepted password"}},
		{"<134>1 1795424400.123456789 MX84 events type=vpn_connectivity_change",
			Header{Priority: 134, Version: 1, Time: 1795424400123456789, Hostname: "MX84", Format: RFC5424, Message: "events type=vpn_connectivity_change"}},
		{`<5>1 2026-11-23T09:00:00Z VAULT1 {"format":"x"}`, Header{Priority: 5, Version: 1, Time: ten, Hostname: "VAULT1", Format: RFC5424, Message: `{"format":"x"}`}},
		{"<5>1 2026-11-23T09:00:00Z wsg CEF:0|a|b|1|2|3|4|", Header{Priority: 5, Version: 1, Time: ten, Hostname: "wsg", Format: RFC5424, Message: "CEF:0|a|b|1|2|3|4|"}},

		// RFC 3164
		{"<34>Nov 23 10:00:00 mx su: 'su root' failed", Header{Priority: 34, Time: ten, Hostname: "mx", AppName: "su", Message: "'su root' failed", Format: RFC3164}},
		{"<13>Nov 23 10:00:00 10.0.0.99 use the rake", Header{Priority: 13, Time: ten, Hostname: "10.0.0.99", Message: "use the rake", Format: RFC3164}},
		{"<86>Nov 23 10:00:00 web1 sshd[123]: Accepted\x00", Header{Priority: 86, Time: ten, Hostname: "web1", AppName: "sshd", ProcID: "123", Message: "Accepted", Format: RFC3164}},
		{"<14> NOV 23 10:00:00 10.0.0.1-1 TRAPMGR[55]: link up", Header{Priority: 14, Time: ten, Hostname: "10.0.0.1-1", AppName: "TRAPMGR", ProcID: "55", Message: "link up", Format: RFC3164}},
		{"Nov 23 10:00:00 nas-01 CRON[77]: (root) CMD (true)", Header{Priority: -1, Time: ten, Hostname: "nas-01", AppName: "CRON", ProcID: "77", Message: "(root) CMD (true)", Format: RFC3164}},
		{"<134>Nov 23 10:00:00 filterlog[123]: 4,,,1000000103,igb0", Header{Priority: 134, Time: ten, AppName: "filterlog", ProcID: "123", Message: "4,,,1000000103,igb0", Format: RFC3164}},
		{"<85>Nov 23 10:00:00 sudo:    anna : TTY=pts/0 ; USER=root", Header{Priority: 85, Time: ten, AppName: "sudo", Message: "anna : TTY=pts/0 ; USER=root", Format: RFC3164}},
		{"<86>Nov 23 10:00:00 old sshd(pam_unix)[123]: session opened", Header{Priority: 86, Time: ten, Hostname: "old", AppName: "sshd(pam_unix)", ProcID: "123", Message: "session opened", Format: RFC3164}},
		{"<78>Nov 23 10:00:00 /usr/sbin/cron[1]: (root) CMD", Header{Priority: 78, Time: ten, AppName: "/usr/sbin/cron", ProcID: "1", Message: "(root) CMD", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 h systemd-logind[1]: New session", Header{Priority: 30, Time: ten, Hostname: "h", AppName: "systemd-logind", ProcID: "1", Message: "New session", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 h (systemd)[9]: pam_unix", Header{Priority: 30, Time: ten, Hostname: "h", AppName: "(systemd)", ProcID: "9", Message: "pam_unix", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 ns1.example.org 10.0.0.1 dhcpd[7]: DHCPACK", Header{Priority: 30, Time: ten, Hostname: "ns1.example.org", Address: "10.0.0.1", AppName: "dhcpd", ProcID: "7", Message: "DHCPACK", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 gw 10.0.0.1 is unreachable", Header{Priority: 30, Time: ten, Hostname: "gw", Message: "10.0.0.1 is unreachable", Format: RFC3164}},
		{"<5>Nov 23 10:00:00 last message repeated 3 times", Header{Priority: 5, Time: ten, Message: "last message repeated 3 times", Format: RFC3164}},
		{"<5>Nov 23 10:00:00 gw last message repeated 3 times", Header{Priority: 5, Time: ten, Hostname: "gw", Message: "last message repeated 3 times", Format: RFC3164}},
		{"<46>Nov 23 10:00:00 -- MARK --", Header{Priority: 46, Time: ten, Message: "-- MARK --", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 2001:db8::1 dnsmasq[5]: query", Header{Priority: 30, Time: ten, Hostname: "2001:db8::1", AppName: "dnsmasq", ProcID: "5", Message: "query", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 fe80::1%eth0 dnsmasq[5]: query", Header{Priority: 30, Time: ten, Hostname: "fe80::1%eth0", AppName: "dnsmasq", ProcID: "5", Message: "query", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 192.0.2.7: link down", Header{Priority: 30, Time: ten, Hostname: "192.0.2.7", Message: "link down", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 relay/10.1.1.1 named[5]: query", Header{Priority: 30, Time: ten, Hostname: "relay/10.1.1.1", AppName: "named", ProcID: "5", Message: "query", Format: RFC3164}},
		{"<14>Nov 23 10:00:00 US8P60,18e8294876c3,v4.0.66 switch: DOT1S", Header{Priority: 14, Time: ten, Hostname: "US8P60,18e8294876c3,v4.0.66", AppName: "switch", Message: "DOT1S", Format: RFC3164}},
		{"<14>Nov 23 10:00:00 US8P60,18e8294876c3,v4.0.66: switch: DOT1S", Header{Priority: 14, Time: ten, Hostname: "US8P60,18e8294876c3,v4.0.66", AppName: "switch", Message: "DOT1S", Format: RFC3164}},
		{`<14>Nov 23 10:00:00 ("U7PG2,788a20000001,v4.0.10") hostapd: ath0`, Header{Priority: 14, Time: ten, Hostname: "U7PG2,788a20000001,v4.0.10", AppName: "hostapd", Message: "ath0", Format: RFC3164}},
		{"<30>Nov 23 10:00:00 ap-hall 788a20000001,U7PG2-6.5.28+14491: hostapd[9]: ath0", Header{Priority: 30, Time: ten, Hostname: "ap-hall", AppName: "hostapd", ProcID: "9", Message: "ath0", Format: RFC3164}},
		{"<174>Nov 23 10:00:00 INFO  uvm[0]:  {\"a\":1}", Header{Priority: 174, Time: ten, AppName: "uvm", ProcID: "0", Message: `{"a":1}`, Format: RFC3164}},
		{"<30>Nov 23 10:00:00 MikroTik system,info,account user admin logged in", Header{Priority: 30, Time: ten, Hostname: "MikroTik", Message: "system,info,account user admin logged in", Format: RFC3164}},
		{"<14>Nov 23 10:00:00 fgt CEF:0|Fortinet|x|1|2|n|3|", Header{Priority: 14, Time: ten, Hostname: "fgt", Message: "CEF:0|Fortinet|x|1|2|n|3|", Format: RFC3164}},
		{"<14>Nov 23 10:00:00 CEF:0|Fortinet|x|1|2|n|3|", Header{Priority: 14, Time: ten, Message: "CEF:0|Fortinet|x|1|2|n|3|", Format: RFC3164}},
		{"<14>Nov 23 10:00:00 {\"a\":1}", Header{Priority: 14, Time: ten, Message: `{"a":1}`, Format: RFC3164}},
		{"<14>Nov 23 10:00:00 date=2026-11-23 time=10:00:00", Header{Priority: 14, Time: ten, Message: "date=2026-11-23 time=10:00:00", Format: RFC3164}},
		{"<14>Nov 23 10:00:00 fw 1,2026/11/23 10:00:00,0079,TRAFFIC", Header{Priority: 14, Time: ten, Hostname: "fw", Message: "1,2026/11/23 10:00:00,0079,TRAFFIC", Format: RFC3164}},
		{"<14>Nov 23 10:00:00", Header{Priority: 14, Time: ten, Format: RFC3164}},
		{"<13>Nov 23 10:00:00 pc-7 error: disk full", Header{Priority: 13, Time: ten, Hostname: "pc-7", Message: "error: disk full", Format: RFC3164}},

		// other times
		{"<166>Nov 23 2026 10:00:00 fw : %ASA-6-302013: Built", Header{Priority: 166, Time: ten, Hostname: "fw", Message: "%ASA-6-302013: Built", Format: RFC3164}},
		{"<166>Nov 23 2026 10:00:00: %ASA-6-302013: Built", Header{Priority: 166, Time: ten, Message: "%ASA-6-302013: Built", Format: RFC3164}},
		{"<166>:Nov 23 04:00:00 EST: %ASA-session-6-302013: Built", Header{Priority: 166, Time: ten, Message: "%ASA-session-6-302013: Built", Format: RFC3164}},
		{"<166>%ASA-6-302013: Built", Header{Priority: 166, Message: "%ASA-6-302013: Built", Format: PriorityOnly}},
		{"<113>2026-11-23T09:00:00Z fw : %FTD-1-430003: Src", Header{Priority: 113, Time: ten, Hostname: "fw", Message: "%FTD-1-430003: Src", Format: RFC3164}},
		{"2026-11-23T09:00:00Z fw  %FTD-1-430003: Src", Header{Priority: -1, Time: ten, Hostname: "fw", Message: "%FTD-1-430003: Src", Format: RFC3164}},
		{"<141>Nov 23 10:00:00 2026 mc-1 authmgr[3876]: <522008> user", Header{Priority: 141, Time: ten, Hostname: "mc-1", AppName: "authmgr", ProcID: "3876", Message: "<522008> user", Format: RFC3164}},
		{"<14>2026-11-23T09:00:00.5Z esx1 Hostd: info", Header{Priority: 14, Time: at(9, 0, 0, 5e8), Hostname: "esx1", AppName: "Hostd", Message: "info", Format: RFC3164}},
		{"2026-11-23T10:00:00.123456+01:00 web1 app[1]: m", Header{Priority: -1, Time: at(9, 0, 0, 123456000), Hostname: "web1", AppName: "app", ProcID: "1", Message: "m", Format: RFC3164}},
		{"2026-11-23 10:00:00 web1 app[1]: m", Header{Priority: -1, Time: ten, Hostname: "web1", AppName: "app", ProcID: "1", Message: "m", Format: RFC3164}},
		{"<134>2026-11-23 10:00:00 omada device up", Header{Priority: 134, Time: ten, Hostname: "omada", Message: "device up", Format: RFC3164}},
		{"<129>2026-11-23 10:00:00.5 +0100  ng NF ALER TCP", Header{Priority: 129, Time: at(9, 0, 0, 5e8), Hostname: "ng", Message: "NF ALER TCP", Format: RFC3164}},
		{"<14>2026-11-23 10:00:00,500 INFO started", Header{Priority: 14, Time: at(9, 0, 0, 5e8), Message: "INFO started", Format: RFC3164}},
		{"<30>2026:11:23-10:00:00 utm ulogd[1]: id=\"2001\"", Header{Priority: 30, Time: ten, Hostname: "utm", AppName: "ulogd", ProcID: "1", Message: `id="2001"`, Format: RFC3164}},
		{"<14>host-9 2026-11-23T09:00:00Z app: m", Header{Priority: 14, Time: ten, Hostname: "host-9", AppName: "app", Message: "m", Format: RFC3164}},
		{"<14>Nov 23 10:00:00.250 CET h app: m", Header{Priority: 14, Time: at(9, 0, 0, 25e7), Hostname: "h", AppName: "app", Message: "m", Format: RFC3164}},
		{"<14>Nov 23 2026 10:00:00 +01:00 h app: m", Header{Priority: 14, Time: ten, Hostname: "h", AppName: "app", Message: "m", Format: RFC3164}},
		{"<14>Nov 23 10:00:00 NAS app: m", Header{Priority: 14, Time: ten, Hostname: "NAS", AppName: "app", Message: "m", Format: RFC3164}},

		// Cisco
		{"<189>000123: *Nov 23 10:00:00.123 CET: %SYS-5-CONFIG_I: Configured", Header{Priority: 189, Time: at(9, 0, 0, 123e6), Message: "%SYS-5-CONFIG_I: Configured", Format: RFC3164}},
		{"<189>123: sw-1: Nov 23 10:00:00: %SYS-5-CONFIG_I: Configured", Header{Priority: 189, Time: ten, Hostname: "sw-1", Message: "%SYS-5-CONFIG_I: Configured", Format: RFC3164}},
		{"<189>123: sw-1: 000456: .Nov 23 09:00:00.1 UTC: %SYS-5-CONFIG_I: x", Header{Priority: 189, Time: at(9, 0, 0, 1e8), Hostname: "sw-1", Message: "%SYS-5-CONFIG_I: x", Format: RFC3164}},
		{"<189>: 2026 Nov 23 10:00:00.5 CET: %ETHPORT-5-IF_UP: x", Header{Priority: 189, Time: at(9, 0, 0, 5e8), Message: "%ETHPORT-5-IF_UP: x", Format: RFC3164}},
		{"<189>2026 Nov 23 10:00:00 n5k %ETHPORT-5-IF_UP: x", Header{Priority: 189, Time: ten, Hostname: "n5k", Message: "%ETHPORT-5-IF_UP: x", Format: RFC3164}},
		{"<189>55: 1w2d: %LINK-3-UPDOWN: x", Header{Priority: 189, Message: "%LINK-3-UPDOWN: x", Format: RFC3164}},
		{"<189>55: 00:02:59: %LINK-3-UPDOWN: x", Header{Priority: 189, Message: "%LINK-3-UPDOWN: x", Format: RFC3164}},
		{"<190>Nov 23 10:00:09 10.0.0.2 sw-1: 777: Nov 23 2026 09:00:00.5 UTC: %SEC-6-X: y", Header{Priority: 190, Time: at(9, 0, 0, 5e8), Hostname: "sw-1", Message: "%SEC-6-X: y", Format: RFC3164}},
		{"Nov 23 10:00:09 10.0.0.2 777: Nov 23 10:00:00.5: %SEC-6-X: y", Header{Priority: -1, Time: at(9, 0, 0, 5e8), Hostname: "10.0.0.2", Message: "%SEC-6-X: y", Format: RFC3164}},

		{"<189>388: sw-1: Nov 23 10:00:00.5 UTC+1: %DOT1X-5-FAIL: x", Header{Priority: 189, Time: at(9, 0, 0, 5e8), Hostname: "sw-1", Message: "%DOT1X-5-FAIL: x", Format: RFC3164}},
		{"<189>388: sw-1: Nov 23 16:30:00 UTC+07:30: %DOT1X-5-FAIL: x", Header{Priority: 189, Time: ten, Hostname: "sw-1", Message: "%DOT1X-5-FAIL: x", Format: RFC3164}},
		{"<189>388: 389: Nov 23 2026 02:00:00 mst: %DOT1X-5-FAIL: x", Header{Priority: 189, Time: ten, Message: "%DOT1X-5-FAIL: x", Format: RFC3164}},
		{"<189>388: 10.0.0.2 389: Nov 23 2026 09:00:00.5 UTC: %DOT1X-5-FAIL: x", Header{Priority: 189, Time: at(9, 0, 0, 5e8), Hostname: "10.0.0.2", Message: "%DOT1X-5-FAIL: x", Format: RFC3164}},
		{"2026-11-23T09:00:00Z   %FTD-1-430003: x", Header{Priority: -1, Time: ten, Message: "%FTD-1-430003: x", Format: RFC3164}},

		// a PRI and no time
		{"<134>printer: powered up", Header{Priority: 134, AppName: "printer", Message: "powered up", Format: PriorityOnly}},
		{"<134>Alarm: door open", Header{Priority: 134, Message: "Alarm: door open", Format: PriorityOnly}},
		{"<38>sshd[12]: Failed", Header{Priority: 38, AppName: "sshd", ProcID: "12", Message: "Failed", Format: PriorityOnly}},
		{"<38>web1 sshd[12]: Failed", Header{Priority: 38, Hostname: "web1", AppName: "sshd", ProcID: "12", Message: "Failed", Format: PriorityOnly}},
		{"<189>date=2026-11-23 time=10:00:00 devname=\"fgt\"", Header{Priority: 189, Message: "date=2026-11-23 time=10:00:00 devname=\"fgt\"", Format: PriorityOnly}},
		{"<134>  id=firewall sn=1 time=\"2026\"", Header{Priority: 134, Message: "id=firewall sn=1 time=\"2026\"", Format: PriorityOnly}},
		{"<14>CEF:0|a|b|1|2|3|4|", Header{Priority: 14, Message: "CEF:0|a|b|1|2|3|4|", Format: PriorityOnly}},
		{"<14>LEEF:1.0|a|b|1|2|", Header{Priority: 14, Message: "LEEF:1.0|a|b|1|2|", Format: PriorityOnly}},
		{"<14>{\"a\":1}", Header{Priority: 14, Message: `{"a":1}`, Format: PriorityOnly}},
		{"<01>device=\"SFW\" date=2026-11-23", Header{Priority: 1, Message: "device=\"SFW\" date=2026-11-23", Format: PriorityOnly}},
		{"<14>10.0.0.1 something happened", Header{Priority: 14, Message: "10.0.0.1 something happened", Format: PriorityOnly}},
		{"<14>firewall,info forward: in:ether1", Header{Priority: 14, Message: "firewall,info forward: in:ether1", Format: PriorityOnly}},
		{"<14>", Header{Priority: 14, Format: PriorityOnly}},

		// no header
		{"", Header{Priority: -1}},
		{"hello world", Header{Priority: -1, Message: "hello world"}},
		{"sshd[12]: Failed", Header{Priority: -1, Message: "sshd[12]: Failed"}},
		{`{"a":"<14>1 "}`, Header{Priority: -1, Message: `{"a":"<14>1 "}`}},
		{"<Event xmlns='x'>", Header{Priority: -1, Message: "<Event xmlns='x'>"}},
		{"date=2026-11-23 time=10:00:00", Header{Priority: -1, Message: "date=2026-11-23 time=10:00:00"}},
		{"2026-11-23 10:00:00,100 INFO main: started", Header{Priority: -1, Time: at(9, 0, 0, 1e8), Message: "2026-11-23 10:00:00,100 INFO main: started"}},
		{"2026-11-23 09:00:00 UTC LOG:  duration: 1 ms", Header{Priority: -1, Time: ten, Message: "2026-11-23 09:00:00 UTC LOG:  duration: 1 ms"}},
		{"[2026-11-23 10:00:00.500][app][ERROR] no", Header{Priority: -1, Time: at(9, 0, 0, 5e8), Message: "[2026-11-23 10:00:00.500][app][ERROR] no"}},
		{"[Nov 23 10:00:00] NOTICE[12] chan.c: no", Header{Priority: -1, Time: ten, Message: "[Nov 23 10:00:00] NOTICE[12] chan.c: no"}},
		{"[2026-11-23 10:00:00.500 +01:00] [INF] no", Header{Priority: -1, Time: at(9, 0, 0, 5e8), Message: "[2026-11-23 10:00:00.500 +01:00] [INF] no"}},
		{"23-Nov-2026 10:00:00.500 SEVERE [main] no", Header{Priority: -1, Time: at(9, 0, 0, 5e8), Message: "23-Nov-2026 10:00:00.500 SEVERE [main] no"}},
		{"Mon Nov 23 10:00:00 2026 : Auth: no", Header{Priority: -1, Time: ten, Message: "Mon Nov 23 10:00:00 2026 : Auth: no"}},
		{"[12345.678901] usb 1-1: no", Header{Priority: -1, Message: "[12345.678901] usb 1-1: no"}},
		{"2026-11-23T09:00:00Z,a,b", Header{Priority: -1, Message: "2026-11-23T09:00:00Z,a,b"}},
		{"<13>1 2026-11-23T10:00:00 gw CheckPoint 7 - - up", Header{Priority: 13, Version: 1, Time: ten, Format: RFC5424, Hostname: "gw", AppName: "CheckPoint", ProcID: "7", Message: "up"}},

		// malformed
		{"<192>Nov 23 10:00:00 h a: m", Header{Priority: -1, Message: "<192>Nov 23 10:00:00 h a: m", Err: errPriority}},
		{"<007>1 - h a - - -", Header{Priority: 7, Format: PriorityOnly, Message: "<007>1 - h a - - -", Err: errPriority}},
		{"<13", Header{Priority: -1, Message: "<13", Err: errPriority}},
		{"<0013>x", Header{Priority: -1, Message: "<0013>x", Err: errPriority}},
		{"<13>Nov 32 10:00:00 h a: m", Header{Priority: 13, Format: PriorityOnly, Message: "<13>Nov 32 10:00:00 h a: m", Err: errTimeRange}},
		{"<13>2026-11-23", Header{Priority: 13, Format: PriorityOnly, Message: "<13>2026-11-23", Err: errDateOnly}},
		{"<13>1 ", Header{Priority: 13, Version: 1, Format: RFC5424, Message: "<13>1 ", Err: errTimestamp}},
		{"<13>1 - h " + strings.Repeat("a", 49) + " - - - m", Header{Priority: 13, Version: 1, Hostname: "h", Format: RFC5424, Message: "<13>1 - h " + strings.Repeat("a", 49) + " - - - m", Err: errAppName}},
		{"<13>1 - h a - - - \xef\xbb\xbf\xff", Header{Priority: 13, Version: 1, Hostname: "h", AppName: "a", Format: RFC5424, Message: "\xff", Err: errMessageUTF8}},
	} {
		var got Header
		ParseHeader(c.body, received, loc, &got)
		if got != c.want {
			t.Errorf("%q\n got %+v\nwant %+v", c.body, got, c.want)
		}
	}
}

func TestYearlessTimes(t *testing.T) {
	loc := berlin(t)
	for _, c := range []struct{ received, time, want string }{
		{"2026-01-01T00:00:10+01:00", "Dec 31 23:59:59", "2025-12-31T23:59:59+01:00"},
		{"2025-12-31T23:59:58+01:00", "Jan  1 00:00:00", "2026-01-01T00:00:00+01:00"},
		{"2026-07-01T12:00:00+02:00", "Jul  1 12:00:00", "2026-07-01T12:00:00+02:00"},
		{"2028-03-01T00:00:00+01:00", "Feb 29 12:00:00", "2028-02-29T12:00:00+01:00"},
		{"2026-03-05T00:00:00+01:00", "Feb 29 12:00:00", "2024-02-29T12:00:00+01:00"},
		{"2026-11-23T10:00:00+01:00", "Apr  1 10:00:00", "2026-04-01T10:00:00+02:00"}, // imported late
		{"2026-02-01T10:00:00+01:00", "Nov 23 10:00:00", "2025-11-23T10:00:00+01:00"},
		{"2026-11-23T10:00:00+01:00", "Nov 24 10:00:00", "2026-11-24T10:00:00+01:00"}, // a clock ahead
		{"2025-03-01T00:00:00+01:00", "Feb 29 12:00:00", "2024-02-29T12:00:00+01:00"},
		{"2100-03-01T00:00:00+01:00", "Feb 29 12:00:00", "2096-02-29T12:00:00+01:00"},
		{"2026-11-23T10:00:00+01:00", "Nov  3 10:00:00", "2026-11-03T10:00:00+01:00"},
		{"2026-11-23T10:00:00+01:00", "Nov 03 10:00:00", "2026-11-03T10:00:00+01:00"},
		{"2026-11-23T10:00:00+01:00", "Nov 3 10:00:00", "2026-11-03T10:00:00+01:00"},
		{"2026-03-29T12:00:00+02:00", "Mar 29 02:30:00", "2026-03-29T03:30:00+02:00"}, // in the gap
		{"2026-07-01T12:00:00+02:00", "Jul  1 12:00:00 CET", "2026-07-01T13:00:00+02:00"},
		{"2026-07-01T12:00:00+02:00", "Jul  1 06:00:00 EDT", "2026-07-01T12:00:00+02:00"},
		{"2026-07-01T12:00:00+02:00", "Jun 30 23:59:60", "2026-07-01T00:00:00+02:00"}, // leap second
	} {
		parse := func(s string) time.Time {
			at, err := time.Parse(time.RFC3339, s)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		var h Header
		ParseHeader("<13>"+c.time+" host app: text", parse(c.received).UnixNano(), loc, &h)
		if got := time.Unix(0, h.Time); !got.Equal(parse(c.want)) || h.Hostname != "host" || h.Err != nil {
			t.Errorf("%s received %s: got %s, want %s (%+v)", c.time, c.received, got.In(loc).Format(time.RFC3339), c.want, h)
		}
	}
}

func TestFacilityAndSeverity(t *testing.T) {
	var h Header
	ParseHeader("<191>x", 0, nil, &h)
	if h.Facility() != 23 || h.Severity() != 7 {
		t.Errorf("<191>: facility %d, severity %d", h.Facility(), h.Severity())
	}
	ParseHeader("x", 0, nil, &h)
	if h.Facility() != -1 || h.Severity() != -1 {
		t.Errorf("no PRI: facility %d, severity %d", h.Facility(), h.Severity())
	}
}

func TestParams(t *testing.T) {
	var got []Param
	for p := range Params(`[a@1 x="1" y=""][empty][b z="q\"\\\]\n\"" x="ü"]`) {
		got = append(got, p)
	}
	want := []Param{{"a@1", "x", "1"}, {"a@1", "y", ""}, {"b", "z", `q"\]\n"`}, {"b", "x", "ü"}}
	if len(got) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%d: got %+v, want %+v", i, got[i], want[i])
		}
	}
	for p := range Params(`[a x="1" y="2"]`) { // the caller may stop early
		if p.Name == "y" {
			t.Error("went on")
		}
		break
	}
}

func TestManyElementsAreLinear(t *testing.T) {
	var sd strings.Builder
	for i := range 20_000 {
		sd.WriteByte('[')
		for range 4 {
			sd.WriteByte(byte('a' + i%16))
			i /= 16
		}
		sd.WriteByte(']')
	}
	var h Header
	ParseHeader("<13>1 - - - - - "+sd.String(), 0, nil, &h)
	if h.Err != nil || h.StructuredData != sd.String() {
		t.Error("20,000 elements: ", h.Err)
	}
	ParseHeader("<13>1 - - - - - "+sd.String()+"[aaaa]", 0, nil, &h)
	if h.Err != errDuplicateID {
		t.Error("the first id again: ", h.Err)
	}
	ParseHeader("<13>1 - - - - - "+sd.String()+"[acba]", 0, nil, &h)
	if h.Err != errDuplicateID {
		t.Error("a late id again: ", h.Err)
	}
}

func TestParsingDoesNotAllocate(t *testing.T) {
	for _, body := range []string{line3164, line5424, "<189>000123: *Nov 23 10:00:00.123 CET: %SYS-5-CONFIG_I: x", "<13>1 broken", "hello"} {
		var h Header
		if n := testing.AllocsPerRun(100, func() { ParseHeader(body, received, time.UTC, &h) }); n != 0 {
			t.Errorf("%q: %v allocations", body, n)
		}
	}
	var h Header
	ParseHeader(line5424, received, time.UTC, &h)
	n := testing.AllocsPerRun(100, func() {
		for p := range Params(h.StructuredData) {
			if p.ID == "" {
				t.Fail()
			}
		}
	})
	if n != 0 {
		t.Errorf("Params: %v allocations", n)
	}
}

const (
	line3164 = "<86>Nov 23 10:00:00 nas-01 sshd[4711]: Accepted publickey for backup from 192.168.1.7 port 51234 ssh2: ED25519 SHA256:abcdef"
	line5424 = `<165>1 2026-11-23T10:00:00.003+01:00 mx.example.org evntslog 4711 ID47 [exampleSDID@32473 iut="3" eventSource="Application" eventID="1011"][examplePriority@32473 class="high"] An application event log entry`
)

func BenchmarkParseHeader(b *testing.B) {
	loc := berlin(b)
	for _, c := range []struct{ name, body string }{{"rfc3164", line3164}, {"rfc5424-sd", line5424},
		{"cisco", "<189>000123: *Nov 23 10:00:00.123 CET: %SYS-5-CONFIG_I: Configured from console"}, {"none", "something without a header"}} {
		b.Run(c.name, func(b *testing.B) {
			b.ReportAllocs()
			var h Header
			for b.Loop() {
				ParseHeader(c.body, received, loc, &h)
			}
		})
	}
}

func FuzzParseHeader(f *testing.F) {
	f.Add(line3164)
	f.Add(line5424)
	f.Add("<189>123: sw-1: 000456: .Nov 23 09:00:00.1 UTC: %SYS-5-CONFIG_I: x")
	f.Add("2026-11-23T10:00:00.123456+01:00 web1 app[1]: m")
	f.Add("<134>1 1795424400.123456789 MX84 events x")
	f.Add(`<14>Nov 23 10:00:00 ("U7PG2,788a20000001,v4.0.10") hostapd: ath0`)
	f.Add("<30>2026:11:23-10:00:00 fe80::1%eth0 ulogd[1]: id")
	f.Fuzz(func(t *testing.T, body string) {
		var h Header
		ParseHeader(body, received, time.UTC, &h)
		if h.Priority < -1 || h.Priority > 191 || h.Version < 0 || h.Version > 999 {
			t.Errorf("numbers out of range: %+v", h)
		}
		for _, v := range []string{h.Hostname, h.AppName, h.ProcID, h.MsgID, h.StructuredData, h.Message} {
			if !strings.Contains(body, v) {
				t.Errorf("%q is not part of the body", v)
			}
		}
		if h.Format == None && h.Message != trimLineEnd(body) {
			t.Errorf("no header, yet text was lost: %q", h.Message)
		}
		if !strings.HasSuffix(trimLineEnd(body), h.Message) {
			t.Errorf("the message %q is not the end of the body", h.Message)
		}
		n := 0
		for p := range Params(h.StructuredData) {
			n += len(p.ID) + len(p.Name) + len(p.Value)
		}
		if n > len(body)*33 {
			t.Errorf("parameters of %d bytes out of %d", n, len(body))
		}
		for range Params(body) { // must terminate, whatever the text
		}
	})
}
