// Package source is what is known about who sends: what was counted, what the
// messages look like and are about, and how the clock is doing.
package source

// Counters is the ledger of one source or of all: where each message went.
// Received = Stored + Dropped, and Stored = Parsed + ParseFailed. A message is
// counted when its fate is known: what waits in the queue is in none of them.
type Counters struct {
	Received    uint64 `json:"received"`     // taken from the socket or file
	Parsed      uint64 `json:"parsed"`       // understood by a normalizer or at least its syslog header
	ParseFailed uint64 `json:"parse_failed"` // stored raw with the tag parse_failure
	Stored      uint64 `json:"stored"`       // committed to disk
	Dropped     uint64 `json:"dropped"`      // lost because the queue was full

	// KernelDropped counts datagrams the operating system dropped before
	// Porchlight could read them. It is known per socket only, never per source.
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
	Name     string `json:"name"`    // host name the messages carry, last seen
	Vendor   string `json:"vendor"`  // observer.vendor or the dataset, last recognized
	LastSeen int64  `json:"-"`       // receive time of the newest message, Unix nanoseconds
	Counters
	Profile Profile `json:"-"`
}
