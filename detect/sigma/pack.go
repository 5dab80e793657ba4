package sigma

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io/fs"
	"os"
)

// maxPack bounds a rule pack's file; SigmaHQ's is 5 MB.
const maxPack = 256 << 20

// OpenPack opens a rule pack: a folder, or a zip file, which is read into
// memory. Nothing needs to be closed.
func OpenPack(path string) (fs.FS, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	if info.IsDir() {
		return os.DirFS(path), nil
	}
	if !info.Mode().IsRegular() || info.Size() > maxPack {
		return nil, fmt.Errorf("rules: %s is neither a folder nor a zip file of up to %d MiB", path, maxPack>>20)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("rules: %w", err)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return nil, fmt.Errorf("rules: %s is neither a folder nor a zip file: %w", path, err)
	}
	return z, nil
}
