package store

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"porchlight/app/store/block"
)

const (
	// sealPeriod is how often the sealer looks for days that are over, and how
	// long it waits after a failure.
	sealPeriod = time.Minute

	// sealBytes bounds what one transaction of the sealer writes: a commit of
	// new events never waits for more than that.
	sealBytes = 256 << 10

	// sealMost caps the events sealed per pass: they are all in memory.
	sealMost = defaultSealEvents

	// sealMostBytes bounds the bytes of their values.
	sealMostBytes = 128 << 20

	// A stream with less than 1/smallStream of a block joins the other small
	// ones.
	smallStream = 32

	// vacuumBytes is the largest file of a past day that is rewritten to give
	// back the space of its journal. Larger ones use nearly all of it for
	// blocks.
	vacuumBytes = 64 << 20
)

// sealer turns the journal into blocks in the background.
type sealer struct {
	once sync.Once
	due  chan struct{}
	quit chan struct{}
	done chan struct{}

	mu      sync.Mutex // held while something is sealed
	batch   block.Batch
	encoder *block.Encoder // nil before the first use
	used    bool           // since the last rest
}

func (z *sealer) wake() {
	select {
	case z.due <- struct{}{}:
	default:
	}
}

// stop ends the sealer and waits for it; it does nothing when there is none.
func (z *sealer) stop() {
	z.once.Do(func() {
		if z.quit != nil {
			close(z.quit)
			<-z.done
		}
	})
}

func (z *sealer) stopped() bool {
	select {
	case <-z.quit:
		return true
	default:
		return false
	}
}

// rest gives back the memory of sealing, which a small office needs a few
// times a day.
func (z *sealer) rest() {
	z.mu.Lock()
	defer z.mu.Unlock()
	if !z.used {
		z.batch, z.encoder = block.Batch{}, nil
	}
	z.used = false
}

func (s *Store) startSealer() {
	z := &s.sealer
	z.due, z.quit, z.done = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(z.done)
		tick := time.NewTicker(sealPeriod)
		defer tick.Stop()
		for {
			which := longJournals
			select {
			case <-z.quit:
				return
			case <-tick.C:
				which = endedDays
				z.rest()
			case <-z.due:
			}
			if err := s.sealDue(which); err != nil && !z.stopped() {
				// What is not sealed stays in the journal, searchable and safe.
				s.cfg.Log.Warn("events could not be sealed into blocks; this is tried again", "reason", err)
				select {
				case <-z.quit:
				case <-tick.C:
				}
			}
		}
	}()
}

// What sealDue seals.
type sealing int

const (
	longJournals sealing = iota // journals that are worth a block
	endedDays                   // also those whose day is over
	allJournals
)

// sealDue seals journals.
func (s *Store) sealDue(which sealing) error {
	s.sealer.mu.Lock()
	defer s.sealer.mu.Unlock()
	today := dayOf(s.cfg.Now().UnixNano())
	var failed error
	for _, v := range s.snapshot() {
		over := which >= endedDays && v.seg.day < today
		whole := over || which == allJournals
		if v.seg.frozen() || v.seg.broken {
			continue
		}
		for waiting := s.waiting(v.seg); waiting > 0 && (whole || waiting >= s.cfg.SealEvents); {
			more, err := s.seal(v.seg, whole)
			if err != nil && !errors.Is(err, errGone) {
				failed = errors.Join(failed, fmt.Errorf("%s: %w", v.seg.name(), err))
			}
			if err != nil || !more || s.sealer.stopped() {
				break
			}
		}
		if failed == nil && over && !s.sealer.stopped() {
			failed = s.compact(v.seg)
		}
	}
	return failed
}

// seal moves the oldest events of a journal into blocks: all, or as many as are
// worth it. It reports whether there are more.
//
// Blocks are written in small steps between which new events are stored. They
// count once a transaction has named them; if it does not come to that, nothing
// refers to them and tidy removes them.
func (s *Store) seal(seg *segment, toTheEnd bool) (more bool, err error) {
	w, rows, err := s.sealable(seg, toTheEnd)
	if err != nil || len(rows) == 0 {
		return false, err
	}
	rows, unsealable, err := s.readSealable(seg, rows)
	if err != nil {
		return false, err
	}
	var units []unit
	var names []string
	id := w.block
	err = s.encode(&s.sealer.batch, func(b *block.Block) error {
		if err := s.writeBlock(w, id, b); err != nil {
			return err
		}
		units, names = append(units, unitOf(id, b)), append(names, b.Stream)
		id++
		return nil
	})
	if err == nil {
		err = s.switchOver(w, units, names, unsealable)
	}
	if err != nil {
		// What was written of the blocks is useless.
		return false, errors.Join(err, s.step(w, false, func() (err error) {
			w.block, err = w.conn.tidy()
			return err
		}))
	}
	if err := s.dropSealed(w, rows, unsealable); err != nil {
		return false, err
	}
	left := s.waiting(seg)
	return toTheEnd && left > 0 || left >= s.cfg.SealEvents, s.checkpoint(w)
}

// waiting counts the events that are to be sealed.
func (s *Store) waiting(seg *segment) int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	n := 0
	for _, r := range seg.rows {
		if seg.waits(r) {
			n += int(r.n)
		}
	}
	return n
}

// waits reports whether a journal row is to be sealed.
func (g *segment) waits(r unit) bool {
	return r.seq > g.sealed && !slices.Contains(g.unsealable, r.seq)
}

// sealable returns the journal rows to be sealed next and the day's writer,
// which must still be in place for everything that follows.
func (s *Store) sealable(seg *segment, toTheEnd bool) (*writer, []unit, error) {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	if err := s.openFor(true); err != nil {
		return nil, nil, err
	}
	w, err := s.writer(unwatched, seg.day)
	if err != nil {
		return nil, nil, err
	}
	if w.seg != seg {
		return nil, nil, errGone
	}
	if w.tailRows > 0 { // later it would be merged with rows that are already sealed
		s.mergeTail(w)
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	var rows []unit
	n := 0
	for _, r := range seg.rows {
		if !seg.waits(r) {
			continue
		}
		rows = append(rows, r)
		if n += int(r.n); n >= max(sealMost, s.cfg.SealEvents) {
			break
		}
	}
	if !toTheEnd && n < s.cfg.SealEvents {
		return w, nil, nil
	}
	return w, rows, nil
}

// readSealable reads the events of journal rows into the sealer's batch and
// returns the rows, as many as fit. Rows whose content is damaged are left
// where they are.
func (s *Store) readSealable(seg *segment, rows []unit) (read []unit, unsealable []uint64, err error) {
	n := 0
	for _, r := range rows {
		n += int(r.n)
	}
	b := &s.sealer.batch
	b.Reset(n)
	for i, r := range rows {
		if i > 0 && b.Bytes() > sealMostBytes {
			return rows[:i], unsealable, nil
		}
		d, err := s.readRow(candidate{seg, r}, b.Room())
		from := b.Len()
		if err == nil {
			err = d.into(b)
		}
		switch {
		case err == nil:
		case isDamage(err) || errors.Is(err, errMissing):
			s.cfg.Log.Error("a batch is damaged and stays out of the blocks", "file", seg.path, "batch", r.seq, "events", r.n, "reason", err)
			b.Truncate(from)
			unsealable = append(unsealable, r.seq)
		default:
			return nil, nil, err
		}
	}
	return rows, unsealable, nil
}

// encode calls put with each block of a batch's events.
func (s *Store) encode(batch *block.Batch, put func(*block.Block) error) error {
	s.sealer.used = true
	if s.sealer.encoder == nil {
		e, err := block.NewEncoder()
		if err != nil {
			return err
		}
		s.sealer.encoder = e
	}
	for name, rows := range batch.Groups(s.cfg.BlockEvents / smallStream) {
		for part := range slices.Chunk(rows, s.cfg.BlockEvents) {
			if s.sealer.stopped() {
				return ErrClosed
			}
			b, err := s.sealer.encoder.Encode(name, batch, part)
			if err != nil {
				return err
			}
			if err := put(b); err != nil {
				return err
			}
		}
	}
	return nil
}

// step runs f as a transaction of a writer that must still be the day's. Unless
// final, it does not wait for the disk.
func (s *Store) step(w *writer, final bool, f func() error) (err error) {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	if !slices.Contains(s.writers, w) {
		return errGone // closed meanwhile: another writer has tidied up
	}
	if !final {
		if err := w.conn.exec("PRAGMA synchronous=NORMAL"); err != nil {
			return err
		}
		// Even if this fails, every other writer begins with FULL.
		defer func() {
			if e := w.conn.exec("PRAGMA synchronous=FULL"); e != nil {
				s.closeWriter(w)
				err = errors.Join(err, e)
			}
		}()
	}
	if err := w.conn.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	if err = f(); err == nil {
		err = w.conn.exec("COMMIT")
	}
	if err != nil {
		return w.rollback(err)
	}
	return nil
}
