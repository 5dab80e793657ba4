package syslog

import (
	"porchlight/ingest/input"
	"porchlight/ingest/listen"
)

// UDP is syslog in datagrams (RFC 5426).
var UDP = input.Kind{
	Name:  "syslog-udp",
	Title: "Syslog over UDP",
	About: "What most devices can send. Nothing tells them when a message is lost on the way.",
	Lossy: true,
	Options: []input.Option{{Name: "address", Type: input.Address, Default: ":5514", Must: true, Example: "0.0.0.0:5514",
		Help: "Listen for syslog over UDP here, e.g. 0.0.0.0:5514; port 0 takes a free one."}},
	Open: func(o input.Values, env input.Env) (input.Input, error) {
		env.Origin.Live = true
		return listen.ListenUDP(o["address"], listen.UDPConfig{Origin: &env.Origin, Now: env.Now})
	},
}

// TCP is syslog in streams (RFC 6587).
var TCP = input.Kind{
	Name:  "syslog-tcp",
	Title: "Syslog over TCP",
	About: "Nothing is lost on the way: prefer it where a device offers it.",
	Options: []input.Option{
		{Name: "address", Type: input.Address, Default: ":5514", Must: true, Example: "0.0.0.0:5514",
			Help: "Listen for syslog over TCP here, e.g. 0.0.0.0:5514; port 0 takes a free one."},
		listen.MaxConnections,
	},
	Open: func(o input.Values, env input.Env) (input.Input, error) {
		env.Origin.Live = true
		return listen.ListenTCP(o["address"], listen.TCPConfig{
			MaxConnections: o.Int(listen.MaxConnections.Name), OctetCounting: true, Origin: &env.Origin, Now: env.Now, Log: env.Log})
	},
}
