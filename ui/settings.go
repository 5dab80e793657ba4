package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/app/settings"
	"porchlight/detect/alert"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// settingsPage is the Settings page.
type settingsPage struct {
	env     *env
	backend settingsBackend
	opts    Options
	loaded  bool
	saved   model.Form // as stored
	filling bool       // inputs are being set, not typed

	problem         *widget.Banner
	inputs          *inputRows
	days, gigabytes *widget.Entry
	level           *fynewidget.Select
	perMinute       *widget.Entry
	look            *widget.Choice
	fields          map[string]*widget.Field
	save, revert    *fynewidget.Button
	test            *fynewidget.Button
	testState       *widget.Text
	done            *widget.Text
	reach           *widget.Text
	parsers         *parserList
}

// settingsBackend is what the Settings page asks of the program.
type settingsBackend interface {
	model.SettingsStore
	Locator
	Notifier
	ParserKeeper
}

func newSettingsPage(e *env, b settingsBackend, opts Options) page {
	return &settingsPage{env: e, backend: b, opts: opts}
}

// testPatience is how long a test notification may take.
const testPatience = 10 * time.Second

var themeTitles = []string{"As the desktop", "Dark", "Light"} // of settings.Themes

func (p *settingsPage) content() fyne.CanvasObject {
	p.problem = widget.NewBanner()
	p.fields = map[string]*widget.Field{}
	entry := func() *widget.Entry {
		e := widget.NewEntry()
		e.OnChanged = func(string) { p.typed() }
		e.OnSubmitted = func(string) { p.store() }
		return e
	}
	field := func(key, name, hint string, input fyne.CanvasObject) fyne.CanvasObject {
		p.fields[key] = widget.NewField(name, hint, input)
		return p.fields[key].Object
	}
	p.reach = widget.NewCaption("").Truncated()
	p.inputs = newInputRows(p.backend.InputKinds(), p.typed, p.store)
	inputs := widget.Card("Receive messages", nil, widget.Column(10, p.inputs.object, widget.Pad(p.reach, 0, 0, 152, 0)))

	p.days, p.gigabytes = entry(), entry()
	keep := widget.Card("Keep", nil, widget.Column(10,
		field(model.FieldRetentionDays, "Age", "Older days are deleted whole.", widget.Row(8, widget.Fixed(90, 0, p.days), widget.NewMuted("days at most"))),
		field(model.FieldRetentionGB, "Space", "Beyond it the oldest days are deleted, so that the disk never fills up.", widget.Row(8, widget.Fixed(90, 0, p.gigabytes), widget.NewMuted("GB at most")))))

	titles := make([]string, len(alert.Levels))
	for i, l := range alert.Levels {
		titles[i] = model.LevelName(l)
	}
	p.level = fynewidget.NewSelect(titles, func(string) { p.typed() })
	p.perMinute = entry()
	p.testState = widget.NewCaption("").Truncated()
	rows := widget.Column(10,
		field(model.FieldNotifyLevel, "From this level up", "Quieter alerts only appear on the Alerts page.", widget.Row(8, widget.Fixed(150, 0, p.level))),
		field(model.FieldNotifyPerMinute, "At most", "What is more comes as one digest.", widget.Row(8, widget.Fixed(90, 0, p.perMinute), widget.NewMuted("notifications a minute"))))
	p.test = fynewidget.NewButtonWithIcon("Show a test notification", widget.ThemedIcon("bell", widget.ColorText), p.tryNotification)
	rows.Add(widget.Pad(widget.Border(nil, nil, p.test, nil, widget.Pad(p.testState, 0, 0, 10, 0)), 0, 0, 152, 0))
	notifications := widget.Card("Notifications", nil, rows)

	p.look = widget.NewChoice(themeTitles)
	p.look.OnChanged = func(int) {
		p.typed()
		p.env.restyle(p.form().Theme)
	}
	looks := widget.Card("Appearance", nil, widget.NewField("Theme", "Shown at once; saved with the rest.", p.look.Object).Object)

	folder := widget.NewCopyField(p.opts.DataDir, p.env.copy)
	about := widget.Card("About", nil, widget.Column(8,
		widget.NewField("Data folder", "Everything Porchlight keeps is in here.", folder.Object).Object,
		widget.NewField("Version", "", widget.Pad(widget.NewLabel("Porchlight "+p.opts.Version), 8, 0, 0, 0)).Object,
		widget.NewField("Keys", "", widget.Pad(widget.Prose("Ctrl+1 to Ctrl+5 go to a page, Ctrl+K or / to the search. Alt+Left and Alt+Right go back and forward, F5 refreshes, Tab and Enter reach everything. Ctrl+W closes the window, Ctrl+Q quits.", true), 8, 0, 0, 0)).Object,
	))

	p.save = fynewidget.NewButton("Save", p.store)
	p.save.Importance = fynewidget.HighImportance
	p.revert = fynewidget.NewButton("Discard changes", p.discard)
	p.done = widget.NewMuted("").Truncated()
	quit := fynewidget.NewButton("Quit Porchlight", p.env.quit)
	foot := container.NewStack(widget.NewPanel(widget.ColorSidebar, "", 0), widget.Border(widget.NewLine(), nil, nil, nil,
		widget.Pad(widget.Border(nil, nil, widget.Row(8, widget.Fixed(96, 0, p.save), p.revert), quit, widget.Pad(p.done, 0, 0, 10, 0)), 8, 8, 16, 16)))
	p.parsers = newParserList(p.env, p.backend)
	column := container.New(readableLayout{760}, widget.Column(10, p.problem.Object, inputs, keep, notifications, looks, p.parsers.object, about))
	p.update()
	return widget.Border(nil, foot, nil, nil, container.NewVScroll(widget.Pad(column, 2, 14, 16, 16)))
}

func (p *settingsPage) shown(model.Route) {
	if !p.loaded {
		p.load()
	} else {
		p.parsers.load()
	}
}

func (p *settingsPage) hidden() {}

func (p *settingsPage) refresh() { p.load() }

// load reads the settings and fills the form.
func (p *settingsPage) load() {
	p.parsers.load()
	p.env.work.Go(func() {
		s, addrs := p.backend.Settings(), p.backend.LocalAddresses()
		p.env.do(func() {
			p.problem.Set("", "", nil)
			p.loaded = true
			p.saved = model.NewForm(s, p.backend.InputKinds())
			p.fill(p.saved)
			if len(addrs) > 0 {
				p.reach.SetText("Devices reach this computer at " + strings.Join(addrs, ", ") + ". A port alone listens on all its addresses.")
			}
		})
	})
}

func (p *settingsPage) fill(f model.Form) {
	p.filling = true
	p.inputs.fill(f.Inputs)
	p.inputs.pulsed(p.env.pulse())
	p.days.SetText(f.RetentionDays)
	p.gigabytes.SetText(f.RetentionGB)
	p.level.SetSelected(model.LevelName(f.NotifyLevel))
	p.perMinute.SetText(f.NotifyPerMinute)
	p.look.Choose(max(0, slices.Index(settings.Themes, f.Theme)))
	p.filling = false
	p.update()
}

// form returns what is typed.
func (p *settingsPage) form() model.Form {
	f := model.Form{Inputs: p.inputs.forms(), RetentionDays: p.days.Text, RetentionGB: p.gigabytes.Text, NotifyPerMinute: p.perMinute.Text,
		Theme: settings.Themes[p.look.Chosen()]}
	if i := p.level.SelectedIndex(); i >= 0 {
		f.NotifyLevel = alert.Levels[i]
	}
	return f
}

func (p *settingsPage) typed() {
	if !p.filling {
		p.done.SetText("")
		p.update()
	}
}

// update shows what is wrong with the form and whether there is anything to
// save.
func (p *settingsPage) update() {
	f := p.form()
	_, wrong := f.Parse(p.inputs.kinds)
	changed := p.loaded && !f.Equal(p.saved)
	for key, field := range p.fields {
		if p.loaded {
			field.SetError(wrong[key])
		}
	}
	p.inputs.setErrors(wrong)
	enable(p.save, changed && len(wrong) == 0)
	enable(p.revert, changed)
}

// enable lets what can be clicked or typed into be used, or not.
func enable(w fyne.Disableable, on bool) {
	switch {
	case on == !w.Disabled():
	case on:
		w.Enable()
	default:
		w.Disable()
	}
}

// store saves and applies the form.
func (p *settingsPage) store() {
	f := p.form()
	s, wrong := f.Parse(p.inputs.kinds)
	if len(wrong) > 0 || f.Equal(p.saved) {
		return
	}
	p.save.Disable()
	p.done.Set("Saving …", widget.ColorMuted)
	p.env.work.Go(func() {
		err := p.backend.SetSettings(p.env.ctx, s)
		p.env.do(func() {
			if err != nil {
				p.problem.Set("Not saved: "+err.Error(), "", nil)
				p.done.SetText("")
				p.update()
				return
			}
			p.problem.Set("", "", nil)
			p.saved = f
			p.done.Set("Saved and in use.", widget.ColorGood)
			p.update()
		})
	})
}

func (p *settingsPage) discard() {
	p.fill(p.saved)
	p.env.restyle(p.saved.Theme)
	p.done.SetText("")
}

func (p *settingsPage) tryNotification() {
	p.test.Disable()
	p.env.work.Go(func() {
		ctx, cancel := context.WithTimeout(p.env.ctx, testPatience)
		defer cancel()
		err := p.backend.TestNotification(ctx)
		p.env.do(func() {
			p.test.Enable()
			if err != nil {
				p.testState.Set(sentence(err), widget.ColorHigh)
				return
			}
			p.testState.Set("Sent. Nothing to see? Look whether the desktop is set to \"do not disturb\".", widget.ColorMuted)
		})
	})
}

// pulsed implements pulser: the states of the inputs.
func (p *settingsPage) pulsed(pulse model.Pulse) { p.inputs.pulsed(pulse) }

// readableLayout keeps its one object no wider than can be read well.
type readableLayout struct{ most float32 }

func (l readableLayout) MinSize(objects []fyne.CanvasObject) fyne.Size { return objects[0].MinSize() }

func (l readableLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	objects[0].Resize(fyne.NewSize(min(s.Width, l.most), s.Height))
}
