package input

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

var everything = Kind{Name: "everything", Title: "Everything", Options: []Option{
	{Name: "address", Type: Address, Default: ":5514", Must: true},
	{Name: "max_connections", Type: Int, Default: "512", Min: 1, Max: 600},
	{Name: "pause", Type: Duration, Default: "30s"},
	{Name: "verify", Type: Bool, Default: "true"},
	{Name: "format", Type: Choice, Default: "lines", Choices: []string{"lines", "json"}, Must: true},
	{Name: "token", Secret: true, Check: func(v string) error {
		if len(v) < 8 {
			return errors.New("at least 8 characters")
		}
		return nil
	}},
}}

func TestCheck(t *testing.T) {
	for _, c := range []struct {
		values Values
		want   string // "" for accepted
	}{
		{nil, ""},
		{Values{"address": "[::1]:0", "max_connections": "600", "pause": "5m", "verify": "false", "format": "json", "token": "12345678"}, ""},
		{Values{"token": ""}, ""},
		{Values{"max_connections": ""}, "option max_connections: must not be empty"},
		{Values{"address": ""}, "option address: \"\": expected host:port"},
		{Values{"address": "5514"}, "expected host:port"},
		{Values{"address": ":65536"}, "expected host:port"},
		{Values{"max_connections": "0"}, "option max_connections: 0: expected at least 1"},
		{Values{"max_connections": "601"}, "expected at most 600"},
		{Values{"max_connections": "many"}, `"many": expected a number`},
		{Values{"pause": "-1s"}, "expected a time such as 30s or 5m"},
		{Values{"pause": "5"}, "expected a time"},
		{Values{"verify": "yes"}, "expected true or false"},
		{Values{"format": "xml"}, "expected one of lines, json"},
		{Values{"format": ""}, "option format: must not be empty"},
		{Values{"token": "short"}, "option token: at least 8 characters"},
		{Values{"colour": "blue"}, `option "colour": everything has no such option; it has address, max_connections`},
	} {
		err := everything.Check(c.values)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: %v, want %q", c.values, err, c.want)
		}
	}
}

func TestComplete(t *testing.T) {
	given := Values{"pause": "5m"}
	full := everything.Complete(given)
	if full.Int("max_connections") != 512 || full.Duration("pause") != 5*time.Minute || !full.Bool("verify") || full["token"] != "" || len(full) != len(everything.Options) {
		t.Errorf("%v", full)
	}
	if len(given) != 1 {
		t.Errorf("what was given has changed: %v", given)
	}
}

func TestKindsCheck(t *testing.T) {
	kinds := Kinds{everything, {Name: "another", Options: []Option{{Name: "path", Type: Path, Must: true}}}}
	for _, c := range []struct {
		settings []Setting
		want     string
	}{
		{nil, ""},
		{[]Setting{{Kind: "everything"}, {Kind: "another", Options: Values{"path": "/var/log"}}, {ID: "second", Kind: "everything"}}, ""},
		{[]Setting{{Kind: "everything"}, {Kind: "evreything"}}, `input 2: kind "evreything": expected one of everything, another`},
		{[]Setting{{Kind: "everything"}, {ID: "everything", Kind: "another", Options: Values{"path": "x"}}}, `input 2: the id "everything" is taken`},
		{[]Setting{{ID: "lab", Kind: "another"}}, `input "lab": option path: must not be empty`},
	} {
		err := kinds.Check(c.settings)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.settings, err, c.want)
		}
	}
}

func TestSettingEqual(t *testing.T) {
	a := Setting{ID: "a", Kind: "everything", On: true, Options: Values{"pause": "5m"}}
	same := a
	same.Name = "called otherwise"
	if !a.Equal(same) || !(Setting{}).Equal(Setting{Options: Values{}}) {
		t.Error("settings that ask for the same are not equal")
	}
	for name, change := range map[string]func(*Setting){
		"id": func(s *Setting) { s.ID = "b" }, "kind": func(s *Setting) { s.Kind = "another" }, "on": func(s *Setting) { s.On = false },
		"options": func(s *Setting) { s.Options = Values{"pause": "6m"} }, "no options": func(s *Setting) { s.Options = nil },
	} {
		other := a
		if change(&other); a.Equal(other) {
			t.Errorf("%s: a changed setting is equal", name)
		}
	}
	settings := []Setting{{Kind: "everything"}, {ID: "x", Kind: "everything"}}
	if got := Named(settings); !reflect.DeepEqual([]string{got[0].ID, got[1].ID}, []string{"everything", "x"}) || settings[0].ID != "" {
		t.Errorf("%+v from %+v", got, settings)
	}
}

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
