package ui

import (
	"context"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"

	"porchlight/detect/alert"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// overviewPage is the Overview: how things stand, each number linking to what
// is behind it.
type overviewPage struct {
	env    *env
	model  *model.Overview
	volume model.Volume
	loads  []*live
	loc    *time.Location

	problem *widget.Banner
	events  *widget.Number
	open    *widget.Number
	sources *widget.Number
	failed  *widget.Number
	dropped *widget.Number
	period  *widget.Text
	chart   *widget.Chart
	donut   *widget.Donut
	levels  []*widget.Text // counts beside the donut, most severe first
	latest  *alertLines
	top     *sourceBars
}

// classColors are those of model.Classes.
var classColors = []fyne.ThemeColorName{widget.ColorQuiet, widget.ColorAccent, widget.ColorMedium, widget.ColorCritical}

// overviewBackend is what the Overview needs from the program.
type overviewBackend interface {
	model.Histogrammer
	model.AlertLister
}

func newOverviewPage(e *env, b overviewBackend) page {
	p := &overviewPage{env: e, model: model.NewOverview(b, e.now), loc: time.Local}
	p.loads = []*live{
		newLive(e, 5*time.Second, time.Second, p.loadVolume),
		newLive(e, 15*time.Second, time.Second, p.loadFailed),
	}
	return p
}

func (p *overviewPage) content() fyne.CanvasObject {
	to := func(r model.Route) func() { return func() { p.env.navigate(r) } }
	p.problem = widget.NewBanner()
	p.events = widget.NewNumber("Events per second", widget.ColorAccent, to(model.Route{Page: model.PageEvents}))
	p.open = widget.NewNumber("Open alerts", widget.ColorAccent, to(model.Route{Page: model.PageAlerts, Filter: string(alert.Open)}))
	p.sources = widget.NewNumber("Sources reporting", widget.ColorAccent, to(model.Route{Page: model.PageSources}))
	p.failed = widget.NewNumber("Failed logons, 24 h", widget.ColorAccent,
		to(model.EventsRoute(model.FailedLogons, model.Span{Last: 24 * time.Hour})))
	p.dropped = widget.NewNumber("Lost messages", widget.ColorAccent, to(model.Route{Page: model.PageSources}))
	numbers := container.New(&gridLayout{columns: 5, gap: 10}, p.events, p.open, p.sources, p.failed, p.dropped)

	p.chart = widget.NewChart()
	p.chart.MinSizes = fyne.NewSize(300, 190)
	p.chart.Format = model.Short
	p.chart.Describe = func(bar int) string {
		since, until := p.volume.Bar(bar)
		format := "15:04"
		if p.volume.Width < time.Minute {
			format = "15:04:05"
		}
		return time.Unix(0, since).In(p.loc).Format(format) + " – " + time.Unix(0, until).In(p.loc).Format(format)
	}
	p.chart.Labels = func(bar int) (string, bool) {
		since, _ := p.volume.Bar(bar)
		t := time.Unix(0, since).In(p.loc)
		_, zone := t.Zone() // half-hour zones have their own full hours
		local := since + int64(zone)*int64(time.Second)
		return t.Format("15:04"), local%int64(p.volume.Tick) == 0
	}
	p.chart.OnTapped = func(bar int) {
		since, until := p.volume.Bar(bar)
		p.env.navigate(model.EventsRoute("", model.Span{Since: since, Until: until}))
	}
	legend := widget.Row(4)
	for i := len(model.Classes) - 1; i >= 0; i-- {
		c := model.Classes[i]
		legend.Add(widget.NewTappable(widget.Pad(widget.Row(6, widget.NewDot(classColors[i]), widget.NewCaption(c.Name)), 2, 2, 6, 6),
			func() { p.env.navigate(model.EventsRoute(c.Query, model.Span{Last: p.volume.Span})) }))
	}
	p.period = widget.NewBold("Events")
	volume := widget.Card("", nil, widget.Border(widget.Pad(widget.Row(8, p.period, layout.NewSpacer(), legend), 0, 8, 0, 0), nil, nil, nil, p.chart))

	p.donut = widget.NewDonut()
	rows := container.NewVBox()
	for i := len(alert.Levels) - 1; i >= 0; i-- {
		n := widget.NewText("0", widget.SizeSmall, widget.ColorMuted, widget.Monospace)
		p.levels = append(p.levels, n)
		rows.Add(widget.NewTappable(widget.Pad(widget.Row(7, widget.NewDot(widget.SeverityColor(i)),
			widget.NewText(model.LevelName(alert.Levels[i]), widget.SizeSmall, widget.ColorText, fyne.TextStyle{}), layout.NewSpacer(), n), 3, 3, 6, 6),
			to(model.Route{Page: model.PageAlerts})))
	}
	severities := widget.Card("Alerts to work on", nil, widget.Border(nil, nil,
		container.NewCenter(widget.Fixed(124, 124, p.donut)), nil, container.NewVBox(layout.NewSpacer(), widget.Pad(rows, 0, 0, 10, 0), layout.NewSpacer())))

	p.latest = newAlertLines(p.env)
	p.top = newSourceBars(p.env)
	alerts := widget.Card("Latest alerts", widget.NewLink("All alerts", widget.SizeSmall, to(model.Route{Page: model.PageAlerts})), p.latest.object)
	sources := widget.Card("Busiest sources", widget.NewLink("All sources", widget.SizeSmall, to(model.Route{Page: model.PageSources})), p.top.object)

	const side = 316
	row := func(wide, narrow fyne.CanvasObject) fyne.CanvasObject {
		return widget.Border(nil, nil, nil, widget.Pad(widget.Fixed(side, 0, narrow), 0, 0, 7, 0), wide)
	}
	// The chart takes the remaining height.
	body := widget.Border(widget.Pad(widget.Column(10, p.problem.Object, numbers), 0, 7, 0, 0),
		widget.Pad(row(alerts, sources), 7, 0, 0, 0), nil, nil, row(volume, severities))
	return container.NewVScroll(widget.Pad(body, 2, 14, 16, 16))
}

func (p *overviewPage) shown(model.Route) {
	for _, l := range p.loads {
		l.start()
	}
}

func (p *overviewPage) hidden() {
	for _, l := range p.loads {
		l.stop()
	}
}

func (p *overviewPage) refresh() {
	for _, l := range p.loads {
		l.kick()
	}
}

func (p *overviewPage) loadVolume(ctx context.Context) (show func()) {
	v, err := p.model.Volume(ctx)
	return func() {
		if err != nil {
			p.problem.Set(sentence(err), "", nil)
			return
		}
		p.problem.Set("", "", nil)
		p.volume = v
		p.period.SetText("Events, " + v.Words)
		series := make([]widget.Series, len(v.Counts))
		for i, counts := range v.Counts {
			series[i] = widget.Series{Name: model.Classes[i].Name, Color: classColors[i], Values: counts}
		}
		p.chart.Set(series)
		p.showRate(p.env.pulse())
	}
}

func (p *overviewPage) loadFailed(ctx context.Context) (show func()) {
	f, err := p.model.Failed(ctx)
	return func() {
		if err != nil {
			p.problem.Set(sentence(err), "", nil)
			return
		}
		words, worse := f.Trend()
		col := widget.ColorMuted
		if worse {
			col = widget.ColorHigh
		}
		p.failed.Set(model.Count(f.Day), words, col, f.Hourly)
	}
}

func (p *overviewPage) showRate(pulse model.Pulse) {
	remark := ""
	if len(p.volume.Counts) > 0 {
		remark = model.Rate(p.volume.Hour) + " in the last hour"
	}
	value := model.Short(pulse.PerSecond)
	p.events.Set(value, remark, widget.ColorMuted, pulse.History)
}

// pulsed implements pulser.
func (p *overviewPage) pulsed(pulse model.Pulse) {
	p.showRate(pulse)
	v := model.SourcesNumber(pulse)
	p.sources.Set(v.Value, v.Remark, tone(v.Bad, widget.ColorMedium), pulse.Reported)
	v = model.LossNumber(pulse)
	p.dropped.Set(v.Value, v.Remark, tone(v.Bad, widget.ColorHigh), pulse.Dropped)
	p.top.set(model.TopSources(pulse, 7))
}

// alerted implements watcher.
func (p *overviewPage) alerted(s model.AlertSummary, err error) {
	if err != nil {
		p.problem.Set(sentence(err), "", nil)
		return
	}
	v := model.AlertsNumber(s)
	p.open.Set(v.Value, v.Remark, widget.ColorMuted, s.Hourly)
	slices := make([]widget.Slice, 0, len(s.ByLevel))
	for rank := len(s.ByLevel) - 1; rank >= 0; rank-- {
		slices = append(slices, widget.Slice{Value: s.ByLevel[rank], Color: widget.SeverityColor(rank)})
		p.levels[len(s.ByLevel)-1-rank].SetText(model.Count(s.ByLevel[rank]))
	}
	p.donut.Set(slices, model.Count(s.Active()), "not closed")
	p.latest.set(s.Latest)
}

func tone(bad bool, col fyne.ThemeColorName) fyne.ThemeColorName {
	if bad {
		return col
	}
	return widget.ColorMuted
}

// alertLines lists the newest alerts.
type alertLines struct {
	env    *env
	object *fyne.Container
	shown  []alert.Alert
	ages   []*widget.Text
	empty  bool
}

func newAlertLines(e *env) *alertLines {
	return &alertLines{env: e, object: container.NewVBox()}
}

func (l *alertLines) set(alerts []alert.Alert) {
	if len(alerts) == 0 {
		if !l.empty {
			l.empty, l.shown, l.ages = true, nil, nil
			l.object.Objects = []fyne.CanvasObject{widget.Pad(widget.Empty("shield-check", "No alerts", "Nothing needs your attention. What the rules find appears here."), 24, 24, 0, 0)}
			l.object.Refresh()
		}
		return
	}
	if l.empty || !sameAlerts(l.shown, alerts) {
		l.empty, l.shown, l.ages = false, alerts, nil
		l.object.RemoveAll()
		for i, a := range alerts {
			if i > 0 {
				l.object.Add(widget.NewLine())
			}
			title := widget.NewLabel(a.Title).Truncated()
			about := widget.NewText(model.Entities(a), widget.SizeSmall, widget.ColorMuted, widget.Monospace).Truncated()
			age := widget.NewText("", widget.SizeCaption, widget.ColorMuted, fyne.TextStyle{}).Aligned(fyne.TextAlignTrailing)
			l.ages = append(l.ages, age)
			text := container.New(&gridLayout{columns: 2, gap: 10, first: 0.66}, title, about)
			line := widget.Border(nil, nil, widget.Pad(container.NewCenter(widget.NewPill(levelWord(a.Level), widget.SeverityColor(a.Level.Rank()), 66)), 0, 0, 0, 10),
				widget.Fixed(70, 0, age), text)
			l.object.Add(widget.NewTappable(widget.Pad(line, 4, 4, 4, 4), func() {
				l.env.navigate(model.Route{Page: model.PageAlerts, AlertID: a.ID})
			}))
		}
	}
	now := l.env.now()
	for i, a := range alerts {
		l.ages[i].SetText(model.Ago(now.Sub(a.LastSeen)))
	}
}

func sameAlerts(a, b []alert.Alert) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].ID != b[i].ID || a[i].Title != b[i].Title || a[i].Level != b[i].Level {
			return false
		}
	}
	return true
}

// levelWord is a level as shown in a pill.
func levelWord(l alert.Level) string {
	if l == alert.Informational {
		return "INFO"
	}
	return strings.ToUpper(string(l))
}

// sourceBars shows who sends most.
type sourceBars struct {
	env    *env
	object *fyne.Container
	names  []string
	bars   []*widget.Meter
	counts []*widget.Text
}

func newSourceBars(e *env) *sourceBars { return &sourceBars{env: e, object: container.NewVBox()} }

func (s *sourceBars) set(top []model.TopSource) {
	if len(top) == 0 {
		if s.names == nil {
			s.names = []string{}
			s.object.Objects = []fyne.CanvasObject{
				widget.Prose("No device has sent anything yet.", true),
				widget.NewLink("Connect a device", widget.SizeText, func() { s.env.navigate(model.Route{Page: model.PageWelcome}) }),
				widget.NewLink("Play the demo", widget.SizeText, s.env.playDemo),
			}
			s.object.Refresh()
		}
		return
	}
	same := len(s.names) == len(top)
	for i := 0; same && i < len(top); i++ {
		same = s.names[i] == top[i].Source.Address+model.SourceTitle(top[i].Source)
	}
	if !same {
		s.names, s.bars, s.counts = nil, nil, nil
		s.object.RemoveAll()
		for _, t := range top {
			name := widget.NewText(model.SourceTitle(t.Source), widget.SizeSmall, widget.ColorText, fyne.TextStyle{}).Truncated()
			bar := widget.NewMeter(widget.ColorAccent)
			count := widget.NewText("", widget.SizeSmall, widget.ColorMuted, widget.Monospace).Aligned(fyne.TextAlignTrailing)
			s.names = append(s.names, t.Source.Address+model.SourceTitle(t.Source))
			s.bars, s.counts = append(s.bars, bar), append(s.counts, count)
			s.object.Add(widget.NewTappable(widget.Pad(widget.Border(nil, nil, widget.Fixed(116, 0, name), widget.Fixed(54, 0, count), bar), 4, 4, 4, 4), func() {
				s.env.navigate(model.EventsRoute(model.SourceQuery(t.Source), model.Span{Last: 24 * time.Hour}))
			}))
		}
	}
	for i, t := range top {
		s.bars[i].Set(t.Part)
		s.counts[i].SetText(model.Short(float64(t.Source.Received)))
	}
}
