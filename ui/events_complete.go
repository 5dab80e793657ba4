package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"porchlight/detect/query"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// completer offers what can be typed next, in a list below the search box that
// never takes the keyboard focus from it.
type completer struct {
	env   *env
	entry *searchEntry
	model *model.Completion
	list  *widget.Suggestions
	layer *fyne.Container // above the page
}

func newCompleter(e *env, entry *searchEntry, b model.FieldSource) *completer {
	c := &completer{env: e, entry: entry, list: widget.NewSuggestions()}
	c.model = model.NewCompletion(b, query.Complete, e.work.Go, func() { e.do(c.render) })
	c.list.OnChoose = c.choose
	c.layer = container.NewWithoutLayout(c.list)
	entry.complete = c
	return c
}

// fresh makes it look up fields again: new ones may have arrived.
func (c *completer) fresh() { c.model.Forget() }

func (c *completer) open() bool { return c.list.Visible() }

func (c *completer) close() {
	c.model.Close()
	c.list.Set(nil)
}

// ask offers completions for what is in the box now.
func (c *completer) ask(outright bool) {
	c.model.Ask(c.env.ctx, c.entry.Text, c.entry.cursor(), outright)
}

func (c *completer) render() {
	v := c.model.View()
	if v.Text != c.entry.Text || v.Cursor != c.entry.cursor() || c.env.win.Canvas().Focused() != c.entry {
		c.list.Set(nil) // it comes too late
		return
	}
	lines := make([]widget.Suggestion, len(v.Choices))
	for i, x := range v.Choices {
		lines[i] = widget.Suggestion{Label: x.Label, Kind: x.Kind}
	}
	c.list.Set(lines)
	driver := fyne.CurrentApp().Driver()
	at := driver.AbsolutePositionForObject(c.entry).Subtract(driver.AbsolutePositionForObject(c.layer))
	one := fyne.MeasureText("m", widget.SizeText, widget.Monospace).Width
	x := at.X + entryTextAt + one*float32(len([]rune(v.Text[:v.Start]))) - 12
	c.list.Move(fyne.NewPos(max(4, min(x, c.layer.Size().Width-c.list.Size().Width-8)), at.Y+c.entry.Size().Height+3))
}

func (c *completer) choose(i int) {
	v := c.model.View()
	if i < 0 || i >= len(v.Choices) || v.Text != c.entry.Text {
		return
	}
	text, cursor := v.Apply(i)
	c.entry.SetText(text)
	c.entry.CursorColumn = len([]rune(text[:cursor]))
	c.entry.Refresh()
	c.env.win.Canvas().Focus(c.entry)
	c.ask(false)
}

// key handles a key of the search box while something is offered, and reports
// whether it did.
func (c *completer) key(k fyne.KeyName) bool {
	if !c.open() {
		return false
	}
	marked := c.list.Marked()
	switch k {
	case fyne.KeyDown:
		c.list.Step(1)
	case fyne.KeyUp:
		if marked < 0 {
			c.close()
			return true
		}
		c.list.Step(-1)
	case fyne.KeyTab:
		c.choose(max(marked, 0))
	case fyne.KeyReturn, fyne.KeyEnter:
		if marked < 0 {
			return false // searches
		}
		c.choose(marked)
	case fyne.KeyEscape:
		c.close()
	default:
		return false
	}
	return true
}

// cursor is the position of the cursor, in bytes.
func (e *searchEntry) cursor() int {
	runes := []rune(e.Text)
	return len(string(runes[:min(e.CursorColumn, len(runes))]))
}

// AcceptsTab implements fyne.Tabbable: Tab takes what is offered.
func (e *searchEntry) AcceptsTab() bool { return e.complete != nil && e.complete.open() }

// TypedRune implements fyne.Focusable.
func (e *searchEntry) TypedRune(r rune) {
	e.Entry.TypedRune(r)
	if e.complete != nil {
		e.complete.ask(false)
	}
}

// FocusLost implements fyne.Focusable.
func (e *searchEntry) FocusLost() {
	e.Entry.FocusLost()
	if e.complete != nil && !e.complete.list.Hovered() { // otherwise a click on it follows
		e.complete.close()
	}
}

// isComplete reports whether a shortcut asks for completion explicitly.
func isComplete(s fyne.Shortcut) bool {
	custom, ok := s.(*desktop.CustomShortcut)
	return ok && custom.KeyName == fyne.KeySpace && custom.Modifier == fyne.KeyModifierControl
}
