package model

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"porchlight/detect/alert"
	"porchlight/ingest/event"
)

// EventTime prints an event's own time for a list: month-day, time of day,
// milliseconds if the message had them.
func EventTime(ns int64, loc *time.Location) string {
	t := time.Unix(0, ns).In(loc)
	if t.Nanosecond() < int(time.Millisecond) {
		return t.Format("01-02 15:04:05")
	}
	return t.Format("01-02 15:04:05.000")
}

// ShortTime prints a bound of a time range: without seconds where they are 0.
func ShortTime(ns int64, loc *time.Location) string {
	t := time.Unix(0, ns).In(loc)
	if t.Second() == 0 && t.Nanosecond() == 0 {
		return t.Format("01-02 15:04")
	}
	return t.Format("01-02 15:04:05")
}

// FullTime prints a time with date, milliseconds if any, and zone.
func FullTime(ns int64, loc *time.Location) string {
	return time.Unix(0, ns).In(loc).Format("2006-01-02 15:04:05.999 -07:00")
}

// syslogLevels are the names of the syslog severities 0 to 7 (RFC 5424
// section 6.2.1) and the urgency they are shown with.
var syslogLevels = [8]struct {
	name  string
	level alert.Level
}{
	{"emergency", alert.Critical}, {"alert", alert.Critical}, {"critical", alert.Critical}, {"error", alert.High},
	{"warning", alert.Medium}, {"notice", alert.Informational}, {"info", alert.Informational}, {"debug", alert.Informational},
}

var logLevels = map[string]int{
	"emerg": 0, "emergency": 0, "panic": 0, "alert": 1, "crit": 2, "critical": 2, "fatal": 2, "err": 3, "error": 3,
	"warn": 4, "warning": 4, "notice": 5, "info": 6, "information": 6, "informational": 6, "debug": 7, "trace": 7,
}

// EventLevel returns how urgent the sender called the event: a word and the
// severity it is shown with; "" if the sender gave none.
func EventLevel(ev *event.Event) (word string, level alert.Level) {
	n, err := strconv.Atoi(ev.Get(event.LogSyslogSeverity))
	if name := ev.Get(event.LogLevel); name != "" {
		known, ok := logLevels[strings.ToLower(name)]
		if !ok && err != nil {
			return name, ""
		}
		if ok {
			n, err = known, nil
		}
	}
	if err != nil || n < 0 || n > 7 {
		return "", ""
	}
	return syslogLevels[n].name, syslogLevels[n].level
}

// The fields behind a column that shows one thing under different names: the
// first one present counts.
var (
	LevelFields       = []event.Field{event.LogLevel, event.LogSyslogSeverity}
	SourceFields      = []event.Field{event.ObserverProduct, event.ObserverVendor, event.EventDataset, event.EventModule, event.ProcessName, event.LogSyslogAppname}
	HostFields        = []event.Field{event.HostName, event.LogSyslogHostname, event.LogSourceAddress}
	UserFields        = []event.Field{event.UserName, event.SourceUserName, event.UserEmail, event.UserTargetName, event.DestinationUserName}
	ActionFields      = []event.Field{event.EventAction}
	OutcomeFields     = []event.Field{event.EventOutcome}
	SourceIPFields    = []event.Field{event.SourceIP, event.SourceDomain}
	DestinationFields = []event.Field{event.DestinationIP, event.DestinationDomain, event.DestinationPort}
)

// FirstOf returns the first of the fields present in an event, and its first
// value; None and "" if there is none.
func FirstOf(ev *event.Event, fields []event.Field) (event.Field, string) {
	for _, f := range fields {
		if text := ev.Get(f); text != "" {
			for v := range event.Values(text) {
				return f, v
			}
		}
	}
	return event.None, ""
}

// EventSourceName says what kind of thing sent the event: vendor and product,
// else the dataset or the program.
func EventSourceName(ev *event.Event) string {
	vendor, product := ev.Get(event.ObserverVendor), ev.Get(event.ObserverProduct)
	if vendor != "" && product != "" && !strings.EqualFold(vendor, product) {
		return vendor + " " + product
	}
	_, v := FirstOf(ev, SourceFields)
	return v
}

// EventDestination prints destination address and port.
func EventDestination(ev *event.Event) string {
	host, port := first(ev.Get(event.DestinationIP), ev.Get(event.DestinationDomain)), ev.Get(event.DestinationPort)
	switch {
	case port == "":
		return host
	case strings.Contains(host, ":"):
		return "[" + host + "]:" + port
	}
	return host + ":" + port
}

// EventMessage returns the message, or else the whole line.
func EventMessage(ev *event.Event) string {
	return first(ev.Get(event.Message), ev.Get(event.EventOriginal))
}

// EventRaw returns the line as it was received.
func EventRaw(ev *event.Event) string {
	return first(ev.Get(event.EventOriginal), ev.Get(event.Message))
}

func first(values ...string) string {
	for _, v := range values {
		if v != "" {
			return v
		}
	}
	return ""
}

// FieldValue is one line of an event's detail.
type FieldValue struct{ Name, Value string }

// EventFields lists an event's fields for its detail, one row per value. What
// the raw line shows verbatim, itself and the message, is left out.
func EventFields(ev *event.Event) []FieldValue {
	var out []FieldValue
	raw := EventRaw(ev)
	for ref, text := range ev.Each() {
		if ref.Field == event.EventOriginal || ref.Field == event.Message && strings.Contains(raw, text) {
			continue
		}
		for v := range event.Values(text) {
			out = append(out, FieldValue{ref.Name, v})
		}
	}
	out = append(out, FieldValue{event.DocumentID.String(), ev.ID.String()})
	return out
}

// maxSearches bounds the remembered searches.
const maxSearches = 50

// Searches remembers past searches. The zero value is empty.
type Searches struct {
	texts []string // oldest first
	at    int      // distance from the newest; 0 is what is being typed
	draft string
}

// Add remembers a search that was run.
func (s *Searches) Add(text string) {
	s.at = 0
	text = strings.TrimSpace(text)
	if text == "" {
		return
	}
	s.texts = slices.DeleteFunc(s.texts, func(t string) bool { return t == text })
	s.texts = append(s.texts, text)
	if over := len(s.texts) - maxSearches; over > 0 {
		s.texts = slices.Delete(s.texts, 0, over)
	}
}

// Older returns the search before the one shown, or current if there is none.
func (s *Searches) Older(current string) string {
	if s.at == 0 {
		s.draft = current
	}
	next := s.at + 1
	for next <= len(s.texts) && s.texts[len(s.texts)-next] == current { // just run: already there
		next++
	}
	if next > len(s.texts) {
		return current
	}
	s.at = next
	return s.texts[len(s.texts)-next]
}

// Newer returns the search after the one shown, and finally what was being typed.
func (s *Searches) Newer(current string) string {
	if s.at == 0 {
		return current
	}
	s.at--
	if s.at == 0 {
		return s.draft
	}
	return s.texts[len(s.texts)-s.at]
}

// Delay says how far apart the event's own time and the time of receipt are, ""
// if under two seconds.
func Delay(ev *event.Event) string {
	d := time.Duration(ev.Received - ev.Time)
	switch {
	case ev.Received == 0 || d.Abs() < 2*time.Second:
		return ""
	case d < 0:
		return "  (the sender's clock is " + roundDuration(-d) + " ahead)"
	}
	return "  (" + roundDuration(d) + " later)"
}

func roundDuration(d time.Duration) string {
	switch {
	case d < time.Minute:
		return strconv.Itoa(int(d/time.Second)) + " s"
	case d < time.Hour:
		return strconv.Itoa(int(d/time.Minute)) + " min"
	case d < 48*time.Hour:
		return strconv.Itoa(int(d/time.Hour)) + " h"
	}
	return strconv.Itoa(int(d/(24*time.Hour))) + " days"
}
