package ui

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ingest/source"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// sourcesPage is the Sources page: who sends, and where each message went.
type sourcesPage struct {
	env    *env
	order  model.Sources
	rows   []model.SourceRow
	ledger []*ledgerItem

	table  *widget.Table
	list   *fyne.Container // the table
	empty  *fyne.Container // what to do while there are no sources
	count  *widget.Text
	silent *widget.Text

	backend   sourcesBackend
	panel     *sourcePanel
	page      *fyne.Container // the whole page
	right     *fyne.Container // the panel at its width
	newcomers *fyne.Container // new senders
	cards     []*senderCard
	more      int // new senders beyond the cards
}

// sourceColumns are the columns in the order of model.SourceColumn.
var sourceColumns = []widget.TableColumn{
	model.SourceAddress:  {Title: "Address", Width: 132, Flex: 1, Mono: true},
	model.SourceName:     {Title: "Name", Width: 66, Flex: 3},
	model.SourceVendor:   {Title: "Vendor or kind", Width: 92, Flex: 2},
	model.SourceSeen:     {Title: "Last seen", Width: 92},
	model.SourceRate:     {Title: "Rate", Width: 62, Right: true, Mono: true},
	model.SourceReceived: {Title: "Received", Width: 88, Right: true, Mono: true},
	model.SourceParsed:   {Title: "Understood", Width: 84, Right: true, Mono: true},
	model.SourceDropped:  {Title: "Dropped", Width: 66, Right: true, Mono: true},
}

// sourcesBackend is what the Sources page needs from the program.
type sourcesBackend interface {
	model.EventSource
	Locator
	sourcePanelBackend
}

func newSourcesPage(e *env, b sourcesBackend) page { return &sourcesPage{env: e, backend: b} }

func (p *sourcesPage) content() fyne.CanvasObject {
	p.table = widget.NewTable(sourceColumns)
	p.table.OnSort = func(c int) {
		p.order.SortBy(model.SourceColumn(c))
		p.pulsed(p.env.pulse())
	}
	p.table.OnOpen = func(row int) {
		if row < len(p.rows) {
			p.openPanel(p.rows[row].Source)
		}
	}
	p.panel = newSourcePanel(p.env, p.backend, p.ownAddress)
	p.panel.onClose = p.closePanel
	p.newcomers = container.NewVBox()
	p.newcomers.Hide()
	p.count, p.silent = widget.NewMuted(""), widget.NewText("", widget.SizeSmall, widget.ColorMedium, fyne.TextStyle{})
	grid := container.New(&gridLayout{columns: 6, gap: 10})
	for _, item := range model.LedgerItems {
		l := newLedgerItem(item.Name, item.Hint)
		p.ledger = append(p.ledger, l)
		grid.Add(l.object)
	}
	ledger := widget.Card("Where every message went", widget.NewCaption("since Porchlight was installed"), grid)

	p.list = container.NewStack(widget.NewPanel(widget.ColorCard, widget.ColorBorder, 8),
		widget.Pad(widget.Border(widget.Pad(widget.Row(8, p.count, p.silent, layout.NewSpacer(),
			widget.NewCaption("Click one to see what it is and what arrives.")), 0, 8, 14, 14), nil, nil, nil, p.table), 10, 8, 1, 1))
	guide := fynewidget.NewButtonWithIcon("How to connect a device", widget.ThemedIcon("terminal", widget.ColorText), func() {
		p.env.navigate(model.Route{Page: model.PageWelcome})
	})
	demo := fynewidget.NewButtonWithIcon("Play the demo", widget.ThemedIcon("play", widget.ColorText), p.env.playDemo)
	p.empty = container.NewStack(widget.NewPanel(widget.ColorCard, widget.ColorBorder, 8),
		widget.Empty("radio", "No source yet", "Point the syslog of a firewall, a server or a NAS at this computer. Each sender appears here with its first message.", guide, demo))
	p.list.Hide()
	top := widget.Column(10, ledger, p.newcomers)
	p.right = widget.Fixed(364, 0, widget.Pad(p.panel.box, 0, 0, 10, 0))
	p.right.Hide()
	p.page = widget.Border(widget.Pad(top, 0, 10, 0, 0), nil, nil, nil, widget.Border(nil, nil, nil, p.right, container.NewStack(p.list, p.empty)))
	return widget.Pad(p.page, 2, 14, 16, 16)
}

func (p *sourcesPage) openPanel(s source.Source) {
	p.panel.open(s)
	p.right.Show()
	p.page.Refresh()
}

func (p *sourcesPage) closePanel() {
	p.panel.close()
	p.right.Hide()
	p.page.Refresh()
}

// ownAddress is the address devices can send to.
func (p *sourcesPage) ownAddress() (host, port string) {
	host = "127.0.0.1"
	if all := p.backend.LocalAddresses(); len(all) > 0 {
		host = all[0]
	}
	return host, strconv.Itoa(model.ListeningPort(p.env.pulse()))
}

// escape implements escaper.
func (p *sourcesPage) escape() bool {
	open := p.panel.address0 != ""
	p.closePanel()
	return open
}

// shown implements page: the route's query is the address of a source to show.
func (p *sourcesPage) shown(r model.Route) {
	for _, s := range p.env.pulse().Status.Sources {
		if r.Query != "" && s.Address == r.Query {
			p.openPanel(s)
		}
	}
}

func (p *sourcesPage) hidden() {}

// pulsed implements pulser.
func (p *sourcesPage) pulsed(pulse model.Pulse) {
	for i, v := range model.Ledger(pulse.Status.Totals) {
		p.ledger[i].set(v)
	}
	p.rows = p.order.Rows(pulse)
	p.panel.pulsed(pulse.Status.Sources)
	p.drawCards(pulse)
	if len(p.rows) == 0 {
		p.list.Hide()
		p.empty.Show()
		return
	}
	p.empty.Hide()
	p.list.Show()
	p.count.SetText(model.Plural(len(p.rows), "source", "sources"))
	heard, all := pulse.Reporting()
	p.silent.SetText("")
	if all > heard {
		p.silent.SetText(model.Count(all-heard) + " silent for 15 min or more")
	}
	cells := make([][]widget.Cell, len(p.rows))
	for i, r := range p.rows {
		cells[i] = sourceCells(r)
	}
	column, descending := p.order.Order()
	p.table.Set(cells, int(column), descending)
}

func sourceCells(r model.SourceRow) []widget.Cell {
	light, seen := widget.ColorFaint, widget.ColorMuted
	switch r.Health {
	case model.SourceHeard:
		light = widget.ColorGood
	case model.SourceSilent:
		light, seen = widget.ColorMedium, widget.ColorMedium
	}
	t := r.Text()
	parsed, dropped := fyne.ThemeColorName(""), widget.ColorMuted
	if r.Parsed >= 0 && r.Parsed < model.PoorlyParsed {
		parsed = widget.ColorMedium
	}
	if r.Source.Dropped > 0 {
		dropped = widget.ColorHigh
	}
	return []widget.Cell{
		model.SourceAddress:  {Text: t.Address, Dot: light},
		model.SourceName:     {Text: t.Name},
		model.SourceVendor:   {Text: t.Vendor, Color: widget.ColorMuted},
		model.SourceSeen:     {Text: t.Seen, Color: seen},
		model.SourceRate:     {Text: t.Rate},
		model.SourceReceived: {Text: t.Received},
		model.SourceParsed:   {Text: t.Parsed, Color: parsed},
		model.SourceDropped:  {Text: t.Dropped, Color: dropped},
	}
}

// ledgerItem is one figure of the ledger.
type ledgerItem struct {
	object *fyne.Container
	value  *widget.Text
	hint   *widget.Text
}

func newLedgerItem(name, hint string) *ledgerItem {
	l := &ledgerItem{value: widget.NewText("0", 17, widget.ColorText, widget.Bold), hint: widget.NewCaption(hint).Truncated()}
	l.object = widget.Column(1, widget.NewMuted(name), l.value, l.hint)
	return l
}

func (l *ledgerItem) set(v model.LedgerValue) {
	col := widget.ColorText
	if v.Bad {
		col = widget.ColorHigh
	}
	l.value.Set(v.Text, col)
}
