package ui

import (
	"slices"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	fynewidget "fyne.io/fyne/v2/widget"

	"porchlight/ingest/input"
	"porchlight/ui/model"
	"porchlight/ui/widget"
)

// inputRows shows all inputs of the settings: what can be typed derives from
// the options of their kinds.
type inputRows struct {
	object *fyne.Container
	kinds  input.Kinds
	typed  func() // something was typed
	done   func() // Enter was pressed
	rows   []*inputRow
}

// inputRow is one input.
type inputRow struct {
	form   model.InputForm // as it was filled in
	on     *fynewidget.Check
	values []optionEntry // by option of the kind
	fields map[string]*widget.Field
	more   *fyne.Container // the options behind the first, while it is on
	state  *inputState
}

// optionEntry is where one option is typed.
type optionEntry struct {
	object fyne.CanvasObject
	get    func() string
	set    func(string)
	enable func(bool)
}

func newInputRows(kinds input.Kinds, typed, done func()) *inputRows {
	return &inputRows{object: widget.Column(10), kinds: kinds, typed: typed, done: done}
}

// fill shows the forms; rows are made anew only when there are other inputs
// than before.
func (r *inputRows) fill(forms []model.InputForm) {
	same := func(row *inputRow, f model.InputForm) bool {
		return row.form.Setting.ID == f.Setting.ID && row.form.Setting.Kind == f.Setting.Kind && row.form.Setting.Name == f.Setting.Name
	}
	if !slices.EqualFunc(r.rows, forms, same) {
		r.rows, r.object.Objects = nil, nil
		for _, f := range forms {
			row := r.row(f)
			r.rows = append(r.rows, row)
			for _, o := range row.objects(r.kinds.Find(f.Setting.Kind)) {
				r.object.Add(o)
			}
		}
	}
	for i, f := range forms {
		row := r.rows[i]
		row.form = f
		row.on.SetChecked(f.On)
		for n, v := range f.Values {
			row.values[n].set(v)
		}
	}
	r.update()
}

// row makes the entries of an input.
func (r *inputRows) row(f model.InputForm) *inputRow {
	row := &inputRow{form: f, fields: map[string]*widget.Field{}, state: newInputState()}
	row.on = fynewidget.NewCheck("On", func(bool) { r.update(); r.typed() })
	if k := r.kinds.Find(f.Setting.Kind); k != nil {
		for i := range k.Options {
			row.values = append(row.values, r.entry(&k.Options[i]))
		}
	}
	return row
}

// entry makes what fits an option's type.
func (r *inputRows) entry(o *input.Option) optionEntry {
	switch o.Type {
	case input.Bool:
		c := fynewidget.NewCheck("", func(bool) { r.typed() })
		return optionEntry{c, func() string {
			if c.Checked {
				return "true"
			}
			return "false"
		}, func(v string) { c.SetChecked(v == "true") }, func(on bool) { enable(c, on) }}
	case input.Choice:
		s := fynewidget.NewSelect(o.Choices, func(string) { r.typed() })
		return optionEntry{widget.Fixed(150, 0, s), func() string { return s.Selected }, s.SetSelected, func(on bool) { enable(s, on) }}
	}
	e := widget.NewEntry()
	e.Password = o.Secret
	e.SetPlaceHolder(o.Example)
	e.OnChanged = func(string) { r.typed() }
	e.OnSubmitted = func(string) { r.done() }
	width := float32(190)
	if o.Type == input.Int || o.Type == input.Duration {
		width = 90
	}
	return optionEntry{widget.Fixed(width, 0, e), func() string { return e.Text }, e.SetText, func(on bool) { enable(e, on) }}
}

// objects lays an input out: its switch, its first option and its state in one
// line, the other options below.
func (row *inputRow) objects(k *input.Kind) []fyne.CanvasObject {
	set := row.form.Setting
	switchAnd := func(o fyne.CanvasObject) fyne.CanvasObject {
		return widget.Border(nil, nil, widget.Fixed(64, 0, row.on), nil, o)
	}
	if k == nil { // of a newer Porchlight
		return []fyne.CanvasObject{widget.NewField(set.Kind, "", switchAnd(row.state.object)).Object}
	}
	title := set.Name
	if title == "" {
		title = k.Title
	}
	field := func(o *input.Option, title, hint string, content fyne.CanvasObject) fyne.CanvasObject {
		f := widget.NewField(title, hint, content)
		row.fields[model.InputField(set.ID, o.Name)] = f
		return f.Object
	}
	out := []fyne.CanvasObject{field(&k.Options[0], title, k.About,
		switchAnd(widget.Border(nil, nil, row.values[0].object, nil, widget.Pad(row.state.object, 0, 0, 10, 0))))}
	if len(k.Options) == 1 {
		return out
	}
	row.more = widget.Column(10)
	for i := range k.Options[1:] {
		o := &k.Options[i+1]
		row.more.Add(field(o, "", o.Help, widget.Row(8, widget.Fixed(120, 0, widget.NewMuted(o.Title())), row.values[i+1].object, widget.NewMuted(o.Unit))))
	}
	return append(out, row.more)
}

// forms returns what is typed.
func (r *inputRows) forms() []model.InputForm {
	out := make([]model.InputForm, len(r.rows))
	for i, row := range r.rows {
		f := row.form
		f.On = row.on.Checked
		f.Values = make([]string, len(row.values))
		for n, v := range row.values {
			f.Values[n] = v.get()
		}
		out[i] = f
	}
	return out
}

// update lets what is off be seen and not typed into.
func (r *inputRows) update() {
	for _, row := range r.rows {
		for _, v := range row.values {
			v.enable(row.on.Checked)
		}
		switch {
		case row.more == nil:
		case row.on.Checked:
			row.more.Show()
		default:
			row.more.Hide()
		}
	}
	r.object.Refresh()
}

// setErrors shows what is wrong with which field.
func (r *inputRows) setErrors(wrong map[string]string) {
	for _, row := range r.rows {
		for key, f := range row.fields {
			f.SetError(wrong[key])
		}
	}
}

// pulsed shows how the inputs are doing.
func (r *inputRows) pulsed(pulse model.Pulse) {
	for _, row := range r.rows {
		row.state.set(model.InputState(pulse, row.form.Setting.ID))
	}
}

// inputState is a light and a sentence about one input.
type inputState struct {
	object *fyne.Container
	light  *widget.Panel
	text   *widget.Text
}

func newInputState() *inputState {
	s := &inputState{light: widget.NewDot(widget.ColorFaint), text: widget.NewMuted("").Truncated()}
	s.object = widget.Border(nil, nil, container.NewCenter(s.light), nil, widget.Pad(s.text, 0, 0, 6, 0))
	return s
}

func (s *inputState) set(state model.State, text string) {
	switch state {
	case model.Receiving:
		s.light.Set(widget.ColorGood, 0)
		s.text.Set(text, widget.ColorMuted)
	case model.NotListening:
		s.light.Set(widget.ColorHigh, 0)
		s.text.Set(text, widget.ColorHigh)
	default:
		s.light.Set(widget.ColorFaint, 0)
		s.text.Set(text, widget.ColorMuted)
	}
}
