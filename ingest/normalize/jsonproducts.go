package normalize

import (
	"strings"
	"sync"

	"porchlight/ingest/event"
)

// A jsonProduct says what the names in the JSON of one product mean. The
// document has been flattened before (event.FlattenJSON): every value stays
// under its own name, and has its ECS meaning besides.
type jsonProduct struct {
	name string // of the fixtures

	// has are names that only documents of the product have together. The
	// first must be a rare one without an ECS slot: products are found by it.
	has []string
	not []string // names that its documents never have

	vendor, product, kind string // observer.*; empty for none
	module, dataset       string

	// table is read by bindings when it is first needed; what stands under
	// "*" is bound in any case.
	table string
	keys  func() map[string]*binding

	// finish sets what needs several values together: category and action.
	finish func(k *keyed)

	// inner returns the program and the text of the message that the document
	// is about, to be read by the parser for it.
	inner func(k *keyed) (app, text string)
}

// productIndex finds the product that a document is of, by the first of its
// names.
type productIndex map[string][]*jsonProduct

// newProductIndex makes the index of all products in the lists.
func newProductIndex(lists ...[]jsonProduct) productIndex {
	ps := productIndex{}
	for _, list := range lists {
		for _, p := range list {
			p.keys = sync.OnceValue(func() map[string]*binding { return bindings(p.table) })
			ps[p.has[0]] = append(ps[p.has[0]], &p)
		}
	}
	return ps
}

// unwrap takes a known product's document out of the object around it,
// {"integration": "github", "github": {...}}, as collectors wrap what they
// fetch: the names lose the wrapper's. It returns nil where nothing known is
// inside.
func (ps productIndex) unwrap(ev *event.Event) *jsonProduct {
	inside := objectScratch.get()
	defer objectScratch.put(inside)
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
		p := (*jsonProduct)(nil)
		if n*2 >= len(ev.Extras()) {
			p = ps.find(inside)
		}
		if p == nil {
			continue
		}
		ev.KeepExtras(func(o event.Pair) bool { return !strings.HasPrefix(o.Name, prefix) })
		for ref, value := range inside.Each() {
			ev.SetName(ref.Name, value) // what the wrapper calls the same is about the wrapper
		}
		return p
	}
	return nil
}

// maxWrappers bounds how many parts of an unknown document are looked into.
const maxWrappers = 4

// find returns the product whose names a flattened document has; of
// several the one that asks for most. It returns nil for unknown ones.
func (ps productIndex) find(ev *event.Event) *jsonProduct {
	var best *jsonProduct
	for _, e := range ev.Extras() {
		for _, p := range ps[e.Name] {
			if (best == nil || len(p.has) > len(best.has)) && p.fits(ev) {
				best = p
			}
		}
	}
	return best
}

func (p *jsonProduct) fits(ev *event.Event) bool {
	for _, name := range p.has[1:] {
		if _, ok := ev.LookupName(name); !ok {
			return false
		}
	}
	for _, name := range p.not {
		if _, ok := ev.LookupName(name); ok {
			return false
		}
	}
	return true
}

// read sets what the document says in ECS.
func (p *jsonProduct) read(k *keyed) {
	// Binding may add extras: first see what there is to bind.
	var found [128]struct {
		b     *binding
		value string
	}
	n := 0
	keys := p.keys()
	for _, e := range k.ev.Extras() {
		if b := keys[e.Name]; b != nil && n < len(found) && e.Value != "" {
			found[n].b, found[n].value = b, e.Value
			n++
		}
	}
	k.hosts = true // an alert is about a machine, not about the collector that forwards it
	for i := range n {
		k.bind(found[i].b, found[i].value)
	}
	if b := keys["*"]; b != nil {
		k.bind(b, "*")
	}
	if p.vendor != "" {
		observe(k.ev, p.vendor, p.product, p.kind)
	}
	from(k.ev, p.module, p.dataset)
	if p.finish != nil {
		p.finish(k)
	}
}
