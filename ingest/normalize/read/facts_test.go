package read

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
		if ns, ok := ParseTime(tt.in, time.FixedZone("CET", 3600)); ok {
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
		if got, _ := ParseIP(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]string{
		"00:16:3e:5e:6c:01": "00-16-3E-5E-6C-01", "0016.3e5e.6c01": "00-16-3E-5E-6C-01", "00163E5E6C01": "00-16-3E-5E-6C-01",
		"00:16:3e:5e:6c": "", "00:16:3e:5e:6c:0g": "", "": "", "00:16:3e:5e:6c:01:02": "",
	} {
		var ev event.Event
		SetMAC(&ev, event.SourceMAC, in)
		if got := ev.Get(event.SourceMAC); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
	for in, want := range map[string]bool{"0": true, "65535": true, "65536": false, "-1": false, "": false, "22 ": false, "000022": false} {
		if IsPort(in) != want {
			t.Errorf("isPort(%q) is %v", in, !want)
		}
	}
}
