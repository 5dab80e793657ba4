// Porchlight is a desktop SIEM for small offices. The same binary is the
// desktop app, a headless collector and a command line over one data folder.
package main

import (
	"context"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"porchlight/app/cli"
)

// version is set by the release build: -ldflags "-X main.version=1.2.3".
var version = ""

// memoryLimit is how far the program's memory grows before garbage is collected
// more often than usual. It is not a hard limit: what is needed is taken.
const memoryLimit = 240 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	end := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // by nohup: go on when the terminal is closed
		end = append(end, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), end...)
	context.AfterFunc(ctx, stop) // a second Ctrl+C ends the program at once
	program := cli.Program{Name: os.Args[0], Version: version, Desktop: edition()}
	code := program.Run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}
