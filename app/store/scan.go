package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"unsafe"

	"porchlight/app/store/block"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

var (
	// errGone means that a day file was dropped while it was searched.
	errGone = errors.New("its day was dropped")

	// errMissing means that a row is no longer in the journal.
	errMissing = errors.New("it is missing from the file")
)

// maxSentences bounds how many damaged units a search names one by one.
const maxSentences = 20

// scan is one pass over units on behalf of a search. Its methods may be
// called from several goroutines at once.
type scan struct {
	s       *Store
	ctx     context.Context
	scanned atomic.Int64
	keep    atomic.Int64 // how many more bytes this scan may put into the cache

	mu      sync.Mutex
	partial []string
	skipped int // damaged units beyond maxSentences
}

func (s *Store) newScan(ctx context.Context) *scan {
	c := &scan{s: s, ctx: ctx}
	// One long search must not evict what live tail needs.
	c.keep.Store(s.cfg.CacheBytes / 2)
	return c
}

// result ends the scan.
func (c *scan) result() query.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.skipped > 0 {
		c.partial = append(c.partial, fmt.Sprintf("%d more damaged batches and blocks were skipped", c.skipped))
		c.skipped = 0
	}
	return query.Result{Scanned: int(c.scanned.Load()), Partial: c.partial}
}

// candidate is an index entry that may hold what a search looks for.
type candidate struct {
	seg *segment
	unit
}

// skip notes that a unit could not be read, and why. It returns an error when
// the whole scan must end.
func (c *scan) skip(at candidate, err error) error {
	if err == nil || errors.Is(err, errGone) {
		return nil
	}
	if errors.Is(err, ErrClosed) {
		return err
	}
	if err := c.ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.partial) >= maxSentences {
		c.skipped++
		return nil
	}
	c.partial = append(c.partial, fmt.Sprintf("%s: %v from %s to %s was skipped: %v",
		at.seg.name(), at.unit, event.FormatTime(at.tmin), event.FormatTime(at.tmax), err))
	return nil
}

// each calls f with the events of a unit by number until f returns false. An
// event that is stable may be kept: it is shared and never changes. Others are
// valid during the call only. A unit that cannot be read is noted; an error
// means that the whole scan must end.
func (c *scan) each(at candidate, f func(ev *event.Event, stable bool) bool) error {
	if err := c.ctx.Err(); err != nil {
		return err
	}
	if at.block == 0 {
		return c.skip(at, c.journal(at, f))
	}
	_, err := c.blocks([]candidate{at}, 0, ^uint64(0), func(ev *event.Event) bool {
		c.scanned.Add(1)
		return f(ev, true)
	})
	return c.skip(at, err)
}

// journal calls f with the events of a journal row.
func (c *scan) journal(at candidate, f func(ev *event.Event, stable bool) bool) error {
	first, last := event.NewID(at.seg.day, at.seq), event.NewID(at.seg.day, at.last)
	n := int64(0)
	defer func() { c.scanned.Add(n) }()
	err := c.read(at, func(ev *event.Event, stable bool) bool {
		// The row may have been merged into a longer one since.
		if ev.ID < first || ev.ID > last {
			return true
		}
		n++
		return f(ev, stable)
	})
	if !errors.Is(err, errMissing) || n > 0 {
		return err
	}
	// It may have been sealed since the index was read.
	blocks, e := c.s.sealedSince(at)
	if e != nil || len(blocks) == 0 {
		return errors.Join(err, e)
	}
	_, err = c.blocks(blocks, at.seq, at.last, func(ev *event.Event) bool {
		n++
		return f(ev, true)
	})
	return err
}

// sealedSince returns the blocks that hold what was in a journal row, none if
// it was not sealed.
func (s *Store) sealedSince(at candidate) (blocks []candidate, err error) {
	if s.cfg.ReadOnly {
		s.wmu.Lock()
		err = s.refreshTail(at.seg)
		s.wmu.Unlock()
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if at.seg.sealed < at.last {
		return nil, err
	}
	for _, b := range at.seg.blocks {
		if b.seq <= at.last && at.seq <= b.last {
			blocks = append(blocks, candidate{at.seg, b})
		}
	}
	return blocks, err
}

func (c *scan) read(at candidate, f func(ev *event.Event, stable bool) bool) error {
	if events := c.s.cache.get(cacheKey{at.seg, at.seq, at.n}); events != nil {
		for i := range events {
			if !f(&events[i], true) {
				return nil
			}
		}
		return nil
	}
	d, err := c.s.readRow(at, nil)
	if err != nil {
		return err
	}
	var ev event.Event
	if size := d.cost(); c.keep.Add(-size) >= 0 {
		events := make([]event.Event, 0, d.h.n)
		for d.next(&ev) {
			events = append(events, ev.Clone())
		}
		if d.err != nil {
			return d.err
		}
		c.s.cache.put(cacheKey{at.seg, d.h.first, uint32(d.h.n)}, events, size)
		for i := range events {
			if !f(&events[i], true) {
				return nil
			}
		}
		return nil
	} else {
		c.keep.Add(size)
	}
	for d.next(&ev) {
		if !f(&ev, false) {
			return nil
		}
	}
	return d.err
}

// cost estimates the memory the row's events take when they are kept.
func (d *decoder) cost() int64 {
	const fields = 24 // per event, a typical number
	return int64(d.size) + int64(d.h.n)*int64(unsafe.Sizeof(event.Event{})+fields*unsafe.Sizeof(""))
}

// withReader lends a connection to a day file.
func (s *Store) withReader(seg *segment, f func(*reader) error) error {
	seg.life.RLock()
	defer seg.life.RUnlock()
	if seg.gone {
		return errGone
	}
	conn, err := s.readers.get(seg)
	if err == nil {
		err = f(conn)
		s.readers.put(conn, err != nil)
	}
	if err != nil && s.cfg.ReadOnly && !seg.exists() {
		return errGone // the writer dropped it
	}
	return err
}

// readRow reads and opens the journal row that holds the entry's events. Their
// values are in buf if it is long enough.
func (s *Store) readRow(at candidate, buf []byte) (*decoder, error) {
	var seq uint64
	var n int
	var data []byte
	found := false
	err := s.withReader(at.seg, func(r *reader) (err error) {
		seq, n, data, found, err = r.row(at.seq)
		return err
	})
	switch {
	case err != nil:
		return nil, err
	case !found || at.last >= seq+uint64(n):
		return nil, errMissing
	}
	d, err := newDecoder(at.seg.day, data, buf)
	if err != nil {
		return nil, err
	}
	if d.h.first != seq || d.h.n != n {
		return nil, errFormat
	}
	return d, nil
}

// block opens a block, or takes it from the cache.
func (c *scan) block(at candidate) (*block.Reader, error) {
	key := blockKey{at.seg, at.block}
	if r := c.s.blocks.get(key); r != nil {
		return r, nil
	}
	r, err := block.Open(at.seg.day, func(col int) (data []byte, err error) {
		err = c.s.withReader(at.seg, func(r *reader) (err error) {
			data, err = r.column(at.block, col)
			return err
		})
		if err == nil && data == nil {
			err = fmt.Errorf("a column of it is missing: %w", errFormat)
		}
		return data, err
	})
	if err != nil {
		return nil, err
	}
	if !at.describes(r) {
		return nil, fmt.Errorf("its content is that of another: %w", errFormat)
	}
	return c.s.blocks.put(key, r), nil
}

// blocks calls f with the events of blocks that have numbers from first to
// last, in the order of their numbers, until f returns false. The events may
// be kept. The error is that of the candidate returned with it.
func (c *scan) blocks(list []candidate, first, last uint64, f func(*event.Event) bool) (candidate, error) {
	type place struct {
		seq int64
		in  int32
		row int32
	}
	var places []place
	rows := make([]*block.Rows, len(list))
	for i, at := range list {
		r, err := c.block(at)
		if err != nil {
			return at, err
		}
		rows[i] = r.Rows()
		for row, seq := range rows[i].Seqs() {
			if uint64(seq) >= first && uint64(seq) <= last {
				places = append(places, place{seq, int32(i), int32(row)})
			}
		}
		if err := rows[i].Err(); err != nil {
			return at, err
		}
	}
	defer c.s.blocks.trim()
	slices.SortFunc(places, func(a, b place) int { return int(a.seq - b.seq) })
	for i, p := range places {
		if i%1024 == 0 && c.ctx.Err() != nil {
			return list[p.in], c.ctx.Err()
		}
		ev := rows[p.in].Event(int(p.row))
		if err := rows[p.in].Err(); err != nil {
			return list[p.in], err
		}
		if !f(&ev) {
			return candidate{}, nil
		}
	}
	return candidate{}, nil
}
