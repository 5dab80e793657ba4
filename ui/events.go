package ui

import (
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// eventsPage is the Events page: a search, its histogram, its events and the
// detail of one.
type eventsPage struct {
	env     *env
	model   *model.Events
	loc     *time.Location
	history model.Searches
	route   model.Route
	onStop  func() // ends the subscription to changes; nil while hidden
	dirty   atomic.Bool
	want    event.ID // to be selected as soon as it is found

	body   *fyne.Container
	entry  *searchEntry
	fault  *searchFault
	span   *fynewidget.Select
	spans  []model.Span // behind the options of span
	run    *fynewidget.Button
	pause  *fynewidget.Button
	chart  *widget.Histogram
	table  *widget.EventTable[*event.Event]
	main   *fyne.Container // the table, or the table beside the detail
	split  *container.Split
	detail *eventDetail
	empty  *emptyState
	news   *fynewidget.Button // "12 new events" while paused
	status *widget.Text
	notice *widget.Text // what could not be searched
	light  *widget.Text // whether the list follows
}

func newEventsPage(e *env, b Backend) page {
	p := &eventsPage{env: e, loc: time.Local}
	p.model = model.NewEvents(b, e.now, e.work.Go, func() {
		if !p.dirty.Swap(true) {
			e.do(p.render)
		}
	})
	return p
}

// eventColumn is one column of the list and the fields it stands for.
type eventColumn struct {
	widget.EventColumn[*event.Event]
	fields []event.Field
}

// eventColumns drive header, rows, widths and the cells' menu.
func eventColumns(loc *time.Location) []eventColumn {
	type column = widget.EventColumn[*event.Event]
	first := func(fields []event.Field) func(*event.Event) string {
		return func(ev *event.Event) string {
			_, v := model.FirstOf(ev, fields)
			return v
		}
	}
	return []eventColumn{
		{column{Title: "Time", Width: 150, Mono: true, Color: widget.ColorMuted,
			Text: func(ev *event.Event) string { return model.EventTime(ev.Time, loc) }}, nil},
		{column{Title: "Level", Width: 80, Drop: 1,
			Text: func(ev *event.Event) string { word, _ := model.EventLevel(ev); return word },
			Dot: func(ev *event.Event) fyne.ThemeColorName {
				_, level := model.EventLevel(ev)
				switch level {
				case "":
					return ""
				case alert.Informational: // nearly all events: not worth a colour
					return widget.ColorFaint
				}
				return widget.SeverityColor(level.Rank())
			}}, model.LevelFields},
		{column{Title: "Source", Width: 98, Drop: 5, Text: model.EventSourceName}, model.SourceFields},
		{column{Title: "Host", Width: 96, Text: first(model.HostFields)}, model.HostFields},
		{column{Title: "User", Width: 78, Drop: 3, Text: first(model.UserFields)}, model.UserFields},
		{column{Title: "Action", Width: 132, Drop: 4, Text: first(model.ActionFields)}, model.ActionFields},
		{column{Title: "Outcome", Width: 68, Drop: 7, Text: first(model.OutcomeFields)}, model.OutcomeFields},
		{column{Title: "Source IP", Width: 118, Drop: 2, Mono: true, Text: first(model.SourceIPFields)}, model.SourceIPFields},
		{column{Title: "Destination", Width: 150, Drop: 6, Mono: true, Text: model.EventDestination}, model.DestinationFields},
		{column{Title: "Message", Text: model.EventMessage}, nil},
	}
}

func (p *eventsPage) content() fyne.CanvasObject {
	p.entry = newSearchEntry(&p.history)
	p.entry.OnSubmitted = func(string) { p.submit() }
	p.entry.onEscape = func() { p.focusTable() }
	p.entry.OnChanged = func(string) { p.fault.clear() }
	p.fault = newSearchFault(p.entry)
	p.span = fynewidget.NewSelect(nil, nil)
	p.span.OnChanged = func(string) { p.spanChosen() }
	p.run = fynewidget.NewButtonWithIcon("Search", widget.ThemedIcon("search", "foregroundOnPrimary"), p.runTapped)
	p.run.Importance = fynewidget.HighImportance
	p.pause = fynewidget.NewButtonWithIcon("Pause", widget.ThemedIcon("pause", widget.ColorText), p.togglePause)
	bar := container.NewBorder(nil, nil, nil, widget.Row(6, widget.Fixed(168, 0, p.span), widget.Fixed(92, 0, p.run), widget.Fixed(92, 0, p.pause)), p.entry)

	p.chart = widget.NewHistogram(p.loc, model.Count[int])
	p.chart.OnRange = func(since, until int64) { p.goTo(p.entry.Text, model.Span{Since: since, Until: until}) }

	columns := eventColumns(p.loc)
	table := make([]widget.EventColumn[*event.Event], len(columns))
	for i, c := range columns {
		table[i] = c.EventColumn
	}
	p.table = widget.NewEventTable(table)
	p.table.OnSelect = p.selected
	p.table.OnOpen = p.open
	p.table.OnCopy = func(ev *event.Event) { p.copy(model.EventRaw(ev), "line") }
	p.table.OnBottom = p.model.More
	p.table.OnRune = p.typed
	p.table.OnMenu = func(ev *event.Event, column int, at fyne.Position) { p.menu(ev, columns, column, at) }

	p.detail = newEventDetail(p.loc)
	p.detail.onClose = p.closeDetail
	p.detail.onCopy = p.copy
	p.detail.onFilter = p.filter
	p.empty = newEmptyState()
	p.news = fynewidget.NewButtonWithIcon("", widget.ThemedIcon("play", "foregroundOnPrimary"), p.togglePause)
	p.news.Importance = fynewidget.HighImportance
	p.news.Hide()
	newsAt := container.NewVBox(widget.Pad(container.NewHBox(layout.NewSpacer(), p.news, layout.NewSpacer()), widget.RowHeight+6, 0, 0, 0))
	list := container.NewStack(p.table, p.empty.box, newsAt)
	p.split = container.NewHSplit(list, p.detail.box)
	p.split.Offset = 0.66
	p.main = container.NewStack(list)

	p.status = widget.NewText("", widget.SizeCaption+0.5, widget.ColorMuted, fyne.TextStyle{}).Truncated()
	p.notice = widget.NewText("", widget.SizeCaption+0.5, "warning", fyne.TextStyle{})
	p.light = widget.NewText("", widget.SizeCaption+0.5, widget.ColorMuted, fyne.TextStyle{})
	foot := container.New(headLayout{}, p.status, widget.Row(14, p.notice, p.light))

	top := container.NewVBox(bar, p.fault.box, widget.Pad(p.chart, 6, 4, 0, 0))
	p.body = widget.Pad(container.NewBorder(top, widget.Pad(foot, 5, 0, 2, 2), nil, nil, p.main), 2, 8, 14, 14)
	p.showSpan(model.Live)
	return p.body
}

func (p *eventsPage) shown(r model.Route) {
	if p.onStop == nil {
		p.model.Start(p.env.ctx)
		p.onStop = p.env.onChange(p.model.Kick)
		if bare := (model.Route{Page: model.PageEvents}); r == bare && p.route.Page != "" {
			r = p.route // back from elsewhere: as it was left
			p.env.replace(r)
		}
	}
	before := p.route
	before.EventID = r.EventID
	if r != before { // else what is being typed is kept
		p.entry.SetText(r.Query)
		p.history.Add(r.Query)
	}
	p.route, p.want = r, r.EventID
	if p.want == 0 && p.detail.event != nil {
		p.want = p.detail.event.ID // stays marked if the new search finds it
	}
	p.showSpan(r.Span())
	p.model.Search(r.Query, r.Span())
}

func (p *eventsPage) hidden() {
	p.model.Stop()
	if p.onStop != nil {
		p.onStop()
		p.onStop = nil
	}
}

func (p *eventsPage) focusSearch() {
	p.env.win.Canvas().Focus(p.entry)
	p.entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

func (p *eventsPage) refresh() { p.submit() }

func (p *eventsPage) escape() bool {
	switch v := p.model.View(); {
	case v.Slow || v.Loading:
		p.model.Cancel()
	case p.detail.event != nil:
		p.closeDetail()
	default:
		return false
	}
	return true
}

// submit runs what is in the box over the chosen time.
func (p *eventsPage) submit() {
	p.history.Add(p.entry.Text)
	p.goTo(strings.TrimSpace(p.entry.Text), p.route.Span())
}

// goTo shows a search, as a step in the window's history when it is another.
func (p *eventsPage) goTo(text string, span model.Span) {
	r := model.EventsRoute(text, span)
	here := p.route
	here.EventID = 0
	if r == here {
		p.fault.clear()
		p.model.Search(text, span)
		return
	}
	p.env.navigate(r)
}

func (p *eventsPage) spanChosen() {
	if i := p.span.SelectedIndex(); i >= 0 && i < len(p.spans) && p.spans[i] != p.route.Span() {
		p.goTo(strings.TrimSpace(p.entry.Text), p.spans[i])
	}
}

// showSpan offers the usual time ranges and, where another is shown, that.
func (p *eventsPage) showSpan(s model.Span) {
	p.spans = p.spans[:0]
	at := -1
	for i, usual := range model.Spans {
		p.spans = append(p.spans, usual)
		if usual == s {
			at = i
		}
	}
	if at < 0 {
		at = len(p.spans)
		p.spans = append(p.spans, s)
	}
	labels := make([]string, len(p.spans))
	for i, s := range p.spans {
		labels[i] = s.Label(p.loc)
	}
	changed := p.span.OnChanged
	p.span.OnChanged = nil // this is not the user's choice
	p.span.SetOptions(labels)
	p.span.SetSelectedIndex(at)
	p.span.OnChanged = changed
}

func (p *eventsPage) runTapped() {
	if v := p.model.View(); v.Slow || v.Loading {
		p.model.Cancel()
		return
	}
	p.submit()
}

func (p *eventsPage) togglePause() { p.model.Pause(!p.model.View().Paused) }

func (p *eventsPage) typed(r rune) bool {
	switch r {
	case ' ':
		p.togglePause()
	case '/':
		p.focusSearch()
	default:
		return false
	}
	return true
}

func (p *eventsPage) focusTable() { p.env.win.Canvas().Focus(p.table.FocusTarget()) }

// selected follows the selection with the detail, where that is open.
func (p *eventsPage) selected(ev *event.Event) {
	p.open(ev)
	p.route.EventID = ev.ID
	p.env.replace(p.route)
}

func (p *eventsPage) open(ev *event.Event) {
	p.detail.show(ev)
	if p.main.Objects[0] != p.split {
		p.main.Objects = []fyne.CanvasObject{p.split}
		p.main.Refresh()
	}
}

func (p *eventsPage) closeDetail() {
	p.detail.show(nil)
	p.main.Objects = []fyne.CanvasObject{p.split.Leading}
	p.main.Refresh()
	p.table.Unselect()
	p.route.EventID = 0
	p.env.replace(p.route)
	p.focusTable()
}

func (p *eventsPage) copy(text, what string) {
	p.env.copy(text)
	p.light.Set("Copied the "+what, widget.ColorText)
}

// filter narrows the search to a value of a field, or excludes it.
func (p *eventsPage) filter(field, value string, exclude bool) {
	p.goTo(model.WithTerm(p.entry.Text, field, value, exclude), p.route.Span())
}

// menu is a right click on a cell.
func (p *eventsPage) menu(ev *event.Event, columns []eventColumn, column int, at fyne.Position) {
	var items []*fyne.MenuItem
	if column >= 0 {
		if f, v := model.FirstOf(ev, columns[column].fields); v != "" {
			name, shown := f.String(), widget.Ellipsize(v, 220, widget.SizeText, fyne.TextStyle{})
			items = append(items,
				fyne.NewMenuItem("Only "+name+": "+shown, func() { p.filter(name, v, false) }),
				fyne.NewMenuItem("Without "+name+": "+shown, func() { p.filter(name, v, true) }),
				fyne.NewMenuItem("Copy "+shown, func() { p.copy(v, "value") }),
				fyne.NewMenuItemSeparator())
		}
	}
	items = append(items, fyne.NewMenuItem("Copy the line", func() { p.copy(model.EventRaw(ev), "line") }),
		fyne.NewMenuItem("Open the detail", func() {
			p.table.Select(ev)
			p.selected(ev)
		}))
	fynewidget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), p.env.win.Canvas(), at)
}

// render brings the widgets up to date with the model.
func (p *eventsPage) render() {
	p.dirty.Store(false)
	if p.body == nil || p.onStop == nil {
		return
	}
	v := p.model.View()
	p.fault.show(v.Err)
	p.table.SetRows(v.Events)
	p.chart.SetData(histogramData(v.Chart))
	p.find(v)
	p.renderButtons(v)
	p.status.SetText(eventsStatus(v))
	p.notice.SetText("")
	if len(v.Partial) > 0 {
		p.notice.SetText("Not everything could be searched: " + strings.Join(v.Partial, "; "))
	}
	switch {
	case !v.Span.Live:
		p.light.Set("", widget.ColorMuted)
	case v.Paused:
		p.light.Set("❚❚ Paused", widget.ColorMuted)
	case v.Err != nil || v.Stopped:
		p.light.Set("Not following", widget.ColorMuted)
	default:
		p.light.Set("● Live", widget.ColorGood)
	}
	p.renderEmpty(v)
}

func (p *eventsPage) renderButtons(v model.EventsView) {
	if v.Slow || v.Loading {
		setButton(p.run, "Cancel", "x", widget.ColorText, fynewidget.MediumImportance)
	} else {
		setButton(p.run, "Search", "search", "foregroundOnPrimary", fynewidget.HighImportance)
	}
	if v.Span.Live {
		p.pause.Enable()
	} else {
		p.pause.Disable()
	}
	if v.Paused {
		setButton(p.pause, "Resume", "play", widget.ColorText, fynewidget.MediumImportance)
	} else {
		setButton(p.pause, "Pause", "pause", widget.ColorText, fynewidget.MediumImportance)
	}
	if v.Pending == 0 {
		p.news.Hide()
		return
	}
	if text := model.Plural(v.Pending, "new event", "new events"); p.news.Text != text {
		p.news.SetText(text)
	}
	p.news.Show()
}

func setButton(b *fynewidget.Button, text, icon string, col fyne.ThemeColorName, importance fynewidget.Importance) {
	if b.Text == text {
		return
	}
	b.Text, b.Icon, b.Importance = text, widget.ThemedIcon(icon, col), importance
	b.Refresh()
}

// find marks the event that the route asks for, or that is open already, as
// soon as a search brings it.
func (p *eventsPage) find(v model.EventsView) {
	if p.want == 0 || v.Running { // until then the rows may be those of the search before
		return
	}
	for _, ev := range v.Events {
		if ev.ID == p.want {
			p.want = 0
			p.table.Select(ev)
			p.open(ev)
			return
		}
	}
	if v.Done {
		p.want = 0 // not among them
	}
}

func (p *eventsPage) renderEmpty(v model.EventsView) {
	switch {
	case len(v.Events) > 0 || !v.Done || v.Running:
		p.empty.hide()
	case v.Err != nil && v.Err.Column == 0:
		p.empty.show("triangle-alert", "The search failed", v.Err.Msg, "Try again", p.submit)
	case v.Text == "" && (v.Span.Live || v.Span == model.AllTime):
		p.empty.show("inbox", "No events yet", "Nothing has arrived so far. Sources tells where to send logs to.", "Show the sources",
			func() { p.env.navigate(model.Route{Page: model.PageSources}) })
	case !v.Span.Live && v.Span != model.AllTime:
		p.empty.show("search", "No events match", "Nothing in this time. Widen the time range, or search for less.", "Search all time",
			func() { p.goTo(p.entry.Text, model.AllTime) })
	default:
		p.empty.show("search", "No events match", "Check the spelling of fields and values, or search for less.", "Clear the search",
			func() { p.goTo("", p.route.Span()) })
	}
}

func histogramData(c model.Chart) widget.HistogramData {
	d := widget.HistogramData{Since: c.Since, Until: c.Until, Width: c.Width, Bars: make([]widget.HistogramBar, len(c.Bins))}
	for i, b := range c.Bins {
		d.Bars[i] = widget.HistogramBar{Start: b.Start, Count: b.Count}
	}
	return d
}

// eventsStatus sums the search up in one line.
func eventsStatus(v model.EventsView) string {
	n := len(v.Events)
	switch {
	case v.Loading:
		return events(n) + " listed · fetching older ones"
	case v.Slow:
		if v.Found == 0 {
			return "Searching…"
		}
		return fmt.Sprintf("Searching · %s so far", events(v.Found))
	case !v.Done:
		return ""
	}
	text := events(n)
	if total := v.Chart.Total(); v.Chart.Whole && total > n {
		text = model.Count(n) + " of " + events(total)
	}
	if v.Full {
		text += " · the list is full: choose a time in the chart to see older ones"
	} else if v.Span.Live && v.More {
		text = "Newest " + text
	}
	if v.Stopped {
		return text + " · cancelled, more may exist"
	}
	if v.Took < time.Second {
		return fmt.Sprintf("%s · %d ms", text, v.Took.Milliseconds())
	}
	return fmt.Sprintf("%s · %.1f s", text, v.Took.Seconds())
}

func events(n int) string { return model.Plural(n, "event", "events") }
