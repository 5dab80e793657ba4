package model

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

// AlertSource is what the Alerts page reads.
type AlertSource interface {
	Alerts(ctx context.Context, f alert.Filter) ([]alert.Alert, error)
	Alert(ctx context.Context, id string) (alert.Alert, error)
	Events(ctx context.Context, ids []event.ID) ([]event.Event, error)
}

// AlertActions is the admin's work on alerts.
type AlertActions interface {
	AcknowledgeAlert(ctx context.Context, id, by string) (alert.Alert, error)
	CloseAlert(ctx context.Context, id, by string, reason alert.Reason, note string) (alert.Alert, error)
	ReopenAlert(ctx context.Context, id, by string) (alert.Alert, error)
}

// AlertTab is one tab of the Alerts page.
type AlertTab struct {
	Filter string // as in Route.Filter
	Title  string
	Status alert.Status // "" is any
}

// AlertTabs are the tabs in order; the first is the default.
var AlertTabs = []AlertTab{
	{"open", "Open", alert.Open},
	{"acknowledged", "Acknowledged", alert.Acknowledged},
	{"closed", "Closed", alert.Closed},
	{"all", "All", ""},
}

// MaxAlerts bounds how many alerts the page holds.
const MaxAlerts = 2000

// AlertList is the list of the Alerts page: all alerts, those shown, and which
// one is open. The zero value is empty, on the first tab. It is not safe for
// concurrent use.
type AlertList struct {
	all      []alert.Alert // newest activity first
	tab      int
	min      alert.Level // "" is any
	selected string
	index    int // position of the selected one, now or before, among the visible
}

// LoadAlerts reads the alerts for the list, the newest activity first.
func LoadAlerts(ctx context.Context, src AlertSource) ([]alert.Alert, error) {
	return src.Alerts(ctx, alert.Filter{Limit: MaxAlerts})
}

// Set replaces the alerts. The selected one stays selected.
func (l *AlertList) Set(all []alert.Alert) {
	l.all = all
	l.locate()
}

// Update replaces one alert after an action.
func (l *AlertList) Update(a alert.Alert) {
	l.all = slices.Clone(l.all)
	if i := slices.IndexFunc(l.all, func(b alert.Alert) bool { return b.ID == a.ID }); i >= 0 {
		l.all[i] = a
	} else {
		l.all = append([]alert.Alert{a}, l.all...)
	}
	l.locate()
}

// Visible returns the alerts of the current tab and level.
func (l *AlertList) Visible() []alert.Alert {
	var out []alert.Alert
	for _, a := range l.all {
		if l.fits(a) {
			out = append(out, a)
		}
	}
	return out
}

func (l *AlertList) fits(a alert.Alert) bool {
	want := AlertTabs[l.tab].Status
	return (want == "" || a.Status == want) && a.Level.Rank() >= l.min.Rank()
}

// Counts returns how many alerts each tab would show at the current level.
func (l *AlertList) Counts() []int {
	n := make([]int, len(AlertTabs))
	for _, a := range l.all {
		if a.Level.Rank() < l.min.Rank() {
			continue
		}
		for i, t := range AlertTabs {
			if t.Status == "" || a.Status == t.Status {
				n[i]++
			}
		}
	}
	return n
}

// Tab returns the index of the current tab.
func (l *AlertList) Tab() int { return l.tab }

// Mixed reports whether the current tab shows alerts of all states.
func (l *AlertList) Mixed() bool { return AlertTabs[l.tab].Status == "" }

// SetTab changes to a tab by its Filter; an unknown one changes nothing.
func (l *AlertList) SetTab(filter string) {
	if i := slices.IndexFunc(AlertTabs, func(t AlertTab) bool { return t.Filter == filter }); i >= 0 {
		l.tab = i
		l.locate()
	}
}

// MinLevel returns the lowest level of alerts shown, "" for any.
func (l *AlertList) MinLevel() alert.Level { return l.min }

// SetMinLevel changes it.
func (l *AlertList) SetMinLevel(level alert.Level) {
	l.min = level
	l.locate()
}

// Selected returns the id of the open alert, "" for none.
func (l *AlertList) Selected() string { return l.selected }

// Index returns the position of the selected alert among the visible, -1 if it
// is not among them.
func (l *AlertList) Index() int {
	return slices.IndexFunc(l.Visible(), func(a alert.Alert) bool { return a.ID == l.selected })
}

// Select opens an alert; "" opens none.
func (l *AlertList) Select(id string) {
	l.selected = id
	l.locate()
}

// Reveal opens an alert and changes tab and level so that the list shows it.
func (l *AlertList) Reveal(a alert.Alert) {
	if !l.fits(a) {
		if a.Level.Rank() < l.min.Rank() {
			l.min = ""
		}
		if !l.fits(a) {
			l.tab = slices.IndexFunc(AlertTabs, func(t AlertTab) bool { return t.Status == a.Status || t.Status == "" })
		}
	}
	l.Select(a.ID)
}

// Step opens the next (1) or previous (-1) alert. When the selected one has
// left the tab, the next is the one that took its place.
func (l *AlertList) Step(by int) {
	visible := l.Visible()
	if len(visible) == 0 {
		return
	}
	i := l.Index()
	switch {
	case i >= 0:
		i += by
	case l.selected == "":
		i = 0
	case by > 0:
		i = l.index
	default:
		i = l.index - 1
	}
	l.Select(visible[min(max(i, 0), len(visible)-1)].ID)
}

func (l *AlertList) locate() {
	if i := l.Index(); i >= 0 {
		l.index = i
	}
}

// Get returns an alert of the list.
func (l *AlertList) Get(id string) (alert.Alert, bool) {
	i := slices.IndexFunc(l.all, func(a alert.Alert) bool { return a.ID == id })
	if i < 0 {
		return alert.Alert{}, false
	}
	return l.all[i], true
}

// Empty explains an empty list: a sentence and a hint.
func (l *AlertList) Empty() (title, hint string) {
	if len(l.all) == 0 {
		return "No alerts yet", "Rules are watching what your devices send. When one fires, it appears here."
	}
	if l.min != "" {
		return "Nothing at this level", "Alerts of a lower level are filtered out."
	}
	switch AlertTabs[l.tab].Status {
	case alert.Open:
		return "All clear", "No open alerts. What you have handled is under Acknowledged and Closed."
	case alert.Acknowledged:
		return "Nothing acknowledged", "Press A on an open alert to mark that you are looking at it."
	}
	return "Nothing closed yet", "Closed alerts are kept here with reason and note."
}

// AlertDetail is an alert with its evidence.
type AlertDetail struct {
	Alert    alert.Alert
	Evidence []event.Event // oldest first, at most maxEvidence
	Hidden   int           // evidence kept beyond that
	Missing  int           // evidence that retention has dropped
	Err      error         // why the evidence could not be read
}

// maxEvidence bounds the lines shown on the page, the newest; all are a click
// away.
const maxEvidence = 50

// LoadAlert reads an alert and its newest evidence. The alert is valid even
// when the evidence is not.
func LoadAlert(ctx context.Context, src AlertSource, id string) (AlertDetail, error) {
	a, err := src.Alert(ctx, id)
	if err != nil {
		return AlertDetail{}, err
	}
	d := AlertDetail{Alert: a}
	ids := a.Events
	if d.Hidden = len(ids) - maxEvidence; d.Hidden > 0 {
		ids = ids[d.Hidden:]
	}
	d.Hidden = max(d.Hidden, 0)
	d.Evidence, d.Err = src.Events(ctx, ids)
	if d.Err == nil {
		d.Missing = len(ids) - len(d.Evidence)
	}
	slices.SortStableFunc(d.Evidence, func(a, b event.Event) int {
		switch {
		case a.Time < b.Time:
			return -1
		case a.Time > b.Time:
			return 1
		}
		return 0
	})
	return d, nil
}

// ReasonTitle puts a reason for closing into words.
func ReasonTitle(r alert.Reason) string {
	switch r {
	case alert.TruePositive:
		return "Real attack or misuse, dealt with"
	case alert.Benign:
		return "It happened and was allowed"
	case alert.FalsePositive:
		return "False alarm: the rule is wrong here"
	case alert.Duplicate:
		return "Duplicate of another alert"
	}
	return string(r)
}

// LevelTitle is the level as shown on a pill.
func LevelTitle(l alert.Level) string {
	if l == alert.Informational || l == "" {
		return "INFO"
	}
	return strings.ToUpper(string(l))
}

// AlertHistory says what was last done with an alert, "" while it is open and
// untouched.
func AlertHistory(a alert.Alert, now time.Time, loc *time.Location) string {
	if a.ChangedBy == "" {
		return ""
	}
	verb := map[alert.Status]string{alert.Open: "Reopened", alert.Acknowledged: "Acknowledged", alert.Closed: "Closed"}[a.Status]
	s := fmt.Sprintf("%s by %s, %s", verb, a.ChangedBy, AgoOrDate(a.UpdatedAt, now, loc))
	if a.Reason != "" {
		s += ": " + strings.ToLower(ReasonTitle(a.Reason)[:1]) + ReasonTitle(a.Reason)[1:]
	}
	return s
}

// AgoOrDate prints how long ago a time was, or its date if that is more than a
// week.
func AgoOrDate(t, now time.Time, loc *time.Location) string {
	if d := now.Sub(t); d < 7*24*time.Hour {
		return Ago(d)
	}
	return t.In(loc).Format("2006-01-02")
}

// Entities joins an alert's entities for a list.
func Entities(a alert.Alert) string {
	values := make([]string, len(a.Entities))
	for i, e := range a.Entities {
		values[i] = e.Value
	}
	return strings.Join(values, " · ")
}
