package model

import "testing"

func TestHistory(t *testing.T) {
	var h History
	a, b, c := Route{Page: PageOverview}, Route{Page: PageEvents, Query: "user.name:anna"}, Route{Page: PageAlerts}
	if h.Back() || h.Forward() {
		t.Error("an empty history moved")
	}
	for _, r := range []Route{a, b} {
		if !h.Go(r) {
			t.Errorf("Go(%v) = false", r)
		}
	}
	if h.Go(b) {
		t.Error("going to where one is was a step")
	}
	replaced := Route{Page: PageEvents, Query: "user.name:anna", Since: 1, Until: 2}
	h.Replace(replaced)
	if !h.Back() || h.Now() != a || h.CanBack() || !h.CanForward() {
		t.Errorf("after one step back: at %v", h.Now())
	}
	if !h.Forward() || h.Now() != replaced {
		t.Errorf("forward led to %v, want the replaced route", h.Now())
	}
	h.Back()
	h.Go(c)
	if h.CanForward() || h.Now() != c {
		t.Error("a new step must forget what was ahead")
	}
	for i := range 3 * maxHistory {
		h.Go(Route{Page: PageEvents, Since: int64(i + 1)})
	}
	steps := 0
	for h.Back() {
		steps++
	}
	if steps != maxHistory {
		t.Errorf("%d steps back, want %d", steps, maxHistory)
	}
}
