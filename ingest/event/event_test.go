package event

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"testing"
	"time"
)

func TestEveryFieldHasAName(t *testing.T) {
	seen := map[string]bool{}
	for f := None + 1; f < NumFields; f++ {
		name := f.String()
		if name == "" || seen[name] {
			t.Errorf("field %d: name %q is empty or taken", f, name)
		}
		seen[name] = true
		if r := Resolve(name); r.Field != f || r.Name != name {
			t.Errorf("Resolve(%q) = %+v", name, r)
		}
	}
	if NumFields >= DocumentID {
		t.Error("slots reach into the computed fields")
	}
}

func TestSetAndLookup(t *testing.T) {
	var ev Event
	ev.Set(UserName, "")
	if ev.Has(UserName) {
		t.Error("Set stored an empty value")
	}
	ev.SetEmpty(UserName)
	if v, ok := ev.LookupName("user.name"); !ok || v != "" {
		t.Error("present and empty is not absent")
	}
	ev.Set(UserName, "anna")
	ev.Set(UserName, "mark")
	if ev.Get(UserName) != "mark" {
		t.Error("Set did not replace")
	}
	ev.Delete(UserName)
	if ev.Has(UserName) {
		t.Error("deleted and there")
	}
	for i := range 20 { // out of order
		ev.SetName(fmt.Sprintf("vendor.field%02d", (i*7)%20), fmt.Sprint(i))
	}
	if len(ev.Extras()) != 20 || !slices.IsSortedFunc(ev.Extras(), func(a, b Pair) int { return compare(a.Name, b.Name) }) {
		t.Errorf("extras %v", ev.Extras())
	}
	if v, ok := ev.LookupName("vendor.field07"); !ok || v != "1" {
		t.Errorf("vendor.field07 = %q, %v", v, ok)
	}
	ev.SetName("vendor.field07", "again")
	if v, _ := ev.LookupName("vendor.field07"); v != "again" || len(ev.Extras()) != 20 {
		t.Error("SetName did not replace")
	}
	ev.SetName("_id", "5")
	ev.SetName("@timestamp", "x")
	if ev.ID != 0 || len(ev.Extras()) != 20 {
		t.Error("computed fields were set by name")
	}
	c := ev.Clone()
	ev.Reset()
	if _, ok := ev.LookupName("vendor.field07"); ok || ev.Has(Message) {
		t.Error("Reset left something")
	}
	if v, _ := c.LookupName("vendor.field07"); v != "again" {
		t.Error("Reset reached into the clone")
	}
}

func compare(a, b string) int {
	if a < b {
		return -1
	}
	return 1
}

func TestAddKeepsValuesApart(t *testing.T) {
	var ev Event
	for _, v := range []string{"authentication", "session", "authentication", ""} {
		ev.Add(EventCategory, v)
	}
	if got := slices.Collect(Values(ev.Get(EventCategory))); !slices.Equal(got, []string{"authentication", "session"}) {
		t.Errorf("values %q", got)
	}
}

func TestID(t *testing.T) {
	id := NewID(20780, 123456)
	if id.Day() != 20780 || id.Seq() != 123456 {
		t.Errorf("%d, %d", id.Day(), id.Seq())
	}
	if back, err := ParseID(id.String()); err != nil || back != id {
		t.Errorf("%v, %v", back, err)
	}
	if NewID(20781, 1) <= NewID(20780, 1<<36-1) {
		t.Error("ids do not grow with the day")
	}
	if NewID(131071, 1<<36-1) >= 1<<53 {
		t.Error("an id of the year 2328 does not fit a JSON number")
	}
}

func TestAppendJSON(t *testing.T) {
	ev := Event{ID: 7, Time: time.Date(2026, 11, 23, 10, 0, 0, 5e8, time.UTC).UnixNano(), Received: 1e18}
	ev.Set(Message, "a \"quoted\" \\ line\nwith \x01 and ü and \xff")
	ev.Set(SourcePort, "22")
	ev.Set(DestinationPort, "022") // not a JSON number
	ev.Add(Tags, "one")
	ev.Add(EventType, "start")
	ev.Add(EventType, "allowed")
	ev.SetName("zeta", "")
	ev.SetName("list", "x"+Separator+"y")
	var got map[string]any
	text := ev.AppendJSON(nil)
	if err := json.Unmarshal(text, &got); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	want := map[string]any{
		"_id": "7", "@timestamp": "2026-11-23T10:00:00.5Z", "event.ingested": "2001-09-09T01:46:40Z",
		"message": "a \"quoted\" \\ line\nwith \x01 and ü and \ufffd", "source.port": 22.0, "destination.port": "022",
		"tags": []any{"one"}, "event.type": []any{"start", "allowed"}, "zeta": "", "list": []any{"x", "y"},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestPlainAndExtras(t *testing.T) {
	var ev Event
	if got := ev.AppendExtrasJSON(nil); got != nil {
		t.Errorf("no extras: %s", got)
	}
	ev.Set(UserName, "not an extra")
	ev.SetName("zeta", "a\"b")
	ev.SetName("alpha", "x"+Separator+"y")
	if got := string(ev.AppendExtrasJSON(nil)); got != `{"alpha":["x","y"],"zeta":"a\"b"}` {
		t.Errorf("extras: %s", got)
	}
	for _, c := range []struct {
		kind     Kind
		in, want string
	}{
		{Multi, "one", "one"},
		{Multi, "one" + Separator + "two", `["one","two"]`},
		{Keyword, "one" + Separator + "two", `["one","two"]`},
		{Text, "one" + Separator + "two", "one" + Separator + "two"},
	} {
		if got := c.kind.Plain(c.in); got != c.want {
			t.Errorf("Plain(%q) = %q, want %q", c.in, got, c.want)
		}
	}
	if got := string(AppendPairJSON(nil, `a"`, Long, "22")); got != `"a\"":22` {
		t.Errorf("pair: %s", got)
	}
}

func FuzzAppendJSON(f *testing.F) {
	f.Add("message", "a\x00b\"\\\xff", "12")
	f.Fuzz(func(t *testing.T, name, value, number string) {
		var ev Event
		ev.SetName(name, value)
		ev.Set(SourcePort, number)
		if text := ev.AppendJSON(nil); !json.Valid(text) {
			t.Errorf("%q %q %q: %s", name, value, number, text)
		}
	})
}

func TestSetExtras(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		var one, many Event
		name := func() string { return string(rune('a' + r.IntN(12))) }
		for i := range r.IntN(8) {
			n := name()
			one.SetExtra(n, fmt.Sprint("old", i))
			many.SetExtra(n, fmt.Sprint("old", i))
		}
		var pairs []Pair
		for i := range r.IntN(8) {
			n := name()
			one.SetExtra(n, fmt.Sprint("new", i))
			pairs = append(pairs, Pair{n, fmt.Sprint("new", i)})
		}
		given := slices.Clone(pairs)
		many.SetExtras(pairs)
		if !slices.Equal(one.Extras(), many.Extras()) {
			t.Fatalf("%v: %v, want %v", given, many.Extras(), one.Extras())
		}
	}
}
