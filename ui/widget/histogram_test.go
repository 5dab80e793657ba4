package widget

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

const minute = int64(time.Minute)

// hour is an hour in bars of a minute, three of which hold something.
func hour() HistogramData {
	return HistogramData{Since: 0, Until: 60 * minute, Width: time.Minute, Bars: []HistogramBar{{0, 5}, {10 * minute, 7}, {59 * minute, 1}}}
}

// newTestHistogram returns a histogram of 10 pixels a bar, and the times it
// led to, in minutes.
func newTestHistogram(t *testing.T, loc *time.Location) (*Histogram, *[]string) {
	t.Helper()
	themed(t)
	h := NewHistogram(loc, func(n int) string { return fmt.Sprint(n) })
	var chosen []string
	h.OnRange = func(since, until int64) { chosen = append(chosen, fmt.Sprint(since/minute, "-", until/minute)) }
	w := test.NewTempWindow(t, h)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(600, 100))
	return h, &chosen
}

func TestHistogramByKeyboard(t *testing.T) {
	h, chosen := newTestHistogram(t, time.UTC)
	// Nothing is there to be chosen.
	h.FocusGained()
	press(h, fyne.KeyLeft, fyne.KeyReturn, fyne.KeyRight, fyne.KeySpace)
	if len(*chosen) != 0 {
		t.Errorf("an empty one led to %q", *chosen)
	}
	h.SetData(hour())
	press(h, fyne.KeyRight, fyne.KeyReturn, fyne.KeyLeft, fyne.KeyReturn, fyne.KeyRight, fyne.KeyRight, fyne.KeySpace)
	if want := []string{"0-1", "0-1", "2-3"}; !slices.Equal(*chosen, want) {
		t.Errorf("led to %q, want %q", *chosen, want)
	}
	out := 0
	h.OnZoomOut = func() { out++ }
	h.TypedRune('-')
	press(h, fyne.KeyBackspace)
	if out != 2 {
		t.Errorf("zoomed out %d times, want 2", out)
	}
	h.FocusLost()
	press(h, fyne.KeyReturn)
	if len(*chosen) != 3 {
		t.Errorf("a bar stayed chosen: %q", *chosen)
	}
}

// TestHistogramByDrag: from either side, also beyond the edge.
func TestHistogramByDrag(t *testing.T) {
	h, chosen := newTestHistogram(t, time.UTC)
	h.SetData(hour())
	for _, c := range []struct{ to, by float32 }{{305, 100}, {205, -100}, {900, 400}, {-50, -105}} {
		h.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(c.to, 50)}, Dragged: fyne.NewDelta(c.by, 0)})
		h.DragEnd()
	}
	if want := []string{"20-31", "20-31", "50-60", "0-6"}; !slices.Equal(*chosen, want) {
		t.Errorf("led to %q, want %q", *chosen, want)
	}
	// Other bars arrive while dragging: what was begun stands for nothing now.
	h.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(305, 50)}, Dragged: fyne.NewDelta(50, 0)})
	other := hour()
	other.Since, other.Until = 60*minute, 120*minute
	h.SetData(other)
	h.DragEnd()
	if len(*chosen) != 4 {
		t.Errorf("led to %q", (*chosen)[4:])
	}
}

func TestHistogramTellsWhatIsPointedAt(t *testing.T) {
	zone := time.FixedZone("", 5*3600+1800)
	h, _ := newTestHistogram(t, zone)
	h.SetData(hour())
	tip := test.WidgetRenderer(h).(*histogramRenderer).tip
	point := func(x float32) {
		h.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 50)}})
	}
	for x, want := range map[float32]string{5: "5 events  ·  01-01 05:30 – 05:31", 15: "0 events  ·  01-01 05:31 – 05:32", 599: "1 event  ·  01-01 06:29 – 06:30"} {
		if point(x); !tip.Visible() || tip.Text != want {
			t.Errorf("at %v: %q, want %q", x, tip.Text, want)
		}
	}
	h.Noun = [2]string{"login", "logins"}
	point(105)
	if tip.Text != "7 logins  ·  01-01 05:40 – 05:41" {
		t.Errorf("tooltip %q", tip.Text)
	}
	h.MouseOut()
	if tip.Visible() {
		t.Error("the tooltip stayed")
	}
	// Fewer bars than the one pointed at.
	point(599)
	h.SetData(HistogramData{Until: 2 * minute, Width: time.Minute, Bars: []HistogramBar{{0, 1}}})
	if tip.Visible() {
		t.Errorf("a bar that is gone is told of: %q", tip.Text)
	}
}

// TestHistogramAxis: times are round where one lives, stand within the
// chart and do not run into each other.
func TestHistogramAxis(t *testing.T) {
	zone := time.FixedZone("", 5*3600+1800)
	h, _ := newTestHistogram(t, zone)
	h.SetData(HistogramData{Since: 0, Until: 24 * 60 * minute, Width: 10 * time.Minute, Bars: []HistogramBar{{0, 1}}})
	var ticks []string
	end := float32(-1)
	for _, o := range test.WidgetRenderer(h).Objects() {
		text, ok := o.(*canvas.Text)
		if !ok || !text.Visible() || text.Position().Y < 100-axisHeight || text.Text == "" {
			continue
		}
		if text.Position().X < end || text.Position().X+text.MinSize().Width > 600 {
			t.Errorf("%q stands at %v", text.Text, text.Position().X)
		}
		end = text.Position().X + text.MinSize().Width
		ticks = append(ticks, text.Text)
	}
	if want := []string{"12:00", "18:00", "01-02 00:00"}; !slices.Equal(ticks, want) {
		t.Errorf("ticks %q, want %q", ticks, want)
	}
}
