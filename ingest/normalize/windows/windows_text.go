package windows

import (
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Text reads Windows events written as text: by Snare (tab-separated fields),
// EventLog-to-Syslog ("4624: AUDIT_SUCCESS An account was..."), OSSEC
// ("WinEvtLog: Security: AUDIT_SUCCESS(4624): ..."), NXLog (the message alone,
// or its fields as structured data), and the rendered message by itself. The
// values after the message's labels become the event data that the event's XML
// would have.
var Text = read.Parser{
	Name:  "windows_text",
	First: "0-9A-Z \t",
	Recognize: func(msg string) bool {
		return strings.HasPrefix(msg, "MSWinEventLog") || strings.HasPrefix(msg, winCollect) || strings.HasPrefix(msg, "WinEvtLog: ") || hasEventNumber(msg) || windowsSentence(msg) != nil
	},
	Parse: parseWindowsText,
}

// OSSEC reads lines of files written by OSSEC, "2026 Mar 01 10:00:00
// WinEvtLog: ...".
var OSSEC = read.Parser{
	Name:  "windows_ossec",
	Bare:  true,
	First: "0-9",
	Recognize: func(msg string) bool {
		return len(msg) > 40 && msg[4] == ' ' && msg[8] == ' ' && strings.HasPrefix(msg[20:], " WinEvtLog: ")
	},
	Parse: func(m *read.Message, ev *event.Event) bool {
		stamp := m.Text[:20]
		inside := read.Message{App: "WinEvtLog", Text: m.Text[len("2026 Mar 01 10:00:00 WinEvtLog: "):], Location: m.Location}
		if t, err := time.ParseInLocation("2006 Jan 02 15:04:05", stamp, m.Location); err == nil {
			ev.Time = t.UnixNano()
		}
		return parseWindowsText(&inside, ev)
	},
}

// Providers reads them if the header names the provider.
var Providers = read.Parser{
	Name:       "windows_provider",
	Structured: true,
	Apps:       []string{"MSWinEventLog", "WinEvtLog", "Microsoft-Windows-Security-Auditing", "Microsoft-Windows-Sysmon"},
	Parse:      parseWindowsText,
}

// hasEventNumber recognizes EventLog-to-Syslog: "4624: AUDIT_SUCCESS ..." or a
// number before a known sentence.
func hasEventNumber(msg string) bool {
	number, rest, ok := strings.Cut(msg[:min(len(msg), 64)], ": ")
	if !ok || len(number) > 5 || !read.IsNumber(number) {
		return false
	}
	return strings.HasPrefix(rest, "AUDIT_") || windowsSentence(msg[len(number)+2:]) != nil
}

func parseWindowsText(m *read.Message, ev *event.Event) bool {
	r := winlogRecords.Get()
	defer winlogRecords.Put(r)
	r.reset()
	text := m.Text
	switch {
	case m.App == "MSWinEventLog":
		if !r.readSnare(text) {
			return false
		}
	case strings.HasPrefix(text, winCollect):
		if !r.readWinCollect(text) {
			return false
		}
	case strings.HasPrefix(text, "MSWinEventLog"):
		if !r.readSnare(text[len("MSWinEventLog"):]) {
			return false
		}
	case m.App == "WinEvtLog":
		if !r.readOSSEC(text) {
			return false
		}
	case strings.HasPrefix(text, "WinEvtLog: "):
		if !r.readOSSEC(text[len("WinEvtLog: "):]) {
			return false
		}
	default:
		if hasEventNumber(text) {
			r.id, text, _ = strings.Cut(text, ": ")
			text = r.cutAuditWord(text)
		}
		r.provider = m.App
		r.readStructured(ev)
		r.readMessage(text)
		if strings.HasPrefix(r.provider, "Security-") {
			r.provider = "Microsoft-Windows-" + r.provider
		}
		if r.provider == "" && r.channel == "Security" {
			r.provider = "Microsoft-Windows-Security-Auditing"
		}
		if r.computer == "" {
			r.computer = ev.Get(event.HostName)
		}
	}
	if r.id == "" {
		return false
	}
	if r.channel == "" {
		r.channel = channelOf(r.provider)
	}
	r.finish(ev, m)
	return true
}

// readStructured reads the fields that NXLog puts into structured data (to_syslog_ietf).
func (r *winlogRecord) readStructured(ev *event.Event) {
	for _, p := range ev.Extras() {
		if rest, ok := strings.CutPrefix(p.Name, "log.syslog.structured_data.NXLOG@"); ok {
			if _, name, ok := strings.Cut(rest, "."); ok {
				r.addFlat(name, p.Value)
			}
		}
	}
}

// cutAuditWord cuts AUDIT_SUCCESS or AUDIT_FAILURE off a text, and stores it
// as the keyword that it stands for.
func (r *winlogRecord) cutAuditWord(text string) string {
	if rest, ok := strings.CutPrefix(text, "AUDIT_SUCCESS"); ok {
		r.keywords = keywordAuditSuccess
		return strings.TrimLeft(rest, " ")
	}
	if rest, ok := strings.CutPrefix(text, "AUDIT_FAILURE"); ok {
		r.keywords = keywordAuditFailure
		return strings.TrimLeft(rest, " ")
	}
	return text
}

// Keywords of audit events (winmeta.xml).
const (
	keywordAuditFailure = "0x8010000000000000"
	keywordAuditSuccess = "0x8020000000000000"
)

// channelOf is the channel that a provider writes to.
func channelOf(provider string) string {
	switch provider {
	case "Microsoft-Windows-Security-Auditing", "Microsoft-Windows-Eventlog", "Security":
		return "Security"
	case "Microsoft-Windows-Sysmon":
		return "Microsoft-Windows-Sysmon/Operational"
	case "Microsoft-Windows-PowerShell":
		return "Microsoft-Windows-PowerShell/Operational"
	case "Microsoft-Windows-Windows Defender":
		return "Microsoft-Windows-Windows Defender/Operational"
	case "PowerShell":
		return "Windows PowerShell"
	case "Service Control Manager", "EventLog", "USER32", "Microsoft-Windows-Kernel-General", "Microsoft-Windows-Kernel-Power", "Microsoft-Windows-WindowsUpdateClient":
		return "System"
	}
	return ""
}

// readSnare reads the fields of Snare's format, which follow "MSWinEventLog":
// criticality, log name, counter, time, event id, source, user, SID type,
// event type, computer, category, data, message
// (https://docs.snare-solutions.com, "Snare Server Log Format"). Relays write
// "#011" for a tab.
func (r *winlogRecord) readSnare(text string) bool {
	separator := "\t"
	if strings.HasPrefix(text, "#011") || !strings.Contains(text, "\t") {
		separator = "#011"
	}
	text = strings.TrimPrefix(text, separator)
	var f [14]string
	n := 0
	for n < len(f)-1 {
		var more bool
		if f[n], text, more = strings.Cut(text, separator); !more {
			break
		}
		n++
	}
	f[n] = text
	if n < 10 || !read.IsNumber(f[4]) {
		return false
	}
	r.channel, r.record, r.time, r.id, r.provider, r.computer = f[1], f[2], f[3], f[4], f[5], f[9]
	switch f[8] {
	case "Success Audit":
		r.keywords = keywordAuditSuccess
	case "Failure Audit":
		r.keywords = keywordAuditFailure
	case "Error":
		r.level = "2"
	case "Warning":
		r.level = "3"
	case "Information":
		r.level = "4"
	}
	message := f[12]
	if n < 12 {
		message = f[11]
	}
	if separator == "#011" {
		message = strings.ReplaceAll(message, "#011", "\t")
	}
	if end := strings.LastIndexByte(message, '\t'); end > 0 && read.IsNumber(message[end+1:]) {
		message = message[:end] // a checksum or a counter
	}
	r.readMessage(message)
	return true
}

// winCollect is what events forwarded by QRadar's Windows agent begin with
// (QRadar WinCollect user guide).
const winCollect = "AgentDevice=WindowsLog\t"

// readWinCollect reads tab-separated pairs, the message last.
func (r *winlogRecord) readWinCollect(text string) bool {
	for n := 0; text != "" && n < 40; n++ {
		if message, ok := strings.CutPrefix(text, "Message="); ok {
			r.readMessage(message)
			break
		}
		var pair string
		pair, text, _ = strings.Cut(text, "\t")
		key, value, _ := strings.Cut(pair, "=")
		switch key {
		case "AgentLogFile":
			r.channel = value
		case "Source":
			r.provider = value
		case "Computer":
			r.computer = value
		case "EventIDCode":
			r.id = value
		case "EventID":
			if r.id == "" {
				r.id = value
			}
		case "RecordNumber":
			r.record = value
		case "TimeGenerated":
			r.time = value
		case "Keywords":
			switch value {
			case "Audit Success":
				r.keywords = keywordAuditSuccess
			case "Audit Failure":
				r.keywords = keywordAuditFailure
			}
		}
	}
	return read.IsNumber(r.id)
}

// readOSSEC reads "Security: AUDIT_SUCCESS(4624): provider: user: domain:
// computer: message" (also "channel: LEVEL(id): ...").
func (r *winlogRecord) readOSSEC(text string) bool {
	var level string
	var ok bool
	if r.channel, text, ok = strings.Cut(text, ": "); !ok {
		return false
	}
	if level, text, ok = strings.Cut(text, ": "); !ok {
		return false
	}
	level, id, ok := strings.Cut(level, "(")
	if r.id = strings.TrimSuffix(id, ")"); !ok || !read.IsNumber(r.id) {
		return false
	}
	switch level {
	case "AUDIT_SUCCESS":
		r.keywords = keywordAuditSuccess
	case "AUDIT_FAILURE":
		r.keywords = keywordAuditFailure
	case "ERROR":
		r.level = "2"
	case "WARNING":
		r.level = "3"
	case "INFORMATION":
		r.level = "4"
	}
	if r.provider, text, ok = strings.Cut(text, ": "); !ok {
		return false
	}
	// The user and domain are "(no user)", or named in the message.
	for range 2 {
		if _, text, ok = strings.Cut(text, ": "); !ok {
			return false
		}
	}
	if r.computer, text, ok = strings.Cut(text, ": "); !ok {
		return false
	}
	r.readMessage(text)
	return true
}

// maxLabels bounds how many labels of a message are read.
const maxLabels = 96

// readMessage reads a rendered message: a sentence, then labels with values,
// under headings, one on each line or all on one.
func (r *winlogRecord) readMessage(text string) {
	r.message = strings.TrimSpace(text)
	if s := windowsSentence(text); s != nil {
		if r.id == "" {
			r.id = s.id
			if r.channel == "" {
				r.channel = s.channel
			}
			if r.id == "4697" && !strings.Contains(text, "Subject:") {
				r.id, r.channel = "7045", "System"
			}
		}
		text = strings.TrimLeft(text, " \t\r\n")[len(s.text)-1:] // may end in the colon of a heading
	}
	if end := strings.Index(text, "This event is generated"); end >= 0 {
		text = text[:end]
	}
	if r.channel == "" {
		r.channel = channelOf(r.provider)
	}
	if strings.Contains(r.channel, "PowerShell") {
		r.addData("ContextInfo", text)
		return
	}
	sysmon := strings.Contains(r.channel, "Sysmon")
	section, label, from, n := "", "", 0, 0
	for i := 0; i < len(text) && n < maxLabels; i++ {
		colon := strings.IndexByte(text[i:], ':')
		if colon < 0 {
			break
		}
		i += colon
		if i+1 < len(text) && !read.IsBlank(text[i+1]) && text[i+1] != '\r' && text[i+1] != '\n' {
			continue
		}
		start, name := labelBefore(text, from, i, sysmon)
		if name == "" {
			continue
		}
		r.addLabelled(section, label, text[from:start])
		n++
		if to, ok := windowsSections[name]; ok {
			section, label = to, ""
		} else {
			label = name
		}
		from = i + 1
	}
	r.addLabelled(section, label, text[from:])
}

// labelBefore finds the longest label or heading that ends at colon.
func labelBefore(text string, from, colon int, sysmon bool) (start int, name string) {
	words := 0
	for i := colon - 1; i >= from && words < 7; i-- {
		c := text[i]
		if i > from && !read.IsBlank(text[i-1]) && text[i-1] != '\n' && text[i-1] != '\r' {
			continue
		}
		if read.IsBlank(c) || c == '\n' || c == '\r' {
			break // two spaces
		}
		words++
		word := text[i:colon]
		if _, ok := windowsSections[word]; ok {
			start, name = i, word
		} else if _, ok := windowsLabels[word]; ok {
			start, name = i, word
		} else if _, ok := dataNames[word]; ok && sysmon {
			start, name = i, word
		}
		if i > from && (text[i-1] == '\n' || text[i-1] == '\t' || text[i-1] == '\r') {
			break
		}
	}
	return start, name
}

// addLabelled stores a label's value as the event data it was rendered from.
func (r *winlogRecord) addLabelled(section, label, value string) {
	if label == "" {
		return
	}
	value = strings.Trim(value, " \t\r\n")
	if end := strings.IndexAny(value, "\r\n"); end >= 0 && label != "Privileges" && label != "Accesses" && label != "Task Content" {
		value = strings.TrimRight(value[:end], " \t")
	}
	if value == "" || value == "-" {
		return
	}
	name, ok := windowsLabels[label]
	if !ok {
		r.addData(label, value) // Sysmon's labels are the data's names
		return
	}
	switch name {
	case "*Sid":
		switch {
		case section == "Member":
			name = "MemberSid"
		case section == "Target" && (r.id == "4624" || r.id == "4625" || r.id == "4634" || r.id == "4647"):
			name = "TargetUserSid"
		case section == "Target" || section == "Group":
			name = "TargetSid"
		default:
			name = "SubjectUserSid"
		}
	case "*UserName":
		switch section {
		case "Member":
			name = "MemberName"
		case "Target", "Group":
			name = "TargetUserName"
		default:
			name = "SubjectUserName"
		}
	case "*DomainName":
		name = "SubjectDomainName"
		if section == "Target" || section == "Group" {
			name = "TargetDomainName"
		}
	case "*LogonId":
		name = "SubjectLogonId"
		if section == "Target" {
			name = "TargetLogonId"
		}
	case "*Address":
		name = "IpAddress"
		if strings.HasPrefix(r.id, "515") {
			name = "SourceAddress"
		}
	case "*Port":
		name = "IpPort"
		if strings.HasPrefix(r.id, "515") {
			name = "SourcePort"
		}
	case "*Package":
		name = "AuthenticationPackageName"
		if r.id == "4776" {
			name = "PackageName"
		}
	}
	r.addData(name, value)
}
