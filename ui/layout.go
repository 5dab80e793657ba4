package ui

import (
	"strings"

	"fyne.io/fyne/v2"
)

// gridLayout puts objects into columns of one width, all rows of one height,
// with a gap between them.
type gridLayout struct {
	columns int
	gap     float32
	first   float32 // part of the width for the first of two columns; 0 means equal
}

func (g *gridLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	var cell fyne.Size
	for _, o := range objects {
		cell = cell.Max(o.MinSize())
	}
	rows := (len(objects) + g.columns - 1) / g.columns
	return fyne.NewSize(cell.Width*float32(g.columns)+g.gap*float32(g.columns-1), cell.Height*float32(rows)+g.gap*float32(max(0, rows-1)))
}

func (g *gridLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	rows := (len(objects) + g.columns - 1) / g.columns
	if rows == 0 {
		return
	}
	width := (s.Width - g.gap*float32(g.columns-1)) / float32(g.columns)
	height := (s.Height - g.gap*float32(rows-1)) / float32(rows)
	x := float32(0)
	for i, o := range objects {
		w := width
		if g.first > 0 {
			w = (s.Width - g.gap) * g.first
			if i%g.columns > 0 {
				w = s.Width - g.gap - w
			}
		}
		if i%g.columns == 0 {
			x = 0
		}
		o.Resize(fyne.NewSize(w, height))
		o.Move(fyne.NewPos(x, float32(i/g.columns)*(height+g.gap)))
		x += w + g.gap
	}
}

// sentence turns an error into a sentence for people.
func sentence(err error) string {
	text := err.Error()
	if text == "" {
		return "Something went wrong."
	}
	return strings.ToUpper(text[:1]) + text[1:] + "."
}
