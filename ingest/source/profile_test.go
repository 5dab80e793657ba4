package source

import "testing"

func TestProfileCount(t *testing.T) {
	var p Profile
	if p.Looks() != "" {
		t.Errorf("a source nobody knows looks like %q", p.Looks())
	}
	for _, kind := range []string{"a", "b", "b", "c", "d", "b", "c"} {
		p.Count(kind)
	}
	if want := [maxKinds]KindCount{{"b", 3}, {"c", 2}, {"a", 1}, {"d", 1}}; p.Kinds != want {
		t.Errorf("kinds %v, want %v", p.Kinds, want)
	}
	p.Count("e") // one too many: the rarest makes room
	if want := [maxKinds]KindCount{{"b", 3}, {"c", 2}, {"a", 1}, {"e", 1}}; p.Kinds != want || p.Looks() != "b" {
		t.Errorf("kinds %v, want %v", p.Kinds, want)
	}
}
