//go:build !unix || darwin

package ui

// hasTray tells whether a system tray runs: Windows and macOS always have one.
func hasTray() bool { return true }
