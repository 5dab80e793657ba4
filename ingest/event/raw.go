package event

import "net/netip"

// Raw is one message as an input received it, before any parsing.
type Raw struct {
	// Origin is what the message shares with others that came the same way;
	// never nil.
	Origin *Origin

	From     netip.AddrPort // the sender; the zero value where there is none (files)
	Received int64          // receive time, Unix nanoseconds UTC

	// Body is the message's bytes without framing. It is a string because it
	// is copied out of the read buffer exactly once and never changes after:
	// every parsed field is a free substring of it.
	Body string

	// Position is where the input continues after this message, in its own
	// words; "" where it cannot continue anywhere (datagrams). See
	// Origin.Settled and Origin.Key.
	Position string

	// Truncated reports that the sender's message was longer than the input's
	// limit and that Body is only its beginning.
	Truncated bool
}

// Origin is what all messages of an input, of one of its files or tenants,
// have in common. It does not change once a message refers to it.
type Origin struct {
	Input string // the input's id, unique among the configured ones: "syslog-udp", "import"
	Kind  string // the kind of input: "syslog-udp", "json-tcp"

	// Sender names who sends where messages have no address: a file, a tenant,
	// an interface. "" means the input itself. Counters, the profile and the
	// clock are kept under that name.
	Sender string

	Path   string // file the messages are read from; "" for the network
	Vendor string // observer.vendor as the admin named it; "" when the message must tell
	Shape  Shape

	// Live reports that messages arrive a moment after they were written, from
	// the device they are about: only then does their delay say something
	// about the sender's clock. Imported files are not live.
	Live bool

	// Key is the name under which the store keeps the positions of these
	// messages, in the transaction that stores the messages themselves; "" if
	// nothing is to be kept.
	Key string

	// Settled is called for messages that have a position: with stored when
	// they and all before them of this origin are durable, for the last of a
	// batch only, and without when a message was lost because Porchlight ends
	// or the queue is full. It must not block. nil: nobody asks.
	Settled func(position string, stored bool)
}

// KeepsPositions reports whether anybody asks for the positions of the messages.
func (o *Origin) KeepsPositions() bool { return o.Key != "" || o.Settled != nil }

// Position is where an input continues after an event of a batch.
type Position struct {
	At   int    // index of the event in the batch
	Key  string // Origin.Key
	Text string // Raw.Position
}

// Shape is what the body of a message is, where its input knows.
type Shape uint8

// The shapes.
const (
	// ShapeAny is whatever devices send: a syslog header of some dialect, or
	// none. It is found out per message.
	ShapeAny Shape = iota
	// ShapeDocument is the message itself, such as an object in JSON: what
	// looks like a syslog header in front is part of it.
	ShapeDocument
	// ShapeEvent is an event already: one object in JSON with ECS names, which
	// no parser reads again.
	ShapeEvent
)

// Source returns the name under which the message's sender is counted: its
// address without the port, else what the origin names.
func (r *Raw) Source() string {
	switch {
	case r.From.IsValid():
		return r.From.Addr().Unmap().String()
	case r.Origin.Sender != "":
		return r.Origin.Sender
	}
	return r.Origin.Input
}
