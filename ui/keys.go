package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"

	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// bindKeys sets the window's keyboard shortcuts.
func (w *Window) bindKeys() {
	c := w.win.Canvas()
	on := func(key fyne.KeyName, mod fyne.KeyModifier, f func()) {
		c.AddShortcut(&desktop.CustomShortcut{KeyName: key, Modifier: mod}, func(fyne.Shortcut) { f() })
	}
	digits := []fyne.KeyName{fyne.Key1, fyne.Key2, fyne.Key3, fyne.Key4, fyne.Key5}
	for i, item := range navigation {
		on(digits[i], fyne.KeyModifierShortcutDefault, func() { w.shell.navigate(model.Route{Page: item.page}) })
	}
	on(fyne.KeyK, fyne.KeyModifierShortcutDefault, w.shell.focusSearch)
	on(fyne.KeyR, fyne.KeyModifierShortcutDefault, w.shell.refresh)
	on(fyne.KeyQ, fyne.KeyModifierShortcutDefault, w.app.Quit)
	on(fyne.KeyW, fyne.KeyModifierShortcutDefault, w.closed)
	on(fyne.KeyLeft, fyne.KeyModifierAlt, w.shell.back)
	on(fyne.KeyRight, fyne.KeyModifierAlt, w.shell.forward)
	c.SetOnTypedKey(func(e *fyne.KeyEvent) {
		switch e.Name {
		case fyne.KeyF5:
			w.shell.refresh()
		case fyne.KeyEscape:
			w.shell.escape()
		}
	})
	c.SetOnTypedRune(func(r rune) {
		if r == '/' {
			w.shell.focusSearch()
		}
	})
}

// TypedShortcut implements fyne.Shortcutable: the search box passes on the
// window's shortcuts.
func (e *searchEntry) TypedShortcut(s fyne.Shortcut) {
	if e.complete != nil {
		if isComplete(s) {
			e.complete.ask(true)
			return
		}
		e.complete.close()
	}
	if !widget.ForwardShortcut(e, s) {
		e.Entry.TypedShortcut(s)
	}
}
