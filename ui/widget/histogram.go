package widget

import (
	"math"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// HistogramBar is one bar of a Histogram.
type HistogramBar struct {
	Start int64 // Unix nanoseconds
	Count int
}

// HistogramData is what a Histogram shows: bars of equal width from Since to
// Until (Unix nanoseconds, whole bars). Empty bars are omitted.
type HistogramData struct {
	Since, Until int64
	Width        time.Duration
	Bars         []HistogramBar // ascending
}

func (d HistogramData) slots() int {
	if d.Width <= 0 || d.Until <= d.Since {
		return 0
	}
	return int((d.Until - d.Since) / int64(d.Width))
}

// Histogram draws counts over time. Pointing at a bar shows its count and time,
// a click or a drag chooses a time range; with the keyboard, left and right
// move from bar to bar and Enter chooses.
type Histogram struct {
	fynewidget.BaseWidget

	OnRange   func(since, until int64) // chosen; Unix nanoseconds, whole bars
	OnZoomOut func()                   // minus, or Backspace
	Noun      [2]string                // what is counted: one, many; empty: events

	data     HistogramData
	loc      *time.Location
	number   func(int) string
	at       int // the bar pointed at; -1 is none
	from, to int // the bars dragged over; -1 is none
	focused  bool
}

// NewHistogram returns an empty histogram that prints times in the zone, and
// counts with number.
func NewHistogram(loc *time.Location, number func(int) string) *Histogram {
	h := &Histogram{loc: loc, number: number, at: -1, from: -1, to: -1}
	h.ExtendBaseWidget(h)
	return h
}

// SetData replaces what is shown.
func (h *Histogram) SetData(d HistogramData) {
	if d.Since == h.data.Since && d.Until == h.data.Until && d.Width == h.data.Width && slices.Equal(d.Bars, h.data.Bars) {
		return
	}
	if h.from < 0 && h.at >= d.slots() {
		h.at = -1
	}
	if d.Width != h.data.Width || d.Since != h.data.Since {
		h.from, h.to = -1, -1
	}
	h.data = d
	h.Refresh()
}

// slotAt returns the bar at x.
func (h *Histogram) slotAt(x float32) int {
	n := h.data.slots()
	if n == 0 || h.Size().Width <= 0 {
		return -1
	}
	return min(max(int(x/h.Size().Width*float32(n)), 0), n-1)
}

func (h *Histogram) count(slot int) int {
	start := h.data.Since + int64(slot)*int64(h.data.Width)
	for _, b := range h.data.Bars {
		if b.Start == start {
			return b.Count
		}
	}
	return 0
}

func (h *Histogram) choose(a, b int) {
	if a > b {
		a, b = b, a
	}
	if a >= 0 && h.OnRange != nil {
		w := int64(h.data.Width)
		h.OnRange(h.data.Since+int64(a)*w, h.data.Since+int64(b+1)*w)
	}
}

func (h *Histogram) point(slot int) {
	if h.at != slot {
		h.at = slot
		h.Refresh()
	}
}

// Tapped implements fyne.Tappable.
func (h *Histogram) Tapped(e *fyne.PointEvent) {
	if slot := h.slotAt(e.Position.X); slot >= 0 && h.count(slot) > 0 {
		h.choose(slot, slot)
	}
}

// Dragged implements fyne.Draggable.
func (h *Histogram) Dragged(e *fyne.DragEvent) {
	slot := h.slotAt(e.Position.X)
	if h.from < 0 {
		h.from = h.slotAt(e.Position.X - e.Dragged.DX)
	}
	if h.to != slot {
		h.to, h.at = slot, slot
		h.Refresh()
	}
}

// DragEnd implements fyne.Draggable.
func (h *Histogram) DragEnd() {
	from, to := h.from, h.to
	h.from, h.to = -1, -1
	h.Refresh()
	if from >= 0 && to >= 0 {
		h.choose(from, to)
	}
}

// MouseIn implements desktop.Hoverable.
func (h *Histogram) MouseIn(e *desktop.MouseEvent) { h.point(h.slotAt(e.Position.X)) }

// MouseMoved implements desktop.Hoverable.
func (h *Histogram) MouseMoved(e *desktop.MouseEvent) { h.point(h.slotAt(e.Position.X)) }

// MouseOut implements desktop.Hoverable.
func (h *Histogram) MouseOut() { h.point(-1) }

// Cursor implements desktop.Cursorable.
func (h *Histogram) Cursor() desktop.Cursor { return desktop.PointerCursor }

// FocusGained implements fyne.Focusable.
func (h *Histogram) FocusGained() {
	h.focused = true
	h.Refresh()
}

// FocusLost implements fyne.Focusable.
func (h *Histogram) FocusLost() {
	h.focused, h.at = false, -1
	h.Refresh()
}

// TypedRune implements fyne.Focusable.
func (h *Histogram) TypedRune(r rune) {
	if r == '-' && h.OnZoomOut != nil {
		h.OnZoomOut()
		return
	}
	forwardRune(h, r)
}

// TypedKey implements fyne.Focusable.
func (h *Histogram) TypedKey(e *fyne.KeyEvent) {
	n := h.data.slots()
	switch e.Name {
	case fyne.KeyLeft:
		if h.at < 0 {
			h.at = n
		}
		h.point(min(max(h.at-1, 0), n-1))
	case fyne.KeyRight:
		h.point(min(h.at+1, n-1))
	case fyne.KeyReturn, fyne.KeyEnter, fyne.KeySpace:
		if h.at >= 0 {
			h.choose(h.at, h.at)
		}
	case fyne.KeyBackspace:
		if h.OnZoomOut != nil {
			h.OnZoomOut()
		}
	default:
		forwardKey(h, e)
	}
}

// Histogram geometry in device-independent pixels.
const (
	axisHeight float32 = 16
	chartMin   float32 = 76
	tickSpace  float32 = 110 // minimum distance between two times on the axis
)

// CreateRenderer implements fyne.Widget.
func (h *Histogram) CreateRenderer() fyne.WidgetRenderer {
	r := &histogramRenderer{h: h}
	r.ring = canvas.NewRectangle(nil)
	r.ring.StrokeWidth, r.ring.CornerRadius = 1, 4
	r.base, r.top = canvas.NewRectangle(nil), canvas.NewRectangle(nil)
	r.mark = canvas.NewRectangle(nil)
	r.most = canvas.NewText("", nil)
	r.most.TextSize, r.most.TextStyle = 9.5, Monospace
	r.tipGround, r.tip = canvas.NewRectangle(nil), canvas.NewText("", nil)
	r.tipGround.CornerRadius, r.tipGround.StrokeWidth = 4, 1
	r.tip.TextSize = SizeCaption + 0.5
	r.build()
	return r
}

type histogramRenderer struct {
	h         *Histogram
	ring      *canvas.Rectangle
	base, top *canvas.Rectangle // axis and line of the maximum
	mark      *canvas.Rectangle // behind the bar pointed at
	most      *canvas.Text      // the maximum
	bars      []*canvas.Rectangle
	ticks     []*canvas.Text
	tipGround *canvas.Rectangle
	tip       *canvas.Text
	objects   []fyne.CanvasObject
	usedBars  int
}

func (r *histogramRenderer) Destroy()                     {}
func (r *histogramRenderer) MinSize() fyne.Size           { return fyne.NewSize(200, chartMin) }
func (r *histogramRenderer) Objects() []fyne.CanvasObject { return r.objects }
func (r *histogramRenderer) Layout(fyne.Size)             { r.build() }

func (r *histogramRenderer) Refresh() {
	r.build()
	canvas.Refresh(r.h)
}

// build places everything for the current data and size.
func (r *histogramRenderer) build() {
	h, d, size := r.h, r.h.data, r.h.Size()
	r.ring.FillColor, r.ring.StrokeColor = Color(""), Color("")
	if h.focused {
		r.ring.StrokeColor = Color(ColorFocus)
	}
	r.ring.Resize(size)
	n := d.slots()
	height := size.Height - axisHeight
	most := 0
	for _, b := range d.Bars {
		most = max(most, b.Count)
	}
	edge := func(slot int) float32 {
		return float32(math.Round(float64(size.Width) * float64(slot) / float64(max(n, 1))))
	}
	r.base.FillColor, r.top.FillColor = Color(ColorBorder), Tint(ColorFaint, 40)
	r.base.Move(fyne.NewPos(0, height))
	r.base.Resize(fyne.NewSize(size.Width, 1))
	r.top.Move(fyne.NewPos(0, 8))
	r.top.Resize(fyne.NewSize(size.Width, 1))

	from, to := h.at, h.at
	if h.from >= 0 {
		from, to = min(h.from, h.to), max(h.from, h.to)
	}
	r.mark.Hide()
	if from >= 0 && n > 0 {
		r.mark.FillColor = Tint(ColorAccent, 40)
		r.mark.Move(fyne.NewPos(edge(from), 0))
		r.mark.Resize(fyne.NewSize(edge(to+1)-edge(from), height))
		r.mark.Show()
	}

	r.usedBars = 0
	for _, b := range d.Bars {
		slot := int((b.Start - d.Since) / int64(max(d.Width, 1)))
		if b.Start < d.Since || slot >= n {
			continue
		}
		bar := r.bar()
		bar.FillColor = Color(ColorAccent)
		if (h.at >= 0 || h.from >= 0) && (slot < from || slot > to) {
			bar.FillColor = Tint(ColorAccent, 150)
		}
		x0, x1 := edge(slot), edge(slot+1)
		if x1-x0 > 3 {
			x1--
		}
		if x1-x0 > 12 {
			x0, x1 = x0+1, x1-1
		}
		top := max(2, float32(math.Round(float64(height-8)*float64(b.Count)/float64(most))))
		bar.Move(fyne.NewPos(x0, height-top))
		bar.Resize(fyne.NewSize(max(x1-x0, 1), top))
		bar.CornerRadius = min(2, (x1-x0)/3)
	}
	for _, b := range r.bars[r.usedBars:] {
		b.Hide()
	}
	r.axis(size, height)

	r.most.Text, r.most.Color = "", Color(ColorFaint)
	if most > 0 {
		r.most.Text = h.number(most)
	}
	r.most.Move(fyne.NewPos(size.Width-r.most.MinSize().Width-2, -5))
	r.tooltip(edge, from, to)

	r.objects = append(r.objects[:0], r.top, r.mark)
	for _, b := range r.bars {
		r.objects = append(r.objects, b)
	}
	r.objects = append(r.objects, r.base, r.most)
	for _, t := range r.ticks {
		r.objects = append(r.objects, t)
	}
	r.objects = append(r.objects, r.ring, r.tipGround, r.tip)
}

func (r *histogramRenderer) bar() *canvas.Rectangle {
	if r.usedBars == len(r.bars) {
		r.bars = append(r.bars, canvas.NewRectangle(nil))
	}
	b := r.bars[r.usedBars]
	b.Show()
	r.usedBars++
	return b
}

// axis prints round times below the bars.
func (r *histogramRenderer) axis(size fyne.Size, height float32) {
	d, used := r.h.data, 0
	if n := d.slots(); n > 0 && size.Width > 0 {
		step := int64(tickStep(time.Duration(float64(d.Until-d.Since) * float64(tickSpace) / float64(size.Width))))
		_, offset := time.Unix(0, d.Since).In(r.h.loc).Zone()
		shift := int64(offset) * int64(time.Second) // round in local time
		for t := (d.Since+shift+step-1)/step*step - shift; t < d.Until; t += step {
			if used == len(r.ticks) {
				text := canvas.NewText("", nil)
				text.TextSize, text.TextStyle = 9.5, Monospace
				r.ticks = append(r.ticks, text)
			}
			tick := r.ticks[used]
			tick.Text, tick.Color = tickLabel(time.Unix(0, t).In(r.h.loc), time.Duration(step)), Color(ColorFaint)
			w := tick.MinSize().Width
			x := float32(t-d.Since)/float32(d.Until-d.Since)*size.Width - w/2
			if x < 0 || x+w > size.Width {
				continue
			}
			tick.Move(fyne.NewPos(x, height+2))
			tick.Show()
			used++
		}
	}
	for _, t := range r.ticks[used:] {
		t.Hide()
	}
}

// tickStep returns the smallest round step of at least the given length.
func tickStep(least time.Duration) time.Duration {
	const day = 24 * time.Hour
	steps := []time.Duration{time.Second, 5 * time.Second, 10 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 30 * time.Minute,
		time.Hour, 2 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, day, 2 * day, 7 * day, 14 * day, 30 * day}
	for _, s := range steps {
		if s >= least {
			return s
		}
	}
	return (least/(30*day) + 1) * 30 * day
}

func tickLabel(t time.Time, step time.Duration) string {
	switch {
	case step >= 24*time.Hour:
		return t.Format("2006-01-02")
	case t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0:
		return t.Format("01-02 00:00")
	case step < time.Minute:
		return t.Format("15:04:05")
	}
	return t.Format("15:04")
}

func (r *histogramRenderer) tooltip(edge func(int) float32, from, to int) {
	h := r.h
	if from < 0 || h.data.slots() == 0 {
		r.tip.Hide()
		r.tipGround.Hide()
		return
	}
	total := 0
	for s := from; s <= to; s++ {
		total += h.count(s)
	}
	since := time.Unix(0, h.data.Since+int64(from)*int64(h.data.Width)).In(h.loc)
	until := time.Unix(0, h.data.Since+int64(to+1)*int64(h.data.Width)).In(h.loc)
	day, clock := "01-02 ", "15:04"
	if h.data.Width < time.Minute {
		clock = "15:04:05"
	}
	end := until.Format(clock)
	if until.YearDay() != since.YearDay() {
		end = until.Format(day + clock)
	}
	noun := " events"
	if h.Noun != [2]string{} {
		noun = " " + h.Noun[1]
	}
	switch {
	case total == 1 && h.Noun != [2]string{}:
		noun = " " + h.Noun[0]
	case total == 1:
		noun = " event"
	}
	r.tip.Text, r.tip.Color = h.number(total)+noun+"  ·  "+since.Format(day+clock)+" – "+end, Color(ColorText)
	s := r.tip.MinSize()
	w := s.Width + 16
	x := min(max((edge(from)+edge(to+1)-w)/2, 0), max(h.Size().Width-w, 0))
	r.tipGround.FillColor, r.tipGround.StrokeColor = Color("menuBackground"), Color(ColorBorder)
	r.tipGround.Move(fyne.NewPos(x, 0))
	r.tipGround.Resize(fyne.NewSize(w, s.Height+6))
	r.tip.Move(fyne.NewPos(x+8, 3))
	r.tip.Show()
	r.tipGround.Show()
}
