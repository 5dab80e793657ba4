package unix

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Kernel reads what the Linux kernel says about devices, disks, links, memory
// and programs; netfilter.go reads packets, auditd.go audit records:
//
//	usb 1-2: New USB device found, idVendor=0781, idProduct=5581, bcdDevice= 1.00
//	Out of memory: Killed process 4711 (java) total-vm:8123456kB, ...
//	device eth0 entered promiscuous mode
var Kernel = read.Parser{
	Name:  "kernel",
	Apps:  []string{"kernel"},
	Parse: parseKernel,
}

func parseKernel(m *read.Message, ev *event.Event) bool {
	if recognizeNetfilter(m.Text) {
		return parseNetfilter(m, ev)
	}
	text := strings.TrimLeft(kernelTime(m.Text), " ")
	if strings.HasPrefix(text, "audit: ") {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	if !kernelTemplates().Match("*", text, &k) {
		return false
	}
	read.From(ev, "system", "system.kernel")
	if vendor, ok := ev.LookupName("usb.vendor_id"); ok {
		product, _ := ev.LookupName("usb.product_id")
		read.SetNamed(ev, "device.id", vendor+":"+product)
	}
	return true
}

var kernelTemplates = read.LazyTemplates(`
* host info usb-device-connected - | usb {usb.device:text}: New USB device found, idVendor={usb.vendor_id}, idProduct={usb.product_id}[[, bcdDevice={}]]
* host info usb-device-connected - | usb {usb.device:text}: new {}-speed USB device number {} using {}
* host info usb-device-disconnected - | usb {usb.device:text}: USB disconnect, device number {}
* host info usb-device-named - | usb {usb.device:text}: Product: {device.model.name}
* host info usb-device-named - | usb {usb.device:text}: Manufacturer: {device.manufacturer}
* host info usb-device-named - | usb {usb.device:text}: SerialNumber: {device.serial_number}
* host info disk-attached - | {} [{device.id}] Attached SCSI {device.type}
* host info disk-attached - | {} [{device.id}] {} logical blocks: ({event.reason})
* process end process-killed failure | Out of memory: Kill{} process {process.pid} ({process.name})[[{}]]
* process end process-killed failure | Memory cgroup out of memory: Kill{} process {process.pid} ({process.name})[[{}]]
* host info memory-exhausted failure | {process.name} invoked oom-killer: {event.reason}
* process info process-crashed failure | traps: {process.name}[{process.pid}] {event.reason}
* process info process-crashed failure | {process.name}[{process.pid}]: segfault at {event.reason}
* process info process-crashed failure | {process.name}[{process.pid}] general protection{} ip:{event.reason}
* network info promiscuous-mode-entered - | device {interface.name:interface} entered promiscuous mode
* network info promiscuous-mode-entered - | {} {interface.name:interface}: entered promiscuous mode
* network info promiscuous-mode-entered - | {interface.name:interface}: entered promiscuous mode
* network info promiscuous-mode-left - | device {interface.name:interface} left promiscuous mode
* network info promiscuous-mode-left - | {} {interface.name:interface}: left promiscuous mode
* network info promiscuous-mode-left - | {interface.name:interface}: left promiscuous mode
* network info link-down failure | {}: {interface.name:interface} NIC Link is Down
* network info link-down failure | {} {interface.name:interface}: [[NIC ]]Link is Down
* network info link-down failure | {interface.name:interface}: [[NIC ]]Link is Down
* network info link-up success | {}: {interface.name:interface} NIC Link is Up[[ {event.reason}]]
* network info link-up success | {} {interface.name:interface}: [[NIC ]]Link is Up[[ {event.reason}]]
* network info link-up success | {interface.name:interface}: [[NIC ]]Link is Up[[ {event.reason}]]
* network info link-up success | {}: {interface.name:interface}: link becomes ready
* network info link-up success | {interface.name:interface}: link becomes ready
* network info link-up success | {}: port {}({interface.name:interface}) entered forwarding state
* network info link-down - | {}: port {}({interface.name:interface}) entered disabled state
* network+intrusion_detection info syn-flood failure | [[{}]]ossible SYN flooding on port {destination.port}. {}
* network+intrusion_detection info syn-flood failure | [[{}]]ossible SYN flooding on port {}:{destination.port}. {}
* network connection+denied martian-packet failure | [[{}]]martian source {destination.ip} from {source.ip}, on dev {interface.name:interface}
* network connection+denied martian-packet failure | [[{}]]martian destination {destination.ip} from {source.ip}, dev {interface.name:interface}
* network connection+denied connection-table-full failure | {}: table full, dropping packet[[.]]
* host info filesystem-error failure | {}-fs error (device {device.id}): {event.reason}
* host info filesystem-error failure | [[{}]]FS ({device.id}): {}orruption {event.reason}
* host info disk-error failure | [[{}]]I/O error, dev {device.id}, {event.reason}
* host info disk-error failure | Buffer I/O error on dev[[ice]] {device.id}, {event.reason}
* host info filesystem-mounted success | EXT4-fs ({device.id}): mounted filesystem {}
* host info filesystem-mounted success | XFS ({device.id}): Mounting {}
* host info filesystem-readonly failure | {} ({device.id}): Remounting filesystem read-only
* host info raid-degraded failure | md/{}:{device.id}: Disk failure on {event.reason}
* host info temperature-high failure | {}: {}emperature above threshold[[{}]]
* host info hardware-error failure | mce: [Hardware Error]: {event.reason}
* host info hardware-error failure | EDAC {event.reason}
* host start system-started success | Linux version {host.os.kernel} ({}) {}
* host start system-started - | Command line: {process.command_line}
* driver info module-unsigned failure | {driver.name}: module verification failed: {event.reason}
* driver info module-unsigned - | {driver.name}: loading out-of-tree module taints kernel.
* process info process-blocked failure | INFO: task {process.name}:{process.pid} blocked for more than {event.reason} seconds.
* network info nfs-server-lost failure | nfs: server {destination.ip} not responding, {event.reason}
* network info nfs-server-found success | nfs: server {destination.ip} OK
* network info share-failed failure | CIFS: {}: {event.reason}
* configuration info lockdown-denied failure | Lockdown: {process.name}: {event.reason}; see man kernel_lockdown.7
`)
