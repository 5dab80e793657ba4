package model

import "time"

// Zoom remembers the spans that were narrowed, to go back to them. The zero
// value is empty.
type Zoom struct{ back []Span }

// maxZoom bounds the way back.
const maxZoom = 50

// In records that a part of a span was chosen.
func (z *Zoom) In(from Span) {
	z.back = append(z.back, from)
	if len(z.back) > maxZoom {
		z.back = z.back[1:]
	}
}

// Forget records that a span was chosen outright: there is no way back from it.
func (z *Zoom) Forget() { z.back = nil }

// Out returns the span to go back to: the previous one, or else one four times
// as long around the current one. ok is false if everything is already shown.
func (z *Zoom) Out(now Span, at time.Time) (s Span, ok bool) {
	if n := len(z.back); n > 0 {
		s = z.back[n-1]
		z.back = z.back[:n-1]
		return s, true
	}
	return Wider(now, at)
}

// CanOut reports whether Out would change anything.
func (z *Zoom) CanOut(now Span) bool { return now != AllTime && !now.Live || len(z.back) > 0 }

// Wider returns a longer span around one.
func Wider(s Span, at time.Time) (Span, bool) {
	switch {
	case s.Live || s == AllTime:
		return s, false
	case s.Last > 0:
		for _, usual := range Spans {
			if usual.Last > s.Last {
				return usual, true
			}
		}
		return AllTime, true
	case s.Since == 0 || s.Until == 0:
		return AllTime, true
	}
	length := s.Until - s.Since
	out := Span{Since: s.Since - length*3/2, Until: s.Until + length*3/2}
	if now := at.UnixNano(); out.Until > now && s.Until <= now {
		out.Until = max(now, s.Until)
	}
	if length > int64(300*day) {
		return AllTime, true
	}
	return out, true
}
