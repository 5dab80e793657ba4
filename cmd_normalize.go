package main

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
)

type normalizeCmd struct {
	Vendor string `help:"The vendor the lines come from, for lines that do not tell (observer.vendor)." placeholder:"NAME"`
	Input  string `help:"lines: one message a line. jsonl: one JSON object a line, its member raw is the message (which may hold line breaks)." enum:"lines,jsonl" default:"lines"`
	File   string `arg:"" optional:"" default:"-" help:"The file to read; - is stdin."`
}

// Run prints exactly one JSON object per input line, in order.
func (c *normalizeCmd) Run(ctx context.Context, g *globals) error {
	in, done, err := g.open(c.File)
	if err != nil {
		return err
	}
	defer done()
	parser := ingest.NewParser(time.Local)
	out := bufio.NewWriter(g.stdout)
	var ev event.Event
	var line []byte
	bad := false
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
			// A line that is no such object is taken as it stands: every line
			// has its line of output.
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
		raw := event.Raw{Input: "normalize", Vendor: c.Vendor, Received: time.Now().UnixNano(), Body: body}
		parser.Parse(&raw, &ev)
		line = append(ev.AppendJSON(line[:0]), '\n')
		if _, err := out.Write(line); err != nil {
			return err
		}
	}
	if err := cmp.Or(out.Flush(), ctx.Err()); err != nil || !bad {
		return err
	}
	return errProblems
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

// open opens a file, or stdin for "-".
func (g *globals) open(path string) (io.Reader, func(), error) {
	if path == "-" {
		return g.stdin, func() {}, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, err
	}
	return f, func() { f.Close() }, nil
}
