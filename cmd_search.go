package main

import (
	"bufio"
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"time"

	"porchlight/app"
	"porchlight/app/store"
	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// readStore opens the data folder for reading, beside a running app or alone.
func (g *globals) readStore() (*store.Store, error) {
	return store.Open(store.Config{Dir: g.dir, ReadOnly: true, Log: slog.Default()})
}

type searchCmd struct {
	Since  string `help:"Only events at or after T: 24h, 7d, 2026-11-23, 2026-11-23T08:00:00Z." placeholder:"T"`
	Until  string `help:"Only events before T." placeholder:"T"`
	Limit  int    `help:"The newest N; 0 is all. A table shows 100 unless told." placeholder:"N" default:"-1"`
	Format string `help:"table, json (one object a line) or csv." enum:"table,json,csv" default:"table"`
	Query  string `arg:"" optional:"" help:"e.g. 'event.action:logon-failed and not user.name:svc-*'; empty finds everything."`
}

// tableLimit is how many events a table shows when no limit is given.
const tableLimit = 100

func (c *searchCmd) Run(ctx context.Context, g *globals) error {
	q, err := parseSearch("search", c.Query, c.Since, c.Until)
	if err != nil {
		return err
	}
	q.Limit = max(c.Limit, 0)
	if c.Limit < 0 && c.Format == "table" {
		q.Limit = tableLimit
	}
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	out := bufio.NewWriter(g.stdout)
	print, finish := eventPrinter(out, c.Format)
	found := 0
	var printErr error
	res, err := st.Search(ctx, q, func(ev *event.Event) bool {
		found++
		printErr = print(ev)
		return printErr == nil
	})
	if err := cmp.Or(err, printErr, finish(), out.Flush()); err != nil {
		return err
	}
	if c.Limit < 0 && found == q.Limit && c.Format == "table" {
		fmt.Fprintf(g.stderr, "these are the newest %d; --limit 0 shows all\n", found)
	}
	return g.reportPartial(res.Partial)
}

// parseSearch reads a command's search and its bounds.
func parseSearch(command, text, since, until string) (query.Query, error) {
	now := time.Now()
	q, err := query.Parse(text, now)
	if err != nil {
		return q, usageError{fmt.Errorf("%s: %w\n  %s", command, err, pointAt(oneLine(text), err))}
	}
	for _, bound := range []struct{ text, word, flag string }{{since, "since:", "--since"}, {until, "until:", "--until"}} {
		if bound.text == "" {
			continue
		}
		b, err := query.Parse(bound.word+bound.text, now)
		if err != nil {
			return q, usageError{fmt.Errorf("%s %q: expected a span back from now (24h, 7d), a day or an RFC 3339 time", bound.flag, bound.text)}
		}
		q.Since, q.Until = cmp.Or(b.Since, q.Since), cmp.Or(b.Until, q.Until)
	}
	return q, nil
}

// pointAt repeats a query with a caret under the place of the error.
func pointAt(text string, err error) string {
	qe, ok := err.(*query.Error)
	if !ok {
		return text
	}
	return text + "\n  " + strings.Repeat(" ", max(0, qe.Column-1)) + "^"
}

// csvColumns are the fields of csv output.
var csvColumns = []string{"@timestamp", "_id", "log.source.address", "host.name", "process.name", "event.action", "event.outcome",
	"user.name", "source.ip", "source.port", "destination.ip", "destination.port", "message"}

// eventPrinter returns how one event is printed and what ends the output.
func eventPrinter(w io.Writer, format string) (print func(*event.Event) error, finish func() error) {
	switch format {
	case "json":
		var line []byte
		return func(ev *event.Event) error {
			line = append(ev.AppendJSON(line[:0]), '\n')
			_, err := w.Write(line)
			return err
		}, func() error { return nil }
	case "csv":
		cw := csv.NewWriter(w)
		row := append([]string(nil), csvColumns...)
		err := cw.Write(row)
		return func(ev *event.Event) error {
			if err != nil {
				return err
			}
			for i, name := range csvColumns {
				v, _ := ev.LookupName(name)
				row[i] = csvCell(v)
			}
			return cw.Write(row)
		}, func() error { cw.Flush(); return cw.Error() }
	default:
		return func(ev *event.Event) error {
			_, err := fmt.Fprintf(w, "%s  %-15s  %-15s  %-18s  %-12s  %-15s  %s\n",
				time.Unix(0, ev.Time).Format("2006-01-02 15:04:05"),
				oneLine(cmp.Or(ev.Get(event.HostName), ev.Get(event.LogSourceAddress))),
				oneLine(cmp.Or(ev.Get(event.ProcessName), ev.Get(event.EventModule))),
				oneLine(ev.Get(event.EventAction)), oneLine(ev.Get(event.UserName)), ev.Get(event.SourceIP),
				oneLine(ev.Get(event.Message)))
			return err
		}, func() error { return nil }
	}
}

func csvCell(v string) string { return app.CSVCell(v) }
func oneLine(v string) string { return app.OneLine(v) }

type alertsCmd struct {
	Format string `help:"table or json (one object a line)." enum:"table,json" default:"table"`
	Status string `help:"Only alerts in this state." enum:"all,open,acknowledged,closed" default:"all"`
	Limit  int    `help:"The N with the latest activity; 0 is all." placeholder:"N"`
}

func (c *alertsCmd) Run(ctx context.Context, g *globals) error {
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	f := alert.Filter{Limit: c.Limit}
	if c.Status != "all" {
		f.Statuses = []alert.Status{alert.Status(c.Status)}
	}
	alerts, err := st.Alerts(ctx, f)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(g.stdout)
	for _, a := range alerts {
		if c.Format == "json" {
			if err := enc.Encode(a); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintf(g.stdout, "%-6s  %-13s  %-12s  %s  %5d  %s: %s\n", a.ID, a.Level, a.Status,
			a.LastSeen.Local().Format("2006-01-02 15:04:05"), a.Count, a.Title, oneLine(a.Why)); err != nil {
			return err
		}
	}
	if len(alerts) == 0 && c.Format == "table" {
		fmt.Fprintln(g.stderr, "no alerts")
	}
	return nil
}

type statusCmd struct {
	Format string `help:"table or json." enum:"table,json" default:"table"`
}

// statusJSON is the stable shape of status --format json.
type statusJSON struct {
	Totals  event.Counters `json:"totals"`
	Sources []sourceJSON   `json:"sources"`
	Alerts  struct {
		Open int `json:"open"`
	} `json:"alerts"`
	DiskBytes int64 `json:"disk_bytes"`
}

type sourceJSON struct {
	event.Source
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
		fmt.Fprintf(w, "%-24s %-20s %-14s %-19s %10d %9.1f%% %8d\n", s.Address, oneLine(s.Name), oneLine(s.Vendor),
			s.LastSeen.Local().Format("2006-01-02 15:04:05"), s.Received, 100*float64(s.Parsed)/float64(max(1, s.Stored)), s.Dropped)
	}
	return w.Flush()
}
