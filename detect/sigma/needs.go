package sigma

import (
	"regexp/syntax"

	"porchlight/detect/query"
)

const (
	// maxNeeds bounds the texts of which a regular expression needs one.
	maxNeeds = 64

	// minNeeds is how long they must be at least: what is shorter is in nearly
	// every value.
	minNeeds = 3
)

// needs returns texts, folded, one of which is in the fold of every value that
// passes a test; none if that cannot be said. If whole the text is all of the
// value. An ASCII value that has one where anchor says passes, unless the
// anchor leaves it to the test.
func needs(t query.Test) (texts []string, anchor anchor, whole bool) {
	switch t := t.(type) {
	case query.Pattern:
		return patternNeeds(t)
	case query.Regexp:
		re, err := syntax.Parse(t.Source(), syntax.Perl)
		if err != nil {
			return nil, unsure, false
		}
		all := regexpNeeds(re.Simplify())
		if shortest(all) < minNeeds {
			return nil, unsure, false
		}
		for _, s := range all {
			texts = append(texts, query.Fold(s))
		}
		return texts, maybe, false
	}
	return nil, unsure, false
}

func patternNeeds(p query.Pattern) (texts []string, where anchor, whole bool) {
	parts := p.Parts()
	longest := -1
	for i, part := range parts {
		if part.Kind == query.Literal && (longest < 0 || len(part.Text) > len(parts[longest].Text)) {
			longest = i
		}
	}
	where = unsure
	if len(parts) == 0 { // the empty text
		return []string{""}, where, true
	}
	if longest < 0 {
		return nil, where, false
	}
	texts = []string{query.Fold(parts[longest].Text)}
	any := func(i int) bool { return parts[i].Kind == query.AnyString }
	switch {
	case len(parts) == 1:
		whole = true
		if !p.Cased() {
			where = anywhere
		}
	case p.Cased():
	case len(parts) == 2 && longest == 0 && any(1):
		where = atStart
	case len(parts) == 2 && longest == 1 && any(0):
		where = atEnd
	case len(parts) == 3 && longest == 1 && any(0) && any(2):
		where = anywhere
	}
	return texts, where, whole
}

// regexpNeeds returns texts one of which is in everything that an expression
// matches; none if that cannot be said.
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
