package widget

import (
	"image"
	"image/color"
	"math"
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Spark is a small line chart without axes.
type Spark struct {
	fynewidget.BaseWidget
	col    fyne.ThemeColorName
	values []float64
	raster *canvas.Raster
}

// NewSpark returns an empty sparkline.
func NewSpark(col fyne.ThemeColorName) *Spark {
	s := &Spark{col: col}
	s.ExtendBaseWidget(s)
	return s
}

// Set shows values from oldest to newest. The scale runs from zero to the
// greatest value.
func (s *Spark) Set(values []float64) {
	if !slices.Equal(s.values, values) {
		s.values = values
		s.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (s *Spark) CreateRenderer() fyne.WidgetRenderer {
	s.raster = canvas.NewRaster(s.draw)
	s.raster.SetMinSize(fyne.NewSize(36, 26))
	return fynewidget.NewSimpleRenderer(s.raster)
}

func (s *Spark) draw(w, h int) image.Image {
	most := 0.0
	for _, v := range s.values {
		most = max(most, v)
	}
	scale := float32(1)
	if width := s.Size().Width; width > 0 {
		scale = float32(w) / width
	}
	return drawArea(w, h, s.values, most, Color(s.col), 1.5*scale)
}

// Series is one layer of a chart.
type Series struct {
	Name   string
	Color  fyne.ThemeColorName
	Values []float64
}

// Chart shows stacked bars over time. The bar under the pointer lights up and
// its numbers are shown; a click opens what is behind it. With the keyboard,
// Left and Right choose a bar and Enter opens it.
type Chart struct {
	fynewidget.BaseWidget
	OnTapped func(bar int)
	Describe func(bar int) string         // title of the numbers of a bar
	Format   func(value float64) string   // prints a value
	MinSizes fyne.Size                    // smallest useful size
	Labels   func(bar int) (string, bool) // text below a bar that begins a unit, such as an hour
	series   []Series
	bars     int
	most     float64 // top of the axis
	step     float64 // between grid lines
	chosen   int     // bar under the pointer or chosen by keyboard; -1 none
	focused  bool
	renderer *chartRenderer
}

var (
	_ fyne.Tappable      = (*Chart)(nil)
	_ fyne.Focusable     = (*Chart)(nil)
	_ desktop.Hoverable  = (*Chart)(nil)
	_ desktop.Cursorable = (*Chart)(nil)
)

// NewChart returns an empty chart.
func NewChart() *Chart {
	c := &Chart{chosen: -1, MinSizes: fyne.NewSize(240, 150), most: 1, step: 1}
	c.ExtendBaseWidget(c)
	return c
}

// Set shows series of equal length, the first at the bottom.
func (c *Chart) Set(series []Series) {
	c.series, c.bars, c.most = series, 0, 0
	if len(series) > 0 {
		c.bars = len(series[0].Values)
	}
	for i := range c.bars {
		c.most = max(c.most, c.total(i))
	}
	c.most, c.step = niceAxis(c.most)
	if c.chosen >= c.bars {
		c.chosen = -1
	}
	c.Refresh()
}

func (c *Chart) total(bar int) (sum float64) {
	for _, s := range c.series {
		sum += s.Values[bar]
	}
	return sum
}

// niceAxis returns a round top at or above most and a distance for about four
// grid lines.
func niceAxis(most float64) (top, step float64) {
	if most <= 0 {
		return 1, 1
	}
	raw := most / 4
	unit := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, f := range []float64{1, 2, 2.5, 5, 10} {
		if step = f * unit; step >= raw && (step == math.Trunc(step) || step < 1) {
			break
		}
	}
	step = max(1, step)
	return math.Ceil(most/step) * step, step
}

const (
	chartLeft   float32 = 38 // room for the axis labels
	chartBottom float32 = 18
)

// barAt returns the bar at a horizontal position, -1 outside.
func (c *Chart) barAt(x float32) int {
	w := c.Size().Width - chartLeft
	if c.bars == 0 || x < chartLeft || w <= 0 {
		return -1
	}
	return min(int((x-chartLeft)/w*float32(c.bars)), c.bars-1)
}

func (c *Chart) choose(bar int) {
	if c.chosen != bar {
		c.chosen = bar
		if c.renderer != nil {
			c.renderer.mark()
		}
	}
}

// Tapped implements fyne.Tappable.
func (c *Chart) Tapped(e *fyne.PointEvent) {
	if bar := c.barAt(e.Position.X); bar >= 0 && c.OnTapped != nil {
		c.OnTapped(bar)
	}
}

// MouseIn implements desktop.Hoverable.
func (c *Chart) MouseIn(e *desktop.MouseEvent) { c.choose(c.barAt(e.Position.X)) }

// MouseMoved implements desktop.Hoverable.
func (c *Chart) MouseMoved(e *desktop.MouseEvent) { c.choose(c.barAt(e.Position.X)) }

// MouseOut implements desktop.Hoverable.
func (c *Chart) MouseOut() { c.choose(-1) }

// Cursor implements desktop.Cursorable.
func (c *Chart) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (c *Chart) FocusGained() { c.focused = true; c.choose(c.bars - 1); c.Refresh() }

// FocusLost implements fyne.Focusable.
func (c *Chart) FocusLost() { c.focused = false; c.choose(-1); c.Refresh() }

// TypedRune implements fyne.Focusable.
func (c *Chart) TypedRune(r rune) { forwardRune(c, r) }

// TypedKey implements fyne.Focusable.
func (c *Chart) TypedKey(e *fyne.KeyEvent) {
	switch e.Name {
	case fyne.KeyLeft:
		c.choose(min(max(0, c.chosen-1), c.bars-1))
	case fyne.KeyRight:
		c.choose(min(c.bars-1, c.chosen+1))
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if c.chosen >= 0 && c.OnTapped != nil {
			c.OnTapped(c.chosen)
		}
	default:
		forwardKey(c, e)
	}
}

// CreateRenderer implements fyne.Widget.
func (c *Chart) CreateRenderer() fyne.WidgetRenderer {
	r := &chartRenderer{c: c, marker: canvas.NewRectangle(nil), ring: canvas.NewRectangle(color.Transparent), tip: newTip()}
	r.bars = canvas.NewRaster(func(w, h int) image.Image {
		values, colors := make([][]float64, len(c.series)), make([]color.NRGBA, len(c.series))
		for i, s := range c.series {
			values[i], colors[i] = s.Values, Color(Fill(s.Color))
		}
		return drawBars(w, h, values, colors, c.most)
	})
	r.marker.Hide()
	r.ring.CornerRadius = 6
	c.renderer = r
	r.Refresh()
	return r
}

type chartRenderer struct {
	c       *Chart
	bars    *canvas.Raster
	grid    []*canvas.Rectangle
	left    []*canvas.Text
	below   []*canvas.Text
	marker  *canvas.Rectangle
	ring    *canvas.Rectangle
	tip     *tip
	objects []fyne.CanvasObject
}

func (r *chartRenderer) Destroy()                     { r.c.renderer = nil }
func (r *chartRenderer) MinSize() fyne.Size           { return r.c.MinSizes }
func (r *chartRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *chartRenderer) Refresh() {
	c := r.c
	r.grid, r.left, r.below = r.grid[:0], r.left[:0], r.below[:0]
	for v := 0.0; v <= c.most+c.step/2; v += c.step {
		line := canvas.NewRectangle(Color(ColorBorder))
		r.grid = append(r.grid, line)
		t := canvas.NewText(c.format(v), Color(ColorFaint))
		t.TextSize, t.TextStyle, t.Alignment = 9.5, Monospace, fyne.TextAlignTrailing
		r.left = append(r.left, t)
	}
	for i := range c.bars {
		if c.Labels == nil {
			break
		}
		if label, ok := c.Labels(i); ok {
			t := canvas.NewText(label, Color(ColorFaint))
			t.TextSize, t.TextStyle = 9.5, Monospace
			r.below = append(r.below, t)
		}
	}
	r.objects = r.objects[:0]
	for _, g := range r.grid {
		r.objects = append(r.objects, g)
	}
	for _, t := range append(r.left, r.below...) {
		r.objects = append(r.objects, t)
	}
	r.marker.FillColor = Tint(ColorText, 22)
	r.ring.StrokeWidth = 0
	if c.focused {
		r.ring.StrokeWidth, r.ring.StrokeColor = 2, Color(ColorFocus)
	}
	r.objects = append(r.objects, r.marker, r.bars, r.ring)
	r.objects = append(r.objects, r.tip.objects()...)
	r.tip.style()
	r.bars.Refresh()
	r.Layout(c.Size())
	canvas.Refresh(c)
}

func (c *Chart) format(v float64) string {
	if c.Format == nil {
		return ""
	}
	return c.Format(v)
}

func (r *chartRenderer) plot(s fyne.Size) (x, w, h float32) {
	return chartLeft, max(0, s.Width-chartLeft), max(0, s.Height-chartBottom)
}

func (r *chartRenderer) Layout(s fyne.Size) {
	x, w, h := r.plot(s)
	r.ring.Resize(s)
	const top float32 = 6 // the highest grid line's label needs half a line
	r.bars.Move(fyne.NewPos(x, top))
	r.bars.Resize(fyne.NewSize(w, h-top))
	for i, g := range r.grid {
		y := h - float32(float64(i)*r.c.step/r.c.most)*(h-top)
		g.Move(fyne.NewPos(x, y))
		g.Resize(fyne.NewSize(w, 1))
		r.left[i].Move(fyne.NewPos(0, y-6))
		r.left[i].Resize(fyne.NewSize(x-7, 12))
	}
	k, free := 0, float32(0)
	for i := range r.c.bars {
		if r.c.Labels == nil {
			break
		}
		if _, ok := r.c.Labels(i); !ok {
			continue
		}
		t := r.below[k]
		k++
		at := x + w*float32(i)/float32(r.c.bars)
		width := t.MinSize().Width
		t.Hidden = at < free || at+width > s.Width // labels must not overlap
		if !t.Hidden {
			free = at + width + 16
			t.Move(fyne.NewPos(at, h+4))
		}
	}
	r.mark()
}

// mark puts marker and numbers at the chosen bar.
func (r *chartRenderer) mark() {
	c := r.c
	if c.chosen < 0 || c.chosen >= c.bars {
		r.marker.Hide()
		r.tip.hide()
		return
	}
	s := c.Size()
	x, w, h := r.plot(s)
	bw := w / float32(c.bars)
	at := x + bw*float32(c.chosen)
	r.marker.Move(fyne.NewPos(at, 0))
	r.marker.Resize(fyne.NewSize(max(bw, 2), h))
	r.marker.Show()
	title := ""
	if c.Describe != nil {
		title = c.Describe(c.chosen)
	}
	var lines []tipLine
	for i := len(c.series) - 1; i >= 0; i-- {
		sr := c.series[i]
		lines = append(lines, tipLine{sr.Name, c.format(sr.Values[c.chosen]), sr.Color})
	}
	r.tip.show(title, lines, at, bw, s)
	canvas.Refresh(c)
}

// tip is the little box with the numbers of one bar.
type tip struct {
	ground *canvas.Rectangle
	title  *canvas.Text
	names  []*canvas.Text
	values []*canvas.Text
	dots   []*canvas.Rectangle
}

type tipLine struct {
	name, value string
	col         fyne.ThemeColorName
}

const tipLines = 6

func newTip() *tip {
	t := &tip{ground: canvas.NewRectangle(nil), title: canvas.NewText("", nil)}
	t.ground.CornerRadius, t.ground.StrokeWidth = 6, 1
	t.title.TextSize, t.title.TextStyle = SizeCaption, Bold
	for range tipLines {
		n, v, d := canvas.NewText("", nil), canvas.NewText("", nil), canvas.NewRectangle(nil)
		n.TextSize, v.TextSize, v.TextStyle, v.Alignment, d.CornerRadius = SizeCaption, SizeCaption, Monospace, fyne.TextAlignTrailing, 2
		t.names, t.values, t.dots = append(t.names, n), append(t.values, v), append(t.dots, d)
	}
	t.style()
	t.hide()
	return t
}

func (t *tip) objects() []fyne.CanvasObject {
	out := []fyne.CanvasObject{t.ground, t.title}
	for i := range t.names {
		out = append(out, t.names[i], t.values[i], t.dots[i])
	}
	return out
}

func (t *tip) style() {
	t.ground.FillColor, t.ground.StrokeColor = Color("menuBackground"), Color(ColorBorder)
	t.title.Color = Color(ColorText)
	for i := range t.names {
		t.names[i].Color, t.values[i].Color = Color(ColorMuted), Color(ColorText)
	}
}

func (t *tip) hide() {
	for _, o := range t.objects() {
		o.Hide()
	}
}

func (t *tip) show(title string, lines []tipLine, at, barWidth float32, s fyne.Size) {
	t.hide()
	lines = lines[:min(len(lines), tipLines)]
	width := max(132, fyne.MeasureText(title, SizeCaption, Bold).Width+20)
	height := float32(len(lines))*15 + 30
	x := at + barWidth + 8
	if x+width > s.Width {
		x = at - width - 8
	}
	t.ground.Move(fyne.NewPos(x, 4))
	t.ground.Resize(fyne.NewSize(width, height))
	t.ground.Show()
	t.title.Text = title
	t.title.Move(fyne.NewPos(x+10, 9))
	t.title.Show()
	for i, l := range lines {
		y := float32(28 + 15*i)
		t.dots[i].FillColor = Color(Fill(l.col))
		t.dots[i].Resize(fyne.NewSquareSize(7))
		t.dots[i].Move(fyne.NewPos(x+10, y+3))
		t.names[i].Text, t.values[i].Text = l.name, l.value
		t.names[i].Move(fyne.NewPos(x+23, y))
		t.values[i].Move(fyne.NewPos(x+width-80, y))
		t.values[i].Resize(fyne.NewSize(70, 13))
		t.dots[i].Show()
		t.names[i].Show()
		t.values[i].Show()
	}
}
