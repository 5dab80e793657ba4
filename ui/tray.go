package ui

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver"
	"fyne.io/fyne/v2/driver/desktop"

	"porchlight/assets"
)

// tray is where the program stays while its window is closed: the system tray,
// or the task bar if there is none.
type tray struct {
	desktop desktop.App // nil without a desktop, in tests
	native  *native
}

func newTray(w *Window) *tray {
	t := &tray{native: &native{}}
	if _, real := w.win.(driver.NativeWindow); !real {
		return t
	}
	w.shell.frame.Add(t.native.probe())
	t.desktop, _ = w.app.(desktop.App)
	if t.desktop == nil {
		return t
	}
	menu := fyne.NewMenu(windowTitle)
	pause := fyne.NewMenuItem("Pause notifications", nil)
	pause.Action = func() {
		pause.Checked = !pause.Checked
		w.backend.PauseNotifications(pause.Checked)
		menu.Refresh()
	}
	quit := fyne.NewMenuItem("Quit", w.app.Quit)
	quit.IsQuit = true
	menu.Items = []*fyne.MenuItem{fyne.NewMenuItem("Show Porchlight", w.raise), pause, fyne.NewMenuItemSeparator(), quit}
	// Set the icon first: some trays never show one set later.
	t.desktop.SetSystemTrayIcon(fyne.NewStaticResource("tray.png", assets.AppIcon))
	t.desktop.SetSystemTrayMenu(menu)
	return t
}

// available reports whether a closed window can be reopened from the tray.
func (t *tray) available() bool { return t.desktop != nil && hasTray() }

// minimize puts the window into the task bar; false if that is impossible.
func (t *tray) minimize() bool { return t.native.minimize() }

// restore brings a minimized window back.
func (t *tray) restore() { t.native.restore() }

// minimized reports whether the window is in the task bar.
func (t *tray) minimized() bool { return t.native.minimized() }
