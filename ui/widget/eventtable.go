package widget

import (
	"slices"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"
)

// EventColumn describes one column of an EventTable: its header, cells and
// width.
type EventColumn[T any] struct {
	Title string
	Width float32 // 0: the column takes the space the others leave
	Mono  bool
	Color fyne.ThemeColorName // of the text; "" is the default
	Drop  int                 // when space is short, the columns with the highest Drop go first; 0 never
	Text  func(T) string
	Dot   func(T) fyne.ThemeColorName // colour of a dot before the text; "" for none, nil for never
}

// flexMin is the width below which the flexible column pushes out others.
const flexMin float32 = 300

// cellGap is the space between the texts of two columns.
const cellGap float32 = 12

// EventTable is a dense list of rows with columns, made for thousands of rows
// that arrive while one reads: rows are cheap to draw, remember their item and
// skip unchanged updates, and the rows in view stay in place when others are
// inserted above them.
type EventTable[T comparable] struct {
	fynewidget.BaseWidget

	OnSelect func(T)                                   // by mouse or arrow key
	OnOpen   func(T)                                   // Enter
	OnKey    func(fyne.KeyName) bool                   // other keys; false leaves them to the window
	OnRune   func(rune) bool                           // typed characters; false leaves them to the window
	OnCopy   func(T)                                   // Ctrl+C
	OnMenu   func(item T, column int, p fyne.Position) // right click; column is an index into the columns given
	OnBottom func()                                    // the last row came into view
	OnHead   func(column int, p fyne.Position)         // a click on a title; column -1 is beside them
	OnWidth  func(column int, width float32)           // a column was resized

	columns []EventColumn[T]
	set     int // version of the set of columns
	rows    []T
	current T
	has     bool // current is set

	list    *eventList[T]
	tight   *container.ThemeOverride // around the list
	head    *eventHead[T]
	places  []place
	version int // of places
	regular measurer
	mono    measurer
}

// place is where a column is.
type place struct {
	column   int
	x, width float32
}

// NewEventTable returns an empty table.
func NewEventTable[T comparable](columns []EventColumn[T]) *EventTable[T] {
	t := &EventTable[T]{columns: columns}
	t.regular = measurer{size: SizeSmall + 0.5}
	t.mono = measurer{size: SizeSmall, style: Monospace}
	t.list = newEventList(t)
	t.tight = container.NewThemeOverride(t.list, tightTheme{})
	t.head = &eventHead[T]{t: t}
	t.head.ExtendBaseWidget(t.head)
	t.ExtendBaseWidget(t)
	return t
}

// SetRows replaces the rows; the slice must not change afterwards. When the new
// rows are the old ones with others before them, what is in view stays in
// place, unless it is the top.
func (t *EventTable[T]) SetRows(rows []T) {
	old := t.rows
	t.rows = rows
	offset := t.list.GetScrollOffset()
	switch {
	case len(old) == 0 || len(rows) == 0:
		t.list.Refresh()
		t.list.scrollTop()
	case rows[0] == old[0] || offset <= 0:
		t.list.Refresh()
	default:
		k := slices.Index(rows, old[0])
		t.list.Refresh()
		if k < 0 {
			t.list.scrollTop()
			return
		}
		t.list.ScrollToOffset(offset + float32(k)*rowPitch)
	}
}

// SetColumns shows other columns of the same rows.
func (t *EventTable[T]) SetColumns(columns []EventColumn[T]) {
	t.columns = columns
	t.set++
	t.places = nil
	t.arrange(t.Size().Width)
	t.head.Refresh()
	t.list.Refresh()
}

// Rows returns the rows shown.
func (t *EventTable[T]) Rows() []T { return t.rows }

// Selected returns the selected item.
func (t *EventTable[T]) Selected() (item T, ok bool) { return t.current, t.has }

// Select selects an item without calling OnSelect, and brings it into view.
func (t *EventTable[T]) Select(item T) {
	t.current, t.has = item, true
	t.list.Refresh()
	if i := slices.Index(t.rows, item); i >= 0 {
		t.list.ScrollTo(i)
	}
}

// Unselect clears the selection.
func (t *EventTable[T]) Unselect() {
	var none T
	t.current, t.has = none, false
	t.list.Refresh()
}

// AtTop reports whether the first row is in view.
func (t *EventTable[T]) AtTop() bool { return t.list.GetScrollOffset() <= 0 }

// ScrollToTop brings the first row into view.
func (t *EventTable[T]) ScrollToTop() { t.list.scrollTop() }

// FocusTarget is what takes the keyboard focus.
func (t *EventTable[T]) FocusTarget() fyne.Focusable { return t.list }

func (t *EventTable[T]) choose(i int) {
	if len(t.rows) == 0 {
		return
	}
	i = min(max(i, 0), len(t.rows)-1)
	t.Select(t.rows[i])
	if t.OnSelect != nil {
		t.OnSelect(t.rows[i])
	}
}

// CreateRenderer implements fyne.Widget.
func (t *EventTable[T]) CreateRenderer() fyne.WidgetRenderer {
	ring := canvas.NewRectangle(nil)
	ring.StrokeWidth, ring.CornerRadius = 1, 4
	r := &eventTableRenderer[T]{t, ring}
	r.update()
	return r
}

type eventTableRenderer[T comparable] struct {
	t    *EventTable[T]
	ring *canvas.Rectangle
}

func (r *eventTableRenderer[T]) Destroy()           {}
func (r *eventTableRenderer[T]) MinSize() fyne.Size { return fyne.NewSize(flexMin, 5*RowHeight) }
func (r *eventTableRenderer[T]) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.t.head, r.t.tight, r.ring}
}

func (r *eventTableRenderer[T]) Layout(s fyne.Size) {
	r.t.arrange(s.Width)
	r.t.head.Resize(fyne.NewSize(s.Width, RowHeight))
	r.t.head.Refresh()
	r.t.tight.Move(fyne.NewPos(0, RowHeight))
	r.t.tight.Resize(s.SubtractWidthHeight(0, RowHeight))
	r.ring.Move(fyne.NewPos(0, RowHeight))
	r.ring.Resize(s.SubtractWidthHeight(0, RowHeight))
}

func (r *eventTableRenderer[T]) update() {
	r.ring.FillColor, r.ring.StrokeColor = Color(""), Color("")
	if r.t.list.focused {
		r.ring.StrokeColor = Color(ColorFocus)
	}
}

func (r *eventTableRenderer[T]) Refresh() {
	r.t.version++ // colours may have changed
	r.update()
	r.t.head.Refresh()
	r.t.list.Refresh()
	r.ring.Refresh()
}

// arrange decides which columns are shown, and where, for a width.
func (t *EventTable[T]) arrange(width float32) {
	shown := make([]bool, len(t.columns))
	left := width - cellGap
	flexible := false
	for i, c := range t.columns {
		shown[i] = true
		left -= c.Width
		flexible = flexible || c.Width == 0
	}
	for left < 0 || flexible && left < flexMin {
		drop := -1
		for i, c := range t.columns {
			if shown[i] && c.Drop > 0 && (drop < 0 || c.Drop > t.columns[drop].Drop) {
				drop = i
			}
		}
		if drop < 0 {
			break
		}
		shown[drop] = false
		left += t.columns[drop].Width
	}
	var places []place
	x := cellGap
	last := -1
	for i := range t.columns {
		if shown[i] {
			last = i
		}
	}
	for i, c := range t.columns {
		if !shown[i] {
			continue
		}
		w := c.Width
		switch {
		case w == 0:
			w = max(left, 60)
		case !flexible && i == last: // some column has to take the remaining space
			w += max(left, 0)
		}
		places = append(places, place{i, x, w - cellGap})
		x += w
	}
	if !slices.Equal(places, t.places) {
		t.places = places
		t.version++
	}
}

// edgeAt returns the column whose right edge is at x, -1 for none: the one that
// takes the remaining space has no edge.
func (t *EventTable[T]) edgeAt(x float32) int {
	for i, p := range t.places {
		edge := p.x + p.width + cellGap/2
		if x > edge-6 && x < edge+6 && t.columns[p.column].Width > 0 && i < len(t.places)-1 {
			return p.column
		}
	}
	return -1
}

// resize changes a column's width while its edge is being dragged.
func (t *EventTable[T]) resize(column int, width float32) {
	t.columns[column].Width = min(max(width, 36), 1200)
	t.arrange(t.Size().Width)
	t.head.Refresh()
	t.list.Refresh()
}

// columnAt returns the index of the column at x, -1 for none.
func (t *EventTable[T]) columnAt(x float32) int {
	for _, p := range t.places {
		if x >= p.x-cellGap/2 && x < p.x+p.width+cellGap/2 {
			return p.column
		}
	}
	return -1
}

// measurer cuts texts to a width without having Fyne measure each: it remembers
// the advance of every character seen.
type measurer struct {
	size  float32
	style fyne.TextStyle
	ascii [utf8.RuneSelf]float32
	other map[rune]float32
}

func (m *measurer) advance(r rune) float32 {
	if r < utf8.RuneSelf {
		if m.ascii[r] == 0 {
			m.ascii[r] = fyne.MeasureText(string(r), m.size, m.style).Width
		}
		return m.ascii[r]
	}
	w, ok := m.other[r]
	if !ok {
		if len(m.other) > 4096 || m.other == nil {
			m.other = map[rune]float32{}
		}
		w = fyne.MeasureText(string(r), m.size, m.style).Width
		m.other[r] = w
	}
	return w
}

// fit returns s, or as much of its beginning as fits into width with an
// ellipsis. Control characters become spaces; bytes that are not UTF-8, the
// replacement character. It reads no further than the width.
func (m *measurer) fit(s string, width float32) string {
	dots := m.advance('…')
	w, cut := float32(0), 0
	clean := true
	for i, r := range s {
		if r < ' ' || r == 0x7f || r == utf8.RuneError {
			clean = false
			if r != utf8.RuneError {
				r = ' '
			}
		}
		w += m.advance(r)
		if w > width {
			return sanitize(s[:cut], clean) + "…"
		}
		if w+dots <= width {
			cut = i + utf8.RuneLen(r)
			if r == utf8.RuneError {
				_, n := utf8.DecodeRuneInString(s[i:])
				cut = i + n
			}
		}
	}
	return sanitize(s, clean)
}

func sanitize(s string, clean bool) string {
	if clean {
		return s
	}
	out := []rune(s) // bytes that are not UTF-8 become U+FFFD here
	for i, r := range out {
		if r < ' ' || r == 0x7f {
			out[i] = ' '
		}
	}
	return string(out)
}
