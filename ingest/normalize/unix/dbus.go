package unix

import "porchlight/ingest/normalize/read"

// DBus reads the message bus.
var DBus = read.Daemon("dbus", []string{"dbus-daemon", "dbus-broker", "dbus", "dbus-broker-launch"}, `
* process start service-activated success | [[[{}] ]]Successfully activated service '{service.name}'
* process start service-activating - | [[[{}] ]]Activating via systemd: service name='{service.name}' unit='{}' requested by '{}' (uid={user.id} pid={process.parent.pid} comm="{process.parent.command_line}"{})
* process start service-activating - | [[[{}] ]]Activating service name='{service.name}' requested by '{}' (uid={user.id} pid={process.parent.pid} comm="{process.parent.command_line}"{})[[{}]]
* process info service-failed failure | [[[{}] ]]Failed to activate service '{service.name}': {event.reason}
* process info permission-denied failure | [[[{}] ]]Rejected send message, {event.reason}
`)
