package product

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the list of products in README.md")

const (
	readme    = "../../README.md"
	listBegin = "  <!-- products, written by: go test ./ingest/product -update -->\n"
	listEnd   = "  <!-- end of products -->\n"
)

// The README's list of what is understood matches the table.
func TestREADME(t *testing.T) {
	data, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok := strings.Cut(string(data), listBegin)
	have, after, ok2 := strings.Cut(rest, listEnd)
	if !ok || !ok2 {
		t.Fatalf("%s has no list between %q and %q", readme, listBegin, listEnd)
	}
	want := listOf(Families())
	if have == want {
		return
	}
	if !*update {
		t.Fatalf("the list in %s is not the table's; go test ./ingest/product -update writes it", readme)
	}
	if err := os.WriteFile(readme, []byte(before+listBegin+want+listEnd+after), 0o644); err != nil {
		t.Fatal(err)
	}
}

// listOf writes families as a Markdown list, one item per family.
func listOf(families []Family) string {
	var out strings.Builder
	for _, f := range families {
		line := "  - " + f.Name + ":"
		for _, word := range strings.Fields(strings.Join(namesOf(f.Products), ", ")) {
			if len(line)+1+len(word) > 88 {
				out.WriteString(line + "\n")
				line = "   "
			}
			line += " " + word
		}
		out.WriteString(line + "\n")
	}
	return out.String()
}

// namesOf returns what products are called in a list: each name once, and
// consecutive ones by the same maker as "Cisco (ASA, Firepower)".
func namesOf(products []Product) []string {
	var out, own []string // own: the maker's products, without its name
	maker := ""
	flush := func() {
		switch {
		case len(own) > 1:
			out = append(out, maker+" ("+strings.Join(own, ", ")+")")
		case len(own) == 1:
			out = append(out, maker+" "+own[0])
		}
		maker, own = "", nil
	}
	for _, p := range products {
		if rest, ok := strings.CutPrefix(p.Name, p.Vendor+" "); ok && p.Vendor != "" && p.Reads == nil {
			if p.Vendor != maker {
				flush()
			}
			maker, own = p.Vendor, addOnce(own, rest)
			continue
		}
		flush()
		name := p.Name
		if p.Reads != nil {
			name += " (" + strings.Join(p.Reads, ", ") + ")"
		}
		if !slices.ContainsFunc(out, func(o string) bool { return o == p.Name || strings.HasPrefix(o, p.Name+" (") }) {
			out = append(out, name)
		}
	}
	flush()
	return out
}
