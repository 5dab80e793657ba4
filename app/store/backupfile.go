package store

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"
)

// backupTarget is where a backup goes: a folder or an archive.
type backupTarget interface {
	path(name string) string      // where the copy of a file is to be made
	put(name string) error        // takes the copy in
	finish(manifest []byte) error // completes it, on the disk
	discard() error               // removes it, whatever its state
}

func newBackupTarget(part string, archive bool) (backupTarget, error) {
	if !archive {
		return folderTarget(part), os.Mkdir(part, 0o700)
	}
	file, err := os.OpenFile(part, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	// SQLite cannot write into an archive: each copy is made beside it first.
	temp, err := os.MkdirTemp(filepath.Dir(part), ".porchlight-backup-*")
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(part))
	}
	// What is in the files is mostly compressed already.
	z, err := zstd.NewWriter(file, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1))
	if err != nil {
		return nil, errors.Join(err, file.Close(), os.Remove(part), os.Remove(temp))
	}
	return &archiveTarget{file, z, tar.NewWriter(z), temp}, nil
}

type folderTarget string

func (f folderTarget) path(name string) string { return filepath.Join(string(f), name) }
func (f folderTarget) put(string) error        { return nil }
func (f folderTarget) discard() error          { return nil }

func (f folderTarget) finish(manifest []byte) error {
	path := f.path(manifestName)
	if err := os.WriteFile(path, manifest, 0o600); err != nil {
		return err
	}
	return syncFile(path)
}

type archiveTarget struct {
	file *os.File
	z    *zstd.Encoder
	tar  *tar.Writer
	temp string // a folder
}

func (a *archiveTarget) path(name string) string { return filepath.Join(a.temp, name) }

func (a *archiveTarget) put(name string) error {
	file, err := os.Open(a.path(name))
	if err != nil {
		return err
	}
	fi, err := file.Stat()
	if err == nil {
		err = a.tar.WriteHeader(&tar.Header{Name: name, Mode: 0o600, Size: fi.Size(), ModTime: fi.ModTime()})
	}
	if err == nil {
		_, err = io.Copy(a.tar, file)
	}
	return errors.Join(err, file.Close(), removeDatabase(a.path(name)))
}

func (a *archiveTarget) finish(manifest []byte) error {
	err := a.tar.WriteHeader(&tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(manifest)), ModTime: time.Now()})
	if err == nil {
		_, err = a.tar.Write(manifest)
	}
	if err == nil {
		err = errors.Join(a.tar.Close(), a.z.Close())
	}
	if err == nil {
		err = a.file.Sync()
	}
	return errors.Join(err, a.file.Close(), os.RemoveAll(a.temp))
}

func (a *archiveTarget) discard() error {
	// It is deleted: errors of closing do not matter.
	_ = errors.Join(a.z.Close(), a.file.Close())
	return os.RemoveAll(a.temp)
}

// maxManifest bounds the memory a manifest takes: that of a hundred years of
// days is smaller.
const maxManifest = 16 << 20

// walkBackup calls f with each file of a backup and compares what was read
// with the manifest. f need not read to the end.
func walkBackup(ctx context.Context, from string, archive bool, f func(name string, r io.Reader) error) (m Manifest, err error) {
	found := map[string]BackupFile{}
	read := func(name string, r io.Reader) error {
		if !backupName(name) {
			return fmt.Errorf("%s: %q is not a file of a backup", from, name)
		}
		h := sha256.New()
		counted := &countingReader{Reader: io.TeeReader(watchedReader{ctx, r}, h)}
		err := f(name, counted)
		if err == nil {
			_, err = io.Copy(io.Discard, counted)
		}
		if counted.err != nil && ctx.Err() == nil {
			return fmt.Errorf("it cannot be read (%w); the backup is damaged, use another", counted.err)
		}
		found[name] = BackupFile{Name: name, Bytes: counted.n, SHA256: hex.EncodeToString(h.Sum(nil))}
		return err
	}
	if archive {
		m, err = walkArchive(from, read)
	} else {
		m, err = walkFolder(from, read)
	}
	if err != nil {
		return m, err
	}
	for _, want := range m.Files {
		switch got, ok := found[want.Name]; {
		case !ok:
			return m, fmt.Errorf("%s: %s is missing; the backup is damaged, use another", from, want.Name)
		case got.Bytes != want.Bytes || got.SHA256 != want.SHA256:
			return m, fmt.Errorf("%s: %s is not what was backed up (its checksum does not match); the backup is damaged, use another", from, want.Name)
		}
		delete(found, want.Name)
	}
	for name := range found {
		return m, fmt.Errorf("%s: %s is not in the manifest; the backup is damaged, use another", from, name)
	}
	return m, nil
}

// backupName reports whether a file of that name belongs in a data folder.
func backupName(name string) bool {
	_, day := parseDayFile(name)
	return (day || name == mainName) && filepath.Base(name) == name && filepath.IsLocal(name)
}

type countingReader struct {
	io.Reader
	n   int64
	err error // the first but io.EOF
}

func (r *countingReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if r.n += int64(n); err != nil && err != io.EOF && r.err == nil {
		r.err = err
	}
	return n, err
}

func readManifest(from string, r io.Reader) (m Manifest, err error) {
	text, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err == nil {
		err = json.Unmarshal(text, &m)
	}
	switch {
	case err != nil:
		return m, fmt.Errorf("%s: its manifest cannot be read (%w); the backup is damaged, use another", from, err)
	case m.Format != backupFormat || m.Store > dayVersion:
		return m, fmt.Errorf("%s: %w (backup format %d, store format %d; this version knows %d and %d); install the newer version",
			from, ErrNewer, m.Format, m.Store, backupFormat, dayVersion)
	}
	return m, nil
}

func walkFolder(from string, read func(string, io.Reader) error) (m Manifest, err error) {
	file, err := os.Open(filepath.Join(from, manifestName))
	if errors.Is(err, fs.ErrNotExist) {
		return m, fmt.Errorf("%s: there is no %s: this is not a backup, or one that was interrupted", from, manifestName)
	}
	if err != nil {
		return m, err
	}
	m, err = readManifest(from, file)
	if err = errors.Join(err, file.Close()); err != nil {
		return m, err
	}
	for _, f := range m.Files {
		if !backupName(f.Name) { // before it is opened
			return m, fmt.Errorf("%s: %q is not a file of a backup", from, f.Name)
		}
		file, err := os.Open(filepath.Join(from, f.Name))
		if errors.Is(err, fs.ErrNotExist) {
			continue // walkBackup reports it missing
		}
		if err == nil {
			err = errors.Join(read(f.Name, file), file.Close())
		}
		if err != nil {
			return m, fmt.Errorf("%s: %s: %w", from, f.Name, err)
		}
	}
	return m, nil
}

func walkArchive(from string, read func(string, io.Reader) error) (m Manifest, err error) {
	file, err := os.Open(from)
	if err != nil {
		return m, err
	}
	defer file.Close()
	z, err := zstd.NewReader(file, zstd.WithDecoderConcurrency(1))
	if err != nil {
		return m, err
	}
	defer z.Close()
	r, at, complete := tar.NewReader(z), "its beginning", false
	for {
		h, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return m, fmt.Errorf("%s: cannot be read after %s (%w); the backup is damaged, use another", from, at, err)
		}
		at = h.Name
		if h.Name == manifestName {
			if m, err = readManifest(from, r); err != nil {
				return m, err
			}
			complete = true
			continue
		}
		if err := read(h.Name, r); err != nil {
			return m, fmt.Errorf("%s: %s: %w", from, h.Name, err)
		}
	}
	if !complete {
		return m, fmt.Errorf("%s: there is no %s in it: this is not a backup, or one that was interrupted", from, manifestName)
	}
	return m, nil
}
