package sigma

import (
	"strings"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// alias lists further names that a rule's field may have in an event.
type alias struct {
	field string
	names []string
}

// fieldTable maps the field names of the Sigma taxonomy (appendix "Sigma
// Taxonomy") to where our own events have the same thing. The name as it
// stands always comes first and need not be listed; for Windows
// winlog.event_data.<name> and winlog.user_data.<name> come next.
var fieldTable = []struct {
	sources []LogSource // an empty part matches any
	aliases []alias
}{
	{
		sources: []LogSource{{Product: "windows", Category: "process_creation"}},
		aliases: []alias{ // Security 4688 has other names than Sysmon
			{"Image", []string{"NewProcessName", "winlog.event_data.NewProcessName"}},
			{"ParentImage", []string{"ParentProcessName", "winlog.event_data.ParentProcessName"}},
			{"ProcessId", []string{"NewProcessId"}},
			{"ParentProcessId", []string{"ProcessId"}},
			{"User", []string{"SubjectUserName", "winlog.event_data.SubjectUserName"}},
			{"LogonId", []string{"SubjectLogonId", "winlog.event_data.SubjectLogonId"}},
			{"IntegrityLevel", []string{"MandatoryLabel", "winlog.event_data.MandatoryLabel"}},
		},
	},
	{
		sources: []LogSource{{Product: "windows"}},
		aliases: []alias{
			{"EventID", []string{"winlog.event_id", "event.code"}},
			{"Channel", []string{"winlog.channel"}},
			{"Provider_Name", []string{"winlog.provider_name", "event.provider"}},
			{"Computer", []string{"winlog.computer_name", "host.name"}},
			{"ComputerName", []string{"Computer", "winlog.computer_name", "host.name"}},
			{"TargetUserName", []string{"user.target.name"}},
			{"SubjectUserName", []string{"user.name"}},
			{"IpAddress", []string{"source.ip"}},
			{"IpPort", []string{"source.port"}},
			{"SourceIp", []string{"source.ip"}},
			{"SourcePort", []string{"source.port"}},
			{"QueryName", []string{"dns.question.name"}},
			{"ServiceName", []string{"service.name"}},
			// Defender writes its data with spaces.
			{"ThreatName", []string{"Threat Name", "winlog.event_data.Threat Name"}},
			{"SourceName", []string{"Source Name", "winlog.event_data.Source Name"}},
			{"ProcessName", []string{"Process Name", "winlog.event_data.Process Name"}},
			{"NewValue", []string{"New Value", "winlog.event_data.New Value"}},
			{"OldValue", []string{"Old Value", "winlog.event_data.Old Value"}},
		},
	},
	{
		sources: []LogSource{{Category: "antivirus"}},
		aliases: []alias{
			{"Signature", []string{"ThreatName", "Threat Name", "winlog.event_data.Threat Name"}},
			{"Filename", []string{"Path", "winlog.event_data.Path", "file.path"}},
		},
	},
	{
		sources: []LogSource{{Product: "windows"}, {Product: "linux"}, {Product: "macos"}},
		aliases: []alias{
			{"Image", []string{"process.executable"}},
			{"CommandLine", []string{"process.command_line"}},
			{"CurrentDirectory", []string{"process.working_directory"}},
			{"ProcessId", []string{"process.pid"}},
			{"ParentImage", []string{"process.parent.executable"}},
			{"ParentCommandLine", []string{"process.parent.command_line"}},
			{"ParentProcessId", []string{"process.parent.pid"}},
			{"User", []string{"user.name"}},
			{"TargetFilename", []string{"file.path"}},
			{"DestinationIp", []string{"destination.ip"}},
			{"DestinationPort", []string{"destination.port"}},
			{"DestinationHostname", []string{"destination.domain"}},
		},
	},
	{
		sources: []LogSource{{Product: "linux"}},
		aliases: []alias{ // auditd
			{"type", []string{"auditd.log.record_type"}},
			{"exe", []string{"process.executable"}},
			{"comm", []string{"process.name"}},
			{"unit", []string{"service.name"}},
			{"key", []string{"auditd.log.key"}},
			{"name", []string{"file.path"}},
		},
	},
	{
		sources: []LogSource{{Category: "webserver"}, {Category: "proxy"}, {Service: "apache"}, {Service: "nginx"}},
		aliases: []alias{ // W3C extended log format
			{"cs-method", []string{"http.request.method"}},
			{"c-uri", []string{"cs-uri", "url.original"}},
			{"cs-uri", []string{"c-uri", "url.original"}},
			{"cs-uri-stem", []string{"url.path"}},
			{"cs-uri-query", []string{"c-uri-query", "url.query"}},
			{"c-uri-query", []string{"cs-uri-query", "url.query"}},
			{"c-uri-extension", []string{"url.extension"}},
			{"sc-status", []string{"http.response.status_code"}},
			{"cs-user-agent", []string{"c-useragent", "user_agent.original"}},
			{"c-useragent", []string{"cs-user-agent", "user_agent.original"}},
			{"cs-host", []string{"r-dns", "url.domain"}},
			{"cs-referer", []string{"http.request.referrer"}},
			{"cs-username", []string{"user.name"}},
			{"c-ip", []string{"source.ip"}},
		},
	},
	{
		sources: []LogSource{{Category: "dns"}},
		aliases: []alias{
			{"query", []string{"dns.question.name"}},
			{"record_type", []string{"dns.question.type"}},
			{"answer", []string{"dns.answers.data"}},
		},
	},
	{
		sources: []LogSource{{Product: "zeek"}},
		aliases: []alias{
			{"id.orig_h", []string{"source.ip"}},
			{"id.orig_p", []string{"source.port"}},
			{"id.resp_h", []string{"destination.ip"}},
			{"id.resp_p", []string{"destination.port"}},
			{"query", []string{"dns.question.name"}},
			{"qtype_name", []string{"dns.question.type"}},
			{"answers", []string{"dns.answers.data"}},
			{"method", []string{"http.request.method"}},
			{"uri", []string{"url.original"}},
			{"host", []string{"url.domain"}},
			{"user_agent", []string{"user_agent.original"}},
			{"status_code", []string{"http.response.status_code"}},
			{"name", []string{"file.path"}},
			{"c-uri", []string{"uri", "url.original"}},
			{"c-useragent", []string{"user_agent", "user_agent.original"}},
		},
	},
	{
		sources: []LogSource{{Product: "aws", Service: "cloudtrail"}},
		aliases: []alias{
			{"eventName", []string{"event.action"}},
			{"eventSource", []string{"event.provider"}},
			{"sourceIPAddress", []string{"source.ip"}},
			{"userAgent", []string{"user_agent.original"}},
			{"errorCode", []string{"aws.cloudtrail.error_code"}},
			{"errorMessage", []string{"aws.cloudtrail.error_message"}},
		},
	},
	{
		sources: []LogSource{{Product: "okta"}},
		aliases: []alias{
			{"eventType", []string{"okta.event_type", "event.action"}},
			{"displayMessage", []string{"okta.display_message"}},
			{"outcome.result", []string{"okta.outcome.result"}},
			{"outcome.reason", []string{"okta.outcome.reason"}},
			{"actor.alternateId", []string{"okta.actor.alternate_id", "user.name"}},
			{"securityContext.isProxy", []string{"okta.security_context.is_proxy"}},
		},
	},
	{
		sources: []LogSource{{Product: "gcp"}},
		aliases: []alias{
			{"gcp.audit.method_name", []string{"protoPayload.methodName", "data.protoPayload.methodName", "event.action"}},
			{"data.protoPayload.methodName", []string{"protoPayload.methodName", "event.action"}},
			{"data.protoPayload.serviceName", []string{"protoPayload.serviceName", "event.provider"}},
			{"eventName", []string{"event.action"}},
			{"eventService", []string{"event.provider"}},
		},
	},
	{
		sources: []LogSource{{Product: "m365"}, {Product: "azure"}},
		aliases: []alias{
			{"eventName", []string{"Operation", "event.action"}},
			{"Operation", []string{"event.action"}},
			{"operationName", []string{"OperationName", "properties.operationName", "event.action"}},
			{"OperationName", []string{"operationName", "event.action"}},
			{"ResultType", []string{"resultType", "azure.signinlogs.result_type"}},
			{"userAgent", []string{"user_agent.original"}},
		},
	},
	{
		sources: []LogSource{{}},
		aliases: []alias{
			{"src_ip", []string{"source.ip"}},
			{"src_port", []string{"source.port"}},
			{"dst_ip", []string{"destination.ip"}},
			{"dst_port", []string{"destination.port"}},
			{"action", []string{"event.action"}},
			{"username", []string{"user.name"}},
			{"hostname", []string{"host.name"}},
		},
	},
}

// Field says where in an event a rule of this log source finds a field: the
// name as it stands, then the table's.
func (l LogSource) Field(name string) query.Field {
	names := []string{name}
	stripped := name
	if l.Product == "windows" {
		stripped = strings.ReplaceAll(name, " ", "")
		names = append(names, stripped, "winlog.event_data."+name, "winlog.user_data."+name)
	}
	for _, t := range fieldTable {
		fits := false
		for _, s := range t.sources {
			fits = fits || s.covers(l)
		}
		if !fits {
			continue
		}
		for _, a := range t.aliases {
			if a.field != stripped {
				continue
			}
			for _, n := range a.names {
				names = append(names, n)
				if l.Product == "windows" && !strings.Contains(n, ".") {
					names = append(names, "winlog.event_data."+n)
				}
			}
		}
	}
	return fieldOf(distinct(names)...)
}

// covers reports whether every part given in l is the same in m.
func (l LogSource) covers(m LogSource) bool {
	return (l.Product == "" || l.Product == m.Product) && (l.Category == "" || l.Category == m.Category) &&
		(l.Service == "" || l.Service == m.Service)
}

// EntityName is how an alert names the field of a group: its ECS name if it
// has one among the places it may be found.
func EntityName(f query.Field) string {
	for _, r := range f.Refs {
		if r.Field != event.None {
			return r.Name
		}
	}
	return f.Name
}
