package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Bar is one bar of Bars.
type Bar struct {
	Label, Text string
	Part        float32 // of the longest, 0 to 1
}

// Bars is a chart of horizontal bars, each with its name and number. A click or
// Enter opens a bar.
type Bars struct {
	Object *fyne.Container // what to put on the page
	OnOpen func(int)

	shown []Bar
	lines *fyne.Container
}

// NewBars returns an empty chart.
func NewBars() *Bars {
	b := &Bars{lines: Column(0)}
	b.Object = container.NewStack(container.NewVScroll(b.lines))
	return b
}

// Set shows bars.
func (b *Bars) Set(bars []Bar) {
	same := len(bars) == len(b.shown)
	for i := 0; same && i < len(bars); i++ {
		same = bars[i] == b.shown[i]
	}
	if same {
		return
	}
	b.shown = bars
	b.lines.RemoveAll()
	label, number := float32(60), float32(30)
	for _, x := range bars {
		label = max(label, fyne.MeasureText(x.Label, SizeSmall, fyne.TextStyle{}).Width+4)
		number = max(number, fyne.MeasureText(x.Text, SizeSmall, Monospace).Width+4)
	}
	label = min(label, 170)
	for i, x := range bars {
		bar := NewMeter(ColorAccent)
		bar.Set(x.Part)
		name := NewText(x.Label, SizeSmall, ColorText, fyne.TextStyle{}).Truncated()
		count := NewText(x.Text, SizeSmall, ColorMuted, Monospace).Aligned(fyne.TextAlignTrailing)
		t := NewTappable(Pad(Border(nil, nil, Fixed(label, 0, name), Fixed(number+6, 0, count), Pad(bar, 0, 0, 8, 4)), 3, 3, 6, 6), func() {
			if b.OnOpen != nil {
				b.OnOpen(i)
			}
		})
		t.Radius = 4
		b.lines.Add(t)
	}
	b.lines.Refresh()
}

// ProgressLine is a thin line that fills from the left.
type ProgressLine struct {
	fynewidget.BaseWidget
	part float32 // -1: unknown, or nothing is running
	full *canvas.Rectangle
}

// NewProgressLine returns a line that shows nothing.
func NewProgressLine() *ProgressLine {
	p := &ProgressLine{part: -1}
	p.ExtendBaseWidget(p)
	return p
}

// Set fills a fraction of the line, 0 to 1; -1 shows nothing.
func (p *ProgressLine) Set(part float32) {
	if p.part != part {
		p.part = part
		p.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (p *ProgressLine) CreateRenderer() fyne.WidgetRenderer {
	p.full = canvas.NewRectangle(nil)
	r := &progressLineRenderer{p}
	r.Refresh()
	return r
}

type progressLineRenderer struct{ p *ProgressLine }

func (r *progressLineRenderer) Destroy()                     {}
func (r *progressLineRenderer) MinSize() fyne.Size           { return fyne.NewSize(20, 2) }
func (r *progressLineRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.p.full} }
func (r *progressLineRenderer) Layout(s fyne.Size) {
	r.p.full.Resize(fyne.NewSize(s.Width*min(max(r.p.part, 0), 1), 2))
	r.p.full.Move(fyne.NewPos(0, (s.Height-2)/2))
}

func (r *progressLineRenderer) Refresh() {
	r.p.full.FillColor = Color(ColorAccent)
	r.Layout(r.p.Size())
	r.p.full.Refresh()
}

// ScrollBox scrolls what does not fit, also by keyboard, and reports Esc and
// Enter.
type ScrollBox struct {
	container.Scroll
	OnLeave func()
}

// NewScrollBox wraps content.
func NewScrollBox(content fyne.CanvasObject, leave func()) *ScrollBox {
	s := &ScrollBox{OnLeave: leave}
	s.Content, s.Direction = content, container.ScrollVerticalOnly
	s.ExtendBaseWidget(s)
	return s
}

// FocusGained implements fyne.Focusable.
func (s *ScrollBox) FocusGained() {}

// FocusLost implements fyne.Focusable.
func (s *ScrollBox) FocusLost() {}

// TypedRune implements fyne.Focusable.
func (s *ScrollBox) TypedRune(rune) {}

// TypedKey implements fyne.Focusable.
func (s *ScrollBox) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyUp:
		s.ScrollToOffset(s.Offset.SubtractXY(0, 40))
	case fyne.KeyDown:
		s.ScrollToOffset(s.Offset.AddXY(0, 40))
	case fyne.KeyEscape, fyne.KeyReturn, fyne.KeyEnter:
		s.OnLeave()
	}
}
