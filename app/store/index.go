package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"

	"porchlight/app/store/block"
)

// mergeRows is how many small rows at the end of a day file may at any time
// be replaced by one. Readers in other processes rely on it.
const mergeRows = 256

// loadSegments reads the index of every day file at start.
func (s *Store) loadSegments() error {
	segs, err := s.listSegments()
	if err != nil {
		return err
	}
	for _, seg := range segs {
		if err := s.loadSegment(seg); err != nil {
			return err
		}
	}
	segs, unfinished := finished(segs)
	if !s.cfg.ReadOnly {
		for _, seg := range unfinished {
			if err := removeDatabase(seg.path); err != nil {
				return s.explain("remove unfinished "+seg.name(), err)
			}
		}
	}
	s.mu.Lock()
	s.segs = segs
	s.mu.Unlock()
	return nil
}

// loadSegment reads a whole index. Only a file of a newer format is an error;
// what cannot be read becomes seg.damage. Nobody else may know seg yet.
func (s *Store) loadSegment(seg *segment) error {
	seg.stat = statFile(seg.path)
	x, err := s.readIndex(seg, 0, 0)
	if errors.Is(err, ErrNewer) {
		return err
	}
	seg.put(x.rows...)
	seg.seal(x.blocks, x.unsealable)
	if err == nil && !seg.aside {
		return nil
	}
	events := seg.events()
	switch {
	case err == nil:
		seg.damage = fmt.Sprintf("%s was damaged and moved aside; %d events in it can still be read", seg.name(), events)
	case isDamage(err):
		seg.broken = true
		seg.damage = fmt.Sprintf("%s is damaged (%v); only %d events in it can still be read", seg.name(), err, events)
	default:
		seg.damage = fmt.Sprintf("%s cannot be read: %v", seg.name(), s.explain("read it", err))
	}
	if !seg.exists() { // dropped since it was listed
		return nil
	}
	s.cfg.Log.Warn("day file is not complete", "file", seg.path, "reason", seg.damage)
	return nil
}

// index is what readIndex found.
type index struct {
	rows, blocks []unit
	unsealable   []uint64
}

// readIndex reads the index: the blocks with ids above block, and the rows from
// a running number on if no block has been added, else all. For a damaged file
// it returns what can be reached from both ends, together with the error.
func (s *Store) readIndex(seg *segment, from uint64, block int64) (x index, err error) {
	c, err := s.openForReading(seg.path)
	if err != nil {
		return x, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	// One transaction: what moves from the journal to a block is seen once.
	if err := c.exec("BEGIN"); err != nil {
		return x, err
	}
	v, err := c.version()
	if err != nil {
		return x, err
	}
	if err := checkVersion(seg.path, v); err != nil {
		return x, err
	}
	if v == 0 {
		if fi, err := os.Stat(seg.path); err == nil && fi.Size() == 0 {
			return x, errEmpty
		}
		return x, nil // created, and its first batch never committed
	}
	if v > 2 && !s.cfg.ReadOnly && from == 0 && block == 0 {
		if err := s.readPositions(c); err != nil && !isDamage(err) {
			return x, err
		}
	}
	alive := "seq >= ?"
	if v > 1 {
		var e error
		x.blocks, e = readUnits(c, "SELECT id, smin, n, tmin, tmax, rmax, smax FROM blocks WHERE id > ?", "id", block, block,
			blockUnit)
		err = e
		if len(x.blocks) > 0 {
			from = 0
		}
		alive = "seq >= ? AND (seq > (SELECT coalesce(max(smax), 0) FROM blocks) OR seq IN (SELECT seq FROM unsealable))"
		e = c.query("SELECT seq FROM unsealable", func(v []driver.Value) error {
			seq, _ := v[0].(int64)
			x.unsealable = append(x.unsealable, uint64(seq))
			return nil
		})
		if err == nil {
			err = e
		}
		if err != nil && !isDamage(err) {
			return x, err
		}
	}
	rows, e := readUnits(c, "SELECT seq, seq, n, tmin, tmax, rmax, seq + n - 1 FROM journal WHERE "+alive, "seq", int64(from), int64(from)-1,
		func(v []int64) unit { return journalUnit(uint64(v[0]), uint32(v[2]), v[3], v[4], v[5]) })
	x.rows = rows
	if err == nil {
		err = e
	}
	return x, err
}

func blockUnit(v []int64) unit {
	return unit{seq: uint64(v[1]), last: uint64(v[6]), n: uint32(v[2]), tmin: v[3], tmax: v[4], rmax: v[5], block: v[0]}
}

// describes reports whether a block's directory agrees with its index entry.
func (u unit) describes(r *block.Reader) bool {
	return r.N == int(u.n) && r.Smin == u.seq && r.Smax == u.last && r.Tmin == u.tmin && r.Tmax == u.tmax && r.Rmax == u.rmax
}

// readUnits reads index entries in ascending order of a key, which begin with
// the key and have the number of events third. When it meets damage it
// continues from the other end; none has a key of at most before.
func readUnits(c *conn, query, key string, arg, before int64, make func(v []int64) unit) (units []unit, err error) {
	last := before
	read := func(to *[]unit, until func(k int64) bool) func(v []driver.Value) error {
		return func(v []driver.Value) error {
			n := [7]int64{}
			for i := range n {
				var ok bool
				if n[i], ok = v[i].(int64); !ok {
					return errFormat
				}
			}
			if until(n[0]) {
				return errStop
			}
			if n[2] > 0 && n[2] <= max(maxRowEvents, block.MaxRows) { // else damaged: its bytes are not worth reading
				*to = append(*to, make(n[:]))
			}
			return nil
		}
	}
	err = c.query(query+" ORDER BY "+key, read(&units, func(k int64) bool { last = k; return false }), arg)
	if err == nil || !isDamage(err) {
		return units, err
	}
	var tail []unit
	// The way back fails with the error of the way there.
	_ = c.query(query+" ORDER BY "+key+" DESC", read(&tail, func(k int64) bool { return k <= last }), arg)
	slices.Reverse(tail)
	return append(units, tail...), err
}

// errStop ends a query early.
var errStop = errors.New("enough")

// refresh brings a read-only store up to what the writer has committed.
func (s *Store) refresh() error {
	if !s.cfg.ReadOnly {
		return nil
	}
	s.wmu.Lock() // one refresh at a time
	defer s.wmu.Unlock()
	found, err := s.listSegments()
	if err != nil {
		return err
	}
	s.mu.RLock()
	known := slices.Clone(s.segs)
	s.mu.RUnlock()

	// A day whose file has since been moved aside or thinned may have a new
	// file under the old name.
	frozen := func(segs []*segment, day int) (n int) {
		for _, g := range segs {
			if g.day == day && g.frozen() {
				n++
			}
		}
		return n
	}
	segs := make([]*segment, 0, len(found))
	for _, seg := range found {
		k := slices.IndexFunc(known, func(g *segment) bool { return g.path == seg.path })
		if k < 0 || !seg.frozen() && frozen(found, seg.day) != frozen(known, seg.day) {
			err = s.loadSegment(seg)
		} else {
			seg = known[k]
			err = s.refreshTail(seg)
		}
		if err != nil {
			return err
		}
		if seg.exists() { // else the writer dropped it just now
			segs = append(segs, seg)
		}
	}
	segs, _ = finished(segs)
	for _, seg := range known {
		if !slices.Contains(segs, seg) {
			s.retire(seg)
		}
	}
	s.mu.Lock()
	s.segs = segs
	s.mu.Unlock()
	return nil
}

// refreshTail reads what was added to a day file and what may have been merged
// in it.
func (s *Store) refreshTail(seg *segment) error {
	now := statFile(seg.path)
	if seg.frozen() || now == seg.stat && now.settled(s.cfg.Now()) {
		return nil
	}
	s.mu.RLock()
	old := view{rows: seg.rows, blocks: seg.blocks}
	s.mu.RUnlock()
	var from uint64
	var block int64
	if i := len(old.rows) - mergeRows - 1; i > 0 {
		from = old.rows[i].seq
	}
	if n := len(old.blocks); n > 0 {
		block = old.blocks[n-1].block
	}
	x, err := s.readIndex(seg, from, block)
	if errors.Is(err, ErrNewer) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	seg.put(x.rows...)
	seg.unsealable = nil // all are read each time
	seg.seal(x.blocks, x.unsealable)
	seg.stat, seg.damage = now, ""
	if err != nil {
		seg.damage = fmt.Sprintf("%s cannot be read completely: %v", seg.name(), s.explain("read it", err))
	}
	return nil
}

// retire closes a segment's connections and keeps new ones from being opened.
func (s *Store) retire(seg *segment) {
	seg.life.Lock()
	defer seg.life.Unlock()
	seg.gone = true
	s.readers.drop(seg)
	s.cache.drop(seg)
	s.blocks.drop(seg)
}

// snapshot returns the segments, each with its index as it is now.
func (s *Store) snapshot() []view {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]view, len(s.segs))
	for i, seg := range s.segs {
		out[i] = view{seg, seg.rows, seg.blocks, seg.sealed, seg.tmin, seg.tmax, seg.damage}
	}
	return out
}

// view is a segment's index at one moment.
type view struct {
	seg          *segment
	rows, blocks []unit
	sealed       uint64
	tmin, tmax   int64
	damage       string
}

// units yields all index entries.
func (v view) units() iter.Seq[unit] {
	return func(yield func(unit) bool) {
		for _, list := range [...][]unit{v.blocks, v.rows} {
			for _, u := range list {
				if !yield(u) {
					return
				}
			}
		}
	}
}

func (v view) events() int {
	n := 0
	for u := range v.units() {
		n += int(u.n)
	}
	return n
}

func (v view) empty() bool { return len(v.rows) == 0 && len(v.blocks) == 0 }

// last returns the largest running number, 0 when there is none.
func (v view) last() uint64 {
	last := v.sealed
	if n := len(v.rows); n > 0 {
		last = max(last, v.rows[n-1].last)
	}
	return last
}
