//go:build unix && !darwin

package ui

import "github.com/godbus/dbus/v5"

// hasTray reports whether a system tray that shows StatusNotifierItems is
// running. GNOME without its extension has none; asking each time notices when
// the user enables it.
func hasTray() bool {
	bus, err := dbus.SessionBus()
	if err != nil {
		return false
	}
	var owned bool
	err = bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, "org.kde.StatusNotifierWatcher").Store(&owned)
	return err == nil && owned
}
