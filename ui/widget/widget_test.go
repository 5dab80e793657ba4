package widget

import (
	"image/color"
	"math"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"fyne.io/fyne/v2/theme"

	"porchlight/assets"
)

// themed starts an app of the test driver in the dark appearance.
func themed(t *testing.T) {
	test.NewTempApp(t).Settings().SetTheme(Theme{Dark})
}

// luminance is the relative luminance of WCAG 2.2.
func luminance(c color.NRGBA) float64 {
	f := func(v uint8) float64 {
		s := float64(v) / 255
		if s <= 0.04045 {
			return s / 12.92
		}
		return math.Pow((s+0.055)/1.055, 2.4)
	}
	return 0.2126*f(c.R) + 0.7152*f(c.G) + 0.0722*f(c.B)
}

func contrast(a, b color.NRGBA) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Text must be readable on every background it appears on: WCAG 2.2, 1.4.3.
func TestContrast(t *testing.T) {
	for i, name := range []string{"dark", "light"} {
		for _, ground := range []fyne.ThemeColorName{ColorCard, ColorSidebar, theme.ColorNameBackground, theme.ColorNameOverlayBackground} {
			for _, text := range []fyne.ThemeColorName{ColorText, ColorMuted, theme.ColorNameHyperlink, ColorCritical, ColorHigh, ColorMedium, ColorLow, ColorInfo, ColorGood} {
				if got := contrast(palette[text][i], palette[ground][i]); got < 4.5 {
					t.Errorf("%s: %s on %s has a contrast of %.1f, want 4.5", name, text, ground, got)
				}
			}
			if got := contrast(palette[ColorFaint][i], palette[ground][i]); got < 3 {
				t.Errorf("%s: faint text on %s has a contrast of %.1f, want 3", name, ground, got)
			}
		}
		if got := contrast(palette[theme.ColorNameForegroundOnPrimary][i], palette[theme.ColorNamePrimary][i]); got < 4.5 {
			t.Errorf("%s: text on a primary button has a contrast of %.1f", name, got)
		}
	}
}

func TestAppearance(t *testing.T) {
	dark, light := palette[ColorCard][0], palette[ColorCard][1]
	for _, c := range []struct {
		a    Appearance
		v    fyne.ThemeVariant
		want color.NRGBA
	}{
		{Dark, theme.VariantLight, dark}, {Light, theme.VariantDark, light},
		{System, theme.VariantDark, dark}, {System, theme.VariantLight, light}, {"", theme.VariantLight, light},
	} {
		if got := (Theme{c.a}).Color(ColorCard, c.v); got != c.want {
			t.Errorf("%q on a desktop of variant %d: %v, want %v", c.a, c.v, got, c.want)
		}
	}
}

func TestIconsRender(t *testing.T) {
	themed(t)
	files, err := assets.Icons.ReadDir("icons")
	if err != nil || len(files) == 0 {
		t.Fatal("no icons", err)
	}
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".svg")
		text := string(IconResource(name, ColorAccent).Content())
		if strings.Contains(text, "currentColor") || !strings.Contains(text, "<svg") {
			t.Errorf("%s: %s", name, text)
		}
	}
}

func TestEllipsize(t *testing.T) {
	themed(t)
	for _, c := range []struct {
		in    string
		width float32
		whole bool
	}{
		{"short", 200, true}, {"", 10, true}, {"not laid out yet", 0, true},
		{strings.Repeat("wide ", 40), 100, false}, {strings.Repeat("ä", 500), 80, false}, {strings.Repeat("x", 1<<16), 300, false},
	} {
		got := Ellipsize(c.in, c.width, SizeText, fyne.TextStyle{})
		if c.whole != (got == c.in) {
			t.Errorf("%.20q in %v became %.20q", c.in, c.width, got)
		}
		if w := fyne.MeasureText(got, SizeText, fyne.TextStyle{}).Width; c.width > 0 && w > c.width {
			t.Errorf("%.20q in %v is %v wide", c.in, c.width, w)
		}
		if !c.whole && !strings.HasSuffix(got, "…") {
			t.Errorf("%.20q has no ellipsis", got)
		}
	}
	if got := Ellipsize("a\nb\tc\x00", 200, SizeText, fyne.TextStyle{}); got != "a b c " {
		t.Errorf("control characters: %q", got)
	}
	if got := Ellipsize("x", -3, SizeText, fyne.TextStyle{}); got != "" {
		t.Errorf("no place: %q", got)
	}
}

func TestNiceAxis(t *testing.T) {
	for _, c := range []struct{ most, top, step float64 }{
		{0, 1, 1}, {1, 1, 1}, {3, 3, 1}, {7, 8, 2}, {10, 10, 5}, {97, 100, 25}, {121, 150, 50}, {1234, 1500, 500}, {9e6, 1e7, 2.5e6},
	} {
		if top, step := niceAxis(c.most); top != c.top || step != c.step {
			t.Errorf("%v: top %v, step %v, want %v, %v", c.most, top, step, c.top, c.step)
		}
	}
}

// Bars lie side by side, each at least a pixel wide, and fill the picture.
func TestBarEdges(t *testing.T) {
	for _, w := range []int{3, 50, 72, 100, 333, 1280} {
		for _, n := range []int{1, 2, 72, 90} {
			last := -1
			for i := range n {
				x0, x1 := barEdges(i, n, w)
				if x1 <= x0 || x0 < 0 || x0 < last && w >= n {
					t.Fatalf("bar %d of %d in %d pixels: %d to %d after %d", i, n, w, x0, x1, last)
				}
				last = x1
			}
		}
	}
}

func TestDrawBars(t *testing.T) {
	red, blue := color.NRGBA{255, 0, 0, 255}, color.NRGBA{0, 0, 255, 255}
	img := drawBars(20, 100, [][]float64{{50, 0}, {50, 0.001}}, []color.NRGBA{red, blue}, 100)
	at := func(x, y int) color.NRGBA { return color.NRGBAModel.Convert(img.At(x, y)).(color.NRGBA) }
	if at(5, 90) != red || at(5, 10) != blue || at(15, 50).A != 0 {
		t.Errorf("colours %v %v %v", at(5, 90), at(5, 10), at(15, 50))
	}
	if at(15, 99) != blue {
		t.Error("a nonzero count cannot be seen")
	}
	for _, size := range [][2]int{{0, 0}, {1, 1}, {2, 2}} {
		drawBars(size[0], size[1], [][]float64{{1}}, []color.NRGBA{red}, 1)
		drawArea(size[0], size[1], []float64{1, 2}, 2, red, 1)
	}
}

func TestChartLeadsToTheBar(t *testing.T) {
	themed(t)
	c := NewChart()
	tapped := -1
	c.OnTapped = func(bar int) { tapped = bar }
	w := test.NewTempWindow(t, c)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(chartLeft+100, 150))
	test.TapAt(c, fyne.NewPos(chartLeft+10, 50)) // nothing to show yet
	if tapped != -1 {
		t.Errorf("an empty chart led to bar %d", tapped)
	}
	c.Set([]Series{{"a", ColorAccent, []float64{1, 2, 3, 4}}, {"b", ColorHigh, []float64{0, 0, 5, 0}}})
	if c.most < 8 {
		t.Errorf("the axis ends at %v below the highest bar", c.most)
	}
	for x, want := range map[float32]int{1: 0, 26: 1, 51: 2, 99: 3} {
		test.TapAt(c, fyne.NewPos(chartLeft+x, 50))
		if tapped != want {
			t.Errorf("at %v: bar %d, want %d", x, tapped, want)
		}
	}
	w.Canvas().Focus(c)
	for _, k := range []fyne.KeyName{fyne.KeyLeft, fyne.KeyLeft, fyne.KeyRight, fyne.KeyReturn} {
		c.TypedKey(&fyne.KeyEvent{Name: k})
	}
	if tapped != 2 {
		t.Errorf("by keys: bar %d, want 2", tapped)
	}
	c.Set(nil)
	c.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
}

func TestTappable(t *testing.T) {
	themed(t)
	n := 0
	b := NewTappable(NewLabel("press"), func() { n++ })
	w := test.NewTempWindow(t, b)
	test.Tap(b)
	w.Canvas().Focus(b)
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
	if n != 3 {
		t.Errorf("tapped %d times, want 3", n)
	}
	if b.ground.StrokeWidth == 0 {
		t.Error("no focus ring")
	}
	w.Canvas().Unfocus()
	if b.ground.StrokeWidth != 0 {
		t.Error("the focus ring stayed")
	}
	seen := fyne.KeyName("")
	w.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { seen = e.Name })
	b.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF5})
	if seen != fyne.KeyF5 {
		t.Error("a key of the window was swallowed")
	}
	b.SetEnabled(false)
	test.Tap(b)
	if n != 3 {
		t.Error("a disabled thing was tapped")
	}
}

func TestTable(t *testing.T) {
	themed(t)
	table := NewTable([]TableColumn{{Title: "A", Width: 50, Flex: 1}, {Title: "B", Width: 60, Right: true}})
	var sorted, opened = -1, -1
	table.OnSort, table.OnOpen = func(c int) { sorted = c }, func(r int) { opened = r }
	w := test.NewTempWindow(t, table)
	w.Resize(fyne.NewSize(300, 200))
	table.Set([][]Cell{{{Text: "x", Dot: ColorGood}, {Text: "1"}}, {{Text: "y"}, {Text: "2"}}}, 1, true)
	test.Tap(table.header[1])
	if sorted != 1 {
		t.Errorf("sorted by %d", sorted)
	}
	if !table.header[1].arrow.Visible() || table.header[0].arrow.Visible() {
		t.Error("the arrow stands at the wrong column")
	}
	w.Canvas().Focus(table.list)
	table.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	table.list.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if opened != 1 {
		t.Errorf("opened row %d, want 1", opened)
	}
	opened = -1
	table.list.Select(1) // the same row again
	if opened != 1 {
		t.Error("a row can be opened only once")
	}
}

func TestSpans(t *testing.T) {
	columns := []TableColumn{{Width: 50, Flex: 1}, {Width: 30}, {Width: 20, Flex: 3}}
	if got := spans(columns, 200); got[0] != [2]float32{0, 75} || got[1] != [2]float32{75, 30} || got[2] != [2]float32{105, 95} {
		t.Errorf("%v", got)
	}
	if got := spans(columns, 10); got[2] != [2]float32{80, 20} {
		t.Errorf("too narrow: %v", got)
	}
}

func BenchmarkDrawBars(b *testing.B) {
	series := make([][]float64, 4)
	colors := make([]color.NRGBA, 4)
	for s := range series {
		colors[s] = color.NRGBA{200, 100, 50, 255}
		for i := range 72 {
			series[s] = append(series[s], float64(i))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		drawBars(860, 360, series, colors, 300)
	}
}

func BenchmarkDrawArea(b *testing.B) {
	values := make([]float64, 120)
	for i := range values {
		values[i] = float64(i % 17)
	}
	b.ReportAllocs()
	for b.Loop() {
		drawArea(120, 40, values, 17, color.NRGBA{60, 150, 255, 255}, 1.5)
	}
}
