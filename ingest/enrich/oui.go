package enrich

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"io"
	"slices"
	"strings"
	"sync"
)

// ouiText lists who was assigned which hardware addresses: a line for each
// maker, with its name and the prefixes of its addresses, 6, 7 or 9
// hexadecimal digits long (the IEEE's registries MA-L, MA-M and MA-S;
// packaging/oui.sh regenerates it).
//
//go:embed oui.txt.gz
var ouiText []byte

// prefix is a prefix of hardware addresses: its digits, right-aligned, and in
// the lowest 4 bits how many there are.
type prefix uint64

type ouiTable struct {
	prefixes []prefix
	makers   []uint16 // in names, as prefixes
	names    []string
}

var oui = sync.OnceValue(func() *ouiTable {
	z, err := gzip.NewReader(bytes.NewReader(ouiText))
	if err != nil {
		panic(err) // part of the program
	}
	text, err := io.ReadAll(z)
	if err != nil {
		panic(err)
	}
	type entry struct {
		prefix prefix
		maker  uint16
	}
	var entries []entry
	t := &ouiTable{}
	for line := range strings.Lines(string(text)) {
		name, list, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		for p := range strings.FieldsSeq(list) {
			n, ok := digits(p)
			if ok {
				entries = append(entries, entry{prefix(n<<4) | prefix(len(p)), uint16(len(t.names))})
			}
		}
		t.names = append(t.names, name)
	}
	slices.SortFunc(entries, func(a, b entry) int {
		switch {
		case a.prefix < b.prefix:
			return -1
		case a.prefix > b.prefix:
			return 1
		}
		return 0
	})
	for _, e := range entries {
		t.prefixes, t.makers = append(t.prefixes, e.prefix), append(t.makers, e.maker)
	}
	return t
})

// digits reads up to 12 hexadecimal digits, with or without separators between
// bytes.
func digits(s string) (n uint64, ok bool) {
	count := 0
	for i := range len(s) {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			n = n<<4 | uint64(c-'0')
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			n = n<<4 | uint64(c|0x20-'a'+10)
		case c == '-' || c == ':' || c == '.':
			continue
		default:
			return 0, false
		}
		if count++; count > 12 {
			return 0, false
		}
	}
	return n, count > 0
}

// Maker returns who made a network card, given its hardware address; "" for
// unknown and multicast addresses, and for those that a device made up
// (locally administered, as phones do for privacy).
func Maker(mac string) string {
	n, ok := digits(mac)
	if !ok || len(mac) < 12 {
		return ""
	}
	if first := n >> 40; first&3 != 0 {
		return ""
	}
	t := oui()
	for _, length := range [...]int{9, 7, 6} {
		p := prefix(n>>(4*(12-length))<<4) | prefix(length)
		if i, found := slices.BinarySearch(t.prefixes, p); found {
			return t.names[t.makers[i]]
		}
	}
	return ""
}
