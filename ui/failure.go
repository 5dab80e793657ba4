package ui

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ui/widget"
)

// ShowFailure shows in a small window why the program cannot start, and blocks
// until it is closed.
func ShowFailure(fyneApp fyne.App, err error) {
	fyneApp.Settings().SetTheme(widget.Theme{})
	win := fyneApp.NewWindow(windowTitle)
	quit := fynewidget.NewButton("Close", win.Close)
	quit.Importance = fynewidget.HighImportance
	head := widget.NewText("Porchlight cannot start", widget.SizeHeading, widget.ColorText, widget.Bold)
	win.SetContent(widget.Pad(widget.Column(14, head, widget.Prose(sentence(err), false), widget.Row(8, quit)), 18, 18, 20, 20))
	win.Resize(fyne.NewSize(520, 180))
	win.CenterOnScreen()
	win.ShowAndRun()
}
