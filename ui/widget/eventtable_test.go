package widget

import (
	"fmt"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
)

type item struct{ name string }

func items(from, n int) []*item {
	out := make([]*item, n)
	for i := range out {
		out[i] = &item{fmt.Sprintf("row %d", from+i)}
	}
	return out
}

func newTestApp(t *testing.T) {
	t.Helper()
	app := test.NewApp()
	t.Cleanup(app.Quit)
	app.Settings().SetTheme(Theme{Appearance: Dark})
}

func newTestTable(t *testing.T) (*EventTable[*item], fyne.Window) {
	t.Helper()
	newTestApp(t)
	table := NewEventTable([]EventColumn[*item]{
		{Title: "Name", Width: 120, Text: func(i *item) string { return i.name }},
		{Title: "Extra", Width: 200, Drop: 1, Text: func(*item) string { return "extra" }, Dot: func(*item) fyne.ThemeColorName { return ColorHigh }},
		{Title: "Text", Mono: true, Text: func(i *item) string { return "text of " + i.name }},
	})
	w := test.NewWindow(table)
	t.Cleanup(w.Close)
	w.Resize(fyne.NewSize(800, 300))
	return table, w
}

// shownNames returns the first column of what is drawn, from top to bottom.
func shownNames(t *EventTable[*item]) []string {
	type line struct {
		y    float32
		text string
	}
	var lines []line
	test.WidgetRenderer(t.list)
	walk(t.list, func(o fyne.CanvasObject, y float32) {
		if r, ok := o.(*eventRow[*item]); ok && r.texts != nil {
			lines = append(lines, line{y, r.texts[0].Text})
		}
	})
	slices.SortFunc(lines, func(a, b line) int { return int(a.y - b.y) })
	var out []string
	for _, l := range lines {
		out = append(out, l.text)
	}
	return out
}

func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject, float32)) {
	var down func(o fyne.CanvasObject, y float32)
	down = func(o fyne.CanvasObject, y float32) {
		y += o.Position().Y
		visit(o, y)
		switch o := o.(type) {
		case *fyne.Container:
			for _, c := range o.Objects {
				down(c, y)
			}
		case fyne.Widget:
			for _, c := range test.WidgetRenderer(o).Objects() {
				down(c, y)
			}
		}
	}
	down(o, 0)
}

func TestTableTapSelects(t *testing.T) {
	table, w := newTestTable(t)
	rows := items(0, 100)
	var got *item
	table.OnSelect = func(i *item) { got = i }
	table.SetRows(rows)
	test.TapCanvas(w.Canvas(), fyne.NewPos(100, RowHeight+10+3*rowPitch))
	if got != rows[3] {
		t.Fatalf("tapped the fourth row, got %v", got)
	}
	if w.Canvas().Focused() != table.FocusTarget() {
		t.Error("a tap takes the keyboard focus")
	}
}

func TestTableKeys(t *testing.T) {
	table, w := newTestTable(t)
	rows := items(0, 100)
	var got, opened, copied *item
	var keys []fyne.KeyName
	table.OnSelect = func(i *item) { got = i }
	table.OnOpen = func(i *item) { opened = i }
	table.OnCopy = func(i *item) { copied = i }
	table.OnKey = func(k fyne.KeyName) bool { keys = append(keys, k); return true }
	table.SetRows(rows)
	w.Canvas().Focus(table.FocusTarget())
	press := func(k fyne.KeyName) { table.FocusTarget().TypedKey(&fyne.KeyEvent{Name: k}) }
	for _, c := range []struct {
		key  fyne.KeyName
		want int
	}{{fyne.KeyDown, 0}, {fyne.KeyDown, 1}, {fyne.KeyUp, 0}, {fyne.KeyUp, 0}, {fyne.KeyEnd, 99}, {fyne.KeyDown, 99}, {fyne.KeyHome, 0}} {
		press(c.key)
		if got != rows[c.want] {
			t.Fatalf("%s: %v, want row %d", c.key, got, c.want)
		}
	}
	press(fyne.KeyReturn)
	if opened != rows[0] {
		t.Error("Enter opens")
	}
	table.list.TypedShortcut(&fyne.ShortcutCopy{})
	if copied != rows[0] {
		t.Error("Ctrl+C copies")
	}
	press(fyne.KeyEscape)
	if !slices.Equal(keys, []fyne.KeyName{fyne.KeyEscape}) {
		t.Errorf("keys handed on: %v", keys)
	}
}

func TestTableStaysInPlaceWhenRowsArrive(t *testing.T) {
	table, _ := newTestTable(t)
	old := items(0, 200)
	table.SetRows(old)
	if got := shownNames(table)[0]; got != "row 0" {
		t.Fatalf("first row %q", got)
	}
	table.SetRows(slices.Concat(items(1000, 3), old))
	if got := shownNames(table)[0]; got != "row 1000" || !table.AtTop() {
		t.Errorf("at the top new rows are seen, first is %q", got)
	}
	rows := table.Rows()
	table.list.ScrollToOffset(50 * rowPitch)
	before := shownNames(table)
	table.SetRows(slices.Concat(items(2000, 7), rows))
	if got := shownNames(table); !slices.Equal(got, before) {
		t.Errorf("rows in view moved: %q, were %q", got[:3], before[:3])
	}
	table.SetRows(items(5000, 100)) // another search
	if got := shownNames(table)[0]; got != "row 5000" || !table.AtTop() {
		t.Errorf("another search begins at the top, not at %q", got)
	}
	table.SetRows(nil)
	if got := shownNames(table); len(got) != 0 {
		t.Errorf("empty: %q", got)
	}
}

func TestTableSelectionFollowsTheItem(t *testing.T) {
	table, _ := newTestTable(t)
	rows := items(0, 50)
	table.SetRows(rows)
	table.Select(rows[5])
	table.SetRows(slices.Concat(items(100, 2), rows))
	if got, ok := table.Selected(); !ok || got != rows[5] {
		t.Errorf("selected %v", got)
	}
	var marked []string
	walk(table.list, func(o fyne.CanvasObject, _ float32) {
		if r, ok := o.(*eventRow[*item]); ok && r.selected {
			marked = append(marked, r.item.name)
		}
	})
	if !slices.Equal(marked, []string{"row 5"}) {
		t.Errorf("marked: %q", marked)
	}
}

func TestTableDropsColumnsWhenNarrow(t *testing.T) {
	table, w := newTestTable(t)
	count := func() int { return len(table.places) }
	if count() != 3 {
		t.Fatalf("%d columns at 800", count())
	}
	w.Resize(fyne.NewSize(500, 300))
	if count() != 2 {
		t.Errorf("%d columns at 500", count())
	}
	last := table.places[len(table.places)-1]
	if table.columns[last.column].Title != "Text" || last.x+last.width > table.Size().Width {
		t.Errorf("the last column: %+v of %v", last, table.Size().Width)
	}
	if got := table.columnAt(last.x + 5); got != last.column {
		t.Errorf("column at its own place: %d", got)
	}
	w.Resize(fyne.NewSize(900, 300))
	if count() != 3 {
		t.Errorf("%d columns at 900", count())
	}
}

func TestTableUnchangedRowsAreNotRedrawn(t *testing.T) {
	newTestApp(t)
	calls := 0
	table := NewEventTable([]EventColumn[*item]{{Title: "Name", Text: func(i *item) string { calls++; return i.name }}})
	w := test.NewWindow(table)
	defer w.Close()
	w.Resize(fyne.NewSize(400, 300))
	rows := items(0, 5)
	table.SetRows(rows)
	before := calls
	for range 10 {
		table.SetRows(rows)
	}
	if calls != before {
		t.Errorf("%d texts made for rows that did not change", calls-before)
	}
}

func TestMeasurerFit(t *testing.T) {
	newTestApp(t)
	m := measurer{size: 12}
	long := "Übergrößenträger 日本語 and more text that does not fit"
	for width := float32(0); width < 400; width += 7 {
		got := m.fit(long, width)
		if !utf8.ValidString(got) {
			t.Fatalf("width %v: %q is not UTF-8", width, got)
		}
		if got != long && got[len(got)-len("…"):] != "…" {
			t.Errorf("width %v: %q", width, got)
		}
		if w := fyne.MeasureText(got, 12, fyne.TextStyle{}).Width; got != "…" && w > width+2 {
			t.Errorf("%q is %v wide, not %v", got, w, width)
		}
	}
	if got := m.fit("a\tb\nc\x1b", 400); got != "a b c " {
		t.Errorf("control characters: %q", got)
	}
	for _, bad := range []string{"ab\xffcd", "\xff", "\xe6\x97", "\xffabc\xc3"} {
		for width := float32(0); width < 60; width += 3 {
			if got := m.fit(bad, width); !utf8.ValidString(got) {
				t.Fatalf("%q at %v: %q", bad, width, got)
			}
		}
	}
	if got := m.fit("", 10); got != "" {
		t.Errorf("empty: %q", got)
	}
}

func TestWrapText(t *testing.T) {
	for _, c := range []struct {
		text string
		per  int
		most int
		want []string
	}{
		{"", 10, 3, []string{""}},
		{"short", 10, 3, []string{"short"}},
		{"exactly10!", 10, 3, []string{"exactly10!"}},
		{"one two three four", 10, 5, []string{"one two", "three four"}},
		{"abcdefghijklmnop", 5, 5, []string{"abcde", "fghij", "klmno", "p"}},
		{"a\nb", 5, 5, []string{"a", "b"}},
		{"a\n", 5, 5, []string{"a", ""}},
		{"a\tb", 5, 5, []string{"a b"}},
		{"abcdefghij", 3, 2, []string{"abc", "de…"}},
		{"üüüüü", 3, 5, []string{"üüü", "üü"}},
	} {
		if got := WrapText(c.text, c.per, c.most); !slices.Equal(got, c.want) {
			t.Errorf("WrapText(%q, %d, %d) = %q, want %q", c.text, c.per, c.most, got, c.want)
		}
	}
}

func TestFieldList(t *testing.T) {
	newTestApp(t)
	list := NewFieldList()
	var filtered, copied []string
	list.OnFilter = func(name, value string, exclude bool) {
		filtered = append(filtered, fmt.Sprint(name, "=", value, " ", exclude))
	}
	list.OnCopy = func(v string) { copied = append(copied, v) }
	w := test.NewWindow(list)
	defer w.Close()
	w.Resize(fyne.NewSize(400, 600))
	list.Set([]NameValue{{"user.name", "anna"}, {"message", "a long text that needs more than one line at this width, certainly"}})
	if h := list.lines[1].Size().Height; h <= list.lines[0].Size().Height {
		t.Errorf("a long value is as high as a short one: %v", h)
	}
	if list.MinSize().Height < list.lines[0].Size().Height+list.lines[1].Size().Height {
		t.Errorf("the list is %v high", list.MinSize().Height)
	}
	l := list.lines[0]
	w.Canvas().Focus(l)
	l.TypedRune('+')
	l.TypedRune('-')
	l.TypedShortcut(&fyne.ShortcutCopy{})
	test.Tap(l.exclude)
	if want := []string{"user.name=anna false", "user.name=anna true", "user.name=anna true"}; !slices.Equal(filtered, want) {
		t.Errorf("filtered %q", filtered)
	}
	if !slices.Equal(copied, []string{"anna"}) {
		t.Errorf("copied %q", copied)
	}
	list.Set([]NameValue{{"host.name", "nas"}})
	if l.field.Value != "nas" || list.lines[1].used {
		t.Error("lines are used again for the next event")
	}
}

func TestHistogram(t *testing.T) {
	newTestApp(t)
	h := NewHistogram(time.UTC, func(n int) string { return fmt.Sprint(n) })
	var since, until int64
	h.OnRange = func(a, b int64) { since, until = a, b }
	w := test.NewWindow(h)
	defer w.Close()
	w.SetPadded(false)
	w.Resize(fyne.NewSize(600, 100))
	minute := int64(time.Minute)
	data := HistogramData{Since: 0, Until: 60 * minute, Width: time.Minute, Bars: []HistogramBar{{0, 5}, {10 * minute, 7}, {59 * minute, 1}, {90 * minute, 100}}}
	h.SetData(data)
	bars := 0
	for _, o := range test.WidgetRenderer(h).Objects() {
		if r, ok := o.(*canvas.Rectangle); ok && r.Visible() && r.CornerRadius > 0 && r.FillColor == Color(ColorAccent) {
			bars++
		}
	}
	if bars != 3 {
		t.Errorf("%d bars drawn, want the 3 within the time", bars)
	}
	test.TapCanvas(w.Canvas(), fyne.NewPos(105, 50))
	if since != 10*minute || until != 11*minute {
		t.Errorf("a click chose %d to %d", since/minute, until/minute)
	}
	since, until = 0, 0
	test.TapCanvas(w.Canvas(), fyne.NewPos(205, 50))
	if until != 0 {
		t.Error("a click where no bar is chooses nothing")
	}
	h.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(105, 50)}, Dragged: fyne.NewDelta(-50, 0)})
	h.DragEnd()
	if since != 10*minute || until != 16*minute {
		t.Errorf("a drag chose %d to %d", since/minute, until/minute)
	}
	h.MouseOut()
	h.FocusGained()
	h.TypedKey(&fyne.KeyEvent{Name: fyne.KeyLeft})
	if tip := test.WidgetRenderer(h).(*histogramRenderer).tip.Text; tip != "1 event  ·  01-01 00:59 – 01:00" {
		t.Errorf("tooltip %q", tip)
	}
	h.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if since != 59*minute || until != 60*minute {
		t.Errorf("the keyboard chose %d to %d", since/minute, until/minute)
	}
	h.SetData(HistogramData{}) // nothing to show
	h.TypedKey(&fyne.KeyEvent{Name: fyne.KeyRight})
	h.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

// BenchmarkTableUpdate is what a live table does on the UI goroutine five
// times a second: ten rows before 5,000.
func BenchmarkTableUpdate(b *testing.B) {
	app := test.NewApp()
	defer app.Quit()
	app.Settings().SetTheme(Theme{Appearance: Dark})
	text := func(i *item) string {
		return i.name + " Failed password for invalid user admin from 203.0.113.7 port 51122"
	}
	columns := []EventColumn[*item]{{Title: "Text", Text: text}}
	for range 9 {
		columns = append(columns, EventColumn[*item]{Title: "x", Width: 100, Text: text})
	}
	table := NewEventTable(columns)
	w := test.NewWindow(table)
	defer w.Close()
	w.Resize(fyne.NewSize(1440, 900))
	rows := items(0, 5000)
	table.SetRows(rows)
	b.ReportAllocs()
	for b.Loop() {
		rows = slices.Concat(items(0, 10), rows)[:5000]
		table.SetRows(rows)
	}
}
