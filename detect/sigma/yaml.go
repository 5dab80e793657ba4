package sigma

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"
)

// Bounds on what a rule file may ask for. The largest rule of the public
// corpus has 4,432 values in 295 KB.
const (
	MaxFile      = 16 << 20 // bytes
	maxDocument  = 2 << 20  // bytes
	maxDocuments = 20_000   // in one file
	maxNodes     = 200_000  // in one document, every use of an alias counted
	maxDepth     = 40       // of nesting
)

// document is one part of a file between "---" lines.
type document struct {
	text string
	line int // lines before it in the file
	n    int // 1 for the first
}

// documents splits a YAML stream at its markers. A marker at the beginning
// of a line cannot be part of a value (YAML 1.2.2, 9.1.2), so a document
// with an error does not take its neighbours down.
func documents(data string) ([]document, error) {
	var out []document
	start, startLine := 0, 0
	add := func(end int) {
		if text := data[start:end]; !blank(text) {
			out = append(out, document{text, startLine, len(out) + 1})
		}
	}
	for pos, line := 0, 0; pos < len(data); line++ {
		next := len(data)
		if i := strings.IndexByte(data[pos:], '\n'); i >= 0 {
			next = pos + i + 1
		}
		row := strings.TrimRight(data[pos:next], " \t\r\n")
		switch {
		case row == "---" || row == "...":
			add(pos)
			start, startLine = next, line+1
		case strings.HasPrefix(row, "--- "): // content on the marker's line belongs to the document
			add(pos)
			start, startLine = pos, line
		}
		if len(out) > maxDocuments {
			return nil, fmt.Errorf("more than %d documents in one file", maxDocuments)
		}
		pos = next
	}
	add(len(data))
	return out, nil
}

// blank reports whether a document holds nothing but comments and directives.
func blank(text string) bool {
	for line := range strings.Lines(text) {
		line = strings.TrimPrefix(line, "\ufeff")
		if t := strings.TrimSpace(line); t != "" && t[0] != '#' && line[0] != '%' {
			return false
		}
	}
	return true
}

var yamlLine = regexp.MustCompile(`line (\d+)`)

// decode parses one document into its root mapping with all aliases resolved.
func (d document) decode() (root *yaml.Node, err error) {
	if len(d.text) > maxDocument {
		return nil, invalid("", "longer than %d bytes", maxDocument)
	}
	// The YAML library panics on a few malformed inputs; a rule file must not
	// bring the program down.
	defer func() {
		if r := recover(); r != nil {
			root, err = nil, invalid("", "the YAML parser gave up: %v", r)
		}
	}()
	var doc yaml.Node
	if err := yaml.Unmarshal([]byte(d.text), &doc); err != nil {
		msg := strings.TrimPrefix(err.Error(), "yaml: ")
		return nil, invalid("", "not valid YAML: %s", yamlLine.ReplaceAllStringFunc(msg, func(s string) string {
			n, _ := strconv.Atoi(s[len("line "):])
			return "line " + strconv.Itoa(n+d.line)
		}))
	}
	if doc.Kind != yaml.DocumentNode || len(doc.Content) != 1 || doc.Content[0].Kind != yaml.MappingNode {
		return nil, invalid("", "not a Sigma rule: the document is not a mapping")
	}
	root = doc.Content[0]
	budget := maxNodes
	if err := resolve(root, 0, &budget); err != nil {
		return nil, err
	}
	return root, nil
}

// resolve replaces aliases by what they stand for and refuses documents that
// are too deep (or refer to themselves) or expand to too much.
func resolve(n *yaml.Node, depth int, budget *int) error {
	if *budget--; *budget < 0 {
		return invalid("", "more than %d values when its aliases are expanded", maxNodes)
	}
	if depth > maxDepth {
		return invalid("", "line %d: nested deeper than %d levels", n.Line, maxDepth)
	}
	for i, c := range n.Content {
		if c.Kind == yaml.AliasNode {
			if c.Alias == nil {
				return invalid("", "line %d: alias to nothing", c.Line)
			}
			c = c.Alias
			n.Content[i] = c
		}
		if err := resolve(c, depth+1, budget); err != nil {
			return err
		}
	}
	return nil
}

// pair is one entry of a mapping.
type pair struct {
	key string
	val *yaml.Node
}

// entries lists a mapping in its order.
func entries(n *yaml.Node, path string) ([]pair, error) {
	if n.Kind != yaml.MappingNode {
		return nil, invalid(path, "must be a mapping")
	}
	seen := make(map[string]bool, len(n.Content)/2)
	out := make([]pair, 0, len(n.Content)/2)
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if k.Kind != yaml.ScalarNode {
			return nil, invalid(path, "line %d: a key must be a plain word", k.Line)
		}
		if k.Tag == "!!merge" {
			return nil, unsupported(path, "line %d: merge keys (<<) are not part of Sigma", k.Line)
		}
		if seen[k.Value] {
			return nil, invalid(path, "line %d: duplicate key %q", k.Line, k.Value)
		}
		seen[k.Value] = true
		out = append(out, pair{k.Value, n.Content[i+1]})
	}
	return out, nil
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.ShortTag() == "!!null" }

// text returns a scalar's source text. Numbers and dates stay as they were
// written: 00000429 and 0x3e7 are not changed.
func text(n *yaml.Node, path string) (string, error) {
	if n.Kind != yaml.ScalarNode {
		return "", invalid(path, "must be a single value")
	}
	if isNull(n) {
		return "", nil
	}
	return n.Value, nil
}

// texts returns the values of a list, or of a single value standing for a
// list of one.
func texts(n *yaml.Node, path string) ([]string, error) {
	if n.Kind == yaml.ScalarNode {
		if isNull(n) {
			return nil, nil
		}
		return []string{n.Value}, nil
	}
	if n.Kind != yaml.SequenceNode {
		return nil, invalid(path, "must be a list")
	}
	out := make([]string, 0, len(n.Content))
	for i, c := range n.Content {
		s, err := text(c, index(path, i))
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

func boolean(n *yaml.Node, path string) (bool, error) {
	s, err := text(n, path)
	if err != nil {
		return false, err
	}
	switch strings.ToLower(s) {
	case "true", "yes":
		return true, nil
	case "false", "no":
		return false, nil
	}
	return false, invalid(path, "%q is neither true nor false", s)
}

func index(path string, i int) string { return path + "[" + strconv.Itoa(i) + "]" }

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

var errEmpty = errors.New("the file contains no rules")
