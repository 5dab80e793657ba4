package unix

import (
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// Doas reads doas(1) of OpenBSD, Alpine and others:
//
//	anna ran command ls as root from /home/anna
//	failed auth for anna
var Doas = read.Parser{
	Name:  "doas",
	Apps:  []string{"doas", "opendoas"},
	Parse: parseDoas,
}

func parseDoas(m *read.Message, ev *event.Event) bool {
	k := read.Keyed{Event: ev, Location: m.Location}
	if !doasTemplates.Match("*", m.Text, &k) {
		return false
	}
	read.FromAuth(ev)
	return true
}

var doasTemplates = read.NewTemplates(`
* process start privilege-elevated success | {user.name} ran command {process.command_line:text} as {user.effective.name} from {process.working_directory}
* process info privilege-denied failure | command not permitted for {user.name}: {process.command_line:text}
* process info privilege-denied failure | failed command for {user.name}: {process.command_line:text}
* authentication start privilege-denied failure | failed auth for {user.name}
* authentication start privilege-denied failure | failed password for {user.name}
`)
