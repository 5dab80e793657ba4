package widget

import (
	"image/color"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"
)

// eventList is Fyne's list with the table's own keys, selection and focus ring:
// the stock list scrolls to what it selects by index, and indices change with
// every row that arrives.
type eventList[T comparable] struct {
	fynewidget.List
	t       *EventTable[T]
	focused bool
}

func newEventList[T comparable](t *EventTable[T]) *eventList[T] {
	l := &eventList[T]{t: t}
	l.HideSeparators = true
	l.Length = func() int { return len(t.rows) }
	l.CreateItem = func() fyne.CanvasObject { return newEventRow(t) }
	l.UpdateItem = func(i int, o fyne.CanvasObject) {
		if i < len(t.rows) { // the list may ask for a row just removed
			o.(*eventRow[T]).set(t.rows[i], (len(t.rows)-i)%2 == 0)
		}
		if i == len(t.rows)-1 && t.OnBottom != nil {
			t.OnBottom()
		}
	}
	l.ExtendBaseWidget(l)
	return l
}

// tightTheme is the current theme without padding, which Fyne's list leaves
// between its items: stripes would break there and clicks be lost.
type tightTheme struct{}

func (tightTheme) Color(n fyne.ThemeColorName, v fyne.ThemeVariant) color.Color {
	return fyne.CurrentApp().Settings().Theme().Color(n, v)
}
func (tightTheme) Font(s fyne.TextStyle) fyne.Resource {
	return fyne.CurrentApp().Settings().Theme().Font(s)
}
func (tightTheme) Icon(n fyne.ThemeIconName) fyne.Resource {
	return fyne.CurrentApp().Settings().Theme().Icon(n)
}
func (tightTheme) Size(n fyne.ThemeSizeName) float32 {
	if n == theme.SizeNamePadding {
		return 0
	}
	return fyne.CurrentApp().Settings().Theme().Size(n)
}

func (l *eventList[T]) scrollTop() {
	if l.Size().Height > 0 && l.GetScrollOffset() > 0 {
		l.ScrollToTop()
	}
}

// rowPitch is the distance from one row to the next.
const rowPitch = RowHeight - 1

// FocusGained implements fyne.Focusable.
func (l *eventList[T]) FocusGained() { l.setFocus(true) }

// FocusLost implements fyne.Focusable.
func (l *eventList[T]) FocusLost() { l.setFocus(false) }

func (l *eventList[T]) setFocus(on bool) {
	l.focused = on
	l.t.Refresh()
}

// TypedRune implements fyne.Focusable.
func (l *eventList[T]) TypedRune(r rune) {
	if l.t.OnRune != nil && l.t.OnRune(r) {
		return
	}
	forwardRune(l, r)
}

// TypedKey implements fyne.Focusable.
func (l *eventList[T]) TypedKey(e *fyne.KeyEvent) {
	t := l.t
	at := -1
	if t.has {
		at = slices.Index(t.rows, t.current)
	}
	page := max(1, int(l.Size().Height/rowPitch)-1)
	switch e.Name {
	case fyne.KeyDown:
		t.choose(at + 1)
	case fyne.KeyUp:
		t.choose(at - 1)
	case fyne.KeyPageDown:
		t.choose(max(at, 0) + page)
	case fyne.KeyPageUp:
		t.choose(at - page)
	case fyne.KeyHome:
		t.choose(0)
	case fyne.KeyEnd:
		t.choose(len(t.rows) - 1)
	case fyne.KeyReturn, fyne.KeyEnter:
		if at >= 0 && t.OnOpen != nil {
			t.OnOpen(t.current)
		}
	default:
		if at >= 0 && t.OnMenu != nil && MenuKey(e) {
			y := min(max(float32(at)*rowPitch-l.GetScrollOffset(), 0), max(l.Size().Height-rowPitch, 0))
			origin := fyne.CurrentApp().Driver().AbsolutePositionForObject(l)
			t.OnMenu(t.current, -1, origin.AddXY(cellGap, y+rowPitch))
			return
		}
		if t.OnKey != nil && t.OnKey(e.Name) {
			return
		}
		forwardKey(l, e)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (l *eventList[T]) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok && l.t.has && l.t.OnCopy != nil {
		l.t.OnCopy(l.t.current)
		return
	}
	forwardShortcut(l, s)
}

// eventRow shows one item.
type eventRow[T comparable] struct {
	fynewidget.BaseWidget
	t        *EventTable[T]
	item     T
	has      bool
	odd      bool
	selected bool
	hovered  bool
	version  int
	made     int // the version of the columns that texts and dots are for

	ground *canvas.Rectangle
	dots   []*canvas.Circle
	texts  []*canvas.Text
	shown  []fyne.CanvasObject
}

func newEventRow[T comparable](t *EventTable[T]) *eventRow[T] {
	r := &eventRow[T]{t: t}
	r.ExtendBaseWidget(r)
	return r
}

// MinSize implements fyne.CanvasObject without making a renderer: the list
// makes a row on every refresh just to measure it.
func (r *eventRow[T]) MinSize() fyne.Size { return fyne.NewSize(flexMin, rowPitch) }

func (r *eventRow[T]) set(item T, odd bool) {
	selected := r.t.has && item == r.t.current
	if r.has && r.item == item && r.odd == odd && r.selected == selected && r.version == r.t.version {
		return
	}
	r.item, r.has, r.odd, r.selected = item, true, odd, selected
	r.Refresh()
}

// Tapped implements fyne.Tappable.
func (r *eventRow[T]) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r.t.list); c != nil {
		c.Focus(r.t.list)
	}
	r.t.choose(slices.Index(r.t.rows, r.item))
}

// TappedSecondary implements fyne.SecondaryTappable.
func (r *eventRow[T]) TappedSecondary(e *fyne.PointEvent) {
	if r.t.OnMenu != nil && r.has {
		r.t.OnMenu(r.item, r.t.columnAt(e.Position.X), e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (r *eventRow[T]) MouseIn(*desktop.MouseEvent) { r.hover(true) }

// MouseMoved implements desktop.Hoverable.
func (r *eventRow[T]) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *eventRow[T]) MouseOut() { r.hover(false) }

func (r *eventRow[T]) hover(on bool) {
	r.hovered = on
	r.paintGround()
	if r.ground != nil {
		r.ground.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (r *eventRow[T]) CreateRenderer() fyne.WidgetRenderer {
	r.ground = canvas.NewRectangle(nil)
	r.build()
	x := &eventRowRenderer[T]{r}
	x.fill()
	return x
}

// build makes the objects the columns need.
func (r *eventRow[T]) build() {
	r.made = r.t.set
	r.texts, r.dots, r.shown = nil, nil, []fyne.CanvasObject{r.ground}
	for _, c := range r.t.columns {
		text := canvas.NewText("", nil)
		text.TextSize = r.t.regular.size
		if c.Mono {
			text.TextSize, text.TextStyle = r.t.mono.size, Monospace
		}
		dot := canvas.NewCircle(nil)
		dot.Hide()
		r.texts, r.dots = append(r.texts, text), append(r.dots, dot)
		r.shown = append(r.shown, dot, text)
	}
}

func (r *eventRow[T]) paintGround() {
	if r.ground == nil {
		return
	}
	switch {
	case r.selected:
		r.ground.FillColor = Color(theme.ColorNameSelection)
	case r.hovered:
		r.ground.FillColor = Color(theme.ColorNameHover)
	case r.odd:
		r.ground.FillColor = Color(ColorStripe)
	default:
		r.ground.FillColor = Color("")
	}
}

type eventRowRenderer[T comparable] struct{ r *eventRow[T] }

func (x *eventRowRenderer[T]) Destroy()                     {}
func (x *eventRowRenderer[T]) MinSize() fyne.Size           { return x.r.MinSize() }
func (x *eventRowRenderer[T]) Objects() []fyne.CanvasObject { return x.r.shown }

func (x *eventRowRenderer[T]) Layout(s fyne.Size) {
	x.r.ground.Resize(s)
	if x.r.version != x.r.t.version {
		x.fill()
	}
	x.position(s.Height)
}

// dotSize and dotSpace: a dot and what it takes from the text's width.
const (
	dotSize  float32 = 7
	dotSpace float32 = 13
)

func (x *eventRowRenderer[T]) position(height float32) {
	if x.r.made != x.r.t.set {
		return // Refresh follows
	}
	for _, p := range x.r.t.places {
		text, dot := x.r.texts[p.column], x.r.dots[p.column]
		left := p.x
		if dot.Visible() {
			dot.Move(fyne.NewPos(left, (height-dotSize)/2))
			dot.Resize(fyne.NewSquareSize(dotSize))
			left += dotSpace
		}
		h := text.MinSize().Height
		text.Move(fyne.NewPos(left, (height-h)/2))
		text.Resize(fyne.NewSize(p.width, h))
	}
}

// fill puts the item's texts into the columns shown.
func (x *eventRowRenderer[T]) fill() {
	r := x.r
	if r.made != r.t.set {
		r.build()
	}
	r.version = r.t.version
	r.paintGround()
	for i := range r.texts {
		r.texts[i].Hide()
		r.dots[i].Hide()
	}
	if !r.has {
		return
	}
	for _, p := range r.t.places {
		c, text, dot := &r.t.columns[p.column], r.texts[p.column], r.dots[p.column]
		width := p.width
		if c.Dot != nil {
			if col := c.Dot(r.item); col != "" {
				dot.FillColor = Color(col)
				dot.Show()
				width -= dotSpace
			}
		}
		m := &r.t.regular
		if c.Mono {
			m = &r.t.mono
		}
		text.Text = m.fit(c.Text(r.item), width)
		text.Color = Color(ColorText)
		if c.Color != "" && !r.selected { // on the selection, secondary text would be too faint
			text.Color = Color(c.Color)
		}
		text.Show()
	}
}

func (x *eventRowRenderer[T]) Refresh() {
	x.fill()
	x.position(x.r.Size().Height)
	canvas.Refresh(x.r)
}
