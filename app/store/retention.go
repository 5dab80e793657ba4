package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"porchlight/app/store/block"
	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

// Day is one dropped day of events.
type Day struct {
	Date   string // "2026-11-23", UTC day of receipt
	Events int
	Bytes  int64
}

// DiskBytes returns the size of all database files.
func (s *Store) DiskBytes() (int64, error) {
	entries, err := os.ReadDir(s.cfg.Dir)
	if err != nil {
		return 0, fmt.Errorf("measure data folder: %w", err)
	}
	var total int64
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), dayPrefix) && !strings.HasPrefix(e.Name(), mainName) {
			continue
		}
		fi, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) { // SQLite removed a log in between
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("measure data folder: %w", err)
		}
		total += fi.Size()
	}
	return total, nil
}

// Retain drops whole days, oldest first: those that ended longer ago than
// maxAge, and more while all files together are larger than maxBytes. 0 means
// no bound. Today is never dropped; of the other days, pinned events and the
// evidence of alerts that are not closed stay. What was dropped is returned
// even with an error.
func (s *Store) Retain(ctx context.Context, maxAge time.Duration, maxBytes int64) ([]Day, error) {
	if err := s.usable(ctx, true); err != nil {
		return nil, err
	}
	s.sealer.mu.Lock() // days that are over stay as they are
	defer s.sealer.mu.Unlock()
	now := s.cfg.Now()
	today := dayOf(now.UnixNano())
	var dropped []Day
	var full error
	for _, v := range s.snapshot() {
		if err := s.usable(ctx, true); err != nil {
			return dropped, err
		}
		if v.seg.day >= today {
			break
		}
		tooOld := maxAge > 0 && dayTime(v.seg.day+1).Before(now.Add(-maxAge))
		if !tooOld && maxBytes > 0 {
			size, err := s.DiskBytes()
			if err != nil {
				return dropped, err
			}
			tooOld = size > maxBytes
		}
		if !tooOld {
			break
		}
		day, err := s.thin(ctx, v)
		if errors.Is(err, ErrFull) { // what has to stay cannot be written: dropping another day makes room for it
			full = err
			continue
		}
		if err != nil {
			return dropped, err
		}
		if day.Events == 0 && day.Bytes == 0 {
			continue
		}
		if n := len(dropped); n > 0 && dropped[n-1].Date == day.Date {
			dropped[n-1].Events += day.Events
			dropped[n-1].Bytes += day.Bytes
			continue
		}
		dropped = append(dropped, day)
	}
	return dropped, full
}

// thin deletes a file of events except for what has to stay, which it puts into
// a file of its own. The caller holds sealer.mu.
func (s *Store) thin(ctx context.Context, v view) (Day, error) {
	for {
		ids, err := s.wanted(ctx, v)
		if err != nil {
			return Day{}, err
		}
		if len(ids) > 0 && (v.seg.kept > 0 || len(ids) == v.events()) {
			return Day{}, nil // a file of what was kept is small: it stays until nothing in it is wanted
		}
		kept, err := s.keep(ctx, v, ids)
		if err != nil {
			return Day{}, s.explain("keep pinned events and evidence of "+v.seg.name(), err)
		}
		day, done, err := s.replace(ctx, v, ids, kept)
		if done || err != nil {
			return day, err
		}
		// Meanwhile something was pinned, became evidence or was stored.
		for _, now := range s.snapshot() {
			if now.seg == v.seg {
				v = now
			}
		}
	}
}

// wanted returns the numbers of the events of a file that have to stay,
// sorted.
func (s *Store) wanted(ctx context.Context, v view) ([]event.ID, error) {
	if v.empty() {
		return nil, nil
	}
	pins, err := s.Pinned(ctx)
	if err != nil {
		return nil, err
	}
	alerts, err := s.Alerts(ctx, alert.Filter{Statuses: []alert.Status{alert.Open, alert.Acknowledged}})
	if err != nil {
		return nil, err
	}
	var ids []event.ID
	add := func(id event.ID) {
		if id.Day() == v.seg.day && len(v.locate(id.Seq())) > 0 {
			ids = append(ids, id)
		}
	}
	for _, p := range pins {
		add(p.ID)
	}
	for _, a := range alerts {
		for _, id := range a.Events {
			add(id)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids), nil
}

// keep writes events of a file to one of their own, which does not have its
// final name yet; nil when there is nothing to write.
func (s *Store) keep(ctx context.Context, v view, ids []event.ID) (*segment, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	found := make(map[event.ID]event.Event, len(ids))
	c := s.newScan(ctx)
	for u := range v.units() {
		if i, _ := slices.BinarySearchFunc(ids, u.seq, func(id event.ID, seq uint64) int { return cmp.Compare(id.Seq(), seq) }); i == len(ids) || ids[i].Seq() > u.last {
			continue
		}
		switch err := c.pick(candidate{v.seg, u}, ids, found); {
		case err == nil:
		case isDamage(err) || errors.Is(err, errMissing): // what cannot be read now never will be
			s.cfg.Log.WarnContext(ctx, "some of what was to be kept of a dropped day is damaged", "file", v.seg.path, "place", u, "reason", err)
		default:
			return nil, err
		}
	}
	if len(found) == 0 {
		return nil, nil
	}
	events := &block.Batch{}
	events.Reset(len(found))
	for _, id := range ids {
		if ev, ok := found[id]; ok {
			events.AddEvent(&ev)
		}
	}
	kept := &segment{day: v.seg.day, kept: 1}
	for _, g := range s.snapshot() {
		if g.seg.day == kept.day {
			kept.kept = max(kept.kept, g.seg.kept+1)
		}
	}
	kept.path = filepath.Join(s.cfg.Dir, keptFile(kept.day, kept.kept))
	return kept, s.writeKept(kept.path+".new", events)
}

func (s *Store) writeKept(path string, events *block.Batch) (err error) {
	if err := removeDatabase(path); err != nil { // left by a crash
		return err
	}
	c, err := openConn(path, readWriteCreate, writerPragmas)
	if err != nil {
		return err
	}
	defer func() {
		if err = errors.Join(err, c.close()); err != nil {
			err = errors.Join(err, removeDatabase(path))
		}
	}()
	if err := c.create(path, daySchema); err != nil {
		return err
	}
	if err := c.exec("BEGIN IMMEDIATE"); err != nil {
		return err
	}
	id := int64(1)
	err = s.encode(events, func(b *block.Block) error {
		for _, x := range blobsOf(id, b) {
			if err := c.putBlob(x); err != nil {
				return err
			}
		}
		u := unitOf(id, b)
		id++
		return c.nameBlock(u, b.Stream)
	})
	if err != nil {
		return err
	}
	if err := c.exec("COMMIT"); err != nil {
		return err
	}
	// The write-ahead log does not follow a renamed file.
	return c.exec("PRAGMA wal_checkpoint(TRUNCATE)")
}

// replace puts what is kept of a file in its place; if not done, it has removed
// kept because something else has to be kept by now.
func (s *Store) replace(ctx context.Context, v view, ids []event.ID, kept *segment) (day Day, done bool, err error) {
	s.wmu.Lock() // nothing is stored or pinned
	defer s.wmu.Unlock()
	s.mu.RLock()
	there := slices.Contains(s.segs, v.seg) // else it has gone, or was moved aside
	same := there && v.seg.last() == v.last() && v.seg.events() == v.events()
	s.mu.RUnlock()
	if same {
		now, err := s.wanted(ctx, v)
		if err != nil {
			return day, false, err
		}
		same = slices.Equal(now, ids)
	}
	if !same {
		if kept != nil {
			err = removeDatabase(kept.path + ".new")
		}
		return day, !there, err
	}
	if kept != nil {
		// From here to the removal of the other file there are two with the
		// same events: see finished.
		if err := os.Rename(kept.path+".new", kept.path); err != nil {
			return day, false, err
		}
		if err := syncFolder(s.cfg.Dir); err != nil {
			return day, false, err
		}
		if err := s.loadSegment(kept); err != nil {
			return day, false, err
		}
	}
	day, err = s.dropSegment(ctx, v, kept)
	return day, true, err
}

// dropSegment deletes a file of events in favour of another, if there is one.
// The caller holds wmu.
func (s *Store) dropSegment(ctx context.Context, v view, kept *segment) (Day, error) {
	for _, w := range s.writers {
		if w.seg == v.seg {
			s.closeWriter(w)
			break
		}
	}
	// The numbers must not be reused if the clock ever goes back to that day.
	// On a full disk this fails, and dropping is the way out of it.
	next := v.last() + 1
	if v.seg.aside {
		next = max(next, 1<<generationShift)
	}
	if err := s.saveDroppedNext(ctx, v.seg.day, next); err != nil && !errors.Is(err, ErrFull) {
		return Day{}, err
	}
	day := Day{Date: dayTime(v.seg.day).Format(time.DateOnly), Events: v.events()}
	state := statFile(v.seg.path)
	day.Bytes = state.size + state.walSize

	s.mu.Lock()
	segs := make([]*segment, 0, len(s.segs))
	for _, g := range s.segs {
		if g != v.seg {
			segs = append(segs, g)
		}
	}
	if kept != nil {
		day.Events -= kept.events()
		day.Bytes -= statFile(kept.path).size
		segs = append(segs, kept)
		sortSegments(segs)
	}
	s.segs = segs
	s.mu.Unlock()
	s.retire(v.seg)
	if err := removeDatabase(v.seg.path); err != nil {
		return day, s.explain("drop "+v.seg.name(), err)
	}
	return day, nil
}

// syncFolder makes a rename in a folder durable. Windows has no such call and
// needs none.
func syncFolder(dir string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// finished separates the files that count from those that were to replace
// another that is still there, because of a crash in between. They have the
// same numbers, and the replacement is done again.
func finished(segs []*segment) (count, unfinished []*segment) {
	for _, g := range segs {
		other := slices.ContainsFunc(segs, func(o *segment) bool {
			return o.day == g.day && o.kept < g.kept && o.first() <= g.last() && g.first() <= o.last()
		})
		if other {
			unfinished = append(unfinished, g)
		} else {
			count = append(count, g)
		}
	}
	return count, unfinished
}

// droppedNext returns the running number that a new file of a dropped day has
// to begin with, 0 when no number of the day was ever given.
func (s *Store) droppedNext(ctx context.Context, day int) (uint64, error) {
	db, err := s.database()
	if err != nil {
		return 0, err
	}
	var next int64
	err = db.QueryRowContext(ctx, "SELECT next FROM dropped_days WHERE day = ?", day).Scan(&next)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return uint64(next), err
}

func (s *Store) saveDroppedNext(ctx context.Context, day int, next uint64) error {
	return s.tx(ctx, "drop "+dayFile(day), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `INSERT INTO dropped_days(day, next) VALUES(?, ?)
			ON CONFLICT DO UPDATE SET next = max(next, excluded.next)`, day, int64(next))
		return err
	})
}
