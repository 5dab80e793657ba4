package ingest

import (
	"porchlight/ingest/input"
	"porchlight/ingest/jsonlines"
	"porchlight/ingest/syslog"
)

// Kinds lists every kind of input, in the order shown to people.
var Kinds = input.Kinds{
	syslog.UDP,
	syslog.TCP,
	jsonlines.TCP,
}
