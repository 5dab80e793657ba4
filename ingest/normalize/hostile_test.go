package normalize

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

// TestHostile feeds what nobody writes by mistake: it must be survived, stay
// within the bounds, and is counted. Times are printed, not asserted.
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
