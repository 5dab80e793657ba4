package model

import (
	"context"
	"math"
	"slices"
	"sync"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// Column is one column of the list of events: a default one by its id, or any
// field by its name.
type Column struct {
	ID     string  `json:"id,omitempty"`
	Field  string  `json:"field,omitempty"` // with an empty ID
	Width  float32 `json:"width,omitempty"` // 0: the column's own
	Hidden bool    `json:"hidden,omitempty"`
}

// The default columns.
const (
	ColumnTime        = "time"
	ColumnLevel       = "level"
	ColumnSource      = "source"
	ColumnHost        = "host"
	ColumnUser        = "user"
	ColumnAction      = "action"
	ColumnOutcome     = "outcome"
	ColumnSourceIP    = "source.ip"
	ColumnDestination = "destination"
	ColumnMessage     = "message"
)

var usualColumns = []string{ColumnTime, ColumnLevel, ColumnSource, ColumnHost, ColumnUser, ColumnAction, ColumnOutcome, ColumnSourceIP, ColumnDestination, ColumnMessage}

// Limits of what can be chosen.
const (
	maxColumns             = 40
	minColumnWidth float32 = 36
	maxColumnWidth float32 = 1200
)

// Columns are the columns of the list of events as the user arranged them.
// Methods may be called from any goroutine.
type Columns struct {
	state kept

	mu   sync.Mutex
	list []Column
}

// NewColumns returns the default columns; Load restores a choice.
func NewColumns(src StateStore) *Columns {
	c := &Columns{state: kept{src: src, key: stateColumns}}
	c.Reset()
	return c
}

// Load reads what was saved. Columns this version does not know are dropped,
// those new in it are added, hidden.
func (c *Columns) Load(ctx context.Context) error {
	var list []Column
	if err := c.state.load(ctx, &list); err != nil || list == nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = c.list[:0:0]
	for _, x := range list {
		known := x.ID == "" && x.Field != "" || x.Field == "" && slices.Contains(usualColumns, x.ID)
		if known && c.find(x) < 0 && len(c.list) < maxColumns {
			x.Width = boundedWidth(x.Width)
			c.list = append(c.list, x)
		}
	}
	for _, id := range usualColumns {
		if c.find(Column{ID: id}) < 0 {
			c.list = append(c.list, Column{ID: id, Hidden: true})
		}
	}
	return nil
}

// Save stores the columns.
func (c *Columns) Save(ctx context.Context) error {
	return c.state.save(ctx, func() any { return c.List() })
}

// List returns all columns in order, hidden ones included.
func (c *Columns) List() []Column {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.list)
}

// Shown returns what to show of a search's events: the columns chosen, or the
// time and the fields named by the search.
func (c *Columns) Shown(q *query.Query) []Column {
	if q.Columns != nil {
		out := []Column{{ID: ColumnTime}}
		for _, f := range q.Columns {
			if f.Name != event.Timestamp.String() {
				out = append(out, Column{Field: f.Name})
			}
		}
		return out
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []Column
	for _, x := range c.list {
		if !x.Hidden {
			out = append(out, x)
		}
	}
	return out
}

func (c *Columns) find(x Column) int {
	return slices.IndexFunc(c.list, func(y Column) bool { return x.ID == y.ID && x.Field == y.Field })
}

// Reset restores the default columns.
func (c *Columns) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = nil
	for _, id := range usualColumns {
		c.list = append(c.list, Column{ID: id})
	}
}

// Toggle shows or hides a column; the last one shown stays.
func (c *Columns) Toggle(x Column) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.find(x)
	if i < 0 {
		return
	}
	shown := 0
	for _, y := range c.list {
		if !y.Hidden {
			shown++
		}
	}
	if c.list[i].Hidden || shown > 1 {
		c.list[i].Hidden = !c.list[i].Hidden
	}
}

// Remove removes the column of a field, and hides a default one.
func (c *Columns) Remove(x Column) {
	if x.ID != "" {
		c.mu.Lock()
		i := c.find(x)
		hide := i >= 0 && !c.list[i].Hidden
		c.mu.Unlock()
		if hide {
			c.Toggle(x)
		}
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.find(x); i >= 0 && len(c.list) > 1 {
		c.list = slices.Delete(c.list, i, i+1)
	}
}

// Add shows a field as a column before the message, or shows it again. It
// reports whether it could.
func (c *Columns) Add(field string) bool {
	if field == "" {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	x := Column{Field: field}
	if i := c.find(x); i >= 0 {
		c.list[i].Hidden = false
		return true
	}
	if len(c.list) >= maxColumns {
		return false
	}
	at := len(c.list)
	if i := c.find(Column{ID: ColumnMessage}); i >= 0 {
		at = i
	}
	c.list = slices.Insert(c.list, at, x)
	return true
}

// Move moves a column by that many places among those shown.
func (c *Columns) Move(x Column, by int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := c.find(x)
	for step := max(-1, min(by, 1)); i >= 0 && by != 0; by -= step {
		j := i + step
		for j >= 0 && j < len(c.list) && c.list[j].Hidden {
			j += step
		}
		if j < 0 || j >= len(c.list) {
			return
		}
		moved := c.list[i]
		c.list = slices.Insert(slices.Delete(c.list, i, i+1), j, moved)
		i = j
	}
}

// SetWidth sets the width of a column; 0 is its default.
func (c *Columns) SetWidth(x Column, width float32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if i := c.find(x); i >= 0 {
		c.list[i].Width = boundedWidth(width)
	}
}

func boundedWidth(w float32) float32 {
	if w == 0 || math.IsNaN(float64(w)) {
		return 0
	}
	return min(max(w, minColumnWidth), maxColumnWidth)
}
