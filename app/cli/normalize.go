package cli

import (
	"bufio"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"porchlight/ingest"
	"porchlight/ingest/event"
	"porchlight/ingest/normalize/read"
	"porchlight/ingest/pack"
)

type normalizeCmd struct {
	Vendor  string   `help:"The vendor of lines that do not name one (observer.vendor)." placeholder:"NAME"`
	Input   string   `help:"lines: one message a line. jsonl: one JSON object a line, whose member raw is the message (which may contain line breaks)." enum:"lines,jsonl" default:"lines"`
	Explain bool     `help:"Instead, explain how each line was read: the header, the formats tried, where each field is, and what to do where nothing was understood."`
	Propose string   `help:"Instead, write a parser for the lines that nothing understands, under this name: lower-case letters, digits and _." placeholder:"NAME"`
	Parser  []string `help:"Also read with this parser (a file as --propose writes it); may be given several times." placeholder:"FILE" type:"existingfile"`
	File    path     `arg:"" optional:"" default:"-" help:"The file to read; - is stdin."`
}

// Run prints exactly one JSON object per input line, in order; with --explain,
// a paragraph for people instead.
func (c *normalizeCmd) Run(ctx context.Context, g *globals) error {
	in, done, err := g.open(c.File)
	if err != nil {
		return err
	}
	defer done()
	parser, err := c.parser()
	if err != nil {
		return err
	}
	var unknown []string
	out := bufio.NewWriter(g.stdout)
	var ev event.Event
	var line []byte
	bad := false
	origin := &event.Origin{Input: "normalize", Vendor: c.Vendor}
	for r, n := bufio.NewReader(in), 1; ctx.Err() == nil; n++ {
		text, err := r.ReadString('\n')
		if text == "" && err == io.EOF {
			break
		}
		if err != nil && err != io.EOF {
			return fmt.Errorf("read %s, line %d: %w", c.File, n, err)
		}
		body := trimLineEnd(text)
		if c.Input == "jsonl" {
			var record struct {
				Raw *string `json:"raw"`
			}
			// A line that is not such an object is taken as is: every line has
			// its line of output.
			if err := json.Unmarshal([]byte(body), &record); err != nil {
				fmt.Fprintf(g.stderr, "%s, line %d: not a JSON object: %v\n", c.File, n, err)
				bad = true
			} else if record.Raw == nil {
				fmt.Fprintf(g.stderr, "%s, line %d: has no member \"raw\"\n", c.File, n)
				bad = true
			} else {
				body = *record.Raw
			}
		}
		raw := event.Raw{Origin: origin, Received: time.Now().UnixNano(), Body: body}
		if c.Explain {
			if err := explain(out, parser, &raw); err != nil {
				return err
			}
			continue
		}
		parser.Parse(&raw, &ev)
		if c.Propose != "" {
			if m := ev.Get(event.Message); !ev.Has(event.EventModule) && m != "" {
				unknown = append(unknown, m)
			}
			continue
		}
		line = append(ev.AppendJSON(line[:0]), '\n')
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	if c.Propose != "" {
		return c.propose(g, unknown)
	}
	if err := cmp.Or(out.Flush(), ctx.Err()); err != nil || !bad {
		return err
	}
	return errProblems
}

// parser returns the parser with the packs given.
func (c *normalizeCmd) parser() (ingest.Parser, error) {
	parser := ingest.NewParser(time.Local)
	var packs read.Packs
	for _, path := range c.Parser {
		text, err := os.ReadFile(path)
		if err != nil {
			return parser, err
		}
		p, err := pack.Read(string(text))
		if err != nil {
			return parser, fmt.Errorf("%s: %w", path, err)
		}
		packs = append(packs, p)
	}
	return parser.WithPacks(packs), nil
}

// propose prints a parser for messages that nothing understands.
func (c *normalizeCmd) propose(g *globals, unknown []string) error {
	text, fits := pack.Propose(c.Propose, unknown)
	if text == "" {
		fmt.Fprintf(g.stderr, "%d lines are not understood, and no two of them are alike: there is nothing to propose\n", len(unknown))
		return errProblems
	}
	if _, err := pack.Read(text); err != nil {
		return fmt.Errorf("--propose %s: %w", c.Propose, err)
	}
	fmt.Fprintf(g.stderr, "%d of %d lines that were not understood would be; save this as %s in the folder parsers of the data folder\n", fits, len(unknown), c.Propose+pack.Suffix)
	_, err := io.WriteString(g.stdout, text)
	return err
}

// explainWidth is how many characters of a message go on one line.
const explainWidth = 100

// explain prints how a message was read: the message with its fields marked
// below, the fields, and the steps taken.
func explain(out *bufio.Writer, parser ingest.Parser, raw *event.Raw) error {
	x := parser.Explain(raw)
	for _, line := range x.Show(raw.Body, explainWidth) {
		fmt.Fprintln(out, "  "+line)
	}
	for _, p := range x.Places {
		fmt.Fprintf(out, "    %-32s %s\n", p.Field, raw.Body[p.Start:p.End])
	}
	for _, line := range x.Lines() {
		fmt.Fprintln(out, "  "+line)
	}
	_, err := fmt.Fprintln(out)
	return err
}

// trimLineEnd removes one LF or CRLF.
func trimLineEnd(s string) string {
	if n := len(s); n > 0 && s[n-1] == '\n' {
		s = s[:n-1]
		if n > 1 && s[n-2] == '\r' {
			s = s[:n-2]
		}
	}
	return s
}
