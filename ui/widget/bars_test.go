package widget

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// barTappables returns the lines of a chart as they stand below each other.
func barTappables(b *Bars) []*Tappable {
	var out []*Tappable
	for _, o := range b.lines.Objects {
		out = append(out, o.(*Tappable))
	}
	return out
}

// meters returns the bars drawn in a tree of objects.
func meters(o fyne.CanvasObject) []*Meter {
	var out []*Meter
	walk(o, func(o fyne.CanvasObject, _ float32) {
		if m, ok := o.(*Meter); ok {
			out = append(out, m)
		}
	})
	return out
}

// TestBarsLeadToTheirEvents: a bar opens by a click and by Enter, as what it
// is now.
func TestBarsLeadToTheirEvents(t *testing.T) {
	themed(t)
	b := NewBars()
	w := test.NewTempWindow(t, b.Object)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(400, 200))
	bars := []Bar{{"192.0.2.1", "1,200", 1}, {"192.0.2.2", "600", 0.5}, {"192.0.2.3", "1", 0.001}}
	b.Set(bars)
	test.Tap(barTappables(b)[0]) // leads nowhere yet
	var opened []int
	b.OnOpen = func(i int) { opened = append(opened, i) }
	lines := barTappables(b)
	test.TapCanvas(w.Canvas(), lines[1].Position().AddXY(200, 10))
	w.Canvas().Focus(lines[2])
	press(lines[2], fyne.KeyReturn)
	if !slices.Equal(opened, []int{1, 2}) {
		t.Errorf("opened %v", opened)
	}
	full := make([]float32, 3)
	for i, m := range meters(b.Object) {
		full[i] = m.full.Size().Width
	}
	track := meters(b.Object)[0].track.Size().Width
	if full[0] != track || full[1] != track/2 || full[2] < 4 || full[2] > full[1] {
		t.Errorf("bars of %v, the track is %v", full, track)
	}

	// The same again leaves the keyboard where it is.
	b.Set(slices.Clone(bars))
	if w.Canvas().Focused() != lines[2] || barTappables(b)[2] != lines[2] {
		t.Error("bars that did not change were made anew")
	}
	bars = slices.Clone(bars[:2])
	bars[1].Text = "601"
	b.Set(bars)
	if n := len(barTappables(b)); n != 2 {
		t.Errorf("%d bars, want 2", n)
	}
	test.Tap(barTappables(b)[1])
	if opened[len(opened)-1] != 1 {
		t.Errorf("opened %v", opened)
	}
}

func TestMeterShowsTheSmallest(t *testing.T) {
	themed(t)
	m := NewMeter(ColorHigh)
	w := test.NewTempWindow(t, m)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(100, 10))
	for part, want := range map[float32]float32{0: 0, 0.001: 6, 0.5: 50, 1: 100, 7: 100, -1: 0} {
		if m.Set(part); m.full.Size().Width != want {
			t.Errorf("a part of %v is %v wide, want %v", part, m.full.Size().Width, want)
		}
	}
	if m.full.FillColor != Color(ColorHigh) {
		t.Errorf("filled with %v", m.full.FillColor)
	}
}

func TestProgressLine(t *testing.T) {
	themed(t)
	p := NewProgressLine()
	w := test.NewTempWindow(t, p)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(200, 10))
	for _, c := range []struct{ part, want float32 }{{0.25, 50}, {1, 200}, {2, 200}, {-1, 0}} {
		if p.Set(c.part); p.full.Size().Width != c.want {
			t.Errorf("a part of %v is %v wide, want %v", c.part, p.full.Size().Width, c.want)
		}
	}
}

func TestScrollBoxKeys(t *testing.T) {
	themed(t)
	left := 0
	s := NewScrollBox(NewMeter(ColorAccent), func() { left++ })
	s.Content = Fixed(100, 500, NewMeter(ColorAccent))
	w := test.NewTempWindow(t, s)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(100, 100))
	w.Canvas().Focus(s)
	press(s, fyne.KeyDown, fyne.KeyDown)
	down := s.Offset.Y
	press(s, fyne.KeyUp)
	if down != 80 || s.Offset.Y != 40 || left != 0 {
		t.Errorf("two steps down led to %v, one up to %v; left %d times", down, s.Offset.Y, left)
	}
	press(s, fyne.KeyEscape, fyne.KeyReturn)
	if left != 2 {
		t.Errorf("left %d times, want 2", left)
	}
}
