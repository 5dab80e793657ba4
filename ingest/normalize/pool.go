package normalize

import (
	"sync"

	"porchlight/ingest/event"
)

// pool is a sync.Pool of one type.
type pool[T any] struct{ p sync.Pool }

func newPool[T any](make func() *T) *pool[T] {
	return &pool[T]{sync.Pool{New: func() any { return make() }}}
}

func (p *pool[T]) get() *T  { return p.p.Get().(*T) }
func (p *pool[T]) put(t *T) { p.p.Put(t) }

var objectScratch = newPool(func() *event.Event { return new(event.Event) })
