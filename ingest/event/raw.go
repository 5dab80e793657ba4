package event

import "net/netip"

// Raw is one message as an input received it, before any parsing.
type Raw struct {
	// Origin is what the message shares with others that came the same way;
	// never nil.
	Origin *Origin

	From     netip.AddrPort // the sender; zero if there is none (files)
	Received int64          // receive time, Unix nanoseconds UTC

	// Body is the message's bytes without framing. It is a string because it
	// is copied out of the read buffer exactly once and never changes
	// afterwards: every parsed field is a free substring of it.
	Body string

	// Position is where the input resumes after this message, in its own
	// notation; "" where it cannot resume (datagrams). See Origin.Settled and
	// Origin.Key.
	Position string

	// Truncated reports that the sender's message was longer than the input's
	// limit and that Body is only its beginning.
	Truncated bool
}

// Origin is what all messages of an input, or of one of its files or tenants,
// share. It must not change once a message refers to it.
type Origin struct {
	Input string // the input's id, unique among the configured ones: "syslog-udp", "import"
	Kind  string // the kind of input: "syslog-udp", "json-tcp"

	// Sender names the sender of messages that have no address: a file, a
	// tenant, an interface. "" means the input itself. Counters, profile and
	// clock are kept under that name.
	Sender string

	Path   string // file the messages come from; "" for the network
	Vendor string // observer.vendor as set by the admin; "" to take it from the message
	Shape  Shape

	// Live means that messages arrive moments after they were written, from
	// the device they are about: only then does their delay say anything about
	// the sender's clock. Imported files are not live.
	Live bool

	// Key is the name under which the store keeps the positions of these
	// messages, in the same transaction as the messages themselves; "" to keep
	// none.
	Key string

	// Settled is called for messages that have a position: with stored true
	// once they and all earlier ones of this origin are durable (for the last
	// of a batch only), with false when a message was lost because Porchlight
	// is stopping or the queue is full. It must not block. It may be nil.
	Settled func(position string, stored bool)
}

// KeepsPositions reports whether anybody asks for the positions of the messages.
func (o *Origin) KeepsPositions() bool { return o.Key != "" || o.Settled != nil }

// Position is where an input resumes after an event of a batch.
type Position struct {
	At   int    // index of the event in the batch
	Key  string // Origin.Key
	Text string // Raw.Position
}

// Shape says what the body of a message is, where its input knows.
type Shape uint8

// The shapes.
const (
	// ShapeAny is whatever devices send: a syslog header of some dialect, or
	// none. Each message is examined.
	ShapeAny Shape = iota
	// ShapeDocument is a bare message, such as a JSON object: what looks like
	// a syslog header in front is part of it.
	ShapeDocument
	// ShapeEvent is already an event: one JSON object with ECS names, which no
	// parser reads again.
	ShapeEvent
)

// Source returns the name under which the message's sender is counted: its
// address without the port, else the origin's name.
func (r *Raw) Source() string {
	switch {
	case r.From.IsValid():
		return r.From.Addr().Unmap().String()
	case r.Origin.Sender != "":
		return r.Origin.Sender
	}
	return r.Origin.Input
}
