package widget

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"
)

// MarkedText shows a text in a fixed-width font in which some parts have a
// meaning: those stand out, the one pointed at most of all.
type MarkedText struct {
	fynewidget.BaseWidget
	OnPoint func(name string)                         // the part pointed at; "" for none
	OnMenu  func(name, value string, p fyne.Position) // a part was clicked

	text    string
	marks   []Mark
	pointed string
	runs    []markedRun
	height  float32
	laid    float32 // the width that runs are for
	texts   []*canvas.Text
	grounds []*canvas.Rectangle
}

// Mark is a part of a text with a meaning: text[Start:End]. Marks do not
// overlap.
type Mark struct {
	Start, End int
	Name       string
}

// markedRun is a piece of one line in one color.
type markedRun struct {
	text string
	mark int // in marks, -1 for none
	line int
	x    float32
}

// Geometry of marked text.
const (
	markedLineHeight = float32(16)
	markedMaxLines   = 40 // beyond that only the clipboard gets it
)

// NewMarkedText returns an empty text.
func NewMarkedText() *MarkedText {
	m := &MarkedText{}
	m.ExtendBaseWidget(m)
	return m
}

// Set replaces text and marks.
func (m *MarkedText) Set(text string, marks []Mark) {
	m.text, m.marks, m.pointed, m.laid = text, slices.Clone(marks), "", 0
	slices.SortFunc(m.marks, func(a, b Mark) int { return cmp.Compare(a.Start, b.Start) })
	m.Refresh()
}

// Text returns the text.
func (m *MarkedText) Text() string { return m.text }

// Point highlights the parts with a name; "" for none.
func (m *MarkedText) Point(name string) {
	if name != m.pointed {
		m.pointed = name
		m.Refresh()
	}
}

// wrap breaks text and marks into runs for a width.
func (m *MarkedText) wrap(width float32) {
	if m.laid == width || width <= 0 {
		return
	}
	m.laid = width
	one := fyne.MeasureText("m", SizeSmall, Monospace).Width
	per := max(int(width/one), 8)
	m.runs = m.runs[:0]
	line, column, at, mark := 0, 0, 0, 0
	var run strings.Builder
	current, x := -1, 0
	flush := func() {
		if run.Len() > 0 {
			m.runs = append(m.runs, markedRun{run.String(), current, line, float32(x) * one})
			run.Reset()
		}
	}
	for at < len(m.text) && line < markedMaxLines {
		r, size := utf8.DecodeRuneInString(m.text[at:])
		for mark < len(m.marks) && at >= m.marks[mark].End {
			mark++
		}
		now := -1
		if mark < len(m.marks) && at >= m.marks[mark].Start {
			now = mark
		}
		if now != current || column == per || r == '\n' {
			flush()
			if column == per || r == '\n' {
				line, column = line+1, 0
			}
			current, x = now, column
		}
		at += size
		switch {
		case r == '\n' || r == '\r':
			continue
		case r < ' ' || r == 0x7f || r == utf8.RuneError:
			r = '·'
		}
		run.WriteRune(r)
		column++
	}
	if line == markedMaxLines {
		run.Reset()
		run.WriteString("…")
		current, x = -1, 0
	}
	flush()
	m.height = float32(line+1) * markedLineHeight
}

// Tapped implements fyne.Tappable.
func (m *MarkedText) Tapped(e *fyne.PointEvent) {
	if i := m.markAt(e.Position); i >= 0 && m.OnMenu != nil {
		m.OnMenu(m.marks[i].Name, m.text[m.marks[i].Start:m.marks[i].End], e.AbsolutePosition)
	}
}

// MouseIn implements desktop.Hoverable.
func (m *MarkedText) MouseIn(e *desktop.MouseEvent) { m.MouseMoved(e) }

// MouseMoved implements desktop.Hoverable.
func (m *MarkedText) MouseMoved(e *desktop.MouseEvent) {
	name := ""
	if i := m.markAt(e.Position); i >= 0 {
		name = m.marks[i].Name
	}
	m.pointAt(name)
}

// MouseOut implements desktop.Hoverable.
func (m *MarkedText) MouseOut() { m.pointAt("") }

func (m *MarkedText) pointAt(name string) {
	if name == m.pointed {
		return
	}
	m.Point(name)
	if m.OnPoint != nil {
		m.OnPoint(name)
	}
}

// markAt returns the mark below a position, -1 without one.
func (m *MarkedText) markAt(p fyne.Position) int {
	one := fyne.MeasureText("m", SizeSmall, Monospace).Width
	line := int(p.Y / markedLineHeight)
	for _, r := range m.runs {
		if r.mark >= 0 && r.line == line && p.X >= r.x && p.X < r.x+float32(utf8.RuneCountInString(r.text))*one {
			return r.mark
		}
	}
	return -1
}

// CreateRenderer implements fyne.Widget.
func (m *MarkedText) CreateRenderer() fyne.WidgetRenderer { return &markedRenderer{m} }

type markedRenderer struct{ m *MarkedText }

func (r *markedRenderer) Destroy() {}

func (r *markedRenderer) MinSize() fyne.Size {
	return fyne.NewSize(160, max(r.m.height, markedLineHeight))
}

func (r *markedRenderer) Objects() []fyne.CanvasObject {
	var out []fyne.CanvasObject
	for _, g := range r.m.grounds {
		out = append(out, g)
	}
	for _, t := range r.m.texts {
		out = append(out, t)
	}
	return out
}

func (r *markedRenderer) Layout(s fyne.Size) {
	before := r.m.height
	r.m.wrap(s.Width)
	r.update()
	if r.m.height != before {
		// The height depends on the width: the container must be told.
		r.m.BaseWidget.Refresh()
	}
}

func (r *markedRenderer) Refresh() {
	r.m.wrap(r.m.Size().Width)
	r.update()
	canvas.Refresh(r.m)
}

func (r *markedRenderer) update() {
	m := r.m
	one := fyne.MeasureText("m", SizeSmall, Monospace).Width
	for len(m.texts) < len(m.runs) {
		t, g := canvas.NewText("", nil), canvas.NewRectangle(nil)
		t.TextSize, t.TextStyle, g.CornerRadius = SizeSmall, Monospace, 3
		m.texts, m.grounds = append(m.texts, t), append(m.grounds, g)
	}
	for i, t := range m.texts {
		g := m.grounds[i]
		t.Hidden, g.Hidden = i >= len(m.runs), true
		if t.Hidden {
			continue
		}
		run := m.runs[i]
		t.Text, t.Color = run.text, Color(ColorMuted)
		y := float32(run.line) * markedLineHeight
		if run.mark >= 0 {
			t.Color = Color(ColorText)
			g.Hidden = false
			g.FillColor = Color(theme.ColorNameHover)
			if m.marks[run.mark].Name == m.pointed {
				g.FillColor, t.Color = Color(ColorAccent), Color(ColorCard)
			}
			g.Move(fyne.NewPos(run.x-0.5, y+1))
			g.Resize(fyne.NewSize(float32(utf8.RuneCountInString(run.text))*one+1, markedLineHeight-2))
		}
		t.Move(fyne.NewPos(run.x, y+(markedLineHeight-t.MinSize().Height)/2))
	}
}
