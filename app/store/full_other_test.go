//go:build !linux

package store

// The roles of a full disk, of another user and of the measurements exist on
// Linux only.

func childLimited() int      { return 2 }
func childUnprivileged() int { return 2 }
func childLive() int         { return 2 }
