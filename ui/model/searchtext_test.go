package model

import (
	"testing"
	"time"

	"porchlight/detect/query"
)

func TestSplitPipes(t *testing.T) {
	for _, c := range []struct{ text, search, pipes string }{
		{"", "", ""},
		{"a b", "a b", ""},
		{"a | stats count", "a", "| stats count"},
		{"| stats count", "", "| stats count"},
		{"a || b | head 5", "a || b", "| head 5"},
		{`"a | b" c|head`, `"a | b" c`, "|head"},
		{`x:/a|b/ | head`, `x:/a|b/`, "| head"},
		{`x:/a|b/i | head`, `x:/a|b/i`, "| head"},
		{`path:/etc/passwd | head`, `path:/etc/passwd`, "| head"},
		{`a\|b | head`, `a\|b`, "| head"},
		{`"it \" | is" | head`, `"it \" | is"`, "| head"},
	} {
		search, pipes := SplitPipes(c.text)
		if search != c.search || pipes != c.pipes {
			t.Errorf("SplitPipes(%q) = %q, %q", c.text, search, pipes)
		}
	}
}

func TestTermsAndPipes(t *testing.T) {
	for _, c := range []struct{ got, want string }{
		{WithTerm("a | head 5", "user.name", "anna", false), "a and user.name:anna | head 5"},
		{WithTerm("| head 5", "user.name", "anna", true), "not user.name:anna | head 5"},
		{WithTerm("a || b", "user.name", "anna", false), "(a || b) and user.name:anna"},
		{WithTerm("", "level", "x", false), `\level:x`},
		{WithoutField("a", "user.name"), "a and _missing_:user.name"},
		{CountBy("a | head 5", "user.name"), "a | stats count() by user.name | sort -count | head 50"},
		{CountBy("", "level"), `| stats count() by \level | sort -count | head 50`},
		{About("source.ip", "192.0.2.1"), "ip:192.0.2.1"},
		{About("log.source.address", "2001:db8::1"), `ip:"2001:db8::1"`},
		{About("user.name", "anna"), "user:anna"},
		{About("host.name", "web-01"), "host:web-01"},
		{About("event.action", "logon"), ""},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
		if _, err := query.Parse(c.got, time.Unix(0, 0)); err != nil {
			t.Errorf("%q: %v", c.got, err)
		}
	}
}
