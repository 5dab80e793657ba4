package server

import (
	"strings"

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// NATS reads the log of the NATS server:
//
//	[1] 2026/03/01 12:00:00.123456 [INF] 192.0.2.9:50123 - cid:5 - Client connection created
//	[1] 2026/03/01 12:00:00.123456 [ERR] 192.0.2.9:50123 - cid:5 - authentication error - User "anna"
var NATS = read.Parser{
	Name:      "nats",
	Apps:      []string{"nats-server", "gnatsd"},
	Bare:      true,
	First:     "[",
	Recognize: func(msg string) bool { _, _, ok := natsHead(msg); return ok },
	Parse:     parseNATS,
}

var natsLevels = map[string]string{"INF": "info", "ERR": "error", "WRN": "warning", "DBG": "debug", "TRC": "trace", "FTL": "critical"}

// natsHead cuts the process, the time and the level off a line.
func natsHead(msg string) (stamp, text string, ok bool) {
	pid, rest, ok := strings.Cut(msg, "] ")
	if !ok || len(pid) < 2 || len(pid) > 11 || pid[0] != '[' || !read.IsNumber(pid[1:]) {
		return "", "", false
	}
	stamp, rest, ok = strings.Cut(rest, " [")
	if !ok || len(stamp) < 19 || len(stamp) > 32 || stamp[4] != '/' || len(rest) < 5 || rest[3:5] != "] " || natsLevels[rest[:3]] == "" {
		return "", "", false
	}
	return stamp, rest, true
}

func parseNATS(m *read.Message, ev *event.Event) bool {
	stamp, text, ok := natsHead(m.Text)
	if !ok {
		return false
	}
	k := read.Keyed{Event: ev, Location: m.Location}
	read.SetTime(ev, stamp, m.Location)
	read.From(ev, "nats", "nats.log")
	ev.Set(event.LogLevel, natsLevels[text[:3]])
	text = text[5:]
	if !natsTemplates.Match("*", text, &k) {
		k.Prose(text)
		read.Classify(ev, read.CategoryHost, read.TypeInfo, "server-message", read.ProseOutcome(text))
	}
	return true
}

var natsTemplates = read.NewTemplates(`
* authentication start logon-failed failure | {source.ip}:{source.port} - {}authentication error - {} "{user.name:text}"
* authentication start logon-failed failure | {source.ip}:{source.port} - {}authentication error
* authentication start logon-failed failure | {source.ip}:{source.port} - {}Authorization {}
* network connection+start connection-started - | {source.ip}:{source.port} - {}connection created
* network connection+end connection-closed - | {source.ip}:{source.port} - {}connection closed: {event.reason}
* network connection+info tls-failed failure | {source.ip}:{source.port} - {}TLS handshake error: {event.reason}
* network connection+info connection-message - | {source.ip}:{source.port} - {event.reason}
`)
