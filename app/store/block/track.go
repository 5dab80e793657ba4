package block

import "slices"

// A track is the way from a text to its template: what has to be where. The
// texts of one kind mostly go the same few ways, and following one costs less
// than finding it. Following a track finds what takeApart would find, except
// that it misses a part that only this text shares with another column.
type track struct {
	template *template
	legs     []leg
}

// leg is what comes before a bound of the text, and the bound: a part that a
// column holds, an end of the message or the end of the text.
type leg struct {
	pieces []stretch
	bound  byte // markRef, markStart, markEnd or 0
	val    int  // of markRef: which of the event's values

	// The pieces or marks around the bound alone show that a cut there splits
	// no word.
	cleanFrom, cleanTo bool
}

// stretch is what stays the same, or a variable if it is empty.
type stretch string

// shapeUse is what a block does with the events of a shape.
type shapeUse struct {
	cols   []*column // of its fields
	inText []int32   // the order in which they come in a text
	tracks []track   // the last one that fitted first
	trust  int       // in the tracks; at 0 they are not tried
}

const (
	// maxTracks is the most ways followed for the texts of one shape.
	maxTracks = 8

	// If the texts of a shape all go their own ways, this many are tried.
	startTrust = 64
)

// newTrack learns the way from a text to the template that it just got.
func newTrack(tpl *template, key string, cols []*column) (track, bool) {
	tr := track{template: tpl}
	l := leg{}
	for key != "" {
		i := 0
		for i < len(key) && (key[i] == 0 || key[i] > lastMark) {
			i++
		}
		if i > 0 {
			l.pieces = append(l.pieces, stretch(key[:i]))
		}
		if i == len(key) {
			break
		}
		mark := key[i]
		key = key[i+1:]
		if mark == markVar {
			l.pieces = append(l.pieces, "")
			continue
		}
		if l.bound = mark; mark == markRef {
			number, k := uvarint(key)
			key = key[k:]
			if l.val = slices.IndexFunc(cols, func(c *column) bool { return c.number == int(number) }); l.val < 0 {
				return track{}, false
			}
		}
		tr.legs = append(tr.legs, l)
		l = leg{}
	}
	tr.legs = append(tr.legs, l)
	parts := func(c byte) bool { return class[c]&classWord == 0 && c != '.' }
	for i := range tr.legs {
		if before := tr.legs[i].pieces; len(before) > 0 {
			p := before[len(before)-1]
			tr.legs[i].cleanFrom = p != "" && parts(p[len(p)-1])
		}
		if i+1 < len(tr.legs) && len(tr.legs[i+1].pieces) > 0 {
			p := tr.legs[i+1].pieces[0]
			tr.legs[i].cleanTo = p != "" && parts(p[0])
		}
	}
	return tr, true
}

// follow takes the next row's text apart the way of a track, as add does, and
// reports whether it goes that way. vals are the event's values; from and to
// bound the message.
func (t *texts) follow(tr *track, s string, base Value, vals []Value, from, to int) bool {
	t.vars, t.at = t.vars[:0], base.at()
	at := 0
	for i := range tr.legs {
		l := &tr.legs[i]
		end, next := len(s), len(s)
		switch l.bound {
		case markRef:
			off, ok := vals[l.val].in(base)
			if !ok {
				return false
			}
			end, next = off, off+vals[l.val].len()
			if !l.cleanFrom && !cleanCut(s, end) || !l.cleanTo && !cleanCut(s, next) {
				return false
			}
		case markStart:
			end, next = from, from
		case markEnd:
			end, next = to, to
		}
		if end < at || !t.pieces(l.pieces, s[:end], at) {
			return false
		}
		at = next
	}
	t.put(tr.template, s)
	return true
}

// pieces goes through the rest of s, and reports whether nothing is left then.
func (t *texts) pieces(pieces []stretch, s string, at int) bool {
	for _, p := range pieces {
		if p != "" {
			if len(s)-at < len(p) || s[at:at+len(p)] != string(p) {
				return false
			}
			at += len(p)
			continue
		}
		end, seen := wordEnd(s, at)
		if seen&classDigit == 0 {
			return false
		}
		t.vary(at, end)
		at = end
	}
	return at == len(s)
}
