package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"porchlight/app"
	"porchlight/assets"
	"porchlight/detect"
	"porchlight/detect/sigma"
)

type rulesCmd struct {
	List    rulesListCmd    `cmd:"" help:"List the rules in use."`
	Sources rulesSourcesCmd `cmd:"" help:"Show which events feed the rules."`
	Check   rulesCheckCmd   `cmd:"" help:"Report what is wrong with Sigma rules; exit code 3 if anything is."`
}

type rulesSourcesCmd struct {
	Format string `help:"table or json (one object a line)." enum:"table,json" default:"table"`
	Paths  []path `arg:"" optional:"" name:"dir" help:"Folders or zip files with rules; without any, the rules in use."`
}

// Help is shown by porchlight rules sources --help.
func (rulesSourcesCmd) Help() string {
	return `For each log source that rules use: how many rules, who writes its events, and the search that finds them. Rules whose log source has no events cannot fire.`
}

func (c *rulesSourcesCmd) Run(_ context.Context, g *globals) error {
	var rules []*sigma.Rule
	if len(c.Paths) > 0 {
		var err error
		if rules, err = loadRules(c.Paths); err != nil {
			return err
		}
	} else {
		cfg, err := g.appConfig()
		if err != nil {
			return err
		}
		sources, errs := app.RuleSources(cfg.Settings.Rules)
		if err := errors.Join(errs...); err != nil {
			return err
		}
		for _, s := range sources {
			rules = append(rules, sigma.Load(s.Name, s.FS)...)
		}
	}
	count := map[sigma.LogSource]int{}
	for _, r := range rules {
		if r.LogSource != (sigma.LogSource{}) {
			count[r.LogSource]++
		}
	}
	enc := json.NewEncoder(g.stdout)
	enc.SetEscapeHTML(false)
	t := table{w: g.stdout, columns: []column{{width: 40}, {width: 5, right: true}, {}}}
	for _, l := range slices.SortedFunc(maps.Keys(count), func(a, b sigma.LogSource) int { return strings.Compare(a.String(), b.String()) }) {
		if c.Format == "json" {
			row := struct {
				LogSource string `json:"logsource"`
				Rules     int    `json:"rules"`
				Feed      string `json:"fed_by"`
				Search    string `json:"search"`
			}{l.String(), count[l], l.Feed(), l.Search()}
			if err := enc.Encode(row); err != nil {
				return err
			}
			continue
		}
		if err := t.add(l.String(), strconv.Itoa(count[l]), cmp.Or(l.Feed(), "events that name it: "+l.Search())); err != nil {
			return err
		}
	}
	return t.flush()
}

type rulesListCmd struct {
	Format string `help:"table or json (one object a line)." enum:"table,json" default:"table"`
}

func (c *rulesListCmd) Run(_ context.Context, g *globals) error {
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	rules := detect.NewRules(detect.Config{})
	sources, errs := app.RuleSources(cfg.Settings.Rules)
	rules.Load(nil, sources...)
	enc := json.NewEncoder(g.stdout)
	t := table{w: g.stdout, columns: []column{{width: 13}, {width: 12}, {}}}
	for _, r := range rules.List() {
		if c.Format == "json" {
			if err := enc.Encode(r); err != nil {
				return err
			}
			continue
		}
		if err := t.add(string(r.Level), string(r.State), fmt.Sprintf("%s  (%s)", r.Title, r.ID)); err != nil {
			return err
		}
	}
	return errors.Join(append(errs, t.flush())...)
}

type rulesCheckCmd struct {
	Format string `help:"table or json (one object a line, every rule)." enum:"table,json" default:"table"`
	Paths  []path `arg:"" optional:"" name:"dir" help:"Folders or zip files with rules; without any, the built-in rules are checked."`
}

func (c *rulesCheckCmd) Run(_ context.Context, g *globals) error {
	rules, err := loadRules(c.Paths)
	if err != nil {
		return err
	}
	if len(c.Paths) == 0 {
		rules = sigma.Load("built-in", assets.Rules)
	}
	rules = sigma.Complete(rules, nil)
	enc := json.NewEncoder(g.stdout)
	bad := 0
	for _, r := range rules {
		res := r.Result()
		if res.State != sigma.Loaded {
			bad++
		}
		switch {
		case c.Format == "json":
			if err := enc.Encode(res); err != nil {
				return err
			}
		case res.State != sigma.Loaded:
			fmt.Fprintf(g.stdout, "%s: %s: %s\n", res.Path, res.State, res.Reason)
		}
	}
	fmt.Fprintf(g.stderr, "%d rules, %d with problems\n", len(rules), bad)
	if bad > 0 {
		return errProblems
	}
	return nil
}

// loadRules loads the rules of folders and zip files. Their paths begin the way
// the user typed them.
func loadRules(packs []path) ([]*sigma.Rule, error) {
	var rules []*sigma.Rule
	for _, p := range packs {
		pack, err := sigma.OpenPack(p.abs)
		if err != nil {
			return nil, usageError{err}
		}
		rules = append(rules, sigma.Load(p.typed, pack)...)
	}
	return rules, nil
}
