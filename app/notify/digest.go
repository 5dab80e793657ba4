package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"porchlight/detect/alert"
)

const (
	// maxHeld bounds the alerts a digest remembers. Beyond it an alert counts
	// once, when it opens and at its level then: later changes go unnoticed,
	// and the digest says "about". Raised ones are not counted there.
	maxHeld = 50_000

	maxTitles = 500 // that are counted individually; alerts with others are only counted by level
	maxBodies = 64  // alerts whose text is kept, for when only one remains
)

// digest counts alerts that are not shown one by one: each once, at its latest
// level.
type digest struct {
	alerts map[string]held // by alert id
	titles map[title]int   // alerts by title
	over   [5]int          // alerts beyond maxHeld, by level rank
}

// held is an alert in a digest.
type held struct {
	title
	body   string // of the first maxBodies
	opened bool   // it opened since the last digest; otherwise it was only raised
}

// title and level of alerts. The text is "" beyond maxTitles.
type title struct {
	text  string
	level alert.Level
}

// size is how many alerts are in the digest.
func (d *digest) size() int {
	n := len(d.alerts)
	for _, k := range d.over {
		n += k
	}
	return n
}

func (d *digest) add(n Note) {
	n.opened = d.remove(n.AlertID) || n.opened
	if len(d.alerts) >= maxHeld {
		if n.opened {
			d.over[n.Level.Rank()]++
		}
		return
	}
	if d.alerts == nil {
		d.alerts, d.titles = make(map[string]held), make(map[title]int)
	}
	h := held{title: title{n.Title, n.Level}, opened: n.opened}
	if len(d.alerts) < maxBodies {
		h.body = n.Body
	}
	if d.titles[h.title] == 0 && len(d.titles) >= maxTitles {
		h.text = ""
	}
	d.alerts[n.AlertID] = h
	d.titles[h.title]++
}

// remove takes an alert out and reports whether it had opened since the last
// digest.
func (d *digest) remove(alertID string) (opened bool) {
	h, known := d.alerts[alertID]
	if !known {
		return false
	}
	delete(d.alerts, alertID)
	if d.titles[h.title]--; d.titles[h.title] == 0 {
		delete(d.titles, h.title)
	}
	return h.opened
}

// take returns the digest's note and empties it. A single alert is shown as
// itself: "1 more alert" would say less in as many words.
func (d *digest) take(afterPause bool) Note {
	defer func() { *d = digest{} }()
	total := d.size()
	byLevel, opened := d.over, total-len(d.alerts)
	for id, h := range d.alerts {
		if total == 1 && h.text != "" {
			return Note{AlertID: id, Level: h.level, Title: h.text, Body: h.body}
		}
		byLevel[h.level.Rank()]++
		if h.opened {
			opened++
		}
	}
	var counts []string
	var gravest alert.Level
	for rank := len(byLevel) - 1; rank >= 0; rank-- {
		if byLevel[rank] > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", byLevel[rank], alert.Levels[rank]))
			gravest = cmp.Or(gravest, alert.Levels[rank])
		}
	}
	return Note{Level: gravest, Title: d.heading(opened, total-opened, afterPause) + ": " + strings.Join(counts, ", "),
		Body: d.summary(total)}
}

// heading is "7 more alerts", "7 more alerts, 2 raised", "2 alerts raised",
// or the like "while paused". Raised are those that were known before.
func (d *digest) heading(opened, raised int, afterPause bool) string {
	about, more, while := "", " more alerts", ""
	if d.over != [5]int{} {
		about = "about "
	}
	if afterPause {
		more, while = " alerts", " while paused"
	}
	switch {
	case raised == 0:
		return fmt.Sprint(about, opened, more, while)
	case opened == 0:
		return fmt.Sprint(about, raised, " alerts raised", while)
	case opened == 1:
		more = strings.TrimSuffix(more, "s")
	}
	return fmt.Sprint(about, opened, more, " and ", raised, " raised", while)
}

// summary names the most severe and most frequent titles: "12 × High: Many denied
// connections". The counts are those of all alerts in the digest: where they
// are fewer than total, it ends with "and others".
func (d *digest) summary(total int) string {
	const names = 3
	named := make([]title, 0, len(d.titles))
	for t := range d.titles {
		if t.text != "" {
			named = append(named, t)
		}
	}
	slices.SortFunc(named, func(a, b title) int {
		return cmp.Or(cmp.Compare(b.level.Rank(), a.level.Rank()), cmp.Compare(d.titles[b], d.titles[a]), cmp.Compare(a.text, b.text))
	})
	var parts []string
	for _, t := range named[:min(names, len(named))] {
		n := d.titles[t]
		total -= n
		if n > 1 {
			parts = append(parts, fmt.Sprintf("%d × %s", n, t.text))
		} else {
			parts = append(parts, t.text)
		}
	}
	if total > 0 {
		parts = append(parts, "and others")
	}
	return strings.Join(parts, "; ")
}
