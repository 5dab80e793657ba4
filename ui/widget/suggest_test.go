package widget

import (
	"slices"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/test"
)

func suggestions(labels ...string) []Suggestion {
	var out []Suggestion
	for _, l := range labels {
		out = append(out, Suggestion{l, "field"})
	}
	return out
}

// rowsShown returns what the list draws, line by line.
func rowsShown(s *Suggestions) []string {
	var out []string
	for _, o := range test.WidgetRenderer(s).Objects() {
		if r, ok := o.(*suggestRow); ok {
			test.WidgetRenderer(r)
			out = append(out, r.label.Text)
		}
	}
	return out
}

func TestSuggestions(t *testing.T) {
	themed(t)
	s := NewSuggestions()
	w := test.NewTempWindow(t, container.NewWithoutLayout(s))
	w.Resize(fyne.NewSize(400, 300))
	if s.Visible() {
		t.Error("an empty list can be seen")
	}
	s.Step(1) // nothing to mark
	if s.Marked() != -1 {
		t.Errorf("line %d of none is marked", s.Marked())
	}
	s.Set(suggestions("user.name:", "user.domain:", "user.id:"))
	if !s.Visible() || !slices.Equal(rowsShown(s), []string{"user.name:", "user.domain:", "user.id:"}) || s.Marked() != -1 {
		t.Errorf("shows %q, line %d is marked", rowsShown(s), s.Marked())
	}
	for _, c := range []struct{ by, want int }{{-1, -1}, {1, 0}, {1, 1}, {5, 2}, {-1, 1}, {-9, -1}} {
		if s.Step(c.by); s.Marked() != c.want {
			t.Errorf("a step of %d led to line %d, want %d", c.by, s.Marked(), c.want)
		}
	}
	s.Step(2)
	height := s.Size().Height
	s.Set(suggestions("user.email:"))
	if got := rowsShown(s); !slices.Equal(got, []string{"user.email:"}) || s.Marked() != -1 || s.Size().Height >= height || s.Line(0) != "user.email:" {
		t.Errorf("fewer: %q, line %d is marked, %v high", got, s.Marked(), s.Size().Height)
	}
	s.Set(nil)
	if s.Visible() {
		t.Error("the list stayed")
	}
}

// TestSuggestionsAreClicked: a click chooses; before it, the entry is told
// that one may follow.
func TestSuggestionsAreClicked(t *testing.T) {
	themed(t)
	s := NewSuggestions()
	var chosen []int
	s.OnChoose = func(i int) { chosen = append(chosen, i) }
	w := test.NewTempWindow(t, container.NewWithoutLayout(s))
	w.SetPadded(false)
	w.Resize(fyne.NewSize(400, 300))
	s.Set(suggestions("a", "b", "c"))
	test.TapCanvas(w.Canvas(), fyne.NewPos(50, suggestPad+2*suggestHeight+5))
	test.TapCanvas(w.Canvas(), fyne.NewPos(50, suggestPad+5))
	if !slices.Equal(chosen, []int{2, 0}) {
		t.Errorf("chose %v", chosen)
	}
	if s.Hovered() {
		t.Error("hovered without a pointer")
	}
	last := s.rows[2]
	last.MouseIn(nil)
	if !s.Hovered() {
		t.Error("a pointer over a line is not told")
	}
	s.Set(suggestions("a"))
	if s.Hovered() {
		t.Error("a line that went is still hovered")
	}
	last.Tapped(nil) // a click that was on its way
	if len(chosen) != 2 {
		t.Error("a line that went was chosen")
	}
}
