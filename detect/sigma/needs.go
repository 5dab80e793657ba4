package sigma

import (
	"regexp/syntax"

	"porchlight/detect/query"
)

const (
	// maxNeeds bounds the texts of which a regular expression needs one.
	maxNeeds = 64

	// minNeeds is their minimum length: shorter ones are in nearly every value.
	minNeeds = 3
)

// need is what a value that passes a test contains: one of the texts, which are
// folded, in the folded value. There are none if that cannot be determined. If
// whole, the text is the entire value. An ASCII value that has one where anchor
// says passes, unless the anchor leaves it to the test.
type need struct {
	texts  []string
	anchor anchor
	whole  bool
}

func needOf(t query.Test) need {
	switch t := t.(type) {
	case query.Pattern:
		return patternNeed(t)
	case query.Regexp:
		re, err := syntax.Parse(t.Source(), syntax.Perl)
		if err != nil {
			return need{}
		}
		n := need{anchor: maybe}
		texts := regexpNeeds(re.Simplify())
		if shortest(texts) < minNeeds {
			return need{}
		}
		for _, s := range texts {
			n.texts = append(n.texts, query.Fold(s))
		}
		return n
	}
	return need{}
}

// longestLiteral returns which part is the longest literal, -1 without one.
func longestLiteral(parts []query.Part) int {
	longest := -1
	for i, part := range parts {
		if part.Kind == query.Literal && (longest < 0 || len(part.Text) > len(parts[longest].Text)) {
			longest = i
		}
	}
	return longest
}

func patternNeed(p query.Pattern) need {
	parts := p.Parts()
	if len(parts) == 0 { // the empty text
		return need{texts: []string{""}, anchor: unsure, whole: true}
	}
	longest := longestLiteral(parts)
	if longest < 0 {
		return need{}
	}
	n := need{texts: []string{query.Fold(parts[longest].Text)}, anchor: unsure, whole: len(parts) == 1}
	any := func(i int) bool { return parts[i].Kind == query.AnyString }
	switch {
	case p.Cased():
	case n.whole, len(parts) == 3 && longest == 1 && any(0) && any(2):
		n.anchor = anywhere
	case len(parts) == 2 && longest == 0 && any(1):
		n.anchor = atStart
	case len(parts) == 2 && longest == 1 && any(0):
		n.anchor = atEnd
	}
	return n
}

// regexpNeeds returns texts one of which is in everything that an expression
// matches; none if that cannot be determined.
func regexpNeeds(re *syntax.Regexp) []string {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{string(re.Rune)}
	case syntax.OpCapture, syntax.OpPlus:
		return regexpNeeds(re.Sub[0])
	case syntax.OpRepeat:
		if re.Min > 0 {
			return regexpNeeds(re.Sub[0])
		}
	case syntax.OpConcat:
		var best []string
		for _, sub := range re.Sub {
			if texts := regexpNeeds(sub); shortest(texts) > shortest(best) {
				best = texts
			}
		}
		return best
	case syntax.OpAlternate:
		var all []string
		for _, sub := range re.Sub {
			texts := regexpNeeds(sub)
			if len(texts) == 0 || len(all)+len(texts) > maxNeeds {
				return nil
			}
			all = append(all, texts...)
		}
		return all
	}
	return nil
}

// shortest returns the length of the shortest text, which decides how much is
// gained by looking for them.
func shortest(texts []string) int {
	n := 0
	for i, s := range texts {
		if i == 0 || len(s) < n {
			n = len(s)
		}
	}
	return n
}
