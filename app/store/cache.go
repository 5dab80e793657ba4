package store

import (
	"container/list"
	"sync"

	"porchlight/ingest/event"
)

// cache keeps decoded rows, most recently used first, within a number of bytes.
// The events in it are shared and never change.
type cache struct {
	max int64

	mu    sync.Mutex
	size  int64
	order list.List // of *cached
	rows  map[cacheKey]*list.Element
}

// cacheKey names a row; a row that replaces others has another n.
type cacheKey struct {
	seg *segment
	seq uint64
	n   uint32
}

type cached struct {
	key    cacheKey
	events []event.Event
	size   int64
}

func (c *cache) get(k cacheKey) []event.Event {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.rows[k]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*cached).events
}

func (c *cache) put(k cacheKey, events []event.Event, size int64) {
	if size > c.max {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.rows == nil {
		c.rows = map[cacheKey]*list.Element{}
	}
	if c.rows[k] != nil {
		return
	}
	c.rows[k] = c.order.PushFront(&cached{k, events, size})
	c.size += size
	for c.size > c.max {
		c.remove(c.order.Back())
	}
}

// drop forgets a segment's rows.
func (c *cache) drop(seg *segment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, e := range c.rows {
		if k.seg == seg {
			c.remove(e)
		}
	}
}

func (c *cache) remove(e *list.Element) {
	row := c.order.Remove(e).(*cached)
	delete(c.rows, row.key)
	c.size -= row.size
}
