package widget

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// TestEntryLeavesTheWindowItsKeys: F5 and Esc work as if the entry had not the
// focus, and all that edits its text stays its own.
func TestEntryLeavesTheWindowItsKeys(t *testing.T) {
	themed(t)
	e := NewEntry()
	w := test.NewTempWindow(t, e)
	var window []fyne.KeyName
	w.Canvas().SetOnTypedKey(func(k *fyne.KeyEvent) { window = append(window, k.Name) })
	w.Canvas().Focus(e)
	test.Type(e, "one two three")
	press(e, fyne.KeyF5, fyne.KeyBackspace, fyne.KeyEscape)
	if want := []fyne.KeyName{fyne.KeyF5, fyne.KeyEscape}; !slices.Equal(window, want) || e.Text != "one two thre" {
		t.Errorf("the window got %q, want %q; the entry holds %q", window, want, e.Text)
	}
	e.TypedShortcut(&fyne.ShortcutSelectAll{})
	clipboard := test.NewClipboard()
	e.TypedShortcut(&fyne.ShortcutCut{Clipboard: clipboard})
	if e.Text != "" || clipboard.Content() != "one two thre" {
		t.Errorf("cut out %q, %q stayed", clipboard.Content(), e.Text)
	}
}
