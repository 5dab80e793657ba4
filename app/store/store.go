// Package store keeps everything Porchlight knows on disk: one SQLite file of
// events per UTC day of receipt and porchlight.db for what changes, such as
// alerts, sources and settings.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"porchlight/app/store/block"
	"porchlight/ingest/event"
)

// Errors that callers branch on; all are wrapped in a sentence that names the
// folder and the remedy.
var (
	ErrInUse      = errors.New("data folder is in use")
	ErrFull       = errors.New("disk is full")
	ErrUnwritable = errors.New("data folder is not writable")
	ErrNewer      = errors.New("written by a newer Porchlight")
	ErrNotFound   = errors.New("not found")
	ErrReadOnly   = errors.New("store is open for reading only")
	ErrClosed     = errors.New("store is closed")
)

// Config says where the store is and how much memory it may use.
type Config struct {
	Dir string // data folder; created when it is missing, unless ReadOnly

	// ReadOnly opens the store beside a running writer, or without any. It
	// takes no lock, creates nothing and sees what the writer has committed at
	// each search.
	ReadOnly bool

	Command string           // shown to whoever finds the folder in use; "" is this process's own
	Now     func() time.Time // nil is time.Now
	Log     *slog.Logger     // nil discards

	// CacheBytes bounds the decoded recent events kept for repeated searches
	// and live tail; 0 means 24 MiB.
	CacheBytes int64

	// BlockBytes bounds the opened blocks kept for the next search; 0 means
	// 32 MiB.
	BlockBytes int64

	// SealEvents is the number of events at which the journal of a day is
	// sealed into blocks of up to BlockEvents; 0 means 65,536 and 32,768.
	SealEvents, BlockEvents int

	// AlertWindow is how long after its last activity an alert still takes in
	// findings of the same kind; 0 means 24 hours.
	AlertWindow time.Duration
}

const (
	defaultCacheBytes  = 24 << 20
	defaultBlockBytes  = 32 << 20
	defaultSealEvents  = 1 << 16
	defaultAlertWindow = 24 * time.Hour
)

// Validate reports the first value that cannot work.
func (c Config) Validate() error {
	switch {
	case c.Dir == "":
		return errors.New("data folder: must not be empty")
	case c.CacheBytes < 0:
		return fmt.Errorf("cache of %d bytes: must not be negative", c.CacheBytes)
	case c.BlockBytes < 0:
		return fmt.Errorf("cache of %d bytes for blocks: must not be negative", c.BlockBytes)
	case c.SealEvents < 0:
		return fmt.Errorf("sealing from %d events on: must not be negative", c.SealEvents)
	case c.BlockEvents < 0 || c.BlockEvents > block.MaxRows:
		return fmt.Errorf("blocks of %d events: must be between 1 and %d", c.BlockEvents, block.MaxRows)
	case c.AlertWindow < 0:
		return fmt.Errorf("alert window %v: must not be negative", c.AlertWindow)
	}
	return nil
}

func (c Config) withDefaults() Config {
	if c.Command == "" {
		c.Command = ownCommand(os.Args)
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if c.CacheBytes == 0 {
		c.CacheBytes = defaultCacheBytes
	}
	if c.BlockBytes == 0 {
		c.BlockBytes = defaultBlockBytes
	}
	if c.SealEvents == 0 {
		c.SealEvents = defaultSealEvents
	}
	if c.BlockEvents == 0 {
		c.BlockEvents = block.MaxRows
	}
	if c.AlertWindow == 0 {
		c.AlertWindow = defaultAlertWindow
	}
	return c
}

// ownCommand shortens a command line to the program and its subcommand.
func ownCommand(args []string) string {
	if len(args) == 0 {
		return "porchlight"
	}
	name := strings.TrimSuffix(filepath.Base(args[0]), ".exe")
	if len(args) > 1 && !strings.HasPrefix(args[1], "-") {
		name += " " + args[1]
	}
	return name
}

// Store is an open data folder. Its methods may be called from several
// goroutines at once.
type Store struct {
	cfg  Config
	lock *lock // nil when ReadOnly

	// mainMu guards porchlight.db as a whole; it is taken last.
	mainMu   sync.Mutex
	main     *sql.DB // nil when ReadOnly and there is none yet, or it cannot be recreated
	mainErr  error   // ReadOnly: why alerts and sources cannot be read
	mainFile watched
	saved    savedSources

	// wmu serializes whatever changes day files: Append, Retain, Close. It is
	// taken before mu.
	wmu     sync.Mutex
	writers []*writer // most recently used last, at most maxWriters

	mu     sync.RWMutex // guards what follows and the segments' rows and damage
	segs   []*segment   // by day, then name
	closed bool

	sealer       sealer
	readers      readerPool
	cache        cache
	blocks       blockCache
	positions    positions
	pendingBytes int // bound of each search's found events that wait for their turn
}

// Open opens the data folder, creating what is missing.
func Open(cfg Config) (store *Store, err error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	if cfg.Dir, err = filepath.Abs(cfg.Dir); err != nil {
		return nil, fmt.Errorf("data folder: %w", err)
	}
	s := &Store{cfg: cfg, pendingBytes: defaultPending}
	s.readers.open = s.openReader
	s.cache.max = cfg.CacheBytes
	s.blocks.max = cfg.BlockBytes
	if cfg.ReadOnly {
		if _, err := os.Stat(cfg.Dir); err != nil {
			return nil, fmt.Errorf("open data folder %s: %w; start porchlight once, or name the right folder with --data", cfg.Dir, err)
		}
	} else {
		if err := os.MkdirAll(cfg.Dir, 0o700); err != nil {
			return nil, fmt.Errorf("create data folder %s: %w (%w); make it writable or use another with --data", cfg.Dir, ErrUnwritable, err)
		}
		if s.lock, err = takeLock(cfg.Dir, cfg.Command); err != nil {
			return nil, err
		}
	}
	defer func() {
		if err != nil {
			store, err = nil, errors.Join(err, s.Close())
		}
	}()
	if err := s.openMain(); err != nil {
		return nil, err
	}
	if !cfg.ReadOnly {
		if err := s.loadPositions(); err != nil {
			return nil, err
		}
	}
	if err := s.loadSegments(); err != nil {
		return nil, err
	}
	if !cfg.ReadOnly {
		s.startSealer()
	}
	return s, nil
}

// Close ends the store. Searches still running fail with ErrClosed.
func (s *Store) Close() error {
	s.sealer.stop()
	s.wmu.Lock()
	defer s.wmu.Unlock()
	s.mu.Lock()
	closed := s.closed
	s.closed = true
	s.mu.Unlock()
	if closed {
		return nil
	}
	err := s.readers.close()
	for _, w := range s.writers {
		err = errors.Join(err, w.close())
	}
	s.writers = nil
	s.mainMu.Lock()
	defer s.mainMu.Unlock()
	if s.main != nil {
		err = errors.Join(err, s.main.Close())
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.release())
	}
	if err != nil {
		return fmt.Errorf("close data folder %s: %w", s.cfg.Dir, err)
	}
	return nil
}

// usable returns why the store cannot be read or, with write, changed.
func (s *Store) usable(ctx context.Context, write bool) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return s.openFor(write)
}

// openFor returns why the store is not open for reading or, with write, for
// changes.
func (s *Store) openFor(write bool) error {
	if write && s.cfg.ReadOnly {
		return ErrReadOnly
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.closed {
		return ErrClosed
	}
	return nil
}

// LastID returns the highest ID stored, 0 when there is none.
func (s *Store) LastID() event.ID {
	s.mu.RLock()
	defer s.mu.RUnlock()
	var last event.ID
	for _, seg := range s.segs {
		if n := seg.last(); n > 0 {
			last = max(last, event.NewID(seg.day, n))
		}
	}
	return last
}
