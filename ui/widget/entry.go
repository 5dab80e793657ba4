package widget

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	fynewidget "fyne.io/fyne/v2/widget"
)

// Entry is the stock text entry, except that the window's shortcuts work while
// it has the focus: Fyne hands them only to the entry.
type Entry struct{ fynewidget.Entry }

// NewEntry returns an empty entry of one line.
func NewEntry() *Entry {
	e := &Entry{}
	e.ExtendBaseWidget(e)
	return e
}

// TypedShortcut implements fyne.Shortcutable.
func (e *Entry) TypedShortcut(s fyne.Shortcut) {
	if !ForwardShortcut(e, s) {
		e.Entry.TypedShortcut(s)
	}
}

// TypedKey implements fyne.Focusable.
func (e *Entry) TypedKey(k *fyne.KeyEvent) {
	switch k.Name {
	case fyne.KeyF5, fyne.KeyEscape:
		forwardKey(e, k)
	default:
		e.Entry.TypedKey(k)
	}
}

// ForwardShortcut hands a shortcut that no entry knows (Ctrl+K, Alt+Left) to
// the window of a focused object. It reports whether it did.
func ForwardShortcut(o fyne.CanvasObject, s fyne.Shortcut) bool {
	custom, ok := s.(*desktop.CustomShortcut)
	if !ok || custom.KeyName == fyne.KeyBackspace || custom.KeyName == fyne.KeyDelete {
		return false
	}
	c, ok := fyne.CurrentApp().Driver().CanvasForObject(o).(interface{ TypedShortcut(fyne.Shortcut) })
	if ok {
		c.TypedShortcut(s)
	}
	return ok
}
