package main

import (
	"context"
	"fmt"
	"time"

	"porchlight/app/store"
)

type backupCmd struct {
	To string `help:"A new folder, or a new file that ends in .tar.zst." placeholder:"DIR|FILE.tar.zst" required:""`
}

func (c *backupCmd) Run(ctx context.Context, g *globals) error {
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	m, err := st.Backup(ctx, c.To, g.byteProgress("backing up"))
	g.endProgress()
	if err != nil {
		return err
	}
	fmt.Fprintf(g.stdout, "backed up %s to %s\n", contents(m), c.To)
	for _, sentence := range m.Damaged() {
		fmt.Fprintln(g.stderr, "damaged:", sentence)
	}
	if len(m.Damaged()) > 0 {
		return errProblems
	}
	return nil
}

// contents tells what a backup holds.
func contents(m store.Manifest) string {
	bytes := int64(0)
	for _, f := range m.Files {
		bytes += f.Bytes
	}
	return fmt.Sprintf("%d events and %d alerts in %d files (%.1f MB)", m.Events, m.Alerts, len(m.Files), float64(bytes)/1e6)
}

// byteProgress shows on a terminal how much of a whole is done; nil elsewhere.
func (g *globals) byteProgress(what string) func(done, total int64) {
	if !onTerminal(g.stderr) {
		return nil
	}
	var last time.Time
	return func(done, total int64) {
		if now := time.Now(); now.Sub(last) >= progressEvery {
			last = now
			fmt.Fprintf(g.stderr, "\r\x1b[K%s: %.1f of %.1f MB", what, float64(done)/1e6, float64(total)/1e6)
		}
	}
}

type restoreCmd struct {
	Force bool   `help:"Move a data folder that holds something aside; nothing is deleted."`
	From  string `arg:"" help:"The folder or archive that backup wrote."`
}

func (c *restoreCmd) Run(ctx context.Context, g *globals) error {
	o := store.RestoreOptions{Force: c.Force}
	if onTerminal(g.stderr) {
		o.Progress = func(file string) { fmt.Fprintf(g.stderr, "\r\x1b[Krestoring %s", file) }
	}
	done, err := store.Restore(ctx, c.From, g.dir, o)
	g.endProgress()
	if err != nil {
		return err
	}
	fmt.Fprintf(g.stdout, "restored %s of %s to %s\n", contents(done.Manifest), done.Created.Local().Format("2006-01-02 15:04:05"), g.dir)
	if done.MovedTo != "" {
		fmt.Fprintf(g.stdout, "what was there is in %s\n", done.MovedTo)
	}
	for _, sentence := range done.Damaged() {
		fmt.Fprintln(g.stderr, "damaged:", sentence)
	}
	if len(done.Damaged()) > 0 {
		return errProblems
	}
	return nil
}
