package ui

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// searchEntry is the search box: Enter searches, Up and Down walk through
// earlier searches, Esc leaves.
type searchEntry struct {
	fynewidget.Entry
	history  *model.Searches
	complete *completer
	onEscape func()
}

func newSearchEntry(history *model.Searches) *searchEntry {
	e := &searchEntry{history: history}
	e.ExtendBaseWidget(e)
	e.TextStyle = widget.Monospace
	e.SetPlaceHolder(`Search, e.g. user.name:anna and not source.ip:10.0.0.0/8`)
	e.SetIcon(widget.ThemedIcon("search", widget.ColorMuted))
	return e
}

// TypedKey implements fyne.Focusable.
func (e *searchEntry) TypedKey(k *fyne.KeyEvent) {
	if e.complete != nil && e.complete.key(k.Name) {
		return
	}
	switch k.Name {
	case fyne.KeyUp:
		e.replace(e.history.Older(e.Text))
	case fyne.KeyDown:
		e.replace(e.history.Newer(e.Text))
	case fyne.KeyEscape:
		e.onEscape()
	case fyne.KeyF5:
		e.OnSubmitted(e.Text)
	case fyne.KeyBackspace, fyne.KeyDelete:
		e.Entry.TypedKey(k)
		if e.complete != nil {
			e.complete.ask(false)
		}
	default:
		e.Entry.TypedKey(k)
		if e.complete != nil {
			e.complete.close()
		}
	}
}

func (e *searchEntry) replace(text string) {
	e.SetText(text)
	e.CursorColumn = len([]rune(text))
	e.Refresh()
}

// searchFault is shown below the box while the search cannot run: what is wrong
// and, as an arrow, where.
type searchFault struct {
	box   *fyne.Container
	entry *searchEntry
	arrow *canvas.Text
	text  *widget.Text
	shown *model.SearchError
}

func newSearchFault(entry *searchEntry) *searchFault {
	f := &searchFault{entry: entry, arrow: canvas.NewText("▲", nil), text: widget.NewText("", widget.SizeSmall, "error", fyne.TextStyle{})}
	f.arrow.TextSize = 8
	f.box = container.New(faultLayout{f}, f.arrow, f.text)
	f.box.Hide()
	return f
}

func (f *searchFault) clear() { f.show(nil) }

func (f *searchFault) show(err *model.SearchError) {
	f.shown = err
	if err == nil {
		f.box.Hide()
		return
	}
	f.arrow.Color = widget.Color("error")
	f.arrow.Hidden = err.Column <= 0
	text := err.Msg
	if text != "" {
		text = strings.ToUpper(text[:1]) + text[1:]
	}
	f.text.SetText(text)
	f.box.Show()
	f.box.Refresh()
}

// entryTextAt is where the text of the search box begins, behind its icon.
const entryTextAt = 24

// faultLayout puts the arrow under the column and the text beside it.
type faultLayout struct{ f *searchFault }

func (l faultLayout) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, 18) }

func (l faultLayout) Layout(_ []fyne.CanvasObject, s fyne.Size) {
	const textAt = entryTextAt
	x := float32(textAt)
	if l.f.shown != nil && l.f.shown.Column > 0 {
		one := fyne.MeasureText("m", widget.SizeText, widget.Monospace).Width
		x = min(textAt+one*float32(l.f.shown.Column-1), max(textAt, s.Width-20))
		l.f.arrow.Move(fyne.NewPos(x, 2))
		x += 16
	}
	w := l.f.text.MinSize().Width
	if x+w > s.Width {
		x = max(0, x-w-24) // no room to the right of the arrow
		if l.f.arrow.Hidden || x == 0 {
			x = 16
		}
	}
	l.f.text.Move(fyne.NewPos(x, 0))
	l.f.text.Resize(fyne.NewSize(w, s.Height))
}

// emptyState takes the place of missing rows.
type emptyState struct {
	box  *fyne.Container
	what string // what is shown, to avoid redrawing it unchanged
}

func newEmptyState() *emptyState {
	e := &emptyState{box: container.NewStack()}
	e.box.Hide()
	return e
}

func (e *emptyState) hide() { e.box.Hide() }

func (e *emptyState) show(icon, title, hint, action string, tapped func()) {
	if what := title + "\n" + hint; what != e.what {
		e.what = what
		e.box.RemoveAll()
		var actions []fyne.CanvasObject
		if action != "" {
			actions = append(actions, fynewidget.NewButton(action, tapped))
		}
		e.box.Add(widget.Empty(icon, title, hint, actions...))
	}
	e.box.Show()
}

// headLayout gives the first object the space the second leaves in a line,
// never a negative one.
type headLayout struct{}

func (headLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	a, b := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(a.Width+b.Width+8, max(a.Height, b.Height))
}

func (headLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	w := min(objects[1].MinSize().Width, s.Width)
	objects[0].Resize(fyne.NewSize(max(0, s.Width-w-8), s.Height))
	objects[1].Move(fyne.NewPos(s.Width-w, 0))
	objects[1].Resize(fyne.NewSize(w, s.Height))
}
