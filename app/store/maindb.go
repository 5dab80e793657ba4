package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const mainName = "porchlight.db"

// withoutMain reports whether there are day files without a porchlight.db to go
// with them.
func (s *Store) withoutMain(path string) (bool, error) {
	fi, err := os.Stat(path)
	if err == nil && fi.Size() > 0 || err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	segs, err := s.listSegments()
	return len(segs) > 0, err
}

// mainLost composes what a reader is told instead of "no alerts".
func mainLost(path string, reason error) error {
	return fmt.Errorf("%s cannot be read (%w): alerts and sources are unknown; "+
		"start porchlight once: it moves the damaged file aside and makes a new one", path, reason)
}

// openMain opens porchlight.db. A damaged one is moved aside and a new one
// made: the events in the day files do not depend on it.
func (s *Store) openMain() error {
	path := filepath.Join(s.cfg.Dir, mainName)
	if s.cfg.ReadOnly {
		return s.openMainReadOnly(path)
	}
	lost, err := s.withoutMain(path)
	if err != nil {
		return err
	}
	if err = s.openMainWriting(path); err == nil && lost {
		s.cfg.Log.Error("porchlight.db was missing or empty beside day files; a new one was made: "+
			"alerts, sources, settings and import positions up to now are lost, all events are kept", "file", path)
	}
	if !isDamage(err) {
		return s.explain("open "+path, err)
	}
	to := asideName(path, s.cfg.Now())
	if err := renameDatabase(path, to); err != nil {
		return s.explain("move damaged "+path+" aside", err)
	}
	s.cfg.Log.Error("porchlight.db is damaged and was moved aside; a new one was made: "+
		"alerts, sources, settings and import positions up to now are lost, all events are kept",
		"moved_to", to, "reason", err)
	return s.explain("open "+path, s.openMainWriting(path))
}

func (s *Store) openMainWriting(path string) (err error) {
	c, err := openConn(path, readWriteCreate, writerPragmas)
	if err != nil {
		return err
	}
	err = c.create(path, mainSchema)
	if err == nil {
		err = c.check()
	}
	if err = errors.Join(err, c.close()); err != nil {
		return err
	}
	return s.connectMain(path, readWrite, writerPragmas)
}

func (s *Store) openMainReadOnly(path string) error {
	if lost, err := s.withoutMain(path); err != nil {
		return err
	} else if lost {
		s.mainErr = mainLost(path, errors.New("it is missing or empty beside day files"))
		return nil
	}
	c, err := s.openForReading(path)
	if _, e := os.Stat(path); errors.Is(e, fs.ErrNotExist) {
		if err == nil {
			err = c.close()
		} else {
			err = nil
		}
		return err // nothing has been written yet
	}
	if err != nil {
		if isDamage(err) {
			s.mainErr = mainLost(path, err)
			return nil
		}
		return fmt.Errorf("open %s: %w; check the permissions of the folder or use another with --data", path, err)
	}
	v, err := c.version()
	if err == nil && v > 0 && v <= mainVersion {
		err = c.check()
	}
	if err = errors.Join(err, c.close()); isDamage(err) {
		s.mainErr = mainLost(path, err)
		return nil
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if v == 0 {
		return nil
	}
	if err := checkVersion(path, v); err != nil {
		return err
	}
	if err := s.connectMain(path, readOnly, readerPragmas); err == nil {
		return nil
	}
	return s.connectMain(path, immutable, readerPragmas)
}

func (s *Store) connectMain(path string, a access, pragmas []string) error {
	db, err := sql.Open("sqlite", dsn(path, a, pragmas))
	if err != nil {
		return err
	}
	// One connection: its transactions are short, and none ever waits for a
	// lock held within its own process.
	db.SetMaxOpenConns(1)
	db.SetMaxIdleConns(1)
	var n int
	if err := db.QueryRow("SELECT count(*) FROM settings").Scan(&n); err != nil {
		return errors.Join(err, db.Close())
	}
	if !s.cfg.ReadOnly {
		if s.mainFile, err = watch(path, s.cfg.Now()); err != nil {
			return errors.Join(err, db.Close())
		}
	}
	s.main = db
	return nil
}

// errMain stands for what an integrity check found.
type errMain struct{ found string }

func (e errMain) Error() string { return "integrity check: " + e.found }
func (e errMain) Unwrap() error { return errFormat }

// check looks for damage in all pages.
func (c *conn) check() error {
	var found string
	err := c.query("PRAGMA quick_check(1)", func(v []driver.Value) error {
		found, _ = v[0].(string)
		return nil
	})
	if err == nil && found != "ok" {
		err = errMain{found}
	}
	return err
}

// readable returns porchlight.db for reading alerts and sources, nil when
// nothing has been written yet.
func (s *Store) readable(ctx context.Context) (*sql.DB, error) {
	if err := s.usable(ctx, false); err != nil {
		return nil, err
	}
	return s.database()
}

// tx runs f in one transaction on porchlight.db.
func (s *Store) tx(ctx context.Context, tried string, f func(*sql.Tx) error) error {
	if err := s.usable(ctx, true); err != nil {
		return err
	}
	db, err := s.database()
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return s.explain(tried, err)
	}
	if err := f(tx); err != nil {
		_ = tx.Rollback() // err says what went wrong
		return s.explain(tried, err)
	}
	return s.explain(tried, tx.Commit())
}

// get reads one value from a table of keys and values.
func (s *Store) get(ctx context.Context, table, key string) (value string, ok bool, err error) {
	if err := s.usable(ctx, false); err != nil {
		return "", false, err
	}
	db, err := s.database()
	if db == nil {
		if s.cfg.ReadOnly { // what was never set, or is lost, has its default
			err = nil
		}
		return "", false, err
	}
	err = db.QueryRowContext(ctx, "SELECT value FROM "+table+" WHERE key = ?", key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	if err != nil {
		return "", false, s.explain(fmt.Sprintf("read %s from %s", key, table), err)
	}
	return value, true, nil
}

func (s *Store) set(ctx context.Context, table, key, value string) error {
	return s.tx(ctx, fmt.Sprintf("write %s to %s", key, table), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "INSERT INTO "+table+"(key, value) VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value", key, value)
		return err
	})
}

// Setting returns a setting and whether it was ever set.
func (s *Store) Setting(ctx context.Context, key string) (string, bool, error) {
	return s.get(ctx, "settings", key)
}

// SetSetting stores a setting.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return s.set(ctx, "settings", key, value)
}

// Cursor returns how far an import or a cloud source has come and whether it
// was ever set.
func (s *Store) Cursor(ctx context.Context, key string) (string, bool, error) {
	return s.get(ctx, "cursors", key)
}

// SetCursor stores how far an import or a cloud source has come.
func (s *Store) SetCursor(ctx context.Context, key, value string) error {
	return s.set(ctx, "cursors", key, value)
}
