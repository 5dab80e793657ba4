// Package pack keeps the admin's own parsers (read.Pack) as files in a folder.
package pack

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize"
	"porchlight/ingest/normalize/read"
)

// Suffix is the extension of parser pack files.
const Suffix = ".parser.txt"

// maxPacks bounds how many packs are loaded: each is tried on every message
// that nothing else understood.
const maxPacks = 200

// Read reads a parser pack and checks it against its samples.
func Read(text string) (*read.Pack, error) { return read.ReadPack(text) }

// Propose makes a pack from messages that nothing understands; fits is how
// many of them it parses.
func Propose(name string, messages []string) (text string, fits int) {
	return read.Propose(name, messages)
}

// Load reads the packs in a folder, by name; a missing folder has none. Files
// that are unreadable or invalid are skipped: the errors name them.
func Load(dir string) (read.Packs, []error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, []error{fmt.Errorf("read the parsers: %w", err)}
	}
	var packs read.Packs
	var errs []error
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), Suffix) || e.IsDir() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		if len(packs) == maxPacks {
			return packs, append(errs, fmt.Errorf("%s and the files after it are skipped: there are more than %d parsers", path, maxPacks))
		}
		text, err := os.ReadFile(path)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		p, err := read.ReadPack(string(text))
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", path, err))
			continue
		}
		packs = append(packs, p)
	}
	return packs, errs
}

// Save checks a pack and writes it to a folder, under its name.
func Save(dir, text string) (*read.Pack, error) {
	p, err := read.ReadPack(text)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("save the parser: %w", err)
	}
	path := filepath.Join(dir, p.Name+Suffix)
	part := path + ".part"
	if err := os.WriteFile(part, []byte(text), 0o600); err != nil {
		return nil, fmt.Errorf("save the parser: %w", err)
	}
	if err := os.Rename(part, path); err != nil {
		return nil, fmt.Errorf("save the parser: %w", err)
	}
	return p, nil
}

// File is a pack's file in the folder.
type File struct {
	Name    string // of the file, without its extension
	Text    string
	Samples int    // the lines it contains and is checked against
	Problem string // why it is not in use; "" if it is
}

// List returns the packs in a folder by name, unused ones with the reason.
func List(dir string) ([]File, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("read the parsers: %w", err)
	}
	var out []File
	for _, e := range entries {
		name, ok := strings.CutSuffix(e.Name(), Suffix)
		if !ok || e.IsDir() {
			continue
		}
		f := File{Name: name}
		if text, err := os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			f.Problem = err.Error()
		} else if p, err := read.ReadPack(string(text)); err != nil {
			f.Text, f.Problem = string(text), err.Error()
		} else {
			f.Text, f.Samples = string(text), len(p.Samples)
		}
		if len(out) >= maxPacks && f.Problem == "" {
			f.Problem = fmt.Sprintf("there are more than %d parsers", maxPacks)
		}
		out = append(out, f)
	}
	return out, nil
}

// Remove deletes the pack with a file's name.
func Remove(dir, name string) error {
	if name == "" || filepath.Base(name) != name {
		return fmt.Errorf("there is no parser %q", name)
	}
	if err := os.Remove(filepath.Join(dir, name+Suffix)); err != nil {
		return fmt.Errorf("remove the parser: %w", err)
	}
	return nil
}

// Fits counts the messages that a pack parses.
func Fits(p *read.Pack, messages []string) int {
	ctx := normalize.Context{Packs: read.Packs{p}}
	n := 0
	var ev event.Event
	for _, m := range messages {
		ev.Reset()
		ev.Set(event.Message, m)
		if normalize.Apply(&ev, ctx) {
			n++
		}
	}
	return n
}
