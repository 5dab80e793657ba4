package cli

import (
	"context"
	"fmt"

	"porchlight/app/store"
)

type backupCmd struct {
	To path `help:"A new folder, or a new file ending in .tar.zst." placeholder:"DIR|FILE.tar.zst" required:""`
}

func (c *backupCmd) Run(ctx context.Context, g *globals) error {
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	m, err := st.Backup(ctx, c.To.abs, g.byteProgress("backing up"))
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

// contents says what a backup holds.
func contents(m store.Manifest) string {
	bytes := int64(0)
	for _, f := range m.Files {
		bytes += f.Bytes
	}
	return fmt.Sprintf("%d events and %d alerts in %d files (%.1f MB)", m.Events, m.Alerts, len(m.Files), float64(bytes)/1e6)
}
