// Package cli is Porchlight's command line: one file per command, over the same
// data folder as the window.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"

	"github.com/alecthomas/kong"

	"porchlight/app"
	"porchlight/app/settings"
	"porchlight/app/store"
	"porchlight/ingest"
)

// Program is the command line as main puts it together.
type Program struct {
	Name    string // how the program was called, so that the commands it shows can be copied
	Version string // of the release; "" for a build without one
	Desktop Desktop
}

// Desktop is the window, which the command line opens without depending on it.
type Desktop struct {
	Edition     string                                           // names the build in version
	Icon        []byte                                           // PNG, beside notifications; nil for none
	Unavailable func() string                                    // why no window can open; "" when one can
	Run         func(context.Context, app.Config, Opening) error // until the window is closed; nil where Unavailable always says why
}

// Opening is what the user wants to see when the window opens.
type Opening struct {
	Version   string // as `porchlight version` shows it
	Minimized bool   // stay in the tray
	Alert     string // id of an alert to open; "" for none
}

// Exit codes, the same for every command.
const (
	exitDone     = 0
	exitFailed   = 1
	exitUsage    = 2
	exitProblems = 3 // the command worked and found problems
)

// errProblems ends a command with exitProblems; what was found has been printed.
var errProblems = errors.New("problems found")

// usageError is wrong usage that only shows when the command runs.
type usageError struct{ error }

// globals are the flags every command takes.
type globals struct {
	Data   *path  `help:"Data folder (default: ${data_dir})." placeholder:"DIR" env:"PORCHLIGHT_DATA"`
	Config string `help:"Configuration file (YAML); it overrides the settings made in the app." placeholder:"FILE" type:"existingfile" env:"PORCHLIGHT_CONFIG"`

	program        Program
	dir            string // the data folder
	stdin          io.Reader
	stdout, stderr io.Writer
}

type commands struct {
	globals

	Desktop   desktopCmd   `cmd:"" default:"withargs" help:"Open the desktop app (this is what runs without a command)."`
	Serve     serveCmd     `cmd:"" help:"Collect and detect without a window, until interrupted."`
	Import    importCmd    `cmd:"" help:"Import log files: plain, .gz, .zst, folders, JSON lines, - for stdin."`
	Search    searchCmd    `cmd:"" help:"Search the stored events, newest first."`
	SQL       sqlCmd       `cmd:"" name:"sql" help:"Query events, alerts and sources in SQL."`
	Export    exportCmd    `cmd:"" help:"Write events to a CSV, JSON or SQLite file for other tools."`
	Alerts    alertsCmd    `cmd:"" help:"List the alerts."`
	Status    statusCmd    `cmd:"" help:"Show who sends, what was understood, and what was lost."`
	Normalize normalizeCmd `cmd:"" help:"Print log lines as normalized events; nothing is stored."`
	Match     matchCmd     `cmd:"" help:"Run Sigma rules over JSON lines; nothing is stored."`
	Rules     rulesCmd     `cmd:"" help:"List the detection rules, or check your own."`
	Replay    replayCmd    `cmd:"" help:"Send the lines of a file to a syslog listener."`
	Backup    backupCmd    `cmd:"" help:"Copy everything to a folder or an archive, even while Porchlight runs."`
	Restore   restoreCmd   `cmd:"" help:"Restore the data folder from a backup."`
	Verify    verifyCmd    `cmd:"" help:"Read everything stored and report what is damaged."`
	Demo      demoCmd      `cmd:"" help:"Play an afternoon in an office, then an attack, through the real listener."`
	Version   versionCmd   `cmd:"" help:"Print the version."`
}

// Run runs the command that args name, until it is done or ctx is cancelled,
// and returns the exit code.
func (p Program) Run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	c := commands{globals: globals{program: p, stdin: interruptible(ctx, stdin), stdout: stdout, stderr: stderr},
		Serve: serveCmd{Inputs: inputFlags(ingest.Kinds)}}
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
	case c.Data != nil && c.Data.typed == "":
		// Most likely an unset shell variable.
		fmt.Fprintln(stderr, "porchlight: --data: the name of the data folder is empty")
		return exitUsage
	case c.Data != nil:
		c.dir = c.Data.abs
	case dirErr != nil:
		fmt.Fprintln(stderr, "porchlight:", dirErr)
		return exitFailed
	default:
		c.dir = dataDir
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(stderr, nil)))
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

// leave carries kong's exits (--help) back to Run.
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

// readStore opens the data folder for reading, whether or not an app is running.
func (g *globals) readStore() (*store.Store, error) {
	return store.Open(store.Config{Dir: g.dir, ReadOnly: true, Log: slog.Default()})
}

// open opens a file, or stdin for "-".
func (g *globals) open(p path) (io.Reader, func(), error) {
	if p.abs == "-" {
		return g.stdin, func() {}, nil
	}
	f, err := os.Open(p.abs)
	if err != nil {
		return nil, nil, err
	}
	return f, func() { f.Close() }, nil
}
