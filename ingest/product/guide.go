package product

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"porchlight/ingest/source"
)

// Guide explains how to make a device send its logs. assets/guides has one
// file per guide, in a small subset of Markdown:
//
//	# Title
//
//	The way through the menus, if there is one.
//
//	1. What to click or type; {address} and {port} are this computer's.
//	2. The next step, on one line like every other.
//
//	## Logins; Files
//
//	The setting that brings what the heading names, as a sentence that can
//	stand alone. The names are those of aspects.
//
// Backquotes mark what to type; they are for readers of the file.
type Guide struct {
	Name     string // the title
	Menu     string
	Steps    []string
	Switches []Switch

	file string // file name, without extension
}

// Switch is the setting that makes a device send certain kinds of events.
type Switch struct {
	Brings []source.Aspect
	Text   string
}

// otherGuide is the guide for devices that have none of their own.
const otherGuide = "other"

// Guides returns all guides in the order of the products, the one for other
// devices last. The slice must not be modified.
func Guides() []Guide { return shipped().guides }

// GuideFor returns the guide for a sender with this look: its row's, else the
// only one in the table for the maker's devices of this kind, else the one for
// other devices.
func GuideFor(label string) Guide {
	t := shipped()
	p, kind := t.labelled(label)
	file := ""
	if p != nil {
		file = p.Guide
	} else {
		file = t.onlyGuide(strings.ToLower(label), kind)
	}
	if g, ok := t.guide(file); ok {
		return g
	}
	g, _ := t.guide(otherGuide)
	return g
}

// Filled returns the whole guide with this computer's address and port filled
// in.
func (g Guide) Filled(address, port string) []string {
	var out []string
	r := strings.NewReplacer("{address}", address, "{port}", port)
	add := func(s string) { out = append(out, r.Replace(s)) }
	if g.Menu != "" {
		add(g.Menu)
	}
	for _, s := range g.Steps {
		add(s)
	}
	for _, s := range g.Switches {
		add(s.Text)
	}
	return out
}

func (t *table) guide(file string) (Guide, bool) {
	for _, g := range t.guides {
		if g.file == file {
			return g, true
		}
	}
	return Guide{}, false
}

// onlyGuide returns the guide shared by all products of the maker that a label
// begins with, and of the kind if known; "" if they have none or several.
func (t *table) onlyGuide(label string, kind Kind) string {
	only := ""
	for _, f := range t.families {
		for _, p := range f.Products {
			if p.Guide == "" || p.Guide == only || p.Vendor == "" || !beginsWith(label, strings.ToLower(p.Vendor)) || kind.Name != "" && p.Kind != kind.Name {
				continue
			}
			if only != "" {
				return ""
			}
			only = p.Guide
		}
	}
	return only
}

// addGuides reads the guides of the products in the table.
func (t *table) addGuides(fsys fs.FS) error {
	files, err := fs.Glob(fsys, "guides/*.md")
	if err != nil {
		return err
	}
	unused := map[string]bool{}
	for _, f := range files {
		unused[strings.TrimSuffix(path.Base(f), ".md")] = true
	}
	add := func(file string) error {
		if _, ok := t.guide(file); ok {
			return nil
		}
		data, err := fs.ReadFile(fsys, "guides/"+file+".md")
		if err != nil {
			return err
		}
		g, err := parseGuide(string(data))
		if err != nil {
			return fmt.Errorf("guides/%s.md: %w", file, err)
		}
		g.file = file
		t.guides = append(t.guides, g)
		delete(unused, file)
		return nil
	}
	for _, f := range t.families {
		for _, p := range f.Products {
			if p.Guide == "" {
				continue
			}
			if err := add(p.Guide); err != nil {
				return fmt.Errorf("product %q: %w", p.Name, err)
			}
		}
	}
	if err := add(otherGuide); err != nil {
		return err
	}
	for file := range unused {
		return fmt.Errorf("guides/%s.md: no product has this guide", file)
	}
	return nil
}

// parseGuide reads the text of a guide.
func parseGuide(text string) (Guide, error) {
	var g Guide
	var brings []source.Aspect // of the heading above; nil before the first
	for line := range strings.Lines(text) {
		line = strings.ReplaceAll(strings.TrimSpace(line), "`", "")
		title, isTitle := strings.CutPrefix(line, "# ")
		names, isSwitch := strings.CutPrefix(line, "## ")
		step, isStep := strings.CutPrefix(line, fmt.Sprintf("%d. ", len(g.Steps)+1))
		switch {
		case line == "":
		case isTitle && g.Name == "":
			g.Name = title
		case g.Name == "" || isTitle:
			return g, errors.New("a guide begins with its only title")
		case isSwitch:
			brings = nil
			for n := range strings.SplitSeq(names, "; ") {
				a, ok := aspectNamed(n)
				if !ok {
					return g, fmt.Errorf("no aspect is called %q", n)
				}
				brings = append(brings, a)
			}
		case brings != nil:
			g.Switches = append(g.Switches, Switch{brings, line})
		case isStep:
			g.Steps = append(g.Steps, step)
		case g.Menu == "" && len(g.Steps) == 0:
			g.Menu = line
		default:
			return g, fmt.Errorf("%q is neither the way through the menus, nor step %d, nor a switch", line, len(g.Steps)+1)
		}
	}
	if g.Menu == "" && len(g.Steps) == 0 {
		return g, errors.New("a guide needs steps")
	}
	return g, nil
}
