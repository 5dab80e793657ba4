package read

import (
	"strconv"
	"strings"
)

// Columns are the bindings of a format with values in a fixed order, by
// position from 0; nil for positions without a meaning.
type Columns []*Binding

// NewColumns reads a table of bindings whose keys are positions.
func NewColumns(table string) Columns {
	var cs Columns
	for key, b := range NewBindings(table) {
		i, err := strconv.Atoi(key)
		if err != nil || i < 0 || i > 999 {
			panic("no position: " + key)
		}
		for len(cs) <= i {
			cs = append(cs, nil)
		}
		cs[i] = b
	}
	return cs
}

// Bind stores the values of a row.
func (cs Columns) Bind(k *Keyed, row []string) {
	for i, b := range cs {
		if i >= len(row) {
			break
		}
		if b != nil && row[i] != "" {
			k.Bind(b, row[i])
		}
	}
}

// maxColumns bounds the columns of a row; the rest is not read.
const maxColumns = 256

// SplitCSV splits a row of comma-separated values (RFC 4180) into row, which
// it returns. Values are substrings of s except those with doubled quotes
// inside; spaces around unquoted values are dropped.
func SplitCSV(s string, separator byte, row []string) []string {
	row = row[:0]
	for len(row) < maxColumns {
		if strings.HasPrefix(s, `"`) {
			if value, rest, ok := csvQuoted(s, separator); ok {
				row = append(row, value)
				if rest == "" {
					return row
				}
				if s = rest[1:]; s == "" {
					return append(row, "")
				}
				continue
			}
		}
		i := strings.IndexByte(s, separator)
		if i < 0 {
			return append(row, strings.TrimSpace(s))
		}
		row = append(row, strings.TrimSpace(s[:i]))
		s = s[i+1:]
	}
	return row
}

// csvQuoted returns the quoted value that s begins with and the rest, which is
// empty or begins with the separator.
func csvQuoted(s string, separator byte) (value, rest string, ok bool) {
	doubled := false
	for i := 1; i < len(s); i++ {
		if s[i] != '"' {
			continue
		}
		if i+1 < len(s) && s[i+1] == '"' {
			doubled = true
			i++
			continue
		}
		value, rest = s[1:i], s[i+1:]
		if rest != "" && rest[0] != separator {
			return "", "", false
		}
		if doubled {
			value = strings.ReplaceAll(value, `""`, `"`)
		}
		return value, rest, true
	}
	return "", "", false
}

// Rows are slices for SplitCSV to fill; clear a row before putting it back, so
// that it does not keep the message alive.
var Rows = NewPool(func() *[]string { r := make([]string, 0, maxColumns); return &r })
