// Package product is the table of what Porchlight understands: one row per
// product, with its maker, the kind of device, what its events say, the Sigma
// log sources it feeds and its set-up guide. Everything that knows products by
// name reads this table; only parsers do not, for they produce the events it
// describes.
//
// The table is data, assets/products: a file per family, a line per product,
// in the order of the README's list, which is generated from it. It is read
// when first needed; tests check that it is valid and has every product that
// the parsers know.
package product

import (
	"strings"
	"sync"

	"porchlight/assets"
)

// Product is a row of the table.
type Product struct {
	Name   string `yaml:"name"`   // as its maker spells it, complete on its own: "pfSense", "Cisco ASA"
	Vendor string `yaml:"vendor"` // its maker, the observer.vendor of its events if they set one; "" for nobody in particular

	// Product is the observer.product of its events: "" if they set none,
	// AnyName if they name the model.
	Product string `yaml:"product"`

	Kind   string `yaml:"kind"`   // the kind of device, the observer.type of its events if they set one; "" for none
	Module string `yaml:"module"` // event.module

	// Looks is what a sender of its events looks like, if not simply maker,
	// name and kind: several mail servers are just "mail server".
	Looks string `yaml:"looks"`

	Guide string   `yaml:"guide"` // file name of its set-up guide, without extension; "" for none
	Sigma []string `yaml:"sigma"` // Sigma log sources that it feeds: "fortigate", "cisco/*/duo"
	Reads []string `yaml:"reads"` // which parts of it are understood, for the README's list

	format bool   // not a product but a format, which anything may write
	label  string // what a sender of its events looks like; "" for a format
}

// AnyName stands for every observer.product.
const AnyName = "*"

// Family is one section of the table.
type Family struct {
	Name     string    `yaml:"family"`
	Formats  bool      `yaml:"formats"` // its rows are formats that anything may write
	Products []Product `yaml:"products"`
}

// Families returns the whole table in order. It must not be modified.
func Families() []Family { return shipped().families }

var shipped = sync.OnceValue(func() *table {
	t, err := load(assets.Products, assets.Guides)
	if err != nil {
		panic(err) // the assets are built in, and tested
	}
	return t
})

// Source is what an event says about where it is from.
type Source struct {
	Vendor, Product, Type string // observer.*
	Module                string // event.module
}

// Label says what the sender of an event looks like, whether or not the table
// knows it: "Acme Wall firewall". It is "" if the event does not say.
func Label(s Source) string {
	p := shipped().find(s)
	switch {
	case p != nil && p.Product != AnyName:
		return p.label
	case s.Vendor == "" && s.Product == "":
		return strings.ReplaceAll(s.Module, "_", " ") // an admin's own parser
	}
	name := s.Product
	if p == nil && len(name) <= 3 {
		name = strings.ToUpper(name)
	}
	return phrase(s.Vendor, name, KindOf(s.Type).Words)
}

// Vendor returns the maker of what an event is from, "" if unknown.
func Vendor(s Source) string {
	if s.Vendor != "" || s.Product != "" {
		return s.Vendor
	}
	return shipped().makers[s.Module]
}

// StoredVendor returns the vendor for a name that earlier versions stored as
// one: the name of a module or format where the vendor was unknown.
func StoredVendor(name string) string {
	if maker, ok := shipped().makers[name]; ok {
		return maker
	}
	return name
}

// Modules returns the modules of events that feed a Sigma log source, as the
// table writes it: "fortigate", "cisco/*/duo".
func Modules(logSource string) []string { return shipped().feeds[logSource].modules }

// Feeding returns the names of the products that feed a Sigma log source.
func Feeding(logSource string) []string { return shipped().feeds[logSource].names }

// phrase joins words, leaving out repetition: "HP", "HP LaserJet", "printer"
// is "HP LaserJet printer".
func phrase(words ...string) string {
	var out []string
	for i, w := range words {
		if w == "" || i+1 < len(words) && contains(words[i+1], w) {
			continue
		}
		if len(out) > 0 && contains(strings.Join(out, " "), w) {
			continue
		}
		out = append(out, w)
	}
	return strings.Join(out, " ")
}

func contains(s, part string) bool {
	return strings.Contains(strings.ToLower(s), strings.ToLower(part))
}
