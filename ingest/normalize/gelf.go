package normalize

import "porchlight/ingest/event"

// gelf is Graylog's Extended Log Format 1.1
// (https://go2docs.graylog.org/current/getting_in_log_data/gelf.html);
// additional fields have an underscore in front.
var gelf = []jsonProduct{
	{
		name: "gelf", has: []string{"short_message", "version"}, module: "gelf", dataset: "gelf.log", table: `
timestamp  @time1
host  host.name:host
short_message  message
full_message  event.reason
level  event.severity
facility  log.logger
file  log.origin.file.name
line  log.origin.file.line
`, finish: func(k *keyed) {
			ev := k.ev
			var found [64]struct {
				b     *binding
				value string
			}
			n := 0
			for _, p := range ev.Extras() {
				if len(p.Name) > 1 && p.Name[0] == '_' && n < len(found) {
					if b := jsonAlias(p.Name[1:]); b != nil {
						found[n].b, found[n].value = b, p.Value
						n++
					}
				}
			}
			for i := range n {
				k.bind(found[i].b, found[i].value)
			}
			if level := ev.Get(event.EventSeverity); len(level) == 1 && level[0] >= '0' && level[0] <= '7' {
				ev.Set(event.LogLevel, syslogLevels[level[0]-'0'])
			}
			concludeAction(ev, k.action, k.outcome)
			if !ev.Has(event.EventCategory) && !proseLogin(ev, ev.Get(event.Message)) {
				classify(ev, catHost, typeInfo, "", "")
			}
		},
	},
}
