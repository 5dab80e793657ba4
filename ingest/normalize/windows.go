package normalize

import (
	"strconv"
	"strings"
	"sync"
	"time"

	"porchlight/ingest/event"
)

// windowsEvent reads events of the Windows event log that a program wrote as
// JSON in the shape of their XML: {"Event": {"System": {...}, "EventData":
// {...}}}. That is what our own reader of .evtx files makes, and several
// others. Every value stays under the names that Winlogbeat gives it (winlog.*).
var windowsEvent = parser{
	name:      "windows",
	recognize: isWindowsJSON,
	parse:     parseWindowsJSON,
}

func isWindowsJSON(msg string) bool {
	rest, ok := strings.CutPrefix(strings.TrimLeft(msg, " \t"), "{")
	if !ok {
		return false
	}
	rest, ok = strings.CutPrefix(strings.TrimLeft(rest, " \t"), `"Event"`)
	return ok && strings.HasPrefix(strings.TrimLeft(rest, " \t"), ":")
}

// windowsScratch holds the flattened JSON while its parts are renamed.
var windowsScratch = sync.Pool{New: func() any { return new(event.Event) }}

func parseWindowsJSON(m *message, ev *event.Event) bool {
	w := windowsScratch.Get().(*event.Event)
	defer windowsScratch.Put(w)
	w.Reset()
	if event.FlattenJSON(m.text, w) != nil {
		return false // as far as it can be read, the parser of JSON reads it
	}
	if _, ok := w.LookupName("Event.System.Channel"); !ok {
		if _, ok := w.LookupName("Event.System.Provider.#attributes.Name"); !ok {
			return false
		}
	}
	var room [96]event.Pair
	pairs := room[:0]
	for _, p := range w.Extras() {
		if name := winlogName(p.Name); name != "" {
			pairs = append(pairs, event.Pair{Name: name, Value: p.Value})
		}
	}
	ev.SetExtras(pairs)
	windowsFacts(ev)
	return true
}

// winlogName is the name that Winlogbeat has for a part of an event, "" for
// what tells nothing.
func winlogName(name string) string {
	rest, ok := strings.CutPrefix(name, "Event.")
	if !ok {
		return ""
	}
	section, rest, _ := strings.Cut(rest, ".")
	rest = strings.TrimSuffix(rest, ".#text")
	switch section {
	case "System":
		return winlogSystem[rest]
	case "EventData":
		if rest == "" || strings.HasPrefix(rest, "#") || strings.Contains(rest, ".#attributes.") {
			return ""
		}
		return "winlog.event_data." + rest
	case "UserData":
		if strings.Contains(rest, "#attributes") {
			return ""
		}
		return "winlog.user_data." + rest[strings.LastIndexByte(rest, '.')+1:]
	}
	return ""
}

var winlogSystem = map[string]string{
	"Provider.#attributes.Name":            "winlog.provider_name",
	"Provider.#attributes.Guid":            "winlog.provider_guid",
	"EventID":                              "winlog.event_id",
	"Version":                              "winlog.version",
	"Level":                                "winlog.level",
	"Task":                                 "winlog.task",
	"Opcode":                               "winlog.opcode",
	"Keywords":                             "winlog.keywords",
	"TimeCreated.#attributes.SystemTime":   "winlog.time_created",
	"EventRecordID":                        "winlog.record_id",
	"Correlation.#attributes.ActivityID":   "winlog.activity_id",
	"Execution.#attributes.ProcessID":      "winlog.process.pid",
	"Execution.#attributes.ThreadID":       "winlog.process.thread.id",
	"Channel":                              "winlog.channel",
	"Computer":                             "winlog.computer_name",
	"Security.#attributes.UserID":          "winlog.user.identifier",
	"EventID.#attributes.Qualifiers":       "winlog.qualifiers",
	"Provider.#attributes.EventSourceName": "winlog.event_source_name",
}

// data returns a value of the event's data; "-" stands for none.
func data(ev *event.Event, name string) string {
	v, ok := ev.LookupName("winlog.event_data." + name)
	if !ok {
		v, _ = ev.LookupName("winlog.user_data." + name)
	}
	if v == "-" {
		return ""
	}
	return v
}

// windowsKind is what an event of a channel says happened.
type windowsKind struct{ category, typ, action, outcome string }

// Events of the channel Security
// (https://learn.microsoft.com/windows/security/threat-protection/auditing).
var windowsSecurity = map[string]windowsKind{
	"1102": {catIAM, "admin" + event.Separator + typeChange, actionLogCleared, success},
	"4624": {catAuthentication, typeStart, actionLogonSuccess, success},
	"4625": {catAuthentication, typeStart, actionLogonFailed, failure},
	"4634": {catSession, typeEnd, actionLogoff, success},
	"4647": {catSession, typeEnd, actionLogoff, success},
	"4648": {catAuthentication, typeInfo, "", ""},
	"4672": {catSession, typeInfo, "", ""},
	"4688": {catProcess, typeStart, actionProcessStarted, success},
	"4689": {catProcess, typeEnd, actionProcessEnded, success},
	"4697": {catConfiguration, typeCreated, actionServiceAdded, success},
	"4719": {catConfiguration, typeChange, actionConfigChanged, success},
	"4720": {catIAM, userCreated, actionUserCreated, success},
	"4722": {catIAM, userChanged, actionUserChanged, success},
	"4723": {catIAM, userChanged, actionPasswordChanged, success},
	"4724": {catIAM, userChanged, actionPasswordChanged, success},
	"4725": {catIAM, userChanged, actionUserChanged, success},
	"4726": {catIAM, userDeleted, actionUserDeleted, success},
	"4727": {catIAM, groupCreated, actionGroupCreated, success},
	"4728": {catIAM, groupChanged, actionGroupMemberAdded, success},
	"4729": {catIAM, groupChanged, actionGroupMemberRemoved, success},
	"4730": {catIAM, groupDeleted, actionGroupDeleted, success},
	"4731": {catIAM, groupCreated, actionGroupCreated, success},
	"4732": {catIAM, groupChanged, actionGroupMemberAdded, success},
	"4733": {catIAM, groupChanged, actionGroupMemberRemoved, success},
	"4734": {catIAM, groupDeleted, actionGroupDeleted, success},
	"4735": {catIAM, groupChanged, actionGroupChanged, success},
	"4738": {catIAM, userChanged, actionUserChanged, success},
	"4740": {catIAM, userChanged, actionAccountLocked, success},
	"4756": {catIAM, groupChanged, actionGroupMemberAdded, success},
	"4757": {catIAM, groupChanged, actionGroupMemberRemoved, success},
	"4767": {catIAM, userChanged, actionAccountUnlocked, success},
	"4768": {catAuthentication, typeInfo, actionAuthSucceeded, success},
	"4771": {catAuthentication, typeInfo, actionAuthFailed, failure},
	"4776": {catAuthentication, typeInfo, actionAuthSucceeded, success},
	"4781": {catIAM, userChanged, actionUserChanged, success},
	"5152": {catNetwork, connDenied, actionConnectionDenied, ""},
	"5156": {catNetwork, connAllowed, actionConnectionAllowed, ""},
	"5157": {catNetwork, connDenied, actionConnectionDenied, ""},
}

var windowsSystem = map[string]windowsKind{
	"104":  {catConfiguration, typeChange, actionLogCleared, success},
	"1074": {catHost, typeEnd, actionSystemShutdown, success},
	"6005": {catHost, typeStart, "", ""},
	"6008": {catHost, typeEnd, "", failure},
	"7045": {catConfiguration, typeCreated, actionServiceAdded, success},
}

var windowsSysmon = map[string]windowsKind{
	"1":  {catProcess, typeStart, actionProcessStarted, success},
	"2":  {catFile, typeChange, "", ""},
	"3":  {catNetwork, connInfo, actionConnectionLogged, ""},
	"5":  {catProcess, typeEnd, actionProcessEnded, success},
	"6":  {"driver", typeStart, "", ""},
	"7":  {catProcess, typeChange, "", ""},
	"8":  {catProcess, typeChange, "", ""},
	"10": {catProcess, "access", "", ""},
	"11": {catFile, typeCreated, "", ""},
	"12": {catRegistry, typeChange, "", ""},
	"13": {catRegistry, typeChange, "", ""},
	"14": {catRegistry, typeChange, "", ""},
	"15": {catFile, typeCreated, "", ""},
	"22": {catNetwork, typeInfo, "", ""},
	"23": {catFile, typeDeleted, "", ""},
	"26": {catFile, typeDeleted, "", ""},
}

// windowsFacts sets the ECS fields of an event whose winlog fields are set.
func windowsFacts(ev *event.Event) {
	get := func(name string) string { v, _ := ev.LookupName(name); return v }
	channel, id := get("winlog.channel"), get("winlog.event_id")
	ev.Set(event.EventCode, id)
	ev.Set(event.EventProvider, get("winlog.provider_name"))
	if computer := get("winlog.computer_name"); computer != "" {
		ev.Set(event.HostName, computer)
	}
	if t, err := time.Parse(time.RFC3339, get("winlog.time_created")); err == nil && t.Year() > 1970 && t.Year() < 2262 {
		ev.Time = t.UnixNano()
	}
	kinds := map[string]windowsKind(nil)
	set := "windows.eventlog"
	switch strings.ToLower(channel) {
	case "security":
		kinds, set = windowsSecurity, "windows.security"
		securityFacts(ev, id)
	case "system":
		kinds, set = windowsSystem, "windows.system"
		ev.Set(event.ServiceName, data(ev, "ServiceName"))
	case "microsoft-windows-sysmon/operational":
		kinds, set = windowsSysmon, "windows.sysmon_operational"
		sysmonFacts(ev)
	case "microsoft-windows-powershell/operational", "windows powershell", "powershellcore/operational":
		set = "windows.powershell"
	case "application":
		set = "windows.application"
	case "microsoft-windows-windows defender/operational":
		set = "windows.defender"
	}
	from(ev, "windows", set)
	k, known := kinds[id]
	if !known {
		return
	}
	// The tickets and NTLM validations tell by a code how they ended.
	if status := data(ev, "Status"); (id == "4768" || id == "4776") && status != "" && status != "0x0" {
		k.action, k.outcome = actionAuthFailed, failure
	}
	classify(ev, k.category, k.typ, k.action, k.outcome)
}

// securityFacts reads who did what to whom.
func securityFacts(ev *event.Event, id string) {
	actor := func(prefix string) {
		ev.Set(event.UserName, data(ev, prefix+"UserName"))
		ev.Set(event.UserDomain, data(ev, prefix+"DomainName"))
		ev.Set(event.UserID, data(ev, prefix+"UserSid"))
	}
	switch id {
	case "4624", "4625", "4634", "4647", "4648", "4768", "4771", "4776":
		actor("Target")
		if id == "4776" {
			ev.Set(event.SourceDomain, data(ev, "Workstation"))
		}
		ev.Set(event.SourceDomain, data(ev, "WorkstationName"))
	case "4727", "4728", "4729", "4730", "4731", "4732", "4733", "4734", "4735", "4756", "4757":
		actor("Subject")
		ev.Set(event.GroupName, data(ev, "TargetUserName"))
		ev.Set(event.GroupID, data(ev, "TargetSid"))
		member := data(ev, "MemberName")
		if cn, _, ok := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(member, "CN="), "cn="), ","); ok {
			member = cn
		}
		ev.Set(event.UserTargetName, member)
		ev.Set(event.UserTargetID, data(ev, "MemberSid"))
	default:
		actor("Subject")
		if strings.HasPrefix(id, "47") {
			ev.Set(event.UserTargetName, data(ev, "TargetUserName"))
			ev.Set(event.UserTargetID, data(ev, "TargetSid"))
		}
	}
	windowsAddress(ev, event.SourceIP, event.SourcePort, data(ev, "IpAddress"), data(ev, "IpPort"))
	switch id {
	case "4688":
		executable(ev, event.ProcessExecutable, event.ProcessName, data(ev, "NewProcessName"))
		ev.Set(event.ProcessPID, decimal(data(ev, "NewProcessId")))
		ev.Set(event.ProcessCommandLine, data(ev, "CommandLine"))
		executable(ev, event.ProcessParentExecutable, event.ProcessParentName, data(ev, "ParentProcessName"))
		ev.Set(event.ProcessParentPID, decimal(data(ev, "ProcessId")))
	case "5152", "5156", "5157":
		executable(ev, event.ProcessExecutable, event.ProcessName, data(ev, "Application"))
		windowsAddress(ev, event.SourceIP, event.SourcePort, data(ev, "SourceAddress"), data(ev, "SourcePort"))
		windowsAddress(ev, event.DestinationIP, event.DestinationPort, data(ev, "DestAddress"), data(ev, "DestPort"))
	default:
		executable(ev, event.ProcessExecutable, event.ProcessName, data(ev, "ProcessName"))
		ev.Set(event.ProcessPID, decimal(data(ev, "ProcessId")))
	}
	ev.Set(event.ServiceName, data(ev, "ServiceName"))
}

func sysmonFacts(ev *event.Event) {
	user := data(ev, "User")
	if domain, name, ok := strings.Cut(user, `\`); ok {
		ev.Set(event.UserDomain, domain)
		user = name
	}
	ev.Set(event.UserName, user)
	executable(ev, event.ProcessExecutable, event.ProcessName, data(ev, "Image"))
	ev.Set(event.ProcessPID, decimal(data(ev, "ProcessId")))
	ev.Set(event.ProcessCommandLine, data(ev, "CommandLine"))
	ev.Set(event.ProcessWorkingDirectory, data(ev, "CurrentDirectory"))
	executable(ev, event.ProcessParentExecutable, event.ProcessParentName, data(ev, "ParentImage"))
	ev.Set(event.ProcessParentPID, decimal(data(ev, "ParentProcessId")))
	ev.Set(event.ProcessParentCommandLine, data(ev, "ParentCommandLine"))
	executable(ev, event.FilePath, event.FileName, data(ev, "TargetFilename"))
	windowsAddress(ev, event.SourceIP, event.SourcePort, data(ev, "SourceIp"), data(ev, "SourcePort"))
	windowsAddress(ev, event.DestinationIP, event.DestinationPort, data(ev, "DestinationIp"), data(ev, "DestinationPort"))
	ev.Set(event.DestinationDomain, data(ev, "DestinationHostname"))
	ev.Set(event.NetworkTransport, strings.ToLower(data(ev, "Protocol")))
	ev.Set(event.DNSQuestionName, data(ev, "QueryName"))
}

// executable sets a path and the file's name.
func executable(ev *event.Event, path, name event.Field, v string) {
	ev.Set(path, v)
	ev.Set(name, v[strings.LastIndexByte(v, '\\')+1:])
}

// windowsAddress sets an address and a port; port 0 stands for none.
func windowsAddress(ev *event.Event, ip, port event.Field, address, number string) {
	if a, _ := parseIP(address); a != "" {
		ev.Set(ip, a)
		if number != "0" && number != "" {
			setPort(ev, port, number)
		}
	}
}

// decimal reads a process id that may be hexadecimal; 0 stands for none.
func decimal(s string) string {
	if s == "0" || s == "0x0" {
		return ""
	}
	if hex, ok := strings.CutPrefix(s, "0x"); ok {
		n, err := strconv.ParseUint(hex, 16, 64)
		if err != nil {
			return ""
		}
		return strconv.FormatUint(n, 10)
	}
	return s
}
