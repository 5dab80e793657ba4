package normalize

import (
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

func TestParseTime(t *testing.T) {
	tests := []struct{ in, want string }{
		{"2026-03-01T10:00:00Z", "2026-03-01T10:00:00Z"},
		{"2026-03-01T10:00:00.123456789+02:00", "2026-03-01T08:00:00.123456789Z"},
		{"2026-03-01 10:00:00,5 +0130", "2026-03-01T08:30:00.5Z"},
		{"2026/03/01 10:00", "2026-03-01T09:00:00Z"},
		{"2026-03-01T10:00:00", "2026-03-01T09:00:00Z"},
		{"2026-03-01 10:00:00 CEST", "2026-03-01T08:00:00Z"},
		{"2026-03-01T10:00:00-05", "2026-03-01T15:00:00Z"},
		{"1772359200", "2026-03-01T10:00:00Z"},
		{"1772359200.25", "2026-03-01T10:00:00.25Z"},
		{"1772359200123", "2026-03-01T10:00:00.123Z"},
		{"1772359200123456", "2026-03-01T10:00:00.123456Z"},
		{"1772359200123456789", "2026-03-01T10:00:00.123456789Z"},
		{"Mar 01 2026 10:00:00", "2026-03-01T09:00:00Z"},
		{"Mar  1 2026 10:00:00.5 UTC", "2026-03-01T10:00:00.5Z"},
		{"Sun, 01 Mar 2026 10:00:00 GMT", "2026-03-01T10:00:00Z"},
		{"01/Mar/2026:10:00:00 +0100", "2026-03-01T09:00:00Z"},
		{"3/1/2026 10:05:09 PM", "2026-03-01T21:05:09Z"},
		{"11/3/2026 9:06:42 AM +00:00", "2026-11-03T09:06:42Z"},
		{"03/31/2026 12:30 AM UTC", "2026-03-31T00:30:00Z"},
		{"31/3/2026 1:30:00 PM", "2026-03-31T12:30:00Z"},
		{"3/1/2026 10:05:09", ""}, {"3/1/2026 13:05:09 PM", ""}, {"3/1/2026 10:05:09 PM x", ""}, {"3/1/2026 PM", ""},
		{"", ""}, {"12:00:00", ""}, {"20260301", ""}, {"1772359", ""}, {"2026-13-01 10:00:00", ""}, {"2026-03-01T25:00:00Z", ""},
		{"2026-03-01T10:00:00 XYZ", ""}, {"0001-01-01T00:00:00Z", ""}, {"9223372036854775807", ""}, {"99999999999999999999", ""},
		{"2026-03-01T10:00:00+25:99", ""}, {"Mar 01 2026", ""}, {"2026-03-01", ""},
	}
	for _, tt := range tests {
		got := ""
		if ns, ok := parseTime(tt.in, berlin); ok {
			got = event.FormatTime(ns)
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestJavaLayout(t *testing.T) {
	for pattern, want := range map[string]string{
		"MMM dd yyyy HH:mm:ss.SSS zzz": "Jan 02 2006 15:04:05.000 MST",
		"yyyy-MM-dd'T'HH:mm:ssXXX":     "2006-01-02T15:04:05Z07:00",
		"d/M/yy h:mm a":                "2/1/06 3:04 PM",
		"yyyy 'unclosed":               "",
		"QQQ":                          "",
	} {
		if got, _ := javaLayout(pattern); got != want {
			t.Errorf("%s: got %q, want %q", pattern, got, want)
		}
	}
}

func TestAddresses(t *testing.T) {
	for in, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "2001:DB8:0:0::1": "2001:db8::1", "fe80::1%eth0": "fe80::1",
		"192.0.2.256": "", "192.0.2": "", "10.0.0.01": "", "host": "", "": "", "192.0.2.1:22": "", "::1::": "", "fe80::1%": "",
		strings.Repeat(":", 70): "",
	} {
		if got, _ := parseIP(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"00:16:3e:5e:6c:01": "00-16-3E-5E-6C-01", "0016.3e5e.6c01": "00-16-3E-5E-6C-01", "00163E5E6C01": "00-16-3E-5E-6C-01",
		"00:16:3e:5e:6c": "", "00:16:3e:5e:6c:0g": "", "": "", "00:16:3e:5e:6c:01:02": "",
	} {
		var ev event.Event
		setMAC(&ev, event.SourceMAC, in)
		if got := ev.Get(event.SourceMAC); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]bool{"0": true, "65535": true, "65536": false, "-1": false, "": false, "22 ": false, "000022": false} {
		if isPort(in) != want {
			t.Errorf("isPort(%q) is %v", in, !want)
		}
	}
}

func TestPrefixVerdict(t *testing.T) {
	for in, want := range map[string]byte{
		"[UFW BLOCK]": 'D', "[UFW ALLOW]": 'A', "[UFW LIMIT BLOCK]": 'D', "IPTables-Dropped:": 'D', "FORWARD_ACCEPT": 'A', "nft-log": 0, "": 0,
		"[WAN_LOCAL-default-D]": 'D', "[LAN_IN-2000-A]": 'A', "[WAN_OUT-4000-R]": 'D', "[LAN_IN-RET-1]": 'A', "SFW2-INext-DROP-DEFLT": 'D', "D": 0,
	} {
		if got := prefixVerdict(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

// TestSSHNameInjection: whatever a client sends as the user name, the address
// is the one the server wrote.
func TestSSHNameInjection(t *testing.T) {
	names := []string{"from 198.51.100.1 port 22", "x from 198.51.100.1", "root from 198.51.100.1 port 22 ssh2", "a: b", "a port 22", "",
		"x from 198.51.100.1 port 22 ssh2: RSA SHA256:x", "not allowed because", "user x 198.51.100.1 port 1", "for root from 198.51.100.1 port 2", " from "}
	formats := []string{
		"Failed password for invalid user % from 203.0.113.7 port 51234 ssh2",
		"Invalid user % from 203.0.113.7 port 51234",
		"Connection closed by invalid user % 203.0.113.7 port 51234 [preauth]",
		"Disconnected from invalid user % 203.0.113.7 port 51234 [preauth]",
		"error: maximum authentication attempts exceeded for invalid user % from 203.0.113.7 port 51234 ssh2 [preauth]",
		"User % from 203.0.113.7 not allowed because not listed in AllowUsers",
		"error: PAM: Authentication failure for illegal user % from 203.0.113.7",
		"ssh_dispatch_run_fatal: Connection from invalid user % 203.0.113.7 port 51234: Broken pipe [preauth]",
	}
	for _, f := range formats {
		for _, name := range names {
			var ev event.Event
			load(&ev, "sshd\t"+strings.Replace(f, "%", name, 1))
			Apply(&ev, Context{})
			if got := ev.Get(event.SourceIP); got != "203.0.113.7" || ev.Get(event.UserName) != name {
				t.Errorf("%s with %q: source %q, user %q", f, name, got, ev.Get(event.UserName))
			}
		}
	}
}

func TestManyPairsAreBounded(t *testing.T) {
	var b strings.Builder
	for i := range 3000 {
		b.WriteString(" k")
		for n := i; n > 0; n /= 26 {
			b.WriteByte(byte('a' + n%26))
		}
		b.WriteString("=v")
	}
	for _, msg := range []string{b.String(), "CEF:0|a|b|c|d|e|5|" + b.String(), "LEEF:1.0|a|b|c|d|" + b.String()} {
		var ev event.Event
		load(&ev, "\t"+msg)
		if !Apply(&ev, Context{}) || len(ev.Extras()) > event.MaxFields+8 || !strings.Contains(ev.Get(event.Tags), event.TagFieldsDropped) {
			t.Errorf("%.20s: %d extras, tags %q", msg, len(ev.Extras()), ev.Get(event.Tags))
		}
	}
}

// BenchmarkHostile shows what the longest messages made to be slow cost.
func BenchmarkHostile(b *testing.B) {
	long := func(head, s string) string { return head + strings.Repeat(s, 65000/len(s)) }
	for _, bm := range []struct{ name, app, msg string }{
		{"quotes", "", long("", `a="x `)},
		{"equals", "", long("CEF:0|a|b|c|d|e|5|", "a=")},
		{"pairs", "", long("CEF:0|a|b|c|d|e|5|", " zz=1 z=2 y=3 x")},
		{"from", "sshd", long("Invalid user ", "from ")},
		{"ports", "sshd", long("Connection closed by invalid user ", " port 1")},
		{"brackets", "", long(`{"a":`, "[")},
		{"arrays", "", long(`{"a":[`, `[{"b":[1]}],`)},
		{"escapes", "", long(`{"a":"`, `\u0041`)},
		{"csv", "filterlog", long("1", ",")},
		{"netfilter", "kernel", long("IN= OUT= SRC=1.2.3.4 ", "IN=a OUT=b ")},
		{"words", "", long("a=1 b=2 c=3 ", "x ")},
		{"dates", "", long("", "date=2026-03-01 time=25:61:61 ts=nonsense-of-a-time ")},
	} {
		b.Run(bm.name, func(b *testing.B) {
			var ev event.Event
			for b.Loop() {
				ev.Reset()
				ev.Set(event.LogSyslogAppname, bm.app)
				ev.Set(event.Message, bm.msg)
				Apply(&ev, Context{Location: time.UTC})
			}
		})
	}
}
