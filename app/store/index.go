package store

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"slices"
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
	s.mu.Lock()
	s.segs = segs
	s.mu.Unlock()
	return nil
}

// loadSegment reads a whole index. Only a file of a newer format is an error;
// what cannot be read becomes seg.damage. Nobody else may know seg yet.
func (s *Store) loadSegment(seg *segment) error {
	seg.stat = statFile(seg.path)
	rows, err := s.readIndex(seg, 0)
	if errors.Is(err, ErrNewer) {
		return err
	}
	seg.put(rows...)
	if err == nil && !seg.aside {
		return nil
	}
	events := 0
	for _, r := range seg.rows {
		events += int(r.n)
	}
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

// readIndex reads the index from a running number on. Of a damaged file it
// returns what can be reached from both ends, together with the error.
func (s *Store) readIndex(seg *segment, from uint64) (rows []row, err error) {
	c, err := s.openForReading(seg.path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	v, err := c.version()
	if err != nil {
		return nil, err
	}
	if err := checkVersion(seg.path, v); err != nil {
		return nil, err
	}
	if v == 0 {
		if fi, err := os.Stat(seg.path); err == nil && fi.Size() == 0 {
			return nil, errEmpty
		}
		return nil, nil // created, and its first batch never committed
	}
	const columns = "SELECT seq, n, tmin, tmax, rmax FROM journal"
	read := func(to *[]row) func(v []driver.Value) error {
		return func(v []driver.Value) error {
			var n [5]int64
			for i := range n {
				var ok bool
				if n[i], ok = v[i].(int64); !ok {
					return errFormat
				}
			}
			r := row{uint64(n[0]), uint32(n[1]), n[2], n[3], n[4]}
			if n[1] > 0 && n[1] <= maxRowEvents { // else damaged: its bytes are not worth reading
				*to = append(*to, r)
			}
			return nil
		}
	}
	err = c.query(columns+" WHERE seq >= ? ORDER BY seq", read(&rows), int64(from))
	if err == nil || !isDamage(err) {
		return rows, err
	}
	var tail []row
	after := from
	if len(rows) > 0 {
		after = rows[len(rows)-1].last() + 1
	}
	// The error of the way back is that of the way there.
	_ = c.query(columns+" WHERE seq >= ? ORDER BY seq DESC", read(&tail), int64(after))
	slices.Reverse(tail)
	return append(rows, tail...), err
}

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

	// A day of which a file was moved aside since has a new file under an
	// old name.
	aside := func(segs []*segment, day int) (n int) {
		for _, g := range segs {
			if g.day == day && g.aside {
				n++
			}
		}
		return n
	}
	segs := make([]*segment, 0, len(found))
	for _, seg := range found {
		k := slices.IndexFunc(known, func(g *segment) bool { return g.path == seg.path })
		if k < 0 || !seg.aside && aside(found, seg.day) != aside(known, seg.day) {
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

// refreshTail reads what was added to a day file and what may have been
// merged in it.
func (s *Store) refreshTail(seg *segment) error {
	now := statFile(seg.path)
	if seg.aside || now == seg.stat && now.settled(s.cfg.Now()) {
		return nil
	}
	s.mu.RLock()
	old := seg.rows
	s.mu.RUnlock()
	var from uint64
	if i := len(old) - mergeRows - 1; i > 0 {
		from = old[i].seq
	}
	rows, err := s.readIndex(seg, from)
	if errors.Is(err, ErrNewer) {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	seg.put(rows...)
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
}

// snapshot returns the segments, each with its index as it is now.
func (s *Store) snapshot() []view {
	s.mu.RLock()
	defer s.mu.RUnlock()
	out := make([]view, len(s.segs))
	for i, seg := range s.segs {
		out[i] = view{seg, seg.rows, seg.tmin, seg.tmax, seg.damage}
	}
	return out
}

// view is a segment's index at one moment.
type view struct {
	seg        *segment
	rows       []row
	tmin, tmax int64
	damage     string
}
