package firewall

import "testing"

// TestTables reads the tables that are made when they are first needed: a
// mistake in one is a panic.
func TestTables(*testing.T) {
	asaTemplates()
	panColumns()
}
