package sigma

import (
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Decode reads one JSON object into an event as event.FlattenJSON does: keys as
// they stand, ECS names into their slots. It also knows the shapes that tools
// give Windows events:
//
//   - {"Event": {"System": ..., "EventData": ...}}, the XML form in JSON,
//     can also be read as Channel, EventID, Provider_Name and by the names of
//     the data.
//   - Names with spaces ("Threat Name") can also be read without them, because
//     that is how rules write them.
//   - Without an @timestamp the event's time is that of TimeCreated, UtcTime
//     and the like, where present.
func Decode(line string, ev *event.Event) error {
	if err := event.FlattenJSON(line, ev); err != nil {
		return err
	}
	var room [96]event.Pair
	renamed := room[:0]
	for _, p := range ev.Extras() {
		name := windowsName(p.Name)
		if stripped := strings.ReplaceAll(name, " ", ""); stripped != p.Name && stripped != "" {
			renamed = append(renamed, event.Pair{Name: stripped, Value: p.Value})
		}
	}
	extras := renamed[:0]
	for _, p := range renamed {
		if r := event.Resolve(p.Name); r.Field != event.None {
			ev.SetName(p.Name, p.Value)
		} else {
			extras = append(extras, p)
		}
	}
	ev.SetExtras(extras)
	if ev.Time == 0 {
		ev.Time = timeOf(ev)
	}
	return nil
}

// windowsName shortens the flattened name of a part of a Windows event:
//
//	Event.System.Channel                   Channel
//	Event.System.Provider.#attributes.Name Provider_Name
//	Event.System.EventID.#text             EventID
//	Event.EventData.Image                  Image
//	Event.UserData.LogFileCleared.Channel  Channel
func windowsName(name string) string {
	section, rest, ok := strings.Cut(strings.TrimPrefix(name, "Event."), ".")
	if !ok || !strings.HasPrefix(name, "Event.") || rest == "" {
		return name
	}
	switch section {
	case "System":
		if rest == "TimeCreated.#attributes.SystemTime" {
			return "TimeCreated"
		}
		rest = strings.TrimSuffix(rest, ".#text")
		return strings.ReplaceAll(rest, ".#attributes.", "_")
	case "EventData", "UserData":
		if strings.Contains(rest, "#attributes") {
			return name
		}
		rest = strings.TrimSuffix(rest, ".#text")
		if section == "UserData" {
			rest = rest[strings.LastIndexByte(rest, '.')+1:]
		}
		return rest
	}
	return name
}

// timeNames are where an event's time is looked for, best first, in the forms
// of timeLayouts; without a zone they are UTC.
var (
	timeNames   = []string{"TimeCreated", "SystemTime", "UtcTime", "EventTime", "eventTime", "timestamp", "time"}
	timeLayouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999"}
)

// timeOf returns the event's time in Unix nanoseconds, 0 when it has none.
func timeOf(ev *event.Event) int64 {
	for _, name := range timeNames {
		v, ok := ev.LookupName(name)
		if !ok || len(v) > 40 {
			continue
		}
		for _, layout := range timeLayouts {
			if t, err := time.Parse(layout, v); err == nil {
				return t.UnixNano()
			}
		}
	}
	return 0
}
