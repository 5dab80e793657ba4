package read

import (
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// A JSONProduct says what the names in one product's JSON mean. The document
// has already been flattened (event.FlattenJSON): every value stays under its
// own name and also gets its ECS meaning.
type JSONProduct struct {
	Name string // of the fixtures

	// Has are names that occur together only in the product's documents. The
	// first must be a rare one without an ECS slot: products are found by it.
	Has []string
	Not []string // names that never occur in its documents

	Vendor, Product, Type string // observer.*; empty for none
	Module, Dataset       string // event.*

	// Table is a table of bindings (NewBindings), read when first needed;
	// those under "*" are always bound.
	Table string
	keys  func() map[string]*Binding

	// Finish sets what depends on several values: category and action.
	Finish func(k *Keyed)

	// Inner returns the program and text of the message that the document
	// contains, to be read by its own parser.
	Inner func(k *Keyed) (app, text string)
}

// JSONProducts finds the product of a document by the first of its names.
type JSONProducts map[string][]*JSONProduct

// NewJSONProducts makes an index of all products in the lists.
func NewJSONProducts(lists ...[]JSONProduct) JSONProducts {
	ps := JSONProducts{}
	for _, list := range lists {
		for _, p := range list {
			p.keys = sync.OnceValue(func() map[string]*Binding { return NewBindings(p.Table) })
			ps[p.Has[0]] = append(ps[p.Has[0]], &p)
		}
	}
	return ps
}

// Unwrap takes a known product's document out of the object around it,
// {"integration": "github", "github": {...}}, as collectors wrap what they
// fetch: names lose the wrapper's prefix. It returns nil if nothing known is
// inside.
func (ps JSONProducts) Unwrap(ev *event.Event) *JSONProduct {
	inside := Scratch.Get()
	defer Scratch.Put(inside)
	tried, tries := "", 0
	for _, e := range ev.Extras() {
		name, _, ok := strings.Cut(e.Name, ".")
		if !ok || name == tried {
			continue
		}
		if tried, tries = name, tries+1; tries > maxWrappers {
			return nil
		}
		prefix := e.Name[:len(name)+1]
		inside.Reset()
		n := 0
		for _, o := range ev.Extras() {
			if rest, ok := strings.CutPrefix(o.Name, prefix); ok && rest != "" {
				inside.SetName(rest, o.Value)
				n++
			}
		}
		p := (*JSONProduct)(nil)
		if n*2 >= len(ev.Extras()) {
			p = ps.Find(inside)
		}
		if p == nil {
			continue
		}
		ev.KeepExtras(func(o event.Pair) bool { return !strings.HasPrefix(o.Name, prefix) })
		for ref, value := range inside.Each() {
			ev.SetName(ref.Name, value) // the wrapper's own field of that name is about the wrapper
		}
		return p
	}
	return nil
}

// maxWrappers bounds how many parts of an unknown document are examined.
const maxWrappers = 4

// Find returns the product whose names a flattened document has; of several
// the one that requires most. It returns nil for unknown documents.
func (ps JSONProducts) Find(ev *event.Event) *JSONProduct {
	var best *JSONProduct
	for _, e := range ev.Extras() {
		for _, p := range ps[e.Name] {
			if (best == nil || len(p.Has) > len(best.Has)) && p.fits(ev) {
				best = p
			}
		}
	}
	return best
}

func (p *JSONProduct) fits(ev *event.Event) bool {
	for _, name := range p.Has[1:] {
		if _, ok := ev.LookupName(name); !ok {
			return false
		}
	}
	for _, name := range p.Not {
		if _, ok := ev.LookupName(name); ok {
			return false
		}
	}
	return true
}

// read sets the ECS meaning of the document.
func (p *JSONProduct) read(k *Keyed) {
	// Binding may add extras: first collect what to bind.
	var found [128]struct {
		b     *Binding
		value string
	}
	n := 0
	keys := p.keys()
	for _, e := range k.Event.Extras() {
		if b := keys[e.Name]; b != nil && n < len(found) && e.Value != "" {
			found[n].b, found[n].value = b, e.Value
			n++
		}
	}
	k.hosts = true // an alert is about a machine, not about the collector that forwards it
	for i := range n {
		k.Bind(found[i].b, found[i].value)
	}
	if b := keys["*"]; b != nil {
		k.Bind(b, "*")
	}
	if p.Vendor != "" {
		Observe(k.Event, p.Vendor, p.Product, p.Type)
	}
	From(k.Event, p.Module, p.Dataset)
	if p.Finish != nil {
		p.Finish(k)
	}
}
