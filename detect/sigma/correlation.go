package sigma

import (
	"math"
	"slices"
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
	Fields   []string         // for the value_ types: whose values count; only value_count takes several
	Bounds   []Bound          // all must hold; the temporal types compare how many of the rules occurred: with no bound, all must
	Generate bool             // the rules referred to alert by themselves too

	// Percentile is which one of value_percentile is compared, 0 to 100. It is
	// Share when the rule names none: then what is compared is how many percent
	// of the window's events have the value of the newest one.
	Percentile float64
}

// Share stands for no percentile.
const Share = -1

// Alias says under which name each rule has a field; by the rule's name or id
// as the correlation refers to it.
type Alias map[string]string

// The correlation types. ValueMedian is not in the specification, but in its
// reference implementation.
const (
	EventCount      = "event_count"
	ValueCount      = "value_count"
	ValueSum        = "value_sum"
	ValueAvg        = "value_avg"
	ValueMedian     = "value_median"
	ValuePercentile = "value_percentile"
	Temporal        = "temporal"
	TemporalOrdered = "temporal_ordered"
)

var correlationTypes = []string{EventCount, ValueCount, ValueSum, ValueAvg, ValueMedian, ValuePercentile, Temporal, TemporalOrdered}

// Bound is one comparison of a correlation's condition: count Op N.
type Bound struct {
	Op string // gt, gte, lt, lte, eq, neq
	N  float64
}

// Holds reports whether the count is within the bound.
func (b Bound) Holds(count float64) bool {
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
	maxThreshold = 100_000 // of what is counted event by event
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
			err = unsupported(at, "unknown key; expected one of type, rules, group-by, timespan, aliases, condition, generate")
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
	switch {
	case !slices.Contains(correlationTypes, c.Type):
		err = unsupported(join(path, "type"), "unknown correlation type %q; expected one of %s", c.Type, strings.Join(correlationTypes, ", "))
	case c.temporal() && len(c.Rules) < 2:
		err = invalid(join(path, "rules"), "%s needs at least two rules", c.Type)
	case !c.temporal() || condition != nil:
		err = c.condition(condition)
	}
	if err != nil {
		return err
	}
	r.Correlation = &c
	return nil
}

func (c *Correlation) temporal() bool { return c.Type == Temporal || c.Type == TemporalOrdered }

// Counts reports whether the condition compares a number of events, values or
// rules, not something calculated from values.
func (c *Correlation) Counts() bool {
	return c.temporal() || c.Type == EventCount || c.Type == ValueCount
}

// condition reads the comparisons; several must all hold.
func (c *Correlation) condition(n *yaml.Node) error {
	const path = "correlation.condition"
	if n == nil {
		return invalid("correlation", "%s needs a condition", c.Type)
	}
	if n.Kind == yaml.ScalarNode {
		return unsupported(path, "a condition over the rules' names is not part of Sigma 2.1; write for example \"gte: 2\"")
	}
	pairs, err := entries(n, path)
	if err != nil {
		return err
	}
	c.Percentile = Share
	for _, p := range pairs {
		at := join(path, p.key)
		switch p.key {
		case "field":
			if c.Fields, err = texts(p.val, at); err != nil {
				return err
			}
		case "percentile":
			if c.Percentile, err = number(p.val, at, 100); err != nil {
				return err
			}
		case "gt", "gte", "lt", "lte", "eq", "neq":
			most := float64(maxThreshold)
			if !c.Counts() {
				most = math.MaxFloat64
			}
			v, err := number(p.val, at, most)
			if err != nil {
				return err
			}
			c.Bounds = append(c.Bounds, Bound{p.key, v})
		default:
			return unsupported(at, "unknown key; expected one of field, percentile, gt, gte, lt, lte, eq, neq")
		}
	}
	values := !c.temporal() && c.Type != EventCount
	switch {
	case len(c.Bounds) == 0:
		return invalid(path, "there is no comparison; write for example \"gte: 5\"")
	case values && len(c.Fields) == 0:
		return invalid(path, "%s needs a field", c.Type)
	case !values && len(c.Fields) > 0:
		return invalid(path, "%s counts events, not the values of a field; use value_count", c.Type)
	case c.Type != ValueCount && len(c.Fields) > 1:
		return invalid(path, "%s takes only one field", c.Type)
	case c.Type != ValuePercentile && c.Percentile != Share:
		return invalid(join(path, "percentile"), "is for value_percentile, not for %s", c.Type)
	}
	if c.Type == ValueMedian {
		c.Percentile = 50
	}
	return nil
}

// number reads a number from 0 to most; below 0 only where there is no limit.
func number(n *yaml.Node, path string, most float64) (float64, error) {
	s, err := text(n, path)
	if err != nil {
		return 0, err
	}
	v, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	switch {
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		return 0, invalid(path, "%q is not a number", s)
	case most < math.MaxFloat64 && (v < 0 || v > most):
		return 0, invalid(path, "%q is not a number from 0 to %.0f", s, most)
	}
	return v, nil
}

// timespan reads a number with one of the units s, m, h, d, w.
func timespan(n *yaml.Node, path string) (time.Duration, error) {
	s, err := text(n, path)
	if err != nil {
		return 0, err
	}
	s = strings.TrimSpace(s)
	units := map[byte]time.Duration{'s': time.Second, 'm': time.Minute, 'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}
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
	return 0, invalid(path, "%q is not a timespan; write 30s, 5m, 2h or 1d", s)
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
