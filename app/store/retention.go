package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"
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
// no bound. Today is never dropped. What was dropped is returned also with an
// error.
func (s *Store) Retain(ctx context.Context, maxAge time.Duration, maxBytes int64) ([]Day, error) {
	if err := s.usable(ctx, true); err != nil {
		return nil, err
	}
	s.wmu.Lock()
	defer s.wmu.Unlock()
	now := s.cfg.Now()
	today := dayOf(now.UnixNano())
	var dropped []Day
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
		day, err := s.dropSegment(ctx, v)
		if err != nil {
			return dropped, err
		}
		if n := len(dropped); n > 0 && dropped[n-1].Date == day.Date {
			dropped[n-1].Events += day.Events
			dropped[n-1].Bytes += day.Bytes
			continue
		}
		dropped = append(dropped, day)
	}
	return dropped, nil
}

// dropSegment deletes a day file. The caller holds wmu.
func (s *Store) dropSegment(ctx context.Context, v view) (Day, error) {
	for _, w := range s.writers {
		if w.seg == v.seg {
			s.closeWriter(w)
			break
		}
	}
	// The numbers must not be given again should the clock ever go back to
	// that day. On a full disk this fails, and dropping is the way out of it.
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
	s.segs = segs
	s.mu.Unlock()
	s.retire(v.seg)
	if err := removeDatabase(v.seg.path); err != nil {
		return day, s.explain("drop "+v.seg.name(), err)
	}
	return day, nil
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
