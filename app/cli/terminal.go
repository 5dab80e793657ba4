package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"porchlight/detect/query"
)

// onTerminal reports whether progress, bars and colours make sense there.
func onTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// interruptible returns a reader of r whose reads end when ctx is cancelled,
// which those from a terminal or a pipe do not.
func interruptible(ctx context.Context, r io.Reader) io.Reader {
	return readerFunc(func(p []byte) (int, error) {
		type result struct {
			n   int
			err error
		}
		buf, done := make([]byte, len(p)), make(chan result, 1)
		// After a cancellation the read lingers until the program ends.
		go func() {
			n, err := r.Read(buf)
			done <- result{n, err}
		}()
		select {
		case res := <-done:
			return copy(p, buf[:res.n]), res.err
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	})
}

type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }

// countProgress shows on a terminal how far something has got; nil elsewhere.
func (g *globals) countProgress(format string) func(int) {
	if !onTerminal(g.stderr) {
		return nil
	}
	var last time.Time
	return func(n int) {
		if now := time.Now(); now.Sub(last) >= progressEvery {
			last = now
			fmt.Fprintf(g.stderr, "\r\x1b[K"+format, n)
		}
	}
}

// endProgress removes the line of progress.
func (g *globals) endProgress() {
	if onTerminal(g.stderr) {
		fmt.Fprint(g.stderr, "\r\x1b[K")
	}
}

// byteProgress shows on a terminal how much of a whole is done; nil elsewhere.
func (g *globals) byteProgress(what string) func(done, total int64) {
	if !onTerminal(g.stderr) {
		return nil
	}
	var last time.Time
	return func(done, total int64) {
		if now := time.Now(); now.Sub(last) >= progressEvery {
			last = now
			fmt.Fprintf(g.stderr, "\r\x1b[K%s: %.1f of %.1f MB", what, float64(done)/1e6, float64(total)/1e6)
		}
	}
}

// progress is the line on a terminal that shows how far a search has got.
type progress struct {
	w   io.Writer
	now func() time.Time

	mu          sync.Mutex
	began, last time.Time
	shown       bool
}

// Times of progress: quick searches show none, slow ones do not flicker.
const (
	progressAfter = 400 * time.Millisecond
	progressEvery = 100 * time.Millisecond
)

// show writes how far the search has got over what was there before.
func (p *progress) show(at query.Progress) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	if p.began.IsZero() {
		p.began = now
	}
	if now.Sub(p.began) < progressAfter || now.Sub(p.last) < progressEvery {
		return
	}
	p.last, p.shown = now, true
	line := "searching ..."
	if at.Back != 0 {
		line = "searched back to " + localTime(at.Back) + " ..."
	}
	if at.Total > 0 {
		line += fmt.Sprintf(" %d %%", min(100, 100*at.Done/at.Total))
	}
	fmt.Fprint(p.w, "\r\x1b[K"+line)
}

// clear removes the line.
func (p *progress) clear() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wipe()
}

func (p *progress) wipe() {
	if p.shown {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.shown = false
	}
}

// before returns a writer to w, most likely the same terminal, that removes the
// line first.
func (p *progress) before(w io.Writer) io.Writer {
	return writerFunc(func(b []byte) (int, error) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.wipe()
		return w.Write(b)
	})
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(b []byte) (int, error) { return f(b) }
