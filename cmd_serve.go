package main

import (
	"context"
	"fmt"
	"net"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"porchlight/app"
	"porchlight/app/notify"
	"porchlight/app/settings"
	"porchlight/detect/alert"
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
	var notifier *notify.Notifier
	cfg.Notify = func(changes []alert.Change) { notifier.Notify(changes) }
	a, err := app.New(ctx, cfg)
	if err != nil {
		return err
	}
	notifier = newNotifier(a, cfg.Log, nil)
	defer answerImports(ctx, g, a)()
	ready(a)
	return runBoth(ctx, a, notifier)
}

// runBoth runs the app and its notifier, which ends after the app so that the
// last alerts are told.
func runBoth(ctx context.Context, a *app.App, notifier *notify.Notifier) error {
	told, stop := context.WithCancel(context.WithoutCancel(ctx))
	var g errgroup.Group
	g.Go(func() error { return notifier.Run(told) })
	err := a.Run(ctx)
	stop()
	if nerr := g.Wait(); err == nil {
		err = nerr
	}
	return err
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
