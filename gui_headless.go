//go:build headless

package main

import "porchlight/app/cli"

// edition is what this build adds to the command line: no window.
func edition() cli.Desktop {
	return cli.Desktop{Edition: "headless", Unavailable: func() string { return "This build has no window" }}
}
