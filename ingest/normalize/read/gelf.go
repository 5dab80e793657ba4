package read

import "porchlight/ingest/event"

// GELF is Graylog's Extended Log Format 1.1
// (https://go2docs.graylog.org/current/getting_in_log_data/gelf.html);
// additional fields have a leading underscore.
var GELF = []JSONProduct{
	{
		Name: "gelf", Has: []string{"short_message", "version"}, Module: "gelf", Dataset: "gelf.log", Table: `
timestamp  @time1
host  host.name:host
short_message  message
full_message  event.reason
level  event.severity
facility  log.logger
file  log.origin.file.name
line  log.origin.file.line
`, Finish: func(k *Keyed) {
			ev := k.Event
			var found [64]struct {
				b     *Binding
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
				k.Bind(found[i].b, found[i].value)
			}
			if level := ev.Get(event.EventSeverity); len(level) == 1 && level[0] >= '0' && level[0] <= '7' {
				ev.Set(event.LogLevel, SyslogLevels[level[0]-'0'])
			}
			ConcludeAction(ev, k.Action, k.Outcome)
			if !ev.Has(event.EventCategory) && !ProseLogin(ev, ev.Get(event.Message)) {
				Classify(ev, CategoryHost, TypeInfo, "", "")
			}
		},
	},
}
