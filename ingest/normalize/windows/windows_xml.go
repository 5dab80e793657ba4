package windows

import (
	"strconv"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// XML reads Windows events rendered as XML
// (https://learn.microsoft.com/windows/win32/wes/eventschema-schema), as
// wevtutil, Winlogbeat, NXLog, Wazuh and collectors forward them.
var XML = read.Parser{
	Name:  "windows_xml",
	First: "<",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "<Event") && windowsXMLStart(msg) == 0
	},
	Parse: parseWindowsXML,
}

// XMLInside reads them after a relay's prefix. It is tried late: text that
// somebody made another program log must not pass for a Windows event.
var XMLInside = read.Parser{
	Name:      "windows_xml_inside",
	First:     "^{",
	Recognize: func(msg string) bool { return windowsXMLStart(msg) >= 0 },
	Parse:     parseWindowsXML,
}

var eventTag = read.NewClue("<Event")

// windowsXMLStart returns where <Event begins; text before it is short.
func windowsXMLStart(msg string) int {
	i := eventTag.Index(msg[:min(len(msg), 300)])
	if i < 0 || i+7 > len(msg) || msg[i+6] != ' ' && msg[i+6] != '>' || !strings.Contains(msg[i:], "<System>") {
		return -1
	}
	return i
}

func parseWindowsXML(m *read.Message, ev *event.Event) bool {
	start := windowsXMLStart(m.Text)
	if start < 0 {
		return false
	}
	r := winlogRecords.Get()
	defer winlogRecords.Put(r)
	r.reset()
	r.readXML(m.Text[start:])
	if r.provider == "" && r.channel == "" && r.id == "" {
		return false
	}
	r.finish(ev, m)
	return true
}

// readXML reads one <Event>.
func (r *winlogRecord) readXML(text string) {
	x := read.XMLScanner{Source: text}
	section, name, depth, unnamed := "", "", 0, 0
	content := ""
	for x.Next() {
		switch x.Kind {
		case read.XMLStartTag:
			content = ""
			depth++
			switch {
			case depth == 2:
				section = x.Name
			case depth == 3 && section == "System":
				r.systemAttrs(&x)
			case depth == 3 && section == "EventData":
				if name = x.Attr("Name"); name == "" && x.Name != "Data" {
					name = x.Name
				}
			}
			if x.Empty {
				depth--
			}
		case read.XMLText:
			content = x.Text
		case read.XMLEndTag:
			switch {
			case depth == 3 && section == "System":
				r.systemText(x.Name, strings.TrimSpace(content))
			case depth == 3 && section == "EventData":
				if name == "" {
					unnamed++
					name = "param" + strconv.Itoa(unnamed)
				}
				if content = strings.TrimSpace(content); content != "" {
					r.addData(name, content)
				}
			case depth > 2 && section == "UserData" && content != "" && strings.TrimSpace(content) != "":
				r.addNamed("winlog.user_data."+x.Name, strings.TrimSpace(content))
			case depth == 3 && section == "RenderingInfo" && x.Name == "Message":
				r.message = strings.TrimSpace(content)
			}
			content = ""
			if depth--; depth == 0 {
				return
			}
		}
	}
}

func (r *winlogRecord) systemAttrs(x *read.XMLScanner) {
	switch x.Name {
	case "Provider":
		r.provider, r.guid = x.Attr("Name"), x.Attr("Guid")
	case "TimeCreated":
		r.time = x.Attr("SystemTime")
	case "Execution":
		r.pid, r.tid = x.Attr("ProcessID"), x.Attr("ThreadID")
	case "Security":
		r.sid = x.Attr("UserID")
	case "Correlation":
		r.activity = x.Attr("ActivityID")
	case "EventID":
		r.qualifiers = x.Attr("Qualifiers")
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
