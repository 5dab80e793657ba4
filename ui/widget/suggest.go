package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Suggestion is one line of Suggestions: what is offered and what kind it is.
type Suggestion struct{ Label, Kind string }

// Suggestions is the list below an entry of what could be typed next. It never
// takes the keyboard focus: the entry moves its mark.
type Suggestions struct {
	fynewidget.BaseWidget
	OnChoose func(int)

	lines  []Suggestion
	rows   []*suggestRow
	marked int // -1 is none
}

// NewSuggestions returns a hidden list.
func NewSuggestions() *Suggestions {
	s := &Suggestions{marked: -1}
	s.ExtendBaseWidget(s)
	s.Hide()
	return s
}

// Set shows lines with none marked, or hides the list if there are none.
func (s *Suggestions) Set(lines []Suggestion) {
	s.lines, s.marked = lines, -1
	for _, r := range s.rows {
		r.hovered = false
	}
	for len(s.rows) < len(lines) {
		r := &suggestRow{s: s, index: len(s.rows)}
		r.ExtendBaseWidget(r)
		s.rows = append(s.rows, r)
	}
	if len(lines) == 0 {
		s.Hide()
		return
	}
	s.Show()
	s.Resize(s.MinSize())
	s.Refresh()
}

// Marked returns the line that is marked, -1 for none.
func (s *Suggestions) Marked() int { return s.marked }

// Hovered reports whether the pointer is over a line, which is then about to be clicked.
func (s *Suggestions) Hovered() bool {
	for _, r := range s.rows {
		if r.hovered && s.Visible() {
			return true
		}
	}
	return false
}

// Line returns what a line offers.
func (s *Suggestions) Line(i int) string { return s.lines[i].Label }

// Step moves the mark by that many lines; before the first it marks none.
func (s *Suggestions) Step(by int) {
	if n := len(s.lines); n > 0 {
		s.marked = min(max(s.marked+by, -1), n-1)
		s.Refresh()
	}
}

// suggestHeight is the height of a line, suggestPad the space around all.
const (
	suggestHeight float32 = 22
	suggestPad    float32 = 4
)

// CreateRenderer implements fyne.Widget.
func (s *Suggestions) CreateRenderer() fyne.WidgetRenderer {
	r := &suggestRenderer{s: s, ground: canvas.NewRectangle(nil), shadow: canvas.NewRectangle(nil)}
	r.ground.CornerRadius, r.ground.StrokeWidth, r.shadow.CornerRadius = 6, 1, 8
	r.Refresh()
	return r
}

type suggestRenderer struct {
	s              *Suggestions
	ground, shadow *canvas.Rectangle
}

func (r *suggestRenderer) Destroy() {}

func (r *suggestRenderer) MinSize() fyne.Size {
	w := float32(160)
	for _, l := range r.s.lines {
		w = max(w, fyne.MeasureText(l.Label, SizeSmall, Monospace).Width+fyne.MeasureText(l.Kind, SizeCaption, fyne.TextStyle{}).Width+44)
	}
	return fyne.NewSize(min(w, 460), float32(len(r.s.lines))*suggestHeight+2*suggestPad)
}

func (r *suggestRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.shadow, r.ground}
	for _, row := range r.s.rows[:len(r.s.lines)] {
		out = append(out, row)
	}
	return out
}

func (r *suggestRenderer) Layout(s fyne.Size) {
	r.ground.Resize(s)
	r.shadow.Move(fyne.NewPos(-2, 1))
	r.shadow.Resize(s.AddWidthHeight(4, 3))
	for i, row := range r.s.rows[:len(r.s.lines)] {
		row.Move(fyne.NewPos(suggestPad, suggestPad+float32(i)*suggestHeight))
		row.Resize(fyne.NewSize(s.Width-2*suggestPad, suggestHeight))
	}
}

func (r *suggestRenderer) Refresh() {
	r.ground.FillColor, r.ground.StrokeColor, r.shadow.FillColor = Color(theme.ColorNameMenuBackground), Color(ColorBorder), Color(theme.ColorNameShadow)
	r.Layout(r.s.Size())
	for _, row := range r.s.rows[:len(r.s.lines)] {
		row.Refresh()
	}
	canvas.Refresh(r.s)
}

// suggestRow is one line.
type suggestRow struct {
	fynewidget.BaseWidget
	s       *Suggestions
	index   int
	hovered bool
	ground  *canvas.Rectangle
	label   *canvas.Text
	kind    *canvas.Text
}

// Tapped implements fyne.Tappable.
func (r *suggestRow) Tapped(*fyne.PointEvent) {
	if r.s.OnChoose != nil && r.index < len(r.s.lines) {
		r.s.OnChoose(r.index)
	}
}

// MouseIn implements desktop.Hoverable.
func (r *suggestRow) MouseIn(*desktop.MouseEvent) { r.hovered = true; r.Refresh() }

// MouseMoved implements desktop.Hoverable.
func (r *suggestRow) MouseMoved(*desktop.MouseEvent) {}

// MouseOut implements desktop.Hoverable.
func (r *suggestRow) MouseOut() { r.hovered = false; r.Refresh() }

// CreateRenderer implements fyne.Widget.
func (r *suggestRow) CreateRenderer() fyne.WidgetRenderer {
	r.ground, r.label, r.kind = canvas.NewRectangle(nil), canvas.NewText("", nil), canvas.NewText("", nil)
	r.ground.CornerRadius = 4
	r.label.TextSize, r.label.TextStyle, r.kind.TextSize = SizeSmall, Monospace, SizeCaption
	x := &suggestRowRenderer{r}
	x.Refresh()
	return x
}

type suggestRowRenderer struct{ r *suggestRow }

func (x *suggestRowRenderer) Destroy()           {}
func (x *suggestRowRenderer) MinSize() fyne.Size { return fyne.NewSize(0, suggestHeight) }
func (x *suggestRowRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{x.r.ground, x.r.label, x.r.kind}
}

func (x *suggestRowRenderer) Layout(s fyne.Size) {
	x.r.ground.Resize(s)
	kind := x.r.kind.MinSize()
	x.r.kind.Move(fyne.NewPos(s.Width-kind.Width-8, (s.Height-kind.Height)/2))
	if x.r.index < len(x.r.s.lines) {
		x.r.label.Text = Ellipsize(x.r.s.lines[x.r.index].Label, max(s.Width-kind.Width-28, 20), SizeSmall, Monospace)
	}
	x.r.label.Move(fyne.NewPos(8, (s.Height-x.r.label.MinSize().Height)/2))
}

func (x *suggestRowRenderer) Refresh() {
	r := x.r
	if r.index >= len(r.s.lines) {
		return
	}
	r.ground.FillColor = Color("")
	switch {
	case r.index == r.s.marked:
		r.ground.FillColor = Color(theme.ColorNameSelection)
	case r.hovered:
		r.ground.FillColor = Color(theme.ColorNameHover)
	}
	r.kind.Text = r.s.lines[r.index].Kind
	r.label.Color, r.kind.Color = Color(ColorText), Color(ColorMuted)
	x.Layout(r.Size())
	canvas.Refresh(r)
}
