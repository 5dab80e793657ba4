package ui

import (
	"slices"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/theme"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ingest/event"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// eventDetail shows a whole event.
type eventDetail struct {
	onClose  func()
	onCopy   func(text, what string)
	onFilter func(field, value string, exclude bool)
	onMenu   func(field, value string, at fyne.Position)

	env      *env
	backend  eventDetailBackend
	pin      *widget.IconButton
	keeps    bool // the event is kept beyond its retention
	loc      *time.Location
	event    *event.Event // nil while closed
	box      *fyne.Container
	title    *widget.Text
	level    *widget.Pill
	raw      *widget.MarkedText
	rawField *widget.Text    // the field pointed at in raw
	who      *fyne.Container // who had the addresses
	explain  *widget.IconButton
	how      *fynewidget.Label // how the event was read, in sentences
	howBox   *fyne.Container
	time     *widget.Text
	received *widget.Text
	claimed  *widget.Text // what the message says, if its time was corrected
	inferred *widget.Text // how the device is known, if the message does not name it
	fields   *widget.FieldList
	scroll   *container.Scroll
}

// eventDetailBackend is what the detail of an event needs from the program.
type eventDetailBackend interface {
	Explainer
	Identifier
	Pinner
}

func newEventDetail(e *env, loc *time.Location, b eventDetailBackend) *eventDetail {
	d := &eventDetail{env: e, loc: loc, backend: b}
	d.title = widget.NewText("", widget.SizeTitle, widget.ColorText, widget.Bold).Truncated()
	d.level = widget.NewPill("", widget.ColorInfo, 0)
	d.raw = widget.NewMarkedText()
	d.raw.OnMenu = func(name, value string, at fyne.Position) { d.onMenu(name, value, at) }
	d.how = fynewidget.NewLabel("")
	d.how.Selectable, d.how.Wrapping, d.how.SizeName = true, fyne.TextWrapWord, theme.SizeNameCaptionText
	d.howBox = container.NewStack(widget.NewPanel(widget.ColorTrack, "", 6), widget.Pad(d.how, 2, 2, 4, 4))
	d.howBox.Hide()
	d.rawField = widget.NewText("", widget.SizeSmall, widget.ColorAccent, fyne.TextStyle{})
	d.time, d.received = widget.NewMono(""), widget.NewMono("")
	d.fields = widget.NewFieldList()
	d.fields.OnFilter = func(name, value string, exclude bool) { d.onFilter(name, value, exclude) }
	d.fields.OnMenu = func(name, value string, at fyne.Position) { d.onMenu(name, value, at) }
	d.raw.OnPoint = func(name string) {
		d.rawField.SetText(name)
		d.fields.Point(name)
	}
	d.fields.OnPoint = d.raw.Point
	d.fields.OnCopy = func(value string) { d.onCopy(value, "value") }

	copyRaw := widget.NewIconButton("copy", func() { d.onCopy(model.EventRaw(d.event), "line") })
	shut := widget.NewIconButton("x", func() { d.onClose() })
	d.pin = widget.NewIconButton("pin", d.togglePin)
	head := container.New(headLayout{}, d.title, widget.Row(4, d.level, d.pin, shut))
	d.explain = widget.NewIconButton("info", d.toggleHow)
	rawHead := widget.Row(4, widget.NewCaption("As received"), d.rawField, layout.NewSpacer(), d.explain, copyRaw)
	raw := container.NewStack(widget.NewPanel(widget.ColorTrack, "", 6), widget.Pad(d.raw, 6, 6, 8, 8))
	d.claimed = widget.NewText("", widget.SizeSmall, widget.ColorMedium, fyne.TextStyle{})
	d.inferred = widget.NewText("", widget.SizeSmall, widget.ColorMuted, fyne.TextStyle{})
	times := container.New(layout.NewFormLayout(), widget.Pad(widget.NewMuted("Event time"), 0, 0, 0, 8), d.time, widget.NewMuted("Received"), d.received)
	d.who = container.NewVBox()
	body := widget.Column(6, widget.Pad(rawHead, 0, 0, 4, 0), raw, d.howBox, widget.Pad(times, 4, 2, 4, 0), widget.Pad(d.claimed, 0, 0, 4, 0), widget.Pad(d.inferred, 0, 0, 4, 0), widget.Pad(d.who, 0, 0, 4, 0), widget.Pad(widget.NewCaption("Fields"), 2, 0, 4, 0), d.fields)
	d.scroll = container.NewVScroll(widget.Pad(body, 0, 10, 0, 12))
	d.box = widget.Pad(container.NewBorder(widget.Pad(head, 0, 4, 4, 8), nil, nil, nil, d.scroll), 2, 0, 8, 0)
	return d
}

// show fills the panel; nil empties it.
func (d *eventDetail) show(ev *event.Event) {
	same := d.event != nil && ev != nil && d.event.ID == ev.ID
	d.event = ev
	if ev == nil || same {
		return
	}
	_, action := model.FirstOf(ev, model.ActionFields)
	if action == "" {
		action = model.EventSourceName(ev)
	}
	if action == "" {
		action = "Event"
	}
	d.title.SetText(action)
	d.askPinned(ev.ID)
	word, level := model.EventLevel(ev)
	if word == "" {
		d.level.Hide()
	} else {
		d.level.Show()
		d.level.Set(word, widget.ColorMuted)
		if level.Rank() > 0 {
			d.level.Set(word, widget.SeverityColor(level.Rank()))
		}
	}
	d.showRaw(ev)
	d.askWho(ev)
	d.time.SetText(model.FullTime(ev.Time, d.loc))
	for text, value := range map[*widget.Text]string{d.claimed: model.CorrectedText(ev, d.loc), d.inferred: model.InferredText(ev)} {
		text.SetText(value)
		setVisible(text, value != "")
	}
	d.received.SetText(model.FullTime(ev.Received, d.loc) + model.Delay(ev))
	fields := model.EventFields(ev)
	lines := make([]widget.NameValue, len(fields))
	for i, f := range fields {
		lines[i] = widget.NameValue(f)
	}
	d.fields.Set(lines)
	d.box.Refresh()
	d.scroll.ScrollToTop()
}

// showRaw shows the message as received, with the places of its fields.
func (d *eventDetail) showRaw(ev *event.Event) {
	d.rawField.SetText("")
	var marks []widget.Mark
	body, places, lines := d.backend.Explain(ev)
	for _, p := range places {
		marks = append(marks, widget.Mark{Start: p.Start, End: p.End, Name: p.Field})
	}
	if body == "" {
		body = model.EventRaw(ev)
	}
	d.raw.Set(body, marks)
	d.how.SetText(strings.Join(lines, "\n"))
	setVisible(d.explain, len(lines) > 0)
	if len(lines) == 0 {
		d.howBox.Hide()
	}
}

// askWho looks up who had the event's addresses when it happened.
func (d *eventDetail) askWho(ev *event.Event) {
	d.who.RemoveAll()
	d.who.Hide()
	addresses := model.OfficeAddresses(ev)
	if len(addresses) == 0 {
		return
	}
	id, at := ev.ID, time.Unix(0, ev.Time)
	d.env.work.Go(func() {
		var lines [][2]string
		for _, a := range addresses {
			ids, err := d.backend.WhoWas(d.env.ctx, a, at)
			if text := model.WhoText(ids); err == nil && text != "" {
				lines = append(lines, [2]string{a, text})
			}
		}
		if len(lines) == 0 {
			return
		}
		d.env.do(func() {
			if d.event == nil || d.event.ID != id {
				return
			}
			for _, l := range lines {
				d.who.Add(widget.Border(nil, nil, widget.Pad(widget.NewMuted(l[0]), 0, 0, 0, 10), nil, widget.NewText(l[1], widget.SizeSmall, widget.ColorText, fyne.TextStyle{}).Truncated()))
			}
			d.who.Show()
			d.box.Refresh()
		})
	})
}

// toggleHow shows or hides how the event was read.
func (d *eventDetail) toggleHow() {
	setVisible(d.howBox, !d.howBox.Visible())
	d.box.Refresh()
}

// askPinned finds out whether the event is kept beyond its retention.
func (d *eventDetail) askPinned(id event.ID) {
	d.pinned(id, false)
	d.env.work.Go(func() {
		kept, err := d.backend.Pinned(d.env.ctx)
		if err == nil && slices.Contains(kept, id) {
			d.env.do(func() { d.pinned(id, true) })
		}
	})
}

// pinned shows whether an event is kept, if it is the one shown.
func (d *eventDetail) pinned(id event.ID, on bool) {
	if d.event == nil || d.event.ID != id {
		return
	}
	d.keeps = on
	if on {
		d.pin.SetIcon("pin", widget.ColorAccent)
	} else {
		d.pin.SetIcon("pin", widget.ColorMuted)
	}
}

func (d *eventDetail) togglePin() {
	id, on := d.event.ID, !d.keeps
	d.env.work.Go(func() {
		if err := d.backend.Pin(d.env.ctx, []event.ID{id}, on); err != nil {
			d.env.do(func() { d.title.Set(sentence(err), "error") })
			return
		}
		d.env.do(func() { d.pinned(id, on) })
	})
}
