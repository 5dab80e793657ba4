package widget

import (
	"image/color"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"
)

// blend is what a translucent colour on a ground looks like.
func blend(top, ground color.NRGBA) color.NRGBA {
	mix := func(a, b uint8) uint8 { return uint8((int(a)*int(top.A) + int(b)*(255-int(top.A)) + 127) / 255) }
	return color.NRGBA{mix(top.R, ground.R), mix(top.G, ground.G), mix(top.B, ground.B), 255}
}

// TestContrastInUse is about the pairs of colours that widgets put on each
// other, by WCAG 2.2, 1.4.3.
func TestContrastInUse(t *testing.T) {
	for i, name := range []string{"dark", "light"} {
		check := func(text fyne.ThemeColorName, ground color.NRGBA, where string) {
			if got := contrast(palette[text][i], ground); got < 4.5 {
				t.Errorf("%s: %s on %s has a contrast of %.1f, want 4.5", name, text, where, got)
			}
		}
		for _, page := range []fyne.ThemeColorName{ColorCard, theme.ColorNameBackground} {
			for _, row := range []fyne.ThemeColorName{ColorStripe, theme.ColorNameHover, theme.ColorNameSelection} {
				ground := blend(palette[row][i], palette[page][i])
				check(ColorText, ground, string(row+" over "+page))
				if row != theme.ColorNameSelection { // TestTableSelectionIsReadable
					check(ColorMuted, ground, string(row+" over "+page))
				}
			}
		}
		for _, c := range []struct{ text, ground fyne.ThemeColorName }{
			{ColorText, theme.ColorNameMenuBackground}, {ColorMuted, theme.ColorNameMenuBackground}, // tooltips, suggestions
			{ColorMuted, theme.ColorNameHeaderBackground}, // titles of columns
			{ColorText, theme.ColorNameInputBackground}, {theme.ColorNamePlaceHolder, theme.ColorNameInputBackground},
			{ColorText, theme.ColorNameButton},
			{ColorCard, ColorAccent}, // the part of a message that is pointed at
		} {
			check(c.text, palette[c.ground][i], string(c.ground))
		}
		for rank := range 5 { // counts in the sidebar
			ground := SeverityColor(rank)
			check(theme.ColorNameBackground, palette[ground][i], string(ground))
		}
	}
}

// TestTableSelectionIsReadable: secondary text stands on the colour of the
// selection, too.
func TestTableSelectionIsReadable(t *testing.T) {
	for _, a := range []Appearance{Dark, Light} {
		app := test.NewTempApp(t)
		app.Settings().SetTheme(Theme{a})
		name := func(i *item) string { return i.name }
		table := NewEventTable([]EventColumn[*item]{{Title: "Time", Width: 150, Color: ColorMuted, Text: name}, {Title: "Text", Text: name}})
		w := test.NewTempWindow(t, table)
		w.Resize(fyne.NewSize(800, 300))
		table.SetRows(items(0, 20))
		for n := range 2 { // also a row that was selected before
			table.Select(table.Rows()[n])
			for k := range 3 {
				row, _, _ := rowAt(t, w, table, k)
				ground := color.NRGBAModel.Convert(row.ground.FillColor).(color.NRGBA)
				for _, page := range []fyne.ThemeColorName{ColorCard, theme.ColorNameBackground} {
					for i, text := range row.texts {
						if got := contrast(color.NRGBAModel.Convert(text.Color).(color.NRGBA), blend(ground, Color(page))); got < 4.5 {
							t.Errorf("%s: row %d of which %d is selected: column %d has a contrast of %.1f on %s, want 4.5", a, k, n, i, got, page)
						}
					}
				}
			}
			if row, _, _ := rowAt(t, w, table, 5); row.texts[0].Color != Color(ColorMuted) {
				t.Errorf("%s: a row that is not selected is in %v", a, row.texts[0].Color)
			}
		}
	}
}

// TestAppearanceReachesWidgets that are on the page already.
func TestAppearanceReachesWidgets(t *testing.T) {
	app := test.NewTempApp(t)
	app.Settings().SetTheme(Theme{Dark})
	label, meter, bars, list := NewLabel("text"), NewMeter(ColorHigh), NewBars(), NewFieldList()
	bars.Set([]Bar{{"a", "1", 1}})
	histogram := NewHistogram(time.UTC, func(int) string { return "" })
	table := NewEventTable([]EventColumn[*item]{{Title: "Name", Color: ColorMuted, Text: func(i *item) string { return i.name }}})
	plain := NewTable([]TableColumn{{Title: "A", Flex: 1}})
	w := test.NewTempWindow(t, Column(0, label, meter, bars.Object, histogram, list, table, plain))
	w.Resize(fyne.NewSize(400, 800))
	list.Set([]NameValue{{"user.name", "anna"}})
	table.SetRows(items(0, 3))
	plain.Set([][]Cell{{{Text: "cell"}}}, 0, false)
	dark := drawn(w.Content())
	test.ApplyTheme(t, Theme{Light})
	light := drawn(w.Content())
	for text, was := range dark {
		if light[text] == was {
			t.Errorf("%q is still in %v", text, was)
		}
	}
	if len(dark) < 8 || len(light) != len(dark) {
		t.Errorf("%d texts in the dark, %d in the light", len(dark), len(light))
	}
	if meter.full.FillColor != Color(ColorHigh) {
		t.Errorf("the bar is filled with %v", meter.full.FillColor)
	}
}

// drawn returns the colour of every text that is drawn.
func drawn(o fyne.CanvasObject) map[string]color.Color {
	out := map[string]color.Color{}
	walk(o, func(o fyne.CanvasObject, _ float32) {
		if text, ok := o.(*canvas.Text); ok && text.Text != "" && text.Visible() {
			out[text.Text] = text.Color
		}
	})
	return out
}
