package ui

import (
	"fmt"
	"net/url"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/detect/alert"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// alertDetail shows a whole alert: why it fired, what to do, the evidence.
type alertDetail struct {
	onAcknowledge func()
	onClose       func(alert.Reason, string)
	onReopen      func()
	onDone        func() // the keyboard goes back to the list

	env   *env
	loc   *time.Location
	box   *fyne.Container
	alert alert.Alert
	rule  alert.Rule // what the parts that depend only on the rule were built for

	level, status           *widget.Pill
	title, why, description *fynewidget.Label
	author, history, note   *fynewidget.Label
	banner                  *widget.Banner
	ack, shut, open, events *fynewidget.Button
	form                    *closeForm
	firstSeen, lastSeen     *widget.Text
	count                   *widget.Text
	entities, techniques    *fyne.Container
	steps, falsePositives   *fyne.Container
	references              *fyne.Container
	evidence                *widget.FieldList
	evidenceNote            *widget.Text
	scroll                  *container.Scroll
	nothing                 fyne.CanvasObject
	entitiesShown           []alert.Entity
	identifier              Identifier
}

func newAlertDetail(e *env, loc *time.Location, who Identifier) *alertDetail {
	d := &alertDetail{env: e, loc: loc, identifier: who}
	d.level, d.status = widget.NewPill("", widget.ColorInfo, 68), widget.NewPill("", widget.ColorMuted, 0)
	d.title = fynewidget.NewLabel("")
	d.title.Wrapping, d.title.TextStyle, d.title.SizeName = fyne.TextWrapWord, widget.Bold, theme.SizeNameSubHeadingText
	d.why, d.description = widget.Paragraph("", false), widget.Paragraph("", true)
	d.author, d.history, d.note = widget.Paragraph("", true), widget.Paragraph("", true), widget.Paragraph("", true)
	d.why.Selectable, d.note.Selectable = true, true
	d.banner = widget.NewBanner()
	d.ack = fynewidget.NewButtonWithIcon("Acknowledge", widget.ThemedIcon("check", "foregroundOnPrimary"), func() { d.onAcknowledge() })
	d.ack.Importance = fynewidget.HighImportance
	d.shut = fynewidget.NewButtonWithIcon("Close…", widget.ThemedIcon("circle-check", widget.ColorText), func() { d.askClose(true) })
	d.open = fynewidget.NewButtonWithIcon("Reopen", widget.ThemedIcon("refresh-cw", widget.ColorText), func() { d.onReopen() })
	d.events = fynewidget.NewButtonWithIcon("Show all evidence in Events", widget.ThemedIcon("search", widget.ColorText), d.showEvidence)
	d.form = newCloseForm()
	d.form.onClose = func(r alert.Reason, note string) { d.onClose(r, note) }
	d.form.onCancel = func() {
		d.askClose(false)
		d.onDone()
	}
	d.firstSeen, d.lastSeen, d.count = widget.NewMono(""), widget.NewMono(""), widget.NewMono("")
	d.entities, d.techniques = widget.Column(3), widget.Column(3)
	d.steps, d.falsePositives, d.references = container.NewVBox(), container.NewVBox(), container.NewVBox()
	d.evidence = widget.NewFieldList()
	d.evidence.OnCopy = e.copy
	d.evidenceNote = widget.NewCaption("")

	buttons := widget.Row(6, d.ack, d.shut, d.open, layout.NewSpacer(), d.status)
	head := widget.Column(2, container.NewBorder(nil, nil, container.NewVBox(widget.Pad(d.level, 7, 0, 0, 4)), nil, d.title), widget.Pad(buttons, 2, 2, 0, 0), d.history, d.note, d.form.box, d.banner.Object)
	facts := widget.Column(5, fact("First seen", d.firstSeen), fact("Last seen", d.lastSeen), fact("Events", d.count), d.entities, d.techniques)
	body := widget.Column(10, head,
		widget.Card("Why it fired", nil, widget.Column(2, d.why, d.description)),
		widget.Card("", nil, facts),
		d.steps,
		widget.Card("Evidence", d.evidenceNote, widget.Column(6, d.evidence, container.NewHBox(d.events))),
		d.falsePositives,
		widget.Column(0, d.author, d.references))
	d.scroll = container.NewVScroll(widget.Pad(body, 0, 12, 0, 12))
	d.nothing = container.NewCenter(widget.NewMuted("Select an alert to see why it fired."))
	d.box = container.NewStack(d.nothing, widget.Pad(d.scroll, 0, 0, 12, 0))
	d.clear()
	return d
}

func (d *alertDetail) clear() {
	d.alert, d.rule = alert.Alert{}, alert.Rule{}
	d.nothing.Show()
	d.box.Objects[1].Hide()
}

// show fills the panel; loading means that the evidence is still being read.
func (d *alertDetail) show(detail model.AlertDetail, loading bool) {
	a := detail.Alert
	another := a.ID != d.alert.ID
	d.alert = a
	d.nothing.Hide()
	d.box.Objects[1].Show()
	d.banner.Set("", "", nil)
	d.level.Set(model.LevelTitle(a.Level), widget.SeverityColor(a.Level.Rank()))
	setLabel(d.title, a.Title)
	setLabel(d.why, a.Why)
	setVisible(d.why, a.Why != "")
	setVisible(d.note, a.Note != "")
	setLabel(d.note, "“"+a.Note+"”")
	d.count.SetText(model.Count(a.Count))
	d.tick()
	d.showStatus(a)
	if another || !slices.Equal(a.Entities, d.entitiesShown) {
		d.showEntities(a)
	}
	if another || a.Rule.ID != d.rule.ID {
		d.showRule(a.Rule)
	}
	d.showLines(detail, loading)
	if another {
		d.askClose(false)
		d.scroll.ScrollToTop()
	}
	d.box.Refresh()
}

// tick brings the relative times up to date.
func (d *alertDetail) tick() {
	now := d.env.now()
	at := func(t time.Time) string {
		return t.In(d.loc).Format("2006-01-02 15:04:05") + "  ·  " + model.AgoOrDate(t, now, d.loc)
	}
	d.firstSeen.SetText(at(d.alert.FirstSeen))
	d.lastSeen.SetText(at(d.alert.LastSeen))
	h := model.AlertHistory(d.alert, now, d.loc)
	setLabel(d.history, h)
	setVisible(d.history, h != "")
}

func (d *alertDetail) showStatus(a alert.Alert) {
	setVisible(d.ack, a.Status == alert.Open)
	setVisible(d.shut, a.Status != alert.Closed)
	setVisible(d.open, a.Status != alert.Open)
	d.status.Set(map[alert.Status]string{alert.Open: "OPEN", alert.Acknowledged: "ACKNOWLEDGED", alert.Closed: "CLOSED"}[a.Status], widget.ColorMuted)
}

func (d *alertDetail) showEntities(a alert.Alert) {
	d.entitiesShown = a.Entities
	d.entities.RemoveAll()
	for _, e := range a.Entities {
		search := func() {
			d.env.navigate(model.EventsRoute(model.WithTerm("", e.Field, e.Value, false), model.AllTime))
		}
		who := widget.NewText("", widget.SizeSmall, widget.ColorMuted, fyne.TextStyle{})
		who.Hide()
		d.entities.Add(fact(e.Field, widget.NewLink(e.Value, widget.SizeText, search), who))
		d.askWho(a, e.Value, who)
	}
}

// askWho shows beside an address who had it when the alert was last seen.
func (d *alertDetail) askWho(a alert.Alert, address string, who *widget.Text) {
	if !model.IsOfficeAddress(address) {
		return
	}
	d.env.work.Go(func() {
		ids, err := d.identifier.WhoWas(d.env.ctx, address, a.LastSeen)
		text := model.WhoText(ids)
		if err != nil || text == "" {
			return
		}
		d.env.do(func() {
			who.SetText(text)
			who.Show()
			d.box.Refresh()
		})
	})
}

// showRule fills in what depends only on the rule.
func (d *alertDetail) showRule(r alert.Rule) {
	d.rule = r
	setLabel(d.description, r.Description)
	setVisible(d.description, r.Description != "")
	d.techniques.RemoveAll()
	for _, id := range r.Techniques() {
		d.techniques.Add(fact("ATT&CK", widget.NewPill(id, widget.ColorMuted, 78), link(first(model.TechniqueName(id), "ATT&CK technique"), model.TechniqueURL(id))))
	}
	fill(d.steps, "What to do now", r.NextSteps, func(i int) string { return fmt.Sprintf("%d.", i+1) })
	fill(d.falsePositives, "It may be harmless when", r.FalsePositives, func(int) string { return "•" })
	rule := "Rule " + r.ID
	if r.Author != "" {
		rule += " by " + r.Author
	}
	setLabel(d.author, rule)
	d.references.RemoveAll()
	for _, ref := range r.References {
		d.references.Add(widget.Pad(link(ref, ref), 0, 0, 6, 0))
	}
}

// fact is a line of the table of facts.
func fact(name string, values ...fyne.CanvasObject) fyne.CanvasObject {
	width := float32(92)
	if _, link := values[0].(*widget.Tappable); link {
		width -= 4 // a link has its own space around it
	}
	return widget.Row(4, append([]fyne.CanvasObject{widget.Fixed(width, 0, widget.NewMuted(name).Truncated())}, values...)...)
}

// fill puts a card with a list into a box, or nothing if there is no list.
func fill(box *fyne.Container, title string, lines []string, mark func(int) string) {
	box.RemoveAll()
	if len(lines) == 0 {
		return
	}
	list := widget.Column(0)
	for i, line := range lines {
		number := container.NewVBox(widget.Pad(widget.NewText(mark(i), widget.SizeText, widget.ColorMuted, fyne.TextStyle{}), 6, 0, 2, 0))
		list.Add(container.NewBorder(nil, nil, widget.Fixed(20, 0, number), nil, widget.Paragraph(line, false)))
	}
	box.Add(widget.Card(title, nil, list))
}

// link opens a page in the browser; anything but a web address is plain text.
func link(text, address string) fyne.CanvasObject {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" {
		return widget.Paragraph(text, true)
	}
	return widget.NewLink(text, widget.SizeText, func() {
		if err := fyne.CurrentApp().OpenURL(u); err != nil {
			fyne.LogError("open "+address, err)
		}
	})
}

func (d *alertDetail) showLines(detail model.AlertDetail, loading bool) {
	lines := make([]widget.NameValue, len(detail.Evidence))
	for i := range detail.Evidence {
		ev := &detail.Evidence[i]
		lines[i] = widget.NameValue{Name: model.EventTime(ev.Time, d.loc), Value: model.EventRaw(ev)}
	}
	d.evidence.Set(lines)
	note := model.Plural(len(lines), "line", "lines") + ", newest last"
	switch {
	case detail.Err != nil:
		note = "could not be read: " + detail.Err.Error()
	case loading:
		note = "reading…"
	case detail.Missing > 0 && len(lines) == 0:
		note = "no longer stored: removed by retention"
	case detail.Missing > 0:
		note += " · " + model.Count(detail.Missing) + " removed by retention"
	case detail.Hidden > 0:
		note = "the newest " + model.Count(len(lines)) + " of " + model.Count(len(lines)+detail.Hidden) + " lines"
	}
	d.evidenceNote.SetText(note)
	setVisible(d.events, len(detail.Alert.Events) > 0)
}

func (d *alertDetail) showEvidence() {
	if len(d.alert.Events) > 0 {
		d.env.navigate(model.EventsRoute(model.SearchFor(d.alert.Events), model.AllTime))
	}
}

// fail shows in place what went wrong.
func (d *alertDetail) fail(sentence string) {
	d.nothing.Hide()
	d.box.Objects[1].Show()
	d.banner.Set(sentence, "", nil)
	d.box.Refresh()
}

// busy keeps the buttons from being pressed twice.
func (d *alertDetail) busy(on bool) {
	for _, b := range []*fynewidget.Button{d.ack, d.shut, d.open, d.form.ok} {
		if on {
			b.Disable()
		} else {
			b.Enable()
		}
	}
}

func (d *alertDetail) closing() bool { return d.form.box.Visible() }

// askClose opens or hides the form that closes the alert.
func (d *alertDetail) askClose(on bool) {
	if on && (d.alert.ID == "" || d.alert.Status == alert.Closed) || on == d.closing() {
		return
	}
	if !on {
		d.form.box.Hide()
		d.box.Refresh()
		return
	}
	d.form.reset()
	d.form.box.Show()
	d.box.Refresh()
	d.scroll.ScrollToTop()
	d.env.win.Canvas().Focus(d.form.reason)
}

// closeForm asks why an alert is closed.
type closeForm struct {
	onClose  func(alert.Reason, string)
	onCancel func()
	box      *fyne.Container
	reason   *formSelect
	note     *formEntry
	ok       *fynewidget.Button
	missing  *widget.Text
}

func newCloseForm() *closeForm {
	f := &closeForm{}
	titles := make([]string, len(alert.Reasons))
	for i, r := range alert.Reasons {
		titles[i] = model.ReasonTitle(r)
	}
	escape := func() { f.onCancel() }
	f.reason = newFormSelect(titles, escape)
	f.reason.PlaceHolder = "Choose a reason"
	f.reason.OnChanged = func(string) { f.missing.Hide() }
	f.note = newFormEntry(escape)
	f.note.SetPlaceHolder("Note (optional): what it was, what you did")
	f.note.OnSubmitted = func(string) { f.submit() }
	f.ok = fynewidget.NewButton("Close alert", f.submit)
	f.ok.Importance = fynewidget.HighImportance
	f.missing = widget.NewText("Choose why you are closing it.", widget.SizeSmall, "error", fyne.TextStyle{})
	buttons := widget.Row(6, f.ok, fynewidget.NewButton("Cancel", escape), f.missing)
	f.box = widget.Card("Close this alert", nil, widget.Column(6, f.reason, f.note, buttons))
	f.box.Hide()
	return f
}

func (f *closeForm) reset() {
	f.reason.ClearSelected()
	f.note.SetText("")
	f.missing.Hide()
}

func (f *closeForm) submit() {
	i := f.reason.SelectedIndex()
	if i < 0 {
		f.missing.Show()
		return
	}
	f.onClose(alert.Reasons[i], f.note.Text)
}

// formSelect and formEntry are inputs that Esc leaves.
type formSelect struct {
	fynewidget.Select
	escape func()
}

func newFormSelect(options []string, escape func()) *formSelect {
	s := &formSelect{escape: escape}
	s.Options = options
	s.ExtendBaseWidget(s)
	return s
}

// TypedKey implements fyne.Focusable.
func (s *formSelect) TypedKey(e *fyne.KeyEvent) {
	if e.Name == fyne.KeyEscape {
		s.escape()
		return
	}
	s.Select.TypedKey(e)
}

type formEntry struct {
	fynewidget.Entry
	escape func()
	keys   func(fyne.KeyName) bool // keys for what is around it; may be nil
}

func newFormEntry(escape func()) *formEntry {
	e := &formEntry{escape: escape}
	e.ExtendBaseWidget(e)
	return e
}

// TypedKey implements fyne.Focusable.
func (e *formEntry) TypedKey(k *fyne.KeyEvent) {
	if k.Name == fyne.KeyEscape {
		e.escape()
		return
	}
	if e.keys != nil && e.keys(k.Name) {
		return
	}
	e.Entry.TypedKey(k)
}

func setLabel(l *fynewidget.Label, text string) {
	if l.Text != text {
		l.SetText(text)
	}
}

func setVisible(o fyne.CanvasObject, on bool) {
	if on {
		o.Show()
	} else {
		o.Hide()
	}
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}
