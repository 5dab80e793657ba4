package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"modernc.org/sqlite"

	"porchlight/app/store/block"
)

// SQLite's primary result codes (https://www.sqlite.org/rescode.html).
const (
	codePerm     = 3
	codeNoMem    = 7
	codeReadOnly = 8
	codeIOErr    = 10
	codeCorrupt  = 11
	codeFull     = 13
	codeCantOpen = 14
	codeNotADB   = 26

	codeIOErrShortRead = codeIOErr | 2<<8
)

// resultCode returns the extended result code, 0 for errors of other origin.
func resultCode(err error) int {
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code()
	}
	return 0
}

// isDamage reports whether an error means that a file's content is broken.
func isDamage(err error) bool {
	code := resultCode(err)
	return code == codeIOErrShortRead || code&0xff == codeCorrupt || code&0xff == codeNotADB ||
		errors.Is(err, errChecksum) || errors.Is(err, errFormat) || errors.Is(err, block.ErrDamaged)
}

// explain wraps an error of SQLite or the operating system in a sentence that
// names the folder and the way out.
func (s *Store) explain(tried string, err error) error {
	if err == nil || errors.Is(err, ErrFull) || errors.Is(err, ErrUnwritable) {
		return err
	}
	dir := s.cfg.Dir
	kind := err
	switch resultCode(err) & 0xff {
	case codeFull:
		kind = ErrFull
	case codePerm, codeReadOnly, codeCantOpen, codeIOErr:
		// SQLite does not say why; the file system does.
		if e := probe(dir); e != nil && !s.cfg.ReadOnly {
			kind = e
		}
	}
	switch {
	case errors.Is(kind, ErrFull) || diskFull(kind):
		return fmt.Errorf("%s: %w: no space is left for %s (%w); free some there or keep fewer days; storing then resumes by itself", tried, ErrFull, dir, err)
	case errors.Is(kind, fs.ErrPermission) || unwritable(kind):
		return fmt.Errorf("%s: %w: %s (%w); make it writable or use another with --data", tried, ErrUnwritable, dir, err)
	case errors.Is(kind, fs.ErrNotExist):
		return fmt.Errorf("%s: %w: %s is gone (%w); bring it back or use another with --data", tried, ErrUnwritable, dir, err)
	}
	return fmt.Errorf("%s: %w", tried, err)
}

// probe finds out whether a file of a few pages can be written to the folder.
func probe(dir string) error {
	f, err := os.CreateTemp(dir, ".porchlight-probe-*")
	if err != nil {
		return err
	}
	_, err = f.Write(make([]byte, 64<<10))
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}

// asideName composes the name a damaged file gets.
func asideName(path string, at time.Time) string {
	name := path + damagedTag + at.UTC().Format("20060102T150405Z")
	for i, base := 2, name; ; i++ {
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
		name = fmt.Sprintf("%s-%d", base, i)
	}
}

// renameDatabase renames a database file and the write-ahead log beside it. The
// index of that log is left out: SQLite rebuilds it.
func renameDatabase(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	if err := os.Rename(from+"-wal", to+"-wal"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := os.Remove(from + "-shm"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

// removeDatabase deletes a database file and what SQLite keeps beside it.
func removeDatabase(path string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// moveAside takes a damaged day file out of the way, so that collection can
// continue in a new one. What can be read in it stays searchable. The caller
// holds wmu and has closed the file's writer.
func (s *Store) moveAside(ctx context.Context, seg *segment, reason error) error {
	s.retire(seg)
	to := asideName(seg.path, s.cfg.Now())
	if err := renameDatabase(seg.path, to); err != nil {
		seg.life.Lock()
		seg.gone = false // it is still there, and what can be read stays searchable
		seg.life.Unlock()
		return fmt.Errorf("move damaged %s aside: %w", seg.path, err)
	}
	s.cfg.Log.ErrorContext(ctx, "a damaged day file was moved aside; collection continues in a new one",
		"file", seg.path, "moved_to", to, "reason", reason)
	moved := &segment{day: seg.day, aside: true, path: to}
	if err := s.loadSegment(moved); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	segs := make([]*segment, 0, len(s.segs))
	for _, g := range s.segs {
		if g == seg {
			g = moved
		}
		segs = append(segs, g)
	}
	sortSegments(segs)
	s.segs = segs
	return nil
}

// generations counts the files of a day that were moved aside, including those
// that cannot be read.
func (s *Store) generations(day int) (int, error) {
	segs, err := s.listSegments()
	n := 0
	for _, seg := range segs {
		if seg.day == day && seg.aside {
			n++
		}
	}
	return n, err
}
