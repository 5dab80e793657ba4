package ui

import (
	"context"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// navigation is the sidebar, in its order.
var navigation = []struct {
	page        model.Page
	icon, title string
}{
	{model.PageOverview, "layout-dashboard", "Overview"},
	{model.PageEvents, "search", "Events"},
	{model.PageAlerts, "shield-alert", "Alerts"},
	{model.PageSources, "server", "Sources"},
	{model.PageSettings, "sliders-horizontal", "Settings"},
}

// shell surrounds the pages: the sidebar, the header, and the one place that
// decides which page is shown.
type shell struct {
	env     *env
	backend Backend
	history model.History
	pages   map[model.Page]page
	objects map[model.Page]fyne.CanvasObject
	current page
	visible bool

	pulse  model.Pulse
	alerts model.AlertSummary

	nav      map[model.Page]*widget.NavItem
	frame    *fyne.Container
	body     *fyne.Container
	title    *widget.Text
	backward *widget.IconButton
	onward   *widget.IconButton
	light    *widget.Panel
	state    *widget.Text
	stateRow *widget.Tappable
	demo     *demo
	status   *fyne.Container // demo and state
	problem  *widget.Banner
	stored   *widget.Text
	version  string
}

func newShell(e *env, b Backend, opts Options) *shell {
	s := &shell{env: e, backend: b, version: opts.Version, visible: true,
		objects: map[model.Page]fyne.CanvasObject{}, nav: map[model.Page]*widget.NavItem{}}
	e.navigate, e.replace = s.navigate, s.history.Replace
	e.pulse = func() model.Pulse { return s.pulse }
	s.demo = newDemo(e, b)
	e.playDemo = s.demo.play
	s.pages = map[model.Page]page{
		model.PageWelcome:  newWelcomePage(e, b),
		model.PageOverview: newOverviewPage(e, b),
		model.PageEvents:   newEventsPage(e, b),
		model.PageAlerts:   newAlertsPage(e, b),
		model.PageSources:  newSourcesPage(e, b),
		model.PageSettings: newSettingsPage(e, b, opts),
	}
	return s
}

// sidebarWidth is that of the sidebar without its border.
const sidebarWidth float32 = 196

func (s *shell) content() fyne.CanvasObject {
	brand := widget.Pad(widget.Row(9, widget.NewIcon("app", 24, widget.ColorText),
		widget.NewText(windowTitle, widget.SizeTitle, widget.ColorText, widget.Bold)), 13, 13, 10, 0)
	items := container.NewVBox(brand)
	for _, n := range navigation {
		item := widget.NewNavItem(n.icon, n.title, func() { s.navigate(model.Route{Page: n.page}) })
		s.nav[n.page] = item
		items.Add(item)
	}
	s.stored = widget.NewCaption("")
	foot := widget.Pad(widget.Column(2, s.stored, widget.NewText("Version "+s.version, widget.SizeCaption, widget.ColorFaint, fyne.TextStyle{}).Truncated()), 0, 10, 10, 4)
	side := container.NewStack(widget.NewPanel(widget.ColorSidebar, "", 0),
		widget.Border(nil, nil, nil, widget.NewLine(), widget.Fixed(sidebarWidth, 0, widget.Pad(widget.Border(items, foot, nil, nil, nil), 0, 0, 8, 8))))

	s.backward = widget.NewIconButton("chevron-left", s.back)
	s.onward = widget.NewIconButton("chevron-right", s.forward)
	s.title = widget.NewText("", widget.SizeHeading, widget.ColorText, widget.Bold)
	s.light = widget.NewDot(widget.ColorFaint)
	s.state = widget.NewText("", widget.SizeSmall, widget.ColorMuted, fyne.TextStyle{}).Truncated()
	s.stateRow = widget.NewTappable(widget.Pad(widget.Border(nil, nil, container.NewCenter(s.light), nil, widget.Pad(s.state, 0, 0, 7, 0)), 4, 4, 8, 8), s.stateTapped)
	s.status = container.New(trailingLayout{func() float32 {
		return fyne.MeasureText(s.state.Value(), widget.SizeSmall, fyne.TextStyle{}).Width + 38
	}}, s.demo.object, s.stateRow)
	left := widget.Row(1, s.backward, s.onward, widget.Pad(s.title, 0, 0, 6, 0))
	header := widget.Pad(widget.Border(nil, nil, left, nil, s.status), 10, 8, 8, 10)
	s.problem = widget.NewBanner()
	s.body = container.NewStack()
	top := container.NewVBox(header, widget.Pad(s.problem.Object, 0, 6, 16, 16))
	s.frame = container.NewStack(widget.NewPanel("background", "", 0),
		widget.Border(nil, nil, side, nil, widget.Border(top, nil, nil, nil, s.body)))
	return s.frame
}

// trailingLayout puts objects side by side, right-aligned. The last may be
// narrower than its minimum.
type trailingLayout struct{ want func() float32 }

func (trailingLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		if o.Visible() {
			m.Width += o.MinSize().Width
			m.Height = max(m.Height, o.MinSize().Height)
		}
	}
	return m
}

func (l trailingLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	x := s.Width
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		if i == len(objects)-1 {
			x -= l.want()
		} else {
			x -= o.MinSize().Width
		}
	}
	x = max(0, x)
	for i, o := range objects {
		if !o.Visible() {
			continue
		}
		w := o.MinSize().Width
		if i == len(objects)-1 {
			w = s.Width - x
		}
		o.Resize(fyne.NewSize(w, s.Height))
		o.Move(fyne.NewPos(x, 0))
		x += w
	}
}

// navigate goes to a route, adding a step to the history.
func (s *shell) navigate(r model.Route) {
	before := s.history.Now()
	if s.history.Go(r) {
		s.arrive(before)
	}
}

func (s *shell) back() {
	before := s.history.Now()
	if s.history.Back() {
		s.arrive(before)
	}
}

func (s *shell) forward() {
	before := s.history.Now()
	if s.history.Forward() {
		s.arrive(before)
	}
}

// arrive shows the current route.
func (s *shell) arrive(before model.Route) {
	r := s.history.Now()
	next := s.pages[r.Page]
	if before.Page != r.Page || s.current == nil {
		if s.current != nil {
			if s.visible {
				s.current.hidden()
			}
			s.objects[before.Page].Hide()
		}
		o, made := s.objects[r.Page]
		if !made {
			o = next.content()
			s.objects[r.Page] = o
			s.body.Add(o)
		}
		s.current = next
		s.env.win.Canvas().Unfocus()
		o.Show()
	}
	for page, item := range s.nav {
		item.SetSelected(page == r.Page)
	}
	s.title.SetText(pageTitle(r.Page))
	s.env.win.SetTitle(pageTitle(r.Page) + " – " + windowTitle)
	s.backward.SetEnabled(s.history.CanBack())
	s.onward.SetEnabled(s.history.CanForward())
	if s.visible {
		s.enter(r)
	}
}

// enter tells the current page that it is visible, and what is known.
func (s *shell) enter(r model.Route) {
	s.current.shown(r)
	if p, ok := s.current.(pulser); ok && !s.pulse.At.IsZero() {
		p.pulsed(s.pulse)
	}
	if w, ok := s.current.(watcher); ok {
		w.alerted(s.alerts, nil)
	}
}

func pageTitle(p model.Page) string {
	for _, n := range navigation {
		if n.page == p {
			return n.title
		}
	}
	return "Welcome"
}

// setVisible sets whether the window can be seen: what cannot be seen does no
// work.
func (s *shell) setVisible(on bool) {
	if s.visible == on || s.current == nil {
		return
	}
	s.visible = on
	if on {
		s.enter(s.history.Now())
	} else {
		s.current.hidden()
	}
}

// pulsed shows the state of the collection.
func (s *shell) pulsed(p model.Pulse, err error) {
	if err != nil {
		s.light.Set(widget.ColorHigh, 0)
		s.state.Set("Status unknown: "+err.Error(), widget.ColorHigh)
		s.status.Refresh()
		return
	}
	s.pulse = p
	state, text := p.State()
	light, col := widget.ColorGood, widget.ColorMuted
	switch state {
	case model.Off:
		light = widget.ColorFaint
	case model.NotListening:
		light, col = widget.ColorHigh, widget.ColorHigh
	case model.Waiting:
		light = widget.ColorMedium
	}
	s.light.Set(light, 0)
	s.state.Set(text, col)
	s.status.Refresh()
	s.problem.Set(p.Problem(), "Show sources", func() { s.navigate(model.Route{Page: model.PageSources}) })
	s.stored.SetText(model.Bytes(p.Status.DiskBytes) + " stored")
	if v, ok := s.current.(pulser); ok && s.visible {
		v.pulsed(p)
	}
}

// stateTapped goes from the state in the header to what it is about.
func (s *shell) stateTapped() {
	switch state, _ := s.pulse.State(); state {
	case model.NotListening:
		s.navigate(model.Route{Page: model.PageSettings})
	case model.Off, model.Waiting:
		s.navigate(model.Route{Page: model.PageWelcome})
	default:
		s.navigate(model.Route{Page: model.PageEvents})
	}
}

// loadAlerts counts the alerts for the sidebar and the overview.
func (s *shell) loadAlerts(ctx context.Context) (show func()) {
	sum, err := model.SummarizeAlerts(ctx, s.backend, s.env.now())
	return func() {
		if err == nil {
			s.alerts = sum
			badge := ""
			if sum.Open > 0 {
				badge = strconv.Itoa(sum.Open)
			}
			s.nav[model.PageAlerts].SetBadge(badge, widget.SeverityColor(sum.WorstOpen))
		}
		if v, ok := s.current.(watcher); ok && s.visible {
			v.alerted(sum, err)
		}
	}
}

func (s *shell) focusSearch() {
	if _, ok := s.current.(searcher); !ok {
		s.navigate(model.Route{Page: model.PageEvents})
	}
	if f, ok := s.current.(searcher); ok {
		f.focusSearch()
	}
}

func (s *shell) refresh() {
	if r, ok := s.current.(refresher); ok {
		r.refresh()
	}
}

func (s *shell) escape() {
	if e, ok := s.current.(escaper); ok && e.escape() {
		return
	}
	s.env.win.Canvas().Unfocus()
}
