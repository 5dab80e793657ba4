package ui

import (
	"fyne.io/fyne/v2"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ingest/pack"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// parserList is the part of the settings about the admin's own parsers.
type parserList struct {
	env    *env
	keeper ParserKeeper
	rows   *fyne.Container
	notice *widget.Banner
	object fyne.CanvasObject
}

// newParser is the initial text of a parser to be pasted or written.
const newParser = `# Paste a parser that somebody shared, or write one.
parser my_device
template host info device-message - | Door {my_device.door} opened by {user.name}
sample Door 7 opened by anna
`

func newParserList(e *env, keeper ParserKeeper) *parserList {
	p := &parserList{env: e, keeper: keeper, rows: widget.Column(6), notice: widget.NewBanner()}
	add := fynewidget.NewButtonWithIcon("Add a parser", widget.ThemedIcon("sliders-horizontal", widget.ColorText), func() { p.edit(newParser) })
	p.object = widget.Card("Your own parsers", widget.NewCaption("for devices that nothing else understands"),
		widget.Column(8, p.notice.Object, p.rows, widget.Row(8, add)))
	return p
}

// load shows the saved parsers.
func (p *parserList) load() {
	p.env.work.Go(func() {
		files, err := p.keeper.Parsers(p.env.ctx)
		p.env.do(func() {
			if err != nil {
				p.notice.Set(sentence(err), "", nil)
				return
			}
			p.rows.RemoveAll()
			for _, f := range files {
				p.rows.Add(p.row(f))
			}
			if len(files) == 0 {
				p.rows.Add(widget.NewMuted("None. The panel of a source can propose one from its lines."))
			}
			p.rows.Refresh()
		})
	})
}

func (p *parserList) row(f pack.File) fyne.CanvasObject {
	state := widget.NewMuted("in use, tried on " + model.Plural(f.Samples, "line", "lines")).Truncated()
	if f.Problem != "" {
		state.Set("not in use: "+f.Problem, widget.ColorHigh)
	}
	edit := fynewidget.NewButton("Edit", func() { p.edit(f.Text) })
	remove := fynewidget.NewButton("Remove", func() { p.remove(f) })
	return widget.Border(nil, nil, widget.Fixed(150, 0, widget.NewMono(f.Name).Truncated()), widget.Row(6, edit, remove), widget.Pad(state, 0, 0, 0, 8))
}

func (p *parserList) edit(text string) {
	p.notice.Set("", "", nil)
	e := newParserEditor(p.env, p.keeper, text, nil)
	e.saved = p.load
	e.dialog.Show()
}

// remove deletes a parser and offers to put it back.
func (p *parserList) remove(f pack.File) {
	p.env.work.Go(func() {
		err := p.keeper.RemoveParser(p.env.ctx, f.Name)
		p.env.do(func() {
			if err != nil {
				p.notice.Set(sentence(err), "", nil)
				return
			}
			if p.load(); f.Problem == "" {
				p.notice.Set("Removed "+f.Name+": messages from now on are read without it.", "Put it back", func() { p.putBack(f) })
			}
		})
	})
}

func (p *parserList) putBack(f pack.File) {
	p.env.work.Go(func() {
		err := p.keeper.SaveParser(p.env.ctx, f.Text)
		p.env.do(func() {
			p.notice.Set("", "", nil)
			if err != nil {
				p.notice.Set(sentence(err), "", nil)
			}
			p.load()
		})
	})
}
