package sigma

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"porchlight/ingest/event"
)

// benchEnv is set by `make bench-sigma`; loadEnv by TestBenchSigma for the
// process that only loads the rules.
const (
	benchEnv = "PORCHLIGHT_BENCH_SIGMA"
	loadEnv  = "PORCHLIGHT_BENCH_SIGMA_LOAD"
)

// TestBenchSigma prints how the engine fares on the public corpus beside what
// it must reach. It measures and judges nothing.
func TestBenchSigma(t *testing.T) {
	if os.Getenv(benchEnv) == "" {
		t.Skip("a measurement: run `make bench-sigma`")
	}
	print := func(what, least, reach, measured, beside string) {
		fmt.Printf("%-58s %16s %12s %18s   %s\n", what, least, reach, measured, beside)
	}
	fmt.Printf("%d processors\n\n", runtime.GOMAXPROCS(0))
	print("what", "at least", "reach for", "measured", "")
	files, dir := corpus(t, corpusFiles), t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	rules := Complete(Load("corpus", files), nil)
	states := map[State]int{}
	for _, r := range rules {
		states[r.State]++
	}
	print("rules loaded or needing values", "3,780 (25)", "", fmt.Sprintf("%d (%d)", states[Loaded]+states[NeedsValues], states[NeedsValues]),
		fmt.Sprintf("%d errors, %d unsupported", states[Invalid], states[Unsupported]))
	benchLoad(t, dir, print)

	all := NewSet(rules)
	root := corpus(t, regressionFiles)
	var decoded []event.Event
	var lines []string
	var cases, fromLogs, fromJSON int
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.Name() != "info.yml" {
			return err
		}
		cases++
		id, want := regressionCase(t, root, name)
		if countHits(all, events(t, root, path.Dir(name)), id) >= want {
			fromJSON++
		}
		logs, err := fs.Glob(root, path.Join(path.Dir(name), "*.evtx"))
		if err != nil {
			return err
		}
		for _, log := range logs {
			evs := evtxEvents(t, root, log)
			if countHits(all, evs, id) >= want {
				fromLogs++
			}
			decoded = append(decoded, evs...)
			lines = append(lines, evtxLines(t, root, log)...)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	print("regression cases, from event logs and from JSON", "all", "", fmt.Sprintf("%d and %d of %d", fromLogs, fromJSON, cases), "")

	var processes []*Rule
	for _, r := range rules {
		if r.LogSource.Product == "windows" && r.LogSource.Category == "process_creation" && r.State == Loaded {
			processes = append(processes, r)
		}
	}
	var starts []event.Event
	for _, ev := range decoded {
		if v, _ := ev.LookupName("EventID"); v == "1" {
			starts = append(starts, ev)
		}
	}
	us := func(set *Set, evs []event.Event) (perEvent float64, allocs int64, hits int) {
		var dst []int32
		for i := range evs {
			hits += len(set.Match(&evs[i], nil))
		}
		r := testing.Benchmark(func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				for i := range evs {
					dst = set.Match(&evs[i], dst[:0])
				}
			}
		})
		return float64(r.NsPerOp()) / 1e3 / float64(len(evs)), r.AllocsPerOp(), hits
	}
	one := NewSet(processes)
	took, _, hits := us(one, starts)
	print(fmt.Sprintf("%d process rules, Sysmon events of attacks, decoded", len(processes)), "40 us/event", "10 us", fmt.Sprintf("%.1f us", took),
		fmt.Sprintf("%d events, %d matches", len(starts), hits))
	took, allocs, _ := us(one, usualStarts())
	print("the same, events of an office", "40 us/event", "10 us", fmt.Sprintf("%.1f us", took), "")
	print("allocations when nothing matches", "0", "0", fmt.Sprint(allocs), "")

	r := testing.Benchmark(func(b *testing.B) {
		var dst []int32
		var ev event.Event
		for b.Loop() {
			for _, line := range lines {
				if err := Decode(line, &ev); err != nil {
					b.Fatal(err)
				}
				dst = all.Match(&ev, dst[:0])
			}
		}
	})
	print(fmt.Sprintf("all %d rules with routing, JSON decoding included", len(all.rules)), "50 us/event", "20 us",
		fmt.Sprintf("%.1f us", float64(r.NsPerOp())/1e3/float64(len(lines))), fmt.Sprintf("%d events of %d bytes", len(lines), bytesOf(lines)/len(lines)))
}

func bytesOf(lines []string) (n int) {
	for _, l := range lines {
		n += len(l)
	}
	return n
}

// benchLoad measures loading in a process of its own.
func benchLoad(t *testing.T, dir string, print func(what, least, reach, measured, beside string)) {
	c := exec.Command(os.Args[0], "-test.run", "^TestBenchSigmaLoad$", "-test.v")
	c.Env = append(os.Environ(), loadEnv+"="+dir)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var got struct {
		Millis   int64
		Peak     float64 // MB
		Resident float64 // MB, after the garbage is collected
	}
	_, line, _ := strings.Cut(string(out), "measured ")
	line, _, _ = strings.Cut(line, "\n")
	if err := json.Unmarshal([]byte(line), &got); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	print("loading and compiling all", "2 s, 200 MB", "0.5 s, 100 MB", fmt.Sprintf("%.2f s, %.0f MB", float64(got.Millis)/1e3, got.Peak),
		fmt.Sprintf("resident at most; %.0f MB of heap are kept", got.Resident))
}

func TestBenchSigmaLoad(t *testing.T) {
	dir := os.Getenv(loadEnv)
	if dir == "" {
		t.Skip("a part of `make bench-sigma`")
	}
	began := time.Now()
	rules := Complete(Load("corpus", os.DirFS(dir)), nil)
	set := NewSet(rules)
	took := time.Since(began)
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip(err)
	}
	peak := 0.0
	for line := range strings.Lines(string(status)) {
		if v, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			kb, err := strconv.ParseFloat(strings.Fields(v)[0], 64)
			if err != nil {
				t.Fatal(err)
			}
			peak = kb / 1024
		}
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	fmt.Printf("measured {\"Millis\": %d, \"Peak\": %f, \"Resident\": %f}\n", took.Milliseconds(), peak, float64(m.HeapAlloc)/1e6)
	runtime.KeepAlive(set)
	runtime.KeepAlive(rules)
}

// usualStarts makes the starts of processes that nobody needs to hear of.
func usualStarts() []event.Event {
	var out []event.Event
	for _, p := range [][4]string{
		{`C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE`, `"C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE" /n "C:\Users\anna\Documents\offer.docx" /o ""`, `C:\Windows\explorer.exe`, "WinWord.exe"},
		{`C:\Windows\System32\svchost.exe`, `C:\Windows\system32\svchost.exe -k netsvcs -p -s wuauserv`, `C:\Windows\System32\services.exe`, "svchost.exe"},
		{`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`, `"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" --type=renderer --lang=en-US --device-scale-factor=1.25 --num-raster-threads=4 --renderer-client-id=31 --launch-time-ticks=80912312 --field-trial-handle=1928,i,11238912389,3489123`, `C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`, "msedge.exe"},
		{`C:\Windows\System32\conhost.exe`, `\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1`, `C:\Program Files\Backup Agent\agent.exe`, "CONHOST.EXE"},
		{`C:\Windows\System32\taskhostw.exe`, `taskhostw.exe Install $(Arg0)`, `C:\Windows\System32\svchost.exe`, "taskhostw.exe"},
		{`C:\Windows\System32\SearchProtocolHost.exe`, `"C:\Windows\system32\SearchProtocolHost.exe" Global\UsGthrFltPipeMssGthrPipe7_ Global\UsGthrCtrlFltPipeMssGthrPipe7 1 -2147483646 "Software\Microsoft\Windows Search"`, `C:\Windows\System32\SearchIndexer.exe`, "SearchProtocolHost.exe"},
	} {
		var ev event.Event
		for _, f := range [][2]string{
			{"Channel", "Microsoft-Windows-Sysmon/Operational"}, {"EventID", "1"}, {"Provider_Name", "Microsoft-Windows-Sysmon"}, {"Computer", "PC-07.office.example"},
			{"RuleName", "-"}, {"UtcTime", "2026-11-27 08:09:10.123"}, {"ProcessGuid", "{747F3D96-54CA-6A19-7411-000000001000}"}, {"ProcessId", "6164"},
			{"Image", p[0]}, {"FileVersion", "10.0.26100.7019 (WinBuild.160101.0800)"}, {"Description", "A program"}, {"Product", "Microsoft® Windows® Operating System"},
			{"Company", "Microsoft Corporation"}, {"OriginalFileName", p[3]}, {"CommandLine", p[1]}, {"CurrentDirectory", `C:\Windows\system32\`}, {"User", `OFFICE\anna`},
			{"LogonId", "0x269a54"}, {"TerminalSessionId", "1"}, {"IntegrityLevel", "Medium"},
			{"Hashes", "MD5=5B06A6CE54845AA516A9AB65D997A46C,SHA256=63684323E4E7B24F08AC47F9F252D9C597E7D11C37126A8E2122257C6C2E47CF,IMPHASH=C25D28EA61B5234F687224C148E13AB0"},
			{"ParentProcessId", "8120"}, {"ParentImage", p[2]}, {"ParentCommandLine", p[2]}, {"ParentUser", `OFFICE\anna`},
		} {
			ev.SetName(f[0], f[1])
		}
		out = append(out, ev)
	}
	return out
}
