package block

import (
	"strconv"

	"porchlight/ingest/event"
)

// Rows reads the rows of a block. It belongs to one goroutine. An error ends
// all further reading; see Err.
type Rows struct {
	r    *Reader
	cols []*values // as they were needed
	err  error

	buf   []byte
	spans []span
}

// Rows begins to read.
func (r *Reader) Rows() *Rows { return &Rows{r: r, cols: make([]*values, len(r.fields))} }

// Err returns what went wrong, nil if nothing did.
func (b *Rows) Err() error { return b.err }

// maxText bounds a reassembled text: more than any event may have, so that a
// damaged one cannot take all memory.
const maxText = 128 << 20

// col returns a field's values; after an error, anything.
func (b *Rows) col(i int) *values {
	if v := b.cols[i]; v != nil {
		return v
	}
	v, err := b.r.column(i)
	if err != nil {
		b.fail(err)
		return nil
	}
	b.cols[i] = v
	return v
}

func (b *Rows) fail(err error) {
	if b.err == nil {
		b.err = err
	}
}

func (b *Rows) number(col int) []int64 {
	n, err := b.r.number(col)
	if err != nil {
		b.fail(err)
	}
	return n
}

// Times returns the event times of the rows, Unix nanoseconds; nil after an
// error. Do not change them.
func (b *Rows) Times() []int64 { return b.number(colTime) }

// Received returns the rows' receive times likewise.
func (b *Rows) Received() []int64 { return b.number(colReceived) }

// Seqs returns the rows' running numbers likewise.
func (b *Rows) Seqs() []int64 { return b.number(colSeq) }

// append adds a row's value and reports whether it has one.
func (b *Rows) append(dst []byte, v *values, row int) ([]byte, bool) {
	switch v.kind {
	case kindConst:
		return append(dst, v.all...), true
	case kindDict:
		k := v.codes.at(row)
		if k == 0 {
			return dst, false
		}
		return append(dst, v.list[k-1]...), true
	case kindInt:
		n := v.intAt(row)
		if n == 0 {
			return dst, false
		}
		return appendNumber(dst, n-1), true
	case kindPlain:
		return append(dst, v.plainAt(row)...), v.there.has(row)
	case kindPart:
		f := v.text.form(row)
		return b.render(dst, v.text, f, f.pieces[f.start:f.end], row), true
	}
	f := v.text.form(row)
	return b.render(dst, v.text, f, f.pieces, row), true
}

func (t *textValues) form(row int) *form { return &t.templates[t.of.at(row)] }

func (b *Rows) render(dst []byte, t *textValues, f *form, pieces []piece, row int) []byte {
	rank, from := int(t.rank[row]), len(dst)
	for i := range pieces {
		p := &pieces[i]
		switch p.kind {
		case markVar:
			dst = f.vars[p.n].append(dst, rank)
		case markRef:
			if v := b.col(p.n); v != nil {
				dst, _ = b.append(dst, v, row)
			}
		default:
			dst = append(dst, p.text...)
		}
		if len(dst)-from > maxText {
			b.fail(damaged("one of its texts has no end"))
			return dst[:from]
		}
	}
	return dst
}

// Event returns a row's event. It shares no memory with the block.
func (b *Rows) Event(row int) event.Event {
	var ev event.Event
	times, received, seqs := b.Times(), b.Received(), b.Seqs()
	if b.err != nil {
		return ev
	}
	ev.ID, ev.Time, ev.Received = event.NewID(b.r.day, uint64(seqs[row])), times[row], received[row]

	// All values are written into one text, starting with the one that others
	// are parts of, so that the event is one piece of memory.
	b.buf, b.spans = b.buf[:0], b.spans[:0]
	for range b.r.fields {
		b.spans = append(b.spans, span{from: -1})
	}
	for i := range b.r.fields {
		if v := b.col(i); v != nil && v.kind == kindText && b.r.fields[i].kind == kindText {
			b.eventText(i, v, row)
		}
	}
	for i := range b.r.fields {
		v := b.col(i)
		if v == nil {
			return ev
		}
		if b.spans[i].from >= 0 {
			continue
		}
		from := len(b.buf)
		out, ok := b.append(b.buf, v, row)
		if b.buf = out; ok {
			b.spans[i] = span{from: from, to: len(out)}
		}
	}
	all := string(b.buf)
	for i, s := range b.spans {
		if s.from >= 0 {
			set(&ev, b.r.fields[i].ref, all[s.from:s.to])
		}
	}
	return ev
}

// eventText writes the text of a row and notes which fields are parts of it.
func (b *Rows) eventText(i int, v *values, row int) {
	from := len(b.buf)
	f := v.text.form(row)
	start := 0
	for k := range f.pieces {
		if k == f.start {
			start = len(b.buf)
		}
		if k == f.end {
			b.eventPart(i, start)
		}
		at := len(b.buf)
		b.buf = b.render(b.buf, v.text, f, f.pieces[k:k+1], row)
		if p := &f.pieces[k]; p.kind == markRef {
			b.spans[p.n] = span{from: at, to: len(b.buf)}
		}
	}
	if f.start == len(f.pieces) {
		start = len(b.buf)
	}
	if f.end == len(f.pieces) {
		b.eventPart(i, start)
	}
	b.spans[i] = span{from: from, to: len(b.buf)}
}

func (b *Rows) eventPart(text, start int) {
	for i := range b.r.fields {
		if f := &b.r.fields[i]; f.kind == kindPart && f.of == text {
			b.spans[i] = span{from: start, to: len(b.buf)}
		}
	}
}

func set(ev *event.Event, r event.Ref, v string) {
	switch {
	case r.Field == event.None:
		ev.SetExtra(r.Name, v)
	case v == "":
		ev.SetEmpty(r.Field)
	default:
		ev.Set(r.Field, v)
	}
}

// appendNumber prints a number of a kindInt or slotInt column.
func appendNumber(dst []byte, n uint64) []byte { return strconv.AppendUint(dst, n, 10) }
