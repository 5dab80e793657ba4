package cloud

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// falco is the alerts of Falco (https://falco.org/docs/concepts/outputs/formatting/).
var falco = []read.JSONProduct{{
	Name: "falco", Has: []string{"priority", "output", "rule", "time"}, Vendor: "Falco", Product: "Falco", Module: "falco", Dataset: "falco.alerts", Table: `
time  @time1
uuid  event.id
hostname  host.name:host
rule  rule.name
priority  event.severity:level
output  event.reason
source  event.provider
`, Finish: func(k *read.Keyed) { falcoFields(k, "output_fields.", k.Get("output_fields.evt.type")) },
}}

// falcoFields sets the ECS meaning of Falco's fields, those below prefix, and
// classifies the event by its system call.
func falcoFields(k *read.Keyed, prefix, call string) {
	ev := k.Event
	for _, f := range falcoNames {
		if v := k.Get(prefix + f.name); v != "" && v != "<NA>" && v != "-1" {
			k.Put(v, f.b)
		}
	}
	// The file that was opened, or the connection.
	if name := k.Get(prefix + "fd.name"); name != "" && name != "<NA>" {
		if from, to, ok := strings.Cut(name, "->"); ok {
			if ip, port := read.ProseIP(from); ip != "" {
				read.SetSource(ev, ip)
				read.SetPort(ev, event.SourcePort, port)
			}
			if ip, port := read.ProseIP(to); ip != "" {
				read.SetDestination(ev, ip)
				read.SetPort(ev, event.DestinationPort, port)
			}
		} else if strings.HasPrefix(name, "/") {
			read.SetPath(ev, name)
		}
	}
	category, typ := "intrusion_detection", read.TypeInfo
	switch {
	case ev.Has(event.DestinationIP):
		category += event.Separator + read.CategoryNetwork
	case ev.Has(event.FilePath):
		category += event.Separator + read.CategoryFile
	case ev.Has(event.ProcessName):
		category += event.Separator + read.CategoryProcess
	}
	read.SetNamed(ev, "falco.call", call)
	k.Alert(category, typ, "threat-detected", "")
}

// falcoNames are in the order of a table: later ones win.
var falcoNames = func() (list []struct {
	name string
	b    *read.Binding
}) {
	for line := range strings.SplitSeq(`
proc.name  process.name
proc.exepath  process.executable
proc.cmdline  process.command_line
proc.pid  process.pid
proc.cwd  process.working_directory
proc.hash.sha256  process.hash.sha256
proc.pname  process.parent.name
proc.pcmdline  process.parent.command_line
proc.ppid  process.parent.pid
user.name  user.name:text
user.uid  user.id
group.name  group.name
group.gid  group.id
container.id  container.id
container.name  container.name
container.image.repository  container.image.name
container.image.tag  container.image.tag
k8s.ns.name  orchestrator.namespace
k8s.pod.name  orchestrator.resource.name
fd.cip  source.ip
fd.cport  source.port
fd.sip  destination.ip
fd.sport  destination.port
fd.l4proto  network.transport
ka.user.name  user.name:text
`, "\n") {
		if name, targets, ok := strings.Cut(line, "  "); ok {
			list = append(list, struct {
				name string
				b    *read.Binding
			}{name, read.NewBinding(targets)})
		}
	}
	return list
}()
