package ui

import (
	"fmt"
	"strings"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	"fyne.io/fyne/v2/layout"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ingest/source"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// parserEditor shows a proposed parser, which the user names and saves.
type parserEditor struct {
	env      *env
	maker    ParserMaker
	messages []string

	text   *fynewidget.Entry
	state  *fynewidget.Label
	save   *fynewidget.Button
	dialog *dialog.CustomDialog
	saved  func() // called after saving; may be nil
	tried  int    // counts the texts tried: stale answers are not shown
}

// proposeParser asks for a proposal for a source and shows it.
func proposeParser(e *env, maker ParserMaker, s source.Source, problem *widget.Banner) {
	name := packName(model.SourceTitle(s))
	e.work.Go(func() {
		text, messages, err := maker.ProposeParser(e.ctx, s.Address, name)
		e.do(func() {
			switch {
			case err != nil:
				problem.Set(sentence(err), "", nil)
			case len(messages) == 0:
				problem.Set("Everything it sent lately is understood.", "", nil)
			case text == "":
				problem.Set("No two of the lines that are not understood are alike, so there is nothing to propose yet.", "", nil)
			default:
				problem.Set("", "", nil)
				newParserEditor(e, maker, text, messages).dialog.Show()
			}
		})
	})
}

// packName turns the name of a source into the name of a parser.
func packName(title string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r <= unicode.MaxASCII && (unicode.IsLower(r) || unicode.IsDigit(r)):
			return r
		case r == ' ' || r == '-' || r == '.' || r == ':' || r == '_':
			return '_'
		}
		return -1
	}, strings.ToLower(title))
	if name = strings.Trim(name, "_"); name == "" || unicode.IsDigit(rune(name[0])) {
		name = "device_" + name
	}
	return strings.TrimRight(name[:min(len(name), 24)], "_")
}

func newParserEditor(e *env, maker ParserMaker, text string, messages []string) *parserEditor {
	p := &parserEditor{env: e, maker: maker, messages: messages}
	p.text = fynewidget.NewMultiLineEntry()
	p.text.TextStyle = widget.Monospace
	p.text.SetText(text)
	p.text.OnChanged = func(string) { p.try() }
	p.state = widget.Paragraph("", false)
	p.save = fynewidget.NewButton("Save", p.keep)
	p.save.Importance = fynewidget.HighImportance
	help := widget.Paragraph("A line from the device is text with holes. {source.ip} is a hole for an ECS field, {name.value} for one of your own, {} for one not kept; [[ ... ]] may be missing. What happened comes before the |: category, type, action, outcome. What you save reads everything from now on; the file can be shared.", true)
	cancel := fynewidget.NewButton("Cancel", func() { p.dialog.Hide() })
	buttons := container.NewHBox(layout.NewSpacer(), cancel, p.save)
	body := container.NewBorder(help, widget.Column(6, p.state, buttons), nil, nil, p.text)
	p.dialog = dialog.NewCustomWithoutButtons("A parser for what is not understood", body, e.win)
	size := e.win.Canvas().Size()
	p.dialog.Resize(fyne.NewSize(min(size.Width-80, 980), min(size.Height-80, 700)))
	p.try()
	return p
}

// try shows what the current text reads.
func (p *parserEditor) try() {
	p.tried++
	try, text := p.tried, p.text.Text
	p.env.work.Go(func() {
		fits, err := p.maker.TryParser(text, p.messages)
		p.env.do(func() {
			if try != p.tried {
				return
			}
			if err != nil {
				p.state.SetText(sentence(err))
				p.save.Disable()
				return
			}
			if p.state.SetText("It reads its own samples."); len(p.messages) > 0 {
				p.state.SetText(fmt.Sprintf("It reads %s of the %s that nothing understands.", model.Count(uint64(fits)), model.Plural(len(p.messages), "line", "lines")))
			}
			p.save.Enable()
		})
	})
}

func (p *parserEditor) keep() {
	text := p.text.Text
	p.env.work.Go(func() {
		err := p.maker.SaveParser(p.env.ctx, text)
		p.env.do(func() {
			if err != nil {
				p.state.SetText(sentence(err))
				return
			}
			p.dialog.Hide()
			if p.saved != nil {
				p.saved()
			}
		})
	})
}
