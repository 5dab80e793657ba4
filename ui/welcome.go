package ui

import (
	"net"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/app/settings"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// welcomePage is the first start, and later the guide to connecting a device.
type welcomePage struct {
	env     *env
	backend welcomeBackend
	model   model.Welcome
	view    model.WelcomeView
	drawn   bool
	busy    bool
	guide   string // the device whose steps are shown

	steps   *fyne.Container // what the current step shows
	problem *widget.Banner
	port    *widget.Entry
	listen  *fynewidget.Button
	waiting *fyne.Container
	light   *widget.Panel
	state   *widget.Text
	onward  *fynewidget.Button
}

// welcomeBackend is what the first start asks of the program.
type welcomeBackend interface {
	model.SettingsStore
	model.StatusReader
	Locator
}

func newWelcomePage(e *env, b welcomeBackend) page { return &welcomePage{env: e, backend: b} }

const welcomeText = "Porchlight collects the logs of your network, watches them, and tells you when something is wrong. Everything stays on this computer."

func (p *welcomePage) content() fyne.CanvasObject {
	p.problem = widget.NewBanner()
	p.port = widget.NewEntry()
	p.port.SetText(strconv.Itoa(settings.DefaultPort))
	p.port.OnSubmitted = func(string) { p.start() }
	p.listen = fynewidget.NewButtonWithIcon("Start listening", widget.ThemedIcon("radio", "foregroundOnPrimary"), p.start)
	p.listen.Importance = fynewidget.HighImportance
	p.light = widget.NewDot(widget.ColorMedium)
	p.state = widget.NewText("", widget.SizeText, widget.ColorText, widget.Bold)
	p.waiting = container.NewStack(widget.NewPanel(widget.ColorTrack, "", 6), widget.Pad(widget.Row(9, p.light, p.state), 9, 9, 12, 12))
	p.onward = fynewidget.NewButtonWithIcon("Continue to the overview", widget.ThemedIcon("arrow-right", widget.ColorText), func() {
		p.env.navigate(model.Route{Page: model.PageOverview})
	})
	p.onward.IconPlacement = fynewidget.ButtonIconTrailingText
	p.steps = container.NewVBox()
	title := widget.NewText("Welcome to Porchlight", 22, widget.ColorText, widget.Bold)
	head := widget.Row(14, widget.NewIcon("app", 46, widget.ColorText), title)
	column := widget.Column(14, head, widget.Prose(welcomeText, true), p.problem.Object, p.steps)
	p.draw()
	return container.NewVScroll(container.New(middleLayout{620}, widget.Pad(column, 18, 24, 20, 20)))
}

func (p *welcomePage) shown(model.Route) {
	pulse := p.env.pulse()
	if state, _ := pulse.State(); p.view.Step == model.StepStart && (state == model.Waiting || state == model.Receiving) {
		p.began(model.ListeningPort(pulse), pulse) // a later visit
	}
}

func (p *welcomePage) hidden() {}

// start begins listening on the port typed.
func (p *welcomePage) start() {
	port, err := model.ParsePort(p.port.Text)
	if err != nil {
		p.problem.Set(sentence(err), "", nil)
		return
	}
	if p.busy {
		return
	}
	p.busy = true
	p.listen.Disable()
	p.env.work.Go(func() {
		err := p.backend.SetSettings(p.env.ctx, model.FirstSettings(p.backend.Settings(), port))
		var pulse model.Pulse
		if err == nil {
			pulse.Status, err = p.backend.Status(p.env.ctx)
			pulse.At = p.env.now()
		}
		p.env.do(func() {
			p.busy = false
			p.listen.Enable()
			if err != nil {
				p.problem.Set("It did not work: "+err.Error(), "", nil)
				return
			}
			p.began(port, pulse)
		})
	})
}

func (p *welcomePage) began(port int, pulse model.Pulse) {
	p.problem.Set("", "", nil)
	p.model.Started(port, pulse, p.backend.LocalAddresses())
	p.pulsed(pulse)
}

// pulsed implements pulser.
func (p *welcomePage) pulsed(pulse model.Pulse) {
	v := p.model.View(pulse)
	if v.Same(p.view) && p.drawn {
		return
	}
	p.view = v
	p.draw()
}

// draw shows the current step.
func (p *welcomePage) draw() {
	p.drawn = true
	v := p.view
	demo := fynewidget.NewButtonWithIcon("Play the demo", widget.ThemedIcon("play", widget.ColorText), p.playDemo)
	switch v.Step {
	case model.StepStart, model.StepFailed:
		if v.Step == model.StepFailed {
			p.problem.Set(v.Reason+" Choose another port, or end the program that uses it.", "", nil)
		}
		p.steps.Objects = []fyne.CanvasObject{widget.Card("Let your devices send their logs here", nil, widget.Column(12,
			widget.Prose("Nothing listens until you switch it on. Porchlight then receives syslog over UDP and TCP from the devices in your network.", false),
			widget.Row(8, widget.NewLabel("Port"), widget.Fixed(84, 0, p.port), p.listen)))}
		p.steps.Add(widget.Pad(container.NewHBox(p.onward), 10, 0, 0, 0))
	default:
		p.problem.Set("", "", nil)
		addresses := container.NewVBox()
		for _, a := range v.Targets {
			addresses.Add(widget.NewCopyField(a, p.env.copy).Object)
		}
		p.steps.Objects = []fyne.CanvasObject{
			widget.Card("Listening on "+v.Inputs, nil, widget.Column(8,
				widget.Prose("In the syslog settings of a firewall, a server or a NAS, enter this computer's address:", false), addresses)),
			widget.Pad(widget.Card("Ready to paste", nil, widget.Column(6,
				widget.NewMuted("On a Linux server, into /etc/rsyslog.d/porchlight.conf"), widget.NewCopyField(v.Rsyslog, p.env.copy).Object,
				widget.Pad(widget.NewMuted("Or just try it, from any Linux computer"), 4, 0, 0, 0), widget.NewCopyField(v.Logger, p.env.copy).Object)), 10, 10, 0, 0),
			widget.Pad(p.guideCard(v), 0, 10, 0, 0),
			p.waiting,
		}
		if v.Step == model.StepReceived {
			p.light.Set(widget.ColorGood, 0)
			p.state.Set("Received from "+v.First+"!", widget.ColorGood)
			p.onward.Importance = fynewidget.HighImportance
			p.onward.SetIcon(widget.ThemedIcon("arrow-right", "foregroundOnPrimary"))
		} else {
			p.light.Set(widget.ColorMedium, 0)
			p.state.Set("Waiting for the first message …", widget.ColorText)
		}
		p.steps.Add(widget.Pad(widget.Row(8, p.onward, demo), 12, 0, 0, 0))
		p.steps.Add(widget.Pad(widget.Prose("No device at hand? The demo plays an afternoon in an office, and then an attack, through the same listener.", true), 2, 0, 0, 0))
	}
	p.steps.Refresh()
}

// guideCard shows the way through the menus of a device that the user chooses,
// and, once something of its kind sends, what arrives from it.
func (p *welcomePage) guideCard(v model.WelcomeView) fyne.CanvasObject {
	if p.guide == "" {
		p.guide = model.Guides()[0].Name
	}
	host, port, err := net.SplitHostPort(v.Targets[0])
	if err != nil {
		host, port = v.Targets[0], strconv.Itoa(settings.DefaultPort)
	}
	box := container.NewVBox(guideChoice(p.guide, func(name string) {
		if name != p.guide {
			p.guide = name
			p.draw()
		}
	}))
	for _, g := range model.Guides() {
		if g.Name != p.guide {
			continue
		}
		box.Add(guideSteps(g, host, port, p.env.copy))
		for _, s := range p.env.pulse().Status.Sources {
			if !s.IsSender() || model.GuideFor(s).Name != g.Name || s.Profile.Looks() == "" {
				continue
			}
			address := s
			box.Add(widget.Row(8, widget.NewDot(widget.ColorGood), widget.NewLabel("Received from "+model.SourceTitle(s)+"!"), fynewidget.NewButton("What arrives", func() {
				p.env.navigate(model.Route{Page: model.PageSources, Query: address.Address})
			})))
			break
		}
	}
	return widget.Card("Step by step", nil, box)
}

func (p *welcomePage) playDemo() {
	p.env.playDemo()
	p.env.navigate(model.Route{Page: model.PageOverview})
}

// middleLayout keeps its one object in the middle and no wider than can be
// read well.
type middleLayout struct{ most float32 }

func (l middleLayout) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(min(objects[0].MinSize().Width, l.most), objects[0].MinSize().Height)
}

func (l middleLayout) Layout(objects []fyne.CanvasObject, s fyne.Size) {
	w := min(s.Width, l.most)
	objects[0].Resize(fyne.NewSize(w, s.Height))
	objects[0].Move(fyne.NewPos((s.Width-w)/2, 0))
}
