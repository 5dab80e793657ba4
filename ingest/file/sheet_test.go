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
		{"a quote that nobody closes", "a.csv", "Time,User\n1,\"anna\n2,bob\n", []string{`{"Time":"1","User":"anna"}`, `{"Time":"2","User":"bob"}`}},
		{"a quote that takes cells with it", "a.csv", "Time,User,Id\n1,\"anna,7\n2,bob,8\n", []string{`1,"anna,7`, `{"Time":"2","User":"bob","Id":"8"}`}},
		{"a quote within a cell is a letter", "a.csv", "Item,User\n7\" tablet,anna\nphone,bob\n9\" tablet,carl\n",
			[]string{`{"Item":"7\" tablet","User":"anna"}`, `{"Item":"phone","User":"bob"}`, `{"Item":"9\" tablet","User":"carl"}`}},
		{"quotes behind backslashes do not join rows", "a.csv", "Id,State,Text\n\"1\",\"open\",\"to \\\"anna\\\"\"\n\"2\",\"open\",\"x\"\n",
			[]string{`{"Id":"1","State":"open","Text":"to \\\"anna\\\""}`, `{"Id":"2","State":"open","Text":"x"}`}},
		{"a cell that ends with a backslash", "a.csv", "Path,User\n\"C:\\logs\\\",anna\n", []string{`{"Path":"C:\\logs\\","User":"anna"}`}},
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
