package store

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// RestoreOptions say how to restore; the zero value touches no data.
type RestoreOptions struct {
	Force    bool             // move a folder that is not empty aside
	Command  string           // shown to whoever finds the folder in use; "" means this process's own
	Now      func() time.Time // nil is time.Now
	Progress func(file string)
}

// Restored says what Restore did.
type Restored struct {
	Manifest
	MovedTo string // where the folder that was there is now; "" when there was none
}

// Restore makes a data folder from a backup: a folder or an archive. The backup
// is compared with its manifest and every database checked in a new folder
// beside dir, which is renamed to dir last: dir is never half restored.
func Restore(ctx context.Context, from, dir string, o RestoreOptions) (done Restored, err error) {
	if o.Command == "" {
		o.Command = ownCommand(os.Args)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return done, fmt.Errorf("data folder: %w", err)
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil { // a link stays a link
		dir = real
	}
	fi, err := os.Stat(from)
	if err != nil {
		return done, fmt.Errorf("restore: %w", err)
	}
	held, full, err := claimFolder(dir, o)
	if err != nil {
		return done, err
	}
	defer func() {
		if held != nil {
			err = errors.Join(err, held.release())
		}
	}()
	if err := os.MkdirAll(filepath.Dir(dir), 0o700); err != nil {
		return done, fmt.Errorf("restore: %w", err)
	}
	temp, err := os.MkdirTemp(filepath.Dir(dir), filepath.Base(dir)+".restoring-*")
	if err != nil {
		return done, fmt.Errorf("restore: %w (%w); make the folder above the data folder writable, or use another with --data", ErrUnwritable, err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(temp))
		}
	}()
	if done.Manifest, err = extract(ctx, from, !fi.IsDir(), temp, o.Progress); err != nil {
		return done, fmt.Errorf("restore: %w", err)
	}
	// On Windows, a folder with an open file cannot be renamed.
	if held != nil {
		err := held.release()
		if held = nil; err != nil {
			return done, err
		}
	}
	if full {
		done.MovedTo = dir + ".before-restore-" + o.Now().UTC().Format("20060102T150405Z")
		if _, err := os.Lstat(done.MovedTo); !errors.Is(err, fs.ErrNotExist) {
			return done, fmt.Errorf("restore: %s exists; try again in a second", done.MovedTo)
		}
		if err := os.Rename(dir, done.MovedTo); err != nil {
			return done, fmt.Errorf("restore: move %s aside: %w", dir, err)
		}
	} else if err := removeEmpty(dir); err != nil {
		return done, fmt.Errorf("restore: %w; use another folder with --data", err)
	}
	if err := os.Rename(temp, dir); err != nil {
		if full {
			err = errors.Join(err, os.Rename(done.MovedTo, dir))
		}
		return done, fmt.Errorf("restore: %w", err)
	}
	return done, nil
}

// claimFolder makes sure that nobody uses the folder and that it may be
// replaced. full says that something is in it.
func claimFolder(dir string, o RestoreOptions) (held *lock, full bool, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("restore: %w", err)
	}
	for _, e := range entries {
		full = full || e.Name() != lockName
	}
	if held, err = takeLock(dir, o.Command); err != nil {
		return nil, full, err
	}
	if full && !o.Force {
		err = fmt.Errorf("restore: data folder %s is not empty; restore into another with --data, or move this one aside with --force", dir)
		return nil, full, errors.Join(err, held.release())
	}
	return held, full, nil
}

// removeEmpty removes a folder that holds nothing but the lock.
func removeEmpty(dir string) error {
	for _, path := range []string{filepath.Join(dir, lockName), dir} {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// extract writes a backup's files into a folder and checks them.
func extract(ctx context.Context, from string, archive bool, to string, progress func(string)) (Manifest, error) {
	m, err := walkBackup(ctx, from, archive, func(name string, r io.Reader) error {
		if progress != nil {
			progress(name)
		}
		path := filepath.Join(to, name)
		file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		if _, err = io.Copy(file, r); err == nil {
			err = file.Sync()
		}
		if err = errors.Join(err, file.Close()); diskFull(err) {
			err = fileError(path, err)
		}
		return err
	})
	if err != nil {
		return m, err
	}
	for _, f := range m.Files {
		if err := ctx.Err(); err != nil {
			return m, err
		}
		if f.Damage != "" { // it already was when it was backed up
			continue
		}
		events, alerts, err := examine(filepath.Join(to, f.Name))
		if err == nil && (events != f.Events || alerts != f.Alerts) {
			err = fmt.Errorf("it has %d events and %d alerts, the manifest says %d and %d", events, alerts, f.Events, f.Alerts)
		}
		if err != nil {
			return m, fmt.Errorf("%s: %s: %w; the backup is damaged, use another", from, f.Name, err)
		}
	}
	return m, nil
}
