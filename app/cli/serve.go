package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"

	"porchlight/app"
	"porchlight/app/instance"
	"porchlight/app/notify"
	"porchlight/ingest"
)

type serveCmd struct {
	// Inputs has the flags of every kind of input (inputFlags).
	Inputs kong.Plugins `embed:""`
}

// Help is shown by porchlight serve --help.
func (serveCmd) Help() string {
	return "Without the flag of an input the configured ones run (syslog over UDP and TCP, port 5514, at first); with one, only those given. " +
		"When they are open, one line on stdout says where: ready syslog-udp=127.0.0.1:5514 syslog-tcp=127.0.0.1:5514"
}

func (c *serveCmd) Run(ctx context.Context, g *globals) error {
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	inputs, err := readInputFlags(ingest.Kinds, c.Inputs)
	if err != nil {
		return usageError{err}
	}
	if len(inputs) > 0 {
		cfg.Settings.Inputs, cfg.Settings.SyslogUDP, cfg.Settings.SyslogTCP = inputs, "", ""
	}
	return g.serve(ctx, cfg, func(a *app.App) { fmt.Fprintln(g.stdout, readyLine(a)) })
}

// serve runs an app with notifications until ctx is cancelled; ready is
// called when its listeners are bound.
func (g *globals) serve(ctx context.Context, cfg app.Config, ready func(*app.App)) error {
	cfg.Notify = &notify.Config{Icon: g.program.Desktop.Icon}
	a, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	defer g.answerImports(a)()
	ready(a)
	return a.Run(ctx)
}

// answerImports lets other commands over the same folder hand their imports
// to a. The returned function ends it.
func (g *globals) answerImports(a *app.App) (end func()) {
	inst, err := instance.Acquire(g.dir, func(r instance.Request) error {
		if len(r.Import) == 0 {
			return errors.New("this Porchlight runs without a window")
		}
		return a.ImportLater(r)
	})
	if err != nil {
		slog.Warn("imports cannot be handed to this process", "error", err)
		return func() {}
	}
	return func() {
		if err := inst.Close(); err != nil {
			slog.Warn("end the socket for other commands", "error", err)
		}
	}
}

// readyLine is the contract with scripts: where the inputs really listen.
func readyLine(a *app.App) string {
	var b strings.Builder
	b.WriteString("ready")
	for _, in := range a.Inputs() {
		if in.Phase.Open() {
			fmt.Fprintf(&b, " %s=%s", in.Kind, in.Address)
		}
	}
	return b.String()
}
