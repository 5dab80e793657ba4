package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"porchlight/app"
	"porchlight/assets"
	"porchlight/detect"
	"porchlight/detect/sigma"
)

type rulesCmd struct {
	List  rulesListCmd  `cmd:"" help:"List the rules that are in use."`
	Check rulesCheckCmd `cmd:"" help:"Tell what is wrong with Sigma rules; exit code 3 if anything is."`
}

type rulesListCmd struct {
	Format string `help:"table or json (one object a line)." enum:"table,json" default:"table"`
}

func (c *rulesListCmd) Run(_ context.Context, g *globals) error {
	cfg, err := g.appConfig()
	if err != nil {
		return err
	}
	engine := detect.New(detect.Config{})
	sources, errs := app.RuleSources(cfg.Settings.Rules)
	engine.Load(sources...)
	enc := json.NewEncoder(g.stdout)
	for _, r := range engine.Rules() {
		if c.Format == "json" {
			if err := enc.Encode(r); err != nil {
				return err
			}
			continue
		}
		fmt.Fprintf(g.stdout, "%-13s  %-12s  %s  (%s)\n", r.Level, r.State, r.Title, r.ID)
	}
	return errors.Join(errs...)
}

type rulesCheckCmd struct {
	Format string   `help:"table or json (one object a line, every rule)." enum:"table,json" default:"table"`
	Paths  []string `arg:"" optional:"" name:"dir" help:"Folders or zip files with rules; without one the built-in rules are checked."`
}

func (c *rulesCheckCmd) Run(_ context.Context, g *globals) error {
	var rules []*sigma.Rule
	for _, path := range c.Paths {
		pack, err := sigma.OpenPack(path)
		if err != nil {
			return usageError{err}
		}
		rules = append(rules, sigma.Load(path, pack)...)
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
