package detect

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/correlate"
	"porchlight/detect/query"
	"porchlight/detect/sigma"
	"porchlight/ingest/event"
)

// Config tunes Rules. The zero value is good.
type Config struct {
	// Tolerance is how late an event may arrive, in event time, and still be
	// correlated with all it belongs to; 0 means 2 minutes.
	Tolerance time.Duration
}

// Source is a place rules come from. Load reads FS to its end and does not keep
// it.
type Source struct {
	Name string // prefixes every path: "builtin", "/etc/porchlight/rules"
	FS   fs.FS
}

// Report says what became of each rule, in the order of reading.
type Report struct {
	Rules []sigma.Result
}

// Count returns the number of rules in state s.
func (r Report) Count(s sigma.State) int {
	n := 0
	for _, x := range r.Rules {
		if x.State == s {
			n++
		}
	}
	return n
}

// RuleInfo is a rule as the admin sees it in a list.
type RuleInfo struct {
	sigma.Result
	Title       string      `json:"title"`
	Level       alert.Level `json:"level"`
	Status      string      `json:"status"` // of the rule's author: stable, test, experimental ...
	Author      string      `json:"author"`
	Description string      `json:"description"`
	References  []string    `json:"references"`
	Tags        []string    `json:"tags"`
	LogSource   string      `json:"logsource"` // product/category/service, * for any; "" for correlations
	Correlation string      `json:"correlation,omitempty"`
	Filter      bool        `json:"filter,omitempty"` // it only narrows other rules
	Alerts      bool        `json:"alerts"`           // false: it only feeds correlations
	Disabled    bool        `json:"disabled"`
}

// Rules is the detector that runs Sigma rules: plain ones event by event,
// correlations over event time. Load and List may be called while another
// goroutine uses it as a Detector, which never waits for them.
type Rules struct {
	loading sync.Mutex // held by Load
	cfg     Config
	next    atomic.Pointer[program] // loaded, waiting for the next batch
	newest  atomic.Pointer[program] // what List and Window describe
	run     *program                // belongs to the detector's goroutine, like all below
	hits    []int32
	found   []alert.Finding
	add     func(alert.Finding) // appends to found; made once
}

// program is one loaded set of rules with its state.
type program struct {
	set    *sigma.Set
	heads  []head // of the rules of the set
	corr   *correlate.Correlator
	window time.Duration
	infos  []RuleInfo
}

// head is what a plain rule's findings need, made once.
type head struct {
	rule     alert.Rule
	alerts   bool
	entities []query.Field
	names    []string // of entities, as alerts name them
	extends  []string
}

// NewRules returns a detector without rules.
func NewRules(cfg Config) *Rules {
	r := &Rules{cfg: cfg}
	r.add = func(f alert.Finding) { r.found = append(r.found, f) }
	r.run = compile(nil, nil, cfg)
	r.newest.Store(r.run)
	return r
}

// Load replaces all rules by those of the sources, read in order. Those whose
// ids are in disabled are read and listed but not run. The new rules take
// effect with the next batch; correlations that have not changed keep their
// state. Of two rules with the same id the first is run.
func (r *Rules) Load(disabled map[string]bool, sources ...Source) Report {
	r.loading.Lock()
	defer r.loading.Unlock()
	var rules []*sigma.Rule
	for _, s := range sources {
		rules = append(rules, sigma.Load(s.Name, s.FS)...)
	}
	rules = sigma.Complete(rules, nil)
	p := compile(rules, disabled, r.cfg)
	report := Report{Rules: make([]sigma.Result, len(rules))}
	for i, rule := range rules {
		report.Rules[i] = rule.Result()
	}
	r.newest.Store(p)
	r.next.Store(p)
	return report
}

func compile(rules []*sigma.Rule, disabled map[string]bool, cfg Config) *program {
	first := map[string]*sigma.Rule{}
	var run []*sigma.Rule
	for _, r := range rules {
		if other := first[r.ID]; other != nil {
			r.Reject(sigma.Invalid, fmt.Sprintf("the id is already used by %s, which is the one that runs", other.Path))
			continue
		}
		first[r.ID] = r
		if !disabled[r.ID] {
			run = append(run, r)
		}
	}
	corr := correlate.New(run, correlate.Config{Tolerance: cfg.Tolerance})
	p := &program{set: sigma.NewSet(run), corr: corr, window: corr.Window()}
	for _, r := range p.set.Rules() {
		p.heads = append(p.heads, newHead(r, corr, first, rules))
	}
	for _, r := range rules {
		p.infos = append(p.infos, info(r, corr, disabled[r.ID]))
	}
	return p
}

// usual are the entities of rules that name none: who, from where, on what.
// Each is looked up under its ECS and Windows names.
var usual = []query.Field{
	manyNames("source.ip", "IpAddress", "SourceIp"),
	manyNames("user.name", "SubjectUserName", "User"),
	manyNames("host.name", "Computer", "ComputerName"),
}

// command says the most about the start of a process.
var command = manyNames("process.command_line", "CommandLine", "winlog.event_data.CommandLine")

func manyNames(names ...string) query.Field {
	f := query.NewField(names[0])
	for _, n := range names[1:] {
		f.Refs = append(f.Refs, event.Resolve(n))
	}
	return f
}

func newHead(r *sigma.Rule, corr *correlate.Correlator, byID map[string]*sigma.Rule, all []*sigma.Rule) head {
	h := head{rule: correlate.Head(r), alerts: corr.Alerts(r)}
	for _, name := range r.GroupBy {
		f := r.LogSource.Field(name)
		h.entities = append(h.entities, f)
		h.names = append(h.names, sigma.EntityName(f))
	}
	if len(r.GroupBy) == 0 {
		h.entities = usual
		for _, f := range usual {
			h.names = append(h.names, f.Name)
		}
	}
	for _, ref := range r.Supersedes {
		if other := byID[ref]; other != nil {
			h.extends = append(h.extends, other.ID)
			continue
		}
		for _, other := range all {
			if other.Name == ref {
				h.extends = append(h.extends, other.ID)
			}
		}
	}
	return h
}

func info(r *sigma.Rule, corr *correlate.Correlator, disabled bool) RuleInfo {
	i := RuleInfo{Result: r.Result(), Title: r.Title, Level: alert.Level(r.Level), Status: r.Status, Author: r.Author,
		Description: r.Description, References: r.References, Tags: r.Tags, Alerts: corr.Alerts(r), Disabled: disabled}
	if r.Filter != nil {
		i.Filter, i.Alerts = true, false
	}
	if r.Correlation != nil {
		i.Correlation = r.Correlation.Type
	} else if r.LogSource != (sigma.LogSource{}) {
		i.LogSource = r.LogSource.String()
	}
	return i
}

// List returns all rules that were read last, in the order of reading.
func (r *Rules) List() []RuleInfo { return slices.Clone(r.newest.Load().infos) }

// Window is how far back in event time the correlations look.
func (r *Rules) Window() time.Duration { return r.newest.Load().window }

// program returns the rules to run, taking over newly loaded ones.
func (r *Rules) program() *program {
	if p := r.next.Swap(nil); p != nil {
		p.corr.Adopt(r.run.corr)
		r.run = p
	}
	return r.run
}

// Process matches events and returns the findings in the order of the events.
// It does not allocate for events that no rule matches.
func (r *Rules) Process(batch []event.Event) []alert.Finding {
	p := r.program()
	clear(r.found)
	r.found = r.found[:0]
	for i := range batch {
		ev := &batch[i]
		r.hits = p.set.Match(ev, r.hits[:0])
		for _, n := range r.hits {
			if h := &p.heads[n]; h.alerts {
				r.add(h.finding(p.set.Rules()[n], ev))
			}
			p.corr.Observe(p.set.Rules()[n], ev, r.add)
		}
	}
	return r.found
}

// Tick lets the correlations forget what is too old to matter. No rule fires
// because time passes: it returns nothing.
func (r *Rules) Tick(now time.Time) []alert.Finding {
	r.program().corr.Tick(now)
	return nil
}

// finding makes the finding of a plain rule from the one event it matched.
func (h *head) finding(r *sigma.Rule, ev *event.Event) alert.Finding {
	f := alert.Finding{Rule: h.rule, Events: []event.ID{ev.ID}, Count: correlate.Weight(ev), First: ev.Time, Last: ev.Time,
		Supersedes: h.extends}
	for i, field := range h.entities {
		// Copies: a finding must not keep whole messages alive.
		if v, ok := field.Lookup(ev); ok && v != "" {
			f.Entities = append(f.Entities, alert.Entity{Field: h.names[i], Value: strings.Clone(v)})
		}
	}
	if r.Why.Empty() {
		f.Why = plainWhy(h.rule.Title, f.Entities)
		if v, ok := command.Lookup(ev); ok && v != "" {
			f.Why += ", running " + sigma.Printable(v)
		}
		return f
	}
	f.Why = r.Why.Render(func(name string) (string, bool) {
		if name == "count" {
			return fmt.Sprint(f.Count), true
		}
		return r.LogSource.Field(name).Lookup(ev)
	})
	return f
}

// plainWhy is the sentence for rules without one of their own.
func plainWhy(title string, entities []alert.Entity) string {
	words := map[string]string{"source.ip": "from", "user.name": "user", "host.name": "on"}
	var b strings.Builder
	b.WriteString(title)
	for i, e := range entities {
		sep := ", "
		if i == 0 {
			sep = ": "
		}
		b.WriteString(sep + cmp.Or(words[e.Field], e.Field) + " " + sigma.Printable(e.Value))
	}
	return b.String()
}
