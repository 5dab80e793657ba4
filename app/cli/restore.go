package cli

import (
	"context"
	"fmt"

	"porchlight/app/store"
)

type restoreCmd struct {
	Force bool `help:"Move aside a data folder that is not empty; nothing is deleted."`
	From  path `arg:"" help:"The folder or archive that backup wrote."`
}

func (c *restoreCmd) Run(ctx context.Context, g *globals) error {
	o := store.RestoreOptions{Force: c.Force}
	if onTerminal(g.stderr) {
		o.Progress = func(file string) { fmt.Fprintf(g.stderr, "\r\x1b[Krestoring %s", file) }
	}
	done, err := store.Restore(ctx, c.From.abs, g.dir, o)
	g.endProgress()
	if err != nil {
		return err
	}
	fmt.Fprintf(g.stdout, "restored %s of %s to %s\n", contents(done.Manifest), done.Created.Local().Format("2006-01-02 15:04:05"), g.dir)
	if done.MovedTo != "" {
		fmt.Fprintf(g.stdout, "what was there before is in %s\n", done.MovedTo)
	}
	for _, sentence := range done.Damaged() {
		fmt.Fprintln(g.stderr, "damaged:", sentence)
	}
	if len(done.Damaged()) > 0 {
		return errProblems
	}
	return nil
}
