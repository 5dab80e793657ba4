package ui

import (
	"errors"
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// eventColumn is one column of the list and the field it shows of an event.
type eventColumn struct {
	widget.EventColumn[*event.Event]
	of    model.Column
	value func(*event.Event) (field, value string) // nil: it has no menu of its own
}

// columnTitles are those of the usual columns.
var columnTitles = map[string]string{
	model.ColumnTime: "Time", model.ColumnLevel: "Level", model.ColumnSource: "Source", model.ColumnHost: "Host", model.ColumnUser: "User",
	model.ColumnAction: "Action", model.ColumnOutcome: "Outcome", model.ColumnSourceIP: "Source IP", model.ColumnDestination: "Destination",
	model.ColumnMessage: "Message",
}

func columnTitle(c model.Column) string {
	if c.ID == "" {
		return c.Field
	}
	return columnTitles[c.ID]
}

// eventColumnOf makes the column that drives header, cells and their menu.
func (p *eventsPage) eventColumnOf(c model.Column) eventColumn {
	type column = widget.EventColumn[*event.Event]
	out := eventColumn{of: c}
	usual := func(width float32, drop int, fields []event.Field) {
		out.value = func(ev *event.Event) (string, string) {
			f, v := model.FirstOf(ev, fields)
			return f.String(), v
		}
		out.EventColumn = column{Width: width, Drop: drop, Text: func(ev *event.Event) string {
			_, v := model.FirstOf(ev, fields)
			return v
		}}
	}
	switch c.ID {
	case model.ColumnTime:
		out.EventColumn = column{Width: 150, Mono: true, Color: widget.ColorMuted,
			Text: func(ev *event.Event) string { return model.EventTime(ev.Time, p.loc) }}
	case model.ColumnLevel:
		usual(80, 1, model.LevelFields)
		out.Text = func(ev *event.Event) string { word, _ := model.EventLevel(ev); return word }
		out.Dot = levelDot
	case model.ColumnSource:
		usual(98, 5, model.SourceFields)
		out.Text = model.EventSourceName
	case model.ColumnHost:
		usual(96, 0, model.HostFields)
	case model.ColumnUser:
		usual(78, 3, model.UserFields)
	case model.ColumnAction:
		usual(132, 4, model.ActionFields)
	case model.ColumnOutcome:
		usual(68, 7, model.OutcomeFields)
	case model.ColumnSourceIP:
		usual(118, 2, model.SourceIPFields)
		out.Mono = true
	case model.ColumnDestination:
		usual(150, 6, model.DestinationFields)
		out.Text, out.Mono = model.EventDestination, true
	case model.ColumnMessage:
		out.EventColumn = column{Text: model.EventMessage}
	default:
		p.fieldColumn(&out, c.Field)
	}
	out.Title = columnTitle(c)
	if c.Width > 0 {
		out.Width = c.Width
	}
	return out
}

// fieldColumn shows any field by its name; a short name shows the first of
// its fields that an event has.
func (p *eventsPage) fieldColumn(out *eventColumn, name string) {
	ref := event.Resolve(name)
	out.value = func(ev *event.Event) (string, string) {
		text, _ := ev.Lookup(ref)
		for v := range event.Values(text) {
			return name, v
		}
		return name, ""
	}
	out.Text = func(ev *event.Event) string {
		text, _ := ev.Lookup(ref)
		return strings.ReplaceAll(text, event.Separator, ", ")
	}
	out.Width, out.Drop = 130, 1
	switch ref.Field.Kind() {
	case event.IP:
		out.Width, out.Mono = 118, true
	case event.Long:
		out.Width, out.Mono = 80, true
	}
	if w := fyne.MeasureText(name, widget.SizeCaption+0.5, widget.Bold).Width + 14; w > out.Width {
		out.Width = min(w, 220)
	}
}

func levelDot(ev *event.Event) fyne.ThemeColorName {
	_, level := model.EventLevel(ev)
	switch level {
	case "":
		return ""
	case alert.Informational: // most events: not worth a colour
		return widget.ColorFaint
	}
	return widget.SeverityColor(level.Rank())
}

// arrangeColumns shows the columns chosen, or those named by the search.
func (p *eventsPage) arrangeColumns(q query.Query) {
	p.queryAs = q
	want := p.columns.Shown(&q)
	same := len(want) == len(p.shownAs)
	for i := 0; same && i < len(want); i++ {
		same = want[i] == p.shownAs[i].of
	}
	if same {
		return
	}
	p.shownAs = nil
	var columns []widget.EventColumn[*event.Event]
	for _, c := range want {
		col := p.eventColumnOf(c)
		p.shownAs = append(p.shownAs, col)
		columns = append(columns, col.EventColumn)
	}
	p.table.SetColumns(columns)
}

// changeColumns applies a change, shows it and saves it.
func (p *eventsPage) changeColumns(change func(*model.Columns)) {
	change(p.columns)
	p.arrangeColumns(p.queryAs)
	p.keep(p.columns.Save)
}

func (p *eventsPage) columnResized(column int, width float32) {
	if p.queryAs.Columns == nil {
		c := p.shownAs[column].of
		p.columns.SetWidth(c, width)
		for i, x := range p.columns.Shown(&query.Query{}) { // it is already drawn that way
			p.shownAs[i].of = x
		}
		p.keep(p.columns.Save)
	}
}

// columnsMenu handles a click on a title, or on the columns button (-1).
func (p *eventsPage) columnsMenu(column int, at fyne.Position) {
	if p.queryAs.Columns != nil {
		p.env.menu(at, menuIf(false, "The search sets the columns (| fields …)", nil),
			fyne.NewMenuItem("Show the usual columns", func() { p.goTo(withoutFields(p.entry.Text), p.route.Span()) }))
		return
	}
	var items []*fyne.MenuItem
	if column >= 0 && column < len(p.shownAs) {
		c := p.shownAs[column].of
		items = append(items,
			fyne.NewMenuItem("Hide "+columnTitle(c), func() { p.changeColumns(func(m *model.Columns) { m.Remove(c) }) }),
			menuIf(column > 0, "Move left", func() { p.changeColumns(func(m *model.Columns) { m.Move(c, -1) }) }),
			menuIf(column < len(p.shownAs)-1, "Move right", func() { p.changeColumns(func(m *model.Columns) { m.Move(c, 1) }) }),
			fyne.NewMenuItemSeparator())
		if f, ok := p.columnField(column); ok {
			items = append(items, fyne.NewMenuItem("Count by "+f, func() { p.goTo(model.CountBy(p.entry.Text, f), p.route.Span()) }), fyne.NewMenuItemSeparator())
		}
	}
	for _, c := range p.columns.List() {
		item := fyne.NewMenuItem(columnTitle(c), func() { p.changeColumns(func(m *model.Columns) { m.Toggle(c) }) })
		item.Checked = !c.Hidden
		items = append(items, item)
	}
	var gone []*fyne.MenuItem
	for _, c := range p.columns.List() {
		if c.ID == "" {
			gone = append(gone, fyne.NewMenuItem(c.Field, func() { p.changeColumns(func(m *model.Columns) { m.Remove(c) }) }))
		}
	}
	items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("Add a field…", p.addColumn))
	if len(gone) > 0 {
		items = append(items, subMenu("Remove a field", gone...))
	}
	items = append(items, fyne.NewMenuItem("Reset the columns", func() { p.changeColumns((*model.Columns).Reset) }))
	p.env.menu(at, items...)
}

// columnField returns the field that a column mostly shows.
func (p *eventsPage) columnField(column int) (string, bool) {
	c := p.shownAs[column].of
	if c.ID == "" {
		return c.Field, true
	}
	fields := map[string][]event.Field{model.ColumnLevel: {event.LogSyslogSeverity}, model.ColumnSource: {event.ObserverProduct}, model.ColumnHost: model.HostFields,
		model.ColumnUser: model.UserFields, model.ColumnAction: model.ActionFields, model.ColumnOutcome: model.OutcomeFields,
		model.ColumnSourceIP: model.SourceIPFields, model.ColumnDestination: model.DestinationFields}[c.ID]
	if len(fields) == 0 {
		return "", false
	}
	return fields[0].String(), true
}

func (p *eventsPage) addColumn() {
	p.env.ask(question{title: "Add a column", hint: "Name of a field, such as dns.question.name", ok: "Add",
		suggest: func(typed string) []string { return p.complete.model.Fields(p.env.ctx, typed) },
		done: func(name string) error {
			name = strings.TrimSpace(name)
			if name == "" || strings.ContainsAny(name, " :|\"()") {
				return errors.New("a field name is one word, such as dns.question.name")
			}
			added := false
			p.changeColumns(func(m *model.Columns) { added = m.Add(name) })
			if !added {
				return errors.New("there are too many columns already; remove one first")
			}
			return nil
		}})
}

// withoutFields removes the choice of columns from a search.
func withoutFields(text string) string {
	search, pipes := model.SplitPipes(text)
	parts := slices.DeleteFunc(strings.Split(pipes, "|"), func(s string) bool {
		word, _, _ := strings.Cut(strings.TrimSpace(s), " ")
		return word == "" || strings.EqualFold(word, "fields") || strings.EqualFold(word, "table")
	})
	for _, part := range parts {
		search += " | " + strings.TrimSpace(part)
	}
	return strings.TrimSpace(search)
}
