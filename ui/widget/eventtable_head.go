package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"
)

// eventHead is the line of titles. A click on one opens the menu of columns;
// the edge between two can be dragged.
type eventHead[T comparable] struct {
	fynewidget.BaseWidget
	t     *EventTable[T]
	at    float32 // where the pointer is
	drag  int     // the column being resized, plus one; 0 is none
	width float32 // of it
}

// Tapped implements fyne.Tappable.
func (h *eventHead[T]) Tapped(e *fyne.PointEvent) { h.TappedSecondary(e) }

// TappedSecondary implements fyne.SecondaryTappable.
func (h *eventHead[T]) TappedSecondary(e *fyne.PointEvent) {
	if h.t.OnHead != nil {
		h.t.OnHead(h.t.columnAt(e.Position.X), e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (h *eventHead[T]) MouseIn(e *desktop.MouseEvent) { h.at = e.Position.X }

// MouseMoved implements desktop.Hoverable.
func (h *eventHead[T]) MouseMoved(e *desktop.MouseEvent) { h.at = e.Position.X }

// MouseOut implements desktop.Hoverable.
func (h *eventHead[T]) MouseOut() { h.at = -100 }

// Cursor implements desktop.Cursorable.
func (h *eventHead[T]) Cursor() desktop.Cursor {
	switch {
	case h.t.OnWidth != nil && (h.drag > 0 || h.t.edgeAt(h.at) >= 0):
		return desktop.HResizeCursor
	case h.t.OnHead != nil:
		return desktop.PointerCursor
	}
	return desktop.DefaultCursor
}

// Dragged implements fyne.Draggable.
func (h *eventHead[T]) Dragged(e *fyne.DragEvent) {
	if h.t.OnWidth == nil {
		return
	}
	if h.drag == 0 {
		column := h.t.edgeAt(e.Position.X - e.Dragged.DX)
		if column < 0 {
			return
		}
		h.drag, h.width = column+1, h.t.columns[column].Width
	}
	h.width += e.Dragged.DX
	h.t.resize(h.drag-1, h.width)
}

// DragEnd implements fyne.Draggable.
func (h *eventHead[T]) DragEnd() {
	if h.drag > 0 {
		h.t.OnWidth(h.drag-1, h.t.columns[h.drag-1].Width)
		h.drag = 0
	}
}

// CreateRenderer implements fyne.Widget.
func (h *eventHead[T]) CreateRenderer() fyne.WidgetRenderer {
	x := &eventHeadRenderer[T]{h: h, ground: canvas.NewRectangle(nil), made: -1}
	x.ground.CornerRadius = 4
	x.Refresh()
	return x
}

type eventHeadRenderer[T comparable] struct {
	h      *eventHead[T]
	ground *canvas.Rectangle
	texts  []*canvas.Text
	shown  []fyne.CanvasObject
	made   int // the version of the columns that texts are for
}

func (x *eventHeadRenderer[T]) Destroy()                     {}
func (x *eventHeadRenderer[T]) MinSize() fyne.Size           { return fyne.NewSize(flexMin, RowHeight) }
func (x *eventHeadRenderer[T]) Objects() []fyne.CanvasObject { return x.shown }

func (x *eventHeadRenderer[T]) Layout(s fyne.Size) {
	x.ground.Resize(s)
	for _, t := range x.texts {
		t.Hide()
	}
	if x.made != x.h.t.set {
		return // Refresh follows
	}
	for _, p := range x.h.t.places {
		t := x.texts[p.column]
		t.Text = Ellipsize(x.h.t.columns[p.column].Title, p.width+cellGap/2, t.TextSize, t.TextStyle)
		t.Show()
		t.Move(fyne.NewPos(p.x, (s.Height-t.MinSize().Height)/2))
	}
}

func (x *eventHeadRenderer[T]) Refresh() {
	if t := x.h.t; x.made != t.set {
		x.made = t.set
		x.texts, x.shown = nil, []fyne.CanvasObject{x.ground}
		for _, c := range t.columns {
			text := canvas.NewText(c.Title, nil)
			text.TextSize, text.TextStyle = SizeCaption+0.5, Bold
			x.texts = append(x.texts, text)
			x.shown = append(x.shown, text)
		}
	}
	x.ground.FillColor = Color(theme.ColorNameHeaderBackground)
	for _, t := range x.texts {
		t.Color = Color(ColorMuted)
	}
	x.Layout(x.h.Size())
	canvas.Refresh(x.h)
}
