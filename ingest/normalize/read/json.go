package read

import (
	"errors"
	"strings"

	"porchlight/ingest/event"
)

// JSON makes the parser of messages that are one JSON object: every value
// under its dotted name (event.FlattenJSON), those with ECS names in their
// slots, and also the ECS meaning of other products' obvious names.
//
// products are those whose names are known.
func JSON(products JSONProducts) Parser {
	return Parser{
		Name:      "json",
		First:     "{ \t\r\n@",
		Recognize: func(msg string) bool { return jsonStart(msg) >= 0 },
		Parse:     products.parse,
	}
}

// TagJSONIncomplete marks an event whose message is JSON that breaks off or is
// malformed; the fields before that position are set, error.message names it.
const TagJSONIncomplete = "json_incomplete"

// jsonStart returns where the object begins: at the start, or after a marker
// such as "@cee:". It is -1 if the text has no object.
func jsonStart(msg string) int {
	i := 0
	if strings.HasPrefix(msg, "@cee:") {
		i = len("@cee:")
	}
	for i < len(msg) && IsBlank(msg[i]) {
		i++
	}
	if i >= len(msg) || msg[i] != '{' {
		return -1
	}
	for j := i + 1; j < len(msg); j++ {
		if !IsBlank(msg[j]) {
			if msg[j] == '"' {
				return i
			}
			break
		}
	}
	return -1
}

// keyedScratch saves an allocation: the functions that product tables call
// keep a Keyed from staying on the stack.
var keyedScratch = NewPool(func() *Keyed { return new(Keyed) })

func (ps JSONProducts) parse(m *Message, ev *event.Event) bool {
	start := jsonStart(m.Text)
	if start < 0 {
		return false
	}
	// No sender may change what the pipeline itself knows about the message.
	known, tags := pipelineFacts(ev), ev.Get(event.Tags)
	received := ev.Time
	err := event.FlattenJSON(m.Text[start:], ev)
	known.restore(ev)
	restoreTags(ev, tags)
	if err != nil {
		var broken *event.JSONError
		if !errors.As(err, &broken) || broken.Fields == 0 {
			return false
		}
		ev.Add(event.Tags, TagJSONIncomplete)
		ev.Set(event.ErrorMessage, err.Error())
	}
	k := keyedScratch.Get()
	defer func() {
		*k = Keyed{} // it must not keep the event alive
		keyedScratch.Put(k)
	}()
	*k = Keyed{Event: ev, Location: m.Location}
	if ev.Time != received {
		k.timeRank = rankExact + 1 // @timestamp
	}
	p := ps.Find(ev)
	if p == nil && parseEnvelope(m, ev) {
		return true
	}
	if p == nil {
		p = ps.Unwrap(ev)
	}
	if p != nil {
		p.read(k)
		if p.Inner != nil && m.Inside != nil {
			if app, text := p.Inner(k); text != "" {
				m.Inside(app, text, m, ev)
			}
		}
	} else {
		k.BindLoose()
		k.concludeLoose(m)
	}
	if !ev.Has(event.EventModule) {
		ev.Set(event.EventModule, "json")
	}
	if !ev.Has(event.EventDataset) {
		ev.Set(event.EventDataset, "json.log")
	}
	return true
}

// parseEnvelope reads the message inside JSON that programs wrap around a
// line: Splunk's exports, Docker, Kubernetes, Fluent Bit, Filebeat. It returns
// true if a parser understood what is inside; the event then has both.
func parseEnvelope(m *Message, ev *event.Event) bool {
	if m.Inside == nil {
		return false
	}
	get := func(name string) string { v, _ := ev.LookupName(name); return v }
	text := ""
	switch {
	case get("result._raw") != "":
		text = get("result._raw")
		if host := get("result.host"); host != "" && !ev.Has(event.HostName) {
			ev.Set(event.HostName, host)
		}
	case get("_raw") != "":
		text = get("_raw")
	case get("log") != "" && (get("stream") != "" || get("kubernetes.pod_name") != "" || get("container_id") != ""):
		text = get("log")
	case ev.Get(event.Message) != "" && ev.Get(event.Message) != m.Text && (get("stream") != "" || get("agent.type") != "" || get("@version") != "" || get("input.type") != "" || get("fields.source") != ""):
		text = ev.Get(event.Message)
	}
	text = strings.TrimRight(text, "\r\n")
	if text == "" || len(text) >= len(m.Text) {
		return false
	}
	if at := get("time"); at != "" {
		SetTime(ev, at, m.Location)
	}
	return m.Inside("", text, m, ev)
}

// facts is what the pipeline knows about a message before its JSON is read:
// where it came from and what its syslog header said.
type facts struct {
	framed bool // the message had a syslog header
	values [len(pipelineFields)]string
}

// pipelineFields are those of facts; the first alwaysOurs of them are always
// the pipeline's, the others only if there was a syslog header.
var pipelineFields = [...]event.Field{
	event.EventOriginal, event.LogSourceAddress, event.LogFilePath,
	event.LogSyslogPriority, event.LogSyslogFacility, event.LogSyslogSeverity, event.LogSyslogVersion,
	event.LogSyslogHostname, event.LogSyslogAppname, event.LogSyslogProcID, event.LogSyslogMsgID,
}

const alwaysOurs = 3

func pipelineFacts(ev *event.Event) facts {
	f := facts{framed: ev.Has(event.LogSyslogPriority)}
	for i, field := range pipelineFields {
		f.values[i] = ev.Get(field)
	}
	return f
}

func (f *facts) restore(ev *event.Event) {
	for i, field := range pipelineFields {
		if i < alwaysOurs || f.framed {
			restore(ev, field, f.values[i])
		}
	}
}

// restoreTags restores the pipeline's tags and removes those that only the
// pipeline may set.
func restoreTags(ev *event.Event, ours string) {
	theirs := ev.Get(event.Tags)
	if theirs == ours {
		return
	}
	ev.Delete(event.Tags)
	for t := range event.Values(ours) {
		ev.Add(event.Tags, t)
	}
	for t := range event.Values(theirs) {
		if !event.IsPipelineTag(t) {
			ev.Add(event.Tags, t)
		}
	}
}

func restore(ev *event.Event, f event.Field, v string) {
	if ev.Get(f) == v {
		return
	}
	ev.Delete(f)
	ev.Set(f, v)
}

// checkIPs moves values that are not addresses out of address fields.
func checkIPs(ev *event.Event, f event.Field) {
	if !ev.Has(f) {
		return
	}
	value := ev.Get(f)
	for one := range event.Values(value) {
		if ip, _ := ParseIP(one); ip == "" {
			ev.Delete(f)
			ev.SetExtra("json."+f.String(), value)
			return
		}
	}
}

// jsonAlias is Alias without the keys that mean too many things in JSON, and
// with those that are obvious there.
func jsonAlias(key string) *Binding {
	switch key {
	case "time", "ts", "timestamp", "Timestamp", "timeStamp", "eventTime", "event_time", "datetime", "created_at", "createdAt", "Time", "when", "published", "occurred", "occurredAt", "occurred_at",
		"created", "createdDateTime", "creationTime", "CreationTime", "eventTimestamp", "event_timestamp", "EventTime", "DateTime", "dateTime", "date_time", "startTime", "_time", "utc_time", "logTime", "activityDateTime", "TimeGenerated", "detectedAt",
		"eventDate", "event_date", "timestamp_utc", "receivedAt", "received_at":
		return &jsonTime
	case "hostname", "host", "host_name", "computer_name", "ComputerName":
		return &jsonHost
	case "date", "tz", "rule", "status", "result", "src", "dst", "usr":
		return nil
	}
	return Alias(key)
}

var (
	jsonTime = Binding{as: asTime, rank: rankStamp}
	jsonHost = Binding{as: asHost, field: event.HostName}
)
