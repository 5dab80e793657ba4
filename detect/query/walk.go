package query

import (
	"slices"

	"porchlight/ingest/event"
)

// Walk calls visit for the tree's nodes, each before its parts, and leaves
// out the parts of a node for which visit returns false. A nil tree has no
// nodes.
func Walk(e Expr, visit func(Expr) bool) {
	if e == nil || !visit(e) {
		return
	}
	switch n := e.(type) {
	case And:
		for _, x := range n {
			Walk(x, visit)
		}
	case Or:
		for _, x := range n {
			Walk(x, visit)
		}
	case Not:
		Walk(n.X, visit)
	}
}

// Fields returns the names of all event fields the tree reads, sorted, each
// once; "*" among them means that it reads all fields (Keyword).
func Fields(e Expr) []string {
	var names []string
	add := func(f Field) {
		for _, r := range f.Refs {
			names = append(names, r.Name)
		}
	}
	Walk(e, func(e Expr) bool {
		switch n := e.(type) {
		case ID:
			names = append(names, event.DocumentID.String())
		case Exists:
			add(n.Field)
		case Null:
			add(n.Field)
		case Is:
			add(n.Field)
		case Same:
			add(n.Field)
			add(n.Other)
		case Keyword:
			names = append(names, "*")
		}
		return true
	})
	slices.Sort(names)
	return slices.Compact(names)
}
