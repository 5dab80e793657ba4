package file

import (
	"slices"
	"strings"
	"testing"
)

func TestSheet(t *testing.T) {
	for _, c := range []struct {
		name, path, text string
		want             []string
	}{
		{"names on top", "a.csv", "Date,User,IP Address\n2026-03-10,anna,192.0.2.44\n", []string{`{"Date":"2026-03-10","User":"anna","IP Address":"192.0.2.44"}`}},
		{"quotes and a cell of two lines", "a.CSV.gz", "\ufeffTime,Data\n1,\"{\"\"a\"\":1}\"\n2,\"x\ny, <z>\"\n", []string{`{"Time":"1","Data":"{\"a\":1}"}`, `{"Time":"2","Data":"x\ny, <z>"}`}},
		{"empty and surplus cells", "a.csv", "Time,User,\n1,,x,y\n", []string{`{"Time":"1","column_3":"x","column_4":"y"}`}},
		{"semicolons", "a.csv", "Zeit;Benutzer;IP\n1;anna;::1\n", []string{`{"Zeit":"1","Benutzer":"anna","IP":"::1"}`}},
		{"tabs", "a.tsv", "Time\tUser\n1\tanna\n", []string{`{"Time":"1","User":"anna"}`}},
		{"a quote that nobody closes", "a.csv", "Time,User\n1,\"anna\n2,bob\n", []string{`1,"anna`, "2,bob"}},
		{"a row of one cell", "a.csv", "Time,User\ntotal 2\n", []string{"total 2"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines := strings.Split(strings.TrimSuffix(c.text, "\n"), "\n")
			s := newSheet(c.path, lines[0])
			if s == nil {
				t.Fatal("no names found")
			}
			if got := through(s.add, s.end, lines[1:]...); !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for path, first := range map[string]string{
		"a.log":   "Time,User",
		"a.csv":   "2026-03-10,anna,192.0.2.44",
		"b.csv":   "allow,192.0.2.44,198.51.100.9",
		"c.csv":   "Time,Time",
		"d.csv":   "just a line",
		"e.csv":   `{"a":1,"b":2}`,
		"f.csv.x": "Time,User",
	} {
		if newSheet(path, first) != nil {
			t.Errorf("%s: %q was taken for the names of columns", path, first)
		}
	}
}
