package normalize

import (
	"strings"

	"porchlight/ingest/event"
)

// falco is the alerts of Falco (https://falco.org/docs/concepts/outputs/formatting/).
var falco = []jsonProduct{{
	name: "falco", has: []string{"priority", "output", "rule", "time"}, vendor: "Falco", product: "Falco", module: "falco", dataset: "falco.alerts", table: `
time  @time1
uuid  event.id
hostname  host.name:host
rule  rule.name
priority  event.severity:level
output  event.reason
source  event.provider
`, finish: func(k *keyed) { k.falcoFields("output_fields.", k.get("output_fields.evt.type")) },
}}

// falcoFields sets what Falco's fields, those below prefix, mean, and
// classifies by the system call.
func (k *keyed) falcoFields(prefix, call string) {
	ev := k.ev
	for _, f := range falcoNames {
		if v := k.get(prefix + f.name); v != "" && v != "<NA>" && v != "-1" {
			k.put(v, f.b)
		}
	}
	// The file that was opened, or the connection.
	if name := k.get(prefix + "fd.name"); name != "" && name != "<NA>" {
		if from, to, ok := strings.Cut(name, "->"); ok {
			if ip, port := proseIP(from); ip != "" {
				setSource(ev, ip)
				setPort(ev, event.SourcePort, port)
			}
			if ip, port := proseIP(to); ip != "" {
				setDestination(ev, ip)
				setPort(ev, event.DestinationPort, port)
			}
		} else if strings.HasPrefix(name, "/") {
			setPath(ev, name)
		}
	}
	category, typ := "intrusion_detection", typeInfo
	switch {
	case ev.Has(event.DestinationIP):
		category += event.Separator + catNetwork
	case ev.Has(event.FilePath):
		category += event.Separator + catFile
	case ev.Has(event.ProcessName):
		category += event.Separator + catProcess
	}
	setNamed(ev, "falco.call", call)
	k.alert(category, typ, "threat-detected", "")
}

// falcoNames are in the order of a table: what comes later wins.
var falcoNames = func() (list []struct {
	name string
	b    *binding
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
				b    *binding
			}{name, target(targets)})
		}
	}
	return list
}()
