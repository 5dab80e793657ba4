package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

func flatten(t *testing.T, body string) *Event {
	t.Helper()
	var ev Event
	if err := FlattenJSON(body, &ev); err != nil {
		t.Fatalf("FlattenJSON(%s): %v", body, err)
	}
	return &ev
}

func TestFlattenJSON(t *testing.T) {
	tests := []struct {
		body string
		want string // name=value lines in order
	}{
		{`{}`, ``},
		{" { } \r\n", ``},
		{`{"a":{"b":{"c":1}},"d":-0.5e+10}`, "a.b.c=1\nd=-0.5e+10"},
		{`{"x":"0x3e7","y":"00000429","t":true,"f":false,"n":null,"e":""}`, "e=\nf=false\nt=true\nx=0x3e7\ny=00000429"},
		{`{"a":[1,"two",null,true]}`, "a=1" + Separator + "two" + Separator + "true"},
		{`{"a":[],"b":{},"c":[{}],"d":[null]}`, "c={}"},
		{`{"a":[{"k" : "v w", "l" : [ 1 , 2 ]},[ 3 ]]}`, `a={"k":"v w","l":[1,2]}` + Separator + "[3]"},
		{`{"a":[ {"k": "q\" ]"} ]}`, `a={"k":"q\" ]"}`},
		{`{"a":1,"a":2}`, "a=2"},
		{`{"a":1,"a":null,"user.name":"x","user":{"name":null}}`, ""},
		{`{"source":{"ip":"10.0.0.1","port":22},"source.port":23}`, "source.ip=10.0.0.1\nsource.port=23"},
		{`{"s":"\u0041\ud83d\ude00\ud800x\n\/\\"}`, "s=A\U0001F600\uFFFDx\n/\\"},
		{`{"s":"\udc00\ud800\ud83d\ude00"}`, "s=\uFFFD\uFFFD\U0001F600"},
		{"{\"s\":\"a\xffb\tc\"}", "s=a\xffb\tc"},
		{`{"k\u0065y":{"\n":1}}`, "key.\n=1"},
		{`{"":{"":1,"a":2}}`, "=1\na=2"},
		{`{"_id":"7","event.ingested":"2024-01-02T03:04:05Z","event":{"ingested":"x"}}`, ""},
	}
	for _, tt := range tests {
		ev := flatten(t, tt.body)
		var got []string
		for r, v := range ev.Each() {
			got = append(got, r.Name+"="+v)
		}
		if s := strings.Join(got, "\n"); s != tt.want {
			t.Errorf("%s:\n got %q\nwant %q", tt.body, s, tt.want)
		}
	}
}

func TestFlattenJSONTimestamp(t *testing.T) {
	ev := flatten(t, `{"@timestamp":"2026-03-01T10:00:00.25+02:00"}`)
	if got := FormatTime(ev.Time); got != "2026-03-01T08:00:00.25Z" {
		t.Errorf("Time is %s", got)
	}
	if ev := flatten(t, `{"@timestamp":9999999999999}`); ev.Time != 0 {
		t.Errorf("a time beyond all years set %v", FormatTime(ev.Time))
	}
	if ev := flatten(t, `{"@timestamp":"yesterday"}`); ev.Time != 0 || len(ev.Extras()) != 0 {
		t.Errorf("an unreadable @timestamp set %v, %v", ev.Time, ev.Extras())
	}
}

func TestFlattenJSONErrors(t *testing.T) {
	tests := []struct {
		body   string
		offset int
	}{
		{``, 0}, {`[1]`, 0}, {`{`, 1}, {`{"a"}`, 4}, {`{"a":}`, 5}, {`{"a":1,}`, 7}, {`{"a":1`, 6},
		{`{"a":00000429}`, 5}, {`{"a":0x3e7}`, 6}, {`{"a":1.}`, 5}, {`{"a":-}`, 5}, {`{"a":1e}`, 5},
		{`{"a":"b`, 5}, {`{"a":"b\`, 5}, {`{"a":"\q"}`, 6}, {`{"a":"\u12g4"}`, 6}, {`{"a":[1 2]}`, 8},
		{`{"a":1} x`, 8}, {`{"a":tru}`, 5}, {`{"a":[`, 6}, {`{"a":[{"b":x}]}`, 11},
		{strings.Repeat(`{"a":`, 33) + "1" + strings.Repeat("}", 33), 160},
		{`{"a":` + strings.Repeat("[", 40) + strings.Repeat("]", 40) + "}", 36},
	}
	for _, tt := range tests {
		var ev Event
		err := FlattenJSON(tt.body, &ev)
		var at *JSONError
		if !errors.As(err, &at) || at.Offset != tt.offset {
			t.Errorf("%s: got %v, want an error at %d", tt.body, err, tt.offset)
		}
	}
	flatten(t, strings.Repeat(`{"a":`, MaxDepth)+"1"+strings.Repeat("}", MaxDepth))
}

func TestFlattenJSONManyFields(t *testing.T) {
	var b strings.Builder
	b.WriteString(`{"o":{"z":0`)
	for i := range 2000 {
		fmt.Fprintf(&b, `,"k%d":%d`, i, i)
	}
	b.WriteString(`}}`)
	ev := flatten(t, b.String())
	if n, _ := ev.LookupName(FieldsDropped); n != "977" {
		t.Errorf("dropped %q fields, want 977", n)
	}
	if ev.Get(Tags) != TagFieldsDropped || len(ev.Extras()) != MaxFields+1 {
		t.Errorf("tags %q, %d extras", ev.Get(Tags), len(ev.Extras()))
	}
}

// oracle flattens what encoding/json decoded, by the documented rules.
func oracle(name string, v any, out map[string]string) {
	switch v := v.(type) {
	case map[string]any:
		for k, child := range v {
			n := k
			if name != "" {
				n = name + "." + k
			}
			oracle(n, child, out)
		}
	case []any:
		var parts []string
		for _, el := range v {
			if el != nil {
				parts = append(parts, scalarText(el))
			}
		}
		if parts != nil {
			out[name] = strings.Join(parts, Separator)
		}
	case nil:
	default:
		out[name] = scalarText(v)
	}
}

func scalarText(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		return fmt.Sprint(v)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		panic(err)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func randomValue(r *rand.Rand, depth int) any {
	switch k := r.IntN(10); {
	case k < 2 && depth < 5:
		return randomObject(r, depth+1)
	case k < 4 && depth < 5:
		a := []any{}
		for range r.IntN(4) {
			a = append(a, randomValue(r, depth+1))
		}
		return a
	case k == 4:
		return json.Number(fmt.Sprintf("%d.%de%d", r.IntN(100), r.IntN(100), r.IntN(9)))
	case k == 5:
		return r.IntN(2) == 0
	case k == 6:
		return nil
	case k == 7:
		return json.Number(fmt.Sprint(r.Int64()))
	}
	return randomText(r)
}

func randomText(r *rand.Rand) string {
	runes := []rune("aZ \"\\/\n\t<é€😀\u2028")
	var b strings.Builder
	for range r.IntN(8) {
		b.WriteRune(runes[r.IntN(len(runes))])
	}
	return b.String()
}

func randomObject(r *rand.Rand, depth int) map[string]any {
	m := map[string]any{}
	for i := range r.IntN(6) {
		m[fmt.Sprintf("%c%d", 'a'+r.IntN(3), depth*10+i)+strings.ReplaceAll(randomText(r), ".", "")] = randomValue(r, depth)
	}
	return m
}

func TestFlattenJSONAgainstEncodingJSON(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 5000 {
		doc := randomObject(r, 0)
		for _, indent := range []string{"", " \t"} {
			var b bytes.Buffer
			enc := json.NewEncoder(&b)
			enc.SetEscapeHTML(false)
			enc.SetIndent("", indent)
			if err := enc.Encode(doc); err != nil {
				t.Fatal(err)
			}
			compareWithOracle(t, b.String())
		}
	}
}

func compareWithOracle(t *testing.T, body string) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(body))
	dec.UseNumber()
	var doc map[string]any
	if err := dec.Decode(&doc); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{}
	oracle("", doc, want)
	ev := flatten(t, body)
	n := 0
	for ref, v := range ev.Each() {
		n++
		if w, ok := want[ref.Name]; !ok || w != v {
			t.Fatalf("%s\n%q: got %q, want %q (%v)", body, ref.Name, v, w, ok)
		}
	}
	if n != len(want) {
		t.Fatalf("%s\ngot %d fields, want %d: %q", body, n, len(want), want)
	}
}

func FuzzFlattenJSON(f *testing.F) {
	for _, s := range []string{`{"a":[1,{"b":"\ud83d\ude00"}],"source":{"ip":"x"}}`, `{"a":00}`, `{"":{"":[null,""]}}`, "{\"\xff\":1e5}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, body string) {
		var ev Event
		err := FlattenJSON(body, &ev)
		// Whatever encoding/json accepts within our limits must be accepted.
		if json.Valid([]byte(body)) && strings.HasPrefix(strings.TrimLeft(body, " \t\r\n"), "{") && err != nil && !strings.Contains(err.Error(), "nested deeper") {
			t.Fatalf("%q is valid: %v", body, err)
		}
		// What encoding/json rejects may pass only because of tolerated bytes.
		if err == nil && !json.Valid([]byte(body)) && utf8.ValidString(body) && !strings.ContainsFunc(body, func(r rune) bool { return r < 0x20 }) {
			t.Fatalf("%q is not valid", body)
		}
		var at *JSONError
		if errors.As(err, &at) && (at.Offset < 0 || at.Offset > len(body)) {
			t.Fatalf("error at %d of %d bytes", at.Offset, len(body))
		}
		if out := ev.AppendJSON(nil); !json.Valid(out) {
			t.Fatalf("printed as %s", out)
		}
	})
}

func BenchmarkFlattenJSON(b *testing.B) {
	body := `{"timestamp":"2026-03-01T10:00:00Z","event_type":"alert","src_ip":"10.0.0.5","src_port":51234,"dest_ip":"192.0.2.7","dest_port":443,"proto":"TCP","alert":{"action":"allowed","signature_id":2100498,"signature":"GPL ATTACK_RESPONSE id check returned root","severity":2},"flow":{"pkts_toserver":5,"bytes_toserver":600}}`
	var ev Event
	b.ReportAllocs()
	b.SetBytes(int64(len(body)))
	for b.Loop() {
		ev.Reset()
		if err := FlattenJSON(body, &ev); err != nil {
			b.Fatal(err)
		}
	}
}
