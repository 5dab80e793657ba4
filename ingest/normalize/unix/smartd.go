package unix

import (
	"strings"

	"porchlight/ingest/normalize/read"
)

// Smartd reads the watch over disks of smartmontools.
var Smartd = read.Daemon("smartd", []string{"smartd"}, smartdDevices("Device: {device.id} [{}]")+smartdDevices("Device: {device.id}"))

// smartdDevices are the templates with what is written for a device.
func smartdDevices(device string) string {
	return strings.ReplaceAll(`
* host info disk-failing failure | DEVICE, FAILED SMART self-check. {event.reason}
* host info disk-failing failure | DEVICE, SMART Failure: {event.reason}
* host info disk-failing failure | DEVICE, Failed SMART {event.reason}
* host info disk-error failure | DEVICE, {} Currently unreadable (pending) sectors[[ {}]]
* host info disk-error failure | DEVICE, {} Offline uncorrectable sectors[[ {}]]
* host info disk-error failure | DEVICE, {} error count increased from {event.reason}
* host info disk-error failure | DEVICE, [[{} ]]failed {event.reason}
* host info disk-error failure | DEVICE, number of Error Log entries increased from {event.reason}
* host info disk-hot failure | DEVICE, Temperature {event.reason} Celsius reached {} limit of {}
* host info disk-attribute-changed - | DEVICE, SMART {} Attribute: {} changed from {event.reason}
* host info disk-tested success | DEVICE, previous self-test completed without error
* host info disk-message - | DEVICE, {event.reason}
`, "DEVICE", device)
}
