package unix

import "porchlight/ingest/normalize/read"

// Mdadm reads the watch over Linux' software RAID, and ZFS' event daemon.
var Mdadm = read.Daemon("mdadm", []string{"mdadm", "mdmonitor", "zed"}, `
* host info raid-degraded failure | DegradedArray event detected on md device {device.id}[[, {}]]
* host info disk-failed failure | Fail event detected on md device {device.id}[[, component device {event.reason}]]
* host info disk-failed failure | FailSpare event detected on md device {device.id}[[, component device {event.reason}]]
* host info raid-rebuilding - | RebuildStarted event detected on md device {device.id}[[, {}]]
* host info raid-rebuilt success | RebuildFinished event detected on md device {device.id}[[, {}]]
* host info raid-rebuilding - | Rebuild{} event detected on md device {device.id}[[, {}]]
* host info raid-rebuilt success | SpareActive event detected on md device {device.id}[[, {}]]
* host info raid-missing failure | DeviceDisappeared event detected on md device {device.id}[[, {}]]
* host info raid-message - | {} event detected on md device {device.id}[[, {}]]
* host info disk-failed failure | eid={} class=statechange pool='{device.id}' {}vdev_state=FAULTED[[{}]]
* host info raid-degraded failure | eid={} class=statechange pool='{device.id}' {}vdev_state=DEGRADED[[{}]]
* host info raid-message - | eid={} class={event.code} pool='{device.id}'[[ {}]]
* host info raid-message - | eid={} class={event.code} pool={device.id}[[ {}]]
`)
