// Package input defines inputs: a Kind describes one for people, files and
// forms, a Setting is one that the admin has set up, an Input is an open one,
// and a State says how it is doing.
package input

import (
	"context"
	"log/slog"
	"time"

	"porchlight/ingest/event"
)

// Kind is one way for messages to come in. Flags, the configuration file, what
// is stored, the form in the window and the help all derive from it.
type Kind struct {
	Name  string // "syslog-udp": the flag, the name in files and in the ready line
	Title string // "Syslog over UDP"
	About string // one sentence for people: what sends this way

	// Lossy kinds cannot slow their senders down: when the queue is full their
	// messages are dropped and counted. The others wait.
	Lossy bool

	// Options are what can be set. The first is set by the kind's own flag and
	// identifies the input to people, such as the address.
	Options []Option

	// Open makes an input from options that Check has accepted, all of them
	// present. It claims what the input needs (binds its socket), so that
	// messages can wait there; nothing is read before Run. An error should be
	// a *Problem.
	Open func(o Values, env Env) (Input, error)
}

// Input receives messages from one place.
type Input interface {
	// Address is where it is bound, with the real port, or what it reads.
	Address() string

	// Run calls emit for each message until ctx is cancelled, which returns
	// nil; what has arrived by then is still emitted. It neither retries nor
	// reconnects: an error means that the input has to be reopened. After
	// returning it no longer calls emit and has released what Open claimed.
	// emit may be called from several goroutines; it waits for room, unless
	// the kind is Lossy.
	Run(ctx context.Context, emit func(event.Raw)) error

	// Close releases what Open has claimed, if Run is never called.
	Close() error

	// Health returns what only the input itself knows. It may be called at any
	// time, also after Run has returned.
	Health() Health
}

// Health is what only an input itself knows about what it loses.
type Health struct {
	KernelDropped uint64 // messages that the operating system dropped before they could be read
	Refused       uint64 // connections that were closed because there were too many
}

// Env is what an input gets besides its options.
type Env struct {
	// Origin is what every message of the input says of where it came from. An
	// input that knows more (a file, the shape, a key for positions) completes
	// a copy.
	Origin event.Origin

	Log *slog.Logger
	Now func() time.Time

	// Position returns the last position that was stored under a key
	// (event.Origin.Key), "" if there is none: where to continue.
	Position func(ctx context.Context, key string) (string, error)
}

// Setting is an input as the admin has set it up.
type Setting struct {
	ID      string `json:"id" yaml:"id"`                         // unique; "" means the name of the kind
	Kind    string `json:"kind" yaml:"kind"`                     // Kind.Name
	Name    string `json:"name,omitempty" yaml:"name,omitempty"` // what the admin calls it; "" means the kind's title
	On      bool   `json:"on" yaml:"on"`
	Options Values `json:"options,omitempty" yaml:"options,omitempty"` // what differs from the defaults
}

// UnmarshalYAML reads a setting; one with on unset is on: somebody has written
// it down.
func (s *Setting) UnmarshalYAML(unmarshal func(any) error) error {
	type plain Setting
	p := plain{On: true}
	if err := unmarshal(&p); err != nil {
		return err
	}
	*s = Setting(p)
	return nil
}

// Equal reports whether two settings ask for the same input, whatever it is
// called.
func (s Setting) Equal(o Setting) bool {
	return s.ID == o.ID && s.Kind == o.Kind && s.On == o.On && s.Options.equal(o.Options)
}

// Problem is why an input does not work, and what the admin can do about it.
type Problem struct {
	What   string // what was tried: "listen on tcp :514"; "" where the reason says so
	Reason string // "this port needs administrator rights"
	Remedy string // "choose one from 1024 up, such as :5514"; "" when none is known
}

// Error says all of it.
func (p *Problem) Error() string {
	if p.What == "" {
		return p.Advice()
	}
	return p.What + ": " + p.Advice()
}

// Advice says why and what to do, where it is plain what was tried.
func (p *Problem) Advice() string {
	if p.Remedy == "" {
		return p.Reason
	}
	return p.Reason + "; " + p.Remedy
}
