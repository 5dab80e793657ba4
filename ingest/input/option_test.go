package input

import "testing"

// TestEmptyValues: only text and what has no default may be empty. An empty
// number is most likely a variable that was never set, and would be taken for 0
// instead of the default.
func TestEmptyValues(t *testing.T) {
	for _, c := range []struct {
		option Option
		ok     bool
	}{
		{Option{Type: Int, Default: "512", Min: 1}, false},
		{Option{Type: Duration, Default: "30s"}, false},
		{Option{Type: Bool, Default: "true"}, false},
		{Option{Type: Choice, Default: "a", Choices: []string{"a"}}, false},
		{Option{Type: Address, Default: ":5514"}, false},
		{Option{Type: Int}, true},
		{Option{Type: Address}, true},
		{Option{Type: Text, Default: "porchlight"}, true},
		{Option{Type: Path, Default: "a.pem"}, true},
		{Option{Type: Text, Must: true}, false},
	} {
		if err := c.option.Validate(""); (err == nil) != c.ok {
			t.Errorf("%+v: %v", c.option, err)
		}
	}
}
