package ui

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// render brings the widgets up to date with the model.
func (p *eventsPage) render() {
	p.dirty.Store(false)
	if p.body == nil || p.onStop == nil {
		return
	}
	v := p.model.View()
	p.fault.show(v.Err)
	p.arrangeColumns(v.Query)
	p.table.SetRows(v.Events)
	p.stats.show(v)
	p.chart.SetData(histogramData(v.Chart))
	setVisible(p.main, v.Table == nil)
	p.find(v)
	p.renderButtons(v)
	p.progress.Set(-1)
	if v.Busy() {
		p.progress.Set(float32(model.Fraction(v.Progress)))
	}
	p.status.SetText(v.Status(p.loc))
	p.renderPartial(v)
	p.export.show()
	switch {
	case !v.Span.Live || v.Table != nil:
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

func (p *eventsPage) renderPartial(v model.EventsView) {
	more, show := "", func() {}
	if len(v.Partial) > 1 {
		more = "Show all"
		show = func() { p.env.tell("Not everything could be searched", v.Partial) }
	}
	before := p.partial.Message()
	if notice := v.PartialNotice(); notice != before {
		p.partial.Set(notice, more, show)
		p.body.Refresh() // its height changes
	}
}

func (p *eventsPage) renderButtons(v model.EventsView) {
	if v.Busy() {
		setButton(p.run, "Cancel", "x", widget.ColorText, fynewidget.MediumImportance)
	} else {
		setButton(p.run, "Search", "search", "foregroundOnPrimary", fynewidget.HighImportance)
	}
	if v.Span.Live && v.Table == nil {
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

// find selects the event that the route asks for, or that is already open, as
// soon as a search finds it.
func (p *eventsPage) find(v model.EventsView) {
	if p.want == 0 || v.Running { // until then the rows may be those of the previous search
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
	nothing := len(v.Events) == 0 && v.Table == nil || v.Table != nil && len(v.Table.Rows) == 0
	switch {
	case !nothing || !v.Done || v.Running:
		p.empty.hide()
	case v.Err != nil && v.Err.Column == 0:
		p.empty.show("triangle-alert", "The search failed", v.Err.Msg, "Try again", p.submit)
	case v.Text == "" && (v.Span.Live || v.Span == model.AllTime):
		p.empty.show("inbox", "No events yet", "Nothing has arrived yet. Sources shows where to send logs.", "Show the sources",
			func() { p.env.navigate(model.Route{Page: model.PageSources}) })
	case !v.Span.Live && v.Span != model.AllTime:
		p.empty.show("search", "No events match", "Nothing in this time range. Widen it, or broaden the search.", "Search all time",
			func() { p.goTo(p.entry.Text, model.AllTime) })
	default:
		p.empty.show("search", "No events match", "Check the spelling of fields and values, or broaden the search.", "Clear the search",
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
