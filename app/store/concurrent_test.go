package store

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"porchlight/detect/alert"
	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// TestConcurrentUse has everything happen at once, over midnights and with
// days being dropped; the race detector and the counts are the judges.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	c := &clock{t: noon}
	s := openStore(t, dir, func(cfg *Config) { cfg.Now, cfg.CacheBytes = c.now, 1<<20 })
	ro := openStore(t, dir, readOnlyConfig)
	ctx := context.Background()
	done := make(chan struct{})
	var writer, others sync.WaitGroup
	writer.Go(func() {
		defer close(done)
		for i := range 60 {
			at := noon.Add(time.Duration(i) * 100 * time.Minute)
			c.set(at)
			if err := s.Append(ctx, newOffice(uint64(i), at).batch(1+i%60)); err != nil {
				t.Error(err)
			}
		}
	})
	loop := func(f func() error) {
		others.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := f(); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	ordered := func(s *Store, q query.Query) func() error {
		return func() error {
			last := int64(1<<63 - 1)
			seen := map[event.ID]bool{}
			res, err := s.Search(ctx, q, func(ev *event.Event) bool {
				if ev.Time > last || seen[ev.ID] {
					err := errors.New("out of order or twice")
					t.Error(err)
				}
				last, seen[ev.ID] = ev.Time, true
				return true
			})
			if err == nil && len(res.Partial) > 0 {
				err = errors.New(res.Partial[0])
			}
			return err
		}
	}
	loop(ordered(s, query.Query{}))
	loop(ordered(s, query.Query{Limit: 50}))
	loop(ordered(ro, query.Query{Limit: 50}))
	loop(func() error { _, _, err := s.Histogram(ctx, query.Query{}, time.Hour); return err })
	loop(func() error { _, err := s.Retain(ctx, 36*time.Hour, 0); return err })
	loop(func() error {
		_, err := s.Record(ctx, []alert.Finding{finding("a", alert.Low, "x", s.LastID())}, c.now())
		if err == nil {
			_, err = s.Alerts(ctx, alert.Filter{})
		}
		return err
	})
	writer.Wait()
	others.Wait()
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := s.Search(ctx, query.Query{}, func(*event.Event) bool { return true }); !errors.Is(err, ErrClosed) {
		t.Errorf("search after Close: %v", err)
	}
}
