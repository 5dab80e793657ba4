package ui

import (
	"strings"

	"fyne.io/fyne/v2"

	"porchlight/ui/model"
)

// savedMenu lists the named searches.
func (p *eventsPage) savedMenu() {
	items := []*fyne.MenuItem{menuIf(strings.TrimSpace(p.entry.Text) != "", "Save this search…", p.saveSearch), fyne.NewMenuItemSeparator()}
	show := func(s model.SavedSearch) *fyne.MenuItem {
		return fyne.NewMenuItem(s.Name, func() {
			p.zoom.Forget()
			p.goTo(s.Text, s.Span)
		})
	}
	own := p.saved.List()
	var rename, remove []*fyne.MenuItem
	for _, s := range own {
		items = append(items, show(s))
		rename = append(rename, fyne.NewMenuItem(s.Name, func() { p.renameSearch(s.Name) }))
		remove = append(remove, fyne.NewMenuItem(s.Name, func() { p.deleteSearch(s.Name) }))
	}
	if len(own) > 0 {
		items = append(items, fyne.NewMenuItemSeparator())
	}
	var ready []*fyne.MenuItem
	for _, s := range model.ReadySearches {
		ready = append(ready, show(s))
	}
	if len(own) == 0 {
		items = append(items, ready...)
	} else {
		items = append(items, subMenu("Ready-made", ready...), subMenu("Rename", rename...), subMenu("Delete", remove...))
	}
	items = append(items, fyne.NewMenuItemSeparator(), fyne.NewMenuItem("Kept events", p.showKept))
	p.env.menuBelow(p.tools.saved, items...)
}

// showKept searches for the events that are kept beyond the retention.
func (p *eventsPage) showKept() {
	p.env.work.Go(func() {
		ids, err := p.backend.Pinned(p.env.ctx)
		p.env.do(func() {
			switch {
			case err != nil:
				p.tell(err)
			case len(ids) == 0:
				p.say("No events are kept yet: right-click one, or use the pin beside its details")
			default:
				p.zoom.Forget()
				p.goTo(model.SearchFor(ids[:min(len(ids), maxKept)]), model.AllTime)
			}
		})
	})
}

// maxKept bounds how many kept events are searched for at once.
const maxKept = 200

func (p *eventsPage) saveSearch() {
	s := model.SavedSearch{Text: strings.TrimSpace(p.entry.Text), Span: p.route.Span()}
	p.env.ask(question{title: "Save this search", hint: "Time range: " + s.Span.Label(p.loc) + ". A search of the same name is replaced.", ok: "Save",
		done: func(name string) error {
			s.Name = name
			if err := p.saved.Put(s); err != nil {
				return err
			}
			p.keep(p.saved.Save)
			p.say("Saved as " + strings.TrimSpace(name))
			return nil
		}})
}

func (p *eventsPage) renameSearch(name string) {
	p.env.ask(question{title: "Rename " + name, value: name, ok: "Rename", done: func(to string) error {
		if err := p.saved.Rename(name, to); err != nil {
			return err
		}
		p.keep(p.saved.Save)
		return nil
	}})
}

func (p *eventsPage) deleteSearch(name string) {
	if _, ok := p.saved.Delete(name); ok {
		p.keep(p.saved.Save)
		p.say("Deleted " + name)
	}
}
