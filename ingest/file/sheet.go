package file

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"net/netip"
	"path/filepath"
	"strconv"
	"strings"
	"unicode"
)

// sheet makes messages of the rows of a CSV file (RFC 4180) that begins with
// the names of its columns, as cloud audit logs are exported: JSON with these
// names, because a row alone says nothing. A row that cannot be read becomes a
// message unchanged.
type sheet struct {
	names []string
	comma rune
	lines []Message // of an unfinished row
	size  int
	open  bool // inside quotes
}

// newSheet returns nil for other files: those not named *.csv or *.tsv,
// compressed or not, and those without column names on top.
func newSheet(path, first string) *sheet {
	name := strings.ToLower(filepath.Base(path))
	for _, compressed := range [...]string{".gz", ".zst"} {
		name = strings.TrimSuffix(name, compressed)
	}
	s := &sheet{comma: ','}
	switch filepath.Ext(name) {
	case ".csv":
		if strings.Count(first, ";") > strings.Count(first, ",") { // spreadsheets in half of Europe
			s.comma = ';'
		}
	case ".tsv":
		s.comma = '\t'
	default:
		return nil
	}
	names, err := s.split(strings.TrimPrefix(first, "\ufeff"))
	if err != nil || len(names) < 2 {
		return nil
	}
	seen := map[string]bool{}
	for i, n := range names {
		n = strings.TrimSpace(n)
		if n == "" && i == len(names)-1 { // a comma at the end
			names = names[:i]
			break
		}
		if !isColumnName(n) || seen[n] {
			return nil
		}
		seen[n], names[i] = true, n
	}
	s.names = names
	return s
}

// isColumnName reports whether a cell can be a name rather than a value.
func isColumnName(s string) bool {
	if s == "" || len(s) > 80 || strings.ContainsAny(s, "={}<>\"") {
		return false
	}
	if _, err := netip.ParseAddr(s); err == nil {
		return false
	}
	first := []rune(s)[0]
	return unicode.IsLetter(first) || first == '_' || first == '@' || first == '#'
}

// add takes the next line and appends the messages that it completes.
func (s *sheet) add(done []Message, m Message) []Message {
	if strings.Count(m.Body, `"`)%2 != 0 {
		s.open = !s.open
	}
	s.lines = append(s.lines, m)
	s.size += len(m.Body) + 1
	switch {
	case s.open && s.size < MaxLine && len(s.lines) < maxJoined:
		return done
	case s.open: // a quote that is never closed
		return s.end(done)
	}
	row := joined(s.lines)
	row.Body = s.message(row.Body)
	s.lines, s.size = s.lines[:0], 0
	return append(done, row)
}

// end appends what is left at the end of the file, unchanged.
func (s *sheet) end(done []Message) []Message {
	done = append(done, s.lines...)
	s.lines, s.size, s.open = s.lines[:0], 0, false
	return done
}

func (s *sheet) message(row string) string {
	cells, err := s.split(row)
	if err != nil || len(cells) < 2 {
		return row
	}
	var b bytes.Buffer
	text := json.NewEncoder(&b)
	text.SetEscapeHTML(false)
	put := func(v string) {
		_ = text.Encode(v) // strings always encode, and a buffer never fails
		b.Truncate(b.Len() - 1)
	}
	b.WriteByte('{')
	for i, cell := range cells {
		if cell == "" {
			continue
		}
		name := "column_" + strconv.Itoa(i+1)
		if i < len(s.names) {
			name = s.names[i]
		}
		if b.Len() > 1 {
			b.WriteByte(',')
		}
		put(name)
		b.WriteByte(':')
		put(cell)
	}
	b.WriteByte('}')
	return b.String()
}

var errRows = errors.New("more than one row")

func (s *sheet) split(row string) ([]string, error) {
	r := csv.NewReader(strings.NewReader(row))
	r.Comma, r.LazyQuotes, r.FieldsPerRecord = s.comma, true, -1
	cells, err := r.Read()
	if err != nil {
		return nil, err
	}
	if _, err := r.Read(); !errors.Is(err, io.EOF) {
		return nil, errRows
	}
	return cells, nil
}
