package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// statsPanel shows the table a search asks for, and a chart of it.
type statsPanel struct {
	page *eventsPage
	box  *fyne.Container

	given   *model.Table // as it came
	table   *model.Table // as it is sorted
	text    string       // the search it belongs to
	columns []query.Column
	widget  *widget.Table
	body    *fyne.Container // the widget and the bars beside it
	bars    *widget.Bars
	side    *fyne.Container // the bars with their title
	name    *widget.Text    // of what the charts show
	time    *widget.Histogram
	timeBox *fyne.Container
}

// mostBars is how many bars are shown beside a table.
const mostBars = 40

func newStatsPanel(p *eventsPage) *statsPanel {
	s := &statsPanel{page: p, bars: widget.NewBars()}
	s.bars.OnOpen = s.open
	s.name = widget.NewText("", widget.SizeCaption+0.5, widget.ColorMuted, widget.Bold).Truncated()
	s.side = container.NewStack(widget.NewPanel(widget.ColorCard, widget.ColorBorder, 6),
		widget.Pad(widget.Border(widget.Pad(s.name, 5, 3, 6, 6), nil, nil, nil, s.bars.Object), 2, 4, 6, 6))
	s.time = widget.NewHistogram(p.loc, func(n int) string { return model.Short(float64(n) / model.TimeScale) })
	s.time.OnRange = p.zoomIn
	s.time.OnZoomOut = p.zoomOut
	s.timeBox = container.NewVBox(widget.Pad(s.time, 3, 8, 0, 0))
	s.body = container.New(besideLayout{s.side})
	s.box = widget.Border(s.timeBox, nil, nil, nil, s.body)
	s.box.Hide()
	return s
}

// besideLayout puts the table and, where there is room, a chart beside it.
type besideLayout struct{ side fyne.CanvasObject }

func (l besideLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(300, 5*widget.RowHeight)
}

func (l besideLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	width := s.Width
	for _, o := range objects {
		if o == l.side && o.Visible() {
			w := min(s.Width*0.42, 520)
			if s.Width-w < 320 { // too narrow for both: the table matters
				o.Resize(fyne.NewSize(0, 0))
				o.Move(fyne.NewPos(s.Width+4000, 0))
				continue
			}
			width = s.Width - w - 10
			o.Move(fyne.NewPos(width+10, 0))
			o.Resize(fyne.NewSize(w, s.Height))
		}
	}
	for _, o := range objects {
		if o != l.side {
			o.Move(fyne.NewPos(0, 0))
			o.Resize(fyne.NewSize(width, s.Height))
		}
	}
}

// show brings the panel up to date; without a table it hides.
func (s *statsPanel) show(v model.EventsView) {
	if v.Table == nil {
		s.given = nil
		s.box.Hide()
		return
	}
	if v.Table != s.given {
		before := s.table
		s.given, s.table = v.Table, v.Table
		if v.Text == s.text {
			s.table = v.Table.SortedLike(before)
		}
		s.text = v.Text
		s.fill()
	}
	s.box.Show()
}

// fill shows the table as it is sorted now.
func (s *statsPanel) fill() {
	t := s.table
	if s.widget == nil || !slices.Equal(s.columns, t.Columns) {
		s.columns = t.Columns
		s.widget = s.newTable(t)
		s.body.Objects = []fyne.CanvasObject{s.widget, s.side}
	}
	rows := make([][]widget.Cell, len(t.Rows))
	for i := range t.Rows {
		cells := make([]widget.Cell, len(t.Columns))
		for c := range t.Columns {
			cells[c].Text = t.Text(i, c, s.page.loc)
			if t.Rows[i][c].Null {
				cells[c].Color = widget.ColorFaint
			}
		}
		rows[i] = cells
	}
	s.widget.Set(rows, t.Sorted, t.Desc)

	bars := t.Bars(mostBars, s.page.loc)
	var most float64
	for _, b := range bars {
		most = max(most, b.Value)
	}
	shown := make([]widget.Bar, len(bars))
	for i, b := range bars {
		shown[i] = widget.Bar{Label: b.Label, Text: b.Text}
		if most > 0 {
			shown[i].Part = float32(b.Value / most)
		}
	}
	s.name.SetText(t.MeasureName())
	s.bars.Set(shown)
	setVisible(s.side, len(bars) > 1)
	chart, ok := t.TimeChart()
	s.time.Noun = [2]string{t.MeasureName(), t.MeasureName()}
	s.time.SetData(histogramData(chart))
	setVisible(s.timeBox, ok)
	s.box.Refresh()
}

func (s *statsPanel) newTable(t *model.Table) *widget.Table {
	columns := make([]widget.TableColumn, len(t.Columns))
	for i, c := range t.Columns {
		switch {
		case c.Kind == query.NumberColumn:
			columns[i] = widget.TableColumn{Title: c.Name, Width: 96, Flex: 0.25, Right: true, Mono: true}
		case c.Kind == query.TimeColumn:
			columns[i] = widget.TableColumn{Title: c.Name, Width: 160, Flex: 0.25, Mono: true}
		default:
			columns[i] = widget.TableColumn{Title: c.Name, Width: 120, Flex: 1, Mono: c.Field.Field.Kind() == event.IP}
		}
		w := fyne.MeasureText(c.Name, widget.SizeCaption, widget.Bold).Width + 36
		columns[i].Width = max(columns[i].Width, min(w, 240))
	}
	table := widget.NewTable(columns)
	table.OnSort = func(column int) {
		s.table = s.table.Sort(column)
		s.fill()
	}
	table.OnOpen = s.open
	table.OnMenu = s.menu
	table.OnCopy = func(int) { s.page.copy(s.table.TSV(), "table") }
	return table
}

func (s *statsPanel) focusTarget() fyne.Focusable { return s.widget.FocusTarget() }

// open shows the events behind a row.
func (s *statsPanel) open(row int) {
	if row < 0 || row >= len(s.table.Rows) {
		return
	}
	text, span := s.table.Narrow(s.text, s.page.route.Span(), row)
	if text == s.text && span == s.page.route.Span() {
		return
	}
	if span != s.page.route.Span() {
		s.page.zoom.In(s.page.route.Span())
	}
	s.page.goTo(text, span)
}

// menu handles a right click on a cell, or the menu key on a row (column -1).
func (s *statsPanel) menu(row, column int, at fyne.Position) {
	if row < 0 || row >= len(s.table.Rows) {
		return
	}
	items := []*fyne.MenuItem{fyne.NewMenuItem("Show these events", func() { s.open(row) })}
	for i := range s.table.Stats.By {
		cell, field := s.table.Rows[row][i], s.table.Columns[i].Field.Name
		if s.table.Columns[i].Kind == query.TimeColumn || cell.Null || cell.Text == "" {
			continue
		}
		pivots := s.page.pivots(field, cell.Text)
		switch {
		case i == column:
			items = append(items, fyne.NewMenuItemSeparator())
			items = append(items, pivots...)
		case column < 0:
			items = append(items, subMenu(field+": "+widget.Ellipsize(cell.Text, 180, widget.SizeText, fyne.TextStyle{}), pivots...))
		}
	}
	items = append(items, fyne.NewMenuItemSeparator(),
		fyne.NewMenuItem("Copy the table", func() { s.page.copy(s.table.TSV(), "table") }))
	s.page.env.menu(at, items...)
}
