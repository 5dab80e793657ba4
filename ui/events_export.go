package ui

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/dialog"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/detect/query"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// exportMenu offers what can be done with the whole result.
func (p *eventsPage) exportMenu() {
	v := p.model.View()
	free := !p.exports.View().Running
	var items []*fyne.MenuItem
	if t := p.stats.table; v.Table != nil && t != nil {
		items = append(items, fyne.NewMenuItem("Copy the table", func() { p.copy(t.TSV(), "table") }))
		for _, f := range model.ExportFormats[:2] { // a table is not a database
			items = append(items, menuIf(free, "Export the table as "+f.Name+"…", func() { p.askFile(f.Ext, func(path string) { p.exportTable(t, path) }) }))
		}
	} else {
		q := v.Query
		for _, f := range model.ExportFormats {
			items = append(items, menuIf(free && v.Err == nil, "Export all events found as "+f.Name+"…", func() {
				p.askFile(f.Ext, func(path string) { p.exportEvents(q, path) })
			}))
		}
	}
	if v.Table == nil && len(v.Events) > 0 {
		items = append(items, fyne.NewMenuItem("Copy the lines shown", func() {
			var b strings.Builder
			for _, ev := range v.Events {
				b.WriteString(model.EventRaw(ev))
				b.WriteByte('\n')
			}
			p.copy(b.String(), "lines")
		}))
	}
	p.env.menuBelow(p.tools.export, items...)
}

// askFile asks where to write to. The dialog creates an empty file, which is
// removed: a file that exists is complete.
func (p *eventsPage) askFile(ext string, write func(path string)) {
	ask := dialog.NewFileSave(func(w fyne.URIWriteCloser, err error) {
		if err != nil {
			p.tell(err)
			return
		}
		if w == nil { // cancelled
			return
		}
		path := filepath.FromSlash(w.URI().Path())
		w.Close()
		if info, err := os.Stat(path); err == nil && info.Size() == 0 {
			os.Remove(path)
		}
		if filepath.Ext(path) == "" {
			path += ext
		}
		write(path)
	}, p.env.win)
	ask.SetFileName(model.ExportName(p.route.Query, ext, p.env.now()))
	ask.SetTitleText("Export")
	ask.SetConfirmText("Export")
	size := p.env.win.Canvas().Size()
	ask.Resize(fyne.NewSize(min(820, size.Width-40), min(560, size.Height-40)))
	ask.Show()
}

func (p *eventsPage) exportEvents(q query.Query, path string) {
	p.exports.Start(p.env.ctx, path, func(ctx context.Context, progress func(query.Progress)) (int, error) {
		q.Progress = progress
		return p.backend.Export(ctx, q, path)
	})
}

// exportTable writes the table as it is shown.
func (p *eventsPage) exportTable(t *model.Table, path string) {
	p.exports.StartRows(p.env.ctx, path, func(context.Context, func(query.Progress)) (int, error) {
		f, err := os.Create(path)
		if err != nil {
			return 0, err
		}
		err = errors.Join(t.Write(f, strings.TrimPrefix(strings.ToLower(filepath.Ext(path)), ".")), f.Close())
		if err != nil {
			return 0, errors.Join(err, os.Remove(path))
		}
		return len(t.Rows), nil
	})
}

// exportLine shows how an export is doing, until it is dismissed.
type exportLine struct {
	exports *model.Export
	env     *env
	box     *fyne.Container
	text    *widget.Text
	bar     *widget.ProgressLine
	cancel  *fynewidget.Button
}

func newExportLine(exports *model.Export, e *env) *exportLine {
	l := &exportLine{exports: exports, env: e, text: widget.NewText("", widget.SizeSmall, widget.ColorText, fyne.TextStyle{}).Truncated(), bar: widget.NewProgressLine()}
	l.cancel = fynewidget.NewButton("Cancel", l.tapped)
	line := container.New(headLayout{}, l.text, l.cancel)
	l.box = container.NewStack(widget.NewPanel(widget.ColorCard, widget.ColorBorder, 6), widget.Pad(container.NewVBox(line, l.bar), 4, 4, 10, 6))
	l.box.Hide()
	return l
}

func (l *exportLine) tapped() {
	if l.exports.View().Running {
		l.exports.Cancel()
	} else {
		l.exports.Dismiss()
	}
}

func (l *exportLine) show() {
	v := l.exports.View()
	text := v.Text(time.Local)
	setVisible(l.box, text != "")
	if text == "" {
		return
	}
	col, label := widget.ColorText, "Cancel"
	if !v.Running {
		label = "Close"
		if v.Err != nil && !errors.Is(v.Err, context.Canceled) {
			col = "error"
		}
	}
	l.text.Set(text, col)
	if l.cancel.Text != label {
		l.cancel.SetText(label)
	}
	l.bar.Set(-1)
	if v.Running {
		l.bar.Set(float32(model.Fraction(v.Progress)))
	}
}
