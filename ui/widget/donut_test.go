package widget

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestDonutParts: each part has its share of the ring, in its colour and in
// order; parts of nothing have none, and one alone has it all.
func TestDonutParts(t *testing.T) {
	themed(t)
	d := NewDonut()
	w := test.NewTempWindow(t, d)
	w.Resize(fyne.NewSize(200, 200))
	d.Set([]Slice{{0, ColorCritical}, {1, ColorHigh}, {3, ColorLow}}, "4", "open")
	if len(d.arcs) != 2 {
		t.Fatalf("%d parts are drawn, want 2", len(d.arcs))
	}
	for i, want := range []struct {
		from, to float32
		col      fyne.ThemeColorName
	}{{0, 90, ColorHigh}, {90, 360, ColorLow}} {
		a := d.arcs[i]
		const between = 2 // the space between parts
		if a.StartAngle < want.from || a.StartAngle > want.from+between || a.EndAngle > want.to || a.EndAngle < want.to-between || a.FillColor != Color(Fill(want.col)) {
			t.Errorf("part %d reaches from %v to %v in %v, want %+v", i, a.StartAngle, a.EndAngle, a.FillColor, want)
		}
	}
	if d.value.Text != "4" || d.word.Text != "open" {
		t.Errorf("in the middle stands %q, %q", d.value.Text, d.word.Text)
	}
	d.Set([]Slice{{1, ColorHigh}, {1_000_000, ColorLow}}, "1,000,001", "open")
	if a := d.arcs[0]; a.EndAngle-a.StartAngle < 1 {
		t.Errorf("one of a million cannot be seen: %v to %v", a.StartAngle, a.EndAngle)
	}
	d.Set([]Slice{{0, ColorHigh}, {7, ColorLow}}, "7", "open")
	if a := d.arcs[0]; len(d.arcs) != 1 || a.StartAngle != 0 || a.EndAngle != 360 {
		t.Errorf("one kind alone: %d parts, %v to %v", len(d.arcs), a.StartAngle, a.EndAngle)
	}
	d.Set([]Slice{{0, ColorHigh}}, "0", "open")
	if a := d.arcs[0]; len(d.arcs) != 1 || a.EndAngle-a.StartAngle != 360 || a.FillColor != Color(ColorTrack) {
		t.Errorf("nothing: %d parts, %v", len(d.arcs), a.FillColor)
	}
}
