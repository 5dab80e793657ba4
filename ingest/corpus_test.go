package ingest

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"porchlight/ingest/event"
)

// TestCorpusSyslog runs another project's header cases through all of parsing:
// invalid ones are kept raw and tagged, valid ones are not tagged.
func TestCorpusSyslog(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "shared", "corpora", "syslog.jsonl.gz"))
	if err != nil {
		t.Skip("corpora not present: ", err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	valid, invalid := 0, 0
	for lines := bufio.NewScanner(z); lines.Scan(); {
		var c struct {
			Raw   []byte `json:"raw_b64"`
			Valid bool
		}
		if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
			t.Fatal(err)
		}
		ev := parsed(t, event.Raw{Body: string(c.Raw)})
		if ev.HasTag(event.TagParseFailure) == c.Valid {
			t.Errorf("%q: valid %v, tags %q", c.Raw, c.Valid, ev.Get(event.Tags))
		}
		if c.Valid {
			valid++
		} else {
			invalid++
		}
	}
	if valid == 0 || invalid == 0 {
		t.Error("the corpus is empty")
	}
	t.Logf("%d valid and %d invalid messages", valid, invalid)
}
