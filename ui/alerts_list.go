package ui

import (
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/detect/alert"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// alertRows is the list of alerts: Fyne's list with selection by alert instead
// of by position, and its own keys.
type alertRows struct {
	fynewidget.List
	onSelect func(id string)
	onStep   func(by int)
	onRune   func(rune) bool

	now      func() time.Time
	loc      *time.Location
	alerts   []alert.Alert
	selected string
	mixed    bool // alerts of all states: each says its own
	focused  bool
}

func newAlertRows(now func() time.Time, loc *time.Location) *alertRows {
	l := &alertRows{now: now, loc: loc}
	l.HideSeparators = true
	l.Length = func() int { return len(l.alerts) }
	l.CreateItem = func() fyne.CanvasObject { return newAlertRow(l) }
	l.UpdateItem = func(i int, o fyne.CanvasObject) {
		if i < len(l.alerts) {
			o.(*alertRow).set(l.alerts[i])
		}
	}
	l.ExtendBaseWidget(l)
	return l
}

func (l *alertRows) set(alerts []alert.Alert, selected string, mixed bool) {
	l.alerts, l.selected, l.mixed = alerts, selected, mixed
	l.Refresh()
}

func (l *alertRows) scrollTo(i int) {
	if i >= 0 && l.Size().Height > 0 {
		l.ScrollTo(i)
	}
}

// FocusGained implements fyne.Focusable.
func (l *alertRows) FocusGained() { l.focused = true; l.Refresh() }

// FocusLost implements fyne.Focusable.
func (l *alertRows) FocusLost() { l.focused = false; l.Refresh() }

// TypedRune implements fyne.Focusable.
func (l *alertRows) TypedRune(r rune) {
	if l.onRune(r) {
		return
	}
	if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil && c.OnTypedRune() != nil {
		c.OnTypedRune()(r)
	}
}

// TypedKey implements fyne.Focusable.
func (l *alertRows) TypedKey(e *fyne.KeyEvent) {
	page := max(1, int(l.Size().Height/(alertRowHeight+3))-1)
	switch e.Name {
	case fyne.KeyDown:
		l.onStep(1)
	case fyne.KeyUp:
		l.onStep(-1)
	case fyne.KeyPageDown:
		l.onStep(page)
	case fyne.KeyPageUp:
		l.onStep(-page)
	case fyne.KeyHome:
		l.onStep(-len(l.alerts))
	case fyne.KeyEnd:
		l.onStep(len(l.alerts))
	default: // the focused widget gets all keys: pass on the window's own
		if c := fyne.CurrentApp().Driver().CanvasForObject(l); c != nil && c.OnTypedKey() != nil {
			c.OnTypedKey()(e)
		}
	}
}

const alertRowHeight float32 = 52

// alertRow shows one alert in two lines: level, title and time; below, whom it
// is about, how often, and its state.
type alertRow struct {
	fynewidget.BaseWidget
	list    *alertRows
	alert   alert.Alert
	shown   alertRowState
	hovered bool

	ground, edge                 *canvas.Rectangle
	pill                         *widget.Pill
	title, when, entities, count *canvas.Text
}

// alertRowState is what a row's look depends on.
type alertRowState struct {
	id, title, ago, entities string
	count                    int
	status                   alert.Status
	level                    alert.Level
	selected, focused, mixed bool
}

func newAlertRow(l *alertRows) *alertRow {
	r := &alertRow{list: l}
	r.ExtendBaseWidget(r)
	return r
}

func (r *alertRow) set(a alert.Alert) {
	s := alertRowState{a.ID, a.Title, model.AgoOrDate(a.LastSeen, r.list.now(), r.list.loc), model.Entities(a), a.Count, a.Status, a.Level, a.ID == r.list.selected, r.list.focused, r.list.mixed}
	if s == r.shown {
		return
	}
	r.alert, r.shown = a, s
	r.Refresh()
}

// MinSize implements fyne.CanvasObject.
func (r *alertRow) MinSize() fyne.Size { return fyne.NewSize(240, alertRowHeight) }

// Tapped implements fyne.Tappable.
func (r *alertRow) Tapped(*fyne.PointEvent) {
	if c := fyne.CurrentApp().Driver().CanvasForObject(r.list); c != nil {
		c.Focus(r.list)
	}
	r.list.onSelect(r.alert.ID)
}

// Cursor implements desktop.Cursorable.
func (r *alertRow) Cursor() desktop.Cursor { return desktop.PointerCursor }

// MouseIn implements desktop.Hoverable.
func (r *alertRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (r *alertRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *alertRow) MouseOut() { r.hovered = false; r.Refresh() }

// CreateRenderer implements fyne.Widget.
func (r *alertRow) CreateRenderer() fyne.WidgetRenderer {
	text := func(size float32, style fyne.TextStyle) *canvas.Text {
		t := canvas.NewText("", nil)
		t.TextSize, t.TextStyle = size, style
		return t
	}
	r.ground, r.edge = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	r.ground.CornerRadius, r.edge.CornerRadius = 6, 1.5
	r.pill = widget.NewPill("", widget.ColorInfo, 68)
	r.title = text(widget.SizeText, widget.Bold)
	r.when, r.count = text(widget.SizeCaption, fyne.TextStyle{}), text(widget.SizeCaption, fyne.TextStyle{})
	r.entities = text(widget.SizeSmall, widget.Monospace)
	x := &alertRowRenderer{r}
	x.paint()
	return x
}

type alertRowRenderer struct{ r *alertRow }

func (x *alertRowRenderer) Destroy()           {}
func (x *alertRowRenderer) MinSize() fyne.Size { return x.r.MinSize() }

func (x *alertRowRenderer) Objects() []fyne.CanvasObject {
	r := x.r
	return []fyne.CanvasObject{r.ground, r.edge, r.pill, r.title, r.when, r.entities, r.count}
}

func (x *alertRowRenderer) paint() {
	r, s := x.r, x.r.shown
	r.ground.FillColor, r.ground.StrokeWidth, r.edge.FillColor = widget.Color(""), 0, widget.Color("")
	switch {
	case s.selected:
		r.ground.FillColor, r.edge.FillColor = widget.Tint(widget.ColorAccent, 36), widget.Color(widget.ColorAccent)
		if s.focused {
			r.ground.StrokeWidth, r.ground.StrokeColor = 1, widget.Color(widget.ColorFocus)
		}
	case r.hovered:
		r.ground.FillColor = widget.Color(theme.ColorNameHover)
	}
	r.pill.Set(model.LevelTitle(s.level), widget.SeverityColor(s.level.Rank()))
	r.when.Text, r.when.Color = s.ago, widget.Color(widget.ColorMuted)
	word := map[alert.Status]string{alert.Acknowledged: "acknowledged", alert.Closed: "closed"}[s.status]
	events := "1 event"
	if s.count != 1 {
		events = model.Count(s.count) + " events"
	}
	if word != "" && s.mixed {
		events = word + " · " + events
	}
	r.count.Text, r.count.Color = events, widget.Color(widget.ColorMuted)
	r.title.Color = widget.Color(widget.ColorText)
	if s.status != alert.Open && s.mixed {
		r.title.Color = widget.Color(widget.ColorMuted)
	}
	r.entities.Color = widget.Color(widget.ColorMuted)
	x.place(r.Size())
}

func (x *alertRowRenderer) Layout(s fyne.Size) { x.place(s) }

func (x *alertRowRenderer) place(s fyne.Size) {
	r := x.r
	if s.Width == 0 {
		return
	}
	r.ground.Resize(s)
	r.edge.Move(fyne.NewPos(0, 10))
	r.edge.Resize(fyne.NewSize(3, s.Height-20))
	r.pill.Move(fyne.NewPos(12, 8))
	r.pill.Resize(fyne.NewSize(68, 18))
	const left = 90
	right := s.Width - 10
	w := r.when.MinSize().Width
	r.when.Move(fyne.NewPos(right-w, 10))
	r.title.Text = widget.Ellipsize(r.shown.title, max(0, right-w-12-left), r.title.TextSize, r.title.TextStyle)
	r.title.Move(fyne.NewPos(left, 8))
	w = r.count.MinSize().Width
	r.count.Move(fyne.NewPos(right-w, 31))
	r.entities.Text = widget.Ellipsize(r.shown.entities, max(0, right-w-12-left), r.entities.TextSize, r.entities.TextStyle)
	r.entities.Move(fyne.NewPos(left, 30))
}

func (x *alertRowRenderer) Refresh() {
	x.paint()
	canvas.Refresh(x.r)
}
