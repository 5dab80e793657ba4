package ingest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"

	"porchlight/ingest/event"
	"porchlight/ingest/source"
)

// TestPositionsAreHandedOnAndSettled: the handler gets the positions that are
// to be kept with their events, and each origin is told its last one, once the
// batch is stored.
func TestPositionsAreHandedOnAndSettled(t *testing.T) {
	type told struct {
		position string
		stored   bool
	}
	var settled []told
	kept := &event.Origin{Input: "a", Key: "file:a", Settled: func(position string, stored bool) { settled = append(settled, told{position, stored}) }}
	asked := &event.Origin{Input: "b", Settled: func(position string, stored bool) { settled = append(settled, told{position, stored}) }}
	at := func(o *event.Origin, position string) event.Raw {
		return event.Raw{Origin: o, Received: 1, Body: "x", Position: position}
	}
	var got []event.Position
	fails := 1
	p := NewPipeline(Config{QueueSize: 10}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
		if fails > 0 {
			fails--
			return errors.New("disk full")
		}
		if len(settled) > 0 {
			t.Error("told before it is stored: ", settled)
		}
		got = append(got, b.Positions...)
		return nil
	})
	push(t, p, at(kept, "1"), at(asked, "eins"), at(kept, "2"), rawFrom("192.0.2.1:1", "none"), at(asked, "zwei"), at(kept, ""))
	p.Drain()
	p.Run(t.Context())
	if want := []event.Position{{At: 0, Key: "file:a", Text: "1"}, {At: 2, Key: "file:a", Text: "2"}}; !slices.Equal(got, want) {
		t.Errorf("positions %v, want %v", got, want)
	}
	if want := []told{{"zwei", true}, {"2", true}}; !slices.Equal(settled, want) {
		t.Errorf("settled %v, want %v", settled, want)
	}
	// What is lost is told as well.
	settled = nil
	full := NewPipeline(Config{QueueSize: 1}, NewLedger(source.Counters{}, nil), quiet, nil)
	d := door(t, full)
	d.Offer(at(asked, "fits"))
	d.Offer(at(asked, "does not"))
	if want := []told{{"does not", false}}; !slices.Equal(settled, want) {
		t.Errorf("settled %v, want %v", settled, want)
	}
}

// TestNoPositionBehindAGap: what comes after a lost message is stored, but where
// its input continues next time lies before the loss.
func TestNoPositionBehindAGap(t *testing.T) {
	var settled []string
	o := &event.Origin{Input: "a", Key: "file:a", Settled: func(position string, stored bool) { settled = append(settled, fmt.Sprint(position, " ", stored)) }}
	ctx, cancel := context.WithCancel(t.Context())
	calls, kept := 0, 0
	p := NewPipeline(Config{QueueSize: 10, BatchSize: 1}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
		if calls++; calls == 2 {
			cancel() // the pipeline gives up on this batch
			return errors.New("disk full")
		}
		kept += len(b.Positions)
		return nil
	})
	push(t, p, event.Raw{Origin: o, Received: 1, Body: "x", Position: "1"}, event.Raw{Origin: o, Received: 1, Body: "x", Position: "2"}, event.Raw{Origin: o, Received: 1, Body: "x", Position: "3"})
	p.Drain()
	p.Run(ctx)
	if want := []string{"1 true", "2 false"}; !slices.Equal(settled, want) || kept != 1 || calls != 3 {
		t.Errorf("settled %q, want %q; %d positions kept in %d batches", settled, want, kept, calls)
	}
}

// TestAGapTakesNothingFromWhatCameBefore: what was queued before a message was
// lost for want of room keeps its position, so that it is not read twice.
func TestAGapTakesNothingFromWhatCameBefore(t *testing.T) {
	var settled []string
	o := &event.Origin{Input: "a", Key: "file:a", Settled: func(position string, stored bool) { settled = append(settled, fmt.Sprint(position, " ", stored)) }}
	var kept []event.Position
	p := NewPipeline(Config{QueueSize: 2}, NewLedger(source.Counters{}, nil), quiet, func(_ context.Context, b Batch) error {
		kept = append(kept, b.Positions...)
		return nil
	})
	at := func(position string) event.Raw {
		return event.Raw{Origin: o, Received: 1, Body: "x", Position: position}
	}
	d := door(t, p)
	for _, position := range []string{"1", "2", "3"} { // no room for the third
		d.Offer(at(position))
	}
	<-p.queue
	d.Offer(at("4")) // there is again
	d.Close()
	p.Drain()
	p.Run(t.Context())
	if want := []event.Position{{At: 0, Key: "file:a", Text: "2"}}; !slices.Equal(kept, want) {
		t.Errorf("positions %v, want %v", kept, want)
	}
	if want := []string{"3 false", "2 true"}; !slices.Equal(settled, want) {
		t.Errorf("settled %q, want %q", settled, want)
	}
}
