// Package block is the form in which sealed events are kept: up to MaxRows
// events of one stream, column by column, each column compressed by itself,
// with a filter that says which values and words cannot be among them. It knows
// nothing about files or SQL: whoever stores the columns hands them back one by
// one as they are asked for.
package block

import (
	"errors"
	"fmt"

	"porchlight/ingest/event"
)

const (
	// MaxRows is the most events a block may hold: row numbers and dictionary
	// codes fit into 16 bits.
	MaxRows = 1 << 15

	// Shards is the number of parts of a block's filter. A query reads only
	// the part that its token falls into.
	Shards = 16

	version = 1
)

// What can be wrong with a block's bytes.
var (
	ErrDamaged = errors.New("its content is damaged")
	ErrNewer   = errors.New("its format is unknown: written by a newer Porchlight")
)

func damaged(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDamaged, fmt.Sprintf(format, args...))
}

// Bounds are what is known about a block without opening it. Seqs are running
// numbers within the day, times Unix nanoseconds; all are inclusive.
type Bounds struct {
	N          int
	Smin, Smax uint64
	Tmin, Tmax int64 // event times
	Rmin, Rmax int64 // receive times
}

func (b *Bounds) add(r *row) {
	if b.N == 0 {
		*b = Bounds{0, r.seq, r.seq, r.time, r.time, r.received, r.received}
	}
	b.N++
	b.Smin, b.Smax = min(b.Smin, r.seq), max(b.Smax, r.seq)
	b.Tmin, b.Tmax = min(b.Tmin, r.time), max(b.Tmax, r.time)
	b.Rmin, b.Rmax = min(b.Rmin, r.received), max(b.Rmax, r.received)
}

// Block is an encoded block: what has to be stored.
type Block struct {
	Bounds
	Stream string

	// Cols are the columns: Cols[0] is the directory, without which the others
	// cannot be read. Each carries its own checksum.
	Cols [][]byte

	// Bloom is the filter, by shard; an empty shard holds no token.
	Bloom [Shards][]byte
}

// streamFields say what kind of source an event comes from: the first of them
// that it has names its stream. Events of one stream look alike: together they
// compress better, and a search for one kind need not read the others.
var streamFields = [...]event.Field{event.EventModule, event.EventDataset, event.ObserverProduct, event.LogSyslogAppname, event.EventProvider}

// The encodings of a column.
const (
	kindConst byte = iota // every row has the one value
	kindSame              // the rows of another column
	kindDict              // codes into a list of values
	kindInt               // decimal numbers in canonical form
	kindPlain             // the values one after another
	kindText              // templates and what varies in them
	kindPart              // a part of the text column
)

// The columns every block has, before those of its fields.
const (
	colDirectory = iota
	colSeq
	colTime
	colReceived
	colFields // the first of the fields' columns
)
