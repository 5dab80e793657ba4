package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"porchlight/app"
)

type exportCmd struct {
	Since  string `help:"Only events at or after T: 24h, 7d, 2026-11-23, 2026-11-23T08:00:00Z." placeholder:"T"`
	Until  string `help:"Only events before T." placeholder:"T"`
	Format string `help:"csv, json (one object a line) or sqlite (a table events); else the name of the file tells." enum:",csv,json,sqlite" default:""`
	To     path   `help:"The file to write, or - for stdout." placeholder:"FILE" required:""`
	Force  bool   `help:"Replace the file if there is one."`
	Query  string `arg:"" optional:"" help:"Which events, as in search; empty takes all."`
}

func (c *exportCmd) Run(ctx context.Context, g *globals) error {
	q, err := parseSearch("export", c.Query, c.Since, c.Until)
	if err != nil {
		return err
	}
	if q.Stats != nil {
		return usageError{errors.New("export: it writes events, not tables; use porchlight search --format csv for | stats")}
	}
	o := app.ExportOptions{Format: app.ExportFormat(c.Format), Overwrite: c.Force, Progress: g.countProgress("exported %d events")}
	switch {
	case c.To.abs == "-" && o.Format == "", c.To.abs == "-" && o.Format == app.ExportSQLite:
		return usageError{errors.New("export: to stdout goes --format csv or --format json")}
	case c.To.abs != "-" && o.Format == "" && app.ExportFormatOf(c.To.abs) == "":
		return usageError{fmt.Errorf("export: cannot infer the format from the name %s; end it in .csv, .json or .db, or say --format", c.To)}
	}
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	n := 0
	if c.To.abs == "-" {
		n, err = app.ExportStream(ctx, st, q, g.stdout, o)
	} else {
		n, err = app.ExportFile(ctx, st, q, c.To.abs, o)
	}
	g.endProgress()
	var partial *app.PartialError
	if err != nil && !errors.As(err, &partial) {
		return err
	}
	if c.To.abs != "-" {
		size := int64(0)
		if fi, err := os.Stat(c.To.abs); err == nil {
			size = fi.Size()
		}
		fmt.Fprintf(g.stdout, "exported %d events to %s (%.1f MB)\n", n, c.To, float64(size)/1e6)
	}
	if partial != nil {
		return g.reportPartial(partial.Sentences)
	}
	return nil
}
