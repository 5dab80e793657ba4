package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"porchlight/detect/alert"
)

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
	t := table{w: g.stdout, columns: []column{{width: 6}, {width: 13}, {width: 12}, {}, {width: 5, right: true}, {}}}
	for _, a := range alerts {
		if c.Format == "json" {
			if err := enc.Encode(a); err != nil {
				return err
			}
			continue
		}
		if err := t.add(a.ID, string(a.Level), string(a.Status), a.LastSeen.Local().Format(time.DateTime),
			strconv.Itoa(a.Count), titled(a.Title, a.Why)); err != nil {
			return err
		}
	}
	if err := t.flush(); err != nil {
		return err
	}
	if len(alerts) == 0 && c.Format == "table" {
		fmt.Fprintln(g.stderr, "no alerts")
	}
	return nil
}

// titled puts the title before the reason, unless the reason begins with it, as
// it does for rules that give none.
func titled(title, why string) string {
	if strings.HasPrefix(why, title) {
		return why
	}
	return title + ": " + why
}
