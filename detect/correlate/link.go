package correlate

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"

	"porchlight/detect/query"
	"porchlight/detect/sigma"
	"porchlight/ingest/event"
)

// linker resolves the references between rules.
type linker struct {
	c      *Correlator
	byName map[string][]*sigma.Rule // names and ids
	done   map[*sigma.Rule]*rule
	busy   map[*sigma.Rule]bool // being linked: meeting one again is a cycle
	depth  int
}

// maxChain bounds how many correlations build on each other.
const maxChain = 20

// link compiles a correlation after those it refers to. It returns nil when
// the rule was rejected.
func (l *linker) link(src *sigma.Rule) *rule {
	if r, ok := l.done[src]; ok {
		return r
	}
	l.busy[src] = true
	l.depth++
	r, state, err := l.compile(src)
	l.depth--
	l.busy[src] = false
	if err != nil {
		src.Reject(state, err.Error())
		l.done[src] = nil
		return nil
	}
	l.done[src] = r
	l.c.rules = append(l.c.rules, r)
	for i, s := range r.sources {
		if s.parent != nil {
			s.parent.feeds = append(s.parent.feeds, feed{r, i})
		} else {
			l.c.feeds[s.base] = append(l.c.feeds[s.base], feed{r, i})
		}
	}
	return r
}

// resolve finds the rule that a name or id stands for.
func (l *linker) resolve(ref, path string) (*sigma.Rule, error) {
	switch found := l.byName[ref]; len(found) {
	case 0:
		return nil, fmt.Errorf("%s: there is no rule %q among the enabled rules", path, ref)
	case 1:
		return found[0], nil
	default:
		return nil, fmt.Errorf("%s: %q is the name or id of %d rules: %s and %s", path, ref, len(found), found[0].Path, found[1].Path)
	}
}

func (l *linker) compile(src *sigma.Rule) (*rule, sigma.State, error) {
	c := src.Correlation
	r := &rule{src: src, head: Head(src), why: src.Why, kind: c.Type, span: int64(c.Timespan), bounds: c.Bounds, counts: countedOf(c),
		names: c.GroupBy, depth: c.Timespan, groups: map[string]*group{}}
	if l.depth > maxChain {
		return nil, sigma.Invalid, fmt.Errorf("correlation.rules: more than %d correlations build on each other", maxChain)
	}
	r.limit = 1000
	if !c.Counts() {
		r.limit = maxMeasured
	}
	for _, b := range c.Bounds {
		if c.Counts() {
			r.limit = max(r.limit, int(b.N)+1000)
		}
	}
	digest := sha256.New()
	digest.Write(src.Hash[:])
	for i, ref := range c.Rules {
		path := fmt.Sprintf("correlation.rules[%d]", i)
		base, err := l.resolve(ref, path)
		if err != nil {
			return nil, sigma.Invalid, err
		}
		if l.busy[base] {
			return nil, sigma.Invalid, fmt.Errorf("%s: %q refers back to this rule", path, ref)
		}
		for _, s := range r.sources {
			if s.base == base {
				return nil, sigma.Unsupported, fmt.Errorf("%s: %q is named twice", path, ref)
			}
		}
		s := source{ref: ref, base: base}
		if base.Correlation != nil {
			s.parent = l.link(base)
		}
		if base.State != sigma.Loaded {
			return nil, base.State, fmt.Errorf("%s: %q is not loaded: %s", path, ref, base.Reason)
		}
		if s.parent != nil {
			digest.Write(s.parent.print[:])
			r.depth = max(r.depth, c.Timespan+s.parent.depth)
			for _, f := range c.Fields {
				if !slices.Contains(s.parent.names, f) {
					return nil, sigma.Unsupported, fmt.Errorf("correlation.condition.field: %q is not a group-by field of the correlation %q", f, ref)
				}
			}
		} else {
			digest.Write(base.Hash[:])
		}
		l.fields(r, &s)
		r.sources = append(r.sources, s)
	}
	r.entity = make([]string, len(r.names))
	for i := range r.names {
		r.entity[i] = r.entityName(i)
	}
	digest.Sum(r.print[:0])
	return r, sigma.Loaded, nil
}

// fields resolves what a source is read for: the group, the counted field,
// and what the sentence names of it ("{ref.field}").
func (l *linker) fields(r *rule, s *source) {
	name := func(field string) string {
		if a, ok := r.src.Correlation.Aliases[field]; ok {
			for _, ref := range []string{s.ref, s.base.Name, s.base.ID} {
				if f, ok := a[ref]; ok {
					return f
				}
			}
		}
		return field
	}
	field := func(n string) query.Field {
		if s.parent != nil {
			return query.NewField(n)
		}
		return s.base.LogSource.Field(n)
	}
	for _, g := range r.names {
		n := name(g)
		s.keyName = append(s.keyName, n)
		s.keys = append(s.keys, field(n))
	}
	for _, n := range r.src.Correlation.Fields {
		f := field(name(n))
		f.Name = name(n)
		s.count = append(s.count, f)
	}
	for _, p := range r.why.Names() {
		if n, ok := strings.CutPrefix(p, s.ref+"."); ok && n != "count" && n != "span" {
			f := field(n)
			f.Name = p
			s.capture = append(s.capture, f)
		}
	}
}

// entityName is how alerts name a group-by field: by its ECS name where one
// of the sources has one.
func (r *rule) entityName(i int) string {
	for _, s := range r.sources {
		if s.parent != nil {
			if k := slices.Index(s.parent.names, s.keyName[i]); k >= 0 {
				return s.parent.entity[k]
			}
		}
		for _, ref := range s.keys[i].Refs {
			if ref.Field != event.None {
				return ref.Name
			}
		}
	}
	return r.names[i]
}

// supersede works out which rules' alerts are raised to which.
func (l *linker) supersede() {
	for _, r := range l.c.rules { // each comes after the rules it refers to
		for _, s := range r.sources {
			if !l.c.Alerts(s.base) {
				if s.parent != nil {
					r.extends = append(r.extends, s.parent.extends...)
				}
				continue
			}
			r.extends = append(r.extends, s.base.ID)
			if s.parent != nil {
				r.extends = append(r.extends, s.parent.extends...)
			}
		}
		for _, ref := range r.src.Supersedes {
			if base, err := l.resolve(ref, ""); err == nil && base != r.src {
				r.extends = append(r.extends, base.ID)
				if p := l.done[base]; p != nil {
					r.extends = append(r.extends, p.extends...)
				}
			}
		}
		slices.Sort(r.extends)
		r.extends = slices.Compact(r.extends)
	}
	for _, r := range l.c.rules {
		for _, over := range l.c.rules {
			if over != r && over.alerts && slices.Contains(over.extends, r.src.ID) && slices.Equal(over.entity, r.entity) {
				r.above = append(r.above, over)
			}
		}
		slices.SortStableFunc(r.above, byLevel)
	}
}

// words says a duration the way a person would.
func words(d time.Duration) string {
	unit := func(n int64, name string) string {
		if n == 1 {
			return "1 " + name
		}
		return fmt.Sprintf("%d %ss", n, name)
	}
	switch {
	case d < time.Second:
		return "one second"
	case d < 2*time.Minute:
		return unit(int64(d/time.Second), "second")
	case d < 2*time.Hour:
		return unit(int64(d/time.Minute), "minute")
	case d < 48*time.Hour:
		return unit(int64(d/time.Hour), "hour")
	}
	return unit(int64(d/(24*time.Hour)), "day")
}
