package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"

	"porchlight/ingest/product"
	"porchlight/ingest/source"
)

// savedSources is what SaveSources has written, so that it is not written
// again.
type savedSources struct {
	mu     sync.Mutex
	in     *sql.DB // where it was written; a new one has nothing
	totals source.Counters
	rows   map[string]source.Source // by address
}

// SaveSources stores the ledger: absolute values, counted on from those that
// Sources returned. Sources that are no longer named are deleted; those that
// did not change since they were saved are not written again.
func (s *Store) SaveSources(ctx context.Context, totals source.Counters, sources []source.Source) error {
	if err := s.usable(ctx, true); err != nil {
		return err
	}
	db, err := s.database()
	if err != nil {
		return err
	}
	m := &s.saved
	m.mu.Lock()
	defer m.mu.Unlock()
	first := m.in != db
	now := make(map[string]source.Source, len(sources))
	var changed []source.Source
	for _, src := range sources {
		now[src.Address] = src
		if old, ok := m.rows[src.Address]; first || !ok || old != src {
			changed = append(changed, src)
		}
	}
	var gone []string
	for address := range m.rows {
		if _, ok := now[address]; !ok && !first {
			gone = append(gone, address)
		}
	}
	if !first && totals == m.totals && len(changed)+len(gone) == 0 {
		return nil
	}
	err = s.tx(ctx, "save the sources", func(tx *sql.Tx) error {
		if first {
			if _, err := tx.ExecContext(ctx, `DELETE FROM sources; DELETE FROM profiles`); err != nil {
				return err
			}
		}
		return writeSources(ctx, tx, totals, changed, gone)
	})
	if err != nil {
		return err
	}
	m.in, m.totals, m.rows = db, totals, now
	return nil
}

func writeSources(ctx context.Context, tx *sql.Tx, totals source.Counters, changed []source.Source, gone []string) error {
	t := counterArgs(totals)
	if _, err := tx.ExecContext(ctx, `INSERT OR REPLACE INTO totals VALUES(1, ?, ?, ?, ?, ?, ?)`, t...); err != nil {
		return err
	}
	for _, address := range gone {
		for _, table := range [...]string{"sources", "profiles"} {
			if _, err := tx.ExecContext(ctx, `DELETE FROM `+table+` WHERE address = ?`, address); err != nil {
				return err
			}
		}
	}
	if len(changed) == 0 {
		return nil
	}
	insert, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO sources VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
	if err != nil {
		return err
	}
	profile, err := tx.PrepareContext(ctx, `INSERT OR REPLACE INTO profiles VALUES(?, ?)`)
	if err != nil {
		return errors.Join(err, insert.Close())
	}
	for _, src := range changed {
		data, err := json.Marshal(src.Profile)
		if err == nil {
			_, err = profile.ExecContext(ctx, src.Address, string(data))
		}
		if err != nil {
			return errors.Join(err, profile.Close(), insert.Close())
		}
		args := append([]any{src.Address, src.Name, src.Vendor, src.LastSeen}, counterArgs(src.Counters)...)
		if _, err := insert.ExecContext(ctx, args...); err != nil {
			return errors.Join(err, profile.Close(), insert.Close())
		}
	}
	return errors.Join(profile.Close(), insert.Close())
}

func counterArgs(c source.Counters) []any {
	return []any{int64(c.Received), int64(c.Parsed), int64(c.ParseFailed), int64(c.Stored), int64(c.Dropped), int64(c.KernelDropped)}
}

// Sources returns the ledger as last saved, the sources by address.
func (s *Store) Sources(ctx context.Context) (source.Counters, []source.Source, error) {
	var totals source.Counters
	db, err := s.readable(ctx)
	if err != nil || db == nil {
		return totals, nil, err
	}
	err = db.QueryRowContext(ctx, `SELECT received, parsed, parse_failed, stored, dropped, kernel_dropped FROM totals`).
		Scan(counterPointers(&totals)...)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return totals, nil, s.explain("read the sources", err)
	}
	rows, err := db.QueryContext(ctx, `SELECT address, name, vendor, last_seen,
		received, parsed, parse_failed, stored, dropped, kernel_dropped FROM sources ORDER BY address`)
	if err != nil {
		return totals, nil, s.explain("read the sources", err)
	}
	defer rows.Close()
	var out []source.Source
	for rows.Next() {
		var src source.Source
		dest := append([]any{&src.Address, &src.Name, &src.Vendor, &src.LastSeen}, counterPointers(&src.Counters)...)
		if err := rows.Scan(dest...); err != nil {
			return totals, nil, s.explain("read the sources", err)
		}
		src.Vendor = product.StoredVendor(src.Vendor)
		out = append(out, src)
	}
	if err := rows.Err(); err != nil {
		return totals, nil, s.explain("read the sources", err)
	}
	return totals, out, s.explain("read the sources", readProfiles(ctx, db, out))
}

// readProfiles fills in the profiles of sources, which are sorted by address. A
// file of format 2 has none.
func readProfiles(ctx context.Context, db *sql.DB, sources []source.Source) error {
	var there bool
	if err := db.QueryRowContext(ctx, "SELECT count(*) > 0 FROM sqlite_schema WHERE name = 'profiles'").Scan(&there); err != nil || !there {
		return err
	}
	rows, err := db.QueryContext(ctx, `SELECT address, data FROM profiles`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var address, data string
		if err := rows.Scan(&address, &data); err != nil {
			return err
		}
		i, ok := slices.BinarySearchFunc(sources, address, func(s source.Source, a string) int { return strings.Compare(s.Address, a) })
		if ok {
			// What cannot be read is learned again.
			if json.Unmarshal([]byte(data), &sources[i].Profile) != nil {
				sources[i].Profile = source.Profile{}
			}
		}
	}
	return rows.Err()
}

func counterPointers(c *source.Counters) []any {
	return []any{&c.Received, &c.Parsed, &c.ParseFailed, &c.Stored, &c.Dropped, &c.KernelDropped}
}
