package file

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Find returns the regular files among paths and in the folders among them,
// each once, oldest first: correlations need time to run forwards. streams are
// stdin and named pipes in the order given, skipped what exists but cannot be
// read. A path that does not exist is an error.
func Find(ctx context.Context, paths []string) (files, streams, skipped []string, err error) {
	var c fileCollector
	for _, path := range paths {
		if path == Stdin {
			streams = append(streams, path)
			continue
		}
		info, err := os.Stat(path)
		if err != nil {
			if _, linkErr := os.Lstat(path); linkErr != nil && errors.Is(err, fs.ErrNotExist) {
				return nil, nil, nil, err // most likely a typo
			}
			c.skip(path, err)
			continue
		}
		switch mode := info.Mode(); {
		case mode.IsRegular():
			c.add(path, info)
		case mode.IsDir():
			if err := c.walk(ctx, path); err != nil {
				return nil, nil, nil, err
			}
		case mode&fs.ModeNamedPipe != 0:
			streams = append(streams, path)
		case mode&fs.ModeDevice != 0:
			c.skip(path, errors.New("a device cannot be imported; use - to read standard input"))
		default:
			c.skip(path, errors.New("neither a file nor a folder nor a pipe"))
		}
	}
	slices.SortStableFunc(c.found, func(a, b foundFile) int { return a.info.ModTime().Compare(b.info.ModTime()) })
	for _, f := range c.found {
		files = append(files, f.path)
	}
	return files, streams, c.skipped, nil
}

type foundFile struct {
	path string
	info fs.FileInfo
}

// sizeAndTime is the same for two names of one file: only files that agree in
// it are worth a closer look.
type sizeAndTime struct {
	size int64 // bytes
	mod  int64 // Unix nanoseconds
}

// fileCollector collects files, each once.
type fileCollector struct {
	found   []foundFile
	alike   map[sizeAndTime][]fs.FileInfo
	skipped []string
}

func (c *fileCollector) add(path string, info fs.FileInfo) {
	key := sizeAndTime{info.Size(), info.ModTime().UnixNano()}
	for _, other := range c.alike[key] {
		if os.SameFile(info, other) {
			return
		}
	}
	if c.alike == nil {
		c.alike = map[sizeAndTime][]fs.FileInfo{}
	}
	c.alike[key] = append(c.alike[key], info)
	c.found = append(c.found, foundFile{path, info})
}

func (c *fileCollector) skip(path string, err error) {
	c.skipped = append(c.skipped, fmt.Sprintf("%s: %s", path, reason(err)))
}

// walk adds the files under a folder except hidden ones. Links to files are
// followed, since /var/log often has them; links to folders are not, since
// they can form loops. Pipes, devices and dangling links are skipped.
func (c *fileCollector) walk(ctx context.Context, folder string) error {
	root, err := filepath.EvalSymlinks(folder) // WalkDir would not follow it
	if err != nil {
		c.skip(folder, err)
		return nil
	}
	return filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err != nil {
			c.skip(p, err)
			if d != nil && d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if p != root && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if d.IsDir() {
			return nil
		}
		info, err := os.Stat(p)
		switch {
		case errors.Is(err, fs.ErrNotExist): // dangling, or removed since
		case err != nil:
			c.skip(p, err)
		case info.Mode().IsRegular():
			c.add(p, info)
		}
		return nil
	})
}

// reason is the error without operation and path, for lists that show the path
// anyway.
func reason(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}
