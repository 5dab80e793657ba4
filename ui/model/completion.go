package model

import (
	"context"
	"slices"
	"strings"
	"sync"

	"porchlight/detect/query"
)

// FieldSource knows what the stored events hold.
type FieldSource interface {
	// FieldNames returns the names of fields seen.
	FieldNames(ctx context.Context) ([]string, error)
	// FieldValues returns frequent values of a field that begin with prefix.
	FieldValues(ctx context.Context, field, prefix string, limit int) ([]string, error)
}

// Completer says what can be typed at the cursor, a byte offset, of a search.
type Completer func(text string, cursor int) query.Completion

// Choice is one thing that can be typed.
type Choice struct {
	Label string // as shown
	Kind  string // "field", "value", "command": a word beside it
	text  string // the replacement
}

// CompletionView is what is offered for a text and cursor.
type CompletionView struct {
	Text    string
	Cursor  int // byte offset
	Start   int // byte offset of what a choice replaces
	End     int
	Choices []Choice // empty: nothing to offer
}

// Apply returns the text and the cursor after a choice.
func (v CompletionView) Apply(choice int) (text string, cursor int) {
	c := v.Choices[choice].text
	rest := v.Text[v.End:]
	if strings.HasSuffix(c, " ") && (strings.HasPrefix(rest, " ") || strings.HasPrefix(rest, ")")) {
		c = strings.TrimSuffix(c, " ")
	}
	if strings.HasSuffix(c, ":") && strings.HasPrefix(rest, ":") {
		c = strings.TrimSuffix(c, ":")
	}
	return v.Text[:v.Start] + c + rest, v.Start + len(c)
}

// maxChoices bounds how many are offered at a time.
const maxChoices = 12

// Completion offers what can be typed next in the search box. Methods may be
// called from any goroutine and never block; changed is called from any
// goroutine whenever View has something new.
type Completion struct {
	src      FieldSource
	complete Completer
	spawn    func(func())
	changed  func()

	mu     sync.Mutex
	names  []string // of fields; nil until asked for
	view   CompletionView
	gen    int
	cancel context.CancelFunc // of the request under way
}

// NewCompletion returns a completion that offers nothing yet; spawn is as for
// NewEvents.
func NewCompletion(src FieldSource, complete Completer, spawn func(func()), changed func()) *Completion {
	return &Completion{src: src, complete: complete, spawn: spawn, changed: changed}
}

// View returns what is offered.
func (c *Completion) View() CompletionView {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.view
}

// Close withdraws the offer.
func (c *Completion) Close() {
	c.mu.Lock()
	c.endLocked()
	had := len(c.view.Choices) > 0
	c.view = CompletionView{}
	c.mu.Unlock()
	if had {
		c.changed()
	}
}

func (c *Completion) endLocked() {
	c.gen++
	if c.cancel != nil {
		c.cancel()
		c.cancel = nil
	}
}

// Forget makes the next Ask look up the field names again.
func (c *Completion) Forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.names = nil
}

// Fields returns the names of fields to offer for what has been typed of one.
// The first call looks up the names and may take a while.
func (c *Completion) Fields(ctx context.Context, typed string) []string {
	c.mu.Lock()
	names := c.names
	c.mu.Unlock()
	if names == nil {
		var err error
		if names, err = c.src.FieldNames(ctx); err != nil {
			return nil // nothing to offer is no harm
		}
		c.mu.Lock()
		c.names = slices.Clone(names)
		c.mu.Unlock()
	}
	var out []string
	for _, x := range fieldChoices(query.Completion{Prefix: typed}, names, false) {
		out = append(out, x.Label)
	}
	return out
}

// Ask determines what to offer for a text and its cursor. Unless requested
// explicitly it offers nothing where nothing has been typed yet and anything
// could follow.
func (c *Completion) Ask(ctx context.Context, text string, cursor int, outright bool) {
	at := c.complete(text, cursor)
	c.mu.Lock()
	c.endLocked()
	gen := c.gen
	ask, cancel := context.WithCancel(ctx)
	c.cancel = cancel
	names := c.names
	c.mu.Unlock()
	view := CompletionView{Text: text, Cursor: cursor, Start: at.Start, End: at.End}
	if at.Expect == query.ExpectNothing || at.Prefix == "" && at.Expect != query.ExpectValue && !outright && !piped(at.Expect) {
		c.show(gen, CompletionView{})
		cancel()
		return
	}
	if len(at.Names) > 0 && at.Expect != query.ExpectField && at.Expect != query.ExpectValue {
		view.Choices = wordChoices(at)
		c.show(gen, view)
		cancel()
		return
	}
	if at.Expect == query.ExpectField && names != nil {
		view.Choices = fieldChoices(at, names, inPipe(text, at.Start))
		c.show(gen, view)
		cancel()
		return
	}
	c.spawn(func() {
		defer cancel()
		switch at.Expect {
		case query.ExpectField:
			names, err := c.src.FieldNames(ask)
			if err != nil || ask.Err() != nil {
				return // nothing to offer is no harm
			}
			c.mu.Lock()
			c.names = slices.Clone(names)
			c.mu.Unlock()
			view.Choices = fieldChoices(at, names, inPipe(text, at.Start))
		case query.ExpectValue:
			values, err := c.src.FieldValues(ask, at.Field, at.Prefix, maxChoices+1)
			if err != nil || ask.Err() != nil {
				return
			}
			view.Choices = valueChoices(at, values)
		}
		c.show(gen, view)
	})
}

// piped reports whether a word of the pipe language is expected: those are few,
// and offered at once.
func piped(e query.Expect) bool {
	return e == query.ExpectCommand || e == query.ExpectFunction || e == query.ExpectColumn
}

func (c *Completion) show(gen int, v CompletionView) {
	c.mu.Lock()
	if gen != c.gen {
		c.mu.Unlock()
		return
	}
	changed := len(v.Choices) > 0 || len(c.view.Choices) > 0
	c.view = v
	c.mu.Unlock()
	if changed {
		c.changed()
	}
}

func inPipe(text string, at int) bool {
	_, pipes := SplitPipes(text[:at])
	return pipes != ""
}

func wordChoices(at query.Completion) []Choice {
	kind := map[query.Expect]string{query.ExpectCommand: "command", query.ExpectFunction: "function", query.ExpectColumn: "column"}[at.Expect]
	var out []Choice
	for _, n := range at.Names {
		if len(out) == maxChoices {
			break
		}
		text := n
		switch {
		case at.Expect == query.ExpectCommand:
			text += " "
		case at.Expect == query.ExpectFunction && n == "count":
			text += "()"
		case at.Expect == query.ExpectFunction:
			text += "("
		}
		out = append(out, Choice{n, kind, text})
	}
	return out
}

// fieldChoices offers the names that begin with what was typed, then those with
// a part that does, then those that contain it. In a search a colon follows.
func fieldChoices(at query.Completion, names []string, pipe bool) []Choice {
	prefix := strings.ToLower(at.Prefix)
	ranks := [3][]string{}
	seen := map[string]bool{}
	offer := func(n string) {
		l := strings.ToLower(n)
		if seen[n] {
			return
		}
		seen[n] = true
		switch {
		case strings.HasPrefix(l, prefix):
			ranks[0] = append(ranks[0], n)
		case strings.Contains(l, "."+prefix):
			ranks[1] = append(ranks[1], n)
		case len(prefix) > 1 && strings.Contains(l, prefix):
			ranks[2] = append(ranks[2], n)
		}
	}
	for _, n := range at.Names { // short names, where the language offers them
		offer(n)
	}
	own := len(seen)
	for _, n := range names {
		offer(n)
	}
	var out []Choice
	for _, n := range slices.Concat(ranks[0], ranks[1], ranks[2]) {
		if len(out) == maxChoices {
			break
		}
		text := n
		if own == 0 || !slices.Contains(at.Names, n) {
			text = FieldText(n)
		}
		if !pipe {
			text += ":"
		}
		out = append(out, Choice{n, "field", text})
	}
	if len(out) == 1 && strings.EqualFold(out[0].Label, at.Prefix) && pipe {
		return nil // it is already there
	}
	return out
}

func valueChoices(at query.Completion, values []string) []Choice {
	var out []Choice
	for _, v := range values {
		if len(out) == maxChoices {
			break
		}
		out = append(out, Choice{v, "value", query.Quote(v) + " "})
	}
	if len(out) == 1 && strings.EqualFold(out[0].Label, at.Prefix) {
		return nil
	}
	return out
}
