package cli

import (
	"context"
	"fmt"
	"net"
	"strings"

	"porchlight/app"
)

type desktopCmd struct {
	Minimized bool   `help:"Start in the tray, without showing the window."`
	Alert     string `help:"Open this alert." placeholder:"ID"`
}

func (c *desktopCmd) Run(ctx context.Context, g *globals) error {
	if reason := g.program.Desktop.Unavailable(); reason != "" {
		return g.runWithoutWindow(ctx, reason)
	}
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	return g.program.Desktop.Run(ctx, cfg, Opening{Version: g.program.version(), Minimized: c.Minimized, Alert: c.Alert})
}

// runWithoutWindow is what `porchlight` does where no window can open: the
// same engine, with words instead of a window.
func (g *globals) runWithoutWindow(ctx context.Context, reason string) error {
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	return g.serve(ctx, cfg, func(a *app.App) {
		g.explainHeadless(reason, a)
		fmt.Fprintln(g.stdout, readyLine(a))
	})
}

func (g *globals) explainHeadless(reason string, a *app.App) {
	w := g.stderr
	fmt.Fprintf(w, "%s: collecting without one.\n\nSend logs to:\n", reason)
	host, port := "127.0.0.1", "5514"
	for i, in := range a.Inputs() {
		if !in.Phase.Open() {
			continue
		}
		reach := reachableAt(in.Address)
		fmt.Fprintf(w, "  %-11s %s\n", in.Kind, strings.Join(reach, "  "))
		if h, p := splitAddress(reach[0]); i == 0 && p != "" {
			host, port = h, p
		}
	}
	fmt.Fprintf(w, `for example:   logger -n %[1]s -P %[2]s -d "hello from $(hostname)"

See what arrives:   %[3]s search
See the alerts:     %[3]s alerts
See the sources:    %[3]s status
See it all at work: %[3]s demo   (or: make demo)
Data folder:        %[4]s
Stop with Ctrl+C.

`, host, port, g.program.Name, g.dir)
}

// reachableAt returns where devices reach a listener: the computer's own
// addresses where it listens on all of them.
func reachableAt(address string) []string {
	host, port := splitAddress(address)
	if ip := net.ParseIP(host); port == "" || host != "" && (ip == nil || !ip.IsUnspecified()) {
		return []string{address}
	}
	var out []string
	for _, a := range append(app.LocalAddresses(), "127.0.0.1") {
		out = append(out, net.JoinHostPort(a, port))
	}
	return out
}

// splitAddress is net.SplitHostPort without an error: both empty if it is no
// address.
func splitAddress(address string) (host, port string) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", ""
	}
	return host, port
}
