package widget

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Tappable makes any content clickable: it lights up under the pointer, shows a
// ring when it has the keyboard focus, and is tapped by Enter or Space.
type Tappable struct {
	fynewidget.BaseWidget
	OnTapped func()
	Radius   float32 // of the lit background
	Selected bool    // drawn as the current one

	self             fyne.CanvasObject // the widget this is part of
	body             fyne.CanvasObject
	ground           *canvas.Rectangle
	hovered, focused bool
	disabled         bool
	over             bool // the body is opaque: light up above it
}

var (
	_ fyne.Tappable      = (*Tappable)(nil)
	_ fyne.Focusable     = (*Tappable)(nil)
	_ desktop.Hoverable  = (*Tappable)(nil)
	_ desktop.Cursorable = (*Tappable)(nil)
)

// NewTappable wraps a body.
func NewTappable(body fyne.CanvasObject, tapped func()) *Tappable {
	t := &Tappable{}
	t.init(t, body, tapped)
	return t
}

// init prepares a widget that embeds a Tappable.
func (t *Tappable) init(self fyne.Widget, body fyne.CanvasObject, tapped func()) {
	t.OnTapped, t.Radius, t.self, t.body = tapped, 6, self, body
	t.ExtendBaseWidget(self)
}

// SetSelected marks it as the current one or not.
func (t *Tappable) SetSelected(on bool) {
	if t.Selected != on {
		t.Selected = on
		t.Refresh()
	}
}

// SetEnabled sets whether it can be tapped; disabled it shows no focus.
func (t *Tappable) SetEnabled(on bool) {
	if t.disabled == on {
		t.disabled = !on
		t.Refresh()
	}
}

// Tapped implements fyne.Tappable.
func (t *Tappable) Tapped(*fyne.PointEvent) {
	if t.OnTapped != nil && !t.disabled {
		t.OnTapped()
	}
}

// MouseIn implements desktop.Hoverable.
func (t *Tappable) MouseIn(*desktop.MouseEvent) { t.hovered = true; t.drawGround() }

// MouseMoved implements desktop.Hoverable.
func (t *Tappable) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (t *Tappable) MouseOut() { t.hovered = false; t.drawGround() }

// FocusGained implements fyne.Focusable.
func (t *Tappable) FocusGained() { t.focused = true; t.drawGround() }

// FocusLost implements fyne.Focusable.
func (t *Tappable) FocusLost() { t.focused = false; t.drawGround() }

// TypedRune implements fyne.Focusable.
func (t *Tappable) TypedRune(r rune) { forwardRune(t.self, r) }

// TypedKey implements fyne.Focusable.
func (t *Tappable) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		t.Tapped(nil)
	default:
		forwardKey(t.self, e)
	}
}

// Cursor implements desktop.Cursorable.
func (t *Tappable) Cursor() desktop.Cursor {
	if t.disabled {
		return desktop.DefaultCursor
	}
	return desktop.PointerCursor
}

// CreateRenderer implements fyne.Widget.
func (t *Tappable) CreateRenderer() fyne.WidgetRenderer {
	t.ground = canvas.NewRectangle(color.Transparent)
	r := &tappableRenderer{t}
	t.drawGround()
	return r
}

// drawGround repaints only the background: the body has not changed.
func (t *Tappable) drawGround() {
	if t.ground == nil {
		return
	}
	g := t.ground
	g.CornerRadius, g.StrokeWidth, g.FillColor = t.Radius, 0, color.Transparent
	switch {
	case t.Selected:
		g.FillColor = Tint(ColorAccent, 36)
	case t.hovered && !t.disabled:
		g.FillColor = Color(theme.ColorNameHover)
	}
	if t.focused {
		g.StrokeWidth, g.StrokeColor = 2, Color(ColorFocus)
	}
	g.Refresh()
}

type tappableRenderer struct{ t *Tappable }

func (r *tappableRenderer) Destroy()           {}
func (r *tappableRenderer) MinSize() fyne.Size { return r.t.body.MinSize() }
func (r *tappableRenderer) Objects() []fyne.CanvasObject {
	if r.t.over {
		return []fyne.CanvasObject{r.t.body, r.t.ground}
	}
	return []fyne.CanvasObject{r.t.ground, r.t.body}
}

func (r *tappableRenderer) Layout(s fyne.Size) {
	r.t.ground.Resize(s)
	r.t.body.Resize(s)
}

func (r *tappableRenderer) Refresh() {
	r.t.drawGround()
	r.t.body.Refresh()
}

// MenuKey reports whether a key asks for the menu of what has the focus: the
// menu key, or Shift+F10.
func MenuKey(e *fyne.KeyEvent) bool {
	switch e.Name {
	case desktop.KeyMenu:
		return true
	case fyne.KeyF10:
		d, ok := fyne.CurrentApp().Driver().(desktop.Driver)
		return ok && d.CurrentKeyModifiers()&fyne.KeyModifierShift != 0
	}
	return false
}

// forwardKey passes a key that a focused widget does not use on to the window,
// whose own keys (F5, Esc) would otherwise be dead while it has the focus.
func forwardKey(o fyne.CanvasObject, e *fyne.KeyEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		if f := c.OnTypedKey(); f != nil {
			f(e)
		}
	}
}

func forwardRune(o fyne.CanvasObject, r rune) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(o); c != nil {
		if f := c.OnTypedRune(); f != nil {
			f(r)
		}
	}
}

// NewLink returns text that leads somewhere.
func NewLink(label string, size float32, tapped func()) *Tappable {
	t := NewTappable(Pad(NewText(label, size, theme.ColorNameHyperlink, fyne.TextStyle{}), 1, 1, 4, 4), tapped)
	t.Radius = 4
	return t
}

// NewIconButton returns a small square button that shows only an icon.
func NewIconButton(icon string, tapped func()) *IconButton {
	b := &IconButton{icon: NewIcon(icon, 16, ColorMuted)}
	b.init(b, Pad(b.icon, 5, 5, 5, 5), tapped)
	return b
}

// IconButton is a small square button.
type IconButton struct {
	Tappable
	icon *Icon
}

// SetIcon changes the icon.
func (b *IconButton) SetIcon(name string, col fyne.ThemeColorName) { b.icon.Set(name, col) }

// SetEnabled greys the button out or not.
func (b *IconButton) SetEnabled(on bool) {
	b.Tappable.SetEnabled(on)
	if on {
		b.icon.Set(b.icon.name, ColorMuted)
	} else {
		b.icon.Set(b.icon.name, theme.ColorNameDisabled)
	}
}

// NavItem is a line of the sidebar: an icon, a label, a count.
type NavItem struct {
	Tappable
	icon     *Icon
	name     string
	label    *Text
	bar      *Panel
	badge    *fyne.Container
	badgeBg  *Panel
	badgeNum *Text
}

// NewNavItem returns a line of the sidebar.
func NewNavItem(icon, label string, tapped func()) *NavItem {
	n := &NavItem{icon: NewIcon(icon, 16, ColorMuted), name: icon, label: NewText(label, SizeText, ColorMuted, fyne.TextStyle{}),
		bar: NewPanel("", "", 1.5), badgeBg: NewPanel(ColorInfo, "", canvas.RadiusMaximum),
		badgeNum: NewText("", 10, theme.ColorNameBackground, Bold).Aligned(fyne.TextAlignCenter)}
	n.badge = stack(n.badgeBg, Pad(n.badgeNum, 1, 1, 6, 6))
	n.badge.Hide()
	n.bar.Min = fyne.NewSize(3, 18)
	n.init(n, Pad(Row(0, n.bar, gap(9), n.icon, gap(10), n.label, spacer(), n.badge, gap(8)), 7, 7, 0, 0), tapped)
	return n
}

// SetSelected marks the page shown.
func (n *NavItem) SetSelected(on bool) {
	col, style, bar := ColorMuted, fyne.TextStyle{}, fyne.ThemeColorName("")
	if on {
		col, style, bar = ColorText, Bold, ColorAccent
	}
	n.icon.Set(n.name, col)
	n.label.Style = style
	n.label.Set(n.label.Value(), col)
	n.bar.Set(bar, 0)
	n.Tappable.SetSelected(on)
}

// SetBadge shows a count in a colour; "" shows none.
func (n *NavItem) SetBadge(count string, col fyne.ThemeColorName) {
	if count == "" {
		n.badge.Hide()
		return
	}
	if n.badge.Visible() && n.badgeNum.Value() == count && n.badgeBg.Fill == col {
		return
	}
	n.badgeBg.Set(col, 0)
	n.badgeNum.SetText(count)
	n.badge.Show()
	n.body.Refresh()
}
