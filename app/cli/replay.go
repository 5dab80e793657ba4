package cli

import (
	"context"
	"fmt"
	"time"

	"porchlight/app/replay"
)

type replayCmd struct {
	File path    `arg:"" help:"The file with one message a line, plain or .gz; - is stdin."`
	To   string  `help:"The listener: udp://host:port or tcp://host:port." default:"udp://127.0.0.1:5514" placeholder:"URL"`
	Rate float64 `help:"Messages per second; 0 sends as fast as possible." default:"100" placeholder:"N"`
}

func (c *replayCmd) Run(ctx context.Context, g *globals) error {
	opt := replay.Options{To: c.To, Rate: c.Rate}
	if err := opt.Validate(); err != nil {
		return usageError{err}
	}
	in, done, err := g.open(c.File)
	if err != nil {
		return err
	}
	defer done()
	began := time.Now()
	sent, err := replay.Run(ctx, in, opt)
	took := time.Since(began).Seconds()
	fmt.Fprintf(g.stdout, "sent %d messages to %s in %.1f s (%.0f/s)\n", sent, c.To, took, float64(sent)/max(took, 1e-9))
	return err
}
