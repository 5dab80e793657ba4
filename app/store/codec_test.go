package store

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/klauspost/compress/s2"

	"porchlight/ingest/event"
)

const testDay = 20780

// oddEvents hold what a codec could get wrong.
func oddEvents() []event.Event {
	raw := "<13>caf\xe9 \xff\x00\x80 tail of a line that is long enough"
	var evs []event.Event
	add := func(f func(ev *event.Event)) {
		var ev event.Event
		f(&ev)
		evs = append(evs, ev)
	}
	add(func(ev *event.Event) {}) // nothing at all
	add(func(ev *event.Event) {   // bytes that are not UTF-8, views and the whole
		ev.Time, ev.Received = 1, 2
		ev.Set(event.EventOriginal, raw)
		ev.Set(event.Message, raw[4:])
		ev.Set(event.HostName, raw[4:8])
		ev.Set(event.Tags, "parse_failure")
		ev.Add(event.Tags, "zwei")
		ev.Set(event.LogSyslogAppname, raw)
	})
	add(func(ev *event.Event) { // the same values again, from other memory
		ev.Time, ev.Received = -5, 1<<62
		ev.Set(event.EventOriginal, strings.Clone(raw))
		ev.Set(event.HostName, strings.Clone(raw[4:8]))
	})
	add(func(ev *event.Event) { // present and empty, before and after a value
		ev.SetEmpty(event.EventOriginal)
		ev.SetEmpty(event.HostName)
		ev.SetEmpty(event.Message)
		ev.SetName("fortinet.empty", "")
	})
	add(func(ev *event.Event) { ev.SetEmpty(event.HostName); ev.Set(event.Message, "no original") })
	add(func(ev *event.Event) { // views of message where there is no original
		ev.Time, ev.Received = -1<<63, 1<<63-1
		msg := "message only, user anna"
		ev.Set(event.Message, msg)
		ev.Set(event.UserName, msg[len(msg)-4:])
	})
	add(func(ev *event.Event) { // extras
		ev.SetName("winlog.event_data.Zebra", "z\x1fy")
		ev.SetName("a", "1")
		ev.SetName("Image", `C:\x.exe`)
		ev.SetExtra("_custom \xff", "bytes in a name")
		ev.SetName("winlog.event_data.A", strings.Repeat("long ", 5000))
	})
	add(func(ev *event.Event) { // every slot
		for f := event.None + 1; f < event.NumFields; f++ {
			ev.Set(f, f.String())
		}
	})
	add(func(ev *event.Event) { // set and taken back
		ev.Set(event.HostName, "gone")
		ev.Set(event.UserName, "stays")
		ev.Delete(event.HostName)
	})
	return evs
}

func encodeAll(t testing.TB, e *encoder, first uint64, evs []event.Event) []byte {
	t.Helper()
	e.reset(first)
	for i := range evs {
		e.add(&evs[i])
	}
	data, err := e.row()
	if err != nil {
		t.Fatal(err)
	}
	return bytes.Clone(data)
}

func decodeAll(day int, data []byte) ([]event.Event, error) {
	d, err := newDecoder(day, data, nil)
	if err != nil {
		return nil, err
	}
	return drain(d)
}

func drain(d *decoder) ([]event.Event, error) {
	var out []event.Event
	var ev event.Event
	for d.next(&ev) {
		out = append(out, ev.Clone())
	}
	return out, d.err
}

func TestCodecRoundTrip(t *testing.T) {
	t.Parallel()
	e := newEncoder()
	batches := map[string][]event.Event{
		"odd":    oddEvents(),
		"office": newOffice(3, noon).batch(700),
		"one":    newOffice(4, noon).batch(1),
		"mixed":  append(oddEvents(), newOffice(5, noon).batch(20)...),
	}
	for name, evs := range batches {
		t.Run(name, func(t *testing.T) {
			got, err := decodeAll(testDay, encodeAll(t, e, 41, evs))
			if err != nil {
				t.Fatal(err)
			}
			if len(got) != len(evs) {
				t.Fatalf("%d events, want %d", len(got), len(evs))
			}
			for i := range evs {
				evs[i].ID = event.NewID(testDay, 41+uint64(i))
				for _, ev := range []event.Event{got[i], detach(&got[i])} {
					if !same(&evs[i], &ev) {
						t.Fatalf("event %d:\n got %s\nwant %s", i, dump(&ev), dump(&evs[i]))
					}
				}
			}
		})
	}
}

func TestCodecFindsPartsOfTheMessage(t *testing.T) {
	t.Parallel()
	raw := strings.Repeat("x", 100) + "198.51.100.7"
	var ev event.Event
	ev.Set(event.EventOriginal, raw)
	ev.Set(event.SourceIP, raw[100:])
	e := newEncoder()
	e.reset(1)
	e.add(&ev)
	if strings.Count(string(e.records), "198.51.100.7") != 1 {
		t.Errorf("the address is stored twice in %q", e.records)
	}
}

// TestCodecKnowsFieldsByName reads rows as another version of the program may
// have written them: with fields in another order, with names that have no
// slot here and with a slot field that had none there.
func TestCodecKnowsFieldsByName(t *testing.T) {
	t.Parallel()
	text := func(b []byte, s string) []byte {
		return append(binary.AppendUvarint(b, uint64(len(s))), s...)
	}
	names := []string{"future.field", "user.name", "event.original", "message", "_id"}
	body := binary.AppendUvarint(nil, uint64(len(names)))
	for _, n := range names {
		body = text(body, n)
	}
	body = append(body, 1, 5, 2, 1, 0, 3, 4) // one shape: original, user.name, future.field, message, _id
	body = append(body, 0, 2, 4)             // shape 0, Time 1, Received 2
	body = append(body, (3+1)<<1)            // original
	body = append(body, "abc"...)
	body = append(body, 2<<1|1, 1)                         // user.name: "bc"
	body = append(append(body, (4+1)<<1), "next"...)       // future.field
	body = append(append(body, 1<<1), 0)                   // message: empty
	body[len(body)-1] = (2 + 1) << 1                       // _id as text
	body = append(body, "77"...)                           //
	data := append([]byte{0, 0, 0, 0, codecVersion}, 9, 1) // first 9, n 1
	data = append(data, 2, 2, 4, 4)                        // times
	data = append(data, s2.Encode(nil, body)...)           //
	binary.LittleEndian.PutUint32(data, crc32.Checksum(data[4:], castagnoli))

	evs, err := decodeAll(testDay, data)
	if err != nil {
		t.Fatal(err)
	}
	var want event.Event
	want.ID, want.Time, want.Received = event.NewID(testDay, 9), 1, 2
	want.Set(event.EventOriginal, "abc")
	want.Set(event.UserName, "bc")
	want.SetEmpty(event.Message)
	want.SetExtra("future.field", "next")
	want.SetExtra("_id", "77")
	if len(evs) != 1 || !same(&evs[0], &want) {
		t.Errorf("got %s\nwant %s", dump(&evs[0]), dump(&want))
	}

	// And what this version writes names every field it uses.
	var ev event.Event
	ev.Set(event.UserName, "anna")
	row := encodeAll(t, newEncoder(), 1, []event.Event{ev})
	if !bytes.Contains(row, []byte("user.name")) {
		t.Error("a row does not name its fields")
	}
}

func TestCodecFindsDamage(t *testing.T) {
	t.Parallel()
	data := encodeAll(t, newEncoder(), 1, newOffice(6, noon).batch(50))
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		bad := bytes.Clone(data)
		bad[r.IntN(len(bad))] ^= byte(1 + r.IntN(255))
		if _, err := decodeAll(testDay, bad); !errors.Is(err, errChecksum) {
			t.Fatalf("a changed byte gave %v", err)
		}
		if _, err := decodeAll(testDay, data[:r.IntN(len(data))]); !errors.Is(err, errChecksum) {
			t.Fatalf("a cut row gave %v", err)
		}
	}
	newer := bytes.Clone(data)
	newer[4] = codecVersion + 1
	binary.LittleEndian.PutUint32(newer, crc32.Checksum(newer[4:], castagnoli))
	if _, err := decodeAll(testDay, newer); !errors.Is(err, ErrNewer) {
		t.Errorf("a newer format gave %v", err)
	}
}

func TestDetachLetsGoOfTheRow(t *testing.T) {
	t.Parallel()
	evs, err := decodeAll(testDay, encodeAll(t, newEncoder(), 1, newOffice(7, noon).batch(9)))
	if err != nil {
		t.Fatal(err)
	}
	for i := range evs {
		kept := detach(&evs[i])
		for r, v := range kept.Each() {
			if w, _ := evs[i].Lookup(r); v != "" && w == v {
				if _, part := offset(w, v); part {
					t.Fatalf("%s still points into the row", r.Name)
				}
			}
		}
		// Parts of the message stay parts of it.
		if _, part := offset(kept.Get(event.EventOriginal), kept.Get(event.SourceIP)); !part {
			t.Fatal("source.ip was copied beside the message that holds it")
		}
	}
}

func TestEncoderEndsLargeRows(t *testing.T) {
	t.Parallel()
	e := newEncoder()
	e.reset(1)
	var ev event.Event
	for i := 0; !e.full(); i++ {
		if i > maxRowEvents {
			t.Fatal("a row has no end")
		}
		ev.Set(event.EventOriginal, fmt.Sprint(i, strings.Repeat("x", 64<<10)))
		e.add(&ev)
	}
	if e.size() > maxRowBytes+128<<10 {
		t.Errorf("the row grew to %d bytes", e.size())
	}
}

// FuzzDecode reads what is behind the checksum: rows that were damaged and
// happen to pass it.
func FuzzDecode(f *testing.F) {
	e := newEncoder()
	f.Add(encodeAll(f, e, 1, oddEvents())[4:], false)
	f.Add(encodeAll(f, e, 1, newOffice(8, noon).batch(5))[4:], false)
	f.Add(e.body, true)
	f.Fuzz(func(t *testing.T, data []byte, isBody bool) {
		if isBody { // reach the tables and records without knowing s2
			head := []byte{codecVersion, 1, byte(1 + len(data)%100), 0, 0, 0, 0}
			data = append(head, s2.Encode(nil, data)...)
		}
		d, err := decodePayload(testDay, data, nil)
		if err != nil {
			return
		}
		evs, err := drain(d)
		if err != nil {
			return
		}
		if len(evs) != d.h.n {
			t.Fatalf("%d events of %d without an error", len(evs), d.h.n)
		}
		if d.h.first == 0 || d.h.first > 1<<34 {
			return
		}
		// What was read can be written and read again.
		again, err := decodeAll(testDay, encodeAll(t, newEncoder(), d.h.first, evs))
		if err != nil {
			t.Fatal(err)
		}
		for i := range evs {
			if !same(&evs[i], &again[i]) {
				t.Fatalf("event %d:\n got %s\nwant %s", i, dump(&again[i]), dump(&evs[i]))
			}
		}
	})
}
