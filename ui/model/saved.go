package model

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"
)

// SavedSearch is a search with a name.
type SavedSearch struct {
	Name string `json:"name"`
	Text string `json:"text"`
	Span Span   `json:"span"`
}

const (
	day  = 24 * time.Hour
	week = 7 * day
)

// ReadySearches come with the program.
var ReadySearches = []SavedSearch{
	{"Failed logons by user", FailedLogons + " | stats count() by user.name | sort -count | head 50", Span{Last: day}},
	{"Failed logons by address", FailedLogons + " | stats count(), dcount(user.name) by source.ip | sort -count | head 50", Span{Last: day}},
	{"Logons over time by outcome", "event.category:authentication | stats count() by bin(1h), event.outcome", Span{Last: week}},
	{"Blocked by the firewall, per source", "event.action:(connection-denied or connection-rejected) | stats count(), dcount(destination.port) by source.ip | sort -count | head 50", Span{Last: day}},
	{"New accounts and changed groups", "event.action:(user-created or group-member-added or group-created)", Span{Last: 30 * day}},
	{"Done with administrator rights", "event.action:(privilege-elevated or privilege-denied)", Span{Last: week}},
	{"Not understood, per sender", "tags:parse_failure | stats count() by log.source.address | sort -count", Span{Last: week}},
	{"Warnings and errors by host", "log.syslog.severity<=4 | stats count() by host.name | sort -count | head 50", Span{Last: day}},
	{"Busiest senders", "| stats count() by log.source.address | sort -count | head 50", Span{Last: day}},
}

// SavedSearches are the searches the user has named, by name. Methods may
// be called from any goroutine.
type SavedSearches struct {
	state kept

	mu   sync.Mutex
	list []SavedSearch
}

// NewSavedSearches returns an empty list; Load fills it.
func NewSavedSearches(src StateStore) *SavedSearches {
	return &SavedSearches{state: kept{src: src, key: stateSearches}}
}

// Load reads what was saved.
func (s *SavedSearches) Load(ctx context.Context) error {
	var list []SavedSearch
	if err := s.state.load(ctx, &list); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.list = list
	s.sort()
	return nil
}

// Save stores the list.
func (s *SavedSearches) Save(ctx context.Context) error {
	return s.state.save(ctx, func() any { return s.List() })
}

// List returns the searches by name.
func (s *SavedSearches) List() []SavedSearch {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.list)
}

func (s *SavedSearches) sort() {
	slices.SortStableFunc(s.list, func(a, b SavedSearch) int {
		return strings.Compare(strings.ToLower(a.Name), strings.ToLower(b.Name))
	})
}

func (s *SavedSearches) find(name string) int {
	return slices.IndexFunc(s.list, func(x SavedSearch) bool { return strings.EqualFold(x.Name, name) })
}

// Has reports whether there is a search of this name, ignoring case.
func (s *SavedSearches) Has(name string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.find(strings.TrimSpace(name)) >= 0
}

var errNoName = errors.New("a saved search needs a name")

// Put adds a search, or replaces the one of the same name.
func (s *SavedSearches) Put(x SavedSearch) error {
	if x.Name = strings.TrimSpace(x.Name); x.Name == "" {
		return errNoName
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if i := s.find(x.Name); i >= 0 {
		s.list[i] = x
	} else {
		s.list = append(s.list, x)
	}
	s.sort()
	return nil
}

// Rename gives a search a name not yet taken.
func (s *SavedSearches) Rename(from, to string) error {
	if to = strings.TrimSpace(to); to == "" {
		return errNoName
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	i, j := s.find(from), s.find(to)
	if i < 0 {
		return errors.New("this search no longer exists")
	}
	if j >= 0 && j != i {
		return errors.New("a search of this name already exists")
	}
	s.list[i].Name = to
	s.sort()
	return nil
}

// Delete removes a search and returns it.
func (s *SavedSearches) Delete(name string) (x SavedSearch, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.find(name)
	if i < 0 {
		return x, false
	}
	x = s.list[i]
	s.list = slices.Delete(s.list, i, i+1)
	return x, true
}
