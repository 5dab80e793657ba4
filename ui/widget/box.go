package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Panel is a rectangle that follows the theme: the background of cards, bars
// and pills, and thin lines.
type Panel struct {
	fynewidget.BaseWidget
	Fill   fyne.ThemeColorName
	Alpha  uint8 // of the fill; 0 means the theme's
	Stroke fyne.ThemeColorName
	Radius float32
	Min    fyne.Size

	dot  bool // an indicator: a severity's colour may be bright
	rect *canvas.Rectangle
}

// NewPanel returns a rectangle. An empty colour name is transparent.
func NewPanel(fill, stroke fyne.ThemeColorName, radius float32) *Panel {
	p := &Panel{Fill: fill, Stroke: stroke, Radius: radius}
	p.ExtendBaseWidget(p)
	return p
}

// NewLine returns a hairline in the border colour, as high or wide as its
// space.
func NewLine() *Panel {
	p := NewPanel(ColorBorder, "", 0)
	p.Min = fyne.NewSquareSize(1)
	return p
}

// Set changes the fill and redraws.
func (p *Panel) Set(fill fyne.ThemeColorName, alpha uint8) {
	if p.Fill != fill || p.Alpha != alpha {
		p.Fill, p.Alpha = fill, alpha
		p.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Panel) CreateRenderer() fyne.WidgetRenderer {
	p.rect = canvas.NewRectangle(nil)
	r := &panelRenderer{p}
	r.update()
	return r
}

type panelRenderer struct{ p *Panel }

func (r *panelRenderer) Destroy()                     {}
func (r *panelRenderer) MinSize() fyne.Size           { return r.p.Min }
func (r *panelRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.p.rect} }
func (r *panelRenderer) Layout(s fyne.Size)           { r.p.rect.Resize(s) }

func (r *panelRenderer) update() {
	fill := Color(r.p.Fill)
	if r.p.dot {
		fill = Color(Fill(r.p.Fill))
	}
	if r.p.Alpha != 0 {
		fill.A = r.p.Alpha
	}
	r.p.rect.FillColor, r.p.rect.CornerRadius = fill, r.p.Radius
	r.p.rect.StrokeWidth = 0
	if r.p.Stroke != "" {
		r.p.rect.StrokeColor, r.p.rect.StrokeWidth = Color(r.p.Stroke), 1
	}
}

func (r *panelRenderer) Refresh() {
	r.update()
	r.p.rect.Refresh()
}

// Pad puts space around an object: top, bottom, left, right.
func Pad(o fyne.CanvasObject, top, bottom, left, right float32) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), o)
}

// Column stacks objects with the given gap between them.
func Column(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(gap), objects...)
}

// Border puts objects around a middle one, each possibly nil. Unlike Fyne's own
// it keeps the reading order for the Tab key: top, left, middle, right, bottom.
func Border(top, bottom, left, right, middle fyne.CanvasObject) *fyne.Container {
	c := container.New(layout.NewBorderLayout(top, bottom, left, right))
	for _, o := range []fyne.CanvasObject{top, left, middle, right, bottom} {
		if o != nil {
			c.Objects = append(c.Objects, o)
		}
	}
	return c
}

// Row puts objects side by side with the given gap between them, each
// vertically centred.
func Row(gap float32, objects ...fyne.CanvasObject) *fyne.Container {
	return container.New(rowLayout{gap}, objects...)
}

type rowLayout struct{ gap float32 }

func (l rowLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var s fyne.Size
	n := 0
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		s.Width += m.Width
		s.Height = max(s.Height, m.Height)
		n++
	}
	s.Width += l.gap * float32(max(0, n-1))
	return s
}

func (l rowLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	spare, spacers := s.Width-l.MinSize(objects).Width, 0
	for _, o := range objects {
		if isSpacer(o) && o.Visible() {
			spacers++
		}
	}
	x := float32(0)
	for _, o := range objects {
		if !o.Visible() {
			continue
		}
		m := o.MinSize()
		if isSpacer(o) && spare > 0 {
			m.Width += spare / float32(spacers)
		}
		o.Move(fyne.NewPos(x, (s.Height-m.Height)/2))
		o.Resize(m)
		x += m.Width + l.gap
	}
}

func isSpacer(o fyne.CanvasObject) bool {
	s, ok := o.(layout.SpacerObject)
	return ok && s.ExpandHorizontal()
}

// Fixed gives an object a fixed size; 0 leaves that dimension to the object.
func Fixed(width, height float32, o fyne.CanvasObject) *fyne.Container {
	return container.New(fixedLayout{fyne.NewSize(width, height)}, o)
}

type fixedLayout struct{ size fyne.Size }

func (l fixedLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var m fyne.Size
	for _, o := range objects {
		m = m.Max(o.MinSize())
	}
	if l.size.Width != 0 {
		m.Width = l.size.Width
	}
	if l.size.Height != 0 {
		m.Height = l.size.Height
	}
	return m
}

func (l fixedLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	for _, o := range objects {
		o.Resize(s)
		o.Move(fyne.NewPos(0, 0))
	}
}

// Card frames a body under a title; aside is at the right end of the title
// line. Title and aside may be empty or nil.
func Card(title string, aside, body fyne.CanvasObject) *fyne.Container {
	var head fyne.CanvasObject
	if title != "" {
		line := Row(8, NewBold(title), layout.NewSpacer())
		if aside != nil {
			line.Add(aside)
		}
		head = Pad(line, 0, 8, 0, 0)
	}
	return container.NewStack(NewPanel(ColorCard, ColorBorder, 8),
		Pad(Border(head, nil, nil, nil, body), 10, 12, 14, 14))
}

// Pill is a short word on a tinted background: a severity, a state.
type Pill struct {
	fynewidget.BaseWidget
	label string
	col   fyne.ThemeColorName
	width float32
	rect  *canvas.Rectangle
	text  *canvas.Text
}

// NewPill returns a pill; width 0 fits the label.
func NewPill(label string, col fyne.ThemeColorName, width float32) *Pill {
	p := &Pill{label: label, col: col, width: width}
	p.ExtendBaseWidget(p)
	return p
}

// Set changes label and colour.
func (p *Pill) Set(label string, col fyne.ThemeColorName) {
	if p.label != label || p.col != col {
		p.label, p.col = label, col
		p.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *Pill) CreateRenderer() fyne.WidgetRenderer {
	p.rect, p.text = canvas.NewRectangle(nil), canvas.NewText("", nil)
	p.rect.CornerRadius = 4
	p.text.TextSize, p.text.TextStyle, p.text.Alignment = 9.5, Bold, fyne.TextAlignCenter
	r := &pillRenderer{p}
	r.update()
	return r
}

type pillRenderer struct{ p *Pill }

func (r *pillRenderer) Destroy() {}
func (r *pillRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.p.rect, r.p.text}
}

func (r *pillRenderer) MinSize() fyne.Size {
	w := r.p.width
	if w == 0 {
		w = fyne.MeasureText(r.p.label, 9.5, Bold).Width + 12
	}
	return fyne.NewSize(w, 18)
}

func (r *pillRenderer) Layout(s fyne.Size) {
	r.p.rect.Resize(fyne.NewSize(s.Width, 18))
	r.p.rect.Move(fyne.NewPos(0, (s.Height-18)/2))
	h := r.p.text.MinSize().Height
	r.p.text.Resize(fyne.NewSize(s.Width, h))
	r.p.text.Move(fyne.NewPos(0, (s.Height-h)/2))
}

func (r *pillRenderer) update() {
	r.p.rect.FillColor = Tint(r.p.col, 38)
	r.p.text.Text, r.p.text.Color = r.p.label, Color(r.p.col)
}

func (r *pillRenderer) Refresh() {
	r.update()
	r.p.rect.Refresh()
	r.p.text.Refresh()
	r.Layout(r.p.Size())
}

func stack(objects ...fyne.CanvasObject) *fyne.Container { return container.NewStack(objects...) }

func spacer() fyne.CanvasObject { return layout.NewSpacer() }

// gap is an empty space of a fixed width.
func gap(width float32) fyne.CanvasObject { return Fixed(width, 1, NewPanel("", "", 0)) }
