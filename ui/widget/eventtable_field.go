package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"
)

// FieldList shows names and values, one below the other: the fields of one event.
// Pointing at a line, or moving to it with the keyboard, offers to search for
// the value (+), to exclude it (-), and to copy it (c).
type FieldList struct {
	fynewidget.BaseWidget
	OnFilter func(name, value string, exclude bool)
	OnCopy   func(value string)
	OnMenu   func(name, value string, p fyne.Position) // right click, menu key
	OnPoint  func(name string)                         // the line pointed at; "" for none

	lines  []*fieldLine
	height float32
	laid   float32 // the width that height is for
}

// NewFieldList returns an empty list.
func NewFieldList() *FieldList {
	f := &FieldList{}
	f.ExtendBaseWidget(f)
	return f
}

// NameValue is one line of a FieldList.
type NameValue struct{ Name, Value string }

// Set replaces the lines. Lines are reused: a new event costs no widgets.
func (f *FieldList) Set(fields []NameValue) {
	for len(f.lines) < len(fields) {
		l := &fieldLine{list: f}
		l.include = NewIconButton("filter", func() { l.act('+') })
		l.exclude = NewIconButton("x", func() { l.act('-') })
		l.copy = NewIconButton("copy", func() { l.act('c') })
		l.ExtendBaseWidget(l)
		f.lines = append(f.lines, l)
	}
	for i, l := range f.lines {
		l.used = i < len(fields)
		if l.used {
			l.field = fields[i]
		}
	}
	f.laid = 0
	f.Refresh()
}

// Point highlights the line of a field, as if the mouse were on it; "" for none.
func (f *FieldList) Point(name string) {
	for _, l := range f.lines {
		if on := l.used && name != "" && l.field.Name == name; on != l.pointed {
			l.pointed = on
			l.Refresh()
		}
	}
}

func (f *FieldList) point(name string) {
	if f.OnPoint != nil {
		f.OnPoint(name)
	}
}

// CreateRenderer implements fyne.Widget.
func (f *FieldList) CreateRenderer() fyne.WidgetRenderer { return &fieldListRenderer{f} }

type fieldListRenderer struct{ f *FieldList }

func (r *fieldListRenderer) Destroy()           {}
func (r *fieldListRenderer) MinSize() fyne.Size { return fyne.NewSize(200, r.f.height) }

func (r *fieldListRenderer) Objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, l := range r.f.lines {
		if l.used {
			out = append(out, l)
		}
	}
	return out
}

func (r *fieldListRenderer) Layout(s fyne.Size) {
	if r.f.laid == s.Width || s.Width <= 0 {
		return
	}
	r.f.laid = s.Width
	y := float32(0)
	for _, l := range r.f.lines {
		if !l.used {
			continue
		}
		h := l.wrap(s.Width)
		l.Move(fyne.NewPos(0, y))
		l.Resize(fyne.NewSize(s.Width, h))
		l.Refresh()
		y += h
	}
	if r.f.height != y {
		r.f.height = y // the scroller around it must know
		r.f.Refresh()
	}
}

func (r *fieldListRenderer) Refresh() {
	r.Layout(r.f.Size())
	canvas.Refresh(r.f)
}

// fieldLine is one name with its value, wrapped.
type fieldLine struct {
	fynewidget.BaseWidget
	list    *FieldList
	field   NameValue
	used    bool
	lines   []string
	hovered bool
	focused bool
	pointed bool // from outside

	include, exclude, copy *IconButton
	ground                 *canvas.Rectangle
	name                   *canvas.Text
	texts                  []*canvas.Text
}

// Geometry of a field line in device-independent pixels.
const (
	fieldNameWidth  float32 = 168
	fieldLineHeight float32 = 17
	fieldPad        float32 = 4
	fieldMaxLines           = 12
)

// wrap breaks the value for a width and returns the height of the line.
func (l *fieldLine) wrap(width float32) float32 {
	one := fyne.MeasureText("m", SizeSmall, Monospace).Width
	per := max(int((width-fieldNameWidth-8)/one), 8)
	l.lines = WrapText(l.field.Value, per, fieldMaxLines)
	return float32(len(l.lines))*fieldLineHeight + 2*fieldPad
}

// WrapText breaks text after at most per characters, at a space if there is one
// in the second half of a line, and at line breaks. After most lines it ends in
// an ellipsis.
func WrapText(text string, per, most int) []string {
	var lines []string
	rest := []rune(sanitizeLines(text))
	for {
		if len(lines) == most {
			last := []rune(lines[most-1])
			lines[most-1] = string(last[:min(len(last), per-1)]) + "…"
			return lines
		}
		cut, skip := len(rest), 0
		for i := range min(len(rest), per+1) {
			if rest[i] == '\n' {
				cut, skip = i, 1
				break
			}
		}
		if skip == 0 && len(rest) > per {
			cut = per
			for i := per; i > per/2; i-- {
				if rest[i] == ' ' {
					cut, skip = i, 1
					break
				}
			}
		}
		lines = append(lines, string(rest[:cut]))
		if cut+skip >= len(rest) && skip == 0 || len(rest) == cut {
			return lines
		}
		rest = rest[cut+skip:]
	}
}

// sanitizeLines replaces control characters but keeps line breaks.
func sanitizeLines(s string) string {
	out := []rune(s)
	for i, r := range out {
		if r < ' ' && r != '\n' || r == 0x7f {
			out[i] = ' '
		}
	}
	return string(out)
}

func (l *fieldLine) act(what rune) {
	switch {
	case what == 'c' && l.list.OnCopy != nil:
		l.list.OnCopy(l.field.Value)
	case what != 'c' && l.list.OnFilter != nil:
		l.list.OnFilter(l.field.Name, l.field.Value, what == '-')
	}
}

// Tapped implements fyne.Tappable: it takes the focus, so that the actions stay
// visible.
func (l *fieldLine) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil {
		c.Focus(l)
	}
}

// TappedSecondary implements fyne.SecondaryTappable.
func (l *fieldLine) TappedSecondary(e *fyne.PointEvent) {
	if l.list.OnMenu != nil {
		l.list.OnMenu(l.field.Name, l.field.Value, e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (l *fieldLine) MouseIn(*desktop.MouseEvent) {
	l.hovered = true
	l.Refresh()
	l.list.point(l.field.Name)
}

// MouseMoved implements desktop.Hoverable.
func (l *fieldLine) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (l *fieldLine) MouseOut() {
	l.hovered = false
	l.Refresh()
	l.list.point("")
}

// FocusGained implements fyne.Focusable.
func (l *fieldLine) FocusGained() {
	l.focused = true
	l.Refresh()
	l.list.point(l.field.Name)
}

// FocusLost implements fyne.Focusable.
func (l *fieldLine) FocusLost() {
	l.focused = false
	l.Refresh()
	l.list.point("")
}

// TypedRune implements fyne.Focusable.
func (l *fieldLine) TypedRune(r rune) {
	switch r {
	case '+', '-', 'c':
		l.act(r)
	default:
		forwardRune(l, r)
	}
}

// TypedKey implements fyne.Focusable.
func (l *fieldLine) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		l.act('+')
	default:
		if l.list.OnMenu != nil && MenuKey(e) {
			at := fyne.CurrentApp().Driver().AbsolutePositionForObject(l)
			l.list.OnMenu(l.field.Name, l.field.Value, at.AddXY(fieldNameWidth, l.Size().Height))
			return
		}
		forwardKey(l, e)
	}
}

// TypedShortcut implements fyne.Shortcutable.
func (l *fieldLine) TypedShortcut(s fyne.Shortcut) {
	if _, ok := s.(*fyne.ShortcutCopy); ok {
		l.act('c')
		return
	}
	forwardShortcut(l, s)
}

// forwardShortcut hands a shortcut on to the window: a focused widget that
// handles any hides the window's own.
func forwardShortcut(o fyne.CanvasObject, s fyne.Shortcut) {
	if c, ok := fyne.CurrentApp().Driver().CanvasForObject(o).(fyne.Shortcutable); ok {
		c.TypedShortcut(s)
	}
}

// CreateRenderer implements fyne.Widget.
func (l *fieldLine) CreateRenderer() fyne.WidgetRenderer {
	l.ground, l.name = canvas.NewRectangle(nil), canvas.NewText("", nil)
	l.ground.CornerRadius, l.name.TextSize = 4, SizeSmall
	r := &fieldLineRenderer{l}
	r.update()
	return r
}

type fieldLineRenderer struct{ l *fieldLine }

func (r *fieldLineRenderer) Destroy()           {}
func (r *fieldLineRenderer) MinSize() fyne.Size { return fyne.NewSize(0, fieldLineHeight) }

func (r *fieldLineRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.l.ground, r.l.name}
	for _, t := range r.l.texts {
		out = append(out, t)
	}
	return append(out, r.l.include, r.l.exclude, r.l.copy)
}

func (r *fieldLineRenderer) Layout(s fyne.Size) {
	l := r.l
	l.ground.Resize(s)
	h := l.name.MinSize().Height
	l.name.Move(fyne.NewPos(6, fieldPad+(fieldLineHeight-h)/2))
	for i, t := range l.texts {
		t.Move(fyne.NewPos(fieldNameWidth, fieldPad+float32(i)*fieldLineHeight+(fieldLineHeight-t.MinSize().Height)/2))
	}
	x := s.Width - 2
	for _, b := range []*IconButton{l.copy, l.exclude, l.include} {
		m := b.MinSize()
		x -= m.Width
		b.Resize(m)
		b.Move(fyne.NewPos(x, (min(s.Height, fieldLineHeight+2*fieldPad)-m.Height)/2))
	}
}

func (r *fieldLineRenderer) update() {
	l := r.l
	l.ground.FillColor, l.ground.StrokeWidth = Color(""), 0
	active := l.hovered || l.focused
	if active || l.pointed {
		l.ground.FillColor = Color(theme.ColorNameHover)
	}
	if l.focused {
		l.ground.StrokeWidth, l.ground.StrokeColor = 1, Color(ColorFocus)
	}
	l.name.Text, l.name.Color = Ellipsize(l.field.Name, fieldNameWidth-12, SizeSmall, fyne.TextStyle{}), Color(ColorMuted)
	for len(l.texts) < len(l.lines) {
		t := canvas.NewText("", nil)
		t.TextSize, t.TextStyle = SizeSmall, Monospace
		l.texts = append(l.texts, t)
	}
	one := fyne.MeasureText("m", SizeSmall, Monospace).Width
	for i, t := range l.texts {
		t.Hidden = i >= len(l.lines)
		if t.Hidden {
			continue
		}
		t.Text, t.Color = l.lines[i], Color(ColorText)
		if fits := int((l.Size().Width - fieldNameWidth - 84) / one); i == 0 && active && len([]rune(t.Text)) > fits && fits > 1 {
			t.Text = string([]rune(t.Text)[:fits-1]) + "…" // the buttons are there
		}
	}
	for _, b := range []*IconButton{l.include, l.exclude, l.copy} {
		if active {
			b.Show()
		} else {
			b.Hide()
		}
	}
}

func (r *fieldLineRenderer) Refresh() {
	r.update()
	r.Layout(r.l.Size())
	canvas.Refresh(r.l)
}
