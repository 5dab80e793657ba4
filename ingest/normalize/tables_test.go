package normalize

import "testing"

// TestTables reads every table of templates and columns that is made when it
// is first needed: a mistake in one is a panic.
func TestTables(t *testing.T) {
	asaTemplates()
}

func TestProducts(t *testing.T) {
	for _, list := range jsonProducts {
		for _, p := range list {
			p.keys()
		}
	}
	panColumns()
	googleParameters()
}
