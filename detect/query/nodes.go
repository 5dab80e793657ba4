package query

import (
	"strings"

	"porchlight/ingest/event"
)

// And is true when all its parts are; the empty And is true.
type And []Expr

// Match implements Expr.
func (n And) Match(ev *event.Event) bool {
	for _, x := range n {
		if !x.Match(ev) {
			return false
		}
	}
	return true
}

// Or is true when one of its parts is; the empty Or is false.
type Or []Expr

// Match implements Expr.
func (n Or) Match(ev *event.Event) bool {
	for _, x := range n {
		if x.Match(ev) {
			return true
		}
	}
	return false
}

// Not is true when X is not. `not user.name:root` is therefore true for an
// event that has no user.name.
type Not struct{ X Expr }

// Match implements Expr.
func (n Not) Match(ev *event.Event) bool { return !n.X.Match(ev) }

// Const is true or false for every event.
type Const bool

// Match implements Expr.
func (n Const) Match(*event.Event) bool { return bool(n) }

// ID is true for the one event with this number: `_id:123`.
type ID event.ID

// Match implements Expr.
func (n ID) Match(ev *event.Event) bool { return n != 0 && ev.ID == event.ID(n) }

// Field names what a node reads. Several Refs are several places where the
// same thing may be, best first: the first that is present in the event is
// read, the others are not.
type Field struct {
	Name string // as written in the search or rule
	Refs []event.Ref
}

// NewField resolves a plain name: an ECS name or one of a vendor's.
func NewField(name string) Field {
	return Field{Name: name, Refs: []event.Ref{event.Resolve(name)}}
}

// Lookup returns the text of the field, which may hold several values joined
// by event.Separator, and whether the field is present.
func (f Field) Lookup(ev *event.Event) (string, bool) {
	for i := range f.Refs {
		if v, ok := ev.Lookup(f.Refs[i]); ok {
			return v, true
		}
	}
	return "", false
}

// time returns the field's value as Unix nanoseconds when it is one of the
// event's own times, without the detour via their text.
func (f Field) time(ev *event.Event) (int64, bool) {
	if len(f.Refs) > 0 {
		switch f.Refs[0].Field {
		case event.Timestamp:
			return ev.Time, true
		case event.EventIngested:
			return ev.Received, true
		}
	}
	return 0, false
}

// Exists is true when the field is present, even if empty.
type Exists struct{ Field Field }

// Match implements Expr.
func (n Exists) Match(ev *event.Event) bool {
	_, ok := n.Field.Lookup(ev)
	return ok
}

// Null is true when the field is absent: null in Sigma. A field that is
// present and empty is not null; Sigma's empty text is Is with an empty Pattern.
type Null struct{ Field Field }

// Match implements Expr.
func (n Null) Match(ev *event.Event) bool {
	_, ok := n.Field.Lookup(ev)
	return !ok
}

// Is is true when the field is present and one of its values passes the test.
type Is struct {
	Field Field
	Test  Test
}

// Match implements Expr.
func (n Is) Match(ev *event.Event) bool {
	if t, ok := n.Test.(TimeCompare); ok {
		if at, ok := n.Field.time(ev); ok {
			return t.holds(at)
		}
	}
	v, ok := n.Field.Lookup(ev)
	return ok && anyValue(v, n.Test)
}

// Keyword is true when a value of any field of the event passes the test,
// message and event.original included: keywords in Sigma. Computed fields
// (_id, @timestamp, event.ingested) are not looked at.
type Keyword struct{ Test Test }

// Match implements Expr.
func (n Keyword) Match(ev *event.Event) bool {
	for f := event.None + 1; f < event.NumFields; f++ {
		if ev.Has(f) && anyValue(ev.Get(f), n.Test) {
			return true
		}
	}
	for _, p := range ev.Extras() {
		if anyValue(p.Value, n.Test) {
			return true
		}
	}
	return false
}

// AnyValue reports whether a field's text passes the test as Is and Keyword
// mean it: whether one of the values joined in it does.
func AnyValue(text string, t Test) bool { return anyValue(text, t) }

// anyValue reports whether one of the values joined in v passes the test.
func anyValue(v string, t Test) bool {
	for {
		i := strings.IndexByte(v, event.Separator[0])
		if i < 0 {
			return t.Test(v)
		}
		if t.Test(v[:i]) {
			return true
		}
		v = v[i+1:]
	}
}

// SameOp is how Same compares two fields.
type SameOp uint8

// The comparisons of Same.
const (
	SameEqual SameOp = iota
	SameStart        // Field starts with Other
	SameEnd          // Field ends with Other
	SameContains
)

// Same compares two fields of one event: fieldref in Sigma. It is true when
// some value of Field and some value of Other match; false when either field is
// absent. Case is ignored unless Cased.
type Same struct {
	Field, Other Field
	Op           SameOp
	Cased        bool
}

// Match implements Expr.
func (n Same) Match(ev *event.Event) bool {
	v, ok := n.Field.Lookup(ev)
	if !ok {
		return false
	}
	w, ok := n.Other.Lookup(ev)
	if !ok {
		return false
	}
	for {
		i := strings.IndexByte(w, event.Separator[0])
		one := w
		if i >= 0 {
			one = w[:i]
		}
		if n.fits(v, one) {
			return true
		}
		if i < 0 {
			return false
		}
		w = w[i+1:]
	}
}

// fits reports whether one of the values joined in v fits the single value w.
func (n Same) fits(v, w string) bool {
	for {
		i := strings.IndexByte(v, event.Separator[0])
		one := v
		if i >= 0 {
			one = v[:i]
		}
		if sameText(one, w, n.Op, n.Cased) {
			return true
		}
		if i < 0 {
			return false
		}
		v = v[i+1:]
	}
}

func sameText(v, w string, op SameOp, cased bool) bool {
	if cased {
		switch op {
		case SameStart:
			return strings.HasPrefix(v, w)
		case SameEnd:
			return strings.HasSuffix(v, w)
		case SameContains:
			return strings.Contains(v, w)
		}
		return v == w
	}
	// No character of w may be skipped, so each start in v is tried. Fields
	// of one event are short.
	for i := 0; ; {
		end, ok := foldPrefix(v[i:], w)
		if ok && (op == SameStart || op == SameContains || i+end == len(v)) {
			return true
		}
		if op == SameEqual || op == SameStart || i == len(v) {
			return false
		}
		_, size := decode(v, i)
		i += size
	}
}
