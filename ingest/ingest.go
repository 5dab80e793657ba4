// Package ingest runs the inputs and carries every message from its input to
// the handler of whole batches: received, queued, parsed, batched.
package ingest

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/syslog"
)

// Input receives messages from one place.
type Input interface {
	Name() string    // "syslog-udp", "syslog-tcp"
	Address() string // where it is bound, with the real port

	// Run calls emit for each message until ctx is cancelled, which returns
	// nil. It neither retries nor reconnects; it releases its socket.
	Run(ctx context.Context, emit func(event.Raw)) error
}

// Config says which inputs run and how the pipeline behind them is sized.
type Config struct {
	SyslogUDP string // listen address, "" is off
	SyslogTCP string // listen address, "" is off

	QueueSize int            // messages waiting to be parsed; 0 means 65,536
	BatchSize int            // messages per batch at most; 0 means 1,024
	BatchTime time.Duration  // how long a batch may wait for more; 0 means 200 ms
	Workers   int            // parsing goroutines; 0 means one per core
	Location  *time.Location // zone of times that name none; nil means the computer's
}

const (
	defaultQueueSize = 65_536
	defaultBatchSize = 1_024
	defaultBatchTime = 200 * time.Millisecond
)

// Validate reports the first value that cannot work.
func (c Config) Validate() error {
	switch {
	case c.QueueSize < 0:
		return fmt.Errorf("queue size %d: must not be negative", c.QueueSize)
	case c.BatchSize < 0:
		return fmt.Errorf("batch size %d: must not be negative", c.BatchSize)
	case c.BatchTime < 0:
		return fmt.Errorf("batch time %v: must not be negative", c.BatchTime)
	case c.Workers < 0:
		return fmt.Errorf("workers %d: must not be negative", c.Workers)
	}
	return nil
}

// spec is one input that should run.
type spec struct {
	name    string
	address string // as configured
	open    func() (Input, error)

	// lossy inputs cannot slow their senders down: when the queue is full
	// their messages are dropped and counted. The others wait.
	lossy bool
}

// specs is the explicit list of inputs.
func specs(c Config, log *slog.Logger) []spec {
	return []spec{
		{"syslog-udp", c.SyslogUDP, func() (Input, error) { return syslog.ListenUDP(c.SyslogUDP) }, true},
		{"syslog-tcp", c.SyslogTCP, func() (Input, error) { return syslog.ListenTCP(c.SyslogTCP, syslog.TCPConfig{Log: log}) }, false},
	}
}
