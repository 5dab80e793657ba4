package sqlview

import (
	"context"
	"encoding/json"
	"time"

	"modernc.org/sqlite/vtab"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

var alertColumns = []column{{"id", "TEXT"}, {"rule_id", "TEXT"}, {"title", "TEXT"}, {"level", "TEXT"}, {"status", "TEXT"},
	{"count", "INTEGER"}, {"first_seen", timeText}, {"last_seen", timeText}, {"created_at", timeText}, {"updated_at", timeText},
	{"why", "TEXT"}, {"entities", "TEXT"}, {"events", "TEXT"}, {"tags", "TEXT"}, {"changed_by", "TEXT"}, {"reason", "TEXT"}, {"note", "TEXT"}}

func alertRows(ctx context.Context, s Store) ([][]vtab.Value, error) {
	alerts, err := s.Alerts(ctx, alert.Filter{})
	if err != nil {
		return nil, err
	}
	var out [][]vtab.Value
	list := func(v any, n int) vtab.Value {
		text, e := json.Marshal(v)
		if err == nil {
			err = e
		}
		if n == 0 {
			return "[]"
		}
		return string(text)
	}
	at := func(t time.Time) vtab.Value { return event.FormatTime(t.UnixNano()) }
	for _, a := range alerts {
		out = append(out, []vtab.Value{a.ID, a.Rule.ID, a.Title, string(a.Level), string(a.Status),
			int64(a.Count), at(a.FirstSeen), at(a.LastSeen), at(a.CreatedAt), at(a.UpdatedAt),
			a.Why, list(a.Entities, len(a.Entities)), list(a.Events, len(a.Events)), list(a.Tags, len(a.Tags)),
			a.ChangedBy, string(a.Reason), a.Note})
	}
	return out, err
}

var sourceColumns = []column{{"address", "TEXT"}, {"name", "TEXT"}, {"vendor", "TEXT"}, {"last_seen", timeText},
	{"received", "INTEGER"}, {"parsed", "INTEGER"}, {"parse_failed", "INTEGER"}, {"stored", "INTEGER"}, {"dropped", "INTEGER"}}

func sourceRows(ctx context.Context, s Store) ([][]vtab.Value, error) {
	_, sources, err := s.Sources(ctx)
	var out [][]vtab.Value
	for _, src := range sources {
		out = append(out, []vtab.Value{src.Address, src.Name, src.Vendor, event.FormatTime(src.LastSeen),
			int64(src.Received), int64(src.Parsed), int64(src.ParseFailed), int64(src.Stored), int64(src.Dropped)})
	}
	return out, err
}

var identityColumns = []column{{"address", "TEXT"}, {"kind", "TEXT"}, {"value", "TEXT"}, {"first", timeText}, {"last", timeText}, {"source", "TEXT"}}

// maxIdentityRows bounds the table: it is read whole.
const maxIdentityRows = 1_000_000

func identityRows(ctx context.Context, s Store) ([][]vtab.Value, error) {
	ids, err := s.Identities(ctx, "", maxIdentityRows)
	var out [][]vtab.Value
	for _, i := range ids {
		out = append(out, []vtab.Value{i.Address, i.Kind.String(), i.Value, event.FormatTime(i.First), event.FormatTime(i.Last), i.From})
	}
	return out, err
}
