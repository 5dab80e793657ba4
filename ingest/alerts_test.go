package ingest

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

// groups are those groups of another project's alerts whose names say what
// kind of event their lines are: the categories of which one must be present
// ("" for any), and the outcome.
var groups = map[string]struct{ categories, outcome string }{
	"authentication_failed":   {"authentication iam", ""}, // a lockout is about an account
	"authentication_failures": {"authentication", "failure"},
	"invalid_login":           {"authentication", ""},
	"authentication_success":  {"authentication session", "success"},
	"firewall":                {"network malware intrusion_detection configuration", ""}, // ESET's lines of that name are of all kinds
	"multiple_drops":          {"network", "failure"},
	"access_denied":           {"", "failure"},
	"web":                     {"web network database intrusion_detection process api authentication", ""},
	"attack":                  {"", ""},
	"ids":                     {"intrusion_detection network malware", ""},
	"config_changed":          {"configuration iam file host process", ""},
	"audit":                   {"", ""},
	"service_availability":    {"", ""},
	"cisco":                   {"", ""},
	"github":                  {"", ""},
	"office365":               {"", ""},
	"gcp":                     {"", ""},
	"docker":                  {"", ""},
	"f5-bigip":                {"", ""},
	"windows":                 {"", ""},
	"sysmon":                  {"", ""},
	"sysmon_eid1_detections":  {"process", "success"},
	"sysmon_eid3_detections":  {"network", ""},
	"sysmon_eid13_detections": {"registry", ""},
	"sshd":                    {"", ""},
	"apache":                  {"web authentication", ""},
	"sonicwall":               {"", ""},
	"sudo":                    {"process session authentication", ""},
	"gitlab_v.12":             {"", ""},
	"appsec":                  {"web", ""},
}

// TestCorpusAlerts checks lines for which another project raises alerts, by
// the groups it puts them in: do the event's category, action and outcome
// agree? make corpus prints the table.
func TestCorpusAlerts(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "shared", "corpora", "log_alerts.jsonl.gz"))
	if err != nil {
		t.Skip("corpora not present: ", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	type score struct{ lines, good int }
	scores := map[string]*score{}
	missed := map[string]string{}
	parser := NewParser(time.UTC)
	lines := bufio.NewScanner(z)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		var d struct {
			Raw    string
			Groups []string
		}
		if err := json.Unmarshal(lines.Bytes(), &d); err != nil {
			t.Fatal(err)
		}
		var ev event.Event
		parser.Parse(&event.Raw{Origin: still, Received: time.Now().UnixNano(), Body: d.Raw}, &ev)
		for _, g := range d.Groups {
			want, ok := groups[g]
			if !ok {
				continue
			}
			s := scores[g]
			if s == nil {
				s = &score{}
				scores[g] = s
			}
			s.lines++
			category := ev.Get(event.EventCategory)
			fits := want.categories == "" && category != ""
			for c := range event.Values(category) {
				fits = fits || slices.Contains(strings.Fields(want.categories), c)
			}
			if fits && (want.outcome == "" || ev.Get(event.EventOutcome) == want.outcome) {
				s.good++
			} else {
				missed[g] = d.Raw
			}
		}
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	var names []string
	for g := range scores {
		names = append(names, g)
	}
	slices.SortFunc(names, func(a, b string) int { return scores[b].lines - scores[a].lines })
	var table strings.Builder
	for _, g := range names {
		s := scores[g]
		fmt.Fprintf(&table, "%-26s %4d lines %5.1f%%\n", g, s.lines, 100*float64(s.good)/float64(s.lines))
		if s.lines >= 10 && 10*s.good < 9*s.lines {
			t.Errorf("%s: only %d of %d lines say so, not %.160q", g, s.good, s.lines, missed[g])
		}
	}
	t.Logf("\n%s", table.String())
}
