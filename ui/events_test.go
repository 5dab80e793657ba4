package ui

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"

	"porchlight/ingest/event"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// testPage puts a page into a window of Fyne's test driver. What the page's
// goroutines hand to the UI goroutine waits until pump runs it.
type testPage struct {
	t         *testing.T
	env       *env
	queue     chan func()
	win       fyne.Window
	copied    string
	navigated []model.Route
	kick      func()
}

func newTestPage(t *testing.T) *testPage {
	t.Helper()
	app := test.NewApp()
	app.Settings().SetTheme(widget.Theme{Appearance: widget.Dark})
	p := &testPage{t: t, queue: make(chan func(), 1000), win: test.NewWindow(nil)}
	p.win.SetPadded(false)
	ctx, cancel := context.WithCancel(t.Context())
	p.env = &env{ctx: ctx, win: p.win, user: "anna", now: time.Now,
		navigate: func(r model.Route) { p.navigated = append(p.navigated, r) },
		replace:  func(model.Route) {},
		copy:     func(s string) { p.copied = s },
		do:       func(f func()) { p.queue <- f },
		onChange: func(f func()) func() { p.kick = f; return func() {} },
	}
	t.Cleanup(func() {
		cancel()
		p.env.work.Wait()
		p.win.Close()
		app.Quit()
	})
	return p
}

func (p *testPage) show(o fyne.CanvasObject) {
	p.win.SetContent(o)
	p.win.Resize(fyne.NewSize(1200, 700))
}

// pump runs what waits for the UI goroutine until ok holds.
func (p *testPage) pump(what string, ok func() bool) {
	p.t.Helper()
	limit := time.After(2 * time.Minute)
	for !ok() {
		select {
		case f := <-p.queue:
			f()
		case <-limit:
			p.t.Fatalf("%s: did not happen", what)
		}
	}
}

// addMessages adds the newest events, which have numbers.
func (b *fakeBackend) addMessages(n int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for range n {
		i := len(b.events)
		ev := &event.Event{ID: event.NewID(20000, uint64(i+1)), Time: time.Now().UnixNano()}
		ev.Set(event.Message, fmt.Sprintf("message %d", i))
		ev.Set(event.EventOriginal, fmt.Sprintf("<13>raw %d", i))
		ev.Set(event.UserName, fmt.Sprintf("user%d", i%3))
		b.events = slices.Insert(b.events, 0, ev)
	}
}

func newTestEvents(t *testing.T, n int) (*testPage, *fakeBackend, *eventsPage) {
	tp := newTestPage(t)
	store := &fakeBackend{}
	store.addMessages(n)
	p := newEventsPage(tp.env, store).(*eventsPage)
	tp.env.navigate = func(r model.Route) {
		tp.navigated = append(tp.navigated, r)
		if r.Page == model.PageEvents {
			p.shown(r)
		}
	}
	tp.show(p.content())
	p.shown(model.Route{Page: model.PageEvents})
	t.Cleanup(p.hidden)
	tp.pump("the first search", func() bool { return len(p.table.Rows()) == n && !p.model.View().Running })
	return tp, store, p
}

func TestEventsPageClickOpensDetail(t *testing.T) {
	tp, _, p := newTestEvents(t, 50)
	at := fyne.CurrentApp().Driver().AbsolutePositionForObject(p.table)
	test.TapCanvas(tp.win.Canvas(), at.AddXY(200, widget.RowHeight+10))
	if p.detail.event != p.table.Rows()[0] {
		t.Fatalf("the detail shows %v", p.detail.event)
	}
	if p.detail.raw.Text() != "<13>raw 49" {
		t.Errorf("raw line %q", p.detail.raw.Text())
	}
	focused := tp.win.Canvas().Focused()
	if focused != p.table.FocusTarget() {
		t.Fatalf("focus is on %T", focused)
	}
	focused.TypedKey(&fyne.KeyEvent{Name: fyne.KeyDown})
	if p.detail.event != p.table.Rows()[1] {
		t.Error("the detail follows the selection")
	}
	focused.(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutCopy{})
	if tp.copied != "<13>raw 48" {
		t.Errorf("copied %q", tp.copied)
	}
	if !p.escape() || p.detail.event != nil {
		t.Error("Esc closes the detail")
	}
	if p.escape() {
		t.Error("Esc with nothing to close is not the page's")
	}
}

func TestEventsPageSearch(t *testing.T) {
	tp, _, p := newTestEvents(t, 9)
	p.focusSearch()
	test.Type(p.entry, "user.name:(user1")
	p.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	tp.pump("the error", func() bool { return p.fault.box.Visible() })
	if len(p.table.Rows()) != 9 {
		t.Error("an error keeps the rows")
	}
	p.entry.SetText("user.name:user1")
	p.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	tp.pump("the result", func() bool { return len(p.table.Rows()) == 3 })
	if p.fault.box.Visible() {
		t.Error("the error is gone")
	}
	p.entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyUp})
	if p.entry.Text != "user.name:(user1" {
		t.Errorf("the search before: %q", p.entry.Text)
	}
	p.filter("user.name", "user2", true)
	tp.pump("the narrowed search", func() bool { return strings.Contains(p.route.Query, "not user.name:user2") })
	p.entry.SetText("user.name:nobody")
	p.submit()
	tp.pump("the empty state", func() bool { return p.empty.box.Visible() })
}

func TestEventsPageTailAndPause(t *testing.T) {
	tp, store, p := newTestEvents(t, 5)
	store.addMessages(2)
	tp.kick()
	tp.pump("new rows", func() bool { return len(p.table.Rows()) == 7 })
	p.typed(' ')
	tp.pump("the pause", func() bool { return p.pause.Text == "Resume" })
	store.addMessages(12)
	tp.kick()
	tp.pump("the news", func() bool { return p.news.Visible() && p.news.Text == "12 new events" })
	if len(p.table.Rows()) != 7 {
		t.Errorf("%d rows while paused", len(p.table.Rows()))
	}
	test.Tap(p.news)
	tp.pump("the rest", func() bool { return len(p.table.Rows()) == 19 && !p.news.Visible() })
}

func TestEventsPageComesBackAsItWasLeft(t *testing.T) {
	tp, _, p := newTestEvents(t, 9)
	p.goTo("user.name:user1", model.Span{Last: time.Hour})
	tp.pump("the search", func() bool { return len(p.table.Rows()) == 3 })
	p.hidden()
	p.shown(model.Route{Page: model.PageEvents}) // as the sidebar asks
	if p.route.Query != "user.name:user1" || p.route.Last != time.Hour {
		t.Errorf("came back to %+v", p.route)
	}
	p.shown(model.Route{Page: model.PageEvents}) // asked again while visible: the default
	tp.pump("everything", func() bool { return len(p.table.Rows()) == 9 })
	if p.entry.Text != "" {
		t.Errorf("box: %q", p.entry.Text)
	}
}

func TestEventsPageOpensTheEventOfItsRoute(t *testing.T) {
	tp, _, p := newTestEvents(t, 30)
	want := p.table.Rows()[20]
	p.shown(model.Route{Page: model.PageEvents, Last: -1, EventID: want.ID})
	tp.pump("the event", func() bool { return p.detail.event != nil && p.detail.event.ID == want.ID })
}

func TestEventsPageKeepsTheOpenEventMarked(t *testing.T) {
	tp, store, p := newTestEvents(t, 9)
	p.table.Select(p.table.Rows()[4])
	p.selected(p.table.Rows()[4])
	id := p.detail.event.ID
	user := p.detail.event.Get(event.UserName)
	store.mu.Lock()
	for i, ev := range store.events { // as a store does: each search reads its own copies
		clone := ev.Clone()
		store.events[i] = &clone
	}
	store.mu.Unlock()
	p.filter("user.name", user, false)
	tp.pump("the narrowed search", func() bool {
		ev, ok := p.table.Selected()
		return ok && ev.ID == id && slices.Contains(p.table.Rows(), ev) && len(p.table.Rows()) == 3
	})
	if p.detail.event == nil || p.detail.event.ID != id {
		t.Error("the detail stays open")
	}
}

func TestEventsPageKeepsEvents(t *testing.T) {
	tp, _, p := newTestEvents(t, 30)
	p.showKept()
	tp.pump("the hint", func() bool { return strings.HasPrefix(p.light.Value(), "No events are kept yet") })
	first, second := p.table.Rows()[4], p.table.Rows()[9]
	p.open(first)
	p.pin(first.ID)
	tp.pump("the pin", func() bool { return p.detail.keeps })
	p.open(second)
	if p.detail.keeps {
		t.Error("another event is shown as kept")
	}
	p.detail.togglePin()
	tp.pump("the second pin", func() bool { return p.detail.keeps })
	p.showKept()
	tp.pump("the kept events", func() bool {
		rows := p.table.Rows()
		return len(rows) == 2 && rows[0] == first && rows[1] == second
	})
	p.detail.togglePin()
	tp.pump("the event is let go", func() bool { return !p.detail.keeps })
	p.open(first)
	tp.pump("the other is kept still", func() bool { return p.detail.keeps })
}
