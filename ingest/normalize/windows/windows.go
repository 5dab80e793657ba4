package windows

import (
	"slices"
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Windows events, however they arrive: as XML (windows_xml.go), as JSON
// (windows_json.go), or as text (windows_text.go). Each reader fills a
// winlogRecord; its ECS meaning is defined here, once.

// winlogRecord is one event of the Windows event log, in the terms of its
// XML.
type winlogRecord struct {
	provider, guid, channel, computer string
	id, qualifiers, version           string
	level, task, opcode, keywords     string
	time                              string // RFC 3339
	record, activity                  string
	pid, tid, sid                     string
	message                           string
	data                              []event.Pair // EventData and UserData by full names (winlog.event_data.X)
}

// Parsers of Windows events work in one of these.
var winlogRecords = read.NewPool(func() *winlogRecord { return &winlogRecord{data: make([]event.Pair, 0, 64)} })

func (r *winlogRecord) reset() {
	data := r.data
	clear(data)
	*r = winlogRecord{data: data[:0]}
}

// dataNames caches the names of common event data, so that they need not be
// rebuilt.
var dataNames = func() map[string]string {
	m := map[string]string{}
	for n := range strings.FieldsSeq(winlogDataNames) {
		m[n] = "winlog.event_data." + n
	}
	return m
}()

const winlogDataNames = "RuleName UtcTime ProcessGuid ProcessId Image FileVersion Description Product Company OriginalFileName CommandLine CurrentDirectory User LogonGuid LogonId " +
	"TerminalSessionId IntegrityLevel Hashes ParentProcessGuid ParentProcessId ParentImage ParentCommandLine ParentUser Protocol Initiated SourceIsIpv6 SourceIp SourceHostname SourcePort " +
	"SourcePortName DestinationIsIpv6 DestinationIp DestinationHostname DestinationPort DestinationPortName ImageLoaded Signed Signature SignatureStatus TargetObject Details EventType NewName " +
	"TargetFilename CreationUtcTime PreviousCreationUtcTime SourceProcessGUID SourceProcessId SourceThreadId SourceImage TargetProcessGUID TargetProcessId TargetImage GrantedAccess CallTrace " +
	"SourceUser TargetUser NewThreadId StartAddress StartModule StartFunction PipeName QueryName QueryStatus QueryResults Archived IsExecutable Configuration ConfigurationFileHash State SchemaVersion " +
	"SubjectUserSid SubjectUserName SubjectDomainName SubjectLogonId TargetUserSid TargetUserName TargetDomainName TargetLogonId TargetSid LogonType LogonProcessName AuthenticationPackageName " +
	"WorkstationName TransmittedServices LmPackageName KeyLength ProcessName IpAddress IpPort ImpersonationLevel RestrictedAdminMode TargetOutboundUserName TargetOutboundDomainName VirtualAccount " +
	"TargetLinkedLogonId ElevatedToken Status FailureReason SubStatus PrivilegeList NewProcessId NewProcessName TokenElevationType ParentProcessName MandatoryLabel MemberName MemberSid " +
	"ObjectServer ObjectType ObjectName HandleId AccessList AccessMask AccessReason ResourceAttributes ServiceName ServiceFileName ServiceType ServiceStartType ServiceAccount ImagePath StartType AccountName " +
	"TaskName TaskContent TicketOptions TicketEncryptionType PreAuthType CertIssuerName CertSerialNumber CertThumbprint ServiceSid Workstation PackageName ShareName ShareLocalPath RelativeTargetName " +
	"Application Direction SourceAddress DestAddress DestPort FilterRTID LayerName LayerRTID ScriptBlockText ScriptBlockId MessageNumber MessageTotal Path ContextInfo UserData Payload param1 param2 param3 param4 param5"

// addData stores a value of the event's data.
func (r *winlogRecord) addData(name, value string) {
	full, ok := dataNames[name]
	if !ok {
		full = "winlog.event_data." + name
	}
	r.addNamed(full, value)
}

func (r *winlogRecord) addNamed(full, value string) {
	if len(r.data) < event.MaxFields {
		r.data = append(r.data, event.Pair{Name: full, Value: value})
	}
}

// value returns a value of the event's data; "-" stands for none.
func (r *winlogRecord) value(name string) string {
	for i := range r.data {
		full := r.data[i].Name
		if n := len(full) - len(name); n > 1 && full[n-1] == '.' && full[n:] == name {
			if r.data[i].Value == "-" {
				return ""
			}
			return r.data[i].Value
		}
	}
	return ""
}

// finish sets the event's fields from the record.
func (r *winlogRecord) finish(ev *event.Event, m *read.Message) {
	for _, p := range [...]event.Pair{
		{Name: "winlog.activity_id", Value: r.activity}, {Name: "winlog.channel", Value: r.channel}, {Name: "winlog.computer_name", Value: r.computer},
	} {
		read.SetNamed(ev, p.Name, p.Value)
	}
	slices.SortStableFunc(r.data, func(a, b event.Pair) int { return strings.Compare(a.Name, b.Name) })
	for _, p := range r.data {
		ev.SetExtra(p.Name, p.Value)
	}
	for _, p := range [...]event.Pair{
		{Name: "winlog.event_id", Value: r.id}, {Name: "winlog.keywords", Value: r.keywords}, {Name: "winlog.level", Value: r.level}, {Name: "winlog.opcode", Value: r.opcode},
		{Name: "winlog.process.pid", Value: r.pid}, {Name: "winlog.process.thread.id", Value: r.tid}, {Name: "winlog.provider_guid", Value: r.guid},
		{Name: "winlog.provider_name", Value: r.provider}, {Name: "winlog.qualifiers", Value: r.qualifiers}, {Name: "winlog.record_id", Value: r.record}, {Name: "winlog.task", Value: r.task},
		{Name: "winlog.time_created", Value: r.time}, {Name: "winlog.user.identifier", Value: r.sid}, {Name: "winlog.version", Value: r.version},
	} {
		read.SetNamed(ev, p.Name, p.Value)
	}
	if r.message != "" {
		ev.Set(event.Message, r.message)
	}
	r.facts(ev, m)
}

// facts sets the ECS fields.
func (r *winlogRecord) facts(ev *event.Event, m *read.Message) {
	ev.Set(event.EventCode, r.id)
	ev.Set(event.EventProvider, r.provider)
	if r.computer != "" {
		ev.Set(event.HostName, r.computer)
	}
	if ns, ok := read.ParseTime(r.time, m.Location); ok {
		ev.Time = ns
	}
	ev.Set(event.LogLevel, winlogLevel(r.level))
	k := read.Keyed{Event: ev, Location: m.Location}
	kinds := map[string]read.Kind(nil)
	set := "windows.eventlog"
	switch channel := r.channel; {
	case strings.EqualFold(channel, "Security"):
		kinds, set = windowsSecurity, "windows.security"
		r.securityFacts(ev)
	case strings.EqualFold(channel, "System"):
		kinds, set = windowsSystem, "windows.system"
		ev.Set(event.ServiceName, r.value("ServiceName"))
	case strings.EqualFold(channel, "Microsoft-Windows-Sysmon/Operational"), strings.EqualFold(channel, "Linux-Sysmon/Operational"):
		kinds, set = windowsSysmon, "windows.sysmon_operational"
		r.sysmonFacts(&k)
	case strings.EqualFold(channel, "Microsoft-Windows-PowerShell/Operational"), strings.EqualFold(channel, "Windows PowerShell"), strings.EqualFold(channel, "PowerShellCore/Operational"):
		kinds, set = windowsPowerShell, "windows.powershell"
		r.powerShellFacts(&k)
	case strings.EqualFold(channel, "Application"):
		set = "windows.application"
	case strings.EqualFold(channel, "Microsoft-Windows-Windows Defender/Operational"):
		kinds, set = windowsDefender, "windows.defender"
		r.defenderFacts(&k)
	}
	read.From(ev, "windows", set)
	if r.sid != "" && !ev.Has(event.UserID) {
		ev.Set(event.UserID, r.sid)
	}
	what, known := kinds[r.id]
	if !known {
		return
	}
	if what.Outcome == read.Success && set == "windows.security" && isAuditFailure(r.keywords) {
		what.Outcome = read.Failure
	}
	// Ticket requests and NTLM validations give their result as a code.
	if status := r.value("Status"); (r.id == "4768" || r.id == "4769" || r.id == "4776") && status != "" && status != "0x0" {
		what.Action, what.Outcome = read.ActionAuthFailed, read.Failure
	}
	what.Set(ev)
}

// isAuditFailure reports whether the keywords, as a number or as words, mean
// that the audited action failed.
func isAuditFailure(keywords string) bool {
	return strings.HasPrefix(keywords, "0x801") || keywords == "-9218868437227405312" || strings.Contains(keywords, "Audit Failure")
}

// winlogLevel returns the word for a level.
func winlogLevel(level string) string {
	switch level {
	case "0", "4":
		return "information"
	case "1":
		return "critical"
	case "2":
		return "error"
	case "3":
		return "warning"
	case "5":
		return "verbose"
	}
	return read.Lower(level)
}

// securityFacts reads who did what to whom.
func (r *winlogRecord) securityFacts(ev *event.Event) {
	id := r.id
	actor := func(prefix string) {
		ev.Set(event.UserName, r.value(prefix+"UserName"))
		ev.Set(event.UserDomain, r.value(prefix+"DomainName"))
		ev.Set(event.UserID, r.value(prefix+"UserSid"))
	}
	switch id {
	case "4624", "4625", "4634", "4647", "4648", "4768", "4771", "4776":
		actor("Target")
		if id == "4776" {
			ev.Set(event.SourceDomain, r.value("Workstation"))
		}
		ev.Set(event.SourceDomain, r.value("WorkstationName"))
	case "4727", "4728", "4729", "4730", "4731", "4732", "4733", "4734", "4735", "4756", "4757":
		actor("Subject")
		ev.Set(event.GroupName, r.value("TargetUserName"))
		ev.Set(event.GroupID, r.value("TargetSid"))
		member := r.value("MemberName")
		if cn, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(member, "CN="), "cn="), ","); ok {
			member = cn
		}
		ev.Set(event.UserTargetName, member)
		ev.Set(event.UserTargetID, r.value("MemberSid"))
	default:
		actor("Subject")
		if strings.HasPrefix(id, "47") {
			ev.Set(event.UserTargetName, r.value("TargetUserName"))
			ev.Set(event.UserTargetID, r.value("TargetSid"))
		}
	}
	windowsAddress(ev, event.SourceIP, event.SourcePort, r.value("IpAddress"), r.value("IpPort"))
	switch id {
	case "4688":
		executable(ev, event.ProcessExecutable, event.ProcessName, r.value("NewProcessName"))
		ev.Set(event.ProcessPID, read.Decimal(r.value("NewProcessId")))
		ev.Set(event.ProcessCommandLine, r.value("CommandLine"))
		executable(ev, event.ProcessParentExecutable, event.ProcessParentName, r.value("ParentProcessName"))
		ev.Set(event.ProcessParentPID, read.Decimal(r.value("ProcessId")))
	case "5152", "5156", "5157":
		executable(ev, event.ProcessExecutable, event.ProcessName, r.value("Application"))
		windowsAddress(ev, event.SourceIP, event.SourcePort, r.value("SourceAddress"), r.value("SourcePort"))
		windowsAddress(ev, event.DestinationIP, event.DestinationPort, r.value("DestAddress"), r.value("DestPort"))
	default:
		executable(ev, event.ProcessExecutable, event.ProcessName, r.value("ProcessName"))
		ev.Set(event.ProcessPID, read.Decimal(r.value("ProcessId")))
	}
	ev.Set(event.ServiceName, r.value("ServiceName"))
}

// executable sets a path and the file's name.
func executable(ev *event.Event, path, name event.Field, v string) {
	ev.Set(path, v)
	ev.Set(name, v[strings.LastIndexByte(v, '\\')+1:])
}

// windowsAddress sets an address and a port; port 0 stands for none.
func windowsAddress(ev *event.Event, ip, port event.Field, address, number string) {
	if a, _ := read.ParseIP(address); a != "" {
		ev.Set(ip, a)
		if number != "0" && number != "" {
			read.SetPort(ev, port, number)
		}
	}
}
