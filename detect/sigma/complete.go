package sigma

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Filter is the section of a document that narrows other rules (Sigma Filters
// Specification 2.1): the rules it names, of its log source, match only events
// that its condition holds for too.
type Filter struct {
	Rules []string // names or ids; empty: all of the log source

	section *yaml.Node // compiled for each rule, whose log source says where fields are
}

// maxExpanded is how many texts one value may become when its placeholders
// are filled in.
const maxExpanded = 100_000

// filter reads the filter section.
func (r *Rule) filter(n *yaml.Node) error {
	f := &Filter{section: n}
	search, err := f.search(r.LogSource, nil)
	if err != nil && !needsValues(err) {
		return err
	}
	for _, p := range search.pairs {
		if p.key != "rules" {
			continue
		}
		if f.Rules, err = texts(p.val, "filter.rules"); err != nil {
			return err
		}
		if len(f.Rules) == 1 && strings.EqualFold(f.Rules[0], "any") {
			f.Rules = nil
		}
	}
	r.Filter = f
	return nil
}

// filterSearch is a filter compiled for a log source.
type filterSearch struct {
	Rule
	pairs []pair
}

func (f *Filter) search(l LogSource, values map[string][]string) (*filterSearch, error) {
	const path = "filter"
	out := &filterSearch{Rule: Rule{LogSource: l, values: values}}
	var err error
	if out.pairs, err = entries(f.section, path); err != nil {
		return out, err
	}
	selections := slices.DeleteFunc(slices.Clone(out.pairs), func(p pair) bool { return p.key == "rules" })
	out.Expr, err = out.Rule.search(path, selections)
	return out, err
}

func needsValues(err error) bool {
	p, ok := err.(*problem)
	return ok && p.state == NeedsValues
}

// narrows reports whether the filter applies to a rule.
func (f *Filter) narrows(filter, r *Rule) bool {
	return r.Expr != nil && filter.LogSource.covers(r.LogSource) &&
		(len(f.Rules) == 0 || slices.Contains(f.Rules, r.ID) || r.Name != "" && slices.Contains(f.Rules, r.Name))
}

// Complete puts together what was read: it fills in placeholders, from values
// and from documents of the form "placeholders: {name: [value]}", and applies
// filters. It returns the rules and filters, and of those documents only the
// ones with errors.
func Complete(rules []*Rule, values map[string][]string) []*Rule {
	values = maps.Clone(values)
	if values == nil {
		values = map[string][]string{}
	}
	rules = slices.DeleteFunc(slices.Clone(rules), func(r *Rule) bool {
		if r.values == nil || r.State != Loaded {
			return false
		}
		for name, v := range r.values {
			values[name] = append(slices.Clip(values[name]), v...)
		}
		return true
	})
	for _, r := range rules {
		if r.detection != nil && len(values) > 0 {
			r.fill(values)
		}
	}
	for _, filter := range rules {
		if f := filter.Filter; f != nil {
			filter.apply(f, rules, values)
		}
	}
	return rules
}

// fill recompiles a rule that needed values.
func (r *Rule) fill(values map[string][]string) {
	r.State, r.Reason, r.values = Loaded, "", values
	n := r.detection
	r.detection = nil
	if err := r.detect(n); err != nil {
		r.fail(err)
	}
	// With other values it is another rule.
	h := sha256.New()
	h.Write(r.Hash[:])
	for _, name := range slices.Sorted(maps.Keys(values)) {
		fmt.Fprintf(h, "%q%q", name, values[name])
	}
	h.Sum(r.Hash[:0])
}

// apply narrows the rules that a filter applies to.
func (r *Rule) apply(f *Filter, rules []*Rule, values map[string][]string) {
	used := 0
	for _, rule := range rules {
		if !f.narrows(r, rule) {
			continue
		}
		used++
		s, err := f.search(rule.LogSource, values)
		if err != nil {
			r.fail(err)
			// A rule that floods the admin with what they excluded is worse
			// than one that says why it is off.
			rule.Reject(r.State, fmt.Sprintf("its filter %s does not work: %v", r.Path, err))
			continue
		}
		rule.Expr = allOf(rule.Expr, s.Expr)
		h := sha256.New()
		h.Write(rule.Hash[:])
		h.Write(r.Hash[:])
		h.Sum(rule.Hash[:0])
	}
	if used == 0 && r.State == Loaded {
		r.Reason = "no loaded rule matches its log source and list"
	}
}

// placeholderValues reads a document of values.
func placeholderValues(n *yaml.Node) (map[string][]string, error) {
	const path = "placeholders"
	pairs, err := entries(n, path)
	if err != nil {
		return nil, err
	}
	out := make(map[string][]string, len(pairs))
	for _, p := range pairs {
		name := strings.Trim(p.key, "%")
		v, err := texts(p.val, join(path, p.key))
		if err != nil {
			return nil, err
		}
		if name == "" || len(v) == 0 {
			return nil, invalid(join(path, p.key), "write a name and its values: \"Servers: [srv01, srv02]\"")
		}
		out[name] = append(out[name], v...)
	}
	return out, nil
}

// ParseValues reads a file of placeholder values: a document of the form
// "placeholders: {name: [value]}", or the mapping of names alone.
func ParseValues(path string, data []byte) (map[string][]string, error) {
	root, err := document{text: string(data), n: 1}.decode()
	if err == nil {
		var pairs []pair
		if pairs, err = entries(root, ""); err == nil && len(pairs) == 1 && pairs[0].key == "placeholders" {
			root = pairs[0].val
		}
	}
	var values map[string][]string
	if err == nil {
		values, err = placeholderValues(root)
	}
	if err != nil {
		return nil, fmt.Errorf("read placeholder values %s: %w", path, err)
	}
	return values, nil
}

// expand returns a value for each of the values of its placeholders.
func (r *Rule) expand(s, at string) ([]string, error) {
	out := []string{""}
	var missing []string
	for _, piece := range placeholders(s) {
		values := []string{piece.text}
		if piece.name != "" {
			if values = r.values[piece.name]; len(values) == 0 {
				missing = append(missing, "%"+piece.name+"%")
				continue
			}
		}
		if len(out)*len(values) > maxExpanded {
			return nil, invalid(at, "expands to more than %d values", maxExpanded)
		}
		next := make([]string, 0, len(out)*len(values))
		for _, v := range values {
			for _, o := range out {
				next = append(next, o+v)
			}
		}
		out = next
	}
	if len(missing) > 0 {
		return nil, &problem{NeedsValues, at, fmt.Sprintf("needs values for %s: put a document \"placeholders: {%s: [value, value]}\" beside the rules",
			strings.Join(missing, ", "), strings.Trim(missing[0], "%"))}
	}
	return out, nil
}

// placeholder is a part of a value: text, or the name of a placeholder.
type placeholder struct{ text, name string }

// placeholders splits a value at its %names%.
func placeholders(s string) []placeholder {
	var out []placeholder
	text := ""
	for {
		before, rest, ok := strings.Cut(s, "%")
		if !ok {
			break
		}
		name, after, ok := strings.Cut(rest, "%")
		if !ok {
			break
		}
		text += before
		if name == "" || strings.ContainsAny(name, " \t\\") {
			text += "%"
			s = rest
			continue
		}
		out = append(out, placeholder{text: text}, placeholder{name: name})
		text, s = "", after
	}
	return append(out, placeholder{text: text + s})
}
