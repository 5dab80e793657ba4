package sigma

import (
	"slices"
	"strings"

	"porchlight/detect/query"
	"porchlight/ingest/product"
)

// Where the header of a Windows event is found: keys of flat JSON as they
// stand, Winlogbeat's names, ECS.
var (
	channelKeys  = []string{"Channel", "winlog.channel"}
	providerKeys = []string{"Provider_Name", "winlog.provider_name", "event.provider"}
	eventIDKeys  = []string{"EventID", "winlog.event_id", "event.code"}
)

// windowsService says where the events of a Windows service are: in one of
// the channels, or from one of the providers that write nowhere else.
type windowsService struct {
	channels  []string
	providers []string
}

var windowsServices = map[string]windowsService{
	"application": {channels: []string{"Application"}},
	"security":    {channels: []string{"Security"}, providers: []string{"Microsoft-Windows-Security-Auditing"}},
	"system":      {channels: []string{"System"}},
	"sysmon":      {channels: []string{"Microsoft-Windows-Sysmon/Operational"}, providers: []string{"Microsoft-Windows-Sysmon"}},
	"powershell": {
		channels:  []string{"Microsoft-Windows-PowerShell/Operational", "PowerShellCore/Operational"},
		providers: []string{"Microsoft-Windows-PowerShell", "PowerShellCore"},
	},
	"powershell-classic": {channels: []string{"Windows PowerShell"}, providers: []string{"PowerShell"}},
	"applocker": {
		channels: []string{
			"Microsoft-Windows-AppLocker/MSI and Script", "Microsoft-Windows-AppLocker/EXE and DLL",
			"Microsoft-Windows-AppLocker/Packaged app-Deployment", "Microsoft-Windows-AppLocker/Packaged app-Execution",
		},
		providers: []string{"Microsoft-Windows-AppLocker"},
	},
	"application-experience": {channels: []string{
		"Microsoft-Windows-Application-Experience/Program-Telemetry",
		"Microsoft-Windows-Application-Experience/Program-Compatibility-Assistant",
	}},
	"appmodel-runtime":      {channels: []string{"Microsoft-Windows-AppModel-Runtime/Admin"}},
	"appxdeployment-server": {channels: []string{"Microsoft-Windows-AppXDeploymentServer/Operational"}},
	"appxpackaging-om":      {channels: []string{"Microsoft-Windows-AppxPackaging/Operational"}},
	"bitlocker":             {channels: []string{"Microsoft-Windows-BitLocker/BitLocker Management"}},
	"bits-client":           {channels: []string{"Microsoft-Windows-Bits-Client/Operational"}},
	"capi2":                 {channels: []string{"Microsoft-Windows-CAPI2/Operational"}},
	"certificateservicesclient-lifecycle-system": {channels: []string{"Microsoft-Windows-CertificateServicesClient-Lifecycle-System/Operational"}},
	"codeintegrity-operational":                  {channels: []string{"Microsoft-Windows-CodeIntegrity/Operational"}},
	"dhcp":                                       {channels: []string{"Microsoft-Windows-DHCP-Server/Operational"}},
	"diagnosis-scripted":                         {channels: []string{"Microsoft-Windows-Diagnosis-Scripted/Operational"}},
	"dns-client":                                 {channels: []string{"Microsoft-Windows-DNS Client Events/Operational", "Microsoft-Windows-DNS-Client/Operational"}},
	"dns-server":                                 {channels: []string{"DNS Server"}},
	"dns-server-analytic":                        {channels: []string{"Microsoft-Windows-DNS-Server/Analytical"}},
	"driver-framework":                           {channels: []string{"Microsoft-Windows-DriverFrameworks-UserMode/Operational"}},
	"firewall-as":                                {channels: []string{"Microsoft-Windows-Windows Firewall With Advanced Security/Firewall"}},
	"hyper-v-worker":                             {channels: []string{"Microsoft-Windows-Hyper-V-Worker-Admin", "Microsoft-Windows-Hyper-V-Worker"}},
	"iis-configuration":                          {channels: []string{"Microsoft-IIS-Configuration/Operational"}},
	"kernel-event-tracing":                       {channels: []string{"Microsoft-Windows-Kernel-EventTracing/Admin", "Microsoft-Windows-Kernel-EventTracing"}},
	"kernel-shimengine":                          {channels: []string{"Microsoft-Windows-Kernel-ShimEngine/Operational", "Microsoft-Windows-Kernel-ShimEngine/Diagnostic"}},
	"ldap":                                       {channels: []string{"Microsoft-Windows-LDAP-Client/Debug"}},
	"lsa-server":                                 {channels: []string{"Microsoft-Windows-LSA/Operational"}},
	"microsoft-servicebus-client":                {channels: []string{"Microsoft-ServiceBus-Client/Admin", "Microsoft-ServiceBus-Client/Operational", "Microsoft-ServiceBus-Client"}},
	"msexchange-management":                      {channels: []string{"MSExchange Management"}},
	"ntfs":                                       {channels: []string{"Microsoft-Windows-Ntfs/Operational"}},
	"ntlm":                                       {channels: []string{"Microsoft-Windows-NTLM/Operational"}},
	"openssh":                                    {channels: []string{"OpenSSH/Operational"}},
	"printservice-admin":                         {channels: []string{"Microsoft-Windows-PrintService/Admin"}},
	"printservice-operational":                   {channels: []string{"Microsoft-Windows-PrintService/Operational"}},
	"security-mitigations":                       {channels: []string{"Microsoft-Windows-Security-Mitigations/Kernel Mode", "Microsoft-Windows-Security-Mitigations/User Mode"}},
	"sense":                                      {channels: []string{"Microsoft-Windows-SENSE/Operational"}},
	"servicebus-client":                          {channels: []string{"Microsoft-ServiceBus-Client/Admin", "Microsoft-ServiceBus-Client/Operational"}},
	"shell-core":                                 {channels: []string{"Microsoft-Windows-Shell-Core/Operational"}},
	"smbclient-connectivity":                     {channels: []string{"Microsoft-Windows-SmbClient/Connectivity"}},
	"smbclient-security":                         {channels: []string{"Microsoft-Windows-SmbClient/Security"}},
	"smbserver-connectivity":                     {channels: []string{"Microsoft-Windows-SMBServer/Connectivity"}},
	"taskscheduler":                              {channels: []string{"Microsoft-Windows-TaskScheduler/Operational"}},
	"terminalservices-localsessionmanager":       {channels: []string{"Microsoft-Windows-TerminalServices-LocalSessionManager/Operational"}},
	"vhdmp":                                      {channels: []string{"Microsoft-Windows-VHDMP/Operational"}},
	"windefend":                                  {channels: []string{"Microsoft-Windows-Windows Defender/Operational"}, providers: []string{"Microsoft-Windows-Windows Defender"}},
	"wmi":                                        {channels: []string{"Microsoft-Windows-WMI-Activity/Operational"}},
}

// from is one place a category's events come from.
type from struct {
	service string
	ids     []string // event ids
}

func sysmon(ids ...string) []from { return []from{{"sysmon", ids}} }

var windowsCategories = map[string][]from{
	"process_creation":          {{"sysmon", []string{"1"}}, {"security", []string{"4688"}}},
	"file_change":               sysmon("2"),
	"network_connection":        sysmon("3"),
	"sysmon_status":             sysmon("4", "16"),
	"process_termination":       sysmon("5"),
	"driver_load":               sysmon("6"),
	"image_load":                sysmon("7"),
	"create_remote_thread":      sysmon("8"),
	"raw_access_thread":         sysmon("9"),
	"process_access":            sysmon("10"),
	"file_event":                sysmon("11"),
	"registry_event":            sysmon("12", "13", "14"),
	"registry_add":              sysmon("12"),
	"registry_delete":           sysmon("12"),
	"registry_set":              sysmon("13"),
	"registry_rename":           sysmon("14"),
	"create_stream_hash":        sysmon("15"),
	"pipe_created":              sysmon("17", "18"),
	"wmi_event":                 sysmon("19", "20", "21"),
	"dns_query":                 sysmon("22"),
	"file_delete":               sysmon("23", "26"),
	"clipboard_change":          sysmon("24"),
	"process_tampering":         sysmon("25"),
	"file_delete_detected":      sysmon("26"),
	"file_block_executable":     sysmon("27"),
	"file_block_shredding":      sysmon("28"),
	"file_executable_detected":  sysmon("29"),
	"sysmon_error":              sysmon("255"),
	"ps_module":                 {{"powershell", []string{"4103"}}},
	"ps_script":                 {{"powershell", []string{"4104"}}},
	"ps_classic_start":          {{"powershell-classic", []string{"400"}}},
	"ps_classic_provider_start": {{"powershell-classic", []string{"600"}}},
	"ps_classic_script":         {{"powershell-classic", []string{"800"}}},
	// Defender's events that carry a threat name or a path.
	"antivirus": {{"windefend", []string{"1006", "1007", "1008", "1009", "1010", "1011", "1012", "1017", "1018", "1019", "1115", "1116"}}},
}

// expr is the condition for an event to come from a Windows service.
func (s windowsService) expr() query.Expr {
	x := is(channelKeys, s.channels...)
	if len(s.providers) > 0 {
		x = or([]query.Expr{x, is(providerKeys, s.providers...)})
	}
	return x
}

func isWindows() query.Expr {
	return or([]query.Expr{has(channelKeys...), has(providerKeys[:2]...), label("windows")})
}

func windowsCategory(c []from) query.Expr {
	var xs []query.Expr
	for _, f := range c {
		xs = append(xs, and([]query.Expr{is(eventIDKeys, f.ids...), windowsServices[f.service].expr()}))
	}
	return or(xs)
}

// label is the condition for an event to be marked as a product's, by us or by
// whoever wrote it.
func label(product string) query.Expr {
	return is([]string{"event.module", "product"}, product)
}

// fed is the condition on an event to be of a product that feeds a log source
// of Sigma, by the module that the table of products has for it, or by the
// taxonomy's own name for the product, as others mark it.
func fed(logSource string) query.Expr {
	own, _, _ := strings.Cut(logSource, "/")
	if own != logSource {
		own = "" // a service: the mark would be of its product
	}
	var xs []query.Expr
	for _, m := range distinct(append(slices.Clone(product.Modules(logSource)), own)) {
		xs = append(xs, label(m))
	}
	return or(xs)
}

// action and category read what the normalizers set.
func action(values ...string) query.Expr   { return is([]string{"event.action"}, values...) }
func category(values ...string) query.Expr { return is([]string{"event.category"}, values...) }
func dataset(values ...string) query.Expr  { return is([]string{"event.dataset"}, values...) }
func program(values ...string) query.Expr  { return is([]string{"process.name"}, values...) }

// linuxSysmon is the condition for an event to come from Sysmon for Linux.
func linuxSysmon(id string) query.Expr {
	return and([]query.Expr{is(eventIDKeys, id), or([]query.Expr{
		is(channelKeys, "Linux-Sysmon/Operational"), is(providerKeys, "Linux-Sysmon")})})
}

// isAuditRecord recognizes a record of the Linux audit system by its type
// (linux/audit.h, libaudit's msg_typetab): others call many things a type.
func isAuditRecord() query.Expr {
	t := fieldOf("type", "auditd.log.record_type")
	var xs query.Or
	for _, name := range []string{
		"SYSCALL", "EXECVE", "PATH", "CWD", "PROCTITLE", "SOCKADDR", "SOCKETCALL", "IPC", "OBJ_PID", "MMAP", "FD_PAIR", "CAPSET", "BPRM_FCAPS",
		"CONFIG_CHANGE", "FEATURE_CHANGE", "KERN_MODULE", "KERNEL_OTHER", "NETFILTER_CFG", "NETFILTER_PKT", "SECCOMP", "BPF", "TTY", "LOGIN", "AVC",
		"SELINUX_ERR", "TIME_INJOFFSET", "TIME_ADJNTPVAL", "FANOTIFY", "EVENT_LISTENER", "OPENAT2", "DM_CTRL", "DM_EVENT", "SYSTEM_BOOT",
		"SYSTEM_SHUTDOWN", "SYSTEM_RUNLEVEL", "TRUSTED_APP", "TEST", "EOE", "FS_RELABEL",
	} {
		xs = append(xs, query.Is{Field: t, Test: query.Text(name)})
	}
	for _, prefix := range []string{
		"USER_", "ADD_", "DEL_", "CRED_", "SERVICE_", "ANOM_", "DAEMON_", "MAC_", "INTEGRITY_", "CRYPTO_", "ACCT_", "GRP_", "CHGRP_", "CHUSER_",
		"ROLE_", "LABEL_", "VIRT_", "RESP_", "APPARMOR", "URINGOP", "DEV_", "SOFTWARE_",
	} {
		xs = append(xs, query.Is{Field: t, Test: query.NewPattern([]query.Part{{Text: prefix}, {Kind: query.AnyString}}, false)})
	}
	return xs
}

func isLinux() query.Expr {
	return or([]query.Expr{
		is([]string{"event.module"}, append(product.Modules("linux"), "linux", "journald")...),
		is(providerKeys, "Linux-Sysmon"), is([]string{"product"}, "linux"), isAuditRecord(),
	})
}

func isFortinet() query.Expr { return anyOf(fed("fortigate"), label("fortios")) }

// routes says which events a log source means, where neither the Windows
// tables nor the table of products do. An absent part in the key stands for a part the rule does not give.
// The conditions look for what the normalizers set, or for keys that only
// such events have, as they stand in JSON.
var routes = map[LogSource]func() query.Expr{
	{Product: "linux"}: isLinux,
	{Product: "linux", Service: "auditd"}: func() query.Expr {
		return anyOf(is([]string{"event.module"}, product.Modules("linux/*/auditd")...), isAuditRecord())
	},
	{Product: "linux", Service: "auth"}:   func() query.Expr { return dataset("system.auth") },
	{Product: "linux", Service: "syslog"}: func() query.Expr { return dataset("system.syslog", "system.auth") },
	{Product: "linux", Service: "sshd"}:   func() query.Expr { return program("sshd", "sshd-session", "sshd-auth") },
	{Product: "linux", Service: "sudo"}:   func() query.Expr { return program("sudo") },
	{Product: "linux", Service: "cron"}:   func() query.Expr { return program("cron", "crond", "anacron", "crontab") },

	{Product: "linux", Category: "process_creation"}: func() query.Expr {
		return anyOf(linuxSysmon("1"), allOf(action("process-started", "exec", "executed"), isLinux()))
	},
	{Product: "linux", Category: "network_connection"}: func() query.Expr { return linuxSysmon("3") },
	{Product: "linux", Category: "file_event"}: func() query.Expr {
		return anyOf(linuxSysmon("11"), allOf(category("file"), isLinux()))
	},
	{Product: "macos", Category: "process_creation"}: func() query.Expr {
		return allOf(is([]string{"event.module", "host.os.type", "product"}, "macos"), anyOf(category("process"), action("process-started", "exec")))
	},
	{Product: "macos", Category: "file_event"}: func() query.Expr {
		return allOf(is([]string{"event.module", "host.os.type", "product"}, "macos"), category("file"))
	},

	{Category: "authentication"}: func() query.Expr { return category("authentication") },
	{Category: "iam"}:            func() query.Expr { return category("iam") },
	{Category: "configuration"}:  func() query.Expr { return category("configuration") },
	{Category: "firewall"}: func() query.Expr {
		return anyOf(category("network"), action("connection-denied", "connection-allowed"), has("dst_ip", "dst_port"))
	},
	{Category: "dns"}: func() query.Expr {
		return has("dns.question.name", "query", "record_type")
	},
	{Category: "webserver"}: func() query.Expr {
		return anyOf(category("web"), has("cs-method", "cs-uri-query", "cs-uri-stem", "c-uri", "sc-status"))
	},
	{Category: "proxy"}: func() query.Expr {
		return anyOf(allOf(category("web"), category("network")), has("cs-host", "cs-method", "c-uri", "c-useragent", "cs-uri", "c-uri-query"))
	},
	{Category: "antivirus"}: func() query.Expr {
		return anyOf(category("malware"), has("Signature"), windowsCategory(windowsCategories["antivirus"]))
	},
	{Category: "database"}: func() query.Expr { return category("database") },
	{Service: "apache"}:    func() query.Expr { return anyOf(fed("*/*/apache"), program("apache", "apache2", "httpd")) },
	{Service: "nginx"}:     func() query.Expr { return anyOf(fed("*/*/nginx"), program("nginx")) },
	{Service: "netflow"}:   func() query.Expr { return anyOf(label("netflow"), dataset("netflow", "netflow.log")) },

	{Product: "aws", Service: "cloudtrail"}: func() query.Expr {
		return anyOf(dataset("aws.cloudtrail"), allOf(has("eventSource"), has("eventName"), has("awsRegion", "eventVersion", "userIdentity.type")))
	},
	{Product: "azure"}: func() query.Expr {
		return anyOf(fed("azure"), has("operationName", "OperationName", "OperationNameValue", "riskEventType", "properties.message", "ResultType", "resultType"))
	},
	{Product: "bitbucket"}: func() query.Expr { return anyOf(label("bitbucket"), has("auditType.action")) },
	{Product: "gcp"}: func() query.Expr {
		return anyOf(fed("gcp"), has("gcp.audit.method_name", "protoPayload.serviceName", "protoPayload.methodName", "data.protoPayload.serviceName", "eventService"))
	},
	{Product: "github"}: func() query.Expr {
		return anyOf(fed("github"), allOf(has("action"), has("actor", "actor_id"), has("org", "org_id", "repo", "business")))
	},
	{Product: "kubernetes"}: func() query.Expr {
		return anyOf(fed("kubernetes"), allOf(has("verb"), has("objectRef.resource", "requestURI")))
	},
	{Product: "m365"}: func() query.Expr {
		return anyOf(fed("m365"), has("Workload"), allOf(has("eventSource"), is([]string{"eventSource"}, "SecurityComplianceCenter", "Exchange")))
	},
	{Product: "okta"}: func() query.Expr {
		return anyOf(fed("okta"), has("legacyEventType", "actor.alternateId"), allOf(has("eventType"), has("outcome.result")))
	},
	{Product: "fortigate"}:                   isFortinet,
	{Product: "fortios"}:                     isFortinet,
	{Product: "linux", Service: "vsftpd"}:    func() query.Expr { return anyOf(fed("linux/*/vsftpd"), program("vsftpd")) },
	{Product: "linux", Service: "clamav"}:    func() query.Expr { return program("clamd", "freshclam", "clamav", "clamav-daemon") },
	{Product: "linux", Service: "guacamole"}: func() query.Expr { return program("guacd", "guacamole") },

	{Product: "opencanary"}:   func() query.Expr { return anyOf(fed("opencanary"), has("logtype")) },
	{Product: "rpc_firewall"}: func() query.Expr { return anyOf(label("rpc_firewall"), is([]string{"EventLog"}, "RPCFW")) },
}

// route returns the condition that a table has for exactly this log source.
func (l LogSource) route() (x query.Expr, ok bool) {
	if build, ok := routes[l]; ok {
		return build(), true
	}
	name := l.String()
	if l.Product != "" && l.Category == "" && l.Service == "" {
		name = l.Product
	}
	if len(product.Modules(name)) == 0 {
		return nil, false
	}
	return fed(name), true
}

// Route returns the condition on an event to be of the log source. A log
// source that no table knows is looked for by its own names in event.module,
// event.dataset and event.category, so that its rules never touch others'
// events.
func (l LogSource) Route() query.Expr {
	if l.Product == "windows" {
		return l.windowsRoute()
	}
	var xs []query.Expr
	find := func(keys ...LogSource) bool {
		for _, k := range keys {
			if x, ok := k.route(); ok {
				xs = append(xs, x)
				return true
			}
		}
		return false
	}
	if find(l) {
		return xs[0]
	}
	c, s := l.Category, l.Service
	if s != "" && !find(LogSource{Product: l.Product, Service: s}, LogSource{Service: s}) {
		if l.Product == "" {
			xs = append(xs, is([]string{"event.module", "event.dataset", "service.name"}, s))
		} else if l.Product == "zeek" || !find(LogSource{Product: l.Product}) {
			own := []query.Expr{dataset(s, l.Product+"."+s), allOf(label(l.Product), is([]string{"service", "service.name"}, s))}
			if l.Product == "zeek" { // each log is a service; JSON that Zeek streams names its log
				own = append(own, allOf(is([]string{"_path"}, s), has("ts", "_write_ts", "uid")))
			}
			xs = append(xs, or(own))
		}
	}
	// "application" says nothing about an event that its product does not.
	if c != "" && (c != "application" || l.Product == "") &&
		!find(LogSource{Product: l.Product, Category: c}, LogSource{Category: c}) {
		xs = append(xs, anyOf(category(c), is([]string{"category"}, c)))
	}
	if l.Product != "" && len(xs) == 0 || l.Product != "" && s == "" {
		if _, ok := (LogSource{Product: l.Product, Category: c}).route(); !ok && !find(LogSource{Product: l.Product}) {
			xs = append(xs, label(l.Product))
		}
	}
	return and(xs)
}

func (l LogSource) windowsRoute() query.Expr {
	xs := []query.Expr{}
	if l.Category != "" {
		if c, ok := windowsCategories[l.Category]; ok {
			xs = append(xs, windowsCategory(c))
		} else if l.Category == "file_access" || l.Category == "file_rename" {
			id := map[string]string{"file_access": "12", "file_rename": "19"}[l.Category]
			xs = append(xs, is(providerKeys, "Microsoft-Windows-Kernel-File"), is(eventIDKeys, id))
		} else {
			xs = append(xs, isWindows(), is([]string{"event.category", "category"}, l.Category))
		}
	}
	if l.Service != "" {
		s, ok := windowsServices[l.Service]
		if !ok { // any channel or provider of that very name
			s = windowsService{channels: []string{l.Service}, providers: []string{l.Service}}
		}
		xs = append(xs, s.expr())
	}
	if len(xs) == 0 {
		xs = append(xs, isWindows())
	}
	return and(xs)
}

// normal lowers the case: log sources are compared without it.
func (l LogSource) normal() LogSource {
	return LogSource{strings.ToLower(l.Product), strings.ToLower(l.Category), strings.ToLower(l.Service)}
}

// distinct drops repeated names, keeping the first of each.
func distinct(names []string) []string {
	out := names[:0:0]
	for _, n := range names {
		if n != "" && !slices.Contains(out, n) {
			out = append(out, n)
		}
	}
	return out
}
