package ui

import (
	"context"
	"errors"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
	"porchlight/ingest/input"
	"porchlight/ingest/pack"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// desk is a shell in a window of the test driver. Work for the UI goroutine
// is collected and done by settle, on the test's own goroutine.
type desk struct {
	*testing.T
	shell   *shell
	env     *env
	win     fyne.Window
	backend *fakeBackend
	work    chan func()
	meter   model.Meter
	clip    string
}

func newDesk(t *testing.T, b *fakeBackend, look widget.Appearance, size fyne.Size) *desk {
	t.Helper()
	app := test.NewTempApp(t)
	app.Settings().SetTheme(widget.Theme{Appearance: look})
	ctx, cancel := context.WithCancel(context.Background())
	d := &desk{T: t, backend: b, work: make(chan func(), 1000)}
	d.win = app.NewWindow("test")
	d.env = &env{ctx: ctx, win: d.win, user: "anna", now: time.Now, onChange: b.OnChange,
		copy: func(s string) { d.clip = s }, do: func(f func()) { d.work <- f },
		restyle: func(name string) {
			app.Settings().SetTheme(widget.Theme{Appearance: widget.Appearance(name)})
		}}
	d.shell = newShell(d.env, b, Options{Version: "0.1.0", User: "anna", DataDir: "/home/anna/.local/share/porchlight"})
	d.win.SetPadded(false)
	d.win.SetContent(d.shell.content())
	d.win.Resize(size)
	t.Cleanup(func() {
		cancel()
		d.env.work.Wait()
		d.win.Close()
	})
	return d
}

// look polls the backend, as the window does.
func (d *desk) look() {
	s, err := d.backend.Status(d.env.ctx)
	d.shell.pulsed(d.meter.Observe(d.env.now(), s), err)
	d.shell.loadAlerts(d.env.ctx)()
}

// until does the work that arrives until a condition holds.
func (d *desk) until(what string, cond func() bool) {
	d.Helper()
	patience := time.After(2 * time.Minute)
	for !cond() {
		select {
		case f := <-d.work:
			f()
		case <-patience:
			d.Fatalf("waited in vain: %s", what)
		}
	}
}

// shows reports whether a text can be seen.
func (d *desk) shows(text string) bool { return strings.Contains(visibleText(d.win.Content()), text) }

// visibleText collects the texts of all visible objects.
func visibleText(o fyne.CanvasObject) string {
	var b strings.Builder
	walk(o, func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *widget.Text:
			fmt.Fprintln(&b, x.Value())
		case *fynewidget.Label:
			fmt.Fprintln(&b, x.Text)
		}
	})
	return b.String()
}

func walk(o fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if o == nil || !o.Visible() {
		return
	}
	visit(o)
	switch x := o.(type) {
	case *fyne.Container:
		for _, c := range x.Objects {
			walk(c, visit)
		}
	case fyne.Widget:
		for _, c := range test.WidgetRenderer(x).Objects() {
			walk(c, visit)
		}
	}
}

// tap taps the first visible tappable whose text contains the words.
func (d *desk) tap(words string) {
	d.Helper()
	var found fyne.Tappable
	walk(d.win.Content(), func(o fyne.CanvasObject) {
		t, ok := o.(fyne.Tappable)
		if !ok || found != nil {
			return
		}
		if b, ok := o.(fyne.Disableable); ok && b.Disabled() {
			return
		}
		if strings.Contains(label(o), words) {
			found = t
		}
	})
	if found == nil {
		d.Fatalf("nothing to tap says %q", words)
	}
	test.Tap(found)
}

func label(o fyne.CanvasObject) string {
	return buttonText(o) + visibleText(o)
}

// shot saves what can be seen when PORCHLIGHT_SHOTS names a folder.
func (d *desk) shot(name string) {
	dir := os.Getenv("PORCHLIGHT_SHOTS")
	if dir == "" {
		return
	}
	d.Helper()
	size := d.win.Canvas().Size() // the test driver does not redo the layout by itself
	d.win.Resize(size.AddWidthHeight(1, 1))
	d.win.Resize(size)
	f, err := os.Create(filepath.Join(dir, name+".png"))
	if err != nil {
		d.Fatal(err)
	}
	defer f.Close()
	if err := png.Encode(f, d.win.Canvas().Capture()); err != nil {
		d.Fatal(err)
	}
}

func TestOverviewPage(t *testing.T) {
	for _, look := range []widget.Appearance{widget.Dark, widget.Light} {
		t.Run(string(look), func(t *testing.T) {
			d := newDesk(t, newFakeBackend(time.Now(), true), look, fyne.NewSize(1440, 900))
			d.look()
			d.shell.navigate(model.Route{Page: model.PageOverview})
			p := d.shell.current.(*overviewPage)
			d.until("the volume", func() bool { return p.volume.Total() > 0 })
			d.until("the failed logons", func() bool { return d.shows("the day before") })
			for _, want := range []string{"9 / 10", "1,204", "Successful logon after SSH brute force", "fw-office", "Receiving", "1.4 GiB stored"} {
				if !d.shows(want) {
					t.Errorf("%q is not shown", want)
				}
			}
			d.shot("overview-" + string(look))

			d.tap("Failed logons, 24 h")
			if r := d.shell.history.Now(); r.Page != model.PageEvents || r.Query != model.FailedLogons || r.Span().Last != 24*time.Hour {
				t.Errorf("the failed logons lead to %+v", r)
			}
			d.shell.back()
			p.chart.OnTapped(3)
			since, until := p.volume.Bar(3)
			if r := d.shell.history.Now(); r.Page != model.PageEvents || r.Since != since || r.Until != until {
				t.Errorf("a bar leads to %+v", r)
			}
			d.shell.back()
			d.tap("New account with administrator rights")
			if r := d.shell.history.Now(); r.Page != model.PageAlerts || r.AlertID != "a1" {
				t.Errorf("an alert leads to %+v", r)
			}
			d.shell.back()
			d.tap("web-01")
			if r := d.shell.history.Now(); r.Page != model.PageEvents || r.Query != "log.source.address:192.168.1.11" {
				t.Errorf("a source leads to %+v", r)
			}
		})
	}
}

func TestOverviewFollows(t *testing.T) {
	start := time.Now()
	b := newFakeBackend(start, true)
	d := newDesk(t, b, widget.Dark, fyne.NewSize(1440, 900))
	now := start
	d.env.now = func() time.Time { return now }
	d.shell.navigate(model.Route{Page: model.PageOverview})
	d.look()
	now = start.Add(10 * time.Second)
	b.receive(100, now) // from each of six sources
	d.look()
	if p := d.shell.current.(*overviewPage); !d.shows("Receiving · 60 events/s") || !strings.Contains(visibleText(p.events), "60") {
		t.Errorf("the rate is not shown: %s", visibleText(p.events))
	}
}

func TestOverviewEmpty(t *testing.T) {
	d := newDesk(t, newFakeBackend(time.Now(), false), widget.Dark, fyne.NewSize(1100, 700))
	d.look()
	d.shell.navigate(model.Route{Page: model.PageOverview})
	d.until("empty states", func() bool { return d.shows("No alerts") && d.shows("none in two days") })
	if !d.shows("Not listening: switched off") {
		t.Error("the header does not say that nothing listens")
	}
	d.shot("overview-empty")
}

func TestStatusError(t *testing.T) {
	b := newFakeBackend(time.Now(), true)
	b.statusErr = errors.New("read status: database is locked")
	d := newDesk(t, b, widget.Dark, fyne.NewSize(1100, 700))
	d.shell.navigate(model.Route{Page: model.PageSources})
	d.look()
	if !d.shows("database is locked") {
		t.Error("the error is not shown")
	}
}

func TestSourcesPage(t *testing.T) {
	d := newDesk(t, newFakeBackend(time.Now(), true), widget.Light, fyne.NewSize(1440, 900))
	d.look()
	d.shell.navigate(model.Route{Page: model.PageSources})
	p := d.shell.current.(*sourcesPage)
	if len(p.rows) != 11 || !d.shows("11 sources") || !d.shows("1 silent for 15 min or more") {
		t.Errorf("%d rows", len(p.rows))
	}
	d.shot("sources-light")
	p.table.OnSort(int(model.SourceReceived))
	if p.rows[0].Source.Name != "fw-office" {
		t.Errorf("sorted by messages %s comes first", p.rows[0].Source.Name)
	}
	p.table.OnOpen(0)
	if !d.shows("looks like a Netgate pfSense firewall") || !d.shows("never seen") || !d.shows("1 h ahead") || !d.shows("Enable Remote Logging") {
		t.Error("the panel does not say what the firewall is, what it does not send, how its clock is and how to set it up")
	}
	d.shot("sources-panel")
	p.panel.name.SetText("Firewall office")
	d.tap("Save")
	d.until("the name", func() bool { d.look(); return p.rows[0].Text().Name == "Firewall office" })
	d.tap("Leave its times as they are")
	d.until("the clock to be trusted", func() bool { d.look(); return p.panel.trust.Text == "Correct its times" })
	if !p.escape() || p.escape() || d.shows("never seen") {
		t.Error("Esc does not close the panel")
	}
	if !d.shows("192.168.1.20 looks like a UniFi device") {
		t.Error("a new sender has no card")
	}
	p.table.OnOpen(1)
	d.tap("Show what it sent")
	if r := d.shell.history.Now(); r.Page != model.PageEvents || r.Query != "log.source.address:192.168.1.11" {
		t.Errorf("a row leads to %+v", r)
	}

	empty := newDesk(t, newFakeBackend(time.Now(), false), widget.Dark, fyne.NewSize(1100, 700))
	empty.look()
	empty.shell.navigate(model.Route{Page: model.PageSources})
	if !empty.shows("No source yet") {
		t.Error("no help without sources")
	}
	empty.shot("sources-empty")
	empty.tap("How to connect a device")
	if r := empty.shell.history.Now(); r.Page != model.PageWelcome {
		t.Errorf("the guide leads to %+v", r)
	}
}

// TestEventDetail: the line with its fields marked, how it was read, and who
// had the addresses. TestAlertNamesWhoHadTheAddress: an office address is shown
// with whose it was.
func TestAlertNamesWhoHadTheAddress(t *testing.T) {
	d := newDesk(t, newFakeBackend(time.Now(), true), widget.Dark, fyne.NewSize(1440, 900))
	d.look()
	d.shell.navigate(model.Route{Page: model.PageAlerts, AlertID: "a2"})
	d.until("who had the address", func() bool {
		return d.shows("fileserver · anna · 00-11-32-AA-BB-CC (Synology Incorporated)")
	})
	d.shot("alert-who")
}

func TestEventDetail(t *testing.T) {
	b := newFakeBackend(time.Now(), true)
	for _, ev := range b.events {
		ev.Set(event.EventOriginal, "<38>Mar  1 10:00:00 "+ev.Get(event.HostName)+" app: "+ev.Get(event.Message))
	}
	d := newDesk(t, b, widget.Dark, fyne.NewSize(1440, 900))
	d.look()
	d.shell.navigate(model.Route{Page: model.PageEvents, Query: "destination.ip:192.168.1.10"})
	p := d.shell.current.(*eventsPage)
	d.until("events", func() bool { return len(p.table.Rows()) > 0 })
	p.table.OnSelect(p.table.Rows()[0])
	d.until("who had the address", func() bool {
		return d.shows("fileserver · anna · 00-11-32-AA-BB-CC (Synology Incorporated)")
	})
	d.shot("event-detail")
	ip := p.detail.event.Get(event.SourceIP)
	// Pointing at a field marks its place, and the other way round.
	p.detail.fields.OnPoint("source.ip")
	d.shot("event-detail-pointed")
	p.detail.raw.OnPoint("source.ip")
	if !d.shows("source.ip") {
		t.Error("the field pointed at is not named")
	}
	var menu string
	p.detail.onMenu = func(field, value string, _ fyne.Position) { menu = field + "=" + value }
	p.detail.raw.OnMenu("source.ip", ip, fyne.Position{})
	if menu != "source.ip="+ip {
		t.Errorf("a click on a part offers %q", menu)
	}
	if d.shows("Read by: fake.") {
		t.Error("how it was read shows unasked")
	}
	p.detail.toggleHow()
	if !d.shows("Read by: fake.") {
		t.Error("how it was read does not show")
	}
}

func TestParserEditor(t *testing.T) {
	b := newFakeBackend(time.Now(), true)
	d := newDesk(t, b, widget.Dark, fyne.NewSize(1280, 800))
	d.look()
	d.shell.navigate(model.Route{Page: model.PageSources})
	p := d.shell.current.(*sourcesPage)
	open := func(address string) {
		i := slices.IndexFunc(p.rows, func(r model.SourceRow) bool { return r.Source.Address == address })
		p.table.OnOpen(i)
		d.tap("Make a parser for the rest")
	}
	open("192.168.1.11")
	d.until("word that all is understood", func() bool { return d.shows("is understood") })
	open("192.168.1.20")
	overlay := func() string {
		if o := d.win.Canvas().Overlays().Top(); o != nil {
			return visibleText(o)
		}
		return ""
	}
	d.until("the proposal", func() bool { return strings.Contains(overlay(), "reads 2 of the 2 lines") })
	d.shot("parser-editor")
	var entry *fynewidget.Entry
	var save *fynewidget.Button
	walk(d.win.Canvas().Overlays().Top(), func(o fyne.CanvasObject) {
		switch x := o.(type) {
		case *fynewidget.Entry:
			entry = x
		case *fynewidget.Button:
			if x.Text == "Save" {
				save = x
			}
		}
	})
	if !strings.HasPrefix(entry.Text, "parser ap_lobby\n") {
		t.Errorf("the proposal is %q", entry.Text)
	}
	entry.SetText("nonsense")
	d.until("what is wrong", func() bool { return strings.Contains(overlay(), "begins with a line") && save.Disabled() })
	entry.SetText("parser door\ntemplate host info x - | Door {door.n} opened")
	d.until("the new text to be good", func() bool { return !save.Disabled() })
	test.Tap(save)
	d.until("the parser to be saved", func() bool {
		b.mu.Lock()
		defer b.mu.Unlock()
		return len(b.parsers) == 1 && strings.HasPrefix(b.parsers[0], "parser door")
	})
	d.until("the editor to close", func() bool { return overlay() == "" })
}

// TestSettingsKeepParsers: the admin's own parsers are listed, and can be
// changed, removed, put back and pasted.
func TestSettingsKeepParsers(t *testing.T) {
	if _, err := pack.Read(newParser); err != nil {
		t.Errorf("what a new parser begins with is wrong: %v", err)
	}
	b := newFakeBackend(time.Now(), true)
	b.parsers = []string{"parser door\ntemplate host info x - | Door {door.n} opened\nsample Door 7 opened\n", "parser broken\n"}
	d := newDesk(t, b, widget.Dark, fyne.NewSize(1280, 1000))
	d.look()
	d.shell.navigate(model.Route{Page: model.PageSettings})
	d.until("the parsers", func() bool { return d.shows("in use, tried on 1 line") && d.shows("not in use: line 1") })
	d.shot("settings-parsers")
	d.tap("Remove")
	d.until("it to be gone", func() bool { return d.shows("Removed door") && !d.shows("in use, tried on 1 line") })
	d.tap("Put it back")
	d.until("it to be back", func() bool { return d.shows("in use, tried on 1 line") && !d.shows("Removed door") })
	d.tap("Add a parser")
	overlay := func() string {
		if o := d.win.Canvas().Overlays().Top(); o != nil {
			return visibleText(o)
		}
		return ""
	}
	d.until("the editor", func() bool { return strings.Contains(overlay(), "A parser for what is not understood") })
}

func TestSettingsPage(t *testing.T) {
	b := newFakeBackend(time.Now(), true)
	d := newDesk(t, b, widget.Dark, fyne.NewSize(1440, 900))
	d.look()
	d.shell.navigate(model.Route{Page: model.PageSettings})
	p := d.shell.current.(*settingsPage)
	d.until("the settings", func() bool { return p.loaded })
	if !d.shows("Listening on all addresses, port 5514") || !p.save.Disabled() {
		t.Error("the form does not show what is stored")
	}
	d.shot("settings-dark")

	tcp := p.inputs.rows[1].values[0]
	tcp.set("601x")
	if !d.shows("Type a port from 1 to 65535") || !p.save.Disabled() {
		t.Error("a wrong port is not refused")
	}
	tcp.set("601")
	p.inputs.rows[0].on.SetChecked(false)
	d.tap("Light")
	if got := widget.Color(widget.ColorCard); got.R != 0xff {
		t.Errorf("the theme was not shown at once: %v", got)
	}
	test.Tap(p.save)
	d.until("saved", func() bool { return d.shows("Saved and in use.") })
	if b.settings.Inputs[0].On || b.settings.Inputs[1].Options["address"] != ":601" || len(b.settings.Inputs) != 2 || b.settings.Theme != "light" {
		t.Errorf("stored %+v", b.settings)
	}
	d.look()
	if !d.shows("Switched off") || !d.shows("Listening on all addresses, port 601") {
		t.Error("the listeners' new state is not shown")
	}
	// Every option of a kind can be set, and is seen while the input is on.
	pigeons := p.inputs.rows[2]
	if d.shows("How many fly at a time.") {
		t.Error("the options of an input that is off are shown")
	}
	pigeons.on.SetChecked(true)
	pigeons.values[1].set("10")
	if !d.shows("expected at most 9") || !p.save.Disabled() {
		t.Error("a wrong option is not refused")
	}
	d.shot("settings-options")
	pigeons.values[1].set("5")
	pigeons.values[2].set("fantail")
	pigeons.values[3].set("true")
	test.Tap(p.save)
	d.until("saved", func() bool { return d.shows("Saved and in use.") })
	if want := (input.Setting{ID: "carrier-pigeon", Kind: "carrier-pigeon", On: true, Options: input.Values{"pigeons": "5", "breed": "fantail", "at_night": "true"}}); !reflect.DeepEqual(b.settings.Inputs[2], want) {
		t.Errorf("stored %+v, want %+v", b.settings.Inputs[2], want)
	}
	p.days.SetText("1")
	test.Tap(p.revert)
	if p.days.Text != "365" || !p.save.Disabled() {
		t.Error("the change was not discarded")
	}
	d.shot("settings-light")
}

func TestWelcomePage(t *testing.T) {
	b := newFakeBackend(time.Now(), false)
	b.busy = "the port is in use by another program"
	d := newDesk(t, b, widget.Dark, fyne.NewSize(1100, 700))
	d.shell.navigate(model.Route{Page: model.PageWelcome})
	d.look()
	if b.settings.Configured || slices.ContainsFunc(b.status.Inputs, func(in input.State) bool { return in.Phase.Open() }) {
		t.Fatal("something listens before the user switched it on")
	}
	d.shot("welcome-start")
	p := d.shell.current.(*welcomePage)
	p.port.SetText("66000")
	d.tap("Start listening")
	if !d.shows("Type a port from 1 to 65535") {
		t.Error("a wrong port is not refused")
	}
	p.port.SetText("5514")
	d.tap("Start listening")
	d.until("the reason", func() bool { return d.shows("port 5514 cannot be used: the port is in use by another program") })
	d.shot("welcome-busy")

	b.busy = ""
	p.port.SetText("10514")
	d.tap("Start listening")
	d.until("listening", func() bool { return d.shows("Listening on UDP and TCP 10514") })
	if !d.shows("*.* @@192.168.1.40:10514") || !d.shows("Waiting for the first message") {
		t.Error("the guide is not shown")
	}
	d.shot("welcome-waiting")

	b.status.Sources = newFakeBackend(time.Now(), true).status.Sources[:1]
	b.status.Totals.Received = 1
	d.look()
	if !d.shows("Received from 192.168.1.1!") {
		t.Error("the first message is not celebrated")
	}
	d.shot("welcome-received")
	d.tap("Play the demo")
	if !d.shows("The demo is playing") {
		t.Error("the demo is not shown to play")
	}
	d.tap("Stop")
	d.until("the demo's end", func() bool { return !d.shows("The demo is playing") })
}

func TestNavigation(t *testing.T) {
	d := newDesk(t, newFakeBackend(time.Now(), true), widget.Dark, fyne.NewSize(1440, 900))
	for _, item := range navigation {
		d.shell.navigate(model.Route{Page: item.page})
		d.look()
		if d.shell.title.Value() != item.title || !d.shell.nav[item.page].Selected {
			t.Errorf("%s: the title says %q", item.page, d.shell.title.Value())
		}
		d.shot("page-" + string(item.page))
	}
	for i := len(navigation) - 2; i >= 0; i-- {
		d.shell.back()
		if got := d.shell.history.Now().Page; got != navigation[i].page {
			t.Errorf("back led to %s, want %s", got, navigation[i].page)
		}
	}
	d.shell.forward()
	if got := d.shell.history.Now().Page; got != navigation[1].page {
		t.Errorf("forward led to %s", got)
	}
	d.shell.navigate(model.Route{Page: model.PageSettings})
	d.shell.focusSearch()
	if d.shell.history.Now().Page != model.PageEvents || d.win.Canvas().Focused() == nil {
		t.Error("the search key did not lead to the search box")
	}

	// The sidebar works with the keyboard alone.
	d.win.Canvas().Unfocus()
	d.win.Canvas().FocusNext()
	d.win.Canvas().FocusNext() // the second line of the sidebar
	d.win.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
	if got := d.shell.history.Now().Page; got != navigation[1].page {
		t.Errorf("Enter in the sidebar led to %s", got)
	}
	if d.shell.alerts.Open != 7 {
		t.Errorf("%d open alerts", d.shell.alerts.Open)
	}
}

func TestHiddenWindowDoesNoWork(t *testing.T) {
	b := newFakeBackend(time.Now(), true)
	d := newDesk(t, b, widget.Dark, fyne.NewSize(1440, 900))
	d.look()
	d.shell.navigate(model.Route{Page: model.PageOverview})
	p := d.shell.current.(*overviewPage)
	d.shell.setVisible(false)
	for _, l := range p.loads {
		if l.cancel != nil {
			t.Error("work goes on while nothing can be seen")
		}
	}
	b.alerts = []alert.Alert{}
	d.look()
	if len(p.latest.shown) == 0 {
		t.Error("a hidden page was drawn")
	}
	d.shell.setVisible(true)
	if !d.shows("No alerts") {
		t.Error("the page was not brought up to date")
	}
}

// An entry that has the focus must not swallow the window's keys.
func TestEntryLeavesWindowKeys(t *testing.T) {
	d := newDesk(t, newFakeBackend(time.Now(), true), widget.Dark, fyne.NewSize(1440, 900))
	d.shell.navigate(model.Route{Page: model.PageSettings})
	p := d.shell.current.(*settingsPage)
	key := fyne.KeyName("")
	d.win.Canvas().SetOnTypedKey(func(e *fyne.KeyEvent) { key = e.Name })
	d.win.Canvas().Focus(p.days)
	p.days.TypedKey(&fyne.KeyEvent{Name: fyne.KeyF5})
	if key != fyne.KeyF5 {
		t.Errorf("the window saw key %q", key)
	}
}

// buttonText is the text of a stock button, which draws it as rich text.
func buttonText(o fyne.CanvasObject) string {
	if b, ok := o.(*fynewidget.Button); ok {
		return b.Text
	}
	return ""
}
