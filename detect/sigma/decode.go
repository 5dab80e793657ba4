package sigma

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"porchlight/ingest/event"
)

// Decode reads one JSON object into an event, its keys as they stand: ECS
// names go to their slots, all others are fields under their own name.
// Objects inside are joined with dots, arrays become several values, null is
// an absent field, numbers keep their digits. The two usual shapes of Windows
// events in JSON ({"Event": {"System": ..., "EventData": ...}}) become
// Channel, EventID, Provider_Name and the names of their data.
func Decode(line []byte, ev *event.Event) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.UseNumber()
	var obj map[string]any
	if err := d.Decode(&obj); err != nil {
		return fmt.Errorf("read event: %w", err)
	}
	if obj == nil {
		return errors.New("read event: null is no object")
	}
	if d.More() {
		return errors.New("read event: more than one JSON value")
	}
	flat := map[string]string{}
	if e, ok := obj["Event"].(map[string]any); ok && e["System"] != nil {
		windowsEvent(flat, e)
	} else {
		flatten(flat, "", obj, 0)
	}
	for _, k := range slices.Sorted(maps.Keys(flat)) {
		ev.SetName(k, flat[k])
		// Rules name Windows fields without the spaces some of them have.
		if stripped := strings.ReplaceAll(k, " ", ""); stripped != k && stripped != "" {
			if _, ok := flat[stripped]; !ok {
				ev.SetName(stripped, flat[k])
			}
		}
	}
	for _, k := range timeKeys {
		if t, ok := parseTime(flat[k]); ok {
			ev.Time = t.UnixNano()
			break
		}
	}
	return nil
}

// timeKeys are where an event's time is looked for, best first.
var timeKeys = []string{"@timestamp", "TimeCreated", "SystemTime", "UtcTime", "EventTime", "eventTime", "timestamp", "time"}

var timeLayouts = []string{time.RFC3339Nano, "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999"}

func parseTime(s string) (time.Time, bool) {
	if s == "" {
		return time.Time{}, false
	}
	for _, l := range timeLayouts {
		if t, err := time.Parse(l, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// maxFlatten is how deep objects are opened; deeper ones stay JSON text.
const maxFlatten = 20

func flatten(out map[string]string, prefix string, v any, depth int) {
	switch v := v.(type) {
	case map[string]any:
		if depth >= maxFlatten {
			text, err := json.Marshal(v)
			if err == nil {
				add(out, prefix, string(text))
			}
			return
		}
		for _, k := range slices.Sorted(maps.Keys(v)) {
			name := k
			if prefix != "" {
				name = prefix + "." + k
			}
			flatten(out, name, v[k], depth+1)
		}
	case []any:
		for _, one := range v {
			flatten(out, prefix, one, depth+1)
		}
	case string:
		add(out, prefix, v)
	case json.Number:
		add(out, prefix, v.String())
	case bool:
		add(out, prefix, map[bool]string{true: "true", false: "false"}[v])
	}
}

func add(out map[string]string, name, v string) {
	if old, ok := out[name]; ok {
		v = old + event.Separator + v
	}
	out[name] = v
}

// windowsEvent reads the shape that XML events have in JSON.
func windowsEvent(out map[string]string, e map[string]any) {
	system, _ := e["System"].(map[string]any)
	for k, v := range system {
		m, ok := v.(map[string]any)
		if !ok {
			flatten(out, k, v, 0)
			continue
		}
		if text, ok := m["#text"]; ok {
			flatten(out, k, text, 0)
		}
		attributes, ok := m["#attributes"].(map[string]any)
		if !ok {
			continue
		}
		if k == "TimeCreated" {
			flatten(out, k, attributes["SystemTime"], 0)
			continue
		}
		for a, v := range attributes {
			flatten(out, k+"_"+a, v, 0) // Provider_Name, Execution_ProcessID
		}
	}
	for _, section := range []string{"EventData", "UserData"} {
		leaves(out, "", e[section], 0)
	}
}

// leaves takes the data of an event whatever elements are around it.
func leaves(out map[string]string, name string, v any, depth int) {
	m, ok := v.(map[string]any)
	if !ok {
		if name != "" {
			flatten(out, name, v, 0)
		}
		return
	}
	if depth > maxFlatten {
		return
	}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		switch k {
		case "#attributes":
		case "#text":
			leaves(out, name, m[k], depth+1)
		default:
			leaves(out, k, m[k], depth+1)
		}
	}
}
