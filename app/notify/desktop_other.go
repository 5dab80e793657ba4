//go:build !linux && !freebsd

package notify

import "github.com/gen2brain/beeep"

// Desktop returns the sink for this computer's desktop: native notifications
// (Windows toasts, macOS Notification Center), else the log. Clicks are not
// reported on these systems.
func Desktop(cfg Config) Sink {
	cfg = cfg.withDefaults()
	return &fallback{log: cfg.Log, sinks: []named{
		{"desktop notifications", newGeneral(cfg, beeep.Alert)}, // Alert adds the system's sound
		{"the log", Log(cfg.Log)},
	}}
}
