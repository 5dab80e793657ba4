package replay

import (
	"context"
	"net"
	"net/netip"
	"os"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func at1402() time.Time {
	return time.Date(2026, time.November, 3, 14, 2, 7, 123456000, time.FixedZone("", 3600))
}

func messages(t *testing.T, text string) []string {
	t.Helper()
	s, err := parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for i := range s.steps {
		out = append(out, string(s.steps[i].render(nil, at1402())))
	}
	return out
}

func TestPlaceholders(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"<86>{bsd} {host} sshd: x", "<86>Nov  3 14:02:07 d sshd: x"},
		{"{iso}", "2026-11-03T14:02:07.123456+01:00"},
		{"[{clf}] {clock}", "[03/Nov/2026:14:02:07 +0100] 14:02"},
		{`{{"a":{{}} } {n}`, `{"a":{}} } 1`},
		{"{rand 7-7}{pick a}{each b|c}", "7ab"},
		{"{user}@{host}", "anna smith@d"},
	} {
		got := messages(t, "device d 127.0.0.1\nset user = {pick anna} smith\n+0 udp d "+c.text)
		if got[0] != c.want {
			t.Errorf("%q becomes %q, want %q", c.text, got[0], c.want)
		}
	}
	got := strings.Join(messages(t, "device d ::1\n+0*4 udp d {n}{each x|y|z}"), " ")
	if got != "1x 2y 3z 4x" {
		t.Errorf("repetition gives %q", got)
	}
	got = strings.Join(messages(t, "device d ::1\nset a = 1\n+0 udp d {a}\nset a = {a}2\n+0 udp d {a}"), " ")
	if got != "1 12" {
		t.Errorf("setting anew gives %q", got)
	}
}

func TestScriptErrors(t *testing.T) {
	const d = "device d 127.0.0.1\n"
	for _, c := range []struct{ script, want string }{
		{"", "nothing to send"},
		{"# only this", "nothing to send"},
		{"go", `line 1: "go" is not a statement`},
		{d + "\n+x udp d m", `line 3: "x": expected a number of seconds`},
		{d + "+-1 udp d m", "expected a number of seconds"},
		{d + "+NaN udp d m", "expected a number of seconds"},
		{d + "+1e9 udp d m", "expected a number of seconds"},
		{d + "+1*0 udp d m", "expected a number of times"},
		{d + "+1 smoke d m", `"smoke" is not a transport`},
		{d + "+1 udp e m", `device "e" is not declared`},
		{d + "+1 udp d", "no message after the device"},
		{d + "+1 udp d {what}", "{what}: expected bsd"},
		{d + "+1 udp d {bsd", "closing brace is missing"},
		{d + "+1 udp d {rand 5-1}", "expected {rand LOW-HIGH}"},
		{d + "+1 udp d {rand 1}", "expected {rand LOW-HIGH}"},
		{d + "== {host}", "{host}: expected"},
		{"==", "a chapter needs a title"},
		{"device d", "expected: device NAME ADDRESS"},
		{"device d nas.example.net", "expected: device NAME ADDRESS"},
		{"set bsd = 1", "not taken"},
		{"set n = 1", "not taken"},
		{"set A = 1", "lower-case letters"},
		{"set t = {bsd}", "only known when a message is sent"},
		{d + "every 0 udp d m", "at least 0.01 seconds"},
		{d + "every 1 udp d {x}", "line 2: {x}: expected"},
		{d + "quiet e", "not declared"},
		{d + "every 0.01 udp d m\n+86400", "more than 200000 messages"},
		{d + "+0*200000 udp d m\n+0 udp d m", "line 3: more than 200000 messages"},
		{d + "+80000*2", "longer than a day"},
		{strings.Repeat("#\n", maxScript), "longer than"},
		{"set a = 12345678\n" + strings.Repeat("set a = {a}{a}\n", 40), "line 15: the text is longer than"},
		{d + "set a = " + strings.Repeat("x", 60000) + "\n+0*2000 udp d {a}", "all messages together"},
	} {
		if _, err := parse(strings.NewReader(c.script)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%.60q: error %v, want %q", c.script, err, c.want)
		}
	}
}

func TestBackground(t *testing.T) {
	s, err := parse(strings.NewReader("device a ::1\ndevice b ::1\n+5\nevery 0.1 udp a A\nevery 1 udp b B\n+10\nquiet a\n+10\n== end"))
	if err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	last := time.Duration(0)
	for _, st := range s.steps {
		if st.at < last {
			t.Fatalf("%v comes after %v", st.at, last)
		}
		last = st.at
		count[st.device]++
		if st.device != "" && st.at < 5*time.Second || st.device == "a" && st.at > 15*time.Second {
			t.Errorf("%s speaks at %v", st.device, st.at)
		}
	}
	if a, b := count["a"], count["b"]; a < 80 || a > 120 || b < 15 || b > 25 {
		t.Errorf("%d times A, want about 100; %d times B, want about 20", a, b)
	}
	if s.steps[len(s.steps)-1].chapter != "end" {
		t.Error("the last chapter is not last")
	}
}

const office = "../../assets/demo/office.txt"

func openOffice(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Open(office)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// TestOffice checks what the demo is meant to be: long enough to watch, and a
// story with the attack in the right order, from nobody's real address.
func TestOffice(t *testing.T) {
	s, err := parse(openOffice(t))
	if err != nil {
		t.Fatal(err)
	}
	if d := s.steps[len(s.steps)-1].at; d < 40*time.Second || d > 60*time.Second {
		t.Errorf("the demo takes %v", d)
	}
	if n := len(s.steps); n < 300 || n > 700 {
		t.Errorf("the demo has %d steps", n)
	}
	story := []struct {
		text  string
		times int
	}{
		{"filterlog 41511 - - 4,,,1000000103,igb0,match,block,in,4,0x0,,52,", 40},
		{" from 203.0.113.66 port ", 6},
		{"Accepted password for backup from 203.0.113.66", 1},
		{"sudo:   backup : TTY=pts/1 ; PWD=/home/backup ; USER=root ; COMMAND=", 1},
		{"new user: name=svc-update", 1},
		{"add 'svc-update' to group 'sudo'", 1},
		{"COMMAND=/usr/bin/truncate -s 0 /var/log/auth.log", 1},
		{"rsyslogd: [origin software", 1},
	}
	ports := map[string]bool{}
	transports := map[via]int{}
	address := regexp.MustCompile(`\b\d{1,3}(\.\d{1,3}){3}\b`)
	part, seen := 0, 0
	for i := range s.steps {
		m := string(s.steps[i].render(nil, at1402()))
		if s.steps[i].chapter == "" {
			transports[s.steps[i].via]++
		}
		for _, a := range address.FindAllString(m, -1) {
			if !documentation(a) {
				t.Errorf("%s is nobody's address? %s", a, m)
			}
		}
		if part < len(story) && strings.Contains(m, story[part].text) {
			if part == 0 && strings.Contains(m, ",203.0.113.66,198.51.100.10,") {
				ports[strings.Split(m, ",")[21]] = true
			}
			if seen++; seen == story[part].times {
				part, seen = part+1, 0
			}
		}
	}
	if part < len(story) {
		t.Errorf("the story ends before %q (%d of %d)", story[part].text, seen, story[part].times)
	}
	if len(ports) < 40 {
		t.Errorf("the sweep has %d ports within its first part", len(ports))
	}
	if len(transports) != 3 {
		t.Errorf("transports in use: %v", transports)
	}
}

// documentation reports whether an address is private, special or set aside for
// documentation (RFC 5737).
func documentation(s string) bool {
	a, err := netip.ParseAddr(s)
	if err != nil {
		return true // 8.2302.0.1 and the like: not addresses
	}
	for _, p := range []string{"192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"} {
		if netip.MustParsePrefix(p).Contains(a) {
			return true
		}
	}
	return a.IsPrivate() || a.IsLoopback() || a.IsMulticast() || a.IsUnspecified()
}

// TestPlay plays the whole demo, fast, to real listeners.
func TestPlay(t *testing.T) {
	udp, datagrams := udpListener(t)
	tcp, streams := tcpListener(t)
	s, err := parse(openOffice(t))
	if err != nil {
		t.Fatal(err)
	}
	wantUDP, wantChapters := 0, 0
	devices := map[string]bool{}
	for _, st := range s.steps {
		switch {
		case st.chapter != "":
			wantChapters++
		case st.via.tcp:
			devices[st.device] = true
		default:
			wantUDP++
		}
	}
	var chapters []string
	err = Play(t.Context(), openOffice(t), Targets{UDP: udp, TCP: tcp}, PlayOptions{Speed: 100, Now: at1402,
		Progress: func(step string) { chapters = append(chapters, step) }})
	if err != nil {
		t.Fatal(err)
	}
	for range wantUDP {
		if m := <-datagrams; strings.ContainsAny(m, "\r\n") {
			t.Errorf("a datagram with a line break: %q", m)
		}
	}
	newline, octets := 0, 0
	for range devices {
		if s := <-streams; s[0] == '<' {
			newline += strings.Count(s, "\n")
		} else {
			octets += strings.Count(s, "<")
		}
	}
	if newline < 20 || octets < 10 {
		t.Errorf("%d messages on lines, %d by octet count", newline, octets)
	}
	if len(chapters) != wantChapters || !strings.HasPrefix(chapters[0], "14:02 An ordinary afternoon") {
		t.Errorf("chapters: %q", chapters)
	}
}

// TestOneTarget plays to a single listener: everything goes there.
func TestOneTarget(t *testing.T) {
	const script = "device d 127.0.0.1\n+0 udp d one\n+0 tcp d two\n+0 octet d three"
	udp, datagrams := udpListener(t)
	if err := Play(t.Context(), strings.NewReader(script), Targets{UDP: udp}, PlayOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := <-datagrams + " " + <-datagrams + " " + <-datagrams; got != "one two three" {
		t.Errorf("over UDP: %q", got)
	}
	tcp, streams := tcpListener(t)
	if err := Play(t.Context(), strings.NewReader(script), Targets{TCP: tcp}, PlayOptions{}); err != nil {
		t.Fatal(err)
	}
	if got := <-streams; got != "one\ntwo\n5 three" {
		t.Errorf("over TCP: %q", got)
	}
	if err := Play(t.Context(), strings.NewReader(script), Targets{}, PlayOptions{}); err == nil {
		t.Error("no target is accepted")
	}
	if err := Play(t.Context(), strings.NewReader(script), Targets{UDP: udp}, PlayOptions{Speed: -1}); err == nil {
		t.Error("a negative speed is accepted")
	}
}

// TestSenders checks that devices have addresses of their own where the system
// allows it.
func TestSenders(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("only Linux has more than one loopback address without configuration")
	}
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	const script = "device nas 127.0.2.10\ndevice far 192.0.2.1\n+0 udp nas x\n+0 udp far y"
	if err := Play(t.Context(), strings.NewReader(script), Targets{UDP: c.LocalAddr().String()}, PlayOptions{}); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 10)
	for _, want := range []string{"127.0.2.10", "127.0.0.1"} {
		_, from, err := c.ReadFrom(buf)
		if err != nil {
			t.Fatal(err)
		}
		if host, _, _ := net.SplitHostPort(from.String()); host != want {
			t.Errorf("came from %s, want %s", host, want)
		}
	}
}

func TestPlayNobodyListens(t *testing.T) {
	for _, to := range []Targets{{UDP: closedPort(t, "udp")}, {TCP: closedPort(t, "tcp")}} {
		err := Play(t.Context(), strings.NewReader("device d 127.0.2.1\n+0 udp d x"), to, PlayOptions{})
		if err == nil || !strings.HasPrefix(err.Error(), "nothing listens at ") {
			t.Errorf("%v: %v", to, err)
		}
	}
}

// TestPlayTiming plays chapters only, on a fake clock.
func TestPlayTiming(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var at []time.Duration
		err := Play(ctx, strings.NewReader("== a\n+10\n== b\n+20\n== c\n+30\n== d"), Targets{UDP: "127.0.0.1:9"},
			PlayOptions{Speed: 2, Progress: func(string) {
				if at = append(at, time.Since(began)); len(at) == 3 {
					cancel()
				}
			}})
		if err != nil {
			t.Errorf("cancelled: %v", err)
		}
		if len(at) != 3 || at[1] != 5*time.Second || at[2] != 15*time.Second || time.Since(began) != 15*time.Second {
			t.Errorf("chapters at %v, ended after %v", at, time.Since(began))
		}
	})
}

func FuzzScript(f *testing.F) {
	if b, err := os.ReadFile(office); err == nil {
		f.Add(string(b))
	}
	f.Add("device d ::1\nset a = {rand 1-2}\nevery 0.5 tcp d {each a|b}{bsd}\n== {clock}\n+1*3 octet d {{{a}\nquiet d\nquiet")
	f.Fuzz(func(t *testing.T, text string) {
		if strings.Count(text, "*") > 2 || strings.Contains(text, "every 0.0") {
			return // bounded, but slow to expand repeatedly
		}
		s, err := parse(strings.NewReader(text))
		if err != nil {
			return
		}
		last := time.Duration(0)
		for i := range s.steps {
			if s.steps[i].at < last {
				t.Fatal("steps are not in order")
			}
			last = s.steps[i].at
			s.steps[i].render(nil, at1402())
		}
	})
}
