package store

import (
	"cmp"
	"database/sql/driver"
	"fmt"
	"slices"

	"porchlight/app/store/block"
	"porchlight/ingest/event"
)

// wayOutBlock is that of a block.
const wayOutBlock = "these events cannot be read, all others can; a backup made earlier may have them"

// blocks reads each block of a day to its last value.
func (v *verification) blocks(c *conn, seg *segment) error {
	version, err := c.version()
	if err != nil || version < 2 {
		return v.ctx.Err() // what is wrong with the file has been reported
	}
	units, err := readUnits(c, "SELECT id, smin, n, tmin, tmax, rmax, smax FROM blocks WHERE id > ?", "id", 0, 0, blockUnit)
	if err != nil {
		v.problem(Problem{File: seg.name(), What: fmt.Sprintf("its list of blocks cannot be read whole: %v", err), WayOut: wayOutDay})
	}
	// Blocks that were sealed together share a range of numbers: so only all of
	// them together can be compared with the rest.
	slices.SortFunc(units, func(a, b unit) int { return cmp.Compare(a.seq, b.seq) })
	var seqs []uint64
	last := uint64(0)
	claim := func() {
		slices.Sort(seqs)
		for len(seqs) > 0 {
			n := 1
			for n < len(seqs) && seqs[n] == seqs[n-1]+1 {
				n++
			}
			v.claim(seg, "blocks", seqs[0], seqs[n-1])
			seqs = seqs[n:]
		}
	}
	for _, u := range units {
		if err := v.ctx.Err(); err != nil {
			return err
		}
		if u.seq > last {
			claim()
		}
		last = max(last, u.last)
		got, err := v.block(c, seg, u)
		if err != nil {
			v.problem(Problem{File: seg.name(), Place: u.String(), From: u.tmin, To: u.tmax, What: err.Error(), WayOut: wayOutBlock})
			continue
		}
		v.sum.Events += int64(u.n)
		seqs = append(seqs, got...)
	}
	claim()
	return v.ctx.Err()
}

// block reads a block and returns the running numbers of its events.
func (v *verification) block(c *conn, seg *segment, u unit) ([]uint64, error) {
	r, err := block.Open(seg.day, func(col int) (data []byte, err error) {
		err = c.query("SELECT data FROM cols WHERE id = ?", func(row []driver.Value) error {
			data, _ = row[0].([]byte)
			return nil
		}, columnID(u.block, col))
		if err == nil && data == nil {
			err = fmt.Errorf("a column of it is missing: %w", errFormat)
		}
		v.step(int64(len(data)))
		return data, err
	})
	if err != nil {
		return nil, err
	}
	if !u.describes(r) {
		return nil, fmt.Errorf("its content is that of another: %w", errFormat)
	}
	var filter [block.Shards][]byte
	for shard := range filter {
		err := c.query("SELECT data FROM bloom WHERE id = ?", func(row []driver.Value) error {
			filter[shard], _ = row[0].([]byte)
			return nil
		}, shardID(u.block, shard))
		if err == nil {
			err = block.CheckShard(filter[shard])
		}
		if err != nil {
			return nil, err
		}
	}
	rows := r.Rows()
	seqs := make([]uint64, 0, r.N)
	for row, seq := range rows.Seqs() {
		ev := rows.Event(row)
		if err := rows.Err(); err != nil {
			return nil, err
		}
		if dayOf(ev.Received) != seg.day {
			return nil, fmt.Errorf("event %d was received on another day, at %s: %w", ev.ID, event.FormatTime(ev.Received), errFormat)
		}
		if row%1024 == 0 {
			if err := v.ctx.Err(); err != nil {
				return nil, err
			}
		}
		seqs = append(seqs, uint64(seq))
	}
	return seqs, rows.Err()
}
