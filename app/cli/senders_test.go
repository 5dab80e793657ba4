package cli

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestRealSenders points logger and rsyslog, as offices run them, at the
// collector, in every wire format they have.
func TestRealSenders(t *testing.T) {
	for _, tool := range []string{"logger", "rsyslogd"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed; packaging/setup.sh test installs it", tool)
		}
	}
	dir := t.TempDir()
	s := startServe(t, dir)
	_, udpPort, _ := net.SplitHostPort(s.udp)
	_, tcpPort, _ := net.SplitHostPort(s.tcp)
	found := func(name, query string) {
		t.Helper()
		eventually(t, name+" arrives and is understood", func() bool { return len(search(t, dir, query)) == 1 })
	}

	for i, args := range [][]string{
		{"-P", udpPort, "-d", "--rfc3164"},
		{"-P", udpPort, "-d", "--rfc5424"},
		{"-P", tcpPort, "-T", "--rfc3164"},
		{"-P", tcpPort, "-T", "--rfc5424", "--octet-count"},
	} {
		text := fmt.Sprintf("Accepted publickey for anna from 192.0.2.%d port 50000 ssh2", i+1)
		args = append([]string{"-n", "127.0.0.1", "-p", "auth.info", "-t", "sshd"}, append(args, text)...)
		if out, err := exec.Command("logger", args...).CombinedOutput(); err != nil {
			t.Fatalf("logger %v: %v: %s", args, err, out)
		}
		found(fmt.Sprint("logger ", args), fmt.Sprintf("event.action:logon-success and source.ip:192.0.2.%d and user.name:anna and log.syslog.facility.code:4", i+1))
	}

	work := t.TempDir()
	for i, forward := range []string{
		fmt.Sprintf(`port="%s" protocol="udp"`, udpPort),
		fmt.Sprintf(`port="%s" protocol="tcp"`, tcpPort),
		fmt.Sprintf(`port="%s" protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"`, tcpPort),
	} {
		socket := filepath.Join(work, fmt.Sprintf("log%d", i))
		config := filepath.Join(work, fmt.Sprintf("rsyslog%d.conf", i))
		text := fmt.Sprintf(`global(workDirectory=%q)
module(load="imuxsock" SysSock.Use="off")
input(type="imuxsock" Socket=%q)
*.* action(type="omfwd" target="127.0.0.1" %s)
`, work, socket, forward)
		if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		daemon := exec.Command("rsyslogd", "-n", "-f", config, "-i", filepath.Join(work, fmt.Sprint("pid", i)))
		if err := daemon.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { daemon.Process.Kill(); daemon.Wait() })
		eventually(t, "rsyslog is ready", func() bool { _, err := os.Stat(socket); return err == nil })
		line := fmt.Sprintf("Failed password for root from 198.51.100.%d port 50000 ssh2", i+1)
		if out, err := exec.Command("logger", "-u", socket, "-p", "auth.info", "-t", "sshd", line).CombinedOutput(); err != nil {
			t.Fatalf("logger: %v: %s", err, out)
		}
		found("rsyslog with "+forward, fmt.Sprintf("event.action:logon-failed and source.ip:198.51.100.%d and user.name:root", i+1))
	}
	s.stop(t)
}
