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
	s.open = s.opens(m.Body, s.open)
	s.lines = append(s.lines, m)
	s.size += len(m.Body) + 1
	switch {
	case s.open && s.size < MaxLine && len(s.lines) < maxJoined:
		return done
	case s.open: // a quote that is never closed
		return s.end(done)
	}
	row := joined(s.lines)
	cells, err := s.split(row.Body)
	if len(s.lines) > 1 && (err != nil || !s.fits(cells)) {
		return s.end(done) // a quote that was closed by that of another row
	}
	s.lines, s.size = s.lines[:0], 0
	if err == nil {
		row.Body = s.message(row.Body, cells)
	}
	return append(done, row)
}

// opens reports whether a cell goes on behind the end of a line; open is
// whether one does at its beginning. A quote that does not begin a cell is a
// letter, as in 7" tablet.
func (s *sheet) opens(line string, open bool) bool {
	first := !open // of a cell
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case open && c == '"' && i+1 < len(line) && line[i+1] == '"': // one that belongs to the text
			i++
		case open:
			open = c != '"' || i+1 < len(line) && rune(line[i+1]) != s.comma
		case c == '"' && first:
			open = true
		}
		first = !open && rune(line[i]) == s.comma
	}
	return open
}

// fits reports whether cells are as many as there are names.
func (s *sheet) fits(cells []string) bool {
	n := len(s.names)
	return len(cells) == n || len(cells) == n+1 && cells[n] == ""
}

// end appends what is left at the end of the file, or has turned out to be no
// row of several lines: each line is one, if it can be.
func (s *sheet) end(done []Message) []Message {
	for _, m := range s.lines {
		if cells, err := s.split(m.Body); err == nil && (!s.opens(m.Body, false) || s.fits(cells)) {
			m.Body = s.message(m.Body, cells)
		}
		done = append(done, m)
	}
	s.lines, s.size, s.open = s.lines[:0], 0, false
	return done
}

// message returns a row as JSON; one of a single cell as it stands.
func (s *sheet) message(row string, cells []string) string {
	if len(cells) < 2 {
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
