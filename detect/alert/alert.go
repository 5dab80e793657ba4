// Package alert defines Finding, what a rule reports, and Alert, what an
// admin sees and works through, with its pure state transitions.
package alert

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Level is a rule's severity, as in the Sigma specification.
type Level string

// The Sigma levels, from least to most urgent.
const (
	Informational Level = "informational"
	Low           Level = "low"
	Medium        Level = "medium"
	High          Level = "high"
	Critical      Level = "critical"
)

// Levels lists the levels from least to most urgent.
var Levels = []Level{Informational, Low, Medium, High, Critical}

// Rank orders levels: 0 is informational (and anything unknown), 4 critical.
func (l Level) Rank() int { return max(0, slices.Index(Levels, l)) }

// Status is where an alert stands in the admin's work.
type Status string

// The states of an alert.
const (
	Open         Status = "open"
	Acknowledged Status = "acknowledged"
	Closed       Status = "closed"
)

// Reason says why an alert was closed.
type Reason string

// The reasons to close an alert.
const (
	TruePositive  Reason = "true_positive"  // a real attack or misuse, dealt with
	Benign        Reason = "benign"         // it happened, and it was allowed
	FalsePositive Reason = "false_positive" // it did not happen, the rule is wrong here
	Duplicate     Reason = "duplicate"
)

// Reasons lists the reasons to close in the order they are offered.
var Reasons = []Reason{TruePositive, Benign, FalsePositive, Duplicate}

// MaxEvents bounds how many event ids an alert keeps as evidence. The first
// half is kept for ever, the second half is the newest.
const MaxEvents = 200

// Entity is one thing an alert is about: the value of a group-by field, or
// of the usual fields (source.ip, user.name, host.name) of a single event.
type Entity struct {
	Field string `json:"field"` // ECS name
	Value string `json:"value"`
}

// Rule is the part of a detection rule that an alert carries along, so that it
// stays readable after the rule has changed or gone.
type Rule struct {
	ID             string   `json:"rule_id"`
	Title          string   `json:"title"`
	Level          Level    `json:"level"`
	Description    string   `json:"description,omitempty"`
	Author         string   `json:"author,omitempty"`
	References     []string `json:"references,omitempty"`
	Tags           []string `json:"tags,omitempty"`           // as in Sigma: attack.t1110, attack.credential-access, cve....
	FalsePositives []string `json:"falsepositives,omitempty"` // as in Sigma
	NextSteps      []string `json:"next_steps,omitempty"`     // what to do now, in plain words
}

// Techniques returns the ATT&CK technique ids among the tags: T1110, T1110.001.
func (r Rule) Techniques() []string {
	var out []string
	for _, t := range r.Tags {
		if id, ok := strings.CutPrefix(strings.ToLower(t), "attack.t"); ok && id != "" && id[0] >= '0' && id[0] <= '9' {
			out = append(out, "T"+id)
		}
	}
	return out
}

// Finding is one firing of a rule, before it is merged into an alert.
type Finding struct {
	Rule     Rule
	Entities []Entity   // the group-by values; empty for rules without grouping
	Events   []event.ID // evidence, oldest first; empty when time alone made it fire
	Count    int        // how many events matched: 1 or more, at least len(Events)
	First    int64      // event time of the first, Unix nanoseconds
	Last     int64      // event time of the last, Unix nanoseconds
	Why      string     // why it fired, one plain sentence with the values

	// Supersedes lists rules this one is built upon: an alert of one of them
	// that is not closed and has the same entities is raised to this rule
	// instead of opening a second alert for the same story.
	Supersedes []string
}

// Key identifies the alert a finding belongs to: the rule and the entities.
func (f Finding) Key() string { return Key(f.Rule.ID, f.Entities) }

// Merge returns both findings as one; g is the later one, of the same key.
// Events that are in both count once.
func (f Finding) Merge(g Finding) Finding {
	added := newEvidence(f.Events, g.Events)
	f.Count += max(0, g.Count-(len(g.Events)-len(added)))
	f.Events = appendEvidence(slices.Clone(f.Events), added)
	f.First, f.Last, f.Why = min(f.First, g.First), max(f.Last, g.Last), g.Why
	return f
}

// Key composes the deduplication key of a rule and its group-by values.
func Key(ruleID string, entities []Entity) string {
	var b strings.Builder
	b.WriteString(ruleID)
	for _, e := range entities {
		fmt.Fprintf(&b, "\x00%s\x00%s", e.Field, e.Value)
	}
	return b.String()
}

// Alert is one thing for the admin to look at: all findings of one rule
// about the same entities since the alert was opened.
type Alert struct {
	ID string `json:"id"`
	Rule
	Status    Status     `json:"status"`
	Count     int        `json:"count"`
	FirstSeen time.Time  `json:"first_seen"` // event time
	LastSeen  time.Time  `json:"last_seen"`  // event time
	CreatedAt time.Time  `json:"created_at"`
	UpdatedAt time.Time  `json:"updated_at"`
	Why       string     `json:"why"`
	Entities  []Entity   `json:"entities"`
	Events    []event.ID `json:"events"` // usable as _id: in a search
	ChangedBy string     `json:"changed_by,omitempty"`
	Reason    Reason     `json:"reason,omitempty"`
	Note      string     `json:"note,omitempty"`
}

// ChangeKind says what happened to an alert.
type ChangeKind int

// What happened.
const (
	Opened    ChangeKind = iota // a new alert: notify
	Escalated                   // an existing alert was raised to a more severe rule: notify, replacing
	Updated                     // more of the same: do not notify
	Handled                     // the admin acknowledged, closed or reopened it: do not notify
)

// Change is one alert as it is after something happened to it.
type Change struct {
	Kind  ChangeKind
	Alert Alert
}

// Filter selects alerts; the zero value selects all.
type Filter struct {
	Statuses []Status
	RuleID   string
	MinLevel Level
	Limit    int // newest by last activity first; 0 means no limit
}

// ErrTransition is wrapped by the errors of transitions that make no sense.
var ErrTransition = errors.New("not possible in this state")

// Acknowledge marks an open alert as being looked at.
func (a Alert) Acknowledge(by string, at time.Time) (Alert, error) {
	if a.Status != Open {
		return a, fmt.Errorf("acknowledge alert %s, which is %s: %w", a.ID, a.Status, ErrTransition)
	}
	a.Status, a.ChangedBy, a.UpdatedAt = Acknowledged, by, at
	return a, nil
}

// Close ends the work on an alert. The reason must be one of Reasons.
func (a Alert) Close(by string, reason Reason, note string, at time.Time) (Alert, error) {
	if a.Status == Closed {
		return a, fmt.Errorf("close alert %s, which is closed: %w", a.ID, ErrTransition)
	}
	if !slices.Contains(Reasons, reason) {
		return a, fmt.Errorf("close alert %s: unknown reason %q, use one of %v", a.ID, reason, Reasons)
	}
	a.Status, a.ChangedBy, a.UpdatedAt, a.Reason, a.Note = Closed, by, at, reason, note
	return a, nil
}

// Reopen undoes an acknowledgement or a close.
func (a Alert) Reopen(by string, at time.Time) (Alert, error) {
	if a.Status == Open {
		return a, fmt.Errorf("reopen alert %s, which is open: %w", a.ID, ErrTransition)
	}
	a.Status, a.ChangedBy, a.UpdatedAt, a.Reason, a.Note = Open, by, at, "", ""
	return a, nil
}

// New opens an alert from its first finding.
func New(id string, f Finding, at time.Time) Alert {
	a := Alert{ID: id, Rule: f.Rule, Status: Open, CreatedAt: at, UpdatedAt: at, Entities: f.Entities,
		Count: f.Count, Why: f.Why, FirstSeen: time.Unix(0, f.First).UTC(), LastSeen: time.Unix(0, f.Last).UTC()}
	a.Events = appendEvidence([]event.ID{}, f.Events) // in JSON [], not null, where time alone is the evidence
	return a
}

// Merge adds a finding of the same rule and entities. It keeps the status:
// more of what the admin has acknowledged is not news.
func (a Alert) Merge(f Finding, at time.Time) Alert {
	added := newEvidence(a.Events, f.Events)
	a.Count += max(0, f.Count-(len(f.Events)-len(added)))
	a.Events = appendEvidence(slices.Clone(a.Events), added)
	a.Why, a.UpdatedAt = f.Why, at
	if t := time.Unix(0, f.First).UTC(); t.Before(a.FirstSeen) {
		a.FirstSeen = t
	}
	if t := time.Unix(0, f.Last).UTC(); t.After(a.LastSeen) {
		a.LastSeen = t
	}
	return a
}

// Escalate raises the alert to the finding's more severe rule and merges the
// finding. An acknowledged alert opens again: what was acknowledged was less.
func (a Alert) Escalate(f Finding, at time.Time) Alert {
	a = a.Merge(f, at)
	a.Rule, a.Status = f.Rule, Open
	return a
}

// newEvidence returns the ids in more that are missing from have.
func newEvidence(have, more []event.ID) []event.ID {
	var out []event.ID
	for _, id := range more {
		if !slices.Contains(have, id) {
			out = append(out, id)
		}
	}
	return out
}

func appendEvidence(have, more []event.ID) []event.ID {
	have = append(have, more...)
	if over := len(have) - MaxEvents; over > 0 {
		have = slices.Delete(have, MaxEvents/2, MaxEvents/2+over)
	}
	return have
}
