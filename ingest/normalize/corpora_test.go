package normalize

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

	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
)

// corpus reads a file of real data written by others, one JSON document per
// line, if there is one beside the checkout.
func corpus[T any](t *testing.T, name string) []T {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			break
		}
		if filepath.Dir(dir) == dir {
			t.Fatal("no go.mod above the package")
		}
		dir = filepath.Dir(dir)
	}
	f, err := os.Open(filepath.Join(dir, "..", "shared", "corpora", name))
	if err != nil {
		t.Skip("corpora not present: ", name)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	var docs []T
	sc := bufio.NewScanner(z)
	sc.Buffer(nil, 16<<20)
	for sc.Scan() {
		if len(sc.Bytes()) == 0 {
			continue
		}
		var doc T
		if err := json.Unmarshal(sc.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	return docs
}

// apply parses a raw line with a header splitter that is good enough for the
// corpora: PRI, BSD or ISO time or RFC 5424, host, "app[pid]: ".
func apply(raw string) (*event.Event, bool) {
	var ev event.Event
	ev.Set(event.EventOriginal, raw)
	msg := raw
	if strings.HasPrefix(msg, "<") {
		_, msg, _ = strings.Cut(msg, ">")
	}
	app, pid := "", ""
	if rest, ok := strings.CutPrefix(msg, "1 "); ok { // RFC 5424
		f := strings.SplitN(rest, " ", 7)
		if len(f) == 7 {
			app, pid, msg = f[2], f[3], f[6]
			if f[5] != "-" { // structured data with spaces
				_, msg, _ = strings.Cut(msg, "] ")
			}
		}
	} else {
		msg = splitBSD(msg, &app, &pid)
	}
	ev.Set(event.LogSyslogAppname, app)
	ev.Set(event.ProcessName, app)
	if read.IsNumber(pid) {
		ev.Set(event.ProcessPID, pid)
	}
	ev.Set(event.Message, msg)
	return &ev, Apply(&ev, Context{})
}

func splitBSD(msg string, app, pid *string) string {
	rest := msg
	word, after, _ := strings.Cut(msg, " ")
	switch {
	case len(word) == 3 && strings.Contains("JanFebMarAprMayJunJulAugSepOctNovDec", word):
		f := strings.Fields(after)
		if len(f) < 3 {
			return msg
		}
		rest = after[strings.Index(after, f[1])+len(f[1]):]
	case len(word) >= 10 && word[4] == '-' && word[7] == '-':
		rest = after
		if clock, r, _ := strings.Cut(after, " "); len(word) == 10 && strings.Count(clock, ":") == 2 {
			rest = r
		}
	default:
		return msg
	}
	rest = strings.TrimLeft(rest, " ")
	for range 2 { // host, then tag; the host can be missing
		tag, text, ok := strings.Cut(rest, " ")
		if !ok {
			return rest
		}
		if name, found := strings.CutSuffix(tag, ":"); found {
			name, p, _ := strings.Cut(name, "[")
			*app, *pid = name, strings.TrimSuffix(p, "]")
			return text
		}
		rest = strings.TrimLeft(text, " ")
	}
	return rest
}

func TestCorpusCEF(t *testing.T) {
	docs := corpus[struct {
		Raw      string
		Expected map[string]any
	}](t, "cef.jsonl.gz")
	right, total := 0, 0
	for _, d := range docs {
		ev, ok := apply(d.Raw)
		if !ok {
			t.Errorf("not understood: %.120s", d.Raw)
		}
		for name, want := range flatExpected(d.Expected) {
			field := cefFieldOf(name)
			if field == "" {
				continue
			}
			total++
			got, ok := ev.LookupName(field)
			if !ok { // written with its long name
				long := strings.TrimPrefix(name, "cef.extensions.")
				if got, ok = ev.LookupName("cef." + long); !ok {
					got, _ = ev.LookupName(long)
				}
			}
			if sameValue(got, want) {
				right++
			} else {
				t.Logf("%s: got %q, want %q in %.100s", name, got, want, d.Raw)
			}
		}
	}
	t.Logf("CEF: %d of %d decoded fields right in %d messages", right, total, len(docs))
	if right < total {
		t.Errorf("only %d of %d right", right, total)
	}
}

func flatExpected(m map[string]any) map[string]string {
	out := map[string]string{}
	var walk func(string, any)
	walk = func(name string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, c := range v {
				walk(strings.TrimPrefix(name+"."+k, "."), c)
			}
		case float64:
			out[name] = strings.TrimSuffix(fmt.Sprintf("%.3f", v), ".000")
		case string:
			out[name] = v
		}
	}
	walk("", m)
	return out
}

// cefFieldOf maps the other project's names to ours: ECS names are the same;
// extensions stored here under their short key are there under the long one,
// so only those with one name are compared.
func cefFieldOf(name string) string {
	switch name {
	case "event.code", "event.severity", "observer.vendor", "observer.product", "observer.version", "source.ip", "source.port", "source.mac",
		"source.bytes", "source.user.name", "destination.ip", "destination.port", "destination.mac", "destination.domain", "destination.bytes",
		"destination.user.name", "network.transport", "url.original", "file.path", "file.name", "http.request.method", "cef.name", "cef.severity", "cef.version":
		if name == "source.user.name" {
			return "user.name"
		}
		return name
	case "cef.device.vendor", "cef.device.product", "cef.device.version":
		return "observer." + strings.TrimPrefix(name, "cef.device.")
	}
	if ext, ok := strings.CutPrefix(name, "cef.extensions."); ok {
		if short, ok := cefShort[ext]; ok {
			return short
		}
		return ext
	}
	return ""
}

// cefShort are the short names of extensions in the corpus.
var cefShort = map[string]string{
	"destinationAddress": "dst", "destinationPort": "dpt", "sourceAddress": "src", "sourcePort": "spt", "requestUrl": "request",
	"transportProtocol": "proto", "message": "msg", "deviceAction": "act", "deviceReceiptTime": "", "startTime": "", "agentReceiptTime": "",
	"managerReceiptTime": "", "deviceCustomDate2": "", "deviceAddress": "dvc", "deviceHostName": "dvchost", "sourceUserName": "suser",
	"applicationProtocol": "app", "bytesIn": "in", "bytesOut": "out", "destinationHostName": "dhost", "baseEventCount": "cnt",
	"agentAddress": "agt", "agentHostName": "ahost", "agentId": "aid", "agentType": "at", "agentTimeZone": "atz", "agentVersion": "av",
	"deviceTimeZone": "dtz", "filename": "fname", "deviceCustomDate2Label": "deviceCustomDate2Label", "categoryDeviceType": "catdt",
	"deviceEventCategory": "cat", "destinationMacAddress": "", "sourceMacAddress": "", "sourceProcessName": "sproc", "fileName": "fname",
	"deviceCustomNumber1": "cn1", "deviceCustomNumber2": "cn2", "deviceCustomNumber1Label": "cn1Label", "deviceCustomNumber2Label": "cn2Label", "deviceCustomNumber3Label": "cn3Label",
	"deviceCustomString1": "cs1", "deviceCustomString2": "cs2", "deviceCustomString3": "cs3", "deviceCustomString4": "cs4", "deviceCustomString5": "cs5", "deviceCustomString6": "cs6",
	"deviceCustomString1Label": "cs1Label", "deviceCustomString2Label": "cs2Label", "deviceCustomString3Label": "cs3Label", "deviceCustomString4Label": "cs4Label", "deviceCustomString5Label": "cs5Label", "deviceCustomString6Label": "cs6Label",
	"sourceGeoLatitude": "slat", "sourceGeoLongitude": "slong", "fileSize": "fsize", "sourceUserId": "suid",
	"deviceCustomIPv6Address4": "c6a4", "deviceCustomIPv6Address4Label": "c6a4Label",
}

func sameValue(got, want string) bool {
	return got == want || strings.TrimSpace(got) == strings.TrimSpace(want) ||
		strings.TrimSuffix(got, ".0") == want || got == "6" && want == "tcp" || got == "tcp" && want == "6"
}

func TestCorpusNormalize(t *testing.T) {
	docs := corpus[struct {
		Vendor, Wrap, Raw string
		Facts             map[string]any
	}](t, "normalize.jsonl.gz")
	right, total, understood, lines := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	for _, d := range docs {
		ours := d.Vendor == "system" && !strings.Contains(d.Raw, "<Event") && !strings.Contains(d.Raw, "\t") && strings.Contains(d.Raw, " ") ||
			d.Vendor == "pfsense" && strings.Contains(d.Raw, "filterlog")
		ev, ok := apply(d.Raw)
		if !ours {
			continue
		}
		lines[d.Vendor]++
		if ok {
			understood[d.Vendor]++
		} else {
			t.Logf("%s not understood: %.150s", d.Vendor, d.Raw)
		}
		for name, v := range flatExpected(d.Facts) {
			switch name {
			case "source.ip", "source.port", "destination.ip", "destination.port", "user.name", "user.effective.name", "network.bytes",
				"network.iana_number", "network.transport", "network.vlan.id", "observer.ingress.interface.name", "rule.id", "process.name", "process.pid":
			default:
				continue
			}
			if v == "" {
				continue
			}
			total[d.Vendor]++
			if got, _ := ev.LookupName(name); got == v {
				right[d.Vendor]++
			} else {
				t.Logf("%s %s: got %q, want %q in %.150s", d.Vendor, name, got, v, d.Raw)
			}
		}
	}
	for _, v := range []string{"system", "pfsense"} {
		t.Logf("%s: %d of %d lines understood, %d of %d facts right", v, understood[v], lines[v], right[v], total[v])
		if right[v]*100 < total[v]*90 {
			t.Errorf("%s: only %d of %d facts right", v, right[v], total[v])
		}
	}
}

func TestCorpusAlerts(t *testing.T) {
	docs := corpus[struct {
		Product, Raw string
		Groups       []string
	}](t, "log_alerts.jsonl.gz")
	type score struct{ lines, understood, wanted, agreed int }
	scores := map[string]*score{}
	for _, d := range docs {
		switch d.Product {
		case "sshd", "sudo", "iptables", "systemd", "syslog":
		default:
			apply(d.Raw) // must survive them all
			continue
		}
		s := scores[d.Product]
		if s == nil {
			s = &score{}
			scores[d.Product] = s
		}
		s.lines++
		ev, ok := apply(d.Raw)
		if ok {
			s.understood++
		} else {
			t.Logf("%s not understood: %.150s", d.Product, d.Raw)
		}
		for _, g := range d.Groups {
			outcome := ""
			switch g {
			case "authentication_failed", "authentication_failures", "invalid_login":
				outcome = read.Failure
			case "authentication_success":
				outcome = read.Success
			case "firewall_drop":
				if s.wanted++; ev.Get(event.EventAction) == read.ActionConnectionDenied {
					s.agreed++
				}
				continue
			default:
				continue
			}
			s.wanted++
			if strings.Contains(ev.Get(event.EventCategory), read.CategoryAuthentication) && ev.Get(event.EventOutcome) == outcome {
				s.agreed++
			} else {
				t.Logf("%s: %s, got %s %s for %.150s", d.Product, g, ev.Get(event.EventAction), ev.Get(event.EventOutcome), d.Raw)
			}
		}
	}
	names := []string{}
	for n := range scores {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		s := scores[n]
		t.Logf("%s: %d of %d lines understood, %d of %d groups agreed", n, s.understood, s.lines, s.agreed, s.wanted)
		if s.agreed*100 < s.wanted*80 {
			t.Errorf("%s: only %d of %d", n, s.agreed, s.wanted)
		}
	}
}
