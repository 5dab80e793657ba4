//go:build !unix || darwin

package ui

// hasTray reports whether there is a system tray: Windows and macOS always have one.
func hasTray() bool { return true }
