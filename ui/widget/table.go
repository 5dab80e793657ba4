package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// TableColumn defines one column of a Table.
type TableColumn struct {
	Title string
	Width float32 // at least; 0 with Flex
	Flex  float32 // share of the remaining space
	Right bool    // right-aligned: numbers
	Mono  bool
}

// Cell is one value of a Table's row.
type Cell struct {
	Text  string
	Color fyne.ThemeColorName // "" is plain text
	Dot   fyne.ThemeColorName // "" has no dot before the text
}

// Table shows a few hundred rows below a header that sorts. Rows are opened by
// a click or, with the keyboard, by Up, Down and Space.
type Table struct {
	fynewidget.BaseWidget
	OnSort func(column int)
	OnOpen func(row int)
	OnCopy func(row int)                          // Ctrl+C; -1 if no row has the focus
	OnMenu func(row, column int, p fyne.Position) // right click, menu key; column -1 is none

	columns []TableColumn
	rows    [][]Cell
	header  []*headerCell
	list    *rowList
	body    fyne.CanvasObject
}

// NewTable returns an empty table.
func NewTable(columns []TableColumn) *Table {
	t := &Table{columns: columns}
	t.ExtendBaseWidget(t)
	var heads []fyne.CanvasObject
	for i, c := range columns {
		h := newHeaderCell(c, func() {
			if t.OnSort != nil {
				t.OnSort(i)
			}
		})
		t.header = append(t.header, h)
		heads = append(heads, h)
	}
	t.list = &rowList{t: t, at: -1}
	t.list.Length = func() int { return len(t.rows) }
	t.list.CreateItem = func() fyne.CanvasObject { return newTableRow(t) }
	t.list.UpdateItem = func(i fynewidget.ListItemID, o fyne.CanvasObject) {
		if i < len(t.rows) {
			o.(*tableRow).set(i, t.rows[i], i%2 == 1)
		}
	}
	t.list.HideSeparators = true
	t.list.ExtendBaseWidget(t.list)
	t.list.OnHighlighted = func(i fynewidget.ListItemID) { t.list.at = i }
	t.list.OnSelected = func(i fynewidget.ListItemID) {
		t.list.UnselectAll() // opening is an action, not a state
		if t.OnOpen != nil {
			t.OnOpen(i)
		}
	}
	t.body = Border(container.NewVBox(stack(NewPanel("headerBackground", "", 0), container.New(columnsLayout{columns}, heads...))), nil, nil, nil, t.list)
	return t
}

// FocusTarget is what takes the keyboard.
func (t *Table) FocusTarget() fyne.Focusable { return t.list }

// Set shows rows already sorted by a column; its header says so.
func (t *Table) Set(rows [][]Cell, sorted int, descending bool) {
	t.rows = rows
	for i, h := range t.header {
		h.set(i == sorted, descending)
	}
	t.list.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (t *Table) CreateRenderer() fyne.WidgetRenderer { return fynewidget.NewSimpleRenderer(t.body) }

// rowList is the stock list, except that the window's keys work.
type rowList struct {
	fynewidget.List
	t  *Table
	at int // the row that has the focus
}

// TypedShortcut implements fyne.Shortcutable.
func (l *rowList) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok && l.t.OnCopy != nil {
		l.t.OnCopy(l.at)
		return
	}
	forwardShortcut(l, s)
}

// TypedKey implements fyne.Focusable.
func (l *rowList) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyF5, fyne.KeyEscape:
		forwardKey(l, e)
	case fyne.KeyReturn, fyne.KeyEnter:
		l.List.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	default:
		if l.t.OnMenu != nil && MenuKey(e) {
			if i := max(l.at, 0); i < len(l.t.rows) {
				y := min(max(float32(i)*(RowHeight+3)-l.GetScrollOffset(), 0), max(l.Size().Height-RowHeight, 0))
				l.t.OnMenu(i, -1, fyne.CurrentApp().Driver().AbsolutePositionForObject(l).AddXY(10, y+RowHeight))
			}
			return
		}
		l.List.TypedKey(e)
	}
}

// TypedRune implements fyne.Focusable.
func (l *rowList) TypedRune(r rune) { forwardRune(l, r) }

// columnsLayout places one object per column.
type columnsLayout struct{ columns []TableColumn }

func (l columnsLayout) MinSize([]fyne.CanvasObject) fyne.Size {
	w := float32(0)
	for _, c := range l.columns {
		w += c.Width
	}
	return fyne.NewSize(w, RowHeight)
}

func (l columnsLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for i, span := range spans(l.columns, s.Width) {
		objects[i].Move(fyne.NewPos(span[0], 0))
		objects[i].Resize(fyne.NewSize(span[1], s.Height))
	}
}

// spans returns the left edge and the width of each column.
func spans(columns []TableColumn, width float32) [][2]float32 {
	fixed, flex := float32(0), float32(0)
	for _, c := range columns {
		fixed += c.Width
		flex += c.Flex
	}
	spare := max(0, width-fixed)
	out, x := make([][2]float32, len(columns)), float32(0)
	for i, c := range columns {
		w := c.Width
		if flex > 0 {
			w += spare * c.Flex / flex
		}
		out[i] = [2]float32{x, w}
		x += w
	}
	return out
}

// headerCell is a column's title; a tap sorts by it.
type headerCell struct {
	Tappable
	arrow *Icon
	text  *Text
}

func newHeaderCell(c TableColumn, tapped func()) *headerCell {
	h := &headerCell{arrow: NewIcon("chevron-down", 12, ColorMuted), text: NewText(c.Title, SizeCaption, ColorMuted, Bold)}
	h.arrow.Hide()
	objects := []fyne.CanvasObject{h.text, h.arrow}
	if c.Right {
		objects = []fyne.CanvasObject{spacer(), h.arrow, h.text}
	}
	h.init(h, Pad(Row(2, objects...), 0, 0, 10, 10), tapped)
	h.Radius = 0
	return h
}

func (h *headerCell) set(sorted, descending bool) {
	if !sorted {
		h.arrow.Hide()
		h.text.SetColor(ColorMuted)
		h.body.Refresh()
		return
	}
	name := "chevron-up"
	if descending {
		name = "chevron-down"
	}
	h.arrow.Set(name, ColorText)
	h.arrow.Show()
	h.text.SetColor(ColorText)
	h.body.Refresh()
}

// tableRow is one row: a widget of its own with plain canvas texts, which keeps
// scrolling fast.
type tableRow struct {
	fynewidget.BaseWidget
	t       *Table
	index   int
	columns []TableColumn
	cells   []Cell
	ground  *canvas.Rectangle
	texts   []*canvas.Text
	dots    []*canvas.Circle
	striped bool
}

func newTableRow(t *Table) *tableRow {
	columns := t.columns
	r := &tableRow{t: t, columns: columns, ground: canvas.NewRectangle(color.Transparent)}
	for _, c := range columns {
		t, d := canvas.NewText("", nil), canvas.NewCircle(nil)
		t.TextSize, t.TextStyle.Monospace = SizeText, c.Mono
		if c.Mono {
			t.TextSize = SizeSmall
		}
		if c.Right {
			t.Alignment = fyne.TextAlignTrailing
		}
		r.texts, r.dots = append(r.texts, t), append(r.dots, d)
	}
	r.ExtendBaseWidget(r)
	return r
}

func (r *tableRow) set(index int, cells []Cell, striped bool) {
	r.index, r.cells, r.striped = index, cells, striped
	r.Refresh()
}

// Tapped implements fyne.Tappable: a row that handles right clicks must handle
// left ones, too.
func (r *tableRow) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r.t.list); c != nil {
		c.Focus(r.t.list)
	}
	r.t.list.at = r.index
	r.t.list.Select(r.index)
}

// TappedSecondary implements fyne.SecondaryTappable.
func (r *tableRow) TappedSecondary(e *fyne.PointEvent) {
	if r.t.OnMenu == nil {
		return
	}
	column := -1
	for i, span := range spans(r.columns, r.Size().Width) {
		if e.Position.X >= span[0] && e.Position.X < span[0]+span[1] {
			column = i
		}
	}
	r.t.OnMenu(r.index, column, e.AbsolutePosition)
}

// Cursor implements desktop.Cursorable.
func (r *tableRow) Cursor() desktop.Cursor { return desktop.PointerCursor }

// CreateRenderer implements fyne.Widget.
func (r *tableRow) CreateRenderer() fyne.WidgetRenderer { return &tableRowRenderer{r} }

type tableRowRenderer struct{ r *tableRow }

func (r *tableRowRenderer) Destroy()           {}
func (r *tableRowRenderer) MinSize() fyne.Size { return fyne.NewSize(0, RowHeight) }

func (r *tableRowRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.r.ground}
	for i := range r.r.texts {
		out = append(out, r.r.dots[i], r.r.texts[i])
	}
	return out
}

func (r *tableRowRenderer) Layout(s fyne.Size) {
	r.r.ground.Resize(s)
	for i, span := range spans(r.r.columns, s.Width) {
		if i >= len(r.r.cells) {
			break
		}
		c, t, d := r.r.cells[i], r.r.texts[i], r.r.dots[i]
		x, w := span[0]+10, span[1]-20
		d.Hidden = c.Dot == ""
		if !d.Hidden {
			d.Resize(fyne.NewSquareSize(8))
			d.Move(fyne.NewPos(x, (s.Height-8)/2))
			x, w = x+16, w-16
		}
		t.Text = Ellipsize(c.Text, w, t.TextSize, t.TextStyle)
		h := t.MinSize().Height
		t.Resize(fyne.NewSize(w, h))
		t.Move(fyne.NewPos(x, (s.Height-h)/2))
	}
}

func (r *tableRowRenderer) Refresh() {
	row := r.r
	row.ground.FillColor = color.Transparent
	if row.striped {
		row.ground.FillColor = Color(ColorStripe)
	}
	for i, c := range row.cells {
		col := c.Color
		if col == "" {
			col = ColorText
		}
		row.texts[i].Color = Color(col)
		row.dots[i].FillColor = Color(Fill(c.Dot))
	}
	r.Layout(row.Size())
	canvas.Refresh(row)
}
