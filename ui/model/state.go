package model

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
)

// StateStore keeps what belongs to the window and should outlast it: saved
// searches, chosen columns.
type StateStore interface {
	// UIState returns what was kept under a key, "" when nothing was.
	UIState(ctx context.Context, key string) (string, error)
	SetUIState(ctx context.Context, key, value string) error
}

// The keys in use.
const (
	stateSearches = "searches"
	stateColumns  = "columns"
)

// kept is a value that lives in a StateStore. Saves are done in their order,
// one at a time.
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

// save keeps what value returns when it is its turn: the newest.
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
