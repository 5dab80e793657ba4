package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"porchlight/detect/alert"
)

// idPrefix sets alert IDs apart from other numbers: "A-17".
const idPrefix = "A-"

func formatID(n int64) string { return idPrefix + strconv.FormatInt(n, 10) }

// parseID reads an alert ID as people type it: "A-17", "a-17", "17".
func parseID(id string) (int64, error) {
	digits := strings.TrimSpace(id)
	if len(digits) >= len(idPrefix) && strings.EqualFold(digits[:len(idPrefix)], idPrefix) {
		digits = digits[len(idPrefix):]
	}
	n, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || n <= 0 {
		return 0, fmt.Errorf("alert %q: %w; alert ids look like %s", id, ErrNotFound, formatID(17))
	}
	return n, nil
}

// Record turns findings into alerts, all or none. A finding joins the alert of
// the same rule and entities that is not closed and was active within
// Config.AlertWindow; else it raises the alert of a rule it supersedes; else it
// opens an alert. A raised alert keeps taking in what the less severe rule
// finds. Each alert touched is reported once, in the order first touched.
func (s *Store) Record(ctx context.Context, findings []alert.Finding, at time.Time) ([]alert.Change, error) {
	if len(findings) == 0 {
		return nil, s.usable(ctx, true)
	}
	at = at.UTC()
	var changes []alert.Change
	err := s.tx(ctx, "record alerts", func(tx *sql.Tx) error {
		seenAt := map[string]int{} // alert ID -> index in changes
		for _, f := range findings {
			change, err := s.record(ctx, tx, f, at)
			if err != nil {
				return err
			}
			i, seen := seenAt[change.Alert.ID]
			if !seen {
				seenAt[change.Alert.ID] = len(changes)
				changes = append(changes, change)
				continue
			}
			changes[i].Alert = change.Alert
			changes[i].Kind = min(changes[i].Kind, change.Kind) // from Opened to Updated: the most important first
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return changes, nil
}

func (s *Store) record(ctx context.Context, tx *sql.Tx, f alert.Finding, at time.Time) (alert.Change, error) {
	a, found, err := s.active(ctx, tx, f.Key(), at)
	if err != nil {
		return alert.Change{}, err
	}
	if found {
		merged := a.Merge(f, at)
		if f.Rule.ID != a.Rule.ID {
			merged.Why = a.Why // the more severe rule's sentence stays
		}
		return alert.Change{Kind: alert.Updated, Alert: merged}, writeAlert(ctx, tx, merged)
	}
	for _, rule := range f.Supersedes {
		a, found, err := s.active(ctx, tx, alert.Key(rule, f.Entities), at)
		if err != nil {
			return alert.Change{}, err
		}
		if !found {
			continue
		}
		a = a.Escalate(f, at)
		err = errors.Join(writeAlert(ctx, tx, a), addKey(ctx, tx, a.ID, f.Key()), logChange(ctx, tx, "escalated", a, at))
		return alert.Change{Kind: alert.Escalated, Alert: a}, err
	}
	res, err := tx.ExecContext(ctx, `INSERT INTO alerts(rule_id, level, status, updated_at, data) VALUES('', 0, '', 0, '')`)
	if err != nil {
		return alert.Change{}, err
	}
	n, err := res.LastInsertId()
	if err != nil {
		return alert.Change{}, err
	}
	a = alert.New(formatID(n), f, at)
	err = errors.Join(writeAlert(ctx, tx, a), addKey(ctx, tx, a.ID, f.Key()), logChange(ctx, tx, "opened", a, at))
	return alert.Change{Kind: alert.Opened, Alert: a}, err
}

// active finds the newest alert of a key that takes in findings at that time.
func (s *Store) active(ctx context.Context, tx *sql.Tx, key string, at time.Time) (alert.Alert, bool, error) {
	var id int64
	var data string
	err := tx.QueryRowContext(ctx, `SELECT a.id, a.data FROM alert_keys k JOIN alerts a ON a.id = k.alert_id
		WHERE k.key = ? AND a.status <> ? AND a.updated_at > ? ORDER BY a.id DESC LIMIT 1`,
		[]byte(key), string(alert.Closed), at.Add(-s.cfg.AlertWindow).UnixNano()).Scan(&id, &data)
	if errors.Is(err, sql.ErrNoRows) {
		return alert.Alert{}, false, nil
	}
	if err != nil {
		return alert.Alert{}, false, err
	}
	a, err := readAlert(id, data)
	return a, err == nil, err
}

func readAlert(id int64, data string) (a alert.Alert, err error) {
	if err := json.Unmarshal([]byte(data), &a); err != nil {
		return a, fmt.Errorf("alert %s: %w", formatID(id), err)
	}
	a.ID = formatID(id)
	return a, nil
}

func writeAlert(ctx context.Context, tx *sql.Tx, a alert.Alert) error {
	id, err := parseID(a.ID)
	if err != nil {
		return err
	}
	data, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("alert %s: %w", a.ID, err)
	}
	_, err = tx.ExecContext(ctx, `UPDATE alerts SET rule_id = ?, level = ?, status = ?, updated_at = ?, data = ? WHERE id = ?`,
		a.Rule.ID, a.Level.Rank(), string(a.Status), a.UpdatedAt.UnixNano(), string(data), id)
	return err
}

func addKey(ctx context.Context, tx *sql.Tx, alertID, key string) error {
	id, err := parseID(alertID)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT OR IGNORE INTO alert_keys(key, alert_id) VALUES(?, ?)`, []byte(key), id)
	return err
}

func logChange(ctx context.Context, tx *sql.Tx, action string, a alert.Alert, at time.Time) error {
	id, err := parseID(a.ID)
	if err != nil {
		return err
	}
	by := a.ChangedBy
	if action != "changed" {
		by = "" // a rule did it
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO alert_log(alert_id, at, changed_by, action, status, reason, note) VALUES(?, ?, ?, ?, ?, ?, ?)`,
		id, at.UnixNano(), by, action, string(a.Status), string(a.Reason), a.Note)
	return err
}

// Alerts returns the alerts a filter selects, newest by last activity first.
func (s *Store) Alerts(ctx context.Context, f alert.Filter) ([]alert.Alert, error) {
	db, err := s.readable(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	where, args := selection(f)
	limit := -1 // SQLite: none
	if f.Limit > 0 {
		limit = f.Limit
	}
	rows, err := db.QueryContext(ctx, "SELECT id, data FROM alerts WHERE "+where+
		" ORDER BY updated_at DESC, id DESC LIMIT ?", append(args, limit)...)
	if err != nil {
		return nil, s.explain("read alerts", err)
	}
	defer rows.Close()
	var out []alert.Alert
	for rows.Next() {
		var id int64
		var data string
		if err := rows.Scan(&id, &data); err != nil {
			return nil, s.explain("read alerts", err)
		}
		a, err := readAlert(id, data)
		if err != nil {
			return nil, s.explain("read alerts", err)
		}
		out = append(out, a)
	}
	return out, s.explain("read alerts", rows.Err())
}

// CountAlerts returns how many alerts a filter selects, at most its limit.
func (s *Store) CountAlerts(ctx context.Context, f alert.Filter) (int, error) {
	db, err := s.readable(ctx)
	if err != nil || db == nil {
		return 0, err
	}
	where, args := selection(f)
	n := 0
	if err := db.QueryRowContext(ctx, "SELECT count(*) FROM alerts WHERE "+where, args...).Scan(&n); err != nil {
		return 0, s.explain("count alerts", err)
	}
	if f.Limit > 0 {
		n = min(n, f.Limit)
	}
	return n, nil
}

// selection composes the condition for a filter's alerts.
func selection(f alert.Filter) (string, []any) {
	where, args := []string{"level >= ?"}, []any{f.MinLevel.Rank()}
	if len(f.Statuses) > 0 {
		where = append(where, "status IN (?"+strings.Repeat(", ?", len(f.Statuses)-1)+")")
		for _, st := range f.Statuses {
			args = append(args, string(st))
		}
	}
	if f.RuleID != "" {
		where, args = append(where, "rule_id = ?"), append(args, f.RuleID)
	}
	return strings.Join(where, " AND "), args
}

// Alert returns one alert. The error wraps ErrNotFound when there is none.
func (s *Store) Alert(ctx context.Context, id string) (alert.Alert, error) {
	db, err := s.readable(ctx)
	if err != nil {
		return alert.Alert{}, err
	}
	if db == nil {
		return alert.Alert{}, fmt.Errorf("alert %q: %w", id, ErrNotFound)
	}
	return s.alert(ctx, db, id)
}

// queryer is what a database and a transaction have in common.
type queryer interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (s *Store) alert(ctx context.Context, q queryer, id string) (alert.Alert, error) {
	n, err := parseID(id)
	if err != nil {
		return alert.Alert{}, err
	}
	var data string
	err = q.QueryRowContext(ctx, "SELECT data FROM alerts WHERE id = ?", n).Scan(&data)
	if errors.Is(err, sql.ErrNoRows) {
		return alert.Alert{}, fmt.Errorf("alert %q: %w", id, ErrNotFound)
	}
	if err != nil {
		return alert.Alert{}, s.explain("read alert "+id, err)
	}
	return readAlert(n, data)
}

// UpdateAlert applies a transition to an alert and logs it. An error of the
// transition is returned as it is and nothing is changed.
func (s *Store) UpdateAlert(ctx context.Context, id string, transition func(alert.Alert) (alert.Alert, error)) (alert.Alert, error) {
	var out alert.Alert
	var refused error
	err := s.tx(ctx, "change alert "+id, func(tx *sql.Tx) error {
		a, err := s.alert(ctx, tx, id)
		if err != nil {
			return err
		}
		changed, err := transition(a)
		if err != nil {
			refused = err
			return err
		}
		changed.ID = a.ID
		out = changed
		return errors.Join(writeAlert(ctx, tx, changed), logChange(ctx, tx, "changed", changed, s.cfg.Now()))
	})
	if refused != nil {
		return alert.Alert{}, refused
	}
	return out, err
}

// LogEntry is one step in the life of an alert.
type LogEntry struct {
	At     time.Time
	By     string // who; "" for a rule
	Action string // "opened", "escalated", "changed"
	Status alert.Status
	Reason alert.Reason
	Note   string
}

// AlertLog returns what happened to an alert, oldest first. Further findings of
// the same kind are not part of it.
func (s *Store) AlertLog(ctx context.Context, id string) ([]LogEntry, error) {
	if _, err := s.Alert(ctx, id); err != nil {
		return nil, err
	}
	n, err := parseID(id)
	if err != nil {
		return nil, err
	}
	db, err := s.readable(ctx)
	if err != nil || db == nil {
		return nil, err
	}
	rows, err := db.QueryContext(ctx, `SELECT at, changed_by, action, status, reason, note FROM alert_log WHERE alert_id = ? ORDER BY id`, n)
	if err != nil {
		return nil, s.explain("read the log of alert "+id, err)
	}
	defer rows.Close()
	var out []LogEntry
	for rows.Next() {
		var e LogEntry
		var at int64
		if err := rows.Scan(&at, &e.By, &e.Action, &e.Status, &e.Reason, &e.Note); err != nil {
			return nil, s.explain("read the log of alert "+id, err)
		}
		e.At = time.Unix(0, at).UTC()
		out = append(out, e)
	}
	return out, s.explain("read the log of alert "+id, rows.Err())
}
