package product

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"

	"porchlight/ingest/source"
)

// table is the table of products and its indexes.
type table struct {
	families []Family
	kinds    map[string]Kind
	guides   []Guide

	byName   map[name]*Product     // by maker and product
	anyName  map[string][]*Product // by maker: rows with AnyName
	byModule map[string]*Product
	makers   map[string]string // by module: its maker, if it has only one
	feeds    map[string]feed   // by Sigma log source
	byLabel  map[string]*Product
}

// name is a product as events name it, in lower case.
type name struct{ vendor, product string }

func named(vendor, product string) name {
	return name{strings.ToLower(vendor), strings.ToLower(product)}
}

// feed is what feeds a Sigma log source.
type feed struct{ modules, names []string }

const kindsFile = "products/kinds.yaml"

// load reads the table and the guides. Errors name the file.
func load(products, guides fs.FS) (*table, error) {
	t := &table{kinds: map[string]Kind{}, byName: map[name]*Product{}, anyName: map[string][]*Product{}, byModule: map[string]*Product{},
		makers: map[string]string{}, feeds: map[string]feed{}, byLabel: map[string]*Product{}}
	var kinds []Kind
	if err := decode(products, kindsFile, &kinds); err != nil {
		return nil, err
	}
	for _, k := range kinds {
		if err := t.addKind(k); err != nil {
			return nil, fmt.Errorf("%s: kind %q: %w", kindsFile, k.Name, err)
		}
	}
	files, err := fs.Glob(products, "products/*.yaml") // in order
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		if file == kindsFile {
			continue
		}
		var f Family
		if err := decode(products, file, &f); err != nil {
			return nil, err
		}
		if f.Name == "" {
			return nil, fmt.Errorf("%s: no family", file)
		}
		t.families = append(t.families, f)
		for i := range f.Products {
			p := &f.Products[i]
			p.format = f.Formats
			if err := t.add(p); err != nil {
				return nil, fmt.Errorf("%s: product %q: %w", file, p.Name, err)
			}
		}
	}
	return t, t.addGuides(guides)
}

func decode(fsys fs.FS, file string, into any) error {
	data, err := fs.ReadFile(fsys, file)
	if err != nil {
		return err
	}
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	return nil
}

func (t *table) addKind(k Kind) error {
	if k.Name == "" || k.Words == "" {
		return errors.New("a kind needs a name and words for people")
	}
	if _, ok := t.kinds[k.Name]; ok {
		return errors.New("it is listed twice")
	}
	k.hints = map[source.Aspect]string{}
	for words, hint := range k.Expects {
		a, ok := aspectNamed(words)
		if !ok {
			return fmt.Errorf("no aspect is called %q", words)
		}
		k.hints[a] = hint
	}
	t.kinds[k.Name] = k
	return nil
}

// add checks a row and indexes it.
func (t *table) add(p *Product) error {
	kind, ok := t.kinds[p.Kind]
	switch {
	case p.Name == "" || p.Module == "":
		return errors.New("a product needs a name and a module")
	case !ok && p.Kind != "":
		return fmt.Errorf("%s has no kind %q", kindsFile, p.Kind)
	case p.format && (p.Vendor != "" || p.Product != ""):
		return errors.New("a format has no vendor or product")
	}
	p.label = p.Looks
	if p.label == "" && !p.format {
		p.label = phrase(p.Vendor, p.Name, kind.Words)
	}
	labels := []string{p.label, p.Name, phrase(p.Vendor, p.Name)} // including those of earlier versions
	switch {
	case p.Product == AnyName:
		vendor := strings.ToLower(p.Vendor)
		if slices.ContainsFunc(t.anyName[vendor], func(o *Product) bool { return o.Kind == p.Kind }) {
			return errors.New("another row is for any product of this maker and kind")
		}
		t.anyName[vendor] = append(t.anyName[vendor], p)
	case p.Product != "":
		n := named(p.Vendor, p.Product)
		if o := t.byName[n]; o != nil {
			return fmt.Errorf("%q has the same vendor and product", o.Name)
		}
		t.byName[n] = p
		labels = append(labels, phrase(p.Vendor, p.Product, kind.Words))
	default:
		labels = append(labels, strings.ReplaceAll(p.Module, "_", " "))
	}
	t.addModule(p)
	for _, l := range p.Sigma {
		f := t.feeds[l]
		f.modules, f.names = addOnce(f.modules, p.Module), addOnce(f.names, p.Name)
		t.feeds[l] = f
	}
	for _, label := range labels {
		if label = strings.ToLower(label); label != "" && t.byLabel[label] == nil {
			t.byLabel[label] = p
		}
	}
	return nil
}

// addModule makes a row its module's, if it is the first or the first whose
// events name no product. A module shared by several makers has none.
func (t *table) addModule(p *Product) {
	first := t.byModule[p.Module]
	switch {
	case first == nil:
		t.byModule[p.Module], t.makers[p.Module] = p, p.Vendor
	case first.Product != "" && p.Product == "":
		t.byModule[p.Module], t.makers[p.Module] = p, p.Vendor
	case first.Product != "" && first.Vendor != p.Vendor:
		t.makers[p.Module] = ""
	}
}

// find returns the row for what an event is from, nil if there is none. What
// the event says about its device counts, or its module if it says nothing.
func (t *table) find(s Source) *Product {
	if s.Product == "" {
		p := t.byModule[s.Module]
		if p == nil || s.Vendor != "" && !strings.EqualFold(s.Vendor, p.Vendor) {
			return nil
		}
		return p
	}
	n := named(s.Vendor, s.Product)
	if p := t.byName[n]; p != nil {
		return p
	}
	for _, p := range t.anyName[n.vendor] {
		if p.Kind == s.Type {
			return p
		}
	}
	return nil
}

func addOnce(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}
