package read

import (
	"sync"

	"porchlight/ingest/event"
)

// Pool is a sync.Pool of one type.
type Pool[T any] struct{ p sync.Pool }

func NewPool[T any](make func() *T) *Pool[T] {
	return &Pool[T]{sync.Pool{New: func() any { return make() }}}
}

func (p *Pool[T]) Get() *T  { return p.p.Get().(*T) }
func (p *Pool[T]) Put(t *T) { p.p.Put(t) }

var Scratch = NewPool(func() *event.Event { return new(event.Event) })
