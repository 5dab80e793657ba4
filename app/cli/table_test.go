package cli

import (
	"bytes"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	long := strings.Repeat("z", 60)
	for _, c := range []struct {
		name  string
		table table
		rows  [][]string
		want  string
	}{
		{"nothing", table{columns: make([]column, 2)}, nil, ""},
		{"only names", table{columns: make([]column, 2), header: [][]string{{"a", "b"}}}, nil, "a  b\n"},
		{"no names", table{columns: []column{{width: 4}, {right: true, width: 3}, {}}}, [][]string{{"x", "7", "end"}, {"longer", "1234", ""}},
			"x          7  end\nlonger  1234\n"},
		{"wide characters", table{columns: make([]column, 2), header: [][]string{{"ü", "é"}, {"-", "-"}}}, [][]string{{"äöü", "x"}},
			"ü    é\n-    -\näöü  x\n"},
		{"a long value", table{columns: make([]column, 2), widest: 3}, [][]string{{long, "x"}, {"a", "y"}}, long + "  x\na    y\n"},
		{"log text", table{columns: make([]column, 1)}, [][]string{{"a\x1b[31m\nb"}}, "a [31m b\n"},
	} {
		var out bytes.Buffer
		c.table.w = &out
		for _, row := range c.rows {
			if err := c.table.add(row...); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.table.flush(); err != nil {
			t.Fatal(err)
		}
		if out.String() != c.want {
			t.Errorf("%s: got\n%s\nwant\n%s", c.name, out.String(), c.want)
		}
	}
}

func TestTableDoesNotHoldBack(t *testing.T) {
	var out bytes.Buffer
	a := table{w: &out, keep: 2, header: [][]string{{"a", "ü"}}, columns: []column{{right: true}, {}}}
	for i, row := range [][]string{{"1", "x"}, {"22", "yy"}, {"333", strings.Repeat("z", 60)}} {
		if err := a.add(row...); err != nil {
			t.Fatal(err)
		}
		if printed := out.Len() > 0; printed != (i > 0) {
			t.Errorf("row %d: printed %v", i, printed)
		}
	}
	if err := a.flush(); err != nil {
		t.Fatal(err)
	}
	want := " a  ü\n 1  x\n22  yy\n333  " + strings.Repeat("z", 60) + "\n"
	if out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}
