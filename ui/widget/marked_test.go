package widget

import (
	"slices"
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"
)

// newMarked returns a marked text of 30 characters a line and what it said.
func newMarked(t *testing.T, text string, parts map[string]string) (*MarkedText, fyne.Window, *[]string) {
	t.Helper()
	themed(t)
	m := NewMarkedText()
	var said []string
	m.OnMenu = func(name, value string, _ fyne.Position) { said = append(said, name+"="+value) }
	m.OnPoint = func(name string) { said = append(said, "at "+name) }
	w := test.NewTempWindow(t, m)
	w.SetPadded(false)
	w.Resize(fyne.NewSize(30*charWidth()+1, 200))
	var marks []Mark
	for value, name := range parts {
		i := strings.Index(text, value)
		marks = append(marks, Mark{i, i + len(value), name})
	}
	m.Set(text, marks)
	return m, w, &said
}

func charWidth() float32 { return fyne.MeasureText("m", SizeSmall, Monospace).Width }

// cell is the middle of a character.
func cell(line, column int) fyne.Position {
	return fyne.NewPos((float32(column)+0.5)*charWidth(), (float32(line)+0.5)*markedLineHeight)
}

// TestMarkedTextLeadsToItsFields: a click on a part offers what can be done
// with its field, also where the part goes on in the next line and behind
// letters of more bytes than one.
func TestMarkedTextLeadsToItsFields(t *testing.T) {
	text := "Übertragung für anna@example.net von 192.0.2.7"
	m, w, said := newMarked(t, text, map[string]string{"anna@example.net": "user.email", "192.0.2.7": "source.ip"})
	for _, p := range []fyne.Position{cell(0, 16), cell(0, 29), cell(1, 1), cell(1, 10), cell(0, 3), cell(1, 4), cell(5, 0)} {
		test.TapCanvas(w.Canvas(), p)
	}
	if want := []string{"user.email=anna@example.net", "user.email=anna@example.net", "user.email=anna@example.net", "source.ip=192.0.2.7"}; !slices.Equal(*said, want) {
		t.Errorf("said %q, want %q", *said, want)
	}
	*said = nil
	at := func(p fyne.Position) {
		m.MouseMoved(&desktop.MouseEvent{PointEvent: fyne.PointEvent{Position: p}})
	}
	at(cell(0, 17))
	at(cell(1, 1)) // the same part
	accent := 0
	for i, g := range m.grounds {
		if !g.Hidden && g.FillColor == Color(ColorAccent) && m.texts[i].Color == Color(ColorCard) {
			accent++
		}
	}
	if accent != 2 {
		t.Errorf("%d pieces stand out, want both of the part", accent)
	}
	at(cell(1, 10))
	m.MouseOut()
	if want := []string{"at user.email", "at source.ip", "at "}; !slices.Equal(*said, want) {
		t.Errorf("said %q, want %q", *said, want)
	}
}

// TestMarkedTextShowsAllText whatever is in it, up to its last line.
func TestMarkedTextShowsAllText(t *testing.T) {
	lines := func(m *MarkedText) []string {
		var out []string
		for _, r := range m.runs {
			for len(out) <= r.line {
				out = append(out, "")
			}
			out[r.line] += r.text
		}
		return out
	}
	m, _, _ := newMarked(t, "a\tb\r\nc\x00\xff"+strings.Repeat("d", 30), nil)
	if got, want := lines(m), []string{"a·b", "c··" + strings.Repeat("d", 27), "ddd"}; !slices.Equal(got, want) {
		t.Errorf("lines %q, want %q", got, want)
	}
	m.Set(strings.Repeat("x", 30*100), nil)
	got := lines(m)
	if len(got) != markedMaxLines+1 || got[markedMaxLines] != "…" || m.MinSize().Height != float32(len(got))*markedLineHeight {
		t.Errorf("%d lines, the last is %q; %v high", len(got), got[len(got)-1], m.MinSize().Height)
	}
	m.Set("", nil)
	if m.Text() != "" || len(m.runs) != 0 {
		t.Errorf("nothing is shown as %v", m.runs)
	}
}
