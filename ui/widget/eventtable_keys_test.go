package widget

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

func press(o fyne.Focusable, keys ...fyne.KeyName) {
	for _, k := range keys {
		o.TypedKey(&fyne.KeyEvent{Name: k})
	}
}

// TestTablePages: a page is what is in view less a row, and what is chosen by
// keys comes into view.
func TestTablePages(t *testing.T) {
	table, w := newTestTable(t)
	rows := items(0, 100)
	table.SetRows(rows)
	w.Canvas().Focus(table.FocusTarget())
	at := func() int {
		item, ok := table.Selected()
		if !ok {
			return -1
		}
		return slices.Index(rows, item)
	}
	visible := func() bool { return slices.Contains(shownNames(table), rows[at()].name) }
	page := int(table.list.Size().Height/rowPitch) - 1
	if page < 5 || page > 20 {
		t.Fatalf("%d rows are in view", page)
	}
	for _, c := range []struct {
		key  fyne.KeyName
		want int
	}{{fyne.KeyPageDown, page}, {fyne.KeyPageDown, 2 * page}, {fyne.KeyPageUp, page}, {fyne.KeyEnd, 99}, {fyne.KeyPageDown, 99}, {fyne.KeyHome, 0}, {fyne.KeyPageUp, 0}} {
		press(table.FocusTarget(), c.key)
		if at() != c.want || !visible() {
			t.Errorf("%s: row %d, want %d; in view: %v", c.key, at(), c.want, visible())
		}
	}
	// A row that is there no more has no neighbours.
	press(table.FocusTarget(), fyne.KeyEnd)
	rows = items(1000, 100)
	table.SetRows(rows)
	opened := false
	table.OnOpen = func(*item) { opened = true }
	press(table.FocusTarget(), fyne.KeyReturn)
	if opened {
		t.Error("Enter opened a row that is not there")
	}
	press(table.FocusTarget(), fyne.KeyDown)
	if at() != 0 {
		t.Errorf("Down led to row %d, want the first", at())
	}
}

func TestTableWithoutRowsTakesKeys(t *testing.T) {
	table, w := newTestTable(t)
	for _, f := range []*func(*item){&table.OnSelect, &table.OnOpen, &table.OnCopy} {
		*f = func(i *item) { t.Errorf("something was done with %v", i) }
	}
	table.OnMenu = func(*item, int, fyne.Position) { t.Error("a menu of nothing") }
	w.Canvas().Focus(table.FocusTarget())
	press(table.FocusTarget(), fyne.KeyDown, fyne.KeyUp, fyne.KeyPageDown, fyne.KeyPageUp, fyne.KeyHome, fyne.KeyEnd, fyne.KeyReturn, desktop.KeyMenu)
	table.list.TypedShortcut(&fyne.ShortcutCopy{})
}

// TestTableMenus: the right button names the column under it, the menu key
// opens beside the row that is chosen.
func TestTableMenus(t *testing.T) {
	table, w := newTestTable(t)
	rows := items(0, 100)
	table.SetRows(rows)
	type menu struct {
		item   *item
		column int
	}
	var got []menu
	var at fyne.Position
	table.OnMenu = func(i *item, column int, p fyne.Position) { got, at = append(got, menu{i, column}), p }
	for _, x := range []float32{20, 150, 400} {
		o, _, _ := rowAt(t, w, table, 2)
		o.TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(x, 5)})
	}
	w.Canvas().Focus(table.FocusTarget())
	press(table.FocusTarget(), desktop.KeyMenu) // nothing is chosen
	table.Select(rows[4])
	press(table.FocusTarget(), desktop.KeyMenu)
	if want := []menu{{rows[2], 0}, {rows[2], 1}, {rows[2], 2}, {rows[4], -1}}; !slices.Equal(got, want) {
		t.Errorf("menus %v, want %v", got, want)
	}
	_, top, bottom := rowAt(t, w, table, 4)
	if at.Y < top || at.Y > bottom+1 {
		t.Errorf("the menu opens at %v, its row is at %v to %v", at.Y, top, bottom)
	}
}

// rowAt returns the widget that shows a row, and where it begins and ends on
// the canvas.
func rowAt(t *testing.T, w fyne.Window, table *EventTable[*item], n int) (row *eventRow[*item], top, bottom float32) {
	t.Helper()
	shownNames(table) // makes what is in view
	walk(table.list, func(o fyne.CanvasObject, _ float32) {
		if r, ok := o.(*eventRow[*item]); ok && r.has && r.item == table.rows[n] {
			row = r
		}
	})
	if row == nil {
		t.Fatalf("row %d is not in view", n)
	}
	p := fyne.CurrentApp().Driver().AbsolutePositionForObject(row)
	return row, p.Y, p.Y + row.Size().Height
}

// TestTableKeysOfOthers: what the table has no use for goes to its page, and
// what that leaves to the window.
func TestTableKeysOfOthers(t *testing.T) {
	table, w := newTestTable(t)
	var window []string
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { window = append(window, string(e.Name)) })
	w.Canvas().SetOnTypedRune(func(r rune) { window = append(window, string(r)) })
	w.Canvas().Focus(table.FocusTarget())
	press(table.FocusTarget(), fyne.KeyF5)
	table.FocusTarget().TypedRune('x')
	table.OnKey = func(k fyne.KeyName) bool { return k == fyne.KeyEscape }
	table.OnRune = func(r rune) bool { return r == 'p' }
	press(table.FocusTarget(), fyne.KeyEscape, fyne.KeyF5)
	table.FocusTarget().TypedRune('p')
	table.FocusTarget().TypedRune('q')
	if want := []string{"F5", "x", "F5", "q"}; !slices.Equal(window, want) {
		t.Errorf("the window got %q, want %q", window, want)
	}
}

// TestTableTellsOfItsEnd: more is asked for when the last row comes into view,
// and not before.
func TestTableTellsOfItsEnd(t *testing.T) {
	table, w := newTestTable(t)
	asked := 0
	table.OnBottom = func() { asked++ }
	table.SetRows(items(0, 200))
	if shownNames(table); asked > 0 {
		t.Error("more was asked for at the top")
	}
	w.Canvas().Focus(table.FocusTarget())
	press(table.FocusTarget(), fyne.KeyEnd)
	if shownNames(table); asked == 0 {
		t.Error("nothing was asked for at the end")
	}
}

func TestTableShowsItsFocus(t *testing.T) {
	table, w := newTestTable(t)
	ring := test.WidgetRenderer(table).(*eventTableRenderer[*item]).ring
	none := ring.StrokeColor
	w.Canvas().Focus(table.FocusTarget())
	if ring.StrokeColor != Color(ColorFocus) {
		t.Errorf("focused, the ring is %v", ring.StrokeColor)
	}
	w.Canvas().Unfocus()
	if ring.StrokeColor != none {
		t.Errorf("the ring stayed: %v", ring.StrokeColor)
	}
}
