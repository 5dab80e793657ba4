package model

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"

	"porchlight/detect/query"
)

type fakeFields struct{}

func (fakeFields) FieldNames(context.Context) ([]string, error) {
	return []string{"source.ip", "source.port", "user.name", "user.target.name", "level"}, nil
}

func (fakeFields) FieldValues(_ context.Context, field, prefix string, limit int) ([]string, error) {
	var out []string
	for _, v := range []string{"anna", "anton b", "bob"} {
		if strings.HasPrefix(v, prefix) && len(out) < limit && strings.HasPrefix(field, "user") {
			out = append(out, v)
		}
	}
	return out, nil
}

func TestCompletion(t *testing.T) {
	for _, c := range []struct {
		text     string // | is the cursor, ¦ a pipe
		outright bool
		choices  string
		after    string // of the first choice
	}{
		{"sour|", false, "source.ip source.port", "source.ip:|"},
		{"na|", false, "user.name user.target.name", "user.name:|"},
		{"|", false, "", ""},
		{"user.name:|", false, "anna,anton b,bob", "user.name:anna |"},
		{"user.name:ant| x", false, "anton b", `user.name:"anton b"| x`},
		{"user:an|", false, "anna,anton b", "user:anna |"},
		{"x ¦ st|", false, "stats", "x ¦ stats |"},
		{"x ¦ stats count() by sourc|", false, "source.ip source.port", "x ¦ stats count() by source.ip|"},
		{"x ¦ stats dc|", false, "dcount", "x ¦ stats dcount(|"},
		{`"quoted so|`, false, "", ""},
	} {
		var work sync.WaitGroup
		m := NewCompletion(fakeFields{}, query.Complete, work.Go, func() {})
		cursor := strings.Index(c.text, "|")
		pipes := strings.NewReplacer("¦", "|")
		before := pipes.Replace(c.text[:cursor])
		m.Ask(t.Context(), before+pipes.Replace(c.text[cursor+1:]), len(before), c.outright)
		work.Wait()
		v := m.View()
		var labels []string
		for _, x := range v.Choices {
			labels = append(labels, x.Label)
		}
		sep := " "
		if strings.Contains(c.choices, ",") || c.choices == "anton b" {
			sep = ","
		}
		want := strings.Split(c.choices, sep)
		if c.choices == "" {
			want = nil
		}
		if len(labels) > len(want) {
			labels = labels[:max(len(want), 1)]
		}
		if !slices.Equal(labels, want) {
			t.Errorf("%s: %q, want %q", c.text, labels, want)
			continue
		}
		if len(v.Choices) > 0 {
			text, at := v.Apply(0)
			if got := text[:at] + "|" + text[at:]; got != pipes.Replace(c.after) {
				t.Errorf("%s: %q, want %q", c.text, got, c.after)
			}
		}
		m.Close()
		if len(m.View().Choices) > 0 {
			t.Error("closed")
		}
	}
}
