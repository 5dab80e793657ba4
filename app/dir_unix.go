//go:build !windows && !darwin

package app

import (
	"os"
	"path/filepath"
)

const dirName = "porchlight"

// userDataDir follows the XDG Base Directory Specification.
func userDataDir() (string, error) {
	if dir := os.Getenv("XDG_DATA_HOME"); filepath.IsAbs(dir) {
		return dir, nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", err
	}
	return filepath.Join(home, ".local", "share"), nil
}
