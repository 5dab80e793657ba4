//go:build unix && !darwin

package ui

import "github.com/godbus/dbus/v5"

// hasTray tells whether a system tray runs that shows StatusNotifierItems.
// GNOME without its extension has none; asking each time follows what the
// user switches on.
func hasTray() bool {
	bus, err := dbus.SessionBus()
	if err != nil {
		return false
	}
	var owned bool
	err = bus.BusObject().Call("org.freedesktop.DBus.NameHasOwner", 0, "org.kde.StatusNotifierWatcher").Store(&owned)
	return err == nil && owned
}
