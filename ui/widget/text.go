package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Bold and Monospace are the text styles in use beside the regular one.
var (
	Bold      = fyne.TextStyle{Bold: true}
	Monospace = fyne.TextStyle{Monospace: true}
)

// Text is one line of text that follows the theme and, if asked to, ends in an
// ellipsis instead of overlapping its neighbour.
type Text struct {
	fynewidget.BaseWidget
	TextSize float32
	Color    fyne.ThemeColorName
	Style    fyne.TextStyle
	Align    fyne.TextAlign
	Truncate bool // shrink to the given width with an ellipsis

	value string
	text  *canvas.Text
}

// NewText returns a line of text.
func NewText(value string, size float32, col fyne.ThemeColorName, style fyne.TextStyle) *Text {
	t := &Text{TextSize: size, Color: col, Style: style, value: value}
	t.ExtendBaseWidget(t)
	return t
}

// NewLabel returns plain text of the usual size.
func NewLabel(value string) *Text { return NewText(value, SizeText, ColorText, fyne.TextStyle{}) }

// NewBold returns semi-bold text of the usual size.
func NewBold(value string) *Text { return NewText(value, SizeText, ColorText, Bold) }

// NewMuted returns secondary text.
func NewMuted(value string) *Text { return NewText(value, SizeSmall, ColorMuted, fyne.TextStyle{}) }

// NewCaption returns small secondary text.
func NewCaption(value string) *Text {
	return NewText(value, SizeCaption, ColorMuted, fyne.TextStyle{})
}

// NewMono returns text in the mono face, for addresses, times and ids.
func NewMono(value string) *Text { return NewText(value, SizeSmall, ColorText, Monospace) }

// Truncated lets the text shrink to its space and returns it.
func (t *Text) Truncated() *Text {
	t.Truncate = true
	return t
}

// Aligned sets the alignment and returns the text.
func (t *Text) Aligned(a fyne.TextAlign) *Text {
	t.Align = a
	return t
}

// Value returns the whole text, even if only part of it is shown.
func (t *Text) Value() string { return t.value }

// SetText changes the text.
func (t *Text) SetText(value string) {
	if t.value != value {
		t.value = value
		t.Refresh()
	}
}

// SetColor changes the colour.
func (t *Text) SetColor(c fyne.ThemeColorName) {
	if t.Color != c {
		t.Color = c
		t.Refresh()
	}
}

// Set changes text and colour with a single redraw.
func (t *Text) Set(value string, c fyne.ThemeColorName) {
	if t.value != value || t.Color != c {
		t.value, t.Color = value, c
		t.Refresh()
	}
}

// CreateRenderer implements fyne.Widget.
func (t *Text) CreateRenderer() fyne.WidgetRenderer {
	t.text = canvas.NewText("", Color(t.Color))
	r := &textRenderer{t}
	r.update()
	return r
}

type textRenderer struct{ t *Text }

func (r *textRenderer) Destroy()                     {}
func (r *textRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.t.text} }

func (r *textRenderer) MinSize() fyne.Size {
	s := fyne.MeasureText(r.t.value, r.t.TextSize, r.t.Style)
	if r.t.Truncate {
		s.Width = min(s.Width, 3*r.t.TextSize)
	}
	return s
}

func (r *textRenderer) Layout(s fyne.Size) {
	if r.t.Truncate {
		if shown := Ellipsize(r.t.value, s.Width, r.t.TextSize, r.t.Style); shown != r.t.text.Text {
			r.t.text.Text = shown
			r.t.text.Refresh()
		}
	}
	h := r.t.text.MinSize().Height
	r.t.text.Move(fyne.NewPos(0, (s.Height-h)/2))
	r.t.text.Resize(fyne.NewSize(s.Width, h))
}

func (r *textRenderer) update() {
	t := r.t.text
	t.Text, t.TextSize, t.TextStyle, t.Alignment, t.Color = r.t.value, r.t.TextSize, r.t.Style, r.t.Align, Color(r.t.Color)
	if r.t.Truncate {
		t.Text = Ellipsize(r.t.value, r.t.Size().Width, r.t.TextSize, r.t.Style)
	}
}

func (r *textRenderer) Refresh() {
	r.update()
	r.t.text.Refresh()
	r.Layout(r.t.Size())
}

// Ellipsize returns s, or as much of its beginning as fits into width followed
// by an ellipsis. Line breaks and tabs become spaces: the text is shown on one
// line. Width 0 means not known yet.
func Ellipsize(s string, width, size float32, style fyne.TextStyle) string {
	if width < 0 {
		return ""
	}
	s = oneLine(s, int(width/size*6)+400)
	if width == 0 || fyne.MeasureText(s, size, style).Width <= width {
		return s
	}
	runes := []rune(s)
	lo, hi := 0, len(runes)
	for lo < hi { // the longest beginning that fits
		mid := (lo + hi + 1) / 2
		if fyne.MeasureText(string(runes[:mid])+"…", size, style).Width <= width {
			lo = mid
		} else {
			hi = mid - 1
		}
	}
	return string(runes[:lo]) + "…"
}

// oneLine replaces control characters and cuts what would not be visible
// anyway: measuring 64 KiB of text takes milliseconds.
func oneLine(s string, most int) string {
	if len(s) > 4*most {
		s = s[:4*most]
	}
	clean := true
	for i := range len(s) {
		if s[i] < ' ' || s[i] == 0x7f {
			clean = false
			break
		}
	}
	if clean {
		return s
	}
	out := []rune(s)
	for i, r := range out {
		if r < ' ' || r == 0x7f {
			out[i] = ' '
		}
	}
	return string(out)
}
