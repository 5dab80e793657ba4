package notify

import (
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"github.com/gen2brain/beeep"

	"porchlight/detect/alert"
)

// Log returns a sink that writes one line per note: level WARN, message
// "alert", attributes title, why, id and severity. It never fails.
func Log(log *slog.Logger) Sink {
	if log == nil {
		log = slog.Default()
	}
	return logSink{log}
}

type logSink struct{ log *slog.Logger }

func (s logSink) Show(n Note) error {
	s.write(n)
	return nil
}

func (s logSink) write(n Note) {
	s.log.Warn("alert", "title", n.Title, "why", n.Body, "id", n.AlertID, "severity", string(n.Level))
}

func (logSink) Close() error { return nil }

// fallback shows each note on the first sink that works, and logs each change
// of that sink once.
type fallback struct {
	sinks []named
	using int
	log   *slog.Logger
}

type named struct {
	name string
	Sink
}

func (f *fallback) Show(n Note) error {
	var errs []error
	for i, s := range f.sinks {
		err := s.Show(n)
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", s.name, err))
			continue
		}
		if i > f.using {
			f.log.Info("notifications fall back to "+s.name, "err", errors.Join(errs...))
		} else if i < f.using {
			f.log.Info("notifications are back on " + s.name)
		}
		f.using = i
		return nil
	}
	return errors.Join(errs...)
}

func (f *fallback) Close() error {
	var errs []error
	for _, s := range f.sinks {
		errs = append(errs, s.Close())
	}
	return errors.Join(errs...)
}

// general shows notes through beeep, which works on every operating system but
// reports no clicks and replaces nothing.
type general struct {
	icon any // string or []byte: what beeep takes

	normal, critical func(title, message string, icon any) error
}

const desktopBody = 240 // runes of the body that desktops show without cutting

func newGeneral(cfg Config, critical func(title, message string, icon any) error) Sink {
	beeep.AppName = cfg.AppName
	g := general{icon: "", normal: beeep.Notify, critical: critical}
	if len(cfg.Icon) > 0 {
		g.icon = cfg.Icon
	}
	return g
}

func (g general) Show(n Note) error {
	show := g.normal
	if n.Level == alert.Critical {
		show = g.critical
	}
	return show(harmless(n.Title), harmless(shorten(n.Body, desktopBody)), g.icon)
}

func (general) Close() error { return nil }

// harmless defuses characters that the programs behind beeep interpret. Alert
// texts carry values that attackers choose, and on Windows the text may end up
// inside a CDATA section within an expanding PowerShell here-string: $(...)
// there would run. On Linux it is an argument of notify-send: a leading dash
// would be an option.
func harmless(s string) string {
	s = strings.NewReplacer("$", "\uFF04", "`", "'", "]]>", "]] >").Replace(s)
	if strings.HasPrefix(s, "-") {
		s = "\u2013" + s[1:]
	}
	return s
}
