// Package status is the answer to "how is the collection doing?".
package status

import (
	"porchlight/ingest/input"
	"porchlight/ingest/source"
)

// Status is how the collection is doing at one moment.
type Status struct {
	Totals     source.Counters
	Sources    []source.Source // by address
	Inputs     []input.State   // in the order of the settings
	Failing    string          // why events cannot be stored at the moment, "" while they can
	OpenAlerts int
	DiskBytes  int64 // size of all database files
}
