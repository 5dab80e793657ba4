package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// gonePeriod is how often open files are compared with what is at their path:
// SQLite keeps writing to a deleted file without an error.
const gonePeriod = time.Second

// watched is a database file held open for writing.
type watched struct {
	path string
	file os.FileInfo // as it was opened
	at   time.Time   // of the last comparison
}

func watch(path string, now time.Time) (watched, error) {
	fi, err := os.Stat(path)
	return watched{path, fi, now}, err
}

// gone says, at most once per gonePeriod, what became of the file; nil while it
// is still there.
func (w *watched) gone(now time.Time) error {
	if now.Sub(w.at).Abs() < gonePeriod {
		return nil
	}
	w.at = now
	fi, err := os.Stat(w.path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return errRemoved
	case err != nil:
		return nil // the next write will tell
	case !os.SameFile(fi, w.file):
		return errReplaced
	case fi.Size() == 0 && w.file.Size() > 0:
		return errEmptied
	}
	return nil
}

var (
	errRemoved  = errors.New("it was deleted by somebody else")
	errReplaced = errors.New("it was replaced by somebody else")
	errEmptied  = errors.New("it was emptied by somebody else")
	errEmpty    = fmt.Errorf("it is empty: %w", errFormat)
)

// checkDay checks whether the file behind the writer is still the day's. That
// it is gone is reported once, and the next writer opens a new file. The caller
// holds wmu.
func (s *Store) checkDay(ctx context.Context, w *writer) (stillThere bool, err error) {
	reason := w.file.gone(s.cfg.Now())
	if reason == nil {
		return true, nil
	}
	s.closeWriter(w)
	return false, s.lose(ctx, w.seg, w.next, reason)
}

// checkUnopened does the same for a file that has no writer at present.
func (s *Store) checkUnopened(ctx context.Context, seg *segment) error {
	s.mu.RLock()
	last := seg.last()
	s.mu.RUnlock()
	fi, err := os.Stat(seg.path)
	switch {
	case last == 0:
		return nil
	case errors.Is(err, fs.ErrNotExist):
		return s.lose(ctx, seg, last+1, errRemoved)
	case err == nil && fi.Size() == 0:
		return s.lose(ctx, seg, last+1, errEmptied)
	}
	return nil
}

// lose replaces the segment of a missing file by one whose numbers begin at
// next, so that the IDs of lost events are not reused. The caller holds wmu.
func (s *Store) lose(ctx context.Context, seg *segment, next uint64, reason error) error {
	s.mu.RLock()
	events := seg.events()
	s.mu.RUnlock()
	s.cfg.Log.ErrorContext(ctx, "a day file is gone: the events in it are lost; collection continues in a new one",
		"file", seg.path, "events", events, "reason", reason)
	s.retire(seg)
	if errors.Is(reason, errEmptied) {
		// The write-ahead log may have brought part of it back.
		to := asideName(seg.path, s.cfg.Now())
		if err := renameDatabase(seg.path, to); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("move emptied %s aside: %w", seg.path, err)
		}
	}
	if errors.Is(reason, errRemoved) {
		if err := removeDatabase(seg.path); err != nil { // what SQLite kept beside it
			return err
		}
	}
	fresh := &segment{day: seg.day, path: seg.path, floor: next}
	if fresh.exists() {
		if err := s.loadSegment(fresh); err != nil {
			return err
		}
	}
	if fresh.damage == "" {
		fresh.damage = fmt.Sprintf("%s is gone (%v): %d events in it are lost", seg.name(), reason, events)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	segs := make([]*segment, 0, len(s.segs))
	for _, g := range s.segs {
		if g == seg {
			g = fresh
		}
		segs = append(segs, g)
	}
	s.segs = segs
	return nil
}

// database returns porchlight.db, nil when a read-only store has none. If it
// has gone while the store is open for writing, it is created again.
func (s *Store) database() (*sql.DB, error) {
	if s.cfg.ReadOnly {
		return s.main, s.mainErr
	}
	s.mainMu.Lock()
	defer s.mainMu.Unlock()
	if err := s.openFor(false); err != nil { // closed in between
		return nil, err
	}
	if s.main != nil {
		reason := s.mainFile.gone(s.cfg.Now())
		if reason == nil {
			return s.main, nil
		}
		s.cfg.Log.Error("porchlight.db is gone while porchlight runs; a new one is made: "+
			"alerts, sources, settings and import positions up to now are lost",
			"file", s.mainFile.path, "reason", reason)
		_ = s.main.Close() // nothing in it can be saved
		s.main = nil
		if errors.Is(reason, errRemoved) {
			if err := removeDatabase(s.mainFile.path); err != nil {
				return nil, s.explain("recreate porchlight.db", err)
			}
		}
	}
	if err := s.restoreFolder(); err != nil {
		return nil, s.explain("recreate porchlight.db", err)
	}
	if err := s.openMain(); err != nil {
		return nil, err
	}
	return s.main, nil
}

// restoreFolder makes the data folder and its lock again if they were
// deleted. The folder above must be there: it may be a disk that was unplugged.
func (s *Store) restoreFolder() error {
	if err := os.Mkdir(s.cfg.Dir, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	if _, err := os.Stat(filepath.Join(s.cfg.Dir, lockName)); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	l, err := takeLock(s.cfg.Dir, s.cfg.Command)
	if err != nil {
		return err
	}
	old := s.lock
	s.lock = l
	return old.release()
}
