package widget

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// newPlainTable returns a table of two columns in a window of 300 by 200, and
// what was asked of it.
func newPlainTable(t *testing.T, rows int) (*Table, fyne.Window, *[]string) {
	t.Helper()
	themed(t)
	table := NewTable([]TableColumn{{Title: "Name", Width: 50, Flex: 1}, {Title: "Count", Width: 60, Right: true}})
	w := test.NewTempWindow(t, table)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(300, 200))
	var asked []string
	table.OnSort = func(c int) { asked = append(asked, fmt.Sprint("sort ", c)) }
	table.OnOpen = func(r int) { asked = append(asked, fmt.Sprint("open ", r)) }
	table.OnCopy = func(r int) { asked = append(asked, fmt.Sprint("copy ", r)) }
	table.OnMenu = func(r, c int, _ fyne.Position) { asked = append(asked, fmt.Sprint("menu ", r, " ", c)) }
	table.Set(numberedRows(rows), 0, false)
	return table, w, &asked
}

func numberedRows(n int) (rows [][]Cell) {
	for i := range n {
		rows = append(rows, []Cell{{Text: fmt.Sprint("row ", i)}, {Text: fmt.Sprint(i), Dot: ColorHigh}})
	}
	return rows
}

// tableRows returns the rows in view, by the widgets that show them.
func tableRows(table *Table) map[int]*tableRow {
	out := map[int]*tableRow{}
	walk(table.list, func(o fyne.CanvasObject, _ float32) {
		if r, ok := o.(*tableRow); ok && len(r.cells) > 0 {
			out[r.index] = r
		}
	})
	return out
}

// TestTableHeadSorts: by click and keyboard; the arrow says by which column
// and in which direction.
func TestTableHeadSorts(t *testing.T) {
	table, w, asked := newPlainTable(t, 3)
	test.TapCanvas(w.Canvas(), fyne.NewPos(270, 10))
	w.Canvas().Focus(table.header[0])
	press(table.header[0], fyne.KeyReturn)
	if want := []string{"sort 1", "sort 0"}; !slices.Equal(*asked, want) {
		t.Errorf("asked %q, want %q", *asked, want)
	}
	arrows := func() (out []string) {
		for _, h := range table.header {
			name := ""
			if h.arrow.Visible() {
				name = h.arrow.name
			}
			out = append(out, name)
		}
		return out
	}
	for _, c := range []struct {
		column     int
		descending bool
		want       []string
	}{{0, false, []string{"chevron-up", ""}}, {1, true, []string{"", "chevron-down"}}, {1, false, []string{"", "chevron-up"}}, {-1, false, []string{"", ""}}} {
		if table.Set(numberedRows(3), c.column, c.descending); !slices.Equal(arrows(), c.want) {
			t.Errorf("sorted by %d: arrows %q, want %q", c.column, arrows(), c.want)
		}
	}
}

// TestTableRowsByMouse: a click opens, the right button names row and column.
func TestTableRowsByMouse(t *testing.T) {
	table, w, asked := newPlainTable(t, 50)
	rows := tableRows(table)
	if rows[2] == nil || rows[49] != nil {
		t.Fatalf("%d rows are in view", len(rows))
	}
	test.Tap(rows[2])
	rows[1].TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(10, 5)})
	rows[1].TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(rows[1].Size().Width-5, 5)})
	table.list.TypedShortcut(&fyne.ShortcutCopy{}) // the row that was clicked
	if want := []string{"open 2", "menu 1 0", "menu 1 1", "copy 2"}; !slices.Equal(*asked, want) {
		t.Errorf("asked %q, want %q", *asked, want)
	}
	if w.Canvas().Focused() != table.FocusTarget() {
		t.Error("a click takes the keyboard")
	}
}

func TestTableRowsByKeyboard(t *testing.T) {
	table, w, asked := newPlainTable(t, 50)
	table.list.TypedShortcut(&fyne.ShortcutCopy{}) // no row has the keyboard
	var window []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { window = append(window, e.Name) })
	w.Canvas().Focus(table.FocusTarget())
	press(table.list, fyne.KeyDown, fyne.KeyDown, fyne.KeyUp, desktop.KeyMenu, fyne.KeyReturn, fyne.KeySpace)
	table.list.TypedShortcut(&fyne.ShortcutCopy{})
	press(table.list, fyne.KeyF5, fyne.KeyEscape)
	if want := []string{"copy -1", "menu 1 -1", "open 1", "open 1", "copy 1"}; !slices.Equal(*asked, want) {
		t.Errorf("asked %q, want %q", *asked, want)
	}
	if want := []fyne.KeyName{fyne.KeyF5, fyne.KeyEscape}; !slices.Equal(window, want) {
		t.Errorf("the window got %v, want %v", window, want)
	}
	for range 60 {
		press(table.list, fyne.KeyDown)
	}
	press(table.list, fyne.KeyReturn)
	if got := (*asked)[len(*asked)-1]; got != "open 49" || tableRows(table)[49] == nil {
		t.Errorf("at the end: %s", got)
	}
	table.Set(nil, 0, false)
	*asked = nil
	press(table.list, desktop.KeyMenu)
	if len(*asked) > 0 {
		t.Errorf("without rows: %q", *asked)
	}
}

// TestTableCellsKeepToTheirColumns: a light stands before the text, and what
// is too long ends in an ellipsis.
func TestTableCellsKeepToTheirColumns(t *testing.T) {
	table, _, _ := newPlainTable(t, 1)
	long := "a name that is much too long for a column of this width, by far"
	table.Set([][]Cell{{{Text: long}, {Text: "7", Dot: ColorHigh, Color: ColorMuted}}}, 0, false)
	row := tableRows(table)[0]
	name, count, dot := row.texts[0], row.texts[1], row.dots[1]
	if name.Text == long || name.Position().X+name.MinSize().Width > 240 {
		t.Errorf("%q ends at %v", name.Text, name.Position().X+name.MinSize().Width)
	}
	if row.dots[0].Visible() || !dot.Visible() || dot.Position().X < 240 || dot.Position().X+dot.Size().Width > count.Position().X {
		t.Errorf("the light stands at %v, its text at %v", dot.Position().X, count.Position().X)
	}
	if dot.FillColor != Color(Fill(ColorHigh)) || count.Color != Color(ColorMuted) || name.Color != Color(ColorText) {
		t.Errorf("colours %v, %v, %v", dot.FillColor, count.Color, name.Color)
	}
}
