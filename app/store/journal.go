package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"porchlight/ingest/event"
)

const (
	// maxWriters is how many day files are kept open for writing: around
	// midnight, and while a clock is being set, days alternate.
	maxWriters = 2

	// A batch of fewer events is small: a quiet office commits several a
	// second. Small rows are merged when there are mergeRows of them or
	// mergeEvents events in them.
	smallBatch  = 256
	mergeEvents = 1024

	// generationShift leaves each file of one day its own running numbers:
	// the file that follows one moved aside must not reuse any of its.
	generationShift = 32
	maxGeneration   = 15 // what fits into a running number

	// reserveStep is how many running numbers of a day are marked as taken in
	// porchlight.db at once. If the day file gets lost, a new one begins above
	// them.
	reserveStep = 1 << 20
)

// writer is the one connection that writes to a day file.
type writer struct {
	seg    *segment
	conn   *conn
	insert driver.Stmt
	waits  int   // events in the journal
	block  int64 // id of the next block
	args   []driver.NamedValue
	next   uint64 // running number of the next event
	file   watched

	// reserved is the running number up to which numbers of the day are marked
	// as taken in reservedIn.
	reserved   uint64
	reservedIn *sql.DB
	enc        *encoder

	// tail builds the row that will replace the tailRows newest rows, all
	// small, from tail.h.first on.
	tail     *encoder
	tailRows int
}

// Append stores a batch and sets the events' IDs. When it returns nil, the
// events are on the disk. Events that already have an ID are left alone, so
// that the same batch can be passed again after an error.
//
// Events without a receive time get the current time. positions, in the order of
// the events, are stored with them: of each key the last one counts.
func (s *Store) Append(ctx context.Context, batch []event.Event, positions ...event.Position) error {
	if err := s.usable(ctx, true); err != nil {
		return err
	}
	if len(batch) == 0 {
		return nil
	}
	s.wmu.Lock()
	defer s.wmu.Unlock()
	if err := s.usable(ctx, true); err != nil {
		return err
	}
	// Usually the batch is new and of one day. Around midnight the days may
	// alternate within it: each day is stored in one piece.
	var days []int
	stored := false
	for i := range batch {
		ev := &batch[i]
		if stored = stored || ev.ID != 0; ev.ID != 0 {
			continue
		}
		if ev.Received <= 0 {
			ev.Received = s.cfg.Now().UnixNano()
		}
		if day := dayOf(ev.Received); !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	if len(days) == 1 && !stored {
		return s.appendDay(ctx, days[0], batch, positions)
	}
	for _, day := range days {
		var part []event.Event
		var at []int
		for i := range batch {
			if batch[i].ID == 0 && dayOf(batch[i].Received) == day {
				part, at = append(part, batch[i]), append(at, i)
			}
		}
		// A position counts when this part completes all up to it.
		complete := 0
		for complete < len(batch) && (batch[complete].ID != 0 || dayOf(batch[complete].Received) == day) {
			complete++
		}
		var reached []event.Position
		for _, p := range positions {
			if p.At < complete {
				reached = append(reached, p)
			}
		}
		if err := s.appendDay(ctx, day, part, reached); err != nil {
			return err
		}
		for i, ev := range part {
			batch[at[i]].ID = ev.ID
		}
	}
	return nil
}

// appendDay stores events of one day. A damaged file is moved aside and the
// events go to a new one.
func (s *Store) appendDay(ctx context.Context, day int, batch []event.Event, positions []event.Position) error {
	for retried := false; ; retried = true {
		// First porchlight.db: it brings back a folder that was deleted.
		var w *writer
		_, err := s.database()
		if err == nil {
			w, err = s.writer(ctx, day)
		}
		if err == nil {
			if err = s.reserve(ctx, w, len(batch)); err != nil {
				return s.explain("append to "+dayFile(day), err)
			}
			if err = s.write(w, batch, positions); err == nil {
				return nil
			}
			if resultCode(err)&0xff != codeFull && !errors.Is(err, errTooLarge) {
				s.closeWriter(w) // its state is unknown; the next batch opens another
			}
		}
		seg := s.current(day)
		if retried || seg == nil || !isDamage(err) {
			return s.explain("append to "+dayFile(day), err)
		}
		if err := s.moveAside(ctx, seg, err); err != nil {
			return s.explain("append to "+dayFile(day), err)
		}
	}
}

// current returns the file of the day that is being written to, nil when there
// is none.
func (s *Store) current(day int) *segment {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, seg := range s.segs {
		if seg.day == day && !seg.frozen() {
			return seg
		}
	}
	return nil
}

// writer returns the writer of a day, opening it if need be. The caller holds
// wmu.
func (s *Store) writer(ctx context.Context, day int) (*writer, error) {
	i := slices.IndexFunc(s.writers, func(w *writer) bool { return w.seg.day == day })
	if i >= 0 {
		w := s.writers[i]
		s.writers = append(slices.Delete(s.writers, i, i+1), w)
		there, err := s.checkDay(ctx, w)
		if there {
			return w, nil
		}
		if err != nil {
			return nil, err
		}
	}
	if seg := s.current(day); seg != nil && i < 0 {
		if err := s.checkUnopened(ctx, seg); err != nil {
			return nil, err
		}
	}
	seg := s.current(day)
	fresh := seg == nil
	if fresh {
		seg = &segment{day: day, path: filepath.Join(s.cfg.Dir, dayFile(day))}
	}
	w, err := s.openWriter(ctx, seg)
	if err != nil {
		return nil, err
	}
	if fresh {
		s.mu.Lock()
		// Others may be using the slice: replace it.
		segs := append(slices.Clone(s.segs), seg)
		sortSegments(segs)
		s.segs = segs
		s.mu.Unlock()
	}
	s.writers = append(s.writers, w)
	if len(s.writers) > maxWriters {
		s.closeWriter(s.writers[0])
	}
	return w, nil
}

func (s *Store) openWriter(ctx context.Context, seg *segment) (_ *writer, err error) {
	if seg.broken {
		return nil, fmt.Errorf("%s: %w", seg.damage, errFormat) // never write into what cannot be read whole
	}
	if !seg.exists() {
		if err := createDay(seg.path); err != nil {
			return nil, err
		}
	}
	c, err := openConn(seg.path, readWrite, writerPragmas)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}()
	if err := c.create(seg.path, daySchema); err != nil {
		return nil, err
	}
	// A commit that was reported as failed may have gone through all the same.
	x, err := s.readIndex(seg, 0, 0)
	if err != nil {
		return nil, err
	}
	w := &writer{seg: seg, conn: c, args: named(make([]driver.Value, 6)), enc: newEncoder(), tail: newEncoder()}
	if w.block, err = c.tidy(); err != nil {
		return nil, err
	}
	found := segment{}
	found.put(x.rows...)
	found.seal(x.blocks, x.unsealable)
	if last := found.last(); last > 0 {
		w.next = last + 1
	} else if w.next, err = s.firstNumber(ctx, seg.day); err != nil {
		return nil, err
	}
	w.next = max(w.next, seg.floor)
	for _, r := range found.rows {
		w.waits += int(r.n)
	}
	if w.file, err = watch(seg.path, s.cfg.Now()); err != nil {
		return nil, err
	}
	if w.insert, err = c.c.Prepare("INSERT INTO journal(seq, n, tmin, tmax, rmax, data) VALUES(?, ?, ?, ?, ?, ?)"); err != nil {
		return nil, err
	}
	s.mu.Lock()
	seg.rows, seg.blocks, seg.sealed, seg.unsealable = found.rows, found.blocks, found.sealed, found.unsealable
	seg.tmin, seg.tmax = found.tmin, found.tmax
	s.mu.Unlock()
	return w, nil
}

// createDay creates a day file under another name first: to readers, an empty
// day file is a damaged one.
func createDay(path string) error {
	made := path + ".new"
	if err := removeDatabase(made); err != nil { // left by a crash
		return err
	}
	c, err := openConn(made, readWriteCreate, writerPragmas)
	if err == nil {
		err = errors.Join(c.create(made, daySchema), c.close())
	}
	if err == nil {
		err = os.Rename(made, path)
	}
	if err != nil {
		err = errors.Join(err, removeDatabase(made))
	}
	return err
}

// firstNumber returns the running number with which a new file of a day begins:
// above all that the day's events ever had, so that IDs stay unique.
func (s *Store) firstNumber(ctx context.Context, day int) (uint64, error) {
	n, err := s.generations(day)
	if err != nil {
		return 0, err
	}
	next, err := s.droppedNext(ctx, day)
	for _, v := range s.snapshot() { // in case that could not be saved
		if v.seg.day == day && v.seg.kept > 0 {
			next = max(next, v.last()+1)
		}
	}
	return max(1, uint64(min(n, maxGeneration))<<generationShift, next), err
}

// reserve marks the numbers that a batch of n events will take.
func (s *Store) reserve(ctx context.Context, w *writer, n int) error {
	db, err := s.database()
	if err != nil {
		return err
	}
	end := w.next + uint64(n)
	if db == w.reservedIn && end <= w.reserved {
		return nil
	}
	if err := s.saveDroppedNext(ctx, w.seg.day, end+reserveStep); err != nil {
		return err
	}
	w.reserved, w.reservedIn = end+reserveStep, db
	return nil
}

// write commits the events and only then numbers them.
func (s *Store) write(w *writer, batch []event.Event, positions []event.Position) error {
	if len(batch) >= smallBatch { // the row of this batch ends the run of small ones
		if w.tailRows >= mergeRows/16 {
			s.mergeTail(w)
		}
		w.tailRows = 0
	}
	var reached map[string]position
	also := func() (err error) { reached, err = s.putPositions(w, positions); return err }
	if len(positions) == 0 {
		also = nil
	}
	rows, err := w.commit(batch, also)
	if err != nil {
		s.positions.settle(nil)
		return err
	}
	s.positions.settle(reached)
	for i := range batch {
		batch[i].ID = event.NewID(w.seg.day, w.next+uint64(i))
	}
	w.next += uint64(len(batch))
	s.mu.Lock()
	w.seg.put(rows...)
	s.mu.Unlock()
	if w.waits += len(batch); w.waits >= s.cfg.SealEvents {
		s.sealer.wake()
	}

	if len(batch) < smallBatch && w.extendTail(batch) {
		s.mergeTail(w)
	}
	return nil
}

// commit inserts the events as one row, or as several when they are many, in
// one transaction with what also writes, if anything.
func (w *writer) commit(batch []event.Event, also func() error) (rows []unit, err error) {
	began := false
	begin := func() error {
		if began {
			return nil
		}
		began = true
		return w.conn.exec("BEGIN IMMEDIATE")
	}
	w.enc.reset(w.next)
	for i := range batch {
		if w.enc.full() {
			if err := begin(); err != nil {
				return nil, err
			}
			r, err := w.put(w.enc)
			if err != nil {
				return nil, w.rollback(err)
			}
			rows = append(rows, r)
			w.enc.reset(w.next + uint64(i))
		}
		w.enc.add(&batch[i])
	}
	if also != nil {
		if err := begin(); err != nil {
			return nil, err
		}
	}
	r, err := w.put(w.enc)
	if err == nil && also != nil {
		err = also()
	}
	if err == nil && began {
		err = w.conn.exec("COMMIT")
	}
	if err != nil {
		if began {
			err = w.rollback(err)
		}
		return nil, err
	}
	return append(rows, r), nil
}

func (w *writer) rollback(err error) error {
	// SQLite may have rolled back by itself and then complains; that is fine.
	_ = w.conn.exec("ROLLBACK")
	return err
}

// put inserts the encoder's row.
func (w *writer) put(enc *encoder) (unit, error) {
	data, err := enc.row()
	if err != nil {
		return unit{}, err
	}
	h := &enc.h
	for i, v := range [...]driver.Value{int64(h.first), int64(h.n), h.tmin, h.tmax, h.rmax, data} {
		w.args[i].Value = v
	}
	_, err = w.insert.(driver.StmtExecContext).ExecContext(unwatched, w.args)
	return journalUnit(h.first, uint32(h.n), h.tmin, h.tmax, h.rmax), err
}

// extendTail adds a small batch, stored just now, to the run of small ones at
// the end of the file and reports whether it is time to merge them.
func (w *writer) extendTail(batch []event.Event) bool {
	if w.tailRows == 0 {
		w.tail.reset(batch[0].ID.Seq())
	}
	for i := range batch {
		w.tail.add(&batch[i])
	}
	w.tailRows++
	return w.tailRows >= mergeRows || w.tail.h.n >= mergeEvents || w.tail.size() >= maxRowBytes
}

// mergeTail replaces the run of small rows by one row.
func (s *Store) mergeTail(w *writer) {
	rows := w.tailRows
	w.tailRows = 0
	if rows == 1 {
		return
	}
	merged, err := w.replaceTail()
	if err != nil {
		// The events are safe in their small rows.
		s.cfg.Log.Debug("small batches were not merged", "file", w.seg.path, "reason", err)
		return
	}
	s.mu.Lock()
	w.seg.put(merged)
	s.mu.Unlock()
}

func (w *writer) replaceTail() (unit, error) {
	if err := w.conn.exec("BEGIN IMMEDIATE"); err != nil {
		return unit{}, err
	}
	err := w.conn.exec("DELETE FROM journal WHERE seq >= ?", int64(w.tail.h.first))
	var r unit
	if err == nil {
		r, err = w.put(w.tail)
	}
	if err == nil {
		err = w.conn.exec("COMMIT")
	}
	if err != nil {
		return unit{}, w.rollback(err)
	}
	return r, nil
}

// close writes the write-ahead log into the file and closes it.
func (w *writer) close() error {
	// If a reader keeps the log busy or the disk is full, it is left to whoever
	// opens the file next.
	_ = w.conn.exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return errors.Join(w.insert.Close(), w.conn.close())
}

// closeWriter closes a writer and forgets it. The caller holds wmu.
func (s *Store) closeWriter(w *writer) {
	s.writers = slices.DeleteFunc(s.writers, func(x *writer) bool { return x == w })
	if err := w.close(); err != nil {
		s.cfg.Log.Warn("closing a day file failed; what was stored in it is safe", "file", w.seg.path, "reason", err)
	}
}
