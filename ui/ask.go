package ui

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ui/widget"
)

// question asks for a line of text over the page.
type question struct {
	title, hint string
	value       string // to begin with
	ok          string // the button
	done        func(string) error

	// suggest, if set, offers what could be typed; off the UI goroutine.
	suggest func(typed string) []string
}

// ask shows a question; Enter answers it and Esc cancels it.
func (e *env) ask(q question) {
	var popup *fynewidget.PopUp
	entry := newFormEntry(func() { popup.Hide() })
	entry.SetText(q.value)
	fault := widget.NewText(q.hint, widget.SizeSmall, widget.ColorMuted, fyne.TextStyle{}).Truncated()
	submit := func() {
		if err := q.done(entry.Text); err != nil {
			fault.Set(sentence(err), "error")
			return
		}
		popup.Hide()
	}
	entry.OnSubmitted = func(string) { submit() }
	ok := fynewidget.NewButton(q.ok, submit)
	ok.Importance = fynewidget.HighImportance
	body := widget.Column(8, widget.NewText(q.title, widget.SizeTitle, widget.ColorText, widget.Bold), entry, fault)
	if q.suggest != nil {
		list := widget.NewSuggestions()
		gen := 0
		offer := func(text string) {
			gen++
			mine := gen
			e.work.Go(func() {
				names := q.suggest(text)
				e.do(func() {
					if mine != gen {
						return
					}
					lines := make([]widget.Suggestion, len(names))
					for i, n := range names {
						lines[i].Label = n
					}
					list.Set(lines)
				})
			})
		}
		choose := func(i int) {
			entry.SetText(list.Line(i))
			entry.CursorColumn = len([]rune(entry.Text))
			entry.Refresh()
			e.win.Canvas().Focus(entry)
		}
		list.OnChoose = choose
		entry.OnChanged = offer
		entry.keys = func(k fyne.KeyName) bool {
			switch {
			case k == fyne.KeyDown:
				list.Step(1)
			case k == fyne.KeyUp:
				list.Step(-1)
			case (k == fyne.KeyReturn || k == fyne.KeyEnter) && list.Visible() && list.Marked() >= 0:
				choose(list.Marked())
			default:
				return false
			}
			return true
		}
		body.Add(widget.Fixed(0, 280, fyne.CanvasObject(list)))
		offer(q.value)
	}
	body.Add(widget.Row(8, ok, fynewidget.NewButton("Cancel", func() { popup.Hide() })))
	popup = fynewidget.NewModalPopUp(widget.Fixed(min(420, e.win.Canvas().Size().Width-40), 0, widget.Pad(body, 10, 10, 12, 12)), e.win.Canvas())
	popup.Show()
	e.win.Canvas().Focus(entry)
	entry.TypedShortcut(&fyne.ShortcutSelectAll{})
}

// tell shows sentences over the page.
func (e *env) tell(title string, sentences []string) {
	var popup *fynewidget.PopUp
	body := widget.Column(8, widget.NewText(title, widget.SizeTitle, widget.ColorText, widget.Bold))
	list := widget.Column(2)
	for _, s := range sentences {
		list.Add(widget.Paragraph("• "+s, false))
	}
	size := e.win.Canvas().Size()
	width := min(620, size.Width-60)
	list.Resize(fyne.NewSize(width-24, 10)) // so that the sentences wrap
	scroll := widget.NewScrollBox(list, func() { popup.Hide() })
	body.Add(widget.Fixed(0, min(list.MinSize().Height+float32(18*len(sentences)), size.Height*0.6), scroll))
	shut := fynewidget.NewButton("Close", func() { popup.Hide() })
	shut.Importance = fynewidget.HighImportance
	body.Add(widget.Row(8, shut))
	popup = fynewidget.NewModalPopUp(widget.Fixed(width, 0, widget.Pad(body, 10, 10, 12, 12)), e.win.Canvas())
	popup.Show()
	e.win.Canvas().Focus(scroll)
}

// menu shows a menu at a position in the window.
func (e *env) menu(at fyne.Position, items ...*fyne.MenuItem) {
	fynewidget.ShowPopUpMenuAtPosition(fyne.NewMenu("", items...), e.win.Canvas(), at)
}

// menuBelow shows a menu below what was clicked.
func (e *env) menuBelow(o fyne.CanvasObject, items ...*fyne.MenuItem) {
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(o)
	e.menu(at.AddXY(0, o.Size().Height+2), items...)
}

// menuIf returns a menu item that may be disabled.
func menuIf(on bool, label string, f func()) *fyne.MenuItem {
	item := fyne.NewMenuItem(label, f)
	item.Disabled = !on
	return item
}

// subMenu returns a menu item that leads to others.
func subMenu(label string, items ...*fyne.MenuItem) *fyne.MenuItem {
	item := fyne.NewMenuItem(label, nil)
	item.ChildMenu = fyne.NewMenu("", items...)
	return item
}
