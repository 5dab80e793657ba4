package block

import (
	"math"
)

// textValues is an unpacked text column.
type textValues struct {
	rows      int
	templates []form
	of        codes    // the template of each row
	rank      []uint16 // each row's place among the rows of its template
	parts     bool     // every template bounds the message
}

// form is a template in pieces and the values of its variables.
type form struct {
	pieces     []piece
	start, end int // the message is pieces[start:end]; the whole text when no part is marked
	n          int // rows
	vars       []variable
}

// piece is something that stays, a variable, or the value of another field.
type piece struct {
	kind byte // 0, markVar or markRef
	text string
	n    int // of a variable: its number; of a field: its index
}

// variable holds the values of one variable, by rank.
type variable struct {
	kind byte
	rows int

	all    string   // slotConst
	width  int      // slotInt
	planes string   //
	list   []string // slotDict
	codes  codes    //
	ends   []uint32 // slotPlain
	joined string   //
}

// read unpacks the column. It returns the size of what it made beside the
// source.
func (t *textValues) read(s *source, fields []field) (size int) {
	count := s.uvarint()
	keys := s.texts(count)
	if s.bad || count > math.MaxUint16 {
		s.bad = true
		return 0
	}
	t.of = s.codes(t.rows, len(keys))
	if s.bad {
		return 0
	}
	t.rank = make([]uint16, t.rows)
	t.templates = make([]form, len(keys))
	for row := range t.rank {
		f := &t.templates[t.of.at(row)]
		t.rank[row] = uint16(f.n)
		f.n++
	}
	size = 2 * t.rows
	t.parts = true
	for i := range t.templates {
		f := &t.templates[i]
		marked := f.read(s, keys[i], fields)
		t.parts = t.parts && marked
		for j := range f.vars {
			size += f.vars[j].read(s, f.n)
		}
		size += 40 * len(f.pieces)
		if s.bad {
			return 0
		}
	}
	return size
}

// read takes a template's key into pieces and reports whether it bounds a part.
func (f *form) read(s *source, key string, fields []field) (marked bool) {
	f.start, f.end = -1, -1
	vars := 0
	for key != "" {
		i := 0
		for i < len(key) && (key[i] == 0 || key[i] > lastMark) {
			i++
		}
		if i > 0 {
			f.pieces = append(f.pieces, piece{text: key[:i]})
			key = key[i:]
			continue
		}
		mark := key[0]
		key = key[1:]
		switch mark {
		case markVar:
			f.pieces = append(f.pieces, piece{kind: markVar, n: vars})
			vars++
		case markRef:
			n, k := uvarint(key)
			if k == 0 || n >= uint64(len(fields)) || fields[n].kind == kindText || fields[n].kind == kindPart || fields[n].kind == kindSame {
				s.bad = true // a text within a text might have no end
				return false
			}
			f.pieces = append(f.pieces, piece{kind: markRef, n: int(n)})
			key = key[k:]
		case markStart:
			f.start = len(f.pieces)
		case markEnd:
			f.end = len(f.pieces)
		}
	}
	f.vars = make([]variable, vars)
	if f.start < 0 && f.end < 0 {
		f.start, f.end = 0, len(f.pieces)
		return false
	}
	s.bad = s.bad || f.start < 0 || f.end < f.start
	return true
}

func (v *variable) read(s *source, n int) (size int) {
	v.rows = n
	switch v.kind = s.byte(); v.kind {
	case slotConst:
		v.all = s.text()
	case slotInt:
		v.width, v.planes = s.planes(n)
	case slotDict:
		v.list = s.texts(s.uvarint())
		v.codes = s.codes(n, len(v.list))
		size = 16 * len(v.list)
	case slotPlain:
		v.ends = make([]uint32, n)
		total := uint64(0)
		for i := range v.ends {
			if total += s.uvarint(); total > maxColumnBytes {
				s.bad = true
				return 0
			}
			v.ends[i] = uint32(total)
		}
		v.joined = s.take(total)
		size = 4 * n
	default:
		s.bad = true
	}
	return size + 120
}

// append adds the value of a rank.
func (v *variable) append(dst []byte, rank int) []byte {
	switch v.kind {
	case slotConst:
		return append(dst, v.all...)
	case slotInt:
		return appendNumber(dst, planeAt(v.planes, v.width, v.rows, rank))
	case slotDict:
		return append(dst, v.list[v.codes.at(rank)]...)
	}
	from := uint32(0)
	if rank > 0 {
		from = v.ends[rank-1]
	}
	return append(dst, v.joined[from:v.ends[rank]]...)
}
