package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

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
		fmt.Fprintln(w)
		if err := sourceTable(w, out.Sources); err != nil {
			return err
		}
	}
	return w.Flush()
}

func sourceTable(w io.Writer, sources []sourceJSON) error {
	t := table{
		w:       w,
		header:  [][]string{{"source", "name", "vendor", "last seen", "received", "understood", "dropped"}},
		columns: []column{{width: 24}, {width: 20}, {width: 14}, {}, {right: true, width: 10}, {right: true}, {right: true, width: 8}},
	}
	for _, s := range sources {
		understood := 100 * float64(s.Parsed) / float64(max(1, s.Stored))
		if err := t.add(s.Address, s.Name, s.Vendor, s.LastSeen.Local().Format(time.DateTime), strconv.FormatUint(s.Received, 10),
			strconv.FormatFloat(understood, 'f', 1, 64)+"%", strconv.FormatUint(s.Dropped, 10)); err != nil {
			return err
		}
	}
	return t.flush()
}
