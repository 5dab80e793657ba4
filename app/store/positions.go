package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"strconv"
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// positions is how far each input has come. A position is written into the day
// file of the events it follows, in their transaction, so that no kill comes
// between them, and now and then into porchlight.db, since day files are
// dropped. Every writing has a number of its own: the largest counts. Rows in
// day files up to the number that porchlight.db has seen are history.
type positions struct {
	mu      sync.Mutex
	byKey   map[string]position
	next    int64           // the number of the next writing
	settled int64           // the last writing that is committed; one at a time is under way (wmu)
	saved   int64           // all up to here is in porchlight.db
	savedIn *sql.DB         // that porchlight.db; one made since knows nothing
	gone    map[string]bool // forgotten, and still in porchlight.db
}

type position struct {
	n    int64
	text string
}

// positionsSaved is the cursor that holds positions.saved.
const positionsSaved = "positions"

// putPosition writes a position, into a day file or porchlight.db.
const putPosition = `INSERT INTO positions(key, n, position) VALUES(?, ?, ?)
	ON CONFLICT DO UPDATE SET n = excluded.n, position = excluded.position`

// note keeps what was read from a file.
func (p *positions) note(key string, n int64, text string) {
	if p.byKey == nil {
		p.byKey = map[string]position{}
	}
	if n >= p.byKey[key].n {
		p.byKey[key] = position{n, text}
	}
	p.next, p.settled = max(p.next, n+1), max(p.settled, n)
}

// loadPositions reads those of porchlight.db. It goes before the day files.
func (s *Store) loadPositions() error {
	p := &s.positions
	p.next = 1
	db, err := s.database()
	if err != nil {
		return err
	}
	var saved string
	err = db.QueryRow("SELECT value FROM cursors WHERE key = ?", positionsSaved).Scan(&saved)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	} else if err != nil {
		return s.explain("read positions", err)
	}
	if p.saved, err = strconv.ParseInt(saved, 10, 64); err != nil {
		return nil // unreadable: what the day files have counts
	}
	p.next, p.settled, p.savedIn = p.saved+1, p.saved, db
	rows, err := db.Query("SELECT key, n, position FROM positions")
	if err != nil {
		return s.explain("read positions", err)
	}
	defer rows.Close()
	for rows.Next() {
		var key, text string
		var n int64
		if err := rows.Scan(&key, &n, &text); err != nil {
			return s.explain("read positions", err)
		}
		p.note(key, n, text)
	}
	return s.explain("read positions", rows.Err())
}

// readPositions reads those of a day file that porchlight.db has not.
func (s *Store) readPositions(c *conn) error {
	p := &s.positions
	p.mu.Lock()
	defer p.mu.Unlock()
	return c.query("SELECT key, n, position FROM positions WHERE n > ?", func(v []driver.Value) error {
		key, _ := v[0].(string)
		n, _ := v[1].(int64)
		text, _ := v[2].(string)
		p.note(key, n, text)
		return nil
	}, p.saved)
}

// putPositions writes the last position of each key into a day file, in the
// transaction that stores the events.
func (s *Store) putPositions(w *writer, of []event.Position) (map[string]position, error) {
	p := &s.positions
	p.mu.Lock()
	n := p.next
	p.next++
	p.mu.Unlock()
	last := map[string]position{}
	for _, pos := range of {
		last[pos.Key] = position{n, pos.Text}
	}
	for key, pos := range last {
		if err := w.conn.exec(putPosition, key, pos.n, pos.text); err != nil {
			return nil, err
		}
	}
	return last, nil
}

// settle keeps what was committed.
func (p *positions) settle(written map[string]position) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for key, pos := range written {
		p.note(key, pos.n, pos.text)
		delete(p.gone, key)
	}
}

// Positions returns the stored positions of all keys that begin with prefix.
func (s *Store) Positions(ctx context.Context, prefix string) (map[string]string, error) {
	if err := s.usable(ctx, true); err != nil {
		return nil, err
	}
	p := &s.positions
	p.mu.Lock()
	defer p.mu.Unlock()
	found := map[string]string{}
	for key, pos := range p.byKey {
		if strings.HasPrefix(key, prefix) {
			found[key] = pos.text
		}
	}
	return found, nil
}

// ForgetPosition drops the position of a key with the next SavePositions: its
// input has come to an end, or is gone.
func (s *Store) ForgetPosition(key string) {
	p := &s.positions
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, ok := p.byKey[key]; !ok {
		return
	}
	delete(p.byKey, key)
	if p.gone == nil {
		p.gone = map[string]bool{}
	}
	p.gone[key] = true
}

// SavePositions copies what has changed into porchlight.db.
func (s *Store) SavePositions(ctx context.Context) error {
	db, err := s.database()
	if err != nil {
		return err
	}
	p := &s.positions
	p.mu.Lock()
	if db != p.savedIn {
		p.saved, p.savedIn = 0, db
	}
	upTo := p.settled // not of a commit under way, whose position is not known yet
	if upTo == p.saved && len(p.gone) == 0 {
		p.mu.Unlock()
		return nil
	}
	changed := map[string]position{}
	for key, pos := range p.byKey {
		if pos.n > p.saved {
			changed[key] = pos
		}
	}
	gone := make([]string, 0, len(p.gone))
	for key := range p.gone {
		gone = append(gone, key)
	}
	p.mu.Unlock()
	err = s.tx(ctx, "save positions", func(tx *sql.Tx) error {
		for key, pos := range changed {
			if _, err := tx.ExecContext(ctx, putPosition, key, pos.n, pos.text); err != nil {
				return err
			}
		}
		for _, key := range gone {
			if _, err := tx.ExecContext(ctx, "DELETE FROM positions WHERE key = ?", key); err != nil {
				return err
			}
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO cursors(key, value) VALUES(?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
			positionsSaved, strconv.FormatInt(upTo, 10))
		return err
	})
	if err != nil {
		return err
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.saved = upTo
	for _, key := range gone {
		if _, again := p.byKey[key]; !again {
			delete(p.gone, key)
		}
	}
	return nil
}
