package product

import (
	"maps"
	"strings"

	"porchlight/ingest/source"
)

// Kind is a kind of device. assets/products/kinds.yaml is the vocabulary and
// explains the fields.
type Kind struct {
	Name     string            `yaml:"kind"`
	Words    string            `yaml:"words"`
	Device   bool              `yaml:"device"`
	Computer bool              `yaml:"computer"`
	Expects  map[string]string `yaml:"expects"` // by aspect name

	hints map[source.Aspect]string // Expects
}

// KindOf returns the kind for a value of observer.type, the zero Kind if it is
// not in the vocabulary.
func KindOf(observerType string) Kind { return shipped().kinds[observerType] }

// IsComputer reports whether the events of a module are a computer's own.
func IsComputer(module string) bool {
	t := shipped()
	p := t.byModule[module]
	return p != nil && t.kinds[p.Kind].Computer
}

// aspectNames are the names of aspects, for people and in the assets.
var aspectNames = [source.NumAspects]string{
	source.AspectConnections: "Connections", source.AspectLogins: "Logins", source.AspectAccounts: "Users and rights", source.AspectConfiguration: "Settings changed",
	source.AspectThreats: "Threats", source.AspectNames: "Names and addresses (DNS, DHCP)", source.AspectWeb: "Web requests", source.AspectFiles: "Files",
	source.AspectPrograms: "Programs", source.AspectMail: "Mail", source.AspectDevice: "The device itself",
}

// AspectName returns the name of an aspect as shown to people.
func AspectName(a source.Aspect) string { return aspectNames[a] }

func aspectNamed(name string) (a source.Aspect, ok bool) {
	for a, n := range aspectNames {
		if n == name {
			return source.Aspect(a), true
		}
	}
	return 0, false
}

// Expected returns the aspects that a sender with this look should have, and
// what to switch on if one is missing: what its guide says, else what applies
// to any device of its kind.
func Expected(label string) map[source.Aspect]string {
	p, kind := shipped().labelled(label)
	out := maps.Clone(kind.hints)
	if p == nil {
		return out
	}
	guide, _ := shipped().guide(p.Guide)
	for _, s := range guide.Switches {
		for _, a := range s.Brings {
			if _, ok := out[a]; ok {
				out[a] = s.Text
			}
		}
	}
	return out
}

// labelled returns the row and kind of what a sender looks like, nil and the
// zero Kind if unknown. Senders can call themselves anything, and what was
// stored years ago keeps its name: where no row has the label, the names in it
// and its last words still identify it.
func (t *table) labelled(label string) (*Product, Kind) {
	label = strings.ToLower(label)
	if p := t.byLabel[label]; p != nil {
		return p, t.kinds[p.Kind]
	}
	var kind Kind
	for _, k := range t.kinds {
		if words := strings.ToLower(k.Words); endsIn(label, words) && len(words) > len(kind.Words) {
			kind = k
		}
	}
	p := t.mentioned(label)
	if p == nil {
		p = t.model(label, kind)
	}
	if p != nil && kind.Name == "" {
		kind = t.kinds[p.Kind]
	}
	return p, kind
}

// mentioned returns the row with a guide whose name occurs in a label, the
// longest of several; nil if none.
func (t *table) mentioned(label string) *Product {
	var best *Product
	for i := range t.families {
		for j := range t.families[i].Products {
			p := &t.families[i].Products[j]
			if p.Guide != "" && strings.Contains(" "+label+" ", " "+strings.ToLower(p.Name)+" ") && (best == nil || len(p.Name) > len(best.Name)) {
				best = p
			}
		}
	}
	return best
}

// model returns the row for any model by the maker that a label begins with.
func (t *table) model(label string, kind Kind) *Product {
	for vendor, rows := range t.anyName {
		if !beginsWith(label, vendor) {
			continue
		}
		for _, p := range rows {
			if p.Kind == kind.Name || kind.Name == "" && len(rows) == 1 {
				return p
			}
		}
	}
	return nil
}

func beginsWith(s, words string) bool { return strings.HasPrefix(s+" ", words+" ") }

func endsIn(s, words string) bool { return strings.HasSuffix(" "+s, " "+words) }
