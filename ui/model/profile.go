package model

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/product"
	"porchlight/ingest/source"
)

// What the Sources page says about a source.

// NewSenders returns the senders first seen since Porchlight keeps profiles
// that the admin has not named yet, newest first.
func NewSenders(p Pulse) []source.Source {
	var out []source.Source
	for _, s := range p.Status.Sources {
		if s.Profile.FirstSeen != 0 && !s.Profile.Known && s.IsSender() {
			out = append(out, s)
		}
	}
	slices.SortStableFunc(out, func(a, b source.Source) int { return cmp.Compare(b.Profile.FirstSeen, a.Profile.FirstSeen) })
	return out
}

// SourceLooks says what a sender looks like, in a sentence:
// "192.168.1.1 looks like a UniFi gateway (37 of 40 lines understood)".
func SourceLooks(s source.Source) string {
	all := s.Parsed + s.ParseFailed
	kind := s.Profile.Looks()
	if kind == "" {
		if all == 0 {
			return s.Address + " sends"
		}
		return fmt.Sprintf("%s does not say what it is (%s of %s understood)", s.Address, Count(s.Parsed), Plural(int(all), "line", "lines"))
	}
	return fmt.Sprintf("%s looks like %s %s (%s of %s understood)", s.Address, article(kind), kind, Count(s.Parsed), Plural(int(all), "line", "lines"))
}

func article(noun string) string {
	if strings.ContainsRune("AEIOaeio", rune(noun[0])) || strings.HasPrefix(noun, "HP ") || strings.HasPrefix(noun, "FTP") {
		return "an"
	}
	return "a"
}

// SampleSays is what an event says happened, in a word; "" for one that was not
// understood.
func SampleSays(ev *event.Event) string {
	if _, action := FirstOf(ev, ActionFields); action != "" {
		return action
	}
	if ev.HasTag(event.TagParseFailure) {
		return ""
	}
	category, _, _ := strings.Cut(ev.Get(event.EventCategory), event.Separator)
	return cmp.Or(category, ev.Get(event.EventModule), "text with a header")
}

// SourceKind is what a source looks like, in short: for lists.
func SourceKind(s source.Source) string {
	return cmp.Or(s.Profile.Looks(), s.Vendor, "unknown")
}

// AspectLine is one line of what arrives from a source.
type AspectLine struct {
	Name  string
	Count string
	Seen  bool
	Hint  string // what to switch on, for what is expected but missing
}

// SourceAspects returns what arrives from a source and what is missing: first
// what arrives, then what else a source of its kind should send.
func SourceAspects(s source.Source) []AspectLine {
	want := product.Expected(SourceKind(s))
	var there, missing []AspectLine
	for a := range source.NumAspects {
		n := s.Profile.Aspects[a]
		hint, expected := want[a]
		switch {
		case n > 0:
			there = append(there, AspectLine{Name: product.AspectName(a), Count: Count(n), Seen: true})
		case expected:
			missing = append(missing, AspectLine{Name: product.AspectName(a), Count: "never seen", Hint: hint})
		}
	}
	return append(there, missing...)
}

// ClockText says how the clock of a source is doing.
func ClockText(c source.Clock) (text string, bad bool) {
	if !c.Measured {
		return "Its clock: not known yet. That takes a few dozen messages over a minute or more.", false
	}
	off := time.Duration(c.Offset)
	amount, direction := Span{Last: off.Abs().Round(time.Second)}.short(), "behind"
	if off < 0 {
		direction = "ahead"
	}
	switch {
	case c.Corrected != 0:
		return fmt.Sprintf("Its clock is %s %s. Its times are corrected; the time a message claims is kept in event.created.", amount, direction), true
	case off.Abs() < 5*time.Second:
		return "Its clock is right.", false
	case c.Trusted && off.Abs() > 90*time.Second:
		return fmt.Sprintf("Its times are %s %s the time of receipt, and left as they are.", amount, direction), true
	}
	return fmt.Sprintf("Its clock is %s %s.", amount, direction), off.Abs() > 30*time.Second
}

// short prints a span as people say it: "1 h", "7 min 5 s".
func (s Span) short() string {
	d := s.Last
	if d < time.Minute {
		return fmt.Sprintf("%d s", int(d.Seconds()))
	}
	var parts []string
	for _, u := range []struct {
		size time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if n := d / u.size; n > 0 && len(parts) < 2 {
			parts = append(parts, fmt.Sprintf("%d %s", n, u.name))
			d -= n * u.size
		} else if len(parts) > 0 {
			break
		}
	}
	return strings.Join(parts, " ")
}

// OfficeAddresses returns the source and destination addresses of an event
// about which something may be known.
func OfficeAddresses(ev *event.Event) []string {
	var out []string
	for _, f := range [...]event.Field{event.SourceIP, event.DestinationIP} {
		for v := range event.Values(ev.Get(f)) {
			if IsOfficeAddress(v) && !slices.Contains(out, v) && len(out) < 4 {
				out = append(out, v)
			}
		}
	}
	return out
}

// IsOfficeAddress reports whether a text is an address about which something
// may be known.
func IsOfficeAddress(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && !a.IsLoopback() && (a.IsPrivate() || a.IsLinkLocalUnicast())
}

var whoOrder = [...]int{event.IdentityHost: 0, event.IdentityUser: 1, event.IdentityMAC: 2}

// CorrectedText says what time the message of an event claims, if its clock was
// corrected; otherwise "".
func CorrectedText(ev *event.Event, loc *time.Location) string {
	if !ev.HasTag(event.TagTimeCorrected) && !ev.HasTag(event.TagTimeAhead) {
		return ""
	}
	claimed, _ := ev.LookupName("event.created")
	at, err := time.Parse(time.RFC3339Nano, claimed)
	if err != nil {
		return ""
	}
	return "The message says " + FullTime(at.UnixNano(), loc)
}

// InferredText says how the device of an event is known if its message does not
// name it; otherwise "".
func InferredText(ev *event.Event) string {
	if !ev.HasTag(event.TagObserverInferred) {
		return ""
	}
	return "Inferred from the sender's other messages: a device of " + cmp.Or(ev.Get(event.ObserverVendor), "this type")
}

// WhoText says who had an address: "pc7 · anna · 00-11-32-AA-BB-CC (Synology)".
// It is "" if nothing is known.
func WhoText(ids []event.Identity) string {
	// The card is for those who look closely.
	ids = slices.Clone(ids)
	slices.SortStableFunc(ids, func(a, b event.Identity) int {
		return cmp.Compare(whoOrder[a.Kind], whoOrder[b.Kind])
	})
	var parts []string
	for _, i := range ids {
		text := i.Value
		if i.Kind == event.IdentityMAC && i.From != "" && !strings.Contains(i.From, "dhcp") && !strings.Contains(i.From, "lease") {
			text += " (" + i.From + ")"
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, " · ")
}
