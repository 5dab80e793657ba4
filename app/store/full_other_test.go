//go:build !linux

package store

// The roles of a full disk and of another user exist on Linux only.

func childLimited() int      { return 2 }
func childUnprivileged() int { return 2 }
