package ui

import (
	"net"
	"slices"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/detect/query"
	"porchlight/ingest/event"
	"porchlight/ingest/source"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// sourcePanel shows one source: what it is, what arrives from it, how its
// clock is doing, and how to set it up.
type sourcePanel struct {
	env      *env
	backend  sourcePanelBackend
	onClose  func()
	address  func() (host, port string) // of this computer, for guides
	address0 string                     // the source shown

	title   *widget.Text
	looks   *fynewidget.Label
	name    *widget.Entry
	save    *fynewidget.Button
	problem *widget.Banner
	aspects *fyne.Container
	clock   *fynewidget.Label
	trust   *fynewidget.Button
	missed  *fynewidget.Button
	guide   *fyne.Container
	chosen  string // the guide shown; "" for the matching one
	drawn   string // the aspects drawn
	source  source.Source
	box     *fyne.Container
}

// sourcePanelBackend is what the panel of a source needs from the program.
type sourcePanelBackend interface {
	Describer
	ParserMaker
}

func newSourcePanel(e *env, b sourcePanelBackend, address func() (string, string)) *sourcePanel {
	p := &sourcePanel{env: e, backend: b, address: address}
	p.title = widget.NewText("", widget.SizeTitle, widget.ColorText, widget.Bold).Truncated()
	p.looks = widget.Paragraph("", true)
	p.name = widget.NewEntry()
	p.name.SetPlaceHolder("A name, e.g. Office firewall")
	p.name.OnSubmitted = func(string) { p.describe(p.source.Profile.Clock.Trusted) }
	p.save = fynewidget.NewButton("Save", func() { p.describe(p.source.Profile.Clock.Trusted) })
	p.save.Importance = fynewidget.HighImportance
	p.problem = widget.NewBanner()
	p.aspects = container.NewVBox()
	p.clock = widget.Paragraph("", false)
	p.trust = fynewidget.NewButton("", func() { p.describe(!p.source.Profile.Clock.Trusted) })
	p.guide = container.NewVBox()
	parser := fynewidget.NewButtonWithIcon("Make a parser for the rest", widget.ThemedIcon("sliders-horizontal", widget.ColorText), func() {
		proposeParser(e, b, p.source, p.problem)
	})
	events := fynewidget.NewButtonWithIcon("Show what it sent", widget.ThemedIcon("search", widget.ColorText), func() { p.show("") })
	p.missed = fynewidget.NewButtonWithIcon("Show what was not understood", widget.ThemedIcon("search", widget.ColorText), func() { p.show(" and tags:" + event.TagParseFailure) })
	head := container.New(headLayout{}, p.title, widget.NewIconButton("x", func() { p.onClose() }))
	naming := widget.Border(nil, nil, nil, widget.Pad(p.save, 0, 0, 6, 0), p.name)
	body := widget.Column(8, widget.Pad(p.looks, -6, -6, -6, -6), naming, p.problem.Object,
		widget.Pad(widget.NewCaption("What arrives"), 6, 0, 0, 0), p.aspects,
		container.NewHBox(events), container.NewHBox(p.missed), container.NewHBox(parser),
		widget.Pad(widget.NewCaption("Its clock"), 6, 0, 0, 0), widget.Pad(p.clock, -6, -6, -6, -6), container.NewHBox(p.trust),
		widget.Pad(widget.NewCaption("How to set it up"), 6, 0, 0, 0), p.guide)
	scroll := container.NewVScroll(widget.Pad(body, 0, 10, 0, 12))
	inner := widget.Pad(container.NewBorder(widget.Pad(head, 0, 6, 0, 0), nil, nil, nil, scroll), 10, 8, 14, 4)
	p.box = container.NewStack(widget.NewPanel(widget.ColorCard, widget.ColorBorder, 8), inner)
	p.box.Hide()
	return p
}

// open shows a source.
func (p *sourcePanel) open(s source.Source) {
	p.address0, p.chosen, p.drawn = s.Address, "", ""
	p.problem.Set("", "", nil)
	p.name.SetText(s.Profile.Label)
	p.set(s)
	p.drawGuide()
	p.box.Show()
}

func (p *sourcePanel) close() {
	p.address0 = ""
	p.box.Hide()
}

// pulsed brings what is shown up to date.
func (p *sourcePanel) pulsed(sources []source.Source) {
	if p.address0 == "" {
		return
	}
	if i := slices.IndexFunc(sources, func(s source.Source) bool { return s.Address == p.address0 }); i >= 0 {
		p.set(sources[i])
	}
}

func (p *sourcePanel) set(s source.Source) {
	p.source = s
	p.title.SetText(model.SourceTitle(s))
	p.looks.SetText(model.SourceLooks(s) + ".")
	setVisible(p.missed, s.ParseFailed > 0)
	text, _ := model.ClockText(s.Profile.Clock)
	p.clock.SetText(text)
	c := s.Profile.Clock
	setVisible(p.trust, c.Corrected != 0 || c.Trusted)
	p.trust.SetText("Leave its times as they are")
	if c.Trusted {
		p.trust.SetText("Correct its times")
	}
	p.drawAspects(model.SourceAspects(s))
}

func (p *sourcePanel) drawAspects(lines []model.AspectLine) {
	var b strings.Builder
	for _, l := range lines {
		b.WriteString(l.Name + l.Count + "\n")
	}
	if b.String() == p.drawn {
		return
	}
	p.drawn = b.String()
	p.aspects.RemoveAll()
	for _, l := range lines {
		dot, count := widget.ColorGood, widget.ColorText
		if !l.Seen {
			dot, count = widget.ColorMedium, widget.ColorMedium
		}
		p.aspects.Add(widget.Row(8, widget.NewDot(dot), widget.NewLabel(l.Name), layout.NewSpacer(), widget.NewText(l.Count, widget.SizeSmall, count, fyne.TextStyle{})))
		if l.Hint != "" {
			p.aspects.Add(widget.Pad(widget.Prose(l.Hint, true), 0, 0, 16, 0))
		}
	}
	if len(lines) == 0 {
		p.aspects.Add(widget.Prose("Nothing understood yet.", true))
	}
	p.aspects.Refresh()
}

// drawGuide shows the steps for the device, or for another one chosen.
func (p *sourcePanel) drawGuide() {
	g := model.GuideFor(p.source)
	if i := slices.IndexFunc(model.Guides(), func(o model.Guide) bool { return o.Name == p.chosen }); i >= 0 {
		g = model.Guides()[i]
	}
	p.guide.RemoveAll()
	p.guide.Add(guideChoice(g.Name, func(name string) {
		if name != g.Name {
			p.chosen = name
			p.drawGuide()
		}
	}))
	host, port := p.address()
	p.guide.Add(guideSteps(g, host, port, p.env.copy))
	p.guide.Refresh()
}

// guideChoice offers the guides.
func guideChoice(now string, choose func(string)) fyne.CanvasObject {
	names := make([]string, len(model.Guides()))
	for i, g := range model.Guides() {
		names[i] = g.Name
	}
	s := fynewidget.NewSelect(names, nil)
	s.SetSelected(now)
	s.OnChanged = choose
	return s
}

// guideSteps shows the steps of a guide and the address to copy.
func guideSteps(g model.Guide, host, port string, copy func(string)) fyne.CanvasObject {
	box := container.NewVBox(widget.NewCopyField(net.JoinHostPort(host, port), copy).Object)
	for i, step := range g.Filled(host, port) {
		number := widget.NewText(strconv.Itoa(i+1), widget.SizeSmall, widget.ColorMuted, widget.Bold)
		box.Add(widget.Border(nil, nil, container.NewBorder(widget.Pad(number, 5, 0, 2, 0), nil, nil, nil), nil, widget.Paragraph(step, false)))
	}
	return box
}

// show goes to the events of the source.
func (p *sourcePanel) show(more string) {
	p.env.navigate(model.EventsRoute(model.SourceQuery(p.source)+more, model.Span{Last: 7 * 24 * time.Hour}))
}

// describe saves the name typed and whether the clock is trusted.
func (p *sourcePanel) describe(trust bool) {
	address, label := p.source.Address, p.name.Text
	p.env.work.Go(func() {
		err := p.backend.DescribeSource(p.env.ctx, address, label, trust)
		p.env.do(func() {
			if err != nil {
				p.problem.Set(sentence(err), "", nil)
				return
			}
			p.problem.Set("", "", nil)
			p.source.Profile.Label, p.source.Profile.Known, p.source.Profile.Clock.Trusted = strings.TrimSpace(label), true, trust
			p.set(p.source)
		})
	})
}

// senderCard is a new sender, with what it sent.
type senderCard struct {
	source source.Source
	text   *widget.Text
	lines  *fyne.Container
	object fyne.CanvasObject
	asked  uint64 // how many messages it had when its lines were last fetched
}

// maxSenderCards bounds how many new senders are shown at once.
const maxSenderCards = 2

func (p *sourcesPage) newCard(s source.Source) *senderCard {
	c := &senderCard{source: s, lines: container.NewVBox()}
	c.text = widget.NewText("", widget.SizeText, widget.ColorText, widget.Bold).Truncated()
	name := fynewidget.NewButton("Name it", func() {
		p.openPanel(c.source)
		p.env.win.Canvas().Focus(p.panel.name)
	})
	name.Importance = fynewidget.HighImportance
	dismiss := widget.NewIconButton("x", func() {
		address := c.source.Address
		p.env.work.Go(func() {
			if p.backend.DescribeSource(p.env.ctx, address, "", false) == nil {
				p.env.do(func() { p.pulsed(p.env.pulse()) })
			}
		})
	})
	head := widget.Border(nil, nil, widget.Pad(container.NewCenter(widget.NewDot(widget.ColorAccent)), 0, 0, 0, 9), widget.Row(6, name, dismiss), c.text)
	c.object = container.NewStack(widget.NewPanel(widget.ColorCard, widget.ColorBorder, 8), widget.Pad(widget.Column(4, head, c.lines), 8, 8, 14, 8))
	return c
}

// drawCards shows the new senders.
func (p *sourcesPage) drawCards(pulse model.Pulse) {
	senders := model.NewSenders(pulse)
	more := max(0, len(senders)-maxSenderCards)
	senders = senders[:len(senders)-more]
	same := len(senders) == len(p.cards) && p.more == more
	for i := 0; same && i < len(senders); i++ {
		same = p.cards[i].source.Address == senders[i].Address
	}
	if !same {
		p.more = more
		old := p.cards
		p.cards = nil
		p.newcomers.RemoveAll()
		for _, s := range senders {
			i := slices.IndexFunc(old, func(c *senderCard) bool { return c.source.Address == s.Address })
			card := (*senderCard)(nil)
			if i >= 0 {
				card = old[i]
			} else {
				card = p.newCard(s)
			}
			p.cards = append(p.cards, card)
			p.newcomers.Add(card.object)
		}
		if more > 0 {
			p.newcomers.Add(widget.Pad(widget.NewCaption("and "+model.Plural(more, "more new sender", "more new senders")+" in the list below"), 0, 2, 4, 0))
		}
	}
	for i, s := range senders {
		c := p.cards[i]
		c.source = s
		c.text.SetText(model.SourceLooks(s))
		if c.asked == 0 || s.Received >= 2*c.asked && c.asked < 50 {
			c.asked = s.Received
			p.askLines(c)
		}
	}
	setVisible(p.newcomers, len(senders) > 0)
	if !same {
		p.page.Refresh() // what is below has moved
	}
}

// askLines fetches the newest messages of a new sender.
func (p *sourcesPage) askLines(c *senderCard) {
	text := model.SourceQuery(c.source)
	p.env.work.Go(func() {
		q, err := query.Parse(text, p.env.now())
		if err != nil {
			return
		}
		q.Limit = 3
		var lines [][2]string
		_, err = p.backend.Search(p.env.ctx, q, func(ev *event.Event) bool {
			lines = append(lines, [2]string{model.SampleSays(ev), strings.TrimSpace(ev.Get(event.Message))})
			return len(lines) < 3
		})
		if err != nil {
			return
		}
		p.env.do(func() {
			c.lines.RemoveAll()
			for _, l := range lines {
				action := widget.NewText(l[0], widget.SizeSmall, widget.ColorAccent, fyne.TextStyle{}).Truncated()
				if l[0] == "" {
					action.Set("not understood", widget.ColorMuted)
				}
				message := widget.NewText(l[1], widget.SizeSmall, widget.ColorMuted, widget.Monospace).Truncated()
				c.lines.Add(widget.Border(nil, nil, widget.Fixed(150, 0, action), nil, message))
			}
			p.page.Refresh() // the card may have grown
		})
	})
}
