package normalize

import "porchlight/ingest/event"

// doas reads doas(1) of OpenBSD, Alpine and others:
//
//	anna ran command ls as root from /home/anna
//	failed auth for anna
var doas = parser{
	name:  "doas",
	apps:  []string{"doas", "opendoas"},
	parse: parseDoas,
}

func parseDoas(m *message, ev *event.Event) bool {
	k := keyed{ev: ev, loc: m.loc}
	if !doasTemplates.match("*", m.text, &k) {
		return false
	}
	fromAuth(ev)
	return true
}

var doasTemplates = newTemplates(`
* process start privilege-elevated success | {user.name} ran command {process.command_line:text} as {user.effective.name} from {process.working_directory}
* process info privilege-denied failure | command not permitted for {user.name}: {process.command_line:text}
* process info privilege-denied failure | failed command for {user.name}: {process.command_line:text}
* authentication start privilege-denied failure | failed auth for {user.name}
* authentication start privilege-denied failure | failed password for {user.name}
`)
