package query

import (
	"slices"

	"porchlight/ingest/event"
)

// alias is a short name of the search language. It also reads a vendor field
// of that very name.
type alias struct {
	name string

	// any: the fields are different things, and the search is true when one
	// of them fits. Otherwise they are the places of one thing, best first.
	any    bool
	fields []string
}

var aliases = []alias{
	{"ip", true, []string{"source.ip", "destination.ip", "host.ip", "log.source.address"}},
	{"port", true, []string{"source.port", "destination.port"}},
	{"mac", true, []string{"source.mac", "destination.mac"}},
	{"domain", true, []string{"dns.question.name", "url.domain", "source.domain", "destination.domain"}},
	{"user", true, []string{"user.name", "user.target.name", "user.effective.name", "source.user.name", "destination.user.name", "user.email"}},
	{"host", true, []string{"host.name", "observer.name", "log.source.address"}},
	{"app", true, []string{"process.name", "service.name", "log.syslog.appname"}},
	{"process", true, []string{"process.name", "process.executable"}},
	{"protocol", true, []string{"network.protocol", "network.transport"}},
	{"rule", true, []string{"rule.name", "rule.id"}},
	{"file", true, []string{"file.path", "file.name"}},
	{"url", true, []string{"url.original", "url.domain", "url.path"}},

	{"src", false, []string{"source.ip"}},
	{"dst", false, []string{"destination.ip"}},
	{"sender", false, []string{"log.source.address"}},
	{"command", false, []string{"process.command_line"}},
	{"service", false, []string{"service.name"}},
	{"group", false, []string{"group.name"}},
	{"action", false, []string{"event.action"}},
	{"outcome", false, []string{"event.outcome"}},
	{"category", false, []string{"event.category"}},
	{"type", false, []string{"event.type"}},
	{"reason", false, []string{"event.reason"}},
	{"code", false, []string{"event.code"}},
	{"dataset", false, []string{"event.dataset"}},
	{"severity", false, []string{"event.severity"}},
	{"vendor", false, []string{"observer.vendor"}},
	{"product", false, []string{"observer.product"}},
	{"level", false, []string{"log.level"}},
	{"tag", false, []string{"tags"}},
	{"msg", false, []string{"message"}},
	{"time", false, []string{"@timestamp"}},

	// ECS fields that events are printed with but that are not stored beside
	// those they repeat (event.Event.AppendJSON).
	{"source.address", false, []string{"source.ip", "source.domain"}},
	{"destination.address", false, []string{"destination.ip", "destination.domain"}},
	{"host.hostname", false, []string{"host.name"}},
	{"observer.hostname", false, []string{"observer.name", "host.name"}},
}

// Names after which a colon means something other than "this field is".
const (
	nameExists  = "_exists_"
	nameMissing = "_missing_"
	nameSince   = "since"
	nameUntil   = "until"
	nameAny     = "*"
)

func findAlias(name string) (alias, bool) {
	if i := slices.IndexFunc(aliases, func(a alias) bool { return a.name == name }); i >= 0 {
		return aliases[i], true
	}
	return alias{}, false
}

// isReserved reports whether a field of this name must be written with a
// backslash in front.
func isReserved(name string) bool {
	switch name {
	case nameExists, nameMissing, nameSince, nameUntil:
		return true
	}
	_, ok := findAlias(name)
	return ok
}

// Expand returns the fields a name in a search stands for: one, or several
// of which any may fit.
func Expand(name string) []Field {
	a, ok := findAlias(name)
	if !ok {
		return []Field{NewField(name)}
	}
	if !a.any {
		return []Field{a.field()}
	}
	var out []Field
	for _, f := range a.fields {
		out = append(out, NewField(f))
	}
	return append(out, NewField(name))
}

// field returns the one field of an alias that is not any.
func (a alias) field() Field {
	f := Field{Name: a.name}
	for _, name := range append(slices.Clone(a.fields), a.name) {
		f.Refs = append(f.Refs, event.Resolve(name))
	}
	return f
}

// isText reports whether values of the field are sentences, searched by words.
func (f Field) isText() bool {
	return len(f.Refs) > 0 && f.Refs[0].Field.Kind() == event.Text
}

// isIP reports whether values of the field are addresses.
func (f Field) isIP() bool { return len(f.Refs) > 0 && f.Refs[0].Field.Kind() == event.IP }

// isTime reports whether the field is one of the event's own times.
func (f Field) isTime() bool {
	return len(f.Refs) > 0 && (f.Refs[0].Field == event.Timestamp || f.Refs[0].Field == event.EventIngested)
}

// isID reports whether the field is the event's number.
func (f Field) isID() bool { return len(f.Refs) > 0 && f.Refs[0].Field == event.DocumentID }
