package store

import (
	"database/sql/driver"
	"errors"
	"slices"

	"porchlight/app/store/block"
)

// unitOf returns the index entry of a block.
func unitOf(id int64, b *block.Block) unit {
	return unit{seq: b.Smin, last: b.Smax, n: uint32(b.N), tmin: b.Tmin, tmax: b.Tmax, rmax: b.Rmax, block: id}
}

// blob is a column or a part of a filter.
type blob struct {
	table string
	id    int64
	data  []byte
}

func blobsOf(id int64, b *block.Block) (blobs []blob) {
	for col, data := range b.Cols {
		if len(data) > 0 {
			blobs = append(blobs, blob{"cols", columnID(id, col), data})
		}
	}
	for shard, data := range b.Bloom {
		if data == nil {
			data = []byte{} // nil would be NULL
		}
		blobs = append(blobs, blob{"bloom", shardID(id, shard), data})
	}
	return blobs
}

func (c *conn) putBlob(x blob) error {
	return c.exec("INSERT INTO "+x.table+"(id, data) VALUES(?, ?)", x.id, x.data)
}

// nameBlock makes a block count.
func (c *conn) nameBlock(u unit, stream string) error {
	return c.exec("INSERT INTO blocks(id, stream, n, smin, smax, tmin, tmax, rmax) VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
		u.block, stream, int64(u.n), int64(u.seq), int64(u.last), u.tmin, u.tmax, u.rmax)
}

// writeBlock writes the columns and filters of a block.
func (s *Store) writeBlock(w *writer, id int64, b *block.Block) error {
	blobs := blobsOf(id, b)
	for len(blobs) > 0 {
		n, size := 0, 0
		for n < len(blobs) && (n == 0 || size+len(blobs[n].data) <= sealBytes) {
			size += len(blobs[n].data)
			n++
		}
		err := s.step(w, false, func() error {
			w.block = id + 1 // never reused, whatever becomes of this one
			for _, x := range blobs[:n] {
				if err := w.conn.putBlob(x); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
		blobs = blobs[n:]
	}
	return nil
}

// switchOver names the blocks: from now on their events are read there.
func (s *Store) switchOver(w *writer, units []unit, streams []string, unsealable []uint64) error {
	err := s.step(w, true, func() error {
		for i, u := range units {
			if err := w.conn.nameBlock(u, streams[i]); err != nil {
				return err
			}
		}
		for _, seq := range unsealable {
			if err := w.conn.exec("INSERT OR IGNORE INTO unsealable(seq) VALUES(?)", int64(seq)); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w.seg.seal(units, unsealable)
	return nil
}

// dropSealed deletes journal rows whose events are in blocks.
func (s *Store) dropSealed(w *writer, rows []unit, unsealable []uint64) error {
	for part := range slices.Chunk(rows, 16) {
		err := s.step(w, false, func() error {
			for _, r := range part {
				if slices.Contains(unsealable, r.seq) {
					continue
				}
				if err := w.conn.exec("DELETE FROM journal WHERE seq = ?", int64(r.seq)); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	s.wmu.Lock()
	defer s.wmu.Unlock()
	for _, r := range rows {
		w.waits -= int(r.n)
	}
	return nil
}

// checkpoint moves the write-ahead log into the file. A connection of its own
// does most of it while events are stored; the writer does the rest and
// restarts the log.
func (s *Store) checkpoint(w *writer) error {
	c, err := openConn(w.seg.path, readWrite, checkpointPragmas)
	if err != nil {
		return err
	}
	err = errors.Join(c.exec("PRAGMA wal_checkpoint(PASSIVE)"), c.close())
	s.wmu.Lock()
	defer s.wmu.Unlock()
	if err != nil || !slices.Contains(s.writers, w) {
		return err
	}
	return w.conn.exec("PRAGMA wal_checkpoint(PASSIVE)")
}

// compact gives back the space that the journal of a past day took.
func (s *Store) compact(seg *segment) error {
	s.wmu.Lock()
	defer s.wmu.Unlock()
	i := slices.IndexFunc(s.writers, func(w *writer) bool { return w.seg == seg })
	if i < 0 {
		return nil
	}
	w := s.writers[i]
	one := func(pragma string) (n int64, err error) {
		err = w.conn.query("PRAGMA "+pragma, func(v []driver.Value) error {
			n, _ = v[0].(int64)
			return nil
		})
		return n, err
	}
	free, err := one("freelist_count")
	if err != nil {
		return err
	}
	pages, err := one("page_count")
	if err != nil {
		return err
	}
	size, err := one("page_size")
	if err != nil {
		return err
	}
	if free*10 > pages && pages*size <= vacuumBytes {
		err = w.conn.exec("VACUUM")
	}
	s.closeWriter(w)
	return err
}

// tidy removes what a crash left: parts of blocks that nothing names and
// rows that are in blocks. It returns the id for the next block.
func (c *conn) tidy() (next int64, err error) {
	var sealed int64
	err = c.query("SELECT coalesce(max(id), 0) + 1, coalesce(max(smax), 0) FROM blocks", func(v []driver.Value) error {
		next, _ = v[0].(int64)
		sealed, _ = v[1].(int64)
		return nil
	})
	if err == nil {
		err = c.exec("DELETE FROM cols WHERE id >> ? NOT IN (SELECT id FROM blocks)", int64(columnBits))
	}
	if err == nil {
		err = c.exec("DELETE FROM bloom WHERE id & ? NOT IN (SELECT id FROM blocks)", int64(1)<<shardBits-1)
	}
	if err == nil {
		err = c.exec("DELETE FROM journal WHERE seq <= ? AND seq NOT IN (SELECT seq FROM unsealable)", sealed)
	}
	return next, err
}
