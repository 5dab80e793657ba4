package ui

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/detect/alert"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// alertsPage is the Alerts page: the list of alerts and the one that is open.
type alertsPage struct {
	env     *env
	backend alertsBackend
	loc     *time.Location
	list    model.AlertList
	live    *live
	onStop  func() // ends the subscription to changes; nil while hidden
	route   model.Route
	reveal  bool               // the route's alert has yet to be brought into view
	stop    context.CancelFunc // of the detail being loaded; nil when none is
	loading string             // its alert
	loaded  model.AlertDetail  // what the detail shows
	failed  error              // why the list could not be read
	read    bool               // it has been read at least once

	body   *fyne.Container
	tabs   []*alertTab
	levels *fynewidget.Select
	rows   *alertRows
	empty  *emptyState
	detail *alertDetail
	banner *widget.Banner
}

// alertsBackend is what the Alerts page needs from the program.
type alertsBackend interface {
	model.AlertSource
	model.AlertActions
	Identifier
}

func newAlertsPage(e *env, b alertsBackend) page {
	p := &alertsPage{env: e, backend: b, loc: time.Local}
	p.live = newLive(e, 30*time.Second, 500*time.Millisecond, func(ctx context.Context) func() {
		all, err := model.LoadAlerts(ctx, b)
		return func() { p.showList(all, err) }
	})
	return p
}

// alertLevels are the choices of the level filter.
var alertLevels = []alert.Level{"", alert.Low, alert.Medium, alert.High, alert.Critical}

func (p *alertsPage) content() fyne.CanvasObject {
	bar := widget.Row(4)
	for _, t := range model.AlertTabs {
		tab := newAlertTab(t.Title, func() { p.goTo(t.Filter) })
		p.tabs = append(p.tabs, tab)
		bar.Add(tab)
	}
	p.levels = fynewidget.NewSelect([]string{"All levels", "Low and above", "Medium and above", "High and above", "Critical only"}, nil)
	p.levels.SetSelectedIndex(0)
	p.levels.OnChanged = func(string) {
		p.list.SetMinLevel(alertLevels[max(p.levels.SelectedIndex(), 0)])
		p.render()
	}
	bar.Add(layout.NewSpacer())
	bar.Add(widget.Fixed(156, 0, p.levels))

	p.rows = newAlertRows(p.env.now, p.loc)
	p.rows.onSelect = p.open
	p.rows.onStep = func(by int) {
		p.list.Step(by)
		p.open(p.list.Selected())
	}
	p.rows.onRune = p.typed
	p.empty = newEmptyState()
	p.detail = newAlertDetail(p.env, p.loc, p.backend)
	p.detail.onAcknowledge = p.acknowledge
	p.detail.onClose = p.close
	p.detail.onReopen = p.reopen
	p.detail.onDone = p.focusList
	p.banner = widget.NewBanner()

	split := container.NewHSplit(container.NewStack(p.rows, p.empty.box), p.detail.box)
	split.Offset = 0.40
	p.body = widget.Pad(container.NewBorder(container.NewVBox(widget.Pad(bar, 0, 6, 0, 0), p.banner.Object), nil, nil, nil, split), 2, 10, 14, 14)
	return p.body
}

func (p *alertsPage) shown(r model.Route) {
	p.route = r
	if r.Filter != "" {
		p.list.SetTab(r.Filter)
	}
	if p.onStop == nil {
		p.onStop = p.env.onChange(p.live.kick)
	}
	p.live.start()
	p.reveal = r.AlertID != ""
	if p.reveal {
		p.list.Select(r.AlertID)
		p.live.kick()
	}
	p.render()
	p.focusList()
}

func (p *alertsPage) hidden() {
	p.live.stop()
	p.cancelDetail()
	if p.onStop != nil {
		p.onStop()
		p.onStop = nil
	}
}

func (p *alertsPage) refresh() { p.live.kick() }

func (p *alertsPage) escape() bool {
	if p.detail == nil || !p.detail.closing() {
		return false
	}
	p.detail.askClose(false)
	return true
}

func (p *alertsPage) focusList() { p.env.win.Canvas().Focus(p.rows) }

func (p *alertsPage) goTo(filter string) {
	p.list.SetTab(filter)
	p.route.Filter = filter
	p.env.replace(p.route)
	p.render()
	p.focusList()
}

// showList takes over what the store has.
func (p *alertsPage) showList(all []alert.Alert, err error) {
	p.failed = err
	if err == nil {
		p.read = true
		p.list.Set(all)
	}
	p.render()
}

// render brings list, tabs and detail up to date.
func (p *alertsPage) render() {
	if p.failed != nil {
		p.banner.Set("The alerts could not be read: "+p.failed.Error(), "Try again", p.refresh)
	} else {
		p.banner.Set("", "", nil)
	}
	p.bringIntoView()
	visible := p.list.Visible()
	if p.list.Selected() == "" && len(visible) > 0 {
		p.list.Select(visible[0].ID)
	}
	for i, n := range p.list.Counts() {
		p.tabs[i].set(n, i == p.list.Tab())
	}
	if i := slices.Index(alertLevels, p.list.MinLevel()); i >= 0 && i != p.levels.SelectedIndex() {
		p.levels.SetSelectedIndex(i)
	}
	p.rows.set(visible, p.list.Selected(), p.list.Mixed())
	if len(visible) == 0 && p.read {
		title, hint := p.list.Empty()
		p.empty.show("shield-check", title, hint, "", nil)
	} else {
		p.empty.hide()
	}
	p.renderDetail()
}

// bringIntoView opens the alert named by the route, once it is known.
func (p *alertsPage) bringIntoView() {
	if !p.reveal {
		return
	}
	if a, ok := p.list.Get(p.route.AlertID); ok {
		p.reveal = false
		p.list.Reveal(a)
		p.rows.set(p.list.Visible(), a.ID, p.list.Mixed())
		p.rows.scrollTo(p.list.Index())
	}
}

func (p *alertsPage) renderDetail() {
	id := p.list.Selected()
	a, known := p.list.Get(id)
	switch {
	case id == "":
		p.detail.clear()
		return
	case known && (p.loaded.Alert.ID != id || !a.UpdatedAt.Equal(p.loaded.Alert.UpdatedAt) || a.Status != p.loaded.Alert.Status):
		if p.loaded.Alert.ID != id {
			p.loaded = model.AlertDetail{Alert: a}
		} else {
			p.loaded.Alert = a
		}
		p.detail.show(p.loaded, p.loaded.Evidence == nil)
	case known || p.loaded.Alert.ID == id:
		p.detail.tick()
		return
	}
	p.loadDetail(id)
}

// loadDetail reads an alert with its evidence; a later call cancels it.
func (p *alertsPage) loadDetail(id string) {
	if p.onStop == nil || p.loading == id && p.stop != nil {
		return // hidden, or being loaded: the next change asks again
	}
	p.cancelDetail()
	ctx, cancel := context.WithCancel(p.env.ctx)
	p.stop, p.loading = cancel, id
	p.env.work.Go(func() {
		d, err := model.LoadAlert(ctx, p.backend, id)
		p.env.do(func() {
			defer cancel()
			if ctx.Err() != nil {
				return
			}
			p.stop, p.loading = nil, ""
			if err != nil {
				p.detail.fail(fmt.Sprintf("This alert could not be read: %v", err))
				return
			}
			p.loaded = d
			if _, known := p.list.Get(id); !known {
				p.list.Update(d.Alert) // older than those in the list
				p.render()
			}
			p.detail.show(d, false)
		})
	})
}

func (p *alertsPage) cancelDetail() {
	if p.stop != nil {
		p.stop()
		p.stop, p.loading = nil, ""
	}
}

// open shows an alert of the list.
func (p *alertsPage) open(id string) {
	p.list.Select(id)
	p.route.AlertID = id
	p.env.replace(p.route)
	p.detail.askClose(false)
	p.render()
	p.rows.scrollTo(p.list.Index())
}

func (p *alertsPage) typed(r rune) bool {
	switch r {
	case 'j', 'J':
		p.rows.onStep(1)
	case 'k', 'K':
		p.rows.onStep(-1)
	case 'a', 'A':
		p.acknowledge()
	case 'c', 'C':
		p.detail.askClose(true)
	case 'r', 'R':
		p.reopen()
	case 'e', 'E':
		p.detail.showEvidence()
	case '1', '2', '3', '4':
		p.goTo(model.AlertTabs[r-'1'].Filter)
	default:
		return false
	}
	return true
}

func (p *alertsPage) acknowledge() {
	p.act(func(ctx context.Context, id string) (alert.Alert, error) {
		return p.backend.AcknowledgeAlert(ctx, id, p.env.user)
	})
}

func (p *alertsPage) reopen() {
	p.act(func(ctx context.Context, id string) (alert.Alert, error) {
		return p.backend.ReopenAlert(ctx, id, p.env.user)
	})
}

func (p *alertsPage) close(reason alert.Reason, note string) {
	p.act(func(ctx context.Context, id string) (alert.Alert, error) {
		return p.backend.CloseAlert(ctx, id, p.env.user, reason, note)
	})
}

// act does something with the open alert. It continues when the page is left.
func (p *alertsPage) act(do func(ctx context.Context, id string) (alert.Alert, error)) {
	id := p.list.Selected()
	if id == "" {
		return
	}
	p.detail.busy(true)
	p.env.work.Go(func() {
		a, err := do(p.env.ctx, id)
		p.env.do(func() {
			p.detail.busy(false)
			if err != nil {
				if id == p.list.Selected() {
					p.detail.fail(err.Error())
				}
				return
			}
			p.list.Update(a)
			if id == p.list.Selected() {
				p.loaded.Alert = a
				p.detail.askClose(false)
				p.detail.show(p.loaded, false)
			}
			p.render()
			p.focusList()
		})
	})
}

// alertTab is one tab: a word and a count.
type alertTab struct {
	*widget.Tappable
	title, count *widget.Text
}

func newAlertTab(title string, tapped func()) *alertTab {
	t := &alertTab{title: widget.NewText(title, widget.SizeText, widget.ColorMuted, fyne.TextStyle{}),
		count: widget.NewText("", widget.SizeCaption, widget.ColorFaint, widget.Monospace)}
	t.Tappable = widget.NewTappable(widget.Pad(widget.Row(7, t.title, t.count), 5, 5, 11, 11), tapped)
	return t
}

func (t *alertTab) set(n int, selected bool) {
	t.count.SetText(model.Count(n))
	col := widget.ColorMuted
	if selected {
		col = widget.ColorText
	}
	t.title.SetColor(col)
	t.SetSelected(selected)
	t.Refresh()
}
