package store

import (
	"container/list"
	"sync"

	"porchlight/app/store/block"
)

// blockCache keeps opened blocks, most recently used first. What a block
// takes grows as its columns are read: trim brings the sum back below max.
type blockCache struct {
	max int64

	mu    sync.Mutex
	order list.List // of *openBlock
	open  map[blockKey]*list.Element
}

type blockKey struct {
	seg *segment
	id  int64
}

type openBlock struct {
	key blockKey
	r   *block.Reader
}

func (c *blockCache) get(k blockKey) *block.Reader {
	c.mu.Lock()
	defer c.mu.Unlock()
	e := c.open[k]
	if e == nil {
		return nil
	}
	c.order.MoveToFront(e)
	return e.Value.(*openBlock).r
}

// put keeps a block and returns it, or the one that another goroutine has put
// there meanwhile.
func (c *blockCache) put(k blockKey, r *block.Reader) *block.Reader {
	c.mu.Lock()
	defer c.mu.Unlock()
	if e := c.open[k]; e != nil {
		return e.Value.(*openBlock).r
	}
	if c.open == nil {
		c.open = map[blockKey]*list.Element{}
	}
	c.open[k] = c.order.PushFront(&openBlock{k, r})
	return r
}

// trim drops the least recently used blocks until the rest take at most max
// bytes.
func (c *blockCache) trim() {
	c.mu.Lock()
	defer c.mu.Unlock()
	sum := int64(0)
	for e := c.order.Front(); e != nil; {
		next := e.Next()
		if sum += e.Value.(*openBlock).r.Bytes(); sum > c.max {
			c.remove(e)
		}
		e = next
	}
}

// drop forgets a segment's blocks.
func (c *blockCache) drop(seg *segment) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for k, e := range c.open {
		if k.seg == seg {
			c.remove(e)
		}
	}
}

func (c *blockCache) remove(e *list.Element) {
	delete(c.open, c.order.Remove(e).(*openBlock).key)
}
