package store

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/gofrs/flock"
)

const lockName = "porchlight.lock"

// infoOffset is where the holder writes its pid and command: on Windows the
// lock makes the first byte unreadable to others.
const infoOffset = 1

// lock is the right to write to a data folder. The operating system takes it
// back when the process ends, however it ends.
type lock struct{ f *flock.Flock }

func takeLock(dir, command string) (*lock, error) {
	path := filepath.Join(dir, lockName)
	f := flock.New(path, flock.SetPermissions(0o600))
	ok, err := f.TryLock()
	if err != nil {
		return nil, lockError(dir, err)
	}
	if !ok {
		return nil, inUseError{dir, holder(path)}
	}
	info, err := os.OpenFile(path, os.O_WRONLY, 0o600)
	if err == nil {
		text := fmt.Sprintf("%d\n%s\n", os.Getpid(), command)
		_, err = info.WriteAt([]byte(text), infoOffset)
		err = errors.Join(err, info.Truncate(infoOffset+int64(len(text))), info.Close())
	}
	if err != nil && !diskFull(err) { // who holds the lock is only a courtesy
		return nil, errors.Join(lockError(dir, err), f.Close())
	}
	return &lock{f}, nil
}

func lockError(dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission) || unwritable(err):
		return fmt.Errorf("lock data folder %s: %w (%w); make it writable or use another with --data", dir, ErrUnwritable, err)
	case diskFull(err):
		return fmt.Errorf("lock data folder %s: %w (%w); free some space or use another folder with --data", dir, ErrFull, err)
	}
	return fmt.Errorf("lock data folder %s: %w; use a folder on a local disk with --data", dir, err)
}

func (l *lock) release() error { return l.f.Close() }

// inUseError is the sentence for the second process.
type inUseError struct{ dir, by string }

func (e inUseError) Error() string {
	return fmt.Sprintf("data folder %s is in use by %s; stop it or use another folder with --data", e.dir, e.by)
}

func (e inUseError) Unwrap() error { return ErrInUse }

// holder reads who has the lock: "porchlight serve (pid 123)".
func holder(path string) string {
	data, err := os.ReadFile(path)
	if f, e := os.Open(path); err != nil && e == nil {
		// The first byte may be locked against reading.
		buf := make([]byte, 512)
		n, _ := f.ReadAt(buf, infoOffset)
		data = append([]byte{0}, buf[:n]...)
		f.Close()
	}
	if len(data) > infoOffset {
		if pid, command, ok := strings.Cut(string(data[infoOffset:]), "\n"); ok {
			return fmt.Sprintf("%s (pid %s)", strings.TrimSpace(command), pid)
		}
	}
	return "another porchlight"
}
