package sigma

import (
	"slices"

	"porchlight/detect/query"
	"porchlight/ingest/event"
)

// and joins conditions, opening those that are conjunctions themselves. What
// costs little is asked first: the order does not change the answer.
func and(xs []query.Expr) query.Expr {
	if len(xs) == 1 {
		return xs[0]
	}
	var out query.And
	for _, x := range xs {
		if inner, ok := x.(query.And); ok {
			out = append(out, inner...)
		} else {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b query.Expr) int { return cost(a) - cost(b) })
	return out
}

// cost ranks what it takes to evaluate a condition: 0 a look at one field, 1
// a regular expression, 2 a look at all fields.
func cost(x query.Expr) int {
	most := 0
	query.Walk(x, func(x query.Expr) bool {
		switch x := x.(type) {
		case query.Keyword:
			most = 2
		case query.Is:
			if _, ok := x.Test.(query.Regexp); ok {
				most = max(most, 1)
			}
		}
		return most < 2
	})
	return most
}

// or joins alternatives, opening those that are disjunctions themselves.
func or(xs []query.Expr) query.Expr {
	if len(xs) == 1 {
		return xs[0]
	}
	var out query.Or
	for _, x := range xs {
		if inner, ok := x.(query.Or); ok {
			out = append(out, inner...)
		} else {
			out = append(out, x)
		}
	}
	return out
}

func not(x query.Expr) query.Expr { return query.Not{X: x} }

func allOf(xs ...query.Expr) query.Expr { return and(xs) }
func anyOf(xs ...query.Expr) query.Expr { return or(xs) }

// fieldOf is a field that may be under any of the names, best first.
func fieldOf(names ...string) query.Field {
	f := query.NewField(names[0])
	for _, n := range names[1:] {
		f.Refs = append(f.Refs, event.Resolve(n))
	}
	return f
}

// is is the condition that the field has one of the values, case ignored.
func is(names []string, values ...string) query.Expr {
	f := fieldOf(names...)
	xs := make([]query.Expr, len(values))
	for i, v := range values {
		xs[i] = query.Is{Field: f, Test: query.Text(v)}
	}
	return or(xs)
}

// has is the condition that one of the fields is present.
func has(names ...string) query.Expr { return query.Exists{Field: fieldOf(names...)} }
