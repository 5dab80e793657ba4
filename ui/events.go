package ui

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// eventsPage is the Events page: a search, its histogram, its events and the
// detail of one; or the table it asks for.
type eventsPage struct {
	env     *env
	model   *model.Events
	saved   *model.SavedSearches
	columns *model.Columns
	exports *model.Export
	backend eventsBackend
	loc     *time.Location
	history model.Searches
	zoom    model.Zoom
	route   model.Route
	onStop  func() // ends the subscription to changes; nil while hidden
	dirty   atomic.Bool
	want    event.ID // to be selected once it is found
	loaded  bool     // saved searches and columns have been asked for

	body     *fyne.Container
	entry    *searchEntry
	fault    *searchFault
	complete *completer
	span     *fynewidget.Select
	spans    []model.Span // behind the options of span
	run      *fynewidget.Button
	pause    *fynewidget.Button
	tools    eventTools
	progress *widget.ProgressLine
	chart    *widget.Histogram
	table    *widget.EventTable[*event.Event]
	shownAs  []eventColumn   // the columns of table
	queryAs  query.Query     // whose columns they are
	main     *fyne.Container // the table, or the table beside the detail
	split    *container.Split
	detail   *eventDetail
	stats    *statsPanel
	empty    *emptyState
	news     *fynewidget.Button // "12 new events" while paused
	status   *widget.Text
	partial  *widget.Banner // what could not be searched
	export   *exportLine
	light    *widget.Text // whether the list follows
}

// eventTools are the small buttons of the page.
type eventTools struct {
	saved, columns, export, zoomOut *widget.IconButton
}

// eventsBackend is what the Events page needs from the program.
type eventsBackend interface {
	model.EventSource
	model.FieldSource
	model.StateStore
	model.Exporter
	eventDetailBackend
}

func newEventsPage(e *env, b eventsBackend) page {
	p := &eventsPage{env: e, backend: b, loc: time.Local}
	changed := func() {
		if !p.dirty.Swap(true) {
			e.do(p.render)
		}
	}
	p.model = model.NewEvents(b, e.now, e.work.Go, changed)
	p.saved, p.columns = model.NewSavedSearches(b), model.NewColumns(b)
	p.exports = model.NewExport(e.now, e.work.Go, changed)
	return p
}

func (p *eventsPage) content() fyne.CanvasObject {
	p.entry = newSearchEntry(&p.history)
	p.entry.OnSubmitted = func(string) { p.submit() }
	p.entry.onEscape = func() { p.focusList() }
	p.entry.OnChanged = func(string) { p.fault.clear() }
	p.fault = newSearchFault(p.entry)
	p.complete = newCompleter(p.env, p.entry, p.backend)
	p.span = fynewidget.NewSelect(nil, nil)
	p.span.OnChanged = func(string) { p.spanChosen() }
	p.run = fynewidget.NewButtonWithIcon("Search", widget.ThemedIcon("search", "foregroundOnPrimary"), p.runTapped)
	p.run.Importance = fynewidget.HighImportance
	p.pause = fynewidget.NewButtonWithIcon("Pause", widget.ThemedIcon("pause", widget.ColorText), p.togglePause)
	p.tools = eventTools{
		saved:   widget.NewIconButton("bookmark", p.savedMenu),
		columns: widget.NewIconButton("columns-3", func() { p.columnsMenu(-1, below(p.tools.columns)) }),
		export:  widget.NewIconButton("download", p.exportMenu),
		zoomOut: widget.NewIconButton("zoom-out", p.zoomOut),
	}
	bar := container.NewBorder(nil, nil, nil, widget.Row(6, p.tools.saved, widget.Fixed(184, 0, p.span), p.tools.zoomOut,
		widget.Fixed(92, 0, p.run), widget.Fixed(92, 0, p.pause), p.tools.columns, p.tools.export), p.entry)

	p.progress = widget.NewProgressLine()
	p.chart = widget.NewHistogram(p.loc, model.Count[int])
	p.chart.OnRange = p.zoomIn
	p.chart.OnZoomOut = p.zoomOut

	p.table = widget.NewEventTable[*event.Event](nil)
	p.arrangeColumns(query.Query{})
	p.table.OnSelect = p.selected
	p.table.OnOpen = p.open
	p.table.OnCopy = func(ev *event.Event) { p.copy(model.EventRaw(ev), "line") }
	p.table.OnBottom = p.model.More
	p.table.OnRune = p.typed
	p.table.OnMenu = p.rowMenu
	p.table.OnHead = p.columnsMenu
	p.table.OnWidth = p.columnResized

	p.detail = newEventDetail(p.env, p.loc, p.backend)
	p.detail.onClose = p.closeDetail
	p.detail.onCopy = p.copy
	p.detail.onFilter = p.filter
	p.detail.onMenu = p.fieldMenu
	p.stats = newStatsPanel(p)
	p.empty = newEmptyState()
	p.news = fynewidget.NewButtonWithIcon("", widget.ThemedIcon("play", "foregroundOnPrimary"), p.togglePause)
	p.news.Importance = fynewidget.HighImportance
	p.news.Hide()
	newsAt := container.NewVBox(widget.Pad(container.NewHBox(layout.NewSpacer(), p.news, layout.NewSpacer()), widget.RowHeight+6, 0, 0, 0))
	list := container.NewStack(p.table, newsAt)
	p.split = container.NewHSplit(list, p.detail.box)
	p.split.Offset = 0.66
	p.main = container.NewStack(list)

	p.status = widget.NewText("", widget.SizeCaption+0.5, widget.ColorMuted, fyne.TextStyle{}).Truncated()
	p.partial = widget.NewBanner()
	p.export = newExportLine(p.exports, p.env)
	p.light = widget.NewText("", widget.SizeCaption+0.5, widget.ColorMuted, fyne.TextStyle{})
	foot := container.NewVBox(p.export.box, container.New(headLayout{}, p.status, p.light))

	top := container.NewVBox(bar, p.progress, p.fault.box, widget.Pad(p.chart, 3, 4, 0, 0), widget.Pad(p.partial.Object, 0, 4, 0, 0))
	middle := container.NewStack(p.main, p.stats.box, p.empty.box)
	p.body = container.NewStack(
		widget.Pad(container.NewBorder(top, widget.Pad(foot, 5, 0, 2, 2), nil, nil, middle), 2, 8, 14, 14),
		p.complete.layer)
	p.showSpan(model.Live)
	return p.body
}

// below is the position of a menu under something.
func below(o fyne.CanvasObject) fyne.Position {
	return fyne.CurrentApp().Driver().AbsolutePositionForObject(o).AddXY(0, o.Size().Height+2)
}

func (p *eventsPage) shown(r model.Route) {
	if p.onStop == nil {
		p.model.Start(p.env.ctx)
		p.onStop = p.env.onChange(p.model.Kick)
		p.complete.fresh()
		if bare := (model.Route{Page: model.PageEvents}); r == bare && p.route.Page != "" {
			r = p.route // back from elsewhere: as the user left it
			p.env.replace(r)
		}
	}
	p.loadState()
	if span := p.model.SpanFor(r.Query, r.Span()); span != r.Span() {
		id := r.EventID
		r = model.EventsRoute(r.Query, span)
		r.EventID = id
		p.env.replace(r)
	}
	before := p.route
	before.EventID = r.EventID
	if r != before { // otherwise keep what is being typed
		p.entry.SetText(r.Query)
		p.history.Add(r.Query)
	}
	p.route, p.want = r, r.EventID
	if p.want == 0 && p.detail.event != nil {
		p.want = p.detail.event.ID // stays selected if the new search finds it
	}
	p.complete.close()
	p.showSpan(r.Span())
	p.model.Search(r.Query, r.Span())
}

// loadState loads saved searches and columns, once.
func (p *eventsPage) loadState() {
	if p.loaded {
		return
	}
	p.loaded = true
	p.env.work.Go(func() {
		err := p.saved.Load(p.env.ctx)
		if e := p.columns.Load(p.env.ctx); err == nil {
			err = e
		}
		p.env.do(func() {
			if p.env.ctx.Err() == nil {
				p.arrangeColumns(p.queryAs)
				p.tell(err)
			}
		})
	})
}

// keep saves window state and shows what goes wrong.
func (p *eventsPage) keep(save func(context.Context) error) {
	p.env.work.Go(func() {
		if err := save(p.env.ctx); err != nil {
			p.env.do(func() { p.tell(err) })
		}
	})
}

// tell shows what went wrong without interrupting the work.
func (p *eventsPage) tell(err error) {
	if err != nil {
		p.light.Set(sentence(err), "error")
		p.body.Refresh()
	}
}

// say shows in the status line what was done.
func (p *eventsPage) say(text string) {
	p.light.Set(text, widget.ColorText)
	p.body.Refresh()
}

func (p *eventsPage) hidden() {
	p.model.Stop()
	p.complete.close()
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
	case p.complete.open():
		p.complete.close()
	case v.Busy():
		p.model.Cancel()
	case p.detail.event != nil && v.Table == nil:
		p.closeDetail()
	default:
		return false
	}
	return true
}

// submit runs what is in the search box over the chosen time.
func (p *eventsPage) submit() {
	p.complete.close()
	p.history.Add(p.entry.Text)
	p.goTo(strings.TrimSpace(p.entry.Text), p.route.Span())
}

// goTo shows a search, as a step in the window's history if it is a different one.
func (p *eventsPage) goTo(text string, span model.Span) {
	r := model.EventsRoute(text, p.model.SpanFor(text, span))
	here := p.route
	here.EventID = 0
	if r == here {
		p.fault.clear()
		p.model.Search(text, r.Span())
		return
	}
	p.env.navigate(r)
}

func (p *eventsPage) spanChosen() {
	if i := p.span.SelectedIndex(); i >= 0 && i < len(p.spans) && p.spans[i] != p.route.Span() {
		p.zoom.Forget()
		p.goTo(strings.TrimSpace(p.entry.Text), p.spans[i])
	}
}

// zoomIn shows the time range chosen in the chart.
func (p *eventsPage) zoomIn(since, until int64) {
	p.zoom.In(p.route.Span())
	p.goTo(p.route.Query, model.Span{Since: since, Until: until})
}

// zoomOut shows the time range chosen before, or a wider one.
func (p *eventsPage) zoomOut() {
	if span, ok := p.zoom.Out(p.route.Span(), p.env.now()); ok {
		p.goTo(p.route.Query, span)
	}
}

// showSpan offers the usual time ranges and the one shown, if different.
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
	p.tools.zoomOut.SetEnabled(p.zoom.CanOut(s))
}

func (p *eventsPage) runTapped() {
	if p.model.View().Busy() {
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
	case '-':
		p.zoomOut()
	default:
		return false
	}
	return true
}

// focusList gives the keyboard focus to what the search found.
func (p *eventsPage) focusList() {
	if p.stats.box.Visible() {
		p.env.win.Canvas().Focus(p.stats.focusTarget())
		return
	}
	p.env.win.Canvas().Focus(p.table.FocusTarget())
}

// selected follows the selection with the detail, if that is open.
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
	p.focusList()
}

func (p *eventsPage) copy(text, what string) {
	p.env.copy(text)
	p.say("Copied the " + what)
}

// filter narrows the search to a value of a field, or excludes it.
func (p *eventsPage) filter(field, value string, exclude bool) {
	p.goTo(model.WithTerm(p.entry.Text, field, value, exclude), p.route.Span())
}
