package model

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// StateStore keeps window state across restarts: saved searches, chosen
// columns.
type StateStore interface {
	// UIState returns what was stored under a key; "" if nothing.
	UIState(ctx context.Context, key string) (string, error)
	SetUIState(ctx context.Context, key, value string) error
}

// The keys in use.
const (
	stateSearches = "searches"
	stateColumns  = "columns"
)

// kept is a value that lives in a StateStore. Saves run in order, one at a
// time.
type kept struct {
	src StateStore
	key string
	mu  sync.Mutex
}

func (k *kept) load(ctx context.Context, into any) error {
	text, err := k.src.UIState(ctx, k.key)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), into)
	}
	if err != nil {
		return fmt.Errorf("read the %s kept: %w", k.key, err)
	}
	return nil
}

// save stores what value returns once its turn comes: the newest.
func (k *kept) save(ctx context.Context, value func() any) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	text, err := json.Marshal(value())
	if err == nil {
		err = k.src.SetUIState(ctx, k.key, string(text))
	}
	if err != nil {
		return fmt.Errorf("keep the %s: %w", k.key, err)
	}
	return nil
}
