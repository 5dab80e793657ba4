package store

import (
	"cmp"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	dayNanos   = int64(24 * time.Hour)
	dayPrefix  = "events-"
	daySuffix  = ".db"
	damagedTag = ".damaged-" // follows the name of a file that was moved aside
	keptTag    = ".kept-"    // follows the day in the name of what was kept of a dropped file
)

// dayOf returns the UTC day of a receive time, in days since 1970-01-01.
func dayOf(ns int64) int { return int(ns / dayNanos) }

func dayTime(day int) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }

func dayFile(day int) string { return dayPrefix + dayTime(day).Format(time.DateOnly) + daySuffix }

// keptFile names a file that holds what had to stay of a dropped file of a day;
// n distinguishes several of one day.
func keptFile(day, n int) string {
	return fmt.Sprintf("%s%s%s%d%s", dayPrefix, dayTime(day).Format(time.DateOnly), keptTag, n, daySuffix)
}

// dayName is what the name of a file of events says about it, as in segment.
type dayName struct {
	day   int
	aside bool
	kept  int
}

// parseDayFile reads the name of a file of events. Files that SQLite keeps
// beside a database do not count.
func parseDayFile(name string) (f dayName, ok bool) {
	rest, ok := strings.CutPrefix(name, dayPrefix)
	if !ok || len(rest) < len(time.DateOnly) {
		return f, false
	}
	t, err := time.Parse(time.DateOnly, rest[:len(time.DateOnly)])
	if err != nil {
		return f, false
	}
	f.day = int(t.Unix() / 86400)
	rest = rest[len(time.DateOnly):]
	if number, is := strings.CutPrefix(rest, keptTag); is {
		number, rest, _ = strings.Cut(number, ".")
		if f.kept, err = strconv.Atoi(number); err != nil || f.kept < 1 {
			return f, false
		}
		rest = "." + rest
	}
	if rest, ok = strings.CutPrefix(rest, daySuffix); !ok {
		return f, false
	}
	f.aside = strings.HasPrefix(rest, damagedTag)
	if rest != "" && !f.aside || strings.HasSuffix(rest, "-wal") || strings.HasSuffix(rest, "-shm") {
		return f, false
	}
	return f, true
}

// unit is the index entry of a journal row or of a block.
type unit struct {
	seq, last        uint64 // running numbers of the first event and the last
	n                uint32
	tmin, tmax, rmax int64
	block            int64 // its id; 0 for a row of the journal, which has all numbers from seq to last
}

func journalUnit(seq uint64, n uint32, tmin, tmax, rmax int64) unit {
	return unit{seq: seq, last: seq + uint64(n) - 1, n: n, tmin: tmin, tmax: tmax, rmax: rmax}
}

// segment is one file of events.
type segment struct {
	day   int
	path  string
	aside bool // damaged and moved aside: never written to again
	kept  int  // not 0: holds what had to stay of a dropped file; never written to again

	// rows is the index of the journal, by seq, and blocks that of the blocks,
	// by id; tmin and tmax bound them all. sealed is the largest running number
	// in blocks: no row has a smaller one, except for those that could not be
	// sealed. Guarded by Store.mu. Entries are appended in place and otherwise
	// replaced by a new slice, so a slice taken under mu stays valid.
	rows, blocks []unit
	sealed       uint64
	unsealable   []uint64 // the first numbers of those rows
	tmin, tmax   int64
	damage       string // what is wrong with the file as a whole, for the admin; "" when nothing
	floor        uint64 // running numbers below were given to events that are lost
	broken       bool   // its content is damaged: it must not be written to

	stat fileState // when the index was read; used by read-only stores

	// life is held for reading while a connection to the file is in use, and
	// for writing to move or remove it.
	life sync.RWMutex
	gone bool
}

// frozen reports whether nothing is written to the file any more.
func (g *segment) frozen() bool { return g.aside || g.kept > 0 }

func (g *segment) name() string { return filepath.Base(g.path) }

func (g *segment) exists() bool {
	_, err := os.Stat(g.path)
	return !errors.Is(err, fs.ErrNotExist)
}

// put appends index entries of journal rows in order of seq, replacing all
// from the first of them on. The caller holds Store.mu.
func (g *segment) put(rows ...unit) {
	if len(rows) == 0 {
		return
	}
	i, _ := slices.BinarySearchFunc(g.rows, rows[0].seq, func(r unit, seq uint64) int { return cmp.Compare(r.seq, seq) })
	if i < len(g.rows) {
		g.rows = slices.Clip(g.rows[:i]) // others may be reading what follows
	}
	g.bound(rows)
	g.rows = append(g.rows, rows...)
}

// seal puts blocks in the place of the journal rows up to the largest number in
// them, except for the unsealable ones. The caller holds Store.mu.
func (g *segment) seal(blocks []unit, unsealable []uint64) {
	if len(blocks) == 0 && len(unsealable) == 0 {
		return
	}
	g.bound(blocks)
	g.blocks = append(g.blocks, blocks...)
	for _, b := range blocks {
		g.sealed = max(g.sealed, b.last)
	}
	g.unsealable = append(g.unsealable, unsealable...)
	rows := make([]unit, 0, len(g.rows))
	for _, r := range g.rows {
		if r.seq > g.sealed || slices.Contains(g.unsealable, r.seq) {
			rows = append(rows, r)
		}
	}
	g.rows = rows
}

func (g *segment) bound(units []unit) {
	for _, u := range units {
		if len(g.rows) == 0 && len(g.blocks) == 0 && u == units[0] {
			g.tmin, g.tmax = u.tmin, u.tmax
		}
		g.tmin, g.tmax = min(g.tmin, u.tmin), max(g.tmax, u.tmax)
	}
}

// events counts the events of a segment. The caller holds Store.mu or the
// segment is nobody else's yet.
func (g *segment) events() int { return view{rows: g.rows, blocks: g.blocks}.events() }

// last returns the largest running number of a segment, 0 when it is empty.
func (g *segment) last() uint64 { return view{rows: g.rows, sealed: g.sealed}.last() }

// first returns the smallest running number of a segment; when it is empty,
// one above all.
func (g *segment) first() uint64 {
	first := uint64(math.MaxUint64)
	for u := range (view{rows: g.rows, blocks: g.blocks}).units() {
		first = min(first, u.seq)
	}
	return first
}

// fileState shows whether a database file may have changed.
type fileState struct {
	size, walSize int64
	mod, walMod   time.Time
}

func statFile(path string) fileState {
	var s fileState
	if fi, err := os.Stat(path); err == nil {
		s.size, s.mod = fi.Size(), fi.ModTime()
	}
	if fi, err := os.Stat(path + "-wal"); err == nil {
		s.walSize, s.walMod = fi.Size(), fi.ModTime()
	}
	return s
}

// settled reports whether equal states mean equal contents: file times are
// coarse, so more may be written right after without a visible change.
func (s fileState) settled(now time.Time) bool {
	const grain = 2 * time.Second
	return now.Sub(s.mod).Abs() > grain && now.Sub(s.walMod).Abs() > grain
}

// reader is a connection for reading one segment's rows.
type reader struct {
	seg  *segment
	conn *conn
	find driver.Stmt // the row that holds a running number
	col  driver.Stmt // a column of a block; nil until the first is read
}

func (r *reader) close() error {
	err := r.find.Close()
	if r.col != nil {
		err = errors.Join(err, r.col.Close())
	}
	return errors.Join(err, r.conn.close())
}

// openReader opens a segment for reading. The caller holds seg.life.
func (s *Store) openReader(seg *segment) (*reader, error) {
	c, err := s.openForReading(seg.path)
	if err != nil {
		return nil, err
	}
	find, err := c.c.Prepare("SELECT seq, n, data FROM journal WHERE seq <= ? ORDER BY seq DESC LIMIT 1")
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return &reader{seg: seg, conn: c, find: find}, nil
}

// openForReading opens a database file. A reader beside a writer needs the -shm
// file, which SQLite creates; where the folder does not allow that and no
// write-ahead log is waiting, the file alone is all there is.
func (s *Store) openForReading(path string) (*conn, error) {
	a := readWrite
	if s.cfg.ReadOnly {
		a = readOnly
	}
	c, err := openConn(path, a, readerPragmas)
	if err == nil {
		if _, err = c.version(); err == nil {
			return c, nil
		}
		err = errors.Join(err, c.close())
	}
	if !s.cfg.ReadOnly || isDamage(err) {
		return nil, err
	}
	if fi, e := os.Stat(path + "-wal"); e == nil && fi.Size() > 0 {
		return nil, err
	}
	c, e := openConn(path, immutable, readerPragmas)
	if e != nil {
		return nil, err
	}
	return c, nil
}

// column reads a column of a block; nil when it is missing.
func (r *reader) column(block int64, col int) (data []byte, err error) {
	if r.col == nil {
		if r.col, err = r.conn.c.Prepare("SELECT data FROM cols WHERE id = ?"); err != nil {
			return nil, err
		}
	}
	rows, err := r.col.(driver.StmtQueryContext).QueryContext(unwatched, named([]driver.Value{columnID(block, col)}))
	if err != nil {
		return nil, err
	}
	err = eachRow(rows, func(v []driver.Value) error {
		data, _ = v[0].([]byte)
		return nil
	})
	return data, err
}

// row reads the row that holds the running number num: its first running
// number and its blob. found is false when there is none.
func (r *reader) row(num uint64) (seq uint64, n int, data []byte, found bool, err error) {
	rows, err := r.find.(driver.StmtQueryContext).QueryContext(unwatched, named([]driver.Value{int64(num)}))
	if err != nil {
		return 0, 0, nil, false, err
	}
	err = eachRow(rows, func(v []driver.Value) error {
		first, ok1 := v[0].(int64)
		count, ok2 := v[1].(int64)
		blob, ok3 := v[2].([]byte)
		if !ok1 || !ok2 || !ok3 {
			return errFormat
		}
		seq, n, data = uint64(first), int(count), blob
		found = n > 0 && num-seq < uint64(n)
		return nil
	})
	return seq, n, data, found, err
}

// readerPool keeps a few idle connections open; there may be hundreds of day
// files.
type readerPool struct {
	open func(*segment) (*reader, error)

	mu     sync.Mutex
	idle   []*reader // most recently used last
	closed bool
}

const maxIdleReaders = 8

// get takes a connection to the segment. The caller holds seg.life until it
// has put the connection back.
func (p *readerPool) get(seg *segment) (*reader, error) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil, ErrClosed
	}
	for i := len(p.idle) - 1; i >= 0; i-- {
		if r := p.idle[i]; r.seg == seg {
			p.idle = slices.Delete(p.idle, i, i+1)
			p.mu.Unlock()
			return r, nil
		}
	}
	p.mu.Unlock()
	return p.open(seg)
}

// put gives a connection back; one that failed is closed.
func (p *readerPool) put(r *reader, failed bool) {
	p.mu.Lock()
	drop := r
	if !failed && !p.closed {
		drop = nil
		p.idle = append(p.idle, r)
		if len(p.idle) > maxIdleReaders {
			drop = p.idle[0]
			p.idle = slices.Delete(p.idle, 0, 1)
		}
	}
	p.mu.Unlock()
	if drop != nil {
		_ = drop.close() // it was only read from: nothing can be lost
	}
}

// drop closes the idle connections to a segment.
func (p *readerPool) drop(seg *segment) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.idle = slices.DeleteFunc(p.idle, func(r *reader) bool {
		if r.seg == seg {
			_ = r.close() // as above
		}
		return r.seg == seg
	})
}

func (p *readerPool) close() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	var err error
	for _, r := range p.idle {
		err = errors.Join(err, r.close())
	}
	p.idle = nil
	return err
}

// listSegments finds the day files in the data folder.
func (s *Store) listSegments() ([]*segment, error) {
	entries, err := os.ReadDir(s.cfg.Dir)
	if err != nil {
		return nil, fmt.Errorf("list data folder: %w", err)
	}
	var segs []*segment
	for _, e := range entries {
		if f, ok := parseDayFile(e.Name()); ok && e.Type().IsRegular() {
			segs = append(segs, &segment{day: f.day, aside: f.aside, kept: f.kept, path: filepath.Join(s.cfg.Dir, e.Name())})
		}
	}
	sortSegments(segs)
	return segs, nil
}

func sortSegments(segs []*segment) {
	slices.SortFunc(segs, func(a, b *segment) int {
		if a.day != b.day {
			return a.day - b.day
		}
		return strings.Compare(a.path, b.path)
	})
}
