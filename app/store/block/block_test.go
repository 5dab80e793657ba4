package block

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"porchlight/ingest/event"
)

const testDay = 20000

var (
	names = []string{"root", "anna", "Änne", "admin", "O'Brien", "user_1", "kurt", "ſam", "x.y"}
	hosts = []string{"gw", "nas-1", "PC42", "fe80::1", "2001:DB8::1", "::ffff:10.0.0.5", "10.0.0.5"}
	words = []string{"failed", "Failed", "FAILED", "password", "für", "a\x01b", "10.0.0.5", "10.0.0.50", "–10.0.0.5", "x=1", "", "tab\there",
		"one two", "007", "42", "18446744073709551616", "-3", "1e3", "\xff\xfe", "K", "k", "1.2.3.4.5", "\u212Aelvin", "null\x00byte", "eth0:10.0.0.7"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// testEvent makes an event of one of several kinds, odd ones among them.
func testEvent(r *rand.Rand, i int) event.Event {
	var ev event.Event
	ev.ID = event.NewID(testDay, uint64(1000+i))
	ev.Received = int64(testDay)*86400e9 + int64(i)*1e6 + int64(r.IntN(1000))*1e3
	ev.Time = ev.Received - int64(r.IntN(5))*1e9
	if r.IntN(50) == 0 {
		ev.Time -= int64(r.IntN(1000)) * 3600e9
	}
	ip := fmt.Sprintf("10.%d.%d.%d", r.IntN(2), r.IntN(3), r.IntN(30))
	switch r.IntN(9) {
	case 7, 8:
		return pairsEvent(r, ev)
	case 0, 1, 2: // as the parsers make them: values are parts of the original
		name, port := pick(r, names), fmt.Sprint(1024+r.IntN(60000))
		host := pick(r, hosts)
		o := fmt.Sprintf("<38>Mar  1 12:%02d:%02d %s sshd[%d]: Failed password for %s from %s port %s ssh2", r.IntN(60), r.IntN(60), host, r.IntN(3000), name, ip, port)
		part := func(s string) string {
			k := strings.LastIndex(o, s)
			return o[k : k+len(s)]
		}
		ev.Set(event.EventOriginal, o)
		ev.Set(event.Message, o[strings.Index(o, "Failed"):])
		ev.Set(event.HostName, o[len("<38>Mar  1 12:00:00 "):][:len(host)])
		ev.Set(event.UserName, part(name))
		ev.Set(event.SourceIP, part(ip))
		ev.Set(event.SourcePort, part(port))
		ev.Set(event.EventAction, "ssh_login")
		ev.Set(event.EventOutcome, "failure")
		ev.Set(event.EventModule, "sshd")
		ev.Set(event.LogSyslogPriority, "38")
	case 3, 4: // values of their own
		ev.Set(event.EventAction, pick(r, []string{"accept", "drop", ""}))
		ev.Set(event.SourceIP, ip)
		ev.Set(event.DestinationIP, pick(r, hosts))
		ev.Set(event.SourceBytes, fmt.Sprint(r.IntN(100000)))
		ev.Set(event.Message, pick(r, words)+" "+pick(r, words)+" "+fmt.Sprint(r.IntN(500)))
		ev.Set(event.EventOriginal, "fw: "+ev.Get(event.Message)+" "+ip)
		ev.SetExtra("vendor.rule", fmt.Sprint(r.IntN(40)))
		if r.IntN(3) == 0 {
			ev.SetEmpty(event.UserName)
		}
	case 5: // no original
		ev.Set(event.Message, pick(r, words)+pick(r, words))
		ev.SetExtra("odd\nname", pick(r, words))
		ev.SetExtra("copy", ev.Get(event.Message))
		ev.SetExtra("many", pick(r, words)+event.Separator+pick(r, words))
		ev.Add(event.Tags, "a")
		ev.Add(event.Tags, pick(r, names))
	case 6:
		for range r.IntN(6) {
			ev.SetExtra(pick(r, []string{"a", "b", "c", "d"}), pick(r, words))
		}
		if r.IntN(20) == 0 {
			ev.Set(event.Message, strings.Repeat(pick(r, words)+" ", 9000))
		}
	}
	return ev
}

// pairsEvent makes an event of key=value pairs as a gateway sends them: one
// part of the line is the value of several fields, mostly.
func pairsEvent(r *rand.Rand, ev event.Event) event.Event {
	src, port, action := fmt.Sprintf("10.0.0.%d", r.IntN(40)), fmt.Sprint(r.IntN(70000)), pick(r, []string{"allow", "deny-3"})
	host := pick(r, hosts[:2])
	head := fmt.Sprintf("<134>Mar  1 12:%02d:%02d ", r.IntN(60), r.IntN(60)) + host + " "
	o := head + "src=" + src + " spt=" + port + " act=" + action + fmt.Sprintf(" id=%x", r.IntN(1<<16)) + pick(r, []string{"", "", "", " note=x.7.7", " a-", " 1.2.3."})
	switch r.IntN(40) {
	case 0: // a mark
		o += " \x01 1.\x04"
	case 1: // parts with digits around them
		o = strings.Replace(o, " spt=", ".", 1)
	}
	part := func(after, v string) string {
		k := strings.Index(o, after) + len(after)
		if !strings.HasPrefix(o[k:], v) {
			return v
		}
		return o[k : k+len(v)]
	}
	ev.Set(event.EventOriginal, o)
	ev.Set(event.Message, o[len(head):])
	if r.IntN(300) == 0 {
		ev.Set(event.Message, pick(r, []string{"not in the line", strings.Clone(o), "", o[len(head)+1:]}))
	}
	ev.Set(event.EventModule, "pairs")
	ev.Set(event.HostName, strings.Clone(host)) // the same, but no part
	ev.SetExtra("hostname", part(head[:len(head)-len(host)-1], host))
	ev.Set(event.SourceIP, part("src=", src))
	ev.SetExtra("src", part("src=", src))
	ev.Set(event.SourcePort, part("spt=", port))
	ev.SetExtra("spt", part("spt=", port))
	ev.Set(event.EventAction, part("act=", action))
	ev.SetExtra("act", part("act=", action))
	if r.IntN(900) == 0 { // no more than equal from here on
		ev.SetExtra(pick(r, []string{"src", "act", "spt"}), pick(r, []string{"other", src, "7"}))
	}
	if r.IntN(3) == 0 {
		ev.SetExtra("late", part("act=", action))
	}
	return ev
}

func testEvents(r *rand.Rand, n int) []event.Event {
	out := make([]event.Event, n)
	of := pick(r, []string{"", "sshd", "pairs"}) // all kinds, or only one, so that columns have no gaps
	for i := range out {
		out[i] = testEvent(r, i)
		for of != "" && out[i].Get(event.EventModule) != of {
			out[i] = testEvent(r, i)
		}
	}
	return out
}

func encode(t testing.TB, e *Encoder, events []event.Event) (*Block, []*event.Event) {
	t.Helper()
	var batch Batch
	batch.Reset(len(events))
	rows := make([]int32, len(events))
	for i := range events {
		batch.AddEvent(&events[i])
		rows[i] = int32(i)
	}
	b, err := e.Encode("test", &batch, rows)
	if err != nil {
		t.Fatal(err)
	}
	order := make([]*event.Event, len(events))
	for i, k := range rows {
		order[i] = &events[k]
	}
	return b, order
}

func newTestEncoder(t testing.TB) *Encoder {
	t.Helper()
	e, err := NewEncoder()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func open(t testing.TB, b *Block) *Reader {
	t.Helper()
	r, err := Open(testDay, func(col int) ([]byte, error) { return b.Cols[col], nil })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func text(ev *event.Event) string { return fmt.Sprintf("%d %q", ev.ID, ev.AppendJSON(nil)) }

func TestRoundTrip(t *testing.T) {
	e := newTestEncoder(t)
	seeds := uint64(300)
	if testing.Short() {
		seeds = 50
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 1))
		n := 1 + r.IntN(400)
		if seed%25 == 24 { // more values and templates than a byte can number
			n = 6000
		}
		events := testEvents(r, n)
		b, order := encode(t, e, events)
		rd := open(t, b)
		if rd.Bounds != b.Bounds {
			t.Fatalf("seed %d: bounds %+v became %+v", seed, b.Bounds, rd.Bounds)
		}
		rows := rd.Rows()
		for i, want := range order {
			got := rows.Event(i)
			if rows.Err() != nil {
				t.Fatalf("seed %d: row %d: %v", seed, i, rows.Err())
			}
			if text(&got) != text(want) || got.Time != want.Time || got.Received != want.Received {
				t.Fatalf("seed %d: row %d\n got %s\nwant %s", seed, i, text(&got), text(want))
			}
		}
	}
}

// A block whose bytes were changed is refused or read as something else; it
// never panics.
func TestDamage(t *testing.T) {
	e := newTestEncoder(t)
	r := rand.New(rand.NewPCG(1, 2))
	events := testEvents(r, 300)
	b, order := encode(t, e, events)
	tried, refused := 0, 0
	for range 3000 {
		col := r.IntN(len(b.Cols))
		if len(b.Cols[col]) == 0 {
			continue
		}
		tried++
		bad := append([]byte(nil), b.Cols[col]...)
		bad[r.IntN(len(bad))] ^= 1 << r.IntN(8)
		rd, err := Open(testDay, func(c int) ([]byte, error) {
			if c == col {
				return bad, nil
			}
			return b.Cols[c], nil
		})
		if err == nil {
			rows := rd.Rows()
			for i, want := range order {
				got := rows.Event(i)
				if rows.Err() != nil {
					break
				}
				if text(&got) != text(want) {
					t.Fatalf("damage of column %d was not seen: %s", col, text(&got))
				}
			}
			err = rows.Err()
		}
		if err != nil {
			refused++
			if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) {
				t.Fatalf("damage of column %d: %v", col, err)
			}
		}
	}
	if tried < 1000 || refused < tried*97/100 {
		t.Errorf("only %d of %d damaged blocks were refused", refused, tried)
	}
}

func FuzzOpen(f *testing.F) {
	e := newTestEncoder(f)
	r := rand.New(rand.NewPCG(3, 3))
	b, _ := encode(f, e, testEvents(r, 50))
	plain := make([]string, len(b.Cols))
	for i, c := range b.Cols {
		if len(c) > 0 {
			var err error
			if plain[i], err = unpackText(c); err != nil {
				f.Fatal(err)
			}
			f.Add(i, []byte(plain[i]))
		}
	}
	f.Fuzz(func(t *testing.T, col int, data []byte) {
		if col < 0 || col >= len(b.Cols) {
			return
		}
		rd, err := Open(testDay, func(c int) ([]byte, error) {
			if c == col {
				e.buf = append(e.buf[:0], data...)
				return e.compress(), nil
			}
			return b.Cols[c], nil
		})
		if err != nil {
			return
		}
		rows := rd.Rows()
		for i := 0; i < rd.N && rows.Err() == nil; i++ {
			rows.Event(i)
		}
	})
}

// TestFilterMistakes looks whether any token is taken to be in many blocks
// that lack it: blocks have most of their tokens in common.
func TestFilterMistakes(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 3))
	token := func() Token { return mix(r.Uint64()) }
	common := make([]Token, 3000)
	for i := range common {
		common[i] = token()
	}
	filters := make([][]byte, 200)
	for i := range filters {
		own := append([]Token(nil), common...)
		for range r.IntN(30) {
			own = append(own, token())
		}
		filters[i] = bloom(own, saltOf(&Bounds{Smin: uint64(i*1000 + 1)}))
		for _, h := range own {
			if !MayHold(filters[i], h) {
				t.Fatalf("filter %d lacks a token", i)
			}
		}
	}
	all, most := 0, 0
	const asked = 2000
	for range asked {
		h, n := token(), 0
		for _, f := range filters {
			if MayHold(f, h) {
				n++
			}
		}
		all, most = all+n, max(most, n)
	}
	if share := float64(all) / asked / float64(len(filters)); share > 0.015 || most > len(filters)/10 {
		t.Errorf("%.4f of the answers are wrong, of one token %d of %d", share, most, len(filters))
	}
}
