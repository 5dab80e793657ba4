package app

import (
	"context"
	"errors"
	"fmt"
	"net"

	"porchlight/app/replay"
	"porchlight/assets"
	"porchlight/ingest/syslog"
)

// Demo plays the built-in script, an afternoon in an office and an attack,
// through this app's own listeners.
func (a *App) Demo(ctx context.Context, opt replay.PlayOptions) error {
	var to replay.Targets
	for _, in := range a.Inputs() {
		if !in.Phase.Open() {
			continue
		}
		switch in.Kind {
		case syslog.UDP.Name:
			to.UDP = reachable(in.Address)
		case syslog.TCP.Name:
			to.TCP = reachable(in.Address)
		}
	}
	if to == (replay.Targets{}) {
		return errors.New("play the demo: nothing listens; switch a syslog listener on in the settings first")
	}
	return PlayDemo(ctx, to, opt)
}

// PlayDemo plays the built-in script to syslog listeners anywhere.
func PlayDemo(ctx context.Context, to replay.Targets, opt replay.PlayOptions) error {
	script, err := assets.Demo.Open("demo/office.txt")
	if err != nil {
		return fmt.Errorf("play the demo: %w", err)
	}
	defer script.Close()
	return replay.Play(ctx, script, to, opt)
}

// reachable turns a bound address into one to send to: the loopback address
// where it is bound to all.
func reachable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}
