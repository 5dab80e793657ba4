package ingest

import "time"

// meter counts the messages of one input. The ledger's lock guards it.
type meter struct {
	received, dropped uint64
	last              int64         // receive time of the newest message, Unix nanoseconds
	lag               time.Duration // from receipt to storage, of the last one
	seconds           [60]second    // the last minute, by second modulo 60
}

// second counts the messages received in one second.
type second struct {
	at int64 // Unix seconds
	n  uint64
}

// meter returns an input's meter. There are few, since the admin names inputs.
func (l *Ledger) meter(input string) *meter {
	m := l.meters[input]
	if m == nil {
		m = &meter{}
		l.meters[input] = m
	}
	return m
}

func (m *meter) store(received, now int64) {
	m.received++
	m.last = max(m.last, received)
	m.lag = time.Duration(max(now-received, 0))
	at := received / int64(time.Second)
	s := &m.seconds[uint64(at)%uint64(len(m.seconds))]
	if s.at != at {
		*s = second{at: at}
	}
	s.n++
}

func (m *meter) drop() {
	m.received++
	m.dropped++
}

// rate returns messages per second over the minute before now.
func (m *meter) rate(now time.Time) float64 {
	var n uint64
	for _, s := range m.seconds {
		if age := now.Unix() - s.at; 0 <= age && age < int64(len(m.seconds)) {
			n += s.n
		}
	}
	return float64(n) / float64(len(m.seconds))
}

// InputCount is what has been counted for one input since the start.
type InputCount struct {
	Received uint64        // messages whose fate is known
	Dropped  uint64        // lost ones among them
	Last     time.Time     // receipt of the newest stored one; zero if there is none
	Rate     float64       // messages per second, over the last minute
	Lag      time.Duration // from receipt to storage, of the last one
}

// Input returns what has been counted for an input.
func (l *Ledger) Input(id string) InputCount {
	l.mu.Lock()
	defer l.mu.Unlock()
	m := l.meters[id]
	if m == nil {
		return InputCount{}
	}
	c := InputCount{Received: m.received, Dropped: m.dropped, Rate: m.rate(l.now()), Lag: m.lag}
	if m.last != 0 {
		c.Last = time.Unix(0, m.last)
	}
	return c
}
