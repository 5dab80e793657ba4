package listen

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"

	"porchlight/ingest/event"
)

// The datagrams have arrived: the sender cannot send them again.
func TestUDPEmitsWhatHasArrivedBeforeTheEnd(t *testing.T) {
	u, err := ListenUDP("127.0.0.1:0", udpConfig)
	if err != nil {
		t.Fatal(err)
	}
	conn := dial(t, "udp", u.Address())
	const sent = 200 // several batches, but less than the usual buffer
	for i := range sent {
		send(t, conn, fmt.Sprint("n", i))
	}
	socket, err := u.conn.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var got []string
	err = u.Run(ctx, func(raw event.Raw) {
		if got = append(got, raw.Body); len(got) == 1 {
			cancel() // in the middle of the first batch
			// Wait until the cancellation has reached the socket.
			if err := socket.Read(func(uintptr) bool { return false }); !errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error(err)
			}
		}
	})
	if err != nil || len(got) != sent {
		t.Fatalf("%d of %d datagrams, %v", len(got), sent, err)
	}
	for i, body := range got {
		if body != fmt.Sprint("n", i) {
			t.Errorf("datagram %d is %q", i, body)
		}
	}
}
