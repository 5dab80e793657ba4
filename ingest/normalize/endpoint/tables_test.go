package endpoint

import "testing"

// TestTables reads the tables that are built on first use: a mistake in one is
// a panic.
func TestTables(*testing.T) {
	santaKeys()
	trellixKeys()
}
