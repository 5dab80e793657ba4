package ingest

import (
	"net/netip"
	"time"

	"porchlight/ingest/enrich"
	"porchlight/ingest/event"
	"porchlight/ingest/normalize"
	"porchlight/ingest/syslog"
)

// maxAhead is how far an event's own time may be ahead of its receipt. A
// missing zone makes half a day; more is a wrong clock or a lie, and would
// come first in every search for years.
const maxAhead = int64(25 * time.Hour)

// Parser turns raw messages into events. It is immutable, hence safe for
// concurrent use.
type Parser struct {
	ctx    normalize.Context
	enrich *enrich.Enricher
}

// NewParser returns a parser that reads times without a zone in loc, nil
// meaning the computer's zone.
func NewParser(loc *time.Location) Parser {
	if loc == nil {
		loc = time.Local
	}
	return Parser{normalize.Context{Location: loc}, &enrich.Enricher{}}
}

// Parse overwrites ev with the fields of raw. It always succeeds: a message
// that is not understood becomes an event with its text and
// event.TagParseFailure.
func (p Parser) Parse(raw *event.Raw, ev *event.Event) {
	ev.Reset()
	ev.Received, ev.Time = raw.Received, raw.Received
	if raw.From.IsValid() || raw.Origin.Live {
		ev.Set(event.LogSourceAddress, raw.Source())
	}
	ev.Set(event.LogFilePath, raw.Origin.Path)
	ev.Set(event.EventOriginal, raw.Body)

	var h syslog.Header
	understood := false
	switch raw.Origin.Shape {
	case event.ShapeEvent:
		understood = p.readEvent(raw, ev)
	case event.ShapeDocument:
		ev.Set(event.Message, raw.Body)
		understood = normalize.Apply(ev, p.ctx)
	default:
		if understood = normalize.ApplyBare(ev, raw.Body, p.ctx); !understood {
			syslog.ParseHeader(raw.Body, raw.Received, p.ctx.Location, &h)
			setHeader(ev, &h)
			understood = normalize.Apply(ev, p.ctx)
		}
	}
	if !understood && (h.Err != nil || h.Format == syslog.None) {
		ev.Add(event.Tags, event.TagParseFailure)
	}
	if vendor := raw.Origin.Vendor; vendor != "" && !ev.Has(event.ObserverVendor) {
		ev.Set(event.ObserverVendor, vendor)
	}
	if ev.Time > raw.Received+maxAhead {
		ev.SetName("event.created", event.FormatTime(ev.Time))
		ev.Time = raw.Received
		ev.Add(event.Tags, event.TagTimeAhead)
	}
	if h.Err != nil && !understood {
		ev.Set(event.ErrorMessage, h.Err.Error())
	}
	if raw.Truncated {
		ev.Add(event.Tags, event.TagTruncated)
	}
	p.enrich.Apply(ev)
}

// readEvent reads a message that is already an event. What its sender says about
// the message itself and how it reached us is for us to say.
func (p Parser) readEvent(raw *event.Raw, ev *event.Event) bool {
	source := ev.Get(event.LogSourceAddress)
	if err := event.FlattenJSON(raw.Body, ev); err != nil {
		received := raw.Received
		ev.Reset()
		ev.Received, ev.Time = received, received
		ev.Set(event.LogSourceAddress, source)
		ev.Set(event.LogFilePath, raw.Origin.Path)
		ev.Set(event.EventOriginal, raw.Body)
		ev.Set(event.Message, raw.Body)
		ev.Set(event.ErrorMessage, err.Error())
		return false
	}
	tags := ev.Get(event.Tags)
	ev.Delete(event.Tags)
	for tag := range event.Values(tags) {
		if !event.IsPipelineTag(tag) {
			ev.Add(event.Tags, tag)
		}
	}
	ev.Set(event.EventOriginal, raw.Body)
	ev.Set(event.LogSourceAddress, source)
	if ev.Get(event.EventKind) == "" {
		ev.Set(event.EventKind, "event")
	}
	return true
}

// With returns a parser that uses an enricher.
func (p Parser) With(e *enrich.Enricher) Parser {
	p.enrich = e
	return p
}

// setHeader copies the syslog header's fields into the event.
func setHeader(ev *event.Event, h *syslog.Header) {
	if h.Time != 0 {
		ev.Time = h.Time
	}
	if h.Priority >= 0 {
		ev.SetInt(event.LogSyslogPriority, int64(h.Priority))
		ev.SetInt(event.LogSyslogFacility, int64(h.Facility()))
		ev.SetInt(event.LogSyslogSeverity, int64(h.Severity()))
	}
	if h.Version > 0 {
		ev.SetInt(event.LogSyslogVersion, int64(h.Version))
	}
	ev.Set(event.LogSyslogHostname, h.Hostname)
	ev.Set(event.HostName, h.Hostname)
	if a, err := netip.ParseAddr(h.Hostname); err == nil {
		ev.Set(event.HostIP, a.WithZone("").String())
	}
	ev.Set(event.HostIP, h.Address)
	ev.Set(event.LogSyslogAppname, h.AppName)
	ev.Set(event.LogSyslogProcID, h.ProcID)
	ev.Set(event.LogSyslogMsgID, h.MsgID)
	ev.Set(event.ProcessName, h.AppName)
	if isDecimal(h.ProcID) {
		ev.Set(event.ProcessPID, h.ProcID)
	}
	for p := range syslog.Params(h.StructuredData) {
		ev.SetExtra("log.syslog.structured_data."+p.ID+"."+p.Name, p.Value)
	}
	ev.Set(event.Message, h.Message)
}

func isDecimal(s string) bool {
	if s == "" || len(s) > 10 {
		return false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}
