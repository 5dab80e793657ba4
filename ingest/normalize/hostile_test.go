package normalize

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

// TestHostile feeds what nobody writes by accident: it must survive, stay
// within the limits, and be counted. Times are printed, not asserted.
func TestHostile(t *testing.T) {
	const size = 64 << 10
	fill := func(s string) string { return strings.Repeat(s, size/len(s)+1)[:size] }
	names := make([]byte, 0, size)
	for i := 0; len(names) < size-16; i++ {
		names = append(names, 'k')
		names = append(names, strconv.Itoa(i)...)
		names = append(names, "=v "...)
	}
	messages := map[string]string{
		"equals": fill("="), "quotes": fill(`"`), "pairs": string(names), "opened": fill(`a="`), "brackets": fill("[{("), "json bomb": strings.Repeat(`{"a":`, size/5),
		"json names": "{" + strings.ReplaceAll(strings.ReplaceAll(string(names), "=v ", `":1,"`), "k", "k") + `":1}`, "xml bomb": strings.Repeat("<a>", size/3), "commas": fill(","), "csv": "1,2026/03/01 10:00:00,1,TRAFFIC," + fill(`"",`),
		"colons": fill(": "), "blanks": fill(" "), "asa": "%ASA-6-302013: Built outbound " + fill("for a:1.1.1.1/1 ("), "ftd": "%FTD-1-430003: " + fill("A: b, "), "cef": "CEF:0|a|b|c|d|e|f|" + fill("a=b "), "pipes": "CEF:0" + fill("|"),
		"dns": "client " + fill("#1: query: "), "watchguard": `msg_id="3000-0148" Deny ` + fill("tcp 1.1.1.1 "), "users": fill("user from "), "percent": fill("%A-1-B: "), "w3c": "2026-03-01 10:00:00 " + fill("GET "), "audit": "type=A msg=audit(1:1): " + fill("a0=6161 "),
		"entities": "<a>" + fill("&amp;") + "</a>", "attributes": "<a " + fill(`b="c" `) + "/>", "escapes": fill(`\"`),
		"labels": "An account failed to log on. " + fill("Account Name: a "), "headings": "An account failed to log on. " + fill("Subject: "), "colons of windows": "Process Create: " + fill("a b c d e f g: "),
		"snare": "MSWinEventLog" + fill("\t4624"), "ossec": "WinEvtLog: " + fill("Security: AUDIT_SUCCESS(4624): "), "wazuh": `{"win":{"system":{"channel":"Security"},"eventdata":{"a":"` + fill(`\\\\`) + `"}}}`,
		"wrapped": `{` + strings.ReplaceAll(string(names), "=v ", `":{"a":1},"`) + `":1}`, "omada": fill("[client:a] "), "aruba": "<522008> <NOTI> " + fill("|a| "), "aruba pairs": "<522008> <NOTI> |a| " + fill("a=b, "),
		"mail": "imap-login: " + fill("user=<a>, "), "zeek": "1772359200.123456\tCx0ME82VbEyPVsGPQ1\t1.1.1.1" + fill("\t1"), "netscaler": "03/01/2026:10:00:00 GMT ns1 0-PPE-0 : " + fill("User a - "), "apache": "[error] " + fill("[client 1.1.1.1] "),
		"printer": "printer: Login; " + fill(`a="b" `), "gitlab": "I, [2026-03-01T06:17:00 #1]  INFO -- : " + fill(": "), "audit folder": fill("|") + "ok|a",
	}
	for name, msg := range messages {
		var ev event.Event
		load(&ev, "\t"+msg)
		start := time.Now()
		Apply(&ev, Context{Location: berlin})
		took := time.Since(start)
		load(&ev, "\t"+msg)
		ApplyBare(&ev, msg, Context{Location: berlin})
		if n := len(ev.Extras()); n > 2*event.MaxFields {
			t.Errorf("%s: %d fields", name, n)
		}
		if took > 5*time.Millisecond {
			t.Logf("%s: %v", name, took)
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

// BenchmarkHostile shows the cost of the longest messages made to be slow.
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
