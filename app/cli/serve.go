package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"strings"

	"porchlight/app"
	"porchlight/app/instance"
	"porchlight/app/notify"
	"porchlight/app/settings"
)

type serveCmd struct {
	SyslogUDP *string `help:"Listen for syslog over UDP here, e.g. 0.0.0.0:5514; port 0 takes a free one." placeholder:"ADDR"`
	SyslogTCP *string `help:"Listen for syslog over TCP here." placeholder:"ADDR"`
}

// Help is shown by porchlight serve --help.
func (serveCmd) Help() string {
	return "Without a listen flag the configured addresses are used (UDP and TCP port 5514 at first); with one, only those given. " +
		"When listening, one line on stdout says where: ready syslog-udp=127.0.0.1:5514 syslog-tcp=127.0.0.1:5514"
}

func (c *serveCmd) Run(ctx context.Context, g *globals) error {
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	if c.SyslogUDP != nil || c.SyslogTCP != nil {
		if cfg.Settings.SyslogUDP, err = listenFlag("--syslog-udp", c.SyslogUDP); err != nil {
			return err
		}
		if cfg.Settings.SyslogTCP, err = listenFlag("--syslog-tcp", c.SyslogTCP); err != nil {
			return err
		}
	}
	return g.serve(ctx, cfg, func(a *app.App) { fmt.Fprintln(g.stdout, readyLine(a)) })
}

// listenFlag returns the setting a listen flag stands for. An empty address
// is most likely a shell variable that was never set: nothing must listen
// because of it.
func listenFlag(name string, value *string) (string, error) {
	if value == nil {
		return settings.Off, nil
	}
	_, port, err := net.SplitHostPort(*value)
	if err == nil {
		_, err = strconv.ParseUint(port, 10, 16)
	}
	if err != nil {
		return "", usageError{fmt.Errorf("%s %q: expected host:port with a port from 0 to 65535, for example 0.0.0.0:5514", name, *value)}
	}
	return *value, nil
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
	for _, l := range a.Listeners() {
		fmt.Fprintf(&b, " %s=%s", l.Input, l.Address)
	}
	return b.String()
}
