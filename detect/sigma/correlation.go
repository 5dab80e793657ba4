package sigma

import (
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Correlation is the section of a rule over other rules' events (Sigma
// Correlation Rules Specification 2.1).
type Correlation struct {
	Type     string           // one of the types below
	Rules    []string         // names or ids, at least one
	GroupBy  []string         // field names or aliases; empty: all events are one group
	Aliases  map[string]Alias // by alias
	Timespan time.Duration    // event time between the first and the last event, both inclusive
	Field    string           // of value_count: whose distinct values count
	Bounds   []Bound          // of event_count and value_count: all must hold; empty for temporal
	Generate bool             // the rules referred to alert by themselves too
}

// Alias says under which name each rule has a field; by the rule's name or id
// as the correlation refers to it.
type Alias map[string]string

// The correlation types that are built.
const (
	EventCount      = "event_count"
	ValueCount      = "value_count"
	Temporal        = "temporal"
	TemporalOrdered = "temporal_ordered"
)

// Bound is one comparison of a correlation's condition: count Op N.
type Bound struct {
	Op string // gt, gte, lt, lte, eq, neq
	N  int
}

// Holds tells whether the count is within the bound.
func (b Bound) Holds(count int) bool {
	switch b.Op {
	case "gt":
		return count > b.N
	case "gte":
		return count >= b.N
	case "lt":
		return count < b.N
	case "lte":
		return count <= b.N
	case "eq":
		return count == b.N
	}
	return count != b.N
}

// Bounds on correlations.
const (
	maxTimespan  = 32 * 24 * time.Hour
	maxThreshold = 100_000
	maxRules     = 100
)

func (r *Rule) correlation(n, generate *yaml.Node) error {
	const path = "correlation"
	pairs, err := entries(n, path)
	if err != nil {
		return err
	}
	var c Correlation
	var condition *yaml.Node
	for _, p := range pairs {
		at := join(path, p.key)
		switch p.key {
		case "type":
			c.Type, err = text(p.val, at)
		case "rules":
			c.Rules, err = texts(p.val, at)
		case "group-by":
			c.GroupBy, err = texts(p.val, at)
		case "timespan":
			c.Timespan, err = timespan(p.val, at)
		case "aliases":
			c.Aliases, err = aliases(p.val, at)
		case "generate":
			generate = p.val
		case "condition":
			condition = p.val
		default:
			err = unsupported(at, "unknown key; known are type, rules, group-by, timespan, aliases, condition, generate")
		}
		if err != nil {
			return err
		}
	}
	if generate != nil {
		if c.Generate, err = boolean(generate, join(path, "generate")); err != nil {
			return err
		}
	}
	switch {
	case c.Type == "":
		return invalid(path, "there is no type")
	case len(c.Rules) == 0:
		return invalid(path, "there are no rules")
	case len(c.Rules) > maxRules:
		return invalid(path, "refers to more than %d rules", maxRules)
	case c.Timespan == 0:
		return invalid(path, "there is no timespan")
	}
	switch c.Type {
	case EventCount, ValueCount:
		err = c.condition(condition)
	case Temporal, TemporalOrdered:
		if condition != nil {
			err = unsupported(join(path, "condition"), "conditions of %s correlations are not supported; without one all rules must occur", c.Type)
		} else if len(c.Rules) < 2 {
			err = invalid(join(path, "rules"), "%s needs at least two rules", c.Type)
		}
	default:
		err = unsupported(join(path, "type"), "the correlation type %q is not supported; supported are %s, %s, %s, %s",
			c.Type, EventCount, ValueCount, Temporal, TemporalOrdered)
	}
	if err != nil {
		return err
	}
	r.Correlation = &c
	return nil
}

// condition reads the comparisons; several must all hold.
func (c *Correlation) condition(n *yaml.Node) error {
	const path = "correlation.condition"
	if n == nil {
		return invalid("correlation", "%s needs a condition", c.Type)
	}
	pairs, err := entries(n, path)
	if err != nil {
		return err
	}
	for _, p := range pairs {
		at := join(path, p.key)
		s, err := text(p.val, at)
		if err != nil {
			if p.key == "field" {
				return unsupported(at, "counting the values of several fields together is not supported")
			}
			return err
		}
		switch p.key {
		case "field":
			c.Field = s
		case "gt", "gte", "lt", "lte", "eq", "neq":
			v, err := strconv.Atoi(s)
			if err != nil || v < 0 || v > maxThreshold {
				return invalid(at, "%q is no number from 0 to %d", s, maxThreshold)
			}
			c.Bounds = append(c.Bounds, Bound{p.key, v})
		default:
			return unsupported(at, "unknown comparison; known are gt, gte, lt, lte, eq, neq")
		}
	}
	switch {
	case len(c.Bounds) == 0:
		return invalid(path, "there is no comparison; write for example \"gte: 5\"")
	case c.Type == ValueCount && c.Field == "":
		return invalid(path, "value_count needs a field")
	case c.Type == EventCount && c.Field != "":
		return invalid(path, "event_count counts events, not the values of a field; use value_count")
	}
	return nil
}

// timespan reads a number with one of the units s, m, h, d.
func timespan(n *yaml.Node, path string) (time.Duration, error) {
	s, err := text(n, path)
	if err != nil {
		return 0, err
	}
	s = strings.TrimSpace(s)
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour}
	if s != "" {
		unit := units[s[len(s)-1]]
		v, err := strconv.Atoi(s[:len(s)-1])
		if unit != 0 && err == nil && v > 0 {
			if v > int(maxTimespan/unit) {
				return 0, invalid(path, "%q is longer than %d days", s, maxTimespan/(24*time.Hour))
			}
			return time.Duration(v) * unit, nil
		}
	}
	return 0, invalid(path, "%q is no timespan; write 30s, 5m, 2h or 1d", s)
}

func aliases(n *yaml.Node, path string) (map[string]Alias, error) {
	pairs, err := entries(n, path)
	if err != nil {
		return nil, err
	}
	out := make(map[string]Alias, len(pairs))
	for _, p := range pairs {
		at := join(path, p.key)
		fields, err := entries(p.val, at)
		if err != nil {
			return nil, err
		}
		out[p.key] = Alias{}
		for _, f := range fields {
			if out[p.key][f.key], err = text(f.val, join(at, f.key)); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}
