package cli

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"porchlight/app"
	"porchlight/app/store"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

type searchCmd struct {
	Since  string `help:"Only events at or after T: 24h, 7d, 2026-11-23, 2026-11-23T08:00:00Z." placeholder:"T"`
	Until  string `help:"Only events before T." placeholder:"T"`
	Limit  int    `help:"The newest N, or the first N rows after '| stats'; 0 is all. A table of events shows 100 by default." placeholder:"N" default:"-1"`
	Format string `help:"table, json (one object a line) or csv." enum:"table,json,csv" default:"table"`
	Query  string `arg:"" optional:"" help:"e.g. 'event.action:logon-failed and not user.name:svc-*', also with pipes: '... | stats count() by source.ip | sort -count | head 20', '... | fields user.name, source.ip'; empty matches everything."`
}

// tableLimit is how many events a table shows when no limit is given.
const tableLimit = 100

func (c *searchCmd) Run(ctx context.Context, g *globals) error {
	q, err := c.query()
	if err != nil {
		return err
	}
	st, err := g.readStore()
	if err != nil {
		return err
	}
	defer st.Close()
	p := &progress{w: g.stderr, now: time.Now}
	if onTerminal(g.stderr) {
		q.Progress = p.show
	}
	out := bufio.NewWriter(p.before(g.stdout))
	run := c.events
	if q.Stats != nil {
		run = c.stats
	}
	res, notes, err := run(ctx, st, q, out, onTerminal(g.stdout))
	err = cmp.Or(err, out.Flush())
	p.clear()
	if err != nil {
		return err
	}
	for _, n := range notes {
		fmt.Fprintln(g.stderr, n)
	}
	return g.reportPartial(res.Partial)
}

// parseSearch reads a command's search and its bounds.
func parseSearch(command, text, since, until string) (query.Query, error) {
	now := time.Now()
	q, err := query.Parse(text, now)
	if err != nil {
		return q, usageError{fmt.Errorf("%s: %w\n  %s", command, err, pointAt(app.OneLine(text), err))}
	}
	for _, bound := range []struct{ text, word, flag string }{{since, "since:", "--since"}, {until, "until:", "--until"}} {
		if bound.text == "" {
			continue
		}
		b, err := query.Parse(bound.word+bound.text, now)
		if err != nil || b.Expr != nil || b.Pipes() != "" {
			return q, usageError{fmt.Errorf("%s %q: expected a span back from now (24h, 7d), a day or an RFC 3339 time", bound.flag, bound.text)}
		}
		q.Since, q.Until = cmp.Or(b.Since, q.Since), cmp.Or(b.Until, q.Until)
	}
	return q, nil
}

// query parses the search text and applies the flags' bounds.
func (c *searchCmd) query() (query.Query, error) {
	q, err := parseSearch("search", c.Query, c.Since, c.Until)
	if err != nil {
		return q, err
	}
	limit := &q.Limit
	if q.Stats != nil {
		limit = &q.Stats.Head
	}
	if c.Limit > 0 && (*limit == 0 || c.Limit < *limit) {
		*limit = c.Limit
	}
	return q, nil
}

// events prints the matching events. The notes are for stderr.
func (c *searchCmd) events(ctx context.Context, st *store.Store, q query.Query, out *bufio.Writer, _ bool) (res query.Result, notes []string, err error) {
	untold := c.Limit < 0 && c.Format == "table" && q.Limit == 0
	if untold {
		q.Limit = tableLimit
	}
	print, finish := eventPrinter(out, c.Format, q.Columns)
	found := 0
	var printErr error
	res, err = st.Search(ctx, q, func(ev *event.Event) bool {
		found++
		printErr = print(ev)
		return printErr == nil
	})
	if untold && found == tableLimit {
		notes = append(notes, fmt.Sprintf("these are the newest %d; --limit 0 shows all", found))
	}
	return res, notes, cmp.Or(err, printErr, finish())
}

// stats prints the table the search asks for.
func (c *searchCmd) stats(ctx context.Context, st *store.Store, q query.Query, out *bufio.Writer, bars bool) (res query.Result, notes []string, err error) {
	table, res, err := st.Stats(ctx, q)
	if err != nil {
		return res, nil, err
	}
	if err := printTable(out, c.Format, table, q.Stats, bars); err != nil {
		return res, nil, err
	}
	if len(table.Rows) < table.Groups {
		notes = append(notes, fmt.Sprintf("these are %d rows of %d", len(table.Rows), table.Groups))
	}
	if table.Cut {
		notes = append(notes, "there were more groups than can be kept; those found last are missing")
	}
	if table.Estimated {
		notes = append(notes, "dcount is an estimate where there are very many values")
	}
	return res, notes, nil
}

// pointAt repeats a query with a caret under the position of the error.
func pointAt(text string, err error) string {
	qe, ok := err.(*query.Error)
	if !ok {
		return text
	}
	return text + "\n  " + strings.Repeat(" ", max(0, qe.Column-1)) + "^"
}
