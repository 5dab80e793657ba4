package store

import (
	"cmp"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"porchlight/ingest/event"
)

// Problem is something Verify found.
type Problem struct {
	File     string // its name in the data folder
	Place    string // "batch 3073 with 512 events"; "" for the file as a whole
	From, To int64  // event times that are affected, Unix nanoseconds; both 0 when that is not known
	What     string // what is wrong
	WayOut   string // what it means and what to do
}

// String returns the problem as one sentence.
func (p Problem) String() string {
	out := p.File + ": "
	if p.Place != "" {
		out += p.Place
		if p.From != 0 || p.To != 0 {
			out += " from " + event.FormatTime(p.From) + " to " + event.FormatTime(p.To)
		}
		out += ": "
	}
	return out + p.What + "; " + p.WayOut
}

// Verified sums up what Verify looked at.
type Verified struct {
	Files, Problems int
	Events, Alerts  int64 // that can be read
}

// Ways out of problems.
const (
	wayOutRow = "these events cannot be read, all others can; a backup made earlier may have them"
	wayOutDay = "what can be read stays searchable; when Porchlight next writes to the file it moves it aside and continues in a new one; " +
		"a backup made earlier may have the rest"
	wayOutMain = "start Porchlight: it moves an unusable file aside and creates a new one; events do not depend on it, alerts and settings may be in a backup"
	wayOutIDs  = "searches work, but an alert may show another event as its evidence; please report this"
)

// Verify reads every file of the store to its last byte and reports what is
// wrong with it; progress, if set, is told how many bytes have been read, of
// about how many. It works beside a running writer. The error is for a store
// that cannot be examined.
//
// Each file is checked in one read transaction, which keeps its write-ahead log
// from being shortened until the file is done.
func (s *Store) Verify(ctx context.Context, report func(Problem), progress func(done, total int64)) (Verified, error) {
	var out Verified
	if err := s.usable(ctx, false); err != nil {
		return out, err
	}
	total, err := s.DiskBytes()
	if err != nil {
		return out, err
	}
	segs, err := s.listSegments()
	if err != nil {
		return out, err
	}
	v := &verification{s: s, ctx: ctx, report: report, sum: &out, progress: func(done int64) {
		if progress != nil {
			progress(done, max(done, total))
		}
	}}
	if err := v.main(len(segs) > 0); err != nil {
		return out, err
	}
	for _, seg := range segs {
		if err := v.day(seg); err != nil {
			return out, err
		}
	}
	return out, nil
}

// verification is one pass over the store.
type verification struct {
	s        *Store
	ctx      context.Context
	report   func(Problem)
	progress func(done int64)
	sum      *Verified
	done     int64 // bytes

	// ids are the running numbers seen so far of the day at hand, over all its
	// files.
	idsDay int
	ids    []idRange
}

// idRange is a run of running numbers and where it is.
type idRange struct {
	first, last uint64
	file        string
}

func (v *verification) problem(p Problem) {
	v.sum.Problems++
	v.report(p)
}

// open begins examining a file. A nil conn means that there is nothing more to
// examine; what is wrong has been reported.
func (v *verification) open(path, wayOut string) (*conn, error) {
	if err := v.ctx.Err(); err != nil {
		return nil, err
	}
	v.sum.Files++
	fi, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) { // dropped since it was listed
		v.sum.Files--
		return nil, nil
	}
	name := filepath.Base(path)
	if err == nil && fi.Size() == 0 {
		if wal, err := os.Stat(path + "-wal"); err != nil || wal.Size() == 0 {
			v.problem(Problem{File: name, What: "it is empty", WayOut: wayOut})
			return nil, nil
		}
	}
	var c *conn
	if err == nil {
		c, err = v.s.openForReading(path)
	}
	version := 0
	if err == nil {
		if err = c.exec("BEGIN"); err == nil {
			version, err = c.version()
		}
		if err != nil {
			err = errors.Join(err, c.close())
		}
	}
	if err != nil {
		v.problem(Problem{File: name, What: fmt.Sprintf("it cannot be opened: %v", v.s.explain("open it", err)), WayOut: wayOut})
		return nil, nil
	}
	if err := checkVersion(path, version); err != nil {
		return nil, errors.Join(err, c.close())
	}
	return c, nil
}

// pages has SQLite check the file's structure.
func (v *verification) pages(c *conn, file, wayOut string) error {
	const most = 20 // findings
	var found []string
	err := c.query(fmt.Sprintf("PRAGMA integrity_check(%d)", most), func(row []driver.Value) error {
		for line := range strings.Lines(fmt.Sprint(row[0])) {
			if line = strings.TrimSpace(line); line != "ok" && !strings.HasPrefix(line, "***") {
				found = append(found, line)
			}
		}
		return v.ctx.Err()
	})
	if len(found) > 0 {
		what := "its structure is damaged: " + found[0]
		if more := len(found) - 1; more > 0 {
			what += fmt.Sprintf(" (and %d more findings)", more)
		}
		v.problem(Problem{File: file, What: what, WayOut: wayOut})
	}
	if err == nil || v.ctx.Err() != nil || len(found) > 0 {
		return v.ctx.Err()
	}
	v.problem(Problem{File: file, What: fmt.Sprintf("its structure cannot be checked: %v", err), WayOut: wayOut})
	return nil
}

// main checks porchlight.db.
func (v *verification) main(needed bool) error {
	path := filepath.Join(v.s.cfg.Dir, mainName)
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		if needed {
			v.problem(Problem{File: mainName, What: "it is missing: alerts, sources and settings are lost",
				WayOut: "start Porchlight: it creates a new one; events do not depend on it, the rest may be in a backup"})
		}
		return nil
	}
	c, err := v.open(path, wayOutMain)
	if c == nil {
		return err
	}
	err = v.pages(c, mainName, wayOutMain)
	if err == nil {
		err = v.alerts(c)
	}
	v.step(statFile(path).size)
	return errors.Join(err, c.close())
}

func (v *verification) step(n int64) {
	v.done += n
	v.progress(v.done)
}

// alerts reads each alert.
func (v *verification) alerts(c *conn) error {
	err := c.query("SELECT id, rule_id, level, status, data FROM alerts ORDER BY id", func(row []driver.Value) error {
		id, _ := row[0].(int64)
		data, _ := row[4].(string)
		a, err := readAlert(id, data)
		if err == nil && (row[1] != a.Rule.ID || row[2] != int64(a.Level.Rank()) || row[3] != string(a.Status)) {
			err = errors.New("its columns do not match its data")
		}
		if err != nil {
			v.problem(Problem{File: mainName, Place: "alert " + formatID(id), What: err.Error(),
				WayOut: "lists of alerts fail or lack it; restore a backup made earlier"})
			return v.ctx.Err()
		}
		v.sum.Alerts++
		return v.ctx.Err()
	})
	if err == nil {
		err = c.query(`SELECT count(*) FROM alert_keys k LEFT JOIN alerts a ON a.id = k.alert_id WHERE a.id IS NULL`, func(row []driver.Value) error {
			if n, _ := row[0].(int64); n > 0 {
				v.problem(Problem{File: mainName, What: fmt.Sprintf("%d keys belong to no alert", n),
					WayOut: "findings that should have joined these alerts open new ones; nothing needs to be done"})
			}
			return nil
		})
	}
	if err == nil || v.ctx.Err() != nil {
		return v.ctx.Err()
	}
	v.problem(Problem{File: mainName, What: fmt.Sprintf("its alerts cannot all be read: %v", err), WayOut: wayOutMain})
	return nil
}

// day checks a file of events.
func (v *verification) day(seg *segment) error {
	if seg.day != v.idsDay {
		v.idsDay, v.ids = seg.day, nil
	}
	if seg.aside {
		v.problem(Problem{File: seg.name(), What: "it was damaged and moved aside earlier",
			WayOut: "what can be read stays searchable; a backup made earlier may have the rest; delete the file when you no longer need it"})
	}
	c, err := v.open(seg.path, wayOutDay)
	if c == nil {
		return err
	}
	before := v.done
	// Every kind of content a file can have, in the one transaction that open
	// has begun: what moves from one to the other is seen once.
	for _, part := range []func(*conn, *segment) error{
		func(c *conn, seg *segment) error { return v.pages(c, seg.name(), wayOutDay) },
		v.journal,
		v.blocks,
	} {
		if err = part(c, seg); err != nil {
			break
		}
	}
	v.step(max(0, statFile(seg.path).size-(v.done-before)))
	return errors.Join(err, c.close())
}

// claim notes the running numbers first to last, which nothing else of that day
// may have.
func (v *verification) claim(seg *segment, place string, first, last uint64) {
	i, _ := slices.BinarySearchFunc(v.ids, first, func(r idRange, n uint64) int { return cmp.Compare(r.last, n) })
	if i < len(v.ids) && v.ids[i].first <= last { // the first run that ends at or after first
		v.problem(Problem{File: seg.name(), Place: place, What: fmt.Sprintf("ids from %d to %d are already taken, in %s",
			event.NewID(seg.day, max(first, v.ids[i].first)), event.NewID(seg.day, min(last, v.ids[i].last)), v.ids[i].file), WayOut: wayOutIDs})
		return
	}
	if i > 0 && v.ids[i-1].last+1 == first && v.ids[i-1].file == seg.name() {
		v.ids[i-1].last = last // rows follow one another: there is one run
		return
	}
	v.ids = slices.Insert(v.ids, i, idRange{first, last, seg.name()})
}

// journal reads each batch that waits in the journal.
func (v *verification) journal(c *conn, seg *segment) error {
	columns := "SELECT seq, n, tmin, tmax, rmax, data FROM journal WHERE 1"
	if version, err := c.version(); err == nil && version > 1 { // rows that were sealed count in their blocks
		columns += " AND (seq > (SELECT coalesce(max(smax), 0) FROM blocks) OR seq IN (SELECT seq FROM unsealable))"
	}
	next := uint64(0) // after the last row that was read
	err := c.query(columns+" ORDER BY seq", func(row []driver.Value) error {
		next = v.batch(seg, row)
		return v.ctx.Err()
	})
	if err == nil || v.ctx.Err() != nil {
		return v.ctx.Err()
	}
	// What lies beyond the damage can be reached from the other end.
	behind := uint64(0)
	// The error of the way back is that of the way there.
	_ = c.query(columns+" AND seq >= ? ORDER BY seq DESC", func(row []driver.Value) error {
		v.batch(seg, row)
		seq, _ := row[0].(int64)
		behind = uint64(seq)
		return v.ctx.Err()
	}, int64(next))
	what := fmt.Sprintf("its batches cannot be read from number %d on: %v", next, err)
	if behind > 0 {
		what = fmt.Sprintf("its batches cannot be read from number %d to %d: %v", next, behind-1, err)
	}
	v.problem(Problem{File: seg.name(), What: what, WayOut: wayOutDay})
	return v.ctx.Err()
}

// batch checks a row of the journal and returns the number after it.
func (v *verification) batch(seg *segment, row []driver.Value) (next uint64) {
	var n [5]int64
	for i := range n {
		n[i], _ = row[i].(int64)
	}
	data, _ := row[5].([]byte)
	v.step(int64(len(data)))
	r := row5(n)
	place := fmt.Sprintf("batch %d with %d events", n[0], n[1])
	if n[1] <= 0 || n[1] > maxRowEvents || n[0] < 0 {
		v.problem(Problem{File: seg.name(), Place: place, What: "its number of events makes no sense", WayOut: wayOutRow})
		return r.seq + 1
	}
	if err := checkBatch(seg.day, r, data); err != nil {
		v.problem(Problem{File: seg.name(), Place: place, From: r.tmin, To: r.tmax, What: err.Error(), WayOut: wayOutRow})
		return r.last + 1
	}
	v.sum.Events += n[1]
	v.claim(seg, place, r.seq, r.last)
	return r.last + 1
}

func row5(n [5]int64) unit { return journalUnit(uint64(n[0]), uint32(n[1]), n[2], n[3], n[4]) }

// checkBatch decodes a batch to its last byte and compares it with its index
// entry.
func checkBatch(day int, r unit, data []byte) error {
	d, err := newDecoder(day, data, nil)
	if err != nil {
		return err
	}
	if d.h.first != r.seq || d.h.n != int(r.n) {
		return fmt.Errorf("its content is that of batch %d with %d events: %w", d.h.first, d.h.n, errFormat)
	}
	var ev event.Event
	var is unit
	for d.next(&ev) {
		if is.n == 0 {
			is.tmin, is.tmax, is.rmax = ev.Time, ev.Time, ev.Received
		}
		is.tmin, is.tmax, is.rmax = min(is.tmin, ev.Time), max(is.tmax, ev.Time), max(is.rmax, ev.Received)
		is.n++
		if dayOf(ev.Received) != day {
			return fmt.Errorf("event %d was received on another day, at %s: %w", ev.ID, event.FormatTime(ev.Received), errFormat)
		}
	}
	switch {
	case d.err != nil:
		return d.err
	case is.n != r.n || len(d.raw) > 0:
		return fmt.Errorf("it holds %d events and %d more bytes: %w", is.n, len(d.raw), errFormat)
	case is.tmin != r.tmin || is.tmax != r.tmax || is.rmax != r.rmax:
		return fmt.Errorf("its times are not those of its index, %s to %s: %w", event.FormatTime(is.tmin), event.FormatTime(is.tmax), errFormat)
	}
	return nil
}
