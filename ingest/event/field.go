package event

// Field is the index of a common ECS field, which has a fixed slot in every
// Event. None (0) means "not a slot field"; those are in the event's sorted
// list of extras under their own names.
//
// Names: Elastic Common Schema 8 (https://www.elastic.co/guide/en/ecs).
type Field uint8

// Kind says how a field's text is read and printed.
type Kind uint8

// The kinds of field values. All values are stored as text; the kind decides
// how JSON output prints them and which comparisons make sense.
const (
	Keyword Kind = iota // exact text
	Text                // free text, searched by words
	Long                // decimal integer, printed as a JSON number
	IP                  // textual IPv4 or IPv6 address
	Multi               // several keywords, joined by Separator
)

// Separator joins the values of a field that holds several (event.category,
// tags, JSON arrays). It is ASCII's unit separator, which no log format
// prints.
const Separator = "\x1f"

// The slot fields. The order is the order in which JSON output prints them.
const (
	None Field = iota

	Message
	EventKind
	EventCategory
	EventType
	EventAction
	EventOutcome
	EventReason
	EventCode
	EventSeverity
	EventModule
	EventDataset
	EventProvider
	Tags

	HostName
	HostIP

	SourceIP
	SourcePort
	SourceDomain
	SourceMAC
	SourceBytes
	SourceUserName
	DestinationIP
	DestinationPort
	DestinationDomain
	DestinationMAC
	DestinationBytes
	DestinationUserName
	NetworkTransport
	NetworkProtocol
	NetworkType
	NetworkDirection
	NetworkBytes
	NetworkIANANumber

	UserName
	UserID
	UserDomain
	UserEmail
	UserEffectiveName
	UserTargetName
	UserTargetID
	GroupName
	GroupID

	ProcessName
	ProcessPID
	ProcessExecutable
	ProcessCommandLine
	ProcessWorkingDirectory
	ProcessParentPID
	ProcessParentName
	ProcessParentExecutable
	ProcessParentCommandLine

	FilePath
	FileName
	ServiceName
	RuleID
	RuleName
	RuleRuleset
	URLOriginal
	URLDomain
	URLPath
	HTTPRequestMethod
	HTTPResponseStatusCode
	UserAgentOriginal
	DNSQuestionName
	DNSQuestionType

	ObserverVendor
	ObserverProduct
	ObserverName
	ObserverType
	ObserverVersion
	ObserverIngressInterface
	ObserverEgressInterface

	LogLevel
	LogSourceAddress
	LogFilePath
	LogSyslogPriority
	LogSyslogFacility
	LogSyslogSeverity
	LogSyslogVersion
	LogSyslogHostname
	LogSyslogAppname
	LogSyslogProcID
	LogSyslogMsgID
	ErrorMessage

	// EventOriginal is last: it is the longest and least read.
	EventOriginal

	// NumFields is the number of slots, None included.
	NumFields
)

// Fields without a slot whose value is computed from the Event's own
// members. They can be read through a Ref, not set.
const (
	Timestamp     Field = 0xFF - iota // @timestamp, RFC 3339 UTC
	EventIngested                     // event.ingested: the receive time
	DocumentID                        // _id
)

type fieldInfo struct {
	name string
	kind Kind
}

var fields = [NumFields]fieldInfo{
	Message:                  {"message", Text},
	EventKind:                {"event.kind", Keyword},
	EventCategory:            {"event.category", Multi},
	EventType:                {"event.type", Multi},
	EventAction:              {"event.action", Keyword},
	EventOutcome:             {"event.outcome", Keyword},
	EventReason:              {"event.reason", Keyword},
	EventCode:                {"event.code", Keyword},
	EventSeverity:            {"event.severity", Long},
	EventModule:              {"event.module", Keyword},
	EventDataset:             {"event.dataset", Keyword},
	EventProvider:            {"event.provider", Keyword},
	Tags:                     {"tags", Multi},
	HostName:                 {"host.name", Keyword},
	HostIP:                   {"host.ip", IP},
	SourceIP:                 {"source.ip", IP},
	SourcePort:               {"source.port", Long},
	SourceDomain:             {"source.domain", Keyword},
	SourceMAC:                {"source.mac", Keyword},
	SourceBytes:              {"source.bytes", Long},
	SourceUserName:           {"source.user.name", Keyword},
	DestinationIP:            {"destination.ip", IP},
	DestinationPort:          {"destination.port", Long},
	DestinationDomain:        {"destination.domain", Keyword},
	DestinationMAC:           {"destination.mac", Keyword},
	DestinationBytes:         {"destination.bytes", Long},
	DestinationUserName:      {"destination.user.name", Keyword},
	NetworkTransport:         {"network.transport", Keyword},
	NetworkProtocol:          {"network.protocol", Keyword},
	NetworkType:              {"network.type", Keyword},
	NetworkDirection:         {"network.direction", Keyword},
	NetworkBytes:             {"network.bytes", Long},
	NetworkIANANumber:        {"network.iana_number", Keyword},
	UserName:                 {"user.name", Keyword},
	UserID:                   {"user.id", Keyword},
	UserDomain:               {"user.domain", Keyword},
	UserEmail:                {"user.email", Keyword},
	UserEffectiveName:        {"user.effective.name", Keyword},
	UserTargetName:           {"user.target.name", Keyword},
	UserTargetID:             {"user.target.id", Keyword},
	GroupName:                {"group.name", Keyword},
	GroupID:                  {"group.id", Keyword},
	ProcessName:              {"process.name", Keyword},
	ProcessPID:               {"process.pid", Long},
	ProcessExecutable:        {"process.executable", Keyword},
	ProcessCommandLine:       {"process.command_line", Keyword},
	ProcessWorkingDirectory:  {"process.working_directory", Keyword},
	ProcessParentPID:         {"process.parent.pid", Long},
	ProcessParentName:        {"process.parent.name", Keyword},
	ProcessParentExecutable:  {"process.parent.executable", Keyword},
	ProcessParentCommandLine: {"process.parent.command_line", Keyword},
	FilePath:                 {"file.path", Keyword},
	FileName:                 {"file.name", Keyword},
	ServiceName:              {"service.name", Keyword},
	RuleID:                   {"rule.id", Keyword},
	RuleName:                 {"rule.name", Keyword},
	RuleRuleset:              {"rule.ruleset", Keyword},
	URLOriginal:              {"url.original", Keyword},
	URLDomain:                {"url.domain", Keyword},
	URLPath:                  {"url.path", Keyword},
	HTTPRequestMethod:        {"http.request.method", Keyword},
	HTTPResponseStatusCode:   {"http.response.status_code", Long},
	UserAgentOriginal:        {"user_agent.original", Keyword},
	DNSQuestionName:          {"dns.question.name", Keyword},
	DNSQuestionType:          {"dns.question.type", Keyword},
	ObserverVendor:           {"observer.vendor", Keyword},
	ObserverProduct:          {"observer.product", Keyword},
	ObserverName:             {"observer.name", Keyword},
	ObserverType:             {"observer.type", Keyword},
	ObserverVersion:          {"observer.version", Keyword},
	ObserverIngressInterface: {"observer.ingress.interface.name", Keyword},
	ObserverEgressInterface:  {"observer.egress.interface.name", Keyword},
	LogLevel:                 {"log.level", Keyword},
	LogSourceAddress:         {"log.source.address", Keyword},
	LogFilePath:              {"log.file.path", Keyword},
	LogSyslogPriority:        {"log.syslog.priority", Long},
	LogSyslogFacility:        {"log.syslog.facility.code", Long},
	LogSyslogSeverity:        {"log.syslog.severity.code", Long},
	LogSyslogVersion:         {"log.syslog.version", Keyword},
	LogSyslogHostname:        {"log.syslog.hostname", Keyword},
	LogSyslogAppname:         {"log.syslog.appname", Keyword},
	LogSyslogProcID:          {"log.syslog.procid", Keyword},
	LogSyslogMsgID:           {"log.syslog.msgid", Keyword},
	ErrorMessage:             {"error.message", Text},
	EventOriginal:            {"event.original", Text},
}

const (
	nameTimestamp = "@timestamp"
	nameIngested  = "event.ingested"
	nameID        = "_id"
)

// byName is filled at startup and only read afterwards.
var byName = func() map[string]Field {
	m := make(map[string]Field, NumFields+3)
	for f := None + 1; f < NumFields; f++ {
		m[fields[f].name] = f
	}
	m[nameTimestamp] = Timestamp
	m[nameIngested] = EventIngested
	m[nameID] = DocumentID
	return m
}()

// String returns the field's ECS name, or "" for None.
func (f Field) String() string {
	switch f {
	case Timestamp:
		return nameTimestamp
	case EventIngested:
		return nameIngested
	case DocumentID:
		return nameID
	}
	if f < NumFields {
		return fields[f].name
	}
	return ""
}

// Kind returns how the field's text is read.
func (f Field) Kind() Kind {
	if f < NumFields {
		return fields[f].kind
	}
	return Keyword
}

// Ref refers to any field: a slot by its index, everything else by name.
// Resolve once, read often.
type Ref struct {
	Field Field  // None: look the name up among the extras
	Name  string // ECS or vendor name, as printed
}

// Resolve turns a field name into a Ref. Every name is valid: an unknown one
// refers to the vendor fields an event may carry. Names are case-sensitive,
// as in ECS.
func Resolve(name string) Ref { return Ref{byName[name], name} }
