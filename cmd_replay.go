package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"porchlight/app"
	"porchlight/app/notify"
	"porchlight/app/replay"
	"porchlight/detect/alert"
)

type replayCmd struct {
	File string  `arg:"" help:"The file with one message a line, plain or .gz; - is stdin."`
	To   string  `help:"The listener: udp://host:port or tcp://host:port." default:"udp://127.0.0.1:5514" placeholder:"URL"`
	Rate float64 `help:"Messages per second; 0 sends as fast as it goes." default:"100" placeholder:"N"`
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

type demoCmd struct {
	To    string  `help:"Play to a running Porchlight instead of an own one: udp://host:port or tcp://host:port." placeholder:"URL"`
	Speed float64 `help:"2 plays twice as fast." default:"1"`
}

// Help is shown by porchlight demo --help.
func (demoCmd) Help() string {
	return "Without --to and --data it starts an engine of its own on loopback with a throw-away data folder, plays to its listeners and shows what it found. " +
		"Nothing of it mixes with your own data."
}

func (c *demoCmd) Run(ctx context.Context, g *globals) error {
	if !(c.Speed > 0) { // NaN neither
		return usageError{fmt.Errorf("--speed %g: must be more than 0", c.Speed)}
	}
	opt := replay.PlayOptions{Speed: c.Speed, Progress: func(chapter string) { fmt.Fprintln(g.stdout, "\n"+chapter) }}
	if c.To != "" {
		to, err := replay.ParseTarget(c.To)
		if err != nil {
			return usageError{err}
		}
		return app.PlayDemo(ctx, to, opt)
	}
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	if g.Data == nil {
		if cfg.Dir, err = os.MkdirTemp("", "porchlight-demo-"); err != nil {
			return fmt.Errorf("make a folder for the demo: %w", err)
		}
	}
	cfg.Settings.SyslogUDP, cfg.Settings.SyslogTCP = "127.0.0.1:0", "127.0.0.1:0"
	return c.play(ctx, g, cfg, opt)
}

// play runs an engine for the time of the demo and prints its alerts as they
// come.
func (c *demoCmd) play(ctx context.Context, g *globals, cfg app.Config, opt replay.PlayOptions) error {
	var desktop *notify.Notifier
	cfg.Notify = func(changes []alert.Change) {
		desktop.Notify(changes)
		for _, ch := range changes {
			if ch.Kind != alert.Updated {
				fmt.Fprintf(g.stdout, "  ALERT %-4s %-8s %s: %s\n", ch.Alert.ID, ch.Alert.Level, ch.Alert.Title, app.OneLine(ch.Alert.Why))
			}
		}
	}
	a, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	// Alerts are printed above: the log needs no second line for each.
	desktop = newNotifier(a, slog.New(slog.DiscardHandler), nil)
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- runBoth(running, a, desktop) }()

	err = a.Demo(ctx, opt)
	if err == nil {
		err = settle(ctx, a)
	}
	totals, _ := a.Counters()
	stop()
	if runErr := <-ended; err == nil {
		err = runErr
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(g.stdout, "\n%d messages were received, %d understood.\nLook around:  %[3]s alerts --data %[4]s\n              %[3]s search --data %[4]s 'event.action:logon-failed'\n",
		totals.Received, totals.Parsed, g.program, cfg.Dir)
	return nil
}

// settle waits until what the demo has sent last is received and judged.
func settle(ctx context.Context, a *app.App) error {
	select {
	case <-time.After(500 * time.Millisecond): // the last datagrams reach the socket
	case <-ctx.Done():
		return nil
	}
	return a.Flush(ctx)
}
