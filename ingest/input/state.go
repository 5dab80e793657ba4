package input

import "time"

// State is how an input that the admin has set up is doing.
type State struct {
	ID      string
	Kind    string
	Title   string // what the admin calls it, else the kind's title
	Address string // where it is bound, with the real port; as configured while it is not
	Phase   Phase
	Problem Problem // of Trouble

	Received uint64        // messages since startup whose fate is known
	Dropped  uint64        // how many of these were lost in the queue
	Last     time.Time     // receipt of the newest of them; zero when there is none
	Rate     float64       // messages per second, over the last minute
	Lag      time.Duration // from receipt to storage, of the last batch
	Health
}

// Phase is what an input is doing.
type Phase uint8

// The phases.
const (
	Off       Phase = iota // not switched on
	Opening                // to be opened as soon as what it replaces has ended
	Waiting                // open, nothing received since Porchlight started
	Receiving              // open, messages have come
	Trouble                // not open: State.Problem says why; it is being retried
)

// Open reports whether messages can come in.
func (p Phase) Open() bool { return p == Waiting || p == Receiving }

func (p Phase) String() string {
	switch p {
	case Off:
		return "off"
	case Opening:
		return "opening"
	case Waiting:
		return "waiting"
	case Receiving:
		return "receiving"
	case Trouble:
		return "trouble"
	}
	return "unknown"
}
