// Package ingest runs the inputs and takes every message from its input to the
// handler of whole batches: received, queued, batched, parsed.
package ingest

import (
	"fmt"
	"time"
)

// Config sizes the pipeline. The zero value means the defaults.
type Config struct {
	QueueSize int            // messages waiting to be parsed; 0 means 65,536
	BatchSize int            // maximum messages per batch; 0 means 1,024
	BatchTime time.Duration  // how long a batch waits for more messages; 0 means 200 ms
	Workers   int            // parsing goroutines; 0 means one per core
	Location  *time.Location // zone for times without one; nil means the computer's
}

const (
	defaultQueueSize = 65_536
	defaultBatchSize = 1_024
	defaultBatchTime = 200 * time.Millisecond
)

// Validate reports the first invalid value.
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
