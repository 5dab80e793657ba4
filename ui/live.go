package ui

import (
	"context"
	"sync"
	"time"
)

// live keeps what a page shows up to date while the page is visible: load runs
// off the UI goroutine and returns what to do on it. It runs right after start,
// soon after kick, and every interval; never twice at a time, and with a pause
// of gap in between.
type live struct {
	env      *env
	interval time.Duration // 0: only when kicked
	gap      time.Duration
	load     func(ctx context.Context) (show func())

	mu     sync.Mutex
	cancel context.CancelFunc // nil while stopped
	done   chan struct{}      // closed when the last run is over
	kicked chan struct{}
}

func newLive(e *env, interval, gap time.Duration, load func(ctx context.Context) (show func())) *live {
	return &live{env: e, interval: interval, gap: gap, load: load, kicked: make(chan struct{}, 1)}
}

// start begins; while running it does nothing.
func (l *live) start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cancel != nil {
		return
	}
	ctx, cancel := context.WithCancel(l.env.ctx)
	before, done := l.done, make(chan struct{})
	l.cancel, l.done = cancel, done
	l.env.work.Go(func() {
		defer close(done)
		if before != nil {
			<-before // cancelled: it ends soon
		}
		l.run(ctx)
	})
}

// stop ends it; a load under way is cancelled and its result discarded.
func (l *live) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cancel != nil {
		l.cancel()
		l.cancel = nil
	}
}

// kick asks for a load soon. It may be called from any goroutine and never
// blocks.
func (l *live) kick() {
	select {
	case l.kicked <- struct{}{}:
	default:
	}
}

func (l *live) run(ctx context.Context) {
	for {
		show := l.load(ctx)
		if ctx.Err() != nil {
			return
		}
		if show != nil {
			l.env.do(func() {
				if ctx.Err() == nil {
					show()
				}
			})
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(l.gap):
		}
		var next <-chan time.Time
		if l.interval > 0 {
			next = time.After(max(0, l.interval-l.gap))
		}
		select {
		case <-ctx.Done():
			return
		case <-l.kicked:
		case <-next:
		}
	}
}
