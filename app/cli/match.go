package cli

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"porchlight/detect/sigma"
	"porchlight/ingest/event"
	"porchlight/ingest/evtx"
	"porchlight/ingest/file"
)

type matchCmd struct {
	Rules      path   `help:"Folder or zip file with Sigma rules." required:"" placeholder:"DIR|ZIP"`
	Values     string `help:"File with values for the rules' placeholders: a YAML mapping of names to lists." type:"existingfile" placeholder:"FILE"`
	LoadReport path   `help:"Write here what became of each rule, as one JSON object a line." placeholder:"FILE"`
	Events     []path `arg:"" help:"JSON lines, one event a line, whose keys are used as they are (Channel, EventID, Image ...), or Windows event logs (.evtx), plain, .gz or .zst. - is stdin."`
}

// Help is shown by porchlight match --help.
func (matchCmd) Help() string {
	return `Prints {"event": N, "rule": ID} for every rule that matches; N counts the events from 0 across all files in the order given. Correlations are read but not run.`
}

func (c *matchCmd) Run(ctx context.Context, g *globals) error {
	pack, err := sigma.OpenPack(c.Rules.abs)
	if err != nil {
		return usageError{err}
	}
	rules := sigma.Load("", pack)
	if len(rules) == 0 {
		return fmt.Errorf("no Sigma rules (.yml, .yaml) in %s", c.Rules)
	}
	if rules, err = completeRules(rules, c.Values); err != nil {
		return err
	}
	if c.LoadReport.typed != "" {
		if err := writeLoadReport(c.LoadReport.abs, rules); err != nil {
			return err
		}
	}
	unloaded := 0
	for _, r := range rules {
		if r.State != sigma.Loaded {
			unloaded++
		}
	}
	if unloaded > 0 {
		fmt.Fprintf(g.stderr, "%d of %d rules were not loaded; --load-report FILE says why\n", unloaded, len(rules))
	}
	m := matcher{set: sigma.NewSet(rules), out: bufio.NewWriter(g.stdout)}
	for _, p := range c.Events {
		if err := m.file(ctx, g, p); err != nil {
			return errors.Join(err, m.out.Flush())
		}
	}
	if err := m.out.Flush(); err != nil || m.bad+m.damage == 0 {
		return err
	}
	if m.bad > 0 {
		fmt.Fprintf(g.stderr, "%d of %d events could not be read\n", m.bad, m.n)
	}
	if m.damage > 0 {
		fmt.Fprintf(g.stderr, "%d damaged parts of event logs were skipped\n", m.damage)
	}
	return errProblems
}

// completeRules combines rules with the filters among them and with the
// placeholder values of a file, if one is given.
func completeRules(rules []*sigma.Rule, valuesFile string) ([]*sigma.Rule, error) {
	var values map[string][]string
	if valuesFile != "" {
		data, err := os.ReadFile(valuesFile)
		if err != nil {
			return nil, fmt.Errorf("read placeholder values: %w", err)
		}
		if values, err = sigma.ParseValues(valuesFile, data); err != nil {
			return nil, err
		}
	}
	return sigma.Complete(rules, values), nil
}

func writeLoadReport(path string, rules []*sigma.Rule) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	for _, r := range rules {
		if err := enc.Encode(r.Result()); err != nil {
			return fmt.Errorf("write load report: %w", err)
		}
	}
	if err := os.WriteFile(path, b.Bytes(), 0o666); err != nil {
		return fmt.Errorf("write load report: %w", err)
	}
	return nil
}

// matcher runs a set of rules over events and prints the matches.
type matcher struct {
	set  *sigma.Set
	out  *bufio.Writer
	ev   event.Event
	n    int // events so far
	bad  int // of these could not be read
	hits []int32

	damage int // parts of files that were skipped
}

func (m *matcher) file(ctx context.Context, g *globals, p path) error {
	in, done, err := g.open(p)
	if err != nil {
		return err
	}
	defer done()
	r, end, err := file.Decompress(bufio.NewReaderSize(in, 1<<16))
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	defer end()
	if head, _ := r.Peek(8); bytes.Equal(head, []byte(evtx.Magic)) {
		return m.evtx(ctx, g, p, r)
	}
	first := true
	for line := 1; ctx.Err() == nil; line++ {
		text, err := r.ReadString('\n')
		if err != nil && err != io.EOF {
			return fmt.Errorf("read %s, line %d: %w", p, line, err)
		}
		if body := trimLineEnd(text); body != "" {
			// A lone brace begins an event that spans several lines.
			if first && strings.TrimSpace(body) == "{" {
				return m.spread(ctx, p, io.MultiReader(strings.NewReader(text), r))
			}
			first = false
			if err := m.event(g, fmt.Sprintf("%s, line %d", p, line), body); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
	return ctx.Err()
}

// evtx reads the events of a Windows event log file. A damaged part takes no
// number: there is no telling how many events were in it.
func (m *matcher) evtx(ctx context.Context, g *globals, p path, in io.Reader) error {
	r, err := evtx.NewReader(in)
	if err != nil {
		return fmt.Errorf("%s: %w", p, err)
	}
	for ctx.Err() == nil {
		rec, err := r.Next()
		var part *evtx.Problem
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &part):
			fmt.Fprintf(g.stderr, "%s: skipped: %v\n", p, part)
			m.damage++
		case err != nil:
			return fmt.Errorf("read %s: %w", p, err)
		default:
			if err := m.event(g, fmt.Sprintf("%s, record %d", p, rec.ID), rec.JSON); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// spread reads consecutive events that span several lines each, as
// pretty-printers write them.
func (m *matcher) spread(ctx context.Context, p path, r io.Reader) error {
	dec := json.NewDecoder(r)
	for n := 1; ctx.Err() == nil; n++ {
		var body json.RawMessage
		if err := dec.Decode(&body); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return fmt.Errorf("%s, event %d: %w", p, n, err)
		}
		if err := sigma.Decode(string(body), &m.ev); err != nil {
			return fmt.Errorf("%s, event %d: %w", p, n, err)
		}
		if err := m.match(); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// event matches one event. One that cannot be read keeps its number, so that
// the others keep theirs.
func (m *matcher) event(g *globals, place, body string) error {
	err := sigma.Decode(body, &m.ev)
	if err == nil {
		return m.match()
	}
	const toldAtMost = 10
	if m.n++; m.bad < toldAtMost {
		fmt.Fprintf(g.stderr, "%s: not matched: %v\n", place, err)
	}
	m.bad++
	return nil
}

func (m *matcher) match() error {
	m.hits = m.set.Match(&m.ev, m.hits[:0])
	for _, h := range m.hits {
		id, err := json.Marshal(m.set.Rules()[h].ID)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(m.out, "{\"event\": %d, \"rule\": %s}\n", m.n, id); err != nil {
			return err
		}
	}
	m.n++
	return nil
}
