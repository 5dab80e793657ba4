// Porchlight is a desktop SIEM for small offices. The same binary is the
// desktop app, a headless collector and a command line over one data folder.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"porchlight/app"
	"porchlight/app/settings"
)

// Exit codes, the same for every command.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitProblems = 3 // the command worked and found problems
)

// errProblems ends a command with exitProblems; what was found is printed.
var errProblems = errors.New("problems found")

// usageError is a wrong use that only shows when the command runs.
type usageError struct{ error }

// globals are the flags every command takes.
type globals struct {
	Data   *string `help:"Data folder (default: ${data_dir})." placeholder:"DIR" env:"PORCHLIGHT_DATA"`
	Config string  `help:"Configuration file (YAML); what it says wins over the settings made in the app." placeholder:"FILE" type:"existingfile" env:"PORCHLIGHT_CONFIG"`

	dir            string // the data folder
	program        string // how the program was called, to show commands that work as they stand
	stdin          io.Reader
	stdout, stderr io.Writer
}

type cli struct {
	globals

	Desktop   desktopCmd   `cmd:"" default:"withargs" help:"Open the desktop app (this is what runs without a command)."`
	Serve     serveCmd     `cmd:"" help:"Collect and detect without a window, until interrupted."`
	Import    importCmd    `cmd:"" help:"Take log files: plain, .gz, .zst, folders, JSON lines, - for stdin."`
	Search    searchCmd    `cmd:"" help:"Search the stored events, newest first."`
	SQL       sqlCmd       `cmd:"" name:"sql" help:"Ask events, alerts and sources in SQL."`
	Export    exportCmd    `cmd:"" help:"Write events into a CSV, JSON or SQLite file for other tools."`
	Alerts    alertsCmd    `cmd:"" help:"List the alerts."`
	Status    statusCmd    `cmd:"" help:"Tell who sends, what was understood, and what was lost."`
	Normalize normalizeCmd `cmd:"" help:"Print log lines as normalized events; nothing is stored."`
	Match     matchCmd     `cmd:"" help:"Run Sigma rules over JSON lines; nothing is stored."`
	Rules     rulesCmd     `cmd:"" help:"List the detection rules, or check your own."`
	Replay    replayCmd    `cmd:"" help:"Send the lines of a file to a syslog listener."`
	Backup    backupCmd    `cmd:"" help:"Copy everything into a folder or an archive, also while Porchlight runs."`
	Restore   restoreCmd   `cmd:"" help:"Make the data folder from a backup."`
	Verify    verifyCmd    `cmd:"" help:"Read everything that is stored and tell what is damaged."`
	Demo      demoCmd      `cmd:"" help:"Play an afternoon in an office, then an attack, through the real listener."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// memoryLimit is up to where the program's memory grows before garbage is
// collected more often than usual. It is no bound: what is needed is taken.
const memoryLimit = 240 << 20

func main() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl+C ends the program at once
	code := run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	var c cli
	c.stdin, c.stdout, c.stderr, c.program = stdin, stdout, stderr, os.Args[0]
	dataDir, dirErr := app.DefaultDir()
	left := -1 // exit code of --help and the like
	parser, err := kong.New(&c,
		kong.Name("porchlight"),
		kong.Description("A desktop SIEM for small offices. Without a command it opens the desktop app."),
		kong.Vars{"data_dir": dataDir},
		kong.Writers(stdout, stderr),
		kong.Exit(func(code int) { left = code; panic(leave{}) }),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&c.globals),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
	)
	if err != nil {
		fmt.Fprintln(stderr, "porchlight:", err)
		return exitFailed
	}
	kctx, err := parse(parser, args)
	if left >= 0 {
		return left
	}
	if err != nil {
		fmt.Fprintf(stderr, "porchlight: %v; see porchlight --help\n", err)
		return exitUsage
	}
	switch {
	case c.Data != nil && *c.Data == "":
		// Most likely a shell variable that was never set.
		fmt.Fprintln(stderr, "porchlight: --data: the data folder has an empty name")
		return exitUsage
	case c.Data != nil:
		c.dir = kong.ExpandPath(*c.Data)
	case dirErr != nil:
		fmt.Fprintln(stderr, "porchlight:", dirErr)
		return exitFailed
	default:
		c.dir = dataDir
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(stderr, nil)))
	c.stdin = interruptible(ctx, stdin)
	err = kctx.Run()
	var usage usageError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, errProblems):
		return exitProblems
	case errors.As(err, &usage):
		fmt.Fprintf(stderr, "porchlight: %v\n", err)
		return exitUsage
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(stderr, "porchlight: interrupted")
		return exitFailed
	}
	fmt.Fprintf(stderr, "porchlight: %v\n", err)
	return exitFailed
}

// interruptible returns a reader of r whose reads end when ctx is cancelled,
// which a read from a terminal or a pipe does not.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		type result struct {
			n   int
			err error
		}
		buf, done := make([]byte, len(p)), make(chan result, 1)
		// After a cancellation the read stays behind until the program ends.
		go func() {
			n, err := r.Read(buf)
			done <- result{n, err}
		}()
		select {
		case res := <-done:
			return copy(p, buf[:res.n]), res.err
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// leave is how kong's exits (--help) come back to run.
type leave struct{}

func parse(parser *kong.Kong, args []string) (ctx *kong.Context, err error) {
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(leave); !ok {
				panic(r)
			}
		}
	}()
	return parser.Parse(args)
}

// appConfig is the configuration of an App under the global flags: the
// configuration file's settings and what the command adds.
func (g *globals) appConfig() (app.Config, error) {
	cfg := app.Config{Dir: g.dir, Log: slog.Default()}
	if g.Config != "" {
		s, err := settings.ReadFile(g.Config)
		if err != nil {
			return cfg, err
		}
		cfg.Settings = s
	}
	return cfg, nil
}
