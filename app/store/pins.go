package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"porchlight/ingest/event"
)

// Pin marks an event that stays when its day is dropped.
type Pin struct {
	ID event.ID
	At time.Time // when it was pinned
}

// Pin keeps events, whatever retention says. Those already pinned stay pinned.
// The error wraps ErrNotFound when one of them is not stored; then none is
// pinned.
func (s *Store) Pin(ctx context.Context, ids ...event.ID) error {
	if err := s.usable(ctx, true); err != nil {
		return err
	}
	s.wmu.Lock() // their days stay until the pins are stored
	defer s.wmu.Unlock()
	for _, id := range ids {
		if !s.stored(id) {
			return fmt.Errorf("event %d: %w; it may have been dropped with its day", id, ErrNotFound)
		}
	}
	return s.tx(ctx, "pin events", func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, "INSERT OR IGNORE INTO pins(event_id, at) VALUES(?, ?)", int64(id), s.cfg.Now().UnixNano()); err != nil {
				return err
			}
		}
		return nil
	})
}

// stored reports whether a unit may hold an event.
func (s *Store) stored(id event.ID) bool {
	for _, v := range s.snapshot() {
		if v.seg.day == id.Day() && len(v.locate(id.Seq())) > 0 {
			return true
		}
	}
	return false
}

// Unpin leaves events to retention again.
func (s *Store) Unpin(ctx context.Context, ids ...event.ID) error {
	return s.tx(ctx, "unpin events", func(tx *sql.Tx) error {
		for _, id := range ids {
			if _, err := tx.ExecContext(ctx, "DELETE FROM pins WHERE event_id = ?", int64(id)); err != nil {
				return err
			}
		}
		return nil
	})
}

// Pinned returns the pins, the newest first.
func (s *Store) Pinned(ctx context.Context) ([]Pin, error) {
	db, err := s.readable(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	if s.cfg.ReadOnly {
		var there bool
		if err := db.QueryRowContext(ctx, "SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'pins'").Scan(&there); err != nil || !there {
			return nil, s.explain("read pins", err) // of format 1
		}
	}
	rows, err := db.QueryContext(ctx, "SELECT event_id, at FROM pins ORDER BY at DESC, event_id DESC")
	if err != nil {
		return nil, s.explain("read pins", err)
	}
	defer rows.Close()
	var out []Pin
	for rows.Next() {
		var id, at int64
		if err := rows.Scan(&id, &at); err != nil {
			return nil, s.explain("read pins", err)
		}
		out = append(out, Pin{event.ID(id), time.Unix(0, at).UTC()})
	}
	return out, s.explain("read pins", rows.Err())
}
