package ingest

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

// TestCorpusFacts counts how many facts in another project's lines are found,
// by product: make corpus prints the table.
func TestCorpusFacts(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "shared", "corpora", "normalize.jsonl.gz"))
	if err != nil {
		t.Skip("corpora not present: ", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	type score struct{ lines, facts, right, missing, wrong, opinion, absent int }
	scores := map[string]*score{}
	var all score
	parser := NewParser(time.UTC)
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var d struct {
			Vendor, Raw string
			TZ          *string
			NoYear      *string `json:"ts_noyear"`
			Facts       map[string]any
		}
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		s := scores[d.Vendor]
		if s == nil {
			s = &score{}
			scores[d.Vendor] = s
		}
		s.lines++
		var ev event.Event
		parser.Parse(&event.Raw{Origin: still, Received: time.Now().UnixNano(), Body: d.Raw}, &ev)
		var got map[string]any
		if err := json.Unmarshal(ev.AppendJSON(nil), &got); err != nil {
			t.Fatalf("%v: %.100s", err, d.Raw)
		}
		for name, want := range d.Facts {
			s.facts++
			have, ok := got[name]
			switch {
			case notInLine(d.Raw, name):
				s.absent++
			case !ok:
				s.missing++
			case holds(have, want, d.TZ != nil, d.NoYear != nil && name == "@timestamp"), name == "dns.response_code" && sameCode(text(have), text(want)):
				s.right++
			default:
				s.wrong++
				if o, ok := opinions[d.Vendor+" "+name]; ok && o.proven(claim{d.Raw, text(have), text(want), got}) {
					s.opinion++
				}
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	var table strings.Builder
	names := []string{}
	for n := range scores {
		names = append(names, n)
	}
	slices.SortFunc(names, func(a, b string) int { return scores[b].lines - scores[a].lines })
	row := func(name string, s *score) {
		fmt.Fprintf(&table, "%-28s %5d lines %6d facts %5.1f%% right %5d missing %4d wrong", name, s.lines, s.facts, 100*float64(s.right)/float64(max(1, s.facts)), s.missing, s.wrong)
		if s.absent > 0 {
			fmt.Fprintf(&table, ", %d not in the line", s.absent)
		}
		if s.opinion > 0 {
			fmt.Fprintf(&table, " (%d of them proven from the line to be right)", s.opinion)
		}
		table.WriteByte('\n')
	}
	for _, n := range names {
		s := scores[n]
		row(n, s)
		all.lines, all.facts, all.right, all.missing, all.wrong, all.opinion, all.absent = all.lines+s.lines, all.facts+s.facts, all.right+s.right, all.missing+s.missing, all.wrong+s.wrong, all.opinion+s.opinion, all.absent+s.absent
		if s.lines >= 20 && s.right*100 < (s.facts-s.absent)*75 {
			t.Errorf("%s: only %d of %d facts right", n, s.right, s.facts)
		}
	}
	row("all", &all)
	fmt.Fprintf(&table, "wrong: %.2f%%, without those where the line proves ours %.2f%%\n", 100*float64(all.wrong)/float64(all.facts), 100*float64(all.wrong-all.opinion)/float64(all.facts))
	t.Logf("\n%s", table.String())
	if all.right*100 < all.facts*85 {
		t.Errorf("only %d of %d facts right", all.right, all.facts)
	}
	if (all.wrong-all.opinion)*100 >= all.facts {
		t.Errorf("%d of %d facts wrong", all.wrong-all.opinion, all.facts)
	}
}

// notInLine reports whether a fact cannot come from the line: the other
// project got it separately, as from the header of a message it stored without
// one.
func notInLine(raw, name string) bool {
	return !strings.ContainsAny(raw, "0123456789") && (strings.HasPrefix(name, "log.syslog.") || strings.HasPrefix(name, "process.") || name == "@timestamp" || name == "host.name" || name == "event.severity")
}

// sameCode reports whether a DNS response code is one given by number.
func sameCode(name, number string) bool {
	return slices.Contains([]string{"0 NOERROR", "1 FORMERR", "2 SERVFAIL", "3 NXDOMAIN", "4 NOTIMP", "5 REFUSED"}, number+" "+name)
}

// holds reports whether every expected value is among those found.
func holds(got, want any, zoned, yearless bool) bool {
	list := func(v any) []any {
		if l, ok := v.([]any); ok {
			return l
		}
		return []any{v}
	}
	for _, w := range list(want) {
		if !slices.ContainsFunc(list(got), func(g any) bool { return sameFact(text(g), text(w), zoned, yearless) }) {
			return false
		}
	}
	return true
}

func text(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func sameFact(got, want string, zoned, yearless bool) bool {
	if strings.EqualFold(got, want) {
		return true
	}
	if a, err := netip.ParseAddr(got); err == nil {
		if b, err := netip.ParseAddr(want); err == nil {
			return a == b
		}
	}
	if a, err := strconv.ParseFloat(got, 64); err == nil {
		if b, err := strconv.ParseFloat(want, 64); err == nil {
			return a == b
		}
	}
	a, err1 := time.Parse(time.RFC3339Nano, got)
	b, err2 := time.Parse(time.RFC3339Nano, want)
	if err1 != nil || err2 != nil {
		return false
	}
	if yearless {
		return a.Format("01-02T15:04:05") == b.Format("01-02T15:04:05")
	}
	d := a.Truncate(time.Millisecond).Sub(b.Truncate(time.Millisecond))
	// A zone that the other project was configured with can be any.
	return d == 0 || zoned && d.Abs() <= 14*time.Hour && d%(15*time.Minute) == 0
}
