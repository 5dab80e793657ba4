package widget

import (
	"fmt"
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// edgeOf returns where a column ends and the next begins.
func edgeOf(table *EventTable[*item], column int) float32 {
	for _, p := range table.places {
		if p.column == column {
			return p.x + p.width + cellGap/2
		}
	}
	return -1000
}

func drag(o fyne.Draggable, from, by float32) {
	o.Dragged(&fyne.DragEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(from+by, 10)}, Dragged: fyne.NewDelta(by, 0)})
	o.DragEnd()
}

func TestTableHeadLeadsToItsColumns(t *testing.T) {
	table, w := newTestTable(t)
	var got []int
	table.OnHead = func(column int, _ fyne.Position) { got = append(got, column) }
	for _, p := range table.places {
		test.TapCanvas(w.Canvas(), table.head.Position().AddXY(p.x+20, 20))
	}
	table.head.TappedSecondary(&fyne.PointEvent{Position: fyne.NewPos(2, 10)}) // beside all
	if want := []int{0, 1, 2, -1}; !slices.Equal(got, want) {
		t.Errorf("columns %v, want %v", got, want)
	}
}

// TestTableColumnsAreDragged: an edge that is dragged makes its column wider
// and moves the others; the column that takes what is left has no edge.
func TestTableColumnsAreDragged(t *testing.T) {
	table, _ := newTestTable(t)
	drag(table.head, edgeOf(table, 0), 30) // nobody asked for it
	if w := table.columns[0].Width; w != 120 {
		t.Errorf("without OnWidth the column became %v wide", w)
	}
	var told []string
	table.OnWidth = func(column int, width float32) { told = append(told, fmt.Sprint(column, " ", width)) }
	second := table.places[1].x
	last := table.places[2]
	drag(table.head, edgeOf(table, 0), 30)
	if table.places[1].x != second+30 || table.places[2].width != last.width-30 {
		t.Errorf("the columns stand at %+v", table.places)
	}
	drag(table.head, edgeOf(table, 1), -50)
	drag(table.head, edgeOf(table, 1), -1000) // cannot vanish
	drag(table.head, edgeOf(table, 2), 40)    // takes what is left
	drag(table.head, table.places[0].x+20, 40)
	if want := []string{"0 150", "1 150", "1 36"}; !slices.Equal(told, want) {
		t.Errorf("told %q, want %q", told, want)
	}
}

func TestTableHeadShowsWhatItDoes(t *testing.T) {
	table, _ := newTestTable(t)
	at := func(x float32) desktop.Cursor {
		table.head.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: fyne.NewPos(x, 5)}})
		return table.head.Cursor()
	}
	edge := edgeOf(table, 0)
	if c := at(edge); c != desktop.DefaultCursor {
		t.Errorf("a head that does nothing has cursor %v", c)
	}
	table.OnHead, table.OnWidth = func(int, fyne.Position) {}, func(int, float32) {}
	if a, b := at(edge), at(edge-40); a != desktop.HResizeCursor || b != desktop.PointerCursor {
		t.Errorf("cursor %v at the edge, %v beside it", a, b)
	}
	table.head.MouseOut()
	if c := table.head.Cursor(); c != desktop.PointerCursor {
		t.Errorf("cursor %v after the pointer left", c)
	}
}

// TestTableChangesItsColumns: titles and rows follow, and what was seen stays
// selected.
func TestTableChangesItsColumns(t *testing.T) {
	table, _ := newTestTable(t)
	rows := items(0, 20)
	table.SetRows(rows)
	table.Select(rows[3])
	table.SetColumns([]EventColumn[*item]{{Title: "Only", Text: func(i *item) string { return "only " + i.name }}})
	if got := shownNames(table); got[0] != "only row 0" {
		t.Errorf("the first row is %q", got[0])
	}
	var titles []string
	for _, o := range test.WidgetRenderer(table.head).Objects() {
		if text, ok := o.(*canvas.Text); ok && text.Visible() {
			titles = append(titles, text.Text)
		}
	}
	if !slices.Equal(titles, []string{"Only"}) {
		t.Errorf("titles %q", titles)
	}
	if got, ok := table.Selected(); !ok || got != rows[3] {
		t.Errorf("selected %v", got)
	}
}
