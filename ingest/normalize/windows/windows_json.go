package windows

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// JSON reads Windows events that a program wrote as JSON: in the shape of
// their XML, {"Event": {"System": {...}, "EventData": {...}}}, like our own
// reader of .evtx files and several others, or flat, like NXLog, {"EventID":
// 4624, "SourceName": "...", "Channel": "Security", "TargetUserName": "..."},
// or with lower-case initials below "win", like Wazuh, {"win": {"system":
// {...}, "eventdata": {...}}}.
var JSON = read.Parser{
	Name:      "windows",
	First:     "{ \t",
	Recognize: isWindowsJSON,
	Parse:     parseWindowsJSON,
}

func isWindowsJSON(msg string) bool {
	if msg[0] != '{' && msg[0] != ' ' && msg[0] != '\t' {
		return false
	}
	rest, ok := strings.CutPrefix(strings.TrimLeft(msg, " \t"), "{")
	if !ok {
		return false
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), `"Event"`)
	if ok && strings.HasPrefix(strings.TrimLeft(rest, " \t"), ":") {
		return true
	}
	if strings.Contains(msg, `"win"`) && (strings.Contains(msg, `"eventdata"`) || strings.Contains(msg, `"providerName"`)) {
		return true
	}
	return strings.Contains(msg, `"SourceName"`) && strings.Contains(msg, `"EventID"`) && strings.Contains(msg, `"Channel"`)
}

// windowsScratch holds the flattened JSON while its parts are renamed.
var windowsScratch = read.NewPool(func() *event.Event { return new(event.Event) })

func parseWindowsJSON(m *read.Message, ev *event.Event) bool {
	w := windowsScratch.Get()
	defer windowsScratch.Put(w)
	w.Reset()
	if event.FlattenJSON(m.Text, w) != nil {
		return false // the JSON parser reads it as far as possible
	}
	r := winlogRecords.Get()
	defer winlogRecords.Put(r)
	r.reset()
	wazuh := ""
	for _, p := range w.Extras() {
		if rest, ok := strings.CutPrefix(p.Name, "Event."); ok {
			r.addNested(rest, p.Value)
		} else if rest, ok := strings.CutPrefix(strings.TrimPrefix(p.Name, "data."), "win."); ok {
			wazuh = p.Name[:len(p.Name)-len(rest)]
			r.addWazuh(rest, p.Value)
		}
	}
	if wazuh == "" && r.id == "" {
		for _, p := range w.Extras() {
			r.addFlat(p.Name, p.Value)
		}
	}
	if r.channel == "" && r.provider == "" {
		return false
	}
	if wazuh != "" {
		// What Wazuh's manager adds to an event is kept beside it.
		for _, p := range w.Extras() {
			if !strings.HasPrefix(p.Name, wazuh) {
				ev.SetExtra(p.Name, p.Value)
			}
		}
	}
	if r.message == "" {
		r.message = w.Get(event.Message)
	}
	r.finish(ev, m)
	return true
}

// addNested stores a value named by its path below Event.
func (r *winlogRecord) addNested(name, value string) {
	section, rest, _ := strings.Cut(name, ".")
	rest = strings.TrimSuffix(rest, ".#text")
	switch section {
	case "System":
		switch rest {
		case "Provider.#attributes.Name":
			r.provider = value
		case "Provider.#attributes.Guid":
			r.guid = value
		case "TimeCreated.#attributes.SystemTime":
			r.time = value
		case "Correlation.#attributes.ActivityID":
			r.activity = value
		case "Execution.#attributes.ProcessID":
			r.pid = value
		case "Execution.#attributes.ThreadID":
			r.tid = value
		case "Security.#attributes.UserID":
			r.sid = value
		case "EventID.#attributes.Qualifiers":
			r.qualifiers = value
		default:
			r.systemText(rest, value)
		}
	case "EventData":
		if rest == "" || strings.HasPrefix(rest, "#") || strings.Contains(rest, ".#attributes.") {
			return
		}
		r.addData(rest, value)
	case "UserData":
		if !strings.Contains(rest, "#attributes") {
			r.addNamed("winlog.user_data."+rest[strings.LastIndexByte(rest, '.')+1:], value)
		}
	}
}

// addWazuh stores a value named by its path below win. Wazuh writes names with
// lower-case initials, and escapes values once more than JSON requires.
func (r *winlogRecord) addWazuh(name, value string) {
	section, rest, _ := strings.Cut(name, ".")
	switch section {
	case "eventdata":
		if rest == "" {
			return
		}
		full, ok := wazuhNames[rest]
		if !ok {
			full = "winlog.event_data." + capital(rest)
		}
		r.addNamed(full, unescapeTwice(value))
	case "system":
		switch rest {
		case "providerName":
			r.provider = value
		case "providerGuid":
			r.guid = value
		case "systemTime":
			r.time = value
		case "processID":
			r.pid = value
		case "threadID":
			r.tid = value
		case "message":
			r.message = strings.Trim(unescapeTwice(value), `"`)
		case "severityValue":
		default:
			r.systemText(capital(rest), value)
		}
	default:
		if i := strings.LastIndexByte(rest, '.'); rest != "" {
			r.addNamed("winlog.user_data."+capital(rest[i+1:]), unescapeTwice(value))
		}
	}
}

// wazuhNames are the names of common event data in Wazuh's spelling.
var wazuhNames = func() map[string]string {
	m := map[string]string{}
	for n, full := range dataNames {
		m[read.Lower(n[:1])+n[1:]] = full
	}
	return m
}()

func capital(s string) string {
	if s != "" && 'a' <= s[0] && s[0] <= 'z' {
		return string(s[0]-0x20) + s[1:]
	}
	return s
}

func unescapeTwice(s string) string {
	if !strings.Contains(s, `\\`) && !strings.Contains(s, `\"`) && !strings.Contains(s, `\r\n`) {
		return s
	}
	return twiceEscaped.Replace(s)
}

var twiceEscaped = strings.NewReplacer(`\\`, `\`, `\"`, `"`, `\r`, "\r", `\n`, "\n", `\t`, "\t")

// addFlat stores a member of NXLog's flat form.
func (r *winlogRecord) addFlat(name, value string) {
	switch name {
	case "EventID":
		r.id = value
	case "SourceName":
		r.provider = value
	case "ProviderGuid":
		r.guid = value
	case "Channel":
		r.channel = value
	case "Hostname":
		r.computer = value
	case "Version":
		r.version = value
	case "Severity":
		r.level = value
	case "Task":
		r.task = value
	case "Opcode", "OpcodeValue":
		r.opcode = value
	case "Keywords":
		r.keywords = value
	case "RecordNumber":
		r.record = value
	case "ActivityID":
		r.activity = value
	case "ProcessID", "ExecutionProcessID":
		r.pid = value
	case "ThreadID", "ExecutionThreadID":
		r.tid = value
	case "UserID":
		r.sid = value
	case "EventTime", "UtcTime":
		if r.time == "" || name == "EventTime" {
			r.time = value
		}
		if name == "UtcTime" {
			r.addData(name, value)
		}
	case "Message":
		r.message = value
	case "EventReceivedTime", "SourceModuleName", "SourceModuleType", "SeverityValue", "EventType", "AccountType":
	default:
		r.addData(name, value)
	}
}

// winlogbeat is the JSON of Winlogbeat and Elastic Agent, which has the same
// names as ours
// (https://www.elastic.co/docs/reference/beats/winlogbeat/exported-fields-winlog).
var winlogbeat = []read.JSONProduct{{
	Name: "winlogbeat", Has: []string{"winlog.event_id", "winlog.channel"}, Module: "windows", Dataset: "windows.eventlog", Finish: winlogbeatEvent,
}}

func winlogbeatEvent(k *read.Keyed) {
	r := winlogRecords.Get()
	defer winlogRecords.Put(r)
	r.reset()
	r.id, r.channel, r.provider = k.Get("winlog.event_id"), k.Get("winlog.channel"), k.Get("winlog.provider_name")
	r.computer, r.sid, r.level = k.Get("winlog.computer_name"), k.Get("winlog.user.identifier"), k.Get("log.level")
	if r.keywords = k.Get("winlog.keywords"); k.Get("event.outcome") == read.Failure {
		r.keywords = keywordAuditFailure
	}
	for _, p := range k.Event.Extras() {
		if strings.HasPrefix(p.Name, "winlog.event_data.") || strings.HasPrefix(p.Name, "winlog.user_data.") {
			r.addNamed(p.Name, p.Value)
		}
	}
	m := read.Message{Location: k.Location}
	r.facts(k.Event, &m)
}
