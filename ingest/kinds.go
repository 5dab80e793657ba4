package ingest

import (
	"porchlight/ingest/input"
	"porchlight/ingest/jsonlines"
	"porchlight/ingest/syslog"
)

// Kinds is every kind of input, in the order in which people see them.
var Kinds = input.Kinds{
	syslog.UDP,
	syslog.TCP,
	jsonlines.TCP,
}
