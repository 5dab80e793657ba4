package read

import (
	"sync"

	"porchlight/ingest/event"
)

// Pool is a sync.Pool of one type: scratch space that saves allocations.
type Pool[T any] struct{ p sync.Pool }

// NewPool makes a pool whose items are made by make.
func NewPool[T any](make func() *T) *Pool[T] {
	return &Pool[T]{sync.Pool{New: func() any { return make() }}}
}

// Get takes out an item, in whatever state it was put back.
func (p *Pool[T]) Get() *T { return p.p.Get().(*T) }

// Put returns an item.
func (p *Pool[T]) Put(t *T) { p.p.Put(t) }

// Scratch holds events to flatten an object into; reset them before use.
var Scratch = NewPool(func() *event.Event { return new(event.Event) })
