package windows

import (
	"net/netip"
	"strings"
	"time"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// sysmonFacts reads the events of Sysmon
// (https://learn.microsoft.com/sysinternals/downloads/sysmon, "Events").
func (r *winlogRecord) sysmonFacts(k *read.Keyed) {
	ev := k.Event
	// UtcTime is when it happened; the record's time is when it was written.
	if utc := r.value("UtcTime"); utc != "" {
		if ns, ok := read.ParseTime(utc, time.UTC); ok {
			ev.Time = ns
		}
	}
	hashes := "process.hash."
	for i := range r.data {
		full := r.data[i].Name
		name := full[strings.LastIndexByte(full, '.')+1:]
		value := r.data[i].Value
		if b := sysmonKeys[name]; b != nil {
			k.Bind(b, value)
		}
	}
	switch r.id {
	case "6", "7", "15", "23", "26", "27", "28", "29":
		hashes = "file.hash."
	case "12", "13", "14":
		registryFacts(ev, r.value("TargetObject"), r.value("Details"))
	case "22":
		r.dnsAnswers(ev)
	case "8", "10":
		r.sourceProcess(k)
	}
	if loaded := r.value("ImageLoaded"); loaded != "" {
		read.SetPath(ev, loaded)
	}
	read.SetHashes(ev, hashes, r.value("Hashes"))
	read.SetHashes(ev, hashes, r.value("Hash"))
	if r.id == "3" {
		switch initiated := r.value("Initiated"); {
		case strings.EqualFold(initiated, "true"):
			ev.Set(event.NetworkDirection, "egress")
		case strings.EqualFold(initiated, "false"):
			ev.Set(event.NetworkDirection, "ingress")
		}
	}
	if r.id == "6" || r.id == "7" {
		read.SetNamed(ev, "file.code_signature.subject_name", r.value("Signature"))
		read.SetNamed(ev, "file.code_signature.status", r.value("SignatureStatus"))
		for _, p := range [...]string{"FileVersion", "Description", "Product", "Company", "OriginalFileName"} {
			read.SetNamed(ev, sysmonFilePE[p], r.value(p))
		}
	} else {
		for _, p := range [...]string{"FileVersion", "Description", "Product", "Company", "OriginalFileName"} {
			read.SetNamed(ev, sysmonProcessPE[p], r.value(p))
		}
	}
}

var sysmonProcessPE = map[string]string{
	"FileVersion": "process.pe.file_version", "Description": "process.pe.description", "Product": "process.pe.product", "Company": "process.pe.company", "OriginalFileName": "process.pe.original_file_name",
}

var sysmonFilePE = map[string]string{
	"FileVersion": "file.pe.file_version", "Description": "file.pe.description", "Product": "file.pe.product", "Company": "file.pe.company", "OriginalFileName": "file.pe.original_file_name",
}

var sysmonKeys = read.NewBindings(`
User  user.name
ProcessGuid,ProcessGUID  process.entity_id
ProcessId  process.pid
Image  process.executable
CommandLine  process.command_line
CurrentDirectory  process.working_directory
ParentProcessGuid,ParentProcessGUID  process.parent.entity_id
ParentProcessId  process.parent.pid
ParentImage  process.parent.executable
ParentCommandLine  process.parent.command_line
TargetFilename  file.path
Protocol  network.transport
SourceIp  source.ip
SourcePort  source.port
SourceHostname  source.domain
DestinationIp  destination.ip
DestinationPort  destination.port
DestinationHostname  destination.domain
DestinationPortName  network.protocol
QueryName  dns.question.name network.protocol:=dns
PipeName  file.name
RuleName  rule.name
`)

// sourceProcess reads events in which one process acts on another.
func (r *winlogRecord) sourceProcess(k *read.Keyed) {
	ev := k.Event
	read.SetNamed(ev, "process.entity_id", r.value("SourceProcessGuid"))
	read.SetNamed(ev, "process.entity_id", r.value("SourceProcessGUID"))
	ev.Set(event.ProcessPID, read.Decimal(r.value("SourceProcessId")))
	executable(ev, event.ProcessExecutable, event.ProcessName, r.value("SourceImage"))
	read.SetNamed(ev, "process.thread.id", r.value("SourceThreadId"))
}

// dnsAnswers reads QueryResults: "type:  5 name;::ffff:192.0.2.1;2001:db8::1;".
func (r *winlogRecord) dnsAnswers(ev *event.Event) {
	var room [3][256]byte // of common answers
	data, types, ips := room[0][:0], room[1][:0], room[2][:0]
	begin := func(list []byte) []byte {
		if len(list) > 0 {
			return append(list, event.Separator...)
		}
		return list
	}
	for one := range strings.SplitSeq(r.value("QueryResults"), ";") {
		one = strings.TrimSpace(one)
		if rest, ok := strings.CutPrefix(one, "type:"); ok {
			number, name, _ := strings.Cut(strings.TrimSpace(rest), " ")
			data = append(begin(data), strings.TrimSpace(name)...)
			types = append(begin(types), read.DNSTypeName(number)...)
			continue
		}
		if !read.LooksLikeIP(one) {
			continue
		}
		a, err := netip.ParseAddr(one)
		if err != nil {
			continue
		}
		a = a.Unmap().WithZone("")
		data, ips = a.AppendTo(begin(data)), a.AppendTo(begin(ips))
		if a.Is4() {
			types = append(begin(types), "A"...)
		} else {
			types = append(begin(types), "AAAA"...)
		}
	}
	// One string for all three.
	n, t := len(data), len(data)+len(types)
	all := string(append(append(data, types...), ips...))
	read.SetNamed(ev, "dns.answers.data", all[:n])
	read.SetNamed(ev, "dns.answers.type", all[n:t])
	read.SetNamed(ev, "dns.resolved_ip", all[t:])
	if status := r.value("QueryStatus"); status == "0" {
		read.SetNamed(ev, "dns.response_code", "NOERROR")
	} else if status == "9003" {
		read.SetNamed(ev, "dns.response_code", "NXDOMAIN")
	}
}

// registryFacts reads a registry path and its data: "DWORD (0x00000001)".
func registryFacts(ev *event.Event, path, details string) {
	if path == "" {
		return
	}
	hive, key, _ := strings.Cut(path, `\`)
	switch hive {
	case "HKLM", "HKU", "HKCR", "HKCU", "HKCC":
		read.SetNamed(ev, "registry.hive", hive)
	default:
		key = path
	}
	read.SetNamed(ev, "registry.path", path)
	read.SetNamed(ev, "registry.key", key)
	if _, value, ok := read.CutLast(path, `\`); ok {
		read.SetNamed(ev, "registry.value", value)
	}
	switch {
	case details == "":
	case strings.HasPrefix(details, "DWORD (0x"):
		read.SetNamed(ev, "registry.data.type", "SZ_DWORD")
		read.SetNamed(ev, "registry.data.strings", read.Decimal(strings.TrimSuffix(details[len("DWORD ("):], ")")))
	case strings.HasPrefix(details, "QWORD (0x"):
		read.SetNamed(ev, "registry.data.type", "SZ_QWORD")
		high, low, _ := strings.Cut(strings.TrimSuffix(details[len("QWORD ("):], ")"), "-")
		read.SetNamed(ev, "registry.data.strings", read.Decimal(high+strings.TrimPrefix(low, "0x")))
	case details == "Binary Data":
		read.SetNamed(ev, "registry.data.type", "REG_BINARY")
		read.SetNamed(ev, "registry.data.strings", details)
	default:
		read.SetNamed(ev, "registry.data.type", "REG_SZ")
		read.SetNamed(ev, "registry.data.strings", details)
	}
}

// powerShellFacts reads the details that PowerShell writes as lines of
// key=value, or "key = value", in one value.
func (r *winlogRecord) powerShellFacts(k *read.Keyed) {
	for i := range r.data {
		value := r.data[i].Value
		if !strings.Contains(value, "HostName=") && !strings.Contains(value, "Host Name = ") {
			continue
		}
		for line := range strings.SplitSeq(value, "\n") {
			name, v, ok := strings.Cut(line, "=")
			if !ok {
				continue
			}
			if b := powerShellKeys[strings.TrimSpace(name)]; b != nil {
				k.Bind(b, strings.TrimSpace(v))
			}
		}
	}
	ev := k.Event
	read.SetNamed(ev, "powershell.file.script_block_text", r.value("ScriptBlockText"))
	read.SetNamed(ev, "powershell.file.script_block_id", r.value("ScriptBlockId"))
	if path := r.value("Path"); path != "" {
		read.SetPath(ev, path)
	}
}

var powerShellKeys = read.NewBindings(`
HostApplication,Host\_Application  process.command_line
HostId,Host\_ID  process.entity_id
HostName,Host\_Name  process.title
SequenceNumber,Sequence\_Number  event.sequence
User,UserId  user.name
ScriptName,Script\_Name  file.path
EngineVersion,Engine\_Version  powershell.engine.version
CommandName,Command\_Name  powershell.command.name
`)

func (r *winlogRecord) defenderFacts(k *read.Keyed) {
	ev := k.Event
	read.SetNamed(ev, "threat.name", r.value("Threat Name"))
	if user := r.value("Detection User"); user != "" {
		k.Bind(defenderUser, user)
	}
	executable(ev, event.ProcessExecutable, event.ProcessName, r.value("Process Name"))
	if path := strings.TrimPrefix(r.value("Path"), "file:_"); path != "" {
		read.SetPath(ev, path)
	}
}

var defenderUser = read.NewBindings("u user.name")["u"]
