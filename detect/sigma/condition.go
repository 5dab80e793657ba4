package sigma

import (
	"strings"

	"porchlight/detect/query"
)

// Bounds on a condition. The longest of the public corpus has 70 tokens.
const (
	maxTokens     = 4_000
	maxParens     = 100
	maxReferences = 50_000 // selections named, patterns unfolded
)

// selection is a named search of the detection section.
type selection struct {
	name string
	expr query.Expr
}

// condition reads a condition over selections. From loosest to tightest:
// or, and, not, "1 of"/"all of" (Sigma: Conditions).
type condition struct {
	path       string
	tokens     []string
	pos, depth int
	selections []selection
	used       int
}

// compileCondition parses one condition and puts the selections in.
func compileCondition(src, path string, selections []selection) (query.Expr, error) {
	c := condition{path: path, selections: selections}
	var err error
	if c.tokens, err = tokens(src, path); err != nil {
		return nil, err
	}
	if len(c.tokens) == 0 {
		return nil, invalid(path, "is empty")
	}
	x, err := c.or()
	if err != nil {
		return nil, err
	}
	if c.pos < len(c.tokens) {
		return nil, invalid(path, "expected \"and\", \"or\" or the end, found %q", c.tokens[c.pos])
	}
	return x, nil
}

func tokens(src, path string) ([]string, error) {
	var out []string
	for i := 0; i < len(src); {
		switch ch := src[i]; {
		case ch == ' ' || ch == '\t' || ch == '\n' || ch == '\r':
			i++
			continue
		case ch == '(' || ch == ')':
			out = append(out, src[i:i+1])
			i++
		case ch == '|':
			return nil, unsupported(path, "aggregations after %q are no longer part of Sigma; write a correlation rule", "|")
		default:
			j := i
			for j < len(src) && !strings.ContainsRune(" \t\n\r()|", rune(src[j])) {
				j++
			}
			out = append(out, src[i:j])
			i = j
		}
		if len(out) > maxTokens {
			return nil, invalid(path, "longer than %d words", maxTokens)
		}
	}
	return out, nil
}

// word reports whether the next token is one of the language's own words,
// which are accepted in any case.
func (c *condition) word(w string) bool {
	return c.pos < len(c.tokens) && strings.EqualFold(c.tokens[c.pos], w)
}

func (c *condition) or() (query.Expr, error) { return c.chain("or", c.and, or) }

func (c *condition) and() (query.Expr, error) { return c.chain("and", c.not, and) }

func (c *condition) chain(w string, next func() (query.Expr, error), combine func([]query.Expr) query.Expr) (query.Expr, error) {
	x, err := next()
	if err != nil {
		return nil, err
	}
	xs := []query.Expr{x}
	for c.word(w) {
		c.pos++
		if x, err = next(); err != nil {
			return nil, err
		}
		xs = append(xs, x)
	}
	return combine(xs), nil
}

func (c *condition) not() (query.Expr, error) {
	negate := false
	for c.word("not") {
		negate = !negate
		c.pos++
	}
	x, err := c.primary()
	if err != nil || !negate {
		return x, err
	}
	return not(x), nil
}

func (c *condition) primary() (query.Expr, error) {
	if c.pos == len(c.tokens) {
		return nil, invalid(c.path, "ends where a selection is expected")
	}
	t := c.tokens[c.pos]
	c.pos++
	switch {
	case t == "(":
		if c.depth++; c.depth > maxParens {
			return nil, invalid(c.path, "parentheses nested more than %d deep", maxParens)
		}
		x, err := c.or()
		if err != nil {
			return nil, err
		}
		if !c.word(")") {
			return nil, invalid(c.path, "a parenthesis is not closed")
		}
		c.pos++
		c.depth--
		return x, nil
	case t == ")":
		return nil, invalid(c.path, "found %q where a selection is expected", t)
	case c.word("of"):
		c.pos++
		return c.quantified(t)
	}
	for _, s := range c.selections {
		if s.name == t {
			return s.expr, c.use(1)
		}
	}
	if strings.EqualFold(t, "and") || strings.EqualFold(t, "or") {
		return nil, invalid(c.path, "found %q where a selection is expected", t)
	}
	return nil, invalid(c.path, "there is no selection %q; the selections are %s", t, c.names())
}

// quantified reads what follows "1 of", "any of" or "all of".
func (c *condition) quantified(quantifier string) (query.Expr, error) {
	all := strings.EqualFold(quantifier, "all")
	if !all && quantifier != "1" && !strings.EqualFold(quantifier, "any") {
		return nil, invalid(c.path, "found \"%s of\"; expected \"1 of\", \"any of\" and \"all of\"", quantifier)
	}
	if c.pos == len(c.tokens) {
		return nil, invalid(c.path, "ends where selections are expected: write \"%s of them\" or \"%s of name*\"", quantifier, quantifier)
	}
	pattern := c.tokens[c.pos]
	c.pos++
	glob := pattern
	if strings.EqualFold(pattern, "them") {
		glob = "*"
	}
	var xs []query.Expr
	for _, s := range c.selections {
		// Names that begin with _ are parts for other uses, unless asked for.
		if strings.HasPrefix(s.name, "_") && !strings.HasPrefix(glob, "_") {
			continue
		}
		if globMatch(glob, s.name) {
			xs = append(xs, s.expr)
		}
	}
	if len(xs) == 0 {
		return nil, invalid(c.path, "no selection matches \"%s of %s\"; the selections are %s", quantifier, pattern, c.names())
	}
	if err := c.use(len(xs)); err != nil {
		return nil, err
	}
	if all {
		return and(xs), nil
	}
	return or(xs), nil
}

func (c *condition) use(n int) error {
	if c.used += n; c.used > maxReferences {
		return invalid(c.path, "refers to more than %d selections", maxReferences)
	}
	return nil
}

func (c *condition) names() string {
	var b strings.Builder
	for i, s := range c.selections {
		if i == 20 {
			b.WriteString(", ...")
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.name)
	}
	return b.String()
}

// globMatch matches a name against a pattern in which * stands for any text.
func globMatch(pattern, name string) bool {
	first, rest, found := strings.Cut(pattern, "*")
	if !found {
		return pattern == name
	}
	if !strings.HasPrefix(name, first) {
		return false
	}
	name = name[len(first):]
	for {
		part, more, found := strings.Cut(rest, "*")
		if !found {
			return strings.HasSuffix(name, part)
		}
		i := strings.Index(name, part)
		if i < 0 {
			return false
		}
		name, rest = name[i+len(part):], more
	}
}
