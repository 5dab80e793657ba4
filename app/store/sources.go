package store

import (
	"context"
	"database/sql"
	"errors"

	"porchlight/ingest/event"
)

// SaveSources stores the ledger: absolute values, which the caller began from
// those that Sources returned. Sources that are not named stay as they are.
func (s *Store) SaveSources(ctx context.Context, totals event.Counters, sources []event.Source) error {
	return s.tx(ctx, "save the sources", func(tx *sql.Tx) error {
		t := counterArgs(totals)
		if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO totals VALUES(1, ?, ?, ?, ?, ?, ?)`, t...); err != nil {
			return err
		}
		if len(sources) == 0 {
			return nil
		}
		insert, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO sources VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
		if err != nil {
			return err
		}
		for _, src := range sources {
			args := append([]any{src.Address, src.Name, src.Vendor, src.LastSeen}, counterArgs(src.Counters)...)
			if _, err := insert.ExecContext(ctx, args...); err != nil {
				return errors.Join(err, insert.Close())
			}
		}
		return insert.Close()
	})
}

func counterArgs(c event.Counters) []any {
	return []any{int64(c.Received), int64(c.Parsed), int64(c.ParseFailed), int64(c.Stored), int64(c.Dropped), int64(c.KernelDropped)}
}

// Sources returns the ledger as it was saved last, the sources by address.
func (s *Store) Sources(ctx context.Context) (event.Counters, []event.Source, error) {
	var totals event.Counters
	if err := s.usable(ctx, false); err != nil || s.main == nil {
		return totals, nil, err
	}
	err := s.main.QueryRowContext(ctx, `SELECT received, parsed, parse_failed, stored, dropped, kernel_dropped FROM totals`).
		Scan(counterPointers(&totals)...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return totals, nil, s.explain("read the sources", err)
	}
	rows, err := s.main.QueryContext(ctx, `SELECT address, name, vendor, last_seen,
		received, parsed, parse_failed, stored, dropped, kernel_dropped FROM sources ORDER BY address`)
	if err != nil {
		return totals, nil, s.explain("read the sources", err)
	}
	defer rows.Close()
	var out []event.Source
	for rows.Next() {
		var src event.Source
		dest := append([]any{&src.Address, &src.Name, &src.Vendor, &src.LastSeen}, counterPointers(&src.Counters)...)
		if err := rows.Scan(dest...); err != nil {
			return totals, nil, s.explain("read the sources", err)
		}
		out = append(out, src)
	}
	return totals, out, s.explain("read the sources", rows.Err())
}

func counterPointers(c *event.Counters) []any {
	return []any{&c.Received, &c.Parsed, &c.ParseFailed, &c.Stored, &c.Dropped, &c.KernelDropped}
}
