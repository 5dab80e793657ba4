package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"
)

// NewDot returns a round indicator of the given colour, 8 pixels wide.
func NewDot(col fyne.ThemeColorName) *Panel {
	d := NewPanel(col, "", canvas.RadiusMaximum)
	d.Min, d.dot = fyne.NewSquareSize(8), true
	return d
}

// Paragraph is wrapped text in the muted or plain colour.
func Paragraph(text string, muted bool) *fynewidget.Label {
	l := fynewidget.NewLabel(text)
	l.Wrapping = fyne.TextWrapWord
	if muted {
		l.Importance = fynewidget.LowImportance
	}
	return l
}

// Prose is a Paragraph flush with what is above and below it.
func Prose(text string, muted bool) fyne.CanvasObject {
	return Pad(Paragraph(text, muted), -4, -4, -6, -6)
}

// Banner is a sentence across a page: something went wrong or needs attention.
type Banner struct {
	Object *fyne.Container // what to put on the page

	text    *fynewidget.Label
	icon    *Icon
	ground  *Panel
	action  *fyne.Container
	message string
}

// NewBanner returns a banner that takes no space until Set.
func NewBanner() *Banner {
	b := &Banner{text: fynewidget.NewLabel(""), icon: NewIcon("triangle-alert", 16, ColorHigh), ground: NewPanel(ColorHigh, "", 6), action: container.NewStack()}
	b.text.Wrapping = fyne.TextWrapWord
	b.ground.Alpha = 26
	b.Object = stack(b.ground, Pad(Border(nil, nil, Pad(b.icon, 0, 0, 10, 4), b.action, b.text), 3, 3, 0, 8))
	b.Object.Hide()
	return b
}

// Set shows a sentence, or hides the banner if it is empty. With a label, a
// link appears beside it.
func (b *Banner) Set(message, label string, tapped func()) {
	if message == "" {
		b.message = ""
		b.Object.Hide()
		return
	}
	if message != b.message {
		b.message = message
		b.text.SetText(message)
		b.action.RemoveAll()
		if label != "" {
			b.action.Add(container.NewCenter(NewLink(label, SizeText, tapped)))
		}
	}
	b.Object.Show()
}

// Message returns the sentence shown, "" if hidden.
func (b *Banner) Message() string { return b.message }

// Empty takes the place of a list with nothing to show: an icon, what the
// situation is, and what to do about it.
func Empty(icon, title, hint string, actions ...fyne.CanvasObject) fyne.CanvasObject {
	text := Paragraph(hint, true)
	text.Alignment = fyne.TextAlignCenter
	box := Column(6, container.NewCenter(NewIcon(icon, 30, ColorFaint)),
		NewText(title, SizeTitle, ColorText, Bold).Aligned(fyne.TextAlignCenter), Fixed(420, 0, text))
	if len(actions) > 0 {
		box.Add(Pad(container.NewCenter(Row(8, actions...)), 6, 0, 0, 0))
	}
	return container.NewCenter(box)
}

// CopyField shows text to be copied, in the mono face, with a button that
// does so.
type CopyField struct {
	Object fyne.CanvasObject // what to put on the page

	text *Text
	icon *IconButton
}

// NewCopyField returns a field; copy puts the text on the clipboard.
func NewCopyField(text string, copy func(string)) *CopyField {
	f := &CopyField{text: NewMono(text).Truncated()}
	f.icon = NewIconButton("copy", func() {
		copy(f.text.Value())
		f.icon.SetIcon("check", ColorGood)
	})
	f.Object = stack(NewPanel(ColorTrack, "", 6), Pad(Border(nil, nil, nil, f.icon, f.text), 2, 2, 10, 3))
	return f
}

// Number is a big figure with its name, a remark and a sparkline: one of the
// tiles at the head of a page.
type Number struct {
	Tappable
	value, remark *Text
	line          *Spark
}

// NewNumber returns a tile that leads somewhere when tapped.
func NewNumber(name string, col fyne.ThemeColorName, tapped func()) *Number {
	n := &Number{value: NewText("–", SizeNumber, ColorText, Bold), remark: NewText("", SizeCaption, ColorMuted, fyne.TextStyle{}).Truncated(), line: NewSpark(col)}
	body := Border(NewText(name, SizeSmall, ColorMuted, fyne.TextStyle{}), n.remark, n.value, nil, Pad(n.line, 1, 3, 10, 0))
	n.init(n, stack(NewPanel(ColorCard, ColorBorder, 8), Pad(body, 9, 9, 14, 12)), tapped)
	n.Radius, n.over = 8, true
	return n
}

// Set shows a value, a remark in a colour, and the values of the sparkline.
func (n *Number) Set(value, remark string, col fyne.ThemeColorName, line []float64) {
	if n.value.Value() != value {
		n.value.SetText(value)
		n.body.Refresh() // a longer number needs more room
	}
	n.remark.Set(remark, col)
	n.line.Set(line)
}

// Field is one line of a form: a name, an input, a hint or an error below.
type Field struct {
	Object *fyne.Container // what to put on the page

	hint    *Text
	below   *fyne.Container
	neutral string
}

// NewField returns a line of a form.
func NewField(name, hint string, input fyne.CanvasObject) *Field {
	f := &Field{hint: NewText(hint, SizeCaption, ColorMuted, fyne.TextStyle{}).Truncated(), neutral: hint}
	label := Fixed(150, 0, container.New(layout.NewCustomPaddedLayout(8, 0, 0, 0), NewLabel(name)))
	f.below = Pad(f.hint, 0, 0, 2, 0)
	f.Object = Border(nil, nil, container.NewVBox(label), nil, Column(2, input, f.below))
	f.show(hint, ColorMuted)
	return f
}

func (f *Field) show(text string, col fyne.ThemeColorName) {
	f.hint.Set(text, col)
	if text == "" {
		f.below.Hide()
	} else {
		f.below.Show()
	}
}

// SetError shows what is wrong with the input, or the hint again if empty.
func (f *Field) SetError(sentence string) {
	if sentence == "" {
		f.show(f.neutral, ColorMuted)
		return
	}
	f.show(sentence, ColorHigh)
}

// SetHint changes the hint.
func (f *Field) SetHint(hint string) {
	f.neutral = hint
	f.show(hint, ColorMuted)
}

// Choice is a row of a few options, one of which is chosen.
type Choice struct {
	Object    *fyne.Container // what to put on the page
	OnChanged func(option int)

	options []*Tappable
	labels  []*Text
	chosen  int
}

// NewChoice returns a choice with the first option chosen.
func NewChoice(options []string) *Choice {
	c := &Choice{chosen: -1}
	row := Row(2)
	for i, name := range options {
		label := NewText(name, SizeText, ColorMuted, fyne.TextStyle{})
		t := NewTappable(Pad(label, 5, 5, 12, 12), func() {
			if c.chosen != i {
				c.Choose(i)
				if c.OnChanged != nil {
					c.OnChanged(i)
				}
			}
		})
		c.options, c.labels = append(c.options, t), append(c.labels, label)
		row.Add(t)
	}
	c.Object = container.NewHBox(stack(NewPanel(ColorTrack, "", 7), Pad(row, 2, 2, 2, 2)))
	c.Choose(0)
	return c
}

// Chosen returns the index of the option chosen.
func (c *Choice) Chosen() int { return c.chosen }

// Choose chooses an option without calling OnChanged.
func (c *Choice) Choose(option int) {
	c.chosen = option
	for i, t := range c.options {
		t.SetSelected(i == option)
		col := ColorMuted
		if i == option {
			col = ColorText
		}
		c.labels[i].SetColor(col)
	}
}
