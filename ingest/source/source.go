// Package source describes what is known about senders: their counters, what
// their messages look like and are about, and how their clocks are doing.
package source

// Counters say where each message of one source, or of all, went. Received =
// Stored + Dropped, and Stored = Parsed + ParseFailed. A message is counted
// once its fate is known: those still queued are in none of them.
type Counters struct {
	Received    uint64 `json:"received"`     // taken from the socket or file
	Parsed      uint64 `json:"parsed"`       // understood by a parser, or at least its syslog header was
	ParseFailed uint64 `json:"parse_failed"` // stored raw with the tag parse_failure
	Stored      uint64 `json:"stored"`       // committed to disk
	Dropped     uint64 `json:"dropped"`      // lost because the queue was full

	// KernelDropped counts datagrams the operating system dropped before
	// Porchlight could read them. It is known only per socket, never per
	// source.
	KernelDropped uint64 `json:"kernel_dropped"`
}

// Sources that are no sender: what was imported, and the sum of senders for
// which there was no place any more.
const (
	Imports = "import"
	Others  = "other"
)

// IsSender reports whether the source is somebody who sends.
func (s *Source) IsSender() bool { return s.Address != Imports && s.Address != Others }

// Source is one sender of messages.
type Source struct {
	Address  string `json:"address"` // IP address without port; where there is none, the name that the input gives the sender
	Name     string `json:"name"`    // host name in its messages, last seen
	Vendor   string `json:"vendor"`  // observer.vendor, last recognized
	LastSeen int64  `json:"-"`       // receive time of the newest message, Unix nanoseconds
	Counters
	Profile Profile `json:"-"`
}
