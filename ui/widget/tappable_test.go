package widget

import (
	"image/color"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

func TestTappableShowsItsState(t *testing.T) {
	themed(t)
	b := NewTappable(NewLabel("press"), func() {})
	test.NewTempWindow(t, b)
	b.MouseIn(nil)
	if b.ground.FillColor != Color(theme.ColorNameHover) || b.Cursor() != desktop.PointerCursor {
		t.Errorf("pointed at: %v", b.ground.FillColor)
	}
	b.SetEnabled(false)
	if b.ground.FillColor != color.Transparent || b.Cursor() != desktop.DefaultCursor {
		t.Errorf("disabled: %v", b.ground.FillColor)
	}
	press(b, fyne.KeyReturn)
	b.MouseOut()
	b.SetSelected(true)
	if b.ground.FillColor != Tint(ColorAccent, 36) {
		t.Errorf("selected: %v", b.ground.FillColor)
	}
}

func TestNavItem(t *testing.T) {
	themed(t)
	n := NewNavItem("bell", "Alerts", func() {})
	test.NewTempWindow(t, n)
	if n.badge.Visible() {
		t.Error("a count of nothing is shown")
	}
	n.SetBadge("3", ColorHigh)
	if !n.badge.Visible() || n.badgeNum.Value() != "3" || n.badgeBg.Fill != ColorHigh {
		t.Errorf("count %q on %s", n.badgeNum.Value(), n.badgeBg.Fill)
	}
	n.SetBadge("4", ColorCritical)
	if n.badgeNum.Value() != "4" || n.badgeBg.Fill != ColorCritical {
		t.Errorf("count %q on %s", n.badgeNum.Value(), n.badgeBg.Fill)
	}
	n.SetBadge("", "")
	if n.badge.Visible() {
		t.Error("the count stayed")
	}
	n.SetSelected(true)
	if n.label.Color != ColorText || n.label.Style != Bold || n.bar.Fill != ColorAccent {
		t.Errorf("selected: %s", n.label.Color)
	}
	n.SetSelected(false)
	if n.label.Color != ColorMuted || n.bar.Fill != "" {
		t.Errorf("not selected: %s", n.label.Color)
	}
}

// TestIconButtonGreysOut: what cannot be pressed looks like it.
func TestIconButtonGreysOut(t *testing.T) {
	themed(t)
	n := 0
	b := NewIconButton("copy", func() { n++ })
	test.NewTempWindow(t, b)
	b.SetEnabled(false)
	test.Tap(b)
	if b.icon.col != theme.ColorNameDisabled || n != 0 {
		t.Errorf("disabled: %s, pressed %d times", b.icon.col, n)
	}
	b.SetEnabled(true)
	test.Tap(b)
	if b.icon.col != ColorMuted || n != 1 {
		t.Errorf("enabled: %s, pressed %d times", b.icon.col, n)
	}
}
