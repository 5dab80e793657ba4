package widget

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func TestEmptyChartLeadsNowhere(t *testing.T) {
	themed(t)
	c := NewChart()
	c.OnTapped = func(bar int) { t.Errorf("led to bar %d of none", bar) }
	w := test.NewTempWindow(t, c)
	w.Resize(fyne.NewSize(chartLeft+100, 150))
	for range 2 {
		w.Canvas().Focus(c)
		press(c, fyne.KeyLeft, fyne.KeyReturn, fyne.KeyRight, fyne.KeySpace)
		test.TapAt(c, fyne.NewPos(chartLeft+20, 50))
		w.Canvas().Unfocus()
		c.Set([]Series{{"a", ColorAccent, nil}})
	}
}

// TestChartTellsTheNumbers of the bar under the pointer, the top layer first.
func TestChartTellsTheNumbers(t *testing.T) {
	themed(t)
	c := NewChart()
	c.Describe = func(bar int) string { return fmt.Sprint("bar ", bar) }
	c.Format = func(v float64) string { return fmt.Sprint(v) }
	w := test.NewTempWindow(t, c)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(chartLeft+400, 150))
	c.Set([]Series{{"low", ColorLow, []float64{1, 2, 3, 4}}, {"high", ColorHigh, []float64{0, 0, 5, 0}}})
	tip := c.renderer.tip
	point := func(x float32) {
		c.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(chartLeft+x, 50)}})
	}
	told := func() []string {
		if !tip.title.Visible() {
			return nil
		}
		out := []string{tip.title.Text}
		for i := range tip.names {
			if tip.names[i].Visible() {
				out = append(out, tip.names[i].Text+" "+tip.values[i].Text)
			}
		}
		return out
	}
	if point(250); !slices.Equal(told(), []string{"bar 2", "high 5", "low 3"}) {
		t.Errorf("told %q", told())
	}
	if at := c.renderer.marker; !at.Visible() || at.Position().X != chartLeft+200 || at.Size().Width != 100 {
		t.Errorf("the marker stands at %v, %v wide", at.Position().X, at.Size().Width)
	}
	point(399)
	if g := tip.ground; !slices.Equal(told(), []string{"bar 3", "high 0", "low 4"}) || g.Position().X+g.Size().Width > c.Size().Width {
		t.Errorf("told %q, from %v on, %v wide", told(), g.Position().X, g.Size().Width)
	}
	point(-5) // on the axis
	if told() != nil {
		t.Errorf("beside the bars: %q", told())
	}
	point(399)
	c.Set([]Series{{"low", ColorLow, []float64{1}}}) // the bar is gone
	if told() != nil {
		t.Errorf("of a bar that is gone: %q", told())
	}
}

// TestChartLabels: each stands below its bar, and those without room are left
// out.
func TestChartLabels(t *testing.T) {
	themed(t)
	c := NewChart()
	c.Labels = func(bar int) (string, bool) { return fmt.Sprintf("%02d:00", bar), bar%2 == 0 }
	w := test.NewTempWindow(t, c)
	w.SetPadded(false)
	shown := func(width float32) []string {
		w.Resize(fyne.NewSize(chartLeft+width, 150))
		var out []string
		end := float32(-1)
		for i, text := range c.renderer.below {
			if text.Hidden {
				continue
			}
			if want := chartLeft + width*float32(2*i)/24; text.Position().X != want || want < end {
				t.Errorf("%s stands at %v, want %v, behind %v", text.Text, text.Position().X, want, end)
			}
			end = text.Position().X + text.MinSize().Width
			out = append(out, text.Text)
		}
		return out
	}
	c.Set([]Series{{"a", ColorAccent, make([]float64, 24)}})
	if got := shown(1200); len(got) != 12 || got[1] != "02:00" {
		t.Errorf("%q", got)
	}
	if got := shown(300); len(got) < 3 || len(got) > 8 || got[0] != "00:00" {
		t.Errorf("narrow: %q", got)
	}
}
