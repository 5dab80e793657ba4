// Package jsonlines has the input for objects in JSON, one a line, as Vector,
// Fluent Bit, Filebeat and scripts send them.
package jsonlines

import (
	"porchlight/ingest/event"
	"porchlight/ingest/input"
	"porchlight/ingest/listen"
)

// What the option format says about the lines.
const (
	documents = "documents"
	ecs       = "ecs"
)

// TCP is JSON lines in streams.
var TCP = input.Kind{
	Name:  "json-tcp",
	Title: "JSON lines over TCP",
	About: "For Vector, Fluent Bit and scripts: one object in JSON a line, and nothing is lost.",
	Options: []input.Option{
		{Name: "address", Type: input.Address, Default: ":5515", Must: true, Example: "0.0.0.0:5515",
			Help: "Listen for lines of JSON over TCP here, e.g. 0.0.0.0:5515; port 0 takes a free one."},
		{Name: "format", Type: input.Choice, Default: documents, Choices: []string{documents, ecs}, Must: true,
			Help: "Documents of any product, which are parsed; ecs: events that have ECS names already."},
		listen.MaxConnections,
	},
	Open: func(o input.Values, env input.Env) (input.Input, error) {
		env.Origin.Live, env.Origin.Shape = true, event.ShapeDocument
		if o["format"] == ecs {
			env.Origin.Shape = event.ShapeEvent
		}
		return listen.ListenTCP(o["address"], listen.TCPConfig{
			MaxConnections: o.Int(listen.MaxConnections.Name), Origin: &env.Origin, Now: env.Now, Log: env.Log})
	},
}
