package ui

import (
	"time"

	"fyne.io/fyne/v2"

	"porchlight/ingest/event"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// pivots are what can be done with a value of a field.
func (p *eventsPage) pivots(field, value string) []*fyne.MenuItem {
	shown := widget.Ellipsize(value, 220, widget.SizeText, fyne.TextStyle{})
	if value == "" {
		shown = `""`
	}
	items := []*fyne.MenuItem{
		fyne.NewMenuItem("Only "+field+": "+shown, func() { p.filter(field, value, false) }),
		fyne.NewMenuItem("Without "+field+": "+shown, func() { p.filter(field, value, true) }),
		fyne.NewMenuItem("Count by "+field, func() { p.goTo(model.CountBy(p.entry.Text, field), p.route.Span()) }),
	}
	if about := model.About(field, value); about != "" {
		items = append(items, fyne.NewMenuItem("Everything about "+shown, func() { p.goTo(about, p.route.Span()) }))
	}
	return append(items, fyne.NewMenuItem("Copy "+shown, func() { p.copy(value, "value") }))
}

// fieldMenu handles a right click on a field of the detail.
func (p *eventsPage) fieldMenu(field, value string, at fyne.Position) {
	items := p.pivots(field, value)
	if p.queryAs.Columns == nil {
		items = append(items, fyne.NewMenuItem("Show "+field+" as a column", func() { p.changeColumns(func(m *model.Columns) { m.Add(field) }) }))
	}
	p.env.menu(at, items...)
}

// around is how far "around this time" reaches on either side.
const around = 5 * time.Minute

// rowMenu handles a right click on a cell; with the keyboard (column -1) the
// values of the row are submenus.
func (p *eventsPage) rowMenu(ev *event.Event, column int, at fyne.Position) {
	var items []*fyne.MenuItem
	if column >= 0 && column < len(p.shownAs) && p.shownAs[column].value != nil {
		if f, v := p.shownAs[column].value(ev); v != "" {
			items = append(p.pivots(f, v), fyne.NewMenuItemSeparator())
		}
	} else if column < 0 {
		for _, c := range p.shownAs {
			if c.value == nil {
				continue
			}
			if f, v := c.value(ev); v != "" {
				items = append(items, subMenu(c.Title+": "+widget.Ellipsize(v, 180, widget.SizeText, fyne.TextStyle{}), p.pivots(f, v)...))
			}
		}
		if len(items) > 0 {
			items = append(items, fyne.NewMenuItemSeparator())
		}
	}
	items = append(items,
		fyne.NewMenuItem("Everything within 5 min of this", func() {
			p.zoom.In(p.route.Span())
			r := model.EventsRoute("", model.Span{Since: ev.Time - int64(around), Until: ev.Time + int64(around)})
			r.EventID = ev.ID
			p.env.navigate(r)
		}),
		fyne.NewMenuItem("Copy the line", func() { p.copy(model.EventRaw(ev), "line") }),
		fyne.NewMenuItem("Open details", func() {
			p.table.Select(ev)
			p.selected(ev)
		}),
		fyne.NewMenuItem("Keep beyond retention", func() { p.pin(ev.ID) }))
	p.env.menu(at, items...)
}

// pin keeps an event for good.
func (p *eventsPage) pin(id event.ID) {
	p.env.work.Go(func() {
		err := p.backend.Pin(p.env.ctx, []event.ID{id}, true)
		p.env.do(func() {
			if err != nil {
				p.tell(err)
				return
			}
			p.say("The event is kept")
			p.detail.pinned(id, true)
		})
	})
}
