package detect

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"porchlight/assets"
	"porchlight/detect/alert"
	"porchlight/detect/sigma"
	"porchlight/ingest/event"
)

// The examples of the built-in rules are scripts, assets/rules/tests/*.txtar,
// with two files:
//
//	-- events --  one flat JSON event a line. "t" is when it happens after the
//	              start ("90s"); "repeat" and "every" ("2s") play it several
//	              times, {n} being the number of the repetition, from 1.
//	-- alerts --  one alert a line, all that the built-in rules together must
//	              raise, in order of opening: rule (name), level, count,
//	              entities, why.
//
// The comment before the files has a line "rules: NAME ..." with the rules
// it is an example for: a positive one when an alert is theirs or a part
// that they feed matched, a negative one when not. "part NAME N" says that
// the rule, which does not alert by itself, matched N events.
type script struct {
	name   string
	rules  []string
	parts  map[string]int
	events []event.Event
	alerts []wanted
}

type wanted struct {
	Rule     string            `json:"rule"`
	Level    string            `json:"level"`
	Count    int               `json:"count"`
	Entities map[string]string `json:"entities"`
	Why      string            `json:"why"`
}

var scriptStart = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

func readScript(t *testing.T, name string, data []byte) script {
	t.Helper()
	a := txtar.Parse(data)
	s := script{name: name, parts: map[string]int{}}
	for line := range strings.Lines(string(a.Comment)) {
		line = strings.TrimSpace(line)
		if names, ok := strings.CutPrefix(line, "rules:"); ok {
			s.rules = strings.Fields(names)
		}
		if part, ok := strings.CutPrefix(line, "part "); ok {
			rule, n, _ := strings.Cut(part, " ")
			count, err := strconv.Atoi(n)
			if err != nil {
				t.Fatalf("%s: %q: %v", name, line, err)
			}
			s.parts[rule] = count
		}
	}
	if len(s.rules) == 0 {
		t.Fatalf("%s: no line \"rules: NAME ...\" before the files", name)
	}
	for _, f := range a.Files {
		for line := range strings.Lines(string(f.Data)) {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			switch f.Name {
			case "events":
				s.events = append(s.events, scriptEvents(t, name, line)...)
			case "alerts":
				var w wanted
				if err := json.Unmarshal([]byte(line), &w); err != nil {
					t.Fatalf("%s: %s: %v", name, line, err)
				}
				s.alerts = append(s.alerts, w)
			default:
				t.Fatalf("%s: unknown file %q", name, f.Name)
			}
		}
	}
	if len(s.events) == 0 {
		t.Fatalf("%s: no events", name)
	}
	for i := range s.events {
		s.events[i].ID = event.NewID(20514, uint64(i+1))
	}
	return s
}

func scriptEvents(t *testing.T, name, line string) []event.Event {
	t.Helper()
	var head struct {
		T      string `json:"t"`
		Repeat int    `json:"repeat"`
		Every  string `json:"every"`
	}
	if err := json.Unmarshal([]byte(line), &head); err != nil {
		t.Fatalf("%s: %s: %v", name, line, err)
	}
	offset := func(s string) time.Duration {
		d, err := time.ParseDuration(s)
		if err != nil {
			t.Fatalf("%s: %s: %v", name, line, err)
		}
		return d
	}
	at := offset(head.T)
	var out []event.Event
	for n := range max(1, head.Repeat) {
		var fields map[string]any
		if err := json.Unmarshal([]byte(strings.ReplaceAll(line, "{n}", strconv.Itoa(n+1))), &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, "t")
		delete(fields, "repeat")
		delete(fields, "every")
		flat, err := json.Marshal(fields)
		if err != nil {
			t.Fatal(err)
		}
		var ev event.Event
		if err := sigma.Decode(string(flat), &ev); err != nil {
			t.Fatalf("%s: %s: %v", name, line, err)
		}
		when := at
		if n > 0 {
			when += time.Duration(n) * offset(head.Every)
		}
		ev.Time = scriptStart.Add(when).UnixNano()
		ev.Received = ev.Time
		out = append(out, ev)
	}
	return out
}

// desk merges findings into alerts the way the store does.
type desk struct{ alerts []alert.Alert }

func (d *desk) record(f alert.Finding) {
	at := time.Unix(0, f.Last)
	for i, a := range d.alerts {
		if alert.Key(a.Rule.ID, a.Entities) == f.Key() {
			d.alerts[i] = a.Merge(f, at)
			return
		}
	}
	for i, a := range d.alerts {
		if slices.Contains(f.Supersedes, a.Rule.ID) && slices.Equal(a.Entities, f.Entities) {
			d.alerts[i] = a.Escalate(f, at)
			return
		}
	}
	d.alerts = append(d.alerts, alert.New(strconv.Itoa(len(d.alerts)+1), f, at))
}

func builtin(t testing.TB) fs.FS {
	t.Helper()
	rules, err := fs.Sub(assets.Rules, "rules")
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// All built-in rules must load, carry what an admin needs, and have a
// positive and a negative example.
func TestBuiltinRules(t *testing.T) {
	rules := sigma.Load("builtin", builtin(t))
	names := map[string]string{} // id -> name
	parts := map[string]bool{}
	for _, r := range rules {
		if r.State != sigma.Loaded {
			t.Errorf("%s: %s: %s", r.Path, r.State, r.Reason)
		}
		if len(r.ID) != 36 || r.Name == "" || r.Author != "Porchlight" || r.Status == "" || len(r.FalsePositives) == 0 ||
			r.Description == "" || !slices.ContainsFunc(r.Tags, func(t string) bool { return strings.HasPrefix(t, "attack.t1") }) {
			t.Errorf("%s: id, name, author, status, description, falsepositives or ATT&CK technique is missing", r.Path)
		}
		if part := r.Alert != nil && !*r.Alert; part {
			parts[r.Name] = true
		} else if len(r.NextSteps) == 0 || r.Why.Empty() {
			t.Errorf("%s: next_steps or why is missing", r.Path)
		}
		names[r.ID] = r.Name
	}
	files, err := fs.Glob(builtin(t), "tests/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	positive, negative := map[string]bool{}, map[string]bool{}
	for _, file := range files {
		data, err := fs.ReadFile(builtin(t), file)
		if err != nil {
			t.Fatal(err)
		}
		s := readScript(t, path.Base(file), data)
		t.Run(strings.TrimSuffix(s.name, ".txtar"), func(t *testing.T) {
			matched := countMatches(rules, s.events)
			var alerts []alert.Alert
			for _, size := range []int{1, 3, len(s.events)} { // however the events are batched
				alerts = play(t, s.events, size)
				compare(t, alerts, s.alerts, names, fmt.Sprintf("batches of %d", size))
			}
			for part, want := range s.parts {
				if matched[part] != want {
					t.Errorf("%s matched %d events, want %d", part, matched[part], want)
				}
			}
			for _, rule := range s.rules {
				if !slices.Contains(values(names), rule) {
					t.Errorf("there is no rule %s", rule)
				}
				fired := slices.ContainsFunc(s.alerts, func(w wanted) bool { return w.Rule == rule })
				if parts[rule] {
					fired = s.parts[rule] > 0
				}
				if fired {
					positive[rule] = true
				} else {
					negative[rule] = true
				}
			}
		})
	}
	for _, name := range names {
		if !positive[name] {
			t.Errorf("rule %s has no positive example", name)
		}
		if !negative[name] {
			t.Errorf("rule %s has no negative example", name)
		}
	}
}

func values(m map[string]string) []string {
	var out []string
	for _, v := range m {
		out = append(out, v)
	}
	return out
}

func countMatches(rules []*sigma.Rule, events []event.Event) map[string]int {
	set := sigma.NewSet(rules)
	out := map[string]int{}
	for i := range events {
		for _, n := range set.Match(&events[i], nil) {
			out[set.Rules()[n].Name]++
		}
	}
	return out
}

// play runs the events through a fresh engine in batches of a size.
func play(t *testing.T, events []event.Event, size int) []alert.Alert {
	t.Helper()
	e := builtinEngine(t)
	var d desk
	for batch := range slices.Chunk(events, size) {
		for _, f := range e.Process(batch) {
			if len(f.Events) == 0 || f.Count < 1 || f.Why == "" || f.First > f.Last {
				t.Errorf("finding is not whole: %+v", f)
			}
			d.record(f)
		}
	}
	return d.alerts
}

func compare(t *testing.T, got []alert.Alert, want []wanted, names map[string]string, how string) {
	t.Helper()
	var have []wanted
	for _, a := range got {
		w := wanted{Rule: names[a.Rule.ID], Level: string(a.Level), Count: a.Count, Why: a.Why, Entities: map[string]string{}}
		for _, e := range a.Entities {
			w.Entities[e.Field] = e.Value
		}
		have = append(have, w)
	}
	if !reflect.DeepEqual(have, want) {
		a, _ := json.MarshalIndent(have, "", " ")
		b, _ := json.MarshalIndent(want, "", " ")
		t.Errorf("%s: alerts\n%s\nwant\n%s", how, a, b)
	}
}
