package listen

import (
	"bytes"
	"log/slog"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// lockedBuffer is a log that is read while it is written.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// Nobody could tell why senders hang when the descriptors are used up.
func TestTCPSaysThatItCannotAccept(t *testing.T) {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	restore := func() {
		if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
			t.Fatal(err)
		}
	}
	var log lockedBuffer
	cfg := tcpConfig()
	cfg.Log = slog.New(slog.NewTextHandler(&log, nil))
	in, err := ListenTCP("127.0.0.1:0", cfg)
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, "tcp", in.Address())
	send(t, conn, "hello\n")
	none := limit
	none.Cur = 3 // stdin, stdout and stderr are open
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &none); err != nil {
		t.Fatal(err)
	}
	r := run(t, in)
	time.Sleep(300 * time.Millisecond)
	restore()
	if raw := <-r.raws; raw.Body != "hello" {
		t.Errorf("got %q", raw.Body)
	}
	if text := log.String(); strings.Count(text, "\n") != 1 || !strings.Contains(text, "too many open files") || !strings.Contains(text, "syslog-tcp") {
		t.Errorf("log %q", text)
	}
}
