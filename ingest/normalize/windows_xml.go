package normalize

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
)

// windowsXML reads events of the Windows event log rendered as XML
// (https://learn.microsoft.com/windows/win32/wes/eventschema-schema), as
// wevtutil, Winlogbeat, NXLog, Wazuh and collectors forward them.
var windowsXML = parser{
	name:  "windows_xml",
	first: "<",
	recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "<Event") && windowsXMLStart(msg) == 0
	},
	parse: parseWindowsXML,
}

// windowsXMLInside reads them behind what a relay put in front. It is asked
// late: text that somebody made another program log must not pass for an
// event of Windows.
var windowsXMLInside = parser{
	name:      "windows_xml_inside",
	first:     "^{",
	recognize: func(msg string) bool { return windowsXMLStart(msg) >= 0 },
	parse:     parseWindowsXML,
}

var eventTag = clueOf("<Event")

// windowsXMLStart returns where <Event begins; text before it is short.
func windowsXMLStart(msg string) int {
	i := eventTag.index(msg[:min(len(msg), 300)])
	if i < 0 || i+7 > len(msg) || msg[i+6] != ' ' && msg[i+6] != '>' || !strings.Contains(msg[i:], "<System>") {
		return -1
	}
	return i
}

func parseWindowsXML(m *message, ev *event.Event) bool {
	start := windowsXMLStart(m.text)
	if start < 0 {
		return false
	}
	r := winlogRecords.get()
	defer winlogRecords.put(r)
	r.reset()
	r.readXML(m.text[start:])
	if r.provider == "" && r.channel == "" && r.id == "" {
		return false
	}
	r.finish(ev, m)
	return true
}

// readXML reads one <Event>.
func (r *winlogRecord) readXML(text string) {
	x := xmlScanner{s: text}
	section, name, depth, unnamed := "", "", 0, 0
	content := ""
	for x.next() {
		switch x.kind {
		case xmlStartTag:
			content = ""
			depth++
			switch {
			case depth == 2:
				section = x.name
			case depth == 3 && section == "System":
				r.systemAttrs(&x)
			case depth == 3 && section == "EventData":
				if name = x.attr("Name"); name == "" && x.name != "Data" {
					name = x.name
				}
			}
			if x.empty {
				depth--
			}
		case xmlText:
			content = x.text
		case xmlEndTag:
			switch {
			case depth == 3 && section == "System":
				r.systemText(x.name, strings.TrimSpace(content))
			case depth == 3 && section == "EventData":
				if name == "" {
					unnamed++
					name = "param" + strconv.Itoa(unnamed)
				}
				if content = strings.TrimSpace(content); content != "" {
					r.addData(name, content)
				}
			case depth > 2 && section == "UserData" && content != "" && strings.TrimSpace(content) != "":
				r.addNamed("winlog.user_data."+x.name, strings.TrimSpace(content))
			case depth == 3 && section == "RenderingInfo" && x.name == "Message":
				r.message = strings.TrimSpace(content)
			}
			content = ""
			if depth--; depth == 0 {
				return
			}
		}
	}
}

func (r *winlogRecord) systemAttrs(x *xmlScanner) {
	switch x.name {
	case "Provider":
		r.provider, r.guid = x.attr("Name"), x.attr("Guid")
	case "TimeCreated":
		r.time = x.attr("SystemTime")
	case "Execution":
		r.pid, r.tid = x.attr("ProcessID"), x.attr("ThreadID")
	case "Security":
		r.sid = x.attr("UserID")
	case "Correlation":
		r.activity = x.attr("ActivityID")
	case "EventID":
		r.qualifiers = x.attr("Qualifiers")
	}
}

func (r *winlogRecord) systemText(name, text string) {
	switch name {
	case "EventID":
		r.id = text
	case "Version":
		r.version = text
	case "Level":
		r.level = text
	case "Task":
		r.task = text
	case "Opcode":
		r.opcode = text
	case "Keywords":
		r.keywords = text
	case "EventRecordID":
		r.record = text
	case "Channel":
		r.channel = text
	case "Computer":
		r.computer = text
	}
}
