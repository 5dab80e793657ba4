package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"time"

	"porchlight/app"
	"porchlight/detect/alert"
	"porchlight/ingest/source"
)

type statusCmd struct {
	Format string `help:"table or json." enum:"table,json" default:"table"`
}

// statusJSON is the stable shape of status --format json.
type statusJSON struct {
	Totals  source.Counters `json:"totals"`
	Sources []sourceJSON    `json:"sources"`
	Alerts  struct {
		Open int `json:"open"`
	} `json:"alerts"`
	DiskBytes int64 `json:"disk_bytes"`
}

type sourceJSON struct {
	source.Source
	LastSeen time.Time `json:"last_seen"`
}

func (c *statusCmd) Run(ctx context.Context, g *globals) error {
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	out := statusJSON{Sources: []sourceJSON{}}
	totals, sources, err := st.Sources(ctx)
	if err != nil {
		return err
	}
	out.Totals = totals
	for _, s := range sources {
		out.Sources = append(out.Sources, sourceJSON{s, time.Unix(0, s.LastSeen).UTC()})
	}
	if out.Alerts.Open, err = st.CountAlerts(ctx, alert.Filter{Statuses: []alert.Status{alert.Open}}); err != nil {
		return err
	}
	if out.DiskBytes, err = st.DiskBytes(); err != nil {
		return err
	}
	if c.Format == "json" {
		return json.NewEncoder(g.stdout).Encode(out)
	}
	w := bufio.NewWriter(g.stdout)
	fmt.Fprintf(w, "received %d, stored %d, understood %d, not understood %d, dropped %d, dropped by the system %d\n",
		totals.Received, totals.Stored, totals.Parsed, totals.ParseFailed, totals.Dropped, totals.KernelDropped)
	fmt.Fprintf(w, "open alerts %d, disk %.1f MB in %s\n", out.Alerts.Open, float64(out.DiskBytes)/1e6, g.dir)
	if len(sources) > 0 {
		fmt.Fprintf(w, "\n%-24s %-20s %-14s %-19s %10s %10s %8s\n", "source", "name", "vendor", "last seen", "received", "understood", "dropped")
	}
	for _, s := range out.Sources {
		fmt.Fprintf(w, "%-24s %-20s %-14s %-19s %10d %9.1f%% %8d\n", s.Address, app.OneLine(s.Name), app.OneLine(s.Vendor),
			s.LastSeen.Local().Format("2006-01-02 15:04:05"), s.Received, 100*float64(s.Parsed)/float64(max(1, s.Stored)), s.Dropped)
	}
	return w.Flush()
}
