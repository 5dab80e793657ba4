package cli

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
	"porchlight/ingest/input"
	"porchlight/ingest/syslog"
)

type demoCmd struct {
	To    string  `help:"Play to a running Porchlight instead of a private one: udp://host:port or tcp://host:port." placeholder:"URL"`
	Speed float64 `help:"2 plays twice as fast." default:"1"`
}

// Help is shown by porchlight demo --help.
func (demoCmd) Help() string {
	return "Without --to and --data it starts an engine of its own on loopback with a throwaway data folder, plays to its listeners and shows what it found. " +
		"None of it mixes with your own data."
}

func (c *demoCmd) Run(ctx context.Context, g *globals) error {
	if !(c.Speed > 0) { // nor NaN
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
	// Its own inputs and no others: the configured ones may be in use.
	cfg.Settings.Inputs, cfg.Settings.SyslogUDP, cfg.Settings.SyslogTCP = []input.Setting{onLoopback(syslog.UDP), onLoopback(syslog.TCP)}, "", ""
	return c.play(ctx, g, cfg, opt)
}

// onLoopback is an input that only this computer reaches, on a free port.
func onLoopback(k input.Kind) input.Setting {
	return input.Setting{Kind: k.Name, On: true, Options: input.Values{"address": "127.0.0.1:0"}}
}

// play runs an engine for the duration of the demo and prints its alerts as they
// come.
func (c *demoCmd) play(ctx context.Context, g *globals, cfg app.Config, opt replay.PlayOptions) error {
	// Alerts are printed below: the log needs no second line for each.
	cfg.Notify = &notify.Config{Icon: g.program.Desktop.Icon, Log: slog.New(slog.DiscardHandler)}
	a, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	a.Subscribe(func(changes []alert.Change) {
		for _, ch := range changes {
			if ch.Kind != alert.Updated {
				fmt.Fprintf(g.stdout, "  ALERT %-4s %-8s %s: %s\n", ch.Alert.ID, ch.Alert.Level, ch.Alert.Title, app.OneLine(ch.Alert.Why))
			}
		}
	})
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- a.Run(running) }()

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
		totals.Received, totals.Parsed, g.program.Name, cfg.Dir)
	return nil
}

// settle waits until everything the demo sent is received and judged.
func settle(ctx context.Context, a *app.App) error {
	select {
	case <-time.After(500 * time.Millisecond): // the last datagrams reach the socket
	case <-ctx.Done():
		return nil
	}
	return a.Flush(ctx)
}
