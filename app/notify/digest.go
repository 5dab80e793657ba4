package notify

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"porchlight/detect/alert"
)

// maxHeld bounds the notes a digest remembers; more are only counted, and one
// of those alerts counts again when it escalates.
const maxHeld = 2000

// digest counts alerts that are not told one by one.
type digest struct {
	n     int
	notes map[string]Note // by alert id
	over  [5]int          // beyond maxHeld, by level rank
}

func (d *digest) add(n Note) {
	if _, known := d.notes[n.AlertID]; known {
		d.notes[n.AlertID] = n
		return
	}
	d.n++
	if len(d.notes) >= maxHeld {
		d.over[n.Level.Rank()]++
		return
	}
	if d.notes == nil {
		d.notes = make(map[string]Note)
	}
	d.notes[n.AlertID] = n
}

func (d *digest) remove(alertID string) {
	if _, known := d.notes[alertID]; known {
		delete(d.notes, alertID)
		d.n--
	}
}

// take returns the digest's note and empties it. A single alert is told as
// itself: "1 more alert" would say less in as many words.
func (d *digest) take(afterPause bool) Note {
	defer func() { *d = digest{} }()
	if d.n == 1 {
		for _, n := range d.notes {
			return n
		}
	}
	byLevel := d.over
	for _, n := range d.notes {
		byLevel[n.Level.Rank()]++
	}
	var counts []string
	var gravest alert.Level
	for rank := len(byLevel) - 1; rank >= 0; rank-- {
		if byLevel[rank] > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", byLevel[rank], alert.Levels[rank]))
			gravest = cmp.Or(gravest, alert.Levels[rank])
		}
	}
	title := fmt.Sprintf("%d more alerts: %s", d.n, strings.Join(counts, ", "))
	if afterPause {
		title = fmt.Sprintf("%d alerts while paused: %s", d.n, strings.Join(counts, ", "))
	}
	return Note{Level: gravest, Title: title, Body: d.summary()}
}

// summary names the gravest and most frequent titles, one a line: "12 ×
// High: Many denied connections".
func (d *digest) summary() string {
	const names = 3
	type line struct {
		title string
		rank  int
		n     int
	}
	byTitle := make(map[string]*line)
	for _, n := range d.notes {
		l := byTitle[n.Title]
		if l == nil {
			l = &line{title: n.Title, rank: n.Level.Rank()}
			byTitle[n.Title] = l
		}
		l.n++
	}
	lines := make([]*line, 0, len(byTitle))
	for _, l := range byTitle {
		lines = append(lines, l)
	}
	slices.SortFunc(lines, func(a, b *line) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(b.n, a.n), cmp.Compare(a.title, b.title))
	})
	var parts []string
	for _, l := range lines[:min(names, len(lines))] {
		if l.n > 1 {
			parts = append(parts, fmt.Sprintf("%d × %s", l.n, l.title))
		} else {
			parts = append(parts, l.title)
		}
	}
	s := strings.Join(parts, "; ")
	if len(lines) > names {
		s += "; and others"
	}
	return s
}
