package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Slice is one part of a Donut.
type Slice struct {
	Value int
	Color fyne.ThemeColorName
}

// Donut is a ring of slices with a number and a word in the middle.
type Donut struct {
	fynewidget.BaseWidget
	slices      []Slice
	value, word *canvas.Text
	arcs        []*canvas.Arc
}

// NewDonut returns an empty ring.
func NewDonut() *Donut {
	d := &Donut{value: canvas.NewText("", nil), word: canvas.NewText("", nil)}
	d.ExtendBaseWidget(d)
	return d
}

// Set shows the parts clockwise from the top.
func (d *Donut) Set(slices []Slice, value, word string) {
	d.slices, d.value.Text, d.word.Text = slices, value, word
	d.Refresh()
}

// CreateRenderer implements fyne.Widget.
func (d *Donut) CreateRenderer() fyne.WidgetRenderer {
	d.value.TextSize, d.value.TextStyle, d.value.Alignment = SizeNumber, Bold, fyne.TextAlignCenter
	d.word.TextSize, d.word.Alignment = SizeCaption, fyne.TextAlignCenter
	r := &donutRenderer{d}
	r.Refresh()
	return r
}

type donutRenderer struct{ d *Donut }

func (r *donutRenderer) Destroy()           {}
func (r *donutRenderer) MinSize() fyne.Size { return fyne.NewSquareSize(118) }

func (r *donutRenderer) Objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{r.d.value, r.d.word}
	for _, a := range r.d.arcs {
		out = append(out, a)
	}
	return out
}

func (r *donutRenderer) Layout(s fyne.Size) {
	side := min(s.Width, s.Height)
	for _, a := range r.d.arcs {
		a.Resize(fyne.NewSquareSize(side))
		a.Move(fyne.NewPos((s.Width-side)/2, (s.Height-side)/2))
	}
	vh, wh := r.d.value.MinSize().Height, r.d.word.MinSize().Height
	top := (s.Height - vh - wh + 2) / 2
	r.d.value.Resize(fyne.NewSize(s.Width, vh))
	r.d.value.Move(fyne.NewPos(0, top))
	r.d.word.Resize(fyne.NewSize(s.Width, wh))
	r.d.word.Move(fyne.NewPos(0, top+vh-2))
}

const donutCutout = 0.72

func (r *donutRenderer) Refresh() {
	d := r.d
	d.value.Color, d.word.Color = Color(ColorText), Color(ColorMuted)
	sum, parts := 0, 0
	for _, s := range d.slices {
		sum += s.Value
		if s.Value > 0 {
			parts++
		}
	}
	d.arcs = d.arcs[:0]
	if sum == 0 {
		d.arcs = append(d.arcs, canvas.NewArc(0, 360, donutCutout, Color(ColorTrack)))
	}
	from, between := float32(0), float32(1.2)
	if parts < 2 {
		between = 0
	}
	for _, s := range d.slices {
		if s.Value <= 0 {
			continue
		}
		to := from + float32(s.Value)/float32(sum)*360
		a := canvas.NewArc(from+between, max(to-between, from+between+1), donutCutout, Color(Fill(s.Color)))
		if parts > 1 {
			a.CornerRadius = 2
		}
		d.arcs = append(d.arcs, a)
		from = to
	}
	r.Layout(d.Size())
	canvas.Refresh(d)
}

// Meter is a horizontal bar that fills a fraction of its track.
type Meter struct {
	fynewidget.BaseWidget
	part  float32
	col   fyne.ThemeColorName
	track *canvas.Rectangle
	full  *canvas.Rectangle
}

// NewMeter returns an empty bar.
func NewMeter(col fyne.ThemeColorName) *Meter {
	b := &Meter{col: col}
	b.ExtendBaseWidget(b)
	return b
}

// Set fills a fraction of the bar, 0 to 1.
func (b *Meter) Set(part float32) {
	if b.part != part {
		b.part = part
		b.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (b *Meter) CreateRenderer() fyne.WidgetRenderer {
	b.track, b.full = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	b.track.CornerRadius, b.full.CornerRadius = 3, 3
	r := &meterRenderer{b}
	r.Refresh()
	return r
}

type meterRenderer struct{ b *Meter }

func (r *meterRenderer) Destroy()           {}
func (r *meterRenderer) MinSize() fyne.Size { return fyne.NewSize(40, 6) }
func (r *meterRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.b.track, r.b.full}
}

func (r *meterRenderer) Layout(s fyne.Size) {
	y := (s.Height - 6) / 2
	r.b.track.Resize(fyne.NewSize(s.Width, 6))
	r.b.track.Move(fyne.NewPos(0, y))
	w := s.Width * min(max(r.b.part, 0), 1)
	if r.b.part > 0 {
		w = max(w, 6)
	}
	r.b.full.Resize(fyne.NewSize(w, 6))
	r.b.full.Move(fyne.NewPos(0, y))
}

func (r *meterRenderer) Refresh() {
	r.b.track.FillColor, r.b.full.FillColor = Color(ColorTrack), Color(r.b.col)
	r.Layout(r.b.Size())
	canvas.Refresh(r.b)
}
