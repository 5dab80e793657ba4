package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"porchlight/ingest/event"
)

// SaveIdentities stores what is known about addresses. One with the same
// address, kind and value whose time overlaps is extended.
func (s *Store) SaveIdentities(ctx context.Context, ids []event.Identity) error {
	if len(ids) == 0 {
		return nil
	}
	if err := s.usable(ctx, true); err != nil {
		return err
	}
	return s.tx(ctx, "save identities", func(tx *sql.Tx) error {
		extend, err := tx.PrepareContext(ctx, `UPDATE identities SET first = min(first, ?), last = max(last, ?), source = ?
			WHERE address = ? AND kind = ? AND value = ? COLLATE NOCASE AND first <= ? AND last >= ?`)
		if err != nil {
			return err
		}
		insert, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO identities(address, kind, value, first, last, source) VALUES(?, ?, ?, ?, ?, ?)`)
		if err != nil {
			return errors.Join(err, extend.Close())
		}
		defer extend.Close()
		defer insert.Close()
		for _, i := range ids {
			r, err := extend.ExecContext(ctx, i.First, i.Last, i.From, i.Address, i.Kind, i.Value, i.Last, i.First)
			if err != nil {
				return err
			}
			if n, err := r.RowsAffected(); err != nil || n > 0 {
				if err != nil {
					return err
				}
				continue
			}
			if _, err := insert.ExecContext(ctx, i.Address, i.Kind, i.Value, i.First, i.Last, i.From); err != nil {
				return err
			}
		}
		return nil
	})
}

// DropIdentities forgets those that ended before.
func (s *Store) DropIdentities(ctx context.Context, before time.Time) error {
	return s.tx(ctx, "forget identities", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, "DELETE FROM identities WHERE last < ?", before.UnixNano())
		return err
	})
}

// Identities returns what is known about an address, the latest first; of all
// addresses for "". limit bounds how many.
func (s *Store) Identities(ctx context.Context, address string, limit int) ([]event.Identity, error) {
	db, err := s.readable(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	if s.cfg.ReadOnly {
		var there bool
		if err := db.QueryRowContext(ctx, "SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'identities'").Scan(&there); err != nil || !there {
			return nil, s.explain("read identities", err) // of format 2
		}
	}
	rows, err := db.QueryContext(ctx, `SELECT address, kind, value, first, last, source FROM identities WHERE ?1 = '' OR address = ?1 ORDER BY last DESC LIMIT ?2`, address, limit)
	if err != nil {
		return nil, s.explain("read identities", err)
	}
	defer rows.Close()
	var out []event.Identity
	for rows.Next() {
		var i event.Identity
		if err := rows.Scan(&i.Address, &i.Kind, &i.Value, &i.First, &i.Last, &i.From); err != nil {
			return nil, s.explain("read identities", err)
		}
		out = append(out, i)
	}
	return out, s.explain("read identities", rows.Err())
}
