package store

import (
	"context"
	"crypto/sha256"
	"database/sql/driver"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"modernc.org/sqlite"
)

const (
	backupFormat  = 1
	manifestName  = "manifest.json"
	archiveSuffix = ".tar.zst"
)

// Manifest is what a backup says about itself; it is written last.
type Manifest struct {
	Format  int          `json:"format"` // of the backup: 1
	Store   int          `json:"store"`  // of the database files in it
	Created time.Time    `json:"created"`
	Files   []BackupFile `json:"files"`
	Events  int64        `json:"events"`
	Alerts  int64        `json:"alerts"`
}

// BackupFile is one file of a backup.
type BackupFile struct {
	Name   string `json:"name"`
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"` // hexadecimal
	Events int64  `json:"events"`
	Alerts int64  `json:"alerts,omitempty"`

	// Damage says how the original was already damaged; it was copied as it is.
	Damage string `json:"damage,omitempty"`
}

// Damaged lists the files that were damaged when they were backed up, a
// sentence each.
func (m *Manifest) Damaged() (out []string) {
	for _, f := range m.Files {
		if f.Damage != "" {
			out = append(out, fmt.Sprintf("%s was already damaged and was copied as it is: %s", f.Name, f.Damage))
		}
	}
	return out
}

// Backup copies the store into a new folder, or into an archive if to ends in
// .tar.zst, and reads it back. progress, if set, is told how many bytes have
// been copied, of about how many.
//
// Each file is copied in one read transaction, beside a running writer: the
// copy is the file as it was at one moment. porchlight.db goes first, then the
// days. So the events an alert refers to are in the copied days, for events are
// stored before what is found in them, and everything stored before Backup was
// called is in the backup. Events stored meanwhile may be in the copy but not
// yet judged; the next start judges them. An import running meanwhile may
// repeat lines after a restore: its position was saved first.
//
// Until it is complete and verified the backup is called to.part. When it
// fails, on a full disk too, that is deleted; after a kill it is left behind,
// has no manifest, and restore refuses it.
func (s *Store) Backup(ctx context.Context, to string, progress func(done, total int64)) (m Manifest, err error) {
	if err := s.usable(ctx, false); err != nil {
		return m, err
	}
	archive := strings.HasSuffix(to, archiveSuffix)
	if err := freeForBackup(to, archive); err != nil {
		return m, err
	}
	part := filepath.Clean(to) + ".part"
	target, err := newBackupTarget(part, archive)
	if errors.Is(err, fs.ErrExist) {
		return m, fmt.Errorf("backup to %s: %s exists: another backup is writing it, or one was killed; delete it if none is running", to, part)
	}
	if err != nil {
		return m, fmt.Errorf("backup: %w; choose a place you can write to", fileError(part, err))
	}
	defer func() {
		if err != nil {
			m = Manifest{}
			err = errors.Join(err, target.discard(), os.RemoveAll(part))
		}
	}()
	if m, err = s.copyAll(ctx, target, progress); err != nil {
		return m, err
	}
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return m, err
	}
	if err := target.finish(append(text, '\n')); err != nil {
		return m, fmt.Errorf("backup: %w", fileError(part, err))
	}
	// Read it back: what was sent is not what is there.
	if _, err := walkBackup(ctx, part, archive, func(string, io.Reader) error { return nil }); err != nil {
		return m, fmt.Errorf("the backup was written but cannot be read back: %w; check the disk, or use another", err)
	}
	if err := freeForBackup(to, archive); err != nil { // somebody else may have been faster
		return m, err
	}
	if !archive {
		if err := os.Remove(to); err != nil && !errors.Is(err, fs.ErrNotExist) { // an empty folder
			return m, fmt.Errorf("backup to %s: %w; name a new folder in it", to, err)
		}
	}
	if err := os.Rename(part, to); err != nil {
		return m, fmt.Errorf("backup: %w", err)
	}
	return m, nil
}

// freeForBackup refuses to touch what is there.
func freeForBackup(to string, archive bool) error {
	fi, err := os.Stat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("backup: %w", err)
	case archive || !fi.IsDir():
		return fmt.Errorf("backup to %s: it exists; choose another name", to)
	}
	entries, err := os.ReadDir(to)
	if err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if len(entries) > 0 {
		return fmt.Errorf("backup to %s: the folder is not empty; name a new one, for example %s", to, filepath.Join(to, "porchlight-backup"))
	}
	return nil
}

// copyAll copies porchlight.db and then the days.
func (s *Store) copyAll(ctx context.Context, target backupTarget, progress func(done, total int64)) (Manifest, error) {
	m := Manifest{Format: backupFormat, Store: dayVersion, Created: s.cfg.Now().UTC(), Files: []BackupFile{}}
	total, err := s.DiskBytes()
	if err != nil {
		return m, err
	}
	done := int64(0)
	one := func(path string) error {
		f, err := s.copyFile(ctx, path, target.path(filepath.Base(path)), func(n int64) {
			if progress != nil {
				progress(done+n, max(total, done+n))
			}
		})
		if err != nil {
			if _, e := os.Stat(path); errors.Is(e, fs.ErrNotExist) { // retention dropped the day, or nothing was ever written
				return removeDatabase(target.path(filepath.Base(path)))
			}
			return fmt.Errorf("back up %s: %w", path, err)
		}
		if err := target.put(f.Name); err != nil {
			return fmt.Errorf("back up %s: %w", path, fileError(target.path(f.Name), err))
		}
		done += f.Bytes
		m.Files = append(m.Files, f)
		m.Events += f.Events
		m.Alerts += f.Alerts
		return nil
	}
	if err := one(filepath.Join(s.cfg.Dir, mainName)); err != nil {
		return m, err
	}
	copied := map[string]bool{}
	for first := true; ; first = false {
		segs, err := s.listSegments()
		if err != nil {
			return m, err
		}
		if !first { // of a day dropped meanwhile there is a file of what had to stay
			segs = slices.DeleteFunc(segs, func(seg *segment) bool { return seg.kept == 0 || copied[seg.path] })
		}
		if len(segs) == 0 {
			return m, nil
		}
		for _, seg := range segs {
			copied[seg.path] = true
			if err := one(seg.path); err != nil {
				return m, err
			}
		}
	}
}

// copyFile copies a database file and examines the copy.
func (s *Store) copyFile(ctx context.Context, from, to string, progress func(int64)) (f BackupFile, err error) {
	f.Name = filepath.Base(from)
	if _, err := os.Stat(from); err != nil {
		return f, err
	}
	// SQLite would make it readable by everyone.
	file, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return f, fileError(to, err)
	}
	if err := file.Close(); err != nil {
		return f, fileError(to, err)
	}
	if err = s.copyPages(ctx, from, to, progress); isDamage(err) {
		// Not even the first page makes sense: nobody can be writing to it.
		f.Damage = err.Error()
		err = errors.Join(removeDatabase(to), copyBytes(from, to))
	}
	if err == nil {
		err = syncFile(to)
	}
	if err != nil {
		return f, fileError(to, err)
	}
	if f.Damage == "" {
		if f.Events, f.Alerts, err = examine(to); isDamage(err) {
			f.Damage, err = err.Error(), nil
		}
		if err != nil {
			return f, err
		}
	}
	f.Bytes, f.SHA256, err = hashFile(ctx, to)
	return f, err
}

// pagesPerStep is how much is copied between checks of the context.
const pagesPerStep = 512

// copyPages copies a database page by page, the write-ahead log included, as it
// is at one moment.
func (s *Store) copyPages(ctx context.Context, from, to string, progress func(int64)) (err error) {
	c, err := s.openForReading(from)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	// The transaction fixes the moment: without it, a change would start the
	// copy over. The write-ahead log cannot be shortened meanwhile.
	if err := c.exec("BEGIN"); err != nil {
		return err
	}
	pageSize := int64(0)
	err = c.query("PRAGMA page_size", func(v []driver.Value) error { pageSize, _ = v[0].(int64); return nil })
	if err == nil {
		err = c.query("SELECT count(*) FROM sqlite_master", func([]driver.Value) error { return nil })
	}
	if err != nil {
		return err
	}
	b, err := c.c.(interface {
		NewBackup(string) (*sqlite.Backup, error)
	}).NewBackup(dsn(to, readWrite, []string{"cache_size=-4096"}))
	if err != nil {
		return err
	}
	for more := true; more; {
		if more, err = b.Step(pagesPerStep); err == nil {
			err = ctx.Err()
		}
		if err != nil {
			// Finish repeats the error of a failed step.
			_ = b.Finish()
			return err
		}
		progress(int64(b.PageCount()-b.Remaining()) * pageSize)
	}
	return b.Finish()
}

func copyBytes(from, to string) error {
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Close())
}

// examine checks a copied file that nobody writes to and counts what is in it.
func examine(path string) (events, alerts int64, err error) {
	c, err := openConn(path, immutable, readerPragmas)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, c.close()) }()
	v, err := c.version()
	if err != nil {
		return 0, 0, err
	}
	if err := checkVersion(path, v); err != nil {
		return 0, 0, err
	}
	if err := c.check(); err != nil {
		return 0, 0, err
	}
	journal := "SELECT coalesce(sum(n), 0) FROM journal"
	if v > 1 {
		journal += " WHERE seq > (SELECT coalesce(max(smax), 0) FROM blocks) OR seq IN (SELECT seq FROM unsealable)"
	}
	// Events wait in the journal and are sealed into blocks.
	for _, t := range []struct {
		table, count string
		to           *int64
	}{{"journal", journal, &events}, {"blocks", "SELECT coalesce(sum(n), 0) FROM blocks", &events}, {"alerts", "SELECT count(*) FROM alerts", &alerts}} {
		there := false
		err := c.query("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?", func([]driver.Value) error { there = true; return nil }, t.table)
		if err == nil && there {
			err = c.query(t.count, func(v []driver.Value) error {
				n, _ := v[0].(int64)
				*t.to += n
				return nil
			})
		}
		if err != nil {
			return 0, 0, err
		}
	}
	return events, alerts, nil
}

func hashFile(ctx context.Context, path string) (int64, string, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, "", err
	}
	defer file.Close()
	h := sha256.New()
	n, err := io.Copy(h, watchedReader{ctx, file})
	return n, hex.EncodeToString(h.Sum(nil)), err
}

// watchedReader ends with its context.
type watchedReader struct {
	ctx context.Context
	io.Reader
}

func (r watchedReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}
