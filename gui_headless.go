//go:build headless

package main

import (
	"context"
	"errors"
)

// edition names this build in version.
const edition = "headless"

// noDesktop tells why no window can open.
func noDesktop() string { return "This build has no window" }

func appIcon() []byte { return nil }

func (g *globals) runDesktop(context.Context, *desktopCmd) error {
	return errors.New("this build has no window; use porchlight serve")
}
